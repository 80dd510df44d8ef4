"""Funds and their categories, the rules of a year, allocations and their corrections."""

import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone

from finance.models import CATEGORIES, Allocation, Category, Fund, FundYear
from schools.asked import FIRST, LAST
from schools.forms import EuroField
from schools.models import PupilKind
from swvportal.lib.dates import must_be_plausible
from swvportal.lib.forms import DATE, MergingForm, SometimesField
from swvportal.lib.merging import values_of
from swvportal.lib.money import euro
from swvportal.lib.school_year import school_year_of

NO_PUPILS = "Noem geen leerlingen."
MOST_PER_PUPIL, MOST_FIXED, MOST = 10**8, 10**11, 10**13
REASON_LENGTH = 500
FIRM = ("source", "year_kind")


class CategoryForm(forms.Form):
    name = forms.CharField(
        label="Naam van de categorie",
        max_length=120,
        help_text="Bijvoorbeeld: Begeleiding in de klas.",
        error_messages={"required": "Vul een naam in."},
    )


class FundForm(MergingForm):
    """A new fund of this partnership where none is given."""

    name = forms.CharField(
        label="Naam",
        max_length=120,
        help_text="Bijvoorbeeld: Ondersteuning licht.",
        error_messages={"required": "Vul een naam in."},
    )
    description = forms.CharField(
        label="Waarvoor is het bedoeld?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"De scholen lezen dit. {NO_PUPILS}",
    )
    source = forms.ChoiceField(
        label="Herkomst",
        choices=Fund.Source.choices,
        widget=forms.RadioSelect,
        help_text="Geld van het schoolbestuur zelf kent u niet toe; het staat alleen in begrotingen en bestedingen.",
        error_messages={"required": "Kies waar het geld vandaan komt."},
    )
    year_kind = forms.ChoiceField(
        label="Loopt per",
        choices=Fund.YearKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een schooljaar of een kalenderjaar."},
    )
    categories = forms.MultipleChoiceField(
        label="Mag worden besteed aan",
        required=False,
        help_text="Kiest u niets, dan kiest de school zelf de categorie.",
        widget=forms.CheckboxSelectMultiple,
    )
    earmarked = forms.BooleanField(label="Geoormerkt: alleen aan de gekozen categorieën te besteden", required=False)
    carry_over = forms.BooleanField(
        label="Wat overblijft mag mee naar het volgende jaar",
        required=False,
        help_text="Anders gaat het terug naar het samenwerkingsverband.",
    )
    needs_statement = forms.BooleanField(
        label="Bij de verantwoording hoort een controleverklaring van een accountant", required=False
    )
    threshold_percent = forms.IntegerField(
        label="Afwijking die de school moet toelichten, in procenten",
        min_value=0,
        max_value=100,
        initial=10,
        help_text="Per categorie, van het begrote bedrag.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Vul een percentage in.", "invalid": "Vul een heel getal in, bijvoorbeeld 10."},
    )

    def __init__(self, *args: Any, partnership: int, fund: Fund | None = None, **kwargs: Any) -> None:
        self.fund = fund
        super().__init__(*args, **kwargs)
        own = Category.objects.filter(partnership=partnership).filter(Q(ended=False) | Q(key__in=self.chosen))
        field: Any = self.fields["categories"]
        field.choices = list(own.values_list("key", "name")) or list(CATEGORIES)  # those come with the first fund
        if fund is None:
            self.initial.update(source=Fund.Source.PARTNERSHIP, year_kind=Fund.YearKind.SCHOOL)
        for name in set(FIRM) - set(self.editable):
            del self.fields[name]

    @cached_property
    def chosen(self) -> list[str]:
        return [category.key for category in self.fund.categories.all()] if self.fund else []

    @cached_property
    def editable(self) -> list[str]:
        """Of a fund with years or budget lines, where it comes from and its kind of year stand firm."""
        is_firm = self.fund is not None and self.fund.is_in_books()
        return [name for name in Fund.EDITABLE if not is_firm or name not in FIRM]

    def standing(self) -> dict[str, Any]:
        return values_of(self.fund, self.editable) | {"categories": self.chosen} if self.fund else {}

    def shown(self, name: str, value: Any) -> str:
        if name != "categories":
            return super().shown(name, value)
        field: Any = self.fields[name]
        return ", ".join(label for key, label in field.choices if key in value) or "geen"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("earmarked") and "categories" in cleaned and not cleaned["categories"]:
            self.add_error("categories", "Kies waaraan een geoormerkte geldstroom mag worden besteed.")
        return cleaned

    def fields_of_fund(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in Fund.EDITABLE}


