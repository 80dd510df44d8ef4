"""Numbers of pupils of many schools on one reference date: typed in one table, or out of a spreadsheet."""

import datetime
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms

from schools.models import Partnership, PupilCount, PupilKind, School
from swvportal.lib.dates import must_be_plausible
from swvportal.lib.forms import DATE, MergingForm
from swvportal.lib.merging import Conflict

if TYPE_CHECKING:
    from accounts.models import User

MOST_PUPILS = 20_000
FIELD = "school-"
EMPTIED = "Een aantal dat er al was, kan niet leeg worden. Zijn er geen leerlingen, vul dan 0 in."


class WhichCountsForm(forms.Form):
    """The reference date and the kind of pupils, as they stand in the address."""

    teldatum = forms.DateField(
        label="Teldatum",
        widget=DATE,
        validators=[must_be_plausible],
        error_messages={"required": "Kies een teldatum.", "invalid": "Vul een datum in, bijvoorbeeld 01-10-2026."},
    )
    soort = forms.ChoiceField(label="Welke leerlingen?", choices=PupilKind.choices, required=False)

    def clean_soort(self) -> str:
        return self.cleaned_data["soort"] or PupilKind.ALL


class PupilsForm(MergingForm):
    """One field a school, named after its key. An empty field is a number that is not known."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        schools: Iterable[School],
        counted_on: datetime.date,
        kind: str,
        **kwargs: Any,
    ) -> None:
        self.schools, self.counted_on, self.kind = list(schools), counted_on, kind
        super().__init__(*args, **kwargs)
        for school in self.schools:
            self.fields[f"{FIELD}{school.pk}"] = forms.IntegerField(
                label=f"{school.name} ({school.code})",
                required=False,
                min_value=0,
                max_value=MOST_PUPILS,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={
                    "invalid": "Vul een heel getal in, bijvoorbeeld 812.",
                    "min_value": "Vul een getal van nul of meer in.",
                    "max_value": "Vul een getal van hoogstens 20.000 in.",
                },
            )

    @cached_property
    def counts(self) -> dict[int, PupilCount]:
        return self._counts()

    def _counts(self) -> dict[int, PupilCount]:
        found = PupilCount.objects.filter(school__in=self.schools, counted_on=self.counted_on, kind=self.kind)
        return {count.school_id: count for count in found.order_by()}

    def standing(self) -> dict[str, Any]:
        counts = self._counts()
        return {
            f"{FIELD}{school.pk}": counts[school.pk].pupils if school.pk in counts else None for school in self.schools
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for school in self.schools:
            name = f"{FIELD}{school.pk}"
            if school.pk in self.counts and name in self.data and cleaned.get(name, 0) is None:
                self.add_error(name, EMPTIED)
        return cleaned

    def rows(self) -> list[tuple[School, forms.BoundField, PupilCount | None]]:
        return [(school, self[f"{FIELD}{school.pk}"], self.counts.get(school.pk)) for school in self.schools]

    def missing(self) -> int:
        return sum(school.pk not in self.counts for school in self.schools)


def recorded(
    by: "User", partnership: Partnership, form: PupilsForm, values: dict[str, Any], bases: dict[str, str]
) -> int:
    """Write down what was typed, by the names of the form's fields. Raises Conflict, by those names too."""
    numbers = {int(name.removeprefix(FIELD)): number for name, number in values.items() if number is not None}
    keyed = {name.removeprefix(FIELD): base for name, base in bases.items()}
    try:
        return PupilCount.record_all(by, partnership, form.counted_on, form.kind, numbers, bases=keyed)
    except Conflict as conflict:
        raise Conflict({f"{FIELD}{key}": value for key, value in conflict.theirs.items()}) from conflict


class PupilsFileForm(forms.Form):
    file = forms.FileField(
        label="Bestand",
        help_text="Een XLSX-, ODS- of CSV-bestand van hoogstens 5 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )
