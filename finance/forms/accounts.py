"""Rendering an account: the texts of the school, the auditor's statement, and giving it back."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actionplans.forms.profiles import NO_PUPILS, Text
from finance.models import FundAccount
from finance.rendered import Rendered, Spent
from indicators.uploads import ACCEPT, checked_type
from swvportal.lib.forms import MergingForm

KINDS = ("done-", "brought-", "deviation-")
GONE = (
    "De begroting is intussen veranderd: voor deze tekst is geen plaats meer. Kopieer hem als u hem wilt bewaren: “{}”"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field with what the school wrote here a year earlier."""

    field: forms.BoundField
    was: str


@dataclass(frozen=True, slots=True)
class SpearheadFields:
    part: Spent
    done: Field
    brought: Field


@dataclass(frozen=True, slots=True)
class DeviationField:
    row: Spent
    explanation: Field


class AccountForm(MergingForm):
    """All texts of an account. `shown` holds the figures that they are about, `before` last year's texts by field."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, account: FundAccount, shown: Rendered, before: dict[str, str], **kwargs: Any
    ) -> None:
        self.account, self.shown_figures, self.before = account, shown, before
        super().__init__(*args, **kwargs)
        for part in shown.spearheads:
            self.fields[f"done-{part.key}"] = Text(
                rows=4,
                needed=True,
                label="Wat is er gedaan?",
                max_length=5000,
                help_text=f"Met dit geld, in {shown.year}. {NO_PUPILS}",
            )
            self.fields[f"brought-{part.key}"] = Text(
                rows=4,
                needed=True,
                label="Wat heeft het gebracht?",
                max_length=5000,
                help_text=f"Wat merken leerlingen en leraren ervan, en hoe weet u dat? {NO_PUPILS}",
            )
        for row in shown.categories:
            self.fields[f"deviation-{row.key}"] = Text(
                rows=3,
                needed=row.deviates,
                label=f"Waardoor kwam {row.title} anders uit?",
                max_length=5000,
                help_text=NO_PUPILS,
            )
        self.fields["general"] = Text(
            rows=5, label="Algemene toelichting", max_length=10_000,
            help_text=f"Wat moet de lezer nog meer weten? Dit mag leeg blijven. {NO_PUPILS}",
        )  # fmt: skip

    @cached_property
    def _standing(self) -> dict[str, str]:
        return self.account.writable()

    def standing(self) -> dict[str, Any]:
        return self._standing

    def values(self) -> dict[str, Any]:
        """Only what was posted: a field that did not stand on this person's page stays as it is."""
        return {name: value for name, value in super().values().items() if self.add_prefix(name) in self.data}

    def clean(self) -> dict[str, Any]:
        """A text for which there is no place any more is shown once more, not thrown away."""
        cleaned = super().clean() or {}
        for name, text in self.data.items():
            is_ours = str(name).startswith(KINDS) and not str(name).endswith(("-seen", "-choice"))
            if is_ours and name not in self.fields and str(text).strip():
                raise ValidationError(GONE.format(str(text).strip().replace("\0", "")[:5000]))
        return cleaned

    # What the page draws ---------------------------------------------------------------------------------------------

    def spearheads(self) -> list[SpearheadFields]:
        return [
            SpearheadFields(part, self._field(f"done-{part.key}"), self._field(f"brought-{part.key}"))
            for part in self.shown_figures.spearheads
        ]

    def deviations(self) -> list[DeviationField]:
        """What must be explained, and what somebody explained already."""
        return [
            DeviationField(row, self._field(f"deviation-{row.key}"))
            for row in self.shown_figures.categories
            if row.deviates or row.explanation or f"deviation-{row.key}" in self.data
        ]

    def general_field(self) -> Field:
        return self._field("general")

    def _field(self, name: str) -> Field:
        return Field(self[name], self.before.get(name, ""))

    def progress(self) -> tuple[int, int]:
        """How many of the texts that must be there are, and how many there are."""
        names = [name for part in self.shown_figures.spearheads for name in (f"done-{part.key}", f"brought-{part.key}")]
        names += [f"deviation-{row.key}" for row in self.shown_figures.categories if row.deviates]
        return sum(bool(str(self[name].value() or "").strip()) for name in names), len(names)


class StatementForm(forms.Form):
    """The statement of the school's accountant."""

    file = forms.FileField(
        label="Controleverklaring van de accountant",
        help_text="Een PDF, Word-bestand of afbeelding. Noem geen leerlingen.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("file"):
            try:
                self.content_type = checked_type(cleaned["file"])
            except ValidationError as error:
                self.add_error("file", error)
        return cleaned


class SubmitAccountForm(forms.Form):
    """The key makes a button that is pressed twice one submit."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class ReturnAccountForm(forms.Form):
    reason = forms.CharField(
        label="Wat moet de school aanpassen?",
        help_text=f"De school leest dit op de pagina van de verantwoording en in een e-mail. {NO_PUPILS}",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Vul in wat de school moet aanpassen."},
    )


class AskAccountForm(forms.Form):
    question = forms.CharField(
        label="Wat wilt u weten?",
        help_text=f"De school leest uw vraag op de pagina van de verantwoording en in een e-mail. {NO_PUPILS}",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Vul in wat u wilt weten."},
    )


class AnswerAccountForm(forms.Form):
    answer = forms.CharField(
        label="Uw antwoord",
        help_text=f"Het samenwerkingsverband leest dit op dezelfde pagina. {NO_PUPILS}",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Vul een antwoord in."},
    )


class BeginAccountForm(forms.Form):
    school = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    fund_year = forms.IntegerField(min_value=1, max_value=2**31 - 1)