class FundYearForm(MergingForm):
    """The rules of a year; of a new one, last year's are proposed. A published one only says what may still change."""

    year = forms.TypedChoiceField(label="Jaar", coerce=int, error_messages={"required": "Kies een jaar."})
    available_cents = EuroField(
        label="Beschikbaar bij het samenwerkingsverband, in euro’s",
        most=MOST,
        help_text="Wat er dit jaar voor alle scholen samen is.",
        error_messages={"required": "Vul in hoeveel geld er is."},
    )
    rate_cents = EuroField(
        label="Bedrag per leerling, in euro’s",
        most=MOST_PER_PUPIL,
        error_messages={"required": "Vul een bedrag in. Telt het aantal leerlingen niet mee, vul dan 0 in."},
    )
    fixed_cents = EuroField(
        label="Vast bedrag per vestiging, in euro’s",
        most=MOST_FIXED,
        error_messages={"required": "Vul een bedrag in. Is er geen vast bedrag, vul dan 0 in."},
    )
    pupil_kind = forms.ChoiceField(
        label="Welke leerlingen tellen mee?", choices=PupilKind.choices, error_messages={"required": "Maak een keuze."}
    )
    counted_on = forms.DateField(
        label="Teldatum",
        widget=DATE,
        validators=[must_be_plausible],
        help_text="Het aantal leerlingen op deze dag bepaalt het voorstel.",
        error_messages={"required": "Vul de teldatum in."},
    )
    account_due = forms.DateField(
        label="Verantwoorden uiterlijk",
        widget=DATE,
        validators=[must_be_plausible],
        help_text="De laatste dag waarop een school haar verantwoording kan indienen en op tijd is.",
        error_messages={"required": "Vul in wanneer de scholen uiterlijk verantwoorden."},
    )

    def __init__(self, *args: Any, fund: Fund, fund_year: FundYear | None = None, **kwargs: Any) -> None:
        self.fund, self.fund_year = fund, fund_year
        super().__init__(*args, **kwargs)
        if fund_year is not None:
            for name in ("year", *FundYear.EDITABLE):
                if name == "year" or (fund_year.is_published and name not in {"available_cents", "account_due"}):
                    del self.fields[name]
            return
        field: Any = self.fields["year"]
        taken = set(fund.years.values_list("year", flat=True))
        years = [year for year in _years_around(fund) if year not in taken]
        field.choices = [(year, fund.year_label(year)) for year in years]
        last = fund.years.order_by("-year").first()
        self.initial.update(_proposed(fund, last, years))

    def standing(self) -> dict[str, Any]:
        if self.fund_year is None:
            return {}
        names = ("available_cents", "account_due") if self.fund_year.is_published else FundYear.EDITABLE
        return values_of(self.fund_year, names)

    def shown(self, name: str, value: Any) -> str:
        return euro(value) if name.endswith("_cents") else super().shown(name, value)

    def rules(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FundYear.EDITABLE}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        year = self.fund_year.year if self.fund_year else cleaned.get("year")
        due = cleaned.get("account_due")
        if year and due:
            ends = FundYear(fund=self.fund, year=year).bounds[1]
            if due <= ends:
                self.add_error(
                    "account_due", f"Kies een dag na afloop van het jaar: na {ends.day}-{ends.month}-{ends.year}."
                )
        return cleaned


def _years_around(fund: Fund) -> range:
    this = school_year_of(timezone.localdate()) if fund.year_kind == Fund.YearKind.SCHOOL else timezone.localdate().year
    return range(max(FIRST, this - 3), min(LAST, this + 3) + 1)


