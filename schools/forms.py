"""What a school types about its arrangements."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms

from schools.models import ArrangementCount
from swvportal.lib.folding import fold
from swvportal.lib.money import euro, parse_euro

if TYPE_CHECKING:
    from schools.models import ArrangementStatement

BLANK_ROWS = 3
MOST_ROWS = 60


class EuroField(forms.CharField):
    """Euros as a person types them; eurocents as the database holds them, at most `most` of them. Below zero only where
    `negative`."""

    def __init__(self, *, negative: bool = False, most: int = 10**14, **kwargs: Any) -> None:
        self.negative, self.most = negative, most
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            cents = parse_euro(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if cents < 0 and not self.negative:
            raise forms.ValidationError("Vul een bedrag van nul of meer in.")
        if abs(cents) > self.most:
            raise forms.ValidationError(f"Vul een bedrag van hoogstens {euro(self.most)} in.")
        return cents

    def prepare_value(self, value: Any) -> Any:
        return euro(value).removeprefix("€\u00a0") if isinstance(value, int) else value


class ArrangementRow(forms.Form):
    """One kind. A row without numbers, or with only a kind that the portal itself proposed, is no row."""

    kind = forms.CharField(label="Soort arrangement", max_length=120, required=False)
    pupils = forms.IntegerField(
        label="Aantal leerlingen",
        min_value=0,
        max_value=5000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Vul een heel getal in, bijvoorbeeld 12.",
            "min_value": "Vul een getal van nul of meer in.",
            "max_value": "Vul een getal van hoogstens 5000 in.",
        },
    )
    amount = EuroField(label="Ondersteuningsgeld in euro's", required=False)

    def __init__(self, *args: Any, proposed: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        row = str(self.prefix).rpartition("-")[2]
        number = int(row) + 1 if row.isdecimal() else 0
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-control", "aria-label": f"{field.label}, rij {number}"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or self.is_empty(cleaned):
            return cleaned
        if not cleaned.get("kind"):
            self.add_error("kind", "Vul in welk soort arrangement het is.")
        if cleaned.get("pupils") is None:
            self.add_error("pupils", "Vul het aantal leerlingen in. Is dat nul, vul dan 0 in.")
        return cleaned

    def is_empty(self, cleaned: dict[str, Any]) -> bool:
        no_numbers = cleaned.get("pupils") is None and cleaned.get("amount") is None
        return no_numbers and (not cleaned.get("kind") or cleaned["kind"] in self.proposed)

    def count(self) -> ArrangementCount | None:
        if self.is_empty(self.cleaned_data):
            return None
        return ArrangementCount(
            kind=self.cleaned_data["kind"],
            pupils=self.cleaned_data["pupils"],
            amount_cents=self.cleaned_data["amount"] or 0,
        )


class ArrangementRows(forms.BaseFormSet):
    """All rows of a statement. `based_on` says which rows the person started from."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            kind = fold(form.cleaned_data.get("kind") or "") if form.is_valid() and form.count() else ""
            if kind and kind in seen:
                form.add_error("kind", "Dit soort staat al in een andere rij. Tel de aantallen bij elkaar op.")
            seen.add(kind)

    def counts(self) -> list[ArrangementCount]:
        return [count for form in self.forms if (count := form.count())]


def rows_formset(
    data: Any = None, *, counts: Iterable[ArrangementCount] = (), proposed: Iterable[str] = ()
) -> ArrangementRows:
    """What is saved, then the kinds of last year that are not there yet, then blank rows."""
    saved = [{"kind": c.kind, "pupils": c.pupils, "amount": c.amount_cents} for c in counts]
    known = {fold(str(row["kind"])) for row in saved}
    kinds = [kind for kind in proposed if fold(kind) not in known]
    factory = forms.formset_factory(
        ArrangementRow, formset=ArrangementRows, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    return factory(  # type: ignore[return-value]
        data,
        initial=[*saved, *({"kind": kind} for kind in kinds)],
        prefix="rij",
        form_kwargs={"proposed": frozenset(proposed)},
    )


def state_of(statement: "ArrangementStatement | None") -> str:
    """A fingerprint of the saved rows: a save that started from other ones is told so first."""
    rows = [(c.kind, c.pupils, c.amount_cents) for c in statement.counts.all()] if statement else []
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
