"""The support plan: its period, its spearheads, what they must bring, and its adoption."""

from typing import Any

from django import forms
from django.utils import timezone

from actionplans.models import Spearhead, SupportPlan, Target
from swvportal.lib import school_year
from swvportal.lib.dates import must_be_plausible, plain_date
from swvportal.lib.forms import DATE, MergingForm
from swvportal.lib.merging import values_of

NO_TITLE = "Geef het plan een titel."
YEARS_BACK, YEARS_AHEAD = 4, 8


def year_choices(*also: int) -> list[tuple[int, str]]:
    """School years around this one, and those that stand in the plan already."""
    this = school_year.school_year_of(timezone.localdate())
    years = sorted({*range(this - YEARS_BACK, this + YEARS_AHEAD + 1), *also})
    return [(year, school_year.label(year)) for year in years]


def _check_period(form: forms.Form, cleaned: dict[str, Any]) -> None:
    first, last = cleaned.get("first_year"), cleaned.get("last_year")
    if first is not None and last is not None and last < first:
        form.add_error("last_year", "Het laatste schooljaar ligt vóór het eerste.")


def _year_field(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, choices=year_choices)


class SupportPlanBeginForm(forms.Form):
    title = forms.CharField(
        label="Titel",
        max_length=120,
        help_text="Bijvoorbeeld: Ondersteuningsplan 2026-2030.",
        error_messages={"required": NO_TITLE},
    )
    first_year = _year_field("Eerste schooljaar")
    last_year = _year_field("Laatste schooljaar")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_period(self, cleaned)
        return cleaned


class SupportPlanForm(MergingForm):
    title = forms.CharField(label="Titel", max_length=120, error_messages={"required": NO_TITLE})
    first_year = _year_field("Eerste schooljaar")
    last_year = _year_field("Laatste schooljaar")
    introduction = forms.CharField(
        label="Inleiding",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Waarom dit plan, en wat is de rode draad? Noem geen leerlingen.",
    )

    def __init__(self, *args: Any, plan: SupportPlan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, **kwargs)
        for name in ("first_year", "last_year"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = year_choices(plan.first_year, plan.last_year)

    def standing(self) -> dict[str, Any]:
        return values_of(self.plan, SupportPlan.EDITABLE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_period(self, cleaned)
        return cleaned


class AdoptSupportPlanForm(forms.Form):
    opr_consent_on = forms.DateField(
        label="Datum waarop de OPR instemde",
        widget=DATE,
        validators=[must_be_plausible],
        error_messages={"required": "Vul in op welke dag de OPR instemde."},
        help_text="De ondersteuningsplanraad stemt in met het plan voordat u het vaststelt.",
    )

    def clean_opr_consent_on(self) -> Any:
        day = self.cleaned_data["opr_consent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("De instemming van de OPR kan niet in de toekomst liggen.")
        return day


# Spearheads -----------------------------------------------------------------------------------------------------------


class SpearheadForm(MergingForm):
    """A new spearhead where none is given."""

    title = forms.CharField(
        label="Titel",
        max_length=160,
        help_text="Kort: één doel in één zin.",
        error_messages={"required": "Schrijf op wat het speerpunt is."},
    )
    description = forms.CharField(
        label="Toelichting",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Wat willen scholen en SWV samen bereiken? Noem geen leerlingen.",
    )

    def __init__(self, *args: Any, spearhead: Spearhead | None = None, **kwargs: Any) -> None:
        self.spearhead = spearhead
        super().__init__(*args, **kwargs)

    def standing(self) -> dict[str, Any]:
        return values_of(self.spearhead or Spearhead(), Spearhead.EDITABLE)


# Targets --------------------------------------------------------------------------------------------------------------


class TargetForm(MergingForm):
    """A new target where none is given."""

    text = forms.CharField(
        label="Wat moet er bereikt zijn?",
        max_length=300,
        error_messages={"required": "Schrijf op wat er bereikt moet zijn."},
        help_text="Bijvoorbeeld: Weinig leerlingen zitten langer dan vier weken thuis.",
    )
    spearhead = forms.ModelChoiceField(
        label="Bij speerpunt",
        queryset=Spearhead.objects.none(),
        required=False,
        empty_label="Voor het hele plan",
    )
    bound = forms.ChoiceField(
        label="Grens",
        required=False,
        choices=[("", "Geen getal"), *Target.Bound.choices],
        help_text="Kies een grens als u het resultaat ook in een getal uitdrukt.",
    )
    value = forms.DecimalField(
        label="Getal",
        required=False,
        max_digits=9,
        decimal_places=2,
        localize=True,
        help_text="Bijvoorbeeld: 0,4.",
    )
    unit = forms.CharField(
        label="Eenheid", max_length=40, required=False, help_text="Bijvoorbeeld: % van de leerlingen, scholen, dagen."
    )
    reached_by = forms.DateField(label="Uiterlijk bereikt", required=False, widget=DATE)

    def __init__(self, *args: Any, plan: SupportPlan, target: Target | None = None, **kwargs: Any) -> None:
        self.plan, self.target = plan, target
        super().__init__(*args, **kwargs)
        field = self.fields["spearhead"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Spearhead.objects.filter(plan=plan.pk)

    def standing(self) -> dict[str, Any]:
        return values_of(self.target or Target(), Target.EDITABLE)

    def clean_reached_by(self) -> Any:
        """In the period of the plan, or the year after; what stood there already may stay until it is adopted."""
        day = self.cleaned_data["reached_by"]
        first, last = self.plan.days_of_targets
        if day and not first <= day <= last and (self.target is None or day != self.target.reached_by):
            raise forms.ValidationError(
                f"Kies een datum in de jaren van dit plan: van {plain_date(first)} tot en met {plain_date(last)}."
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"bound", "value"} & self.errors.keys():
            return cleaned
        if cleaned.get("value") is not None and not cleaned.get("bound"):
            self.add_error("bound", "Kies of het hoogstens, ten minste of precies dit getal is.")
        if cleaned.get("bound") and cleaned.get("value") is None:
            self.add_error("value", "Vul het getal in, of kies “Geen getal”.")
        if cleaned.get("unit") and cleaned.get("value") is None and not cleaned.get("bound"):
            cleaned["unit"] = ""
        return cleaned