def _proposed(fund: Fund, last: FundYear | None, years: list[int]) -> dict[str, Any]:
    """The first year that is not there yet, after the last one; with last year's rules, and its dates a year on."""
    today = timezone.localdate()
    this = school_year_of(today) if fund.year_kind == Fund.YearKind.SCHOOL else today.year
    wanted = last.year + 1 if last else this
    year = wanted if wanted in years else next((each for each in years if each >= this), years[-1] if years else this)
    found: dict[str, Any] = {"year": year, "counted_on": datetime.date(year - 1, 10, 1)}
    due_month = (10, 15) if fund.year_kind == Fund.YearKind.SCHOOL else (3, 1)
    found["account_due"] = datetime.date(year + 1, *due_month)
    if last is not None:
        found |= values_of(last, ("available_cents", "rate_cents", "fixed_cents", "pupil_kind"))
        on = year - last.year
        found["counted_on"] = _years_on(last.counted_on, on)
        found["account_due"] = _years_on(last.account_due, on)
    return found


def _years_on(day: datetime.date, years: int) -> datetime.date:
    """The same day so many years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class PublishForm(forms.Form):
    """`over` is asked where more is given than there is."""

    over = forms.BooleanField(
        label="Ja, het samenwerkingsverband kent meer toe dan er is",
        error_messages={"required": "Bevestig dat u meer toekent dan er is, of pas eerst bedragen aan."},
    )
    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)  # what the page shows; see Allocation.seen_in

    def __init__(self, *args: Any, is_over: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_over:
            del self.fields["over"]


class AdjustForm(MergingForm):
    amount_cents = EuroField(label="Toekenning in euro’s", most=MOST, error_messages={"required": "Vul een bedrag in."})
    reason = SometimesField(
        when="als het bedrag anders is dan het voorstel",
        label="Waarom wijkt het bedrag af?",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"De school leest dit. {NO_PUPILS}",
    )

    def __init__(self, *args: Any, allocation: Allocation, **kwargs: Any) -> None:
        self.allocation = allocation
        super().__init__(*args, **kwargs)

    def standing(self) -> dict[str, Any]:
        return values_of(self.allocation, ("amount_cents", "reason"))

    def shown(self, name: str, value: Any) -> str:
        return euro(value) if name == "amount_cents" else super().shown(name, value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        differs = cleaned.get("amount_cents") not in (None, self.allocation.proposed_cents)
        if differs and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Vul in waarom het bedrag afwijkt van het voorstel.")
        return cleaned


class CorrectForm(forms.Form):
    """A difference or a new total. `seen` is the total that the page showed; `step` says whether it was looked over."""

    DELTA, TOTAL = "verschil", "totaal"

    how = forms.ChoiceField(
        label="Hoe wilt u corrigeren?",
        choices=[(DELTA, "Met een verschil: zoveel erbij, of met een minteken eraf"), (TOTAL, "Met een nieuw totaal")],
        widget=forms.RadioSelect,
        initial=DELTA,
        error_messages={"required": "Kies een verschil of een nieuw totaal."},
    )
    amount = EuroField(
        label="Bedrag in euro’s",
        negative=True,
        most=MOST,
        help_text="Bijvoorbeeld 1.500 of -750,50.",
        error_messages={"required": "Vul een bedrag in."},
    )
    reason = forms.CharField(
        label="Waarom corrigeert u?",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"De school leest dit. {NO_PUPILS}",
        error_messages={"required": "Vul in waarom u het bedrag corrigeert."},
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput, validators=[MinValueValidator(-(10**15)), MaxValueValidator(10**15)]
    )

    def __init__(self, *args: Any, total_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total_cents = total_cents
        self.initial["seen"] = total_cents

    @property
    def delta_cents(self) -> int:
        amount: int = self.cleaned_data["amount"]
        return amount - int(self.cleaned_data["seen"]) if self.cleaned_data["how"] == self.TOTAL else amount

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"how", "amount", "seen"} <= cleaned.keys():
            if not self.delta_cents:
                self.add_error("amount", "Hiermee verandert er niets. Vul een ander bedrag in.")
            elif int(cleaned["seen"]) + self.delta_cents < 0:
                self.add_error("amount", "Met deze correctie wordt de toekenning negatief.")
        return cleaned


class EndForm(forms.Form):
    """What the buttons "Beëindigen" and "Weer gebruiken" post."""

    ended = forms.TypedChoiceField(choices=[("1", "ja"), ("0", "nee")], coerce=lambda value: value == "1")
