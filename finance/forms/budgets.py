"""Budgets: what the page of a line asks, and why a budget goes back."""

import uuid
from typing import Any

from django import forms
from django.db.models import Sum

from actionplans.models import ActionPoint, Spearhead
from finance.models import Budget, BudgetLine, Category, Fund, room_for
from finance.models.funds import MOST_CENTS
from schools.asked import this_year
from schools.forms import EuroField
from swvportal.lib.forms import EMPTY, MergingForm, SometimesField
from swvportal.lib.merging import values_of
from swvportal.lib.money import euro
from swvportal.lib.school_year import label

NO_PUPILS = "Noem geen leerlingen."
MOST_FTE = 100_000  # a thousand, in hundredths
FTE_LIKE = "Vul het aantal fte in, bijvoorbeeld 0,8."


class FteField(forms.CharField):
    """Fte as a person types it ("0,8"); hundredths as the database holds it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=10, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = "".join(super().clean(value).split()).replace(".", ",")
        if not text:
            return None
        whole, comma, part = text.partition(",")
        if not (whole + part).isdecimal() or not (whole + part).isascii() or len(part) > 2 or (comma and not part):
            raise forms.ValidationError(FTE_LIKE)
        hundredths = int(whole or 0) * 100 + int(part.ljust(2, "0") if part else 0)
        if hundredths > MOST_FTE:
            raise forms.ValidationError("Dit aantal fte is te groot.")
        return hundredths

    def prepare_value(self, value: Any) -> Any:
        return BudgetLine(fte_hundredths=value).fte if isinstance(value, int) else value


class BeginBudgetForm(forms.Form):
    """What the button on the overview posts."""

    school = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    school_year = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.fields["school_year"]
        assert isinstance(years, forms.TypedChoiceField)
        years.choices = [(year, label(year)) for year in years_to_begin()]


def years_to_begin() -> range:
    """Last year too: it may still have to be accounted for."""
    this = this_year()
    return range(this - 1, this + 2)


class GiveBudgetBackForm(forms.Form):
    reason = forms.CharField(
        label="Wat moet de school aanpassen?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"De school leest dit bij haar begroting en in een e-mail. {NO_PUPILS}",
        error_messages={"required": "Schrijf op wat de school moet aanpassen; zij leest dit."},
    )


def _explanation() -> SometimesField:
    return SometimesField(
        when="als u meer begroot dan er is",
        label="Toelichting",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Waarom begroot u meer dan is toegekend, en wie betaalt het verschil? {NO_PUPILS}",
    )


class PointField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """A goal may be a thousand characters long."""
        return obj.goal if len(obj.goal) <= 100 else f"{obj.goal[:99].rstrip()}…"


class LineForm(MergingForm):
    """A new line of this budget where none is given. The explanation is asked for once the line passes what there is."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    fund = forms.ModelChoiceField(
        label="Geldstroom",
        queryset=Fund.objects.none(),
        empty_label="Kies een geldstroom",
        error_messages={"required": "Kies uit welke geldstroom dit wordt betaald."},
    )
    category = forms.ModelChoiceField(
        label="Categorie",
        queryset=Category.objects.none(),
        empty_label="Kies een categorie",
        error_messages={"required": "Kies waaraan het geld wordt besteed."},
    )
    description = forms.CharField(
        label="Omschrijving",
        max_length=200,
        help_text=f"Bijvoorbeeld: “Mentoren leerjaar 1 en 2, een uur per week.” {NO_PUPILS}",
        error_messages={"required": "Schrijf op waarvoor dit geld is."},
    )
    amount_cents = EuroField(
        label="Bedrag in euro’s",
        help_text="Voor het hele schooljaar, bijvoorbeeld 12.500.",
        error_messages={"required": "Vul een bedrag in. Weet u het nog niet, vul dan 0 in."},
    )
    fte_hundredths = FteField(label="Fte", required=False, help_text="Alleen bij personeel, bijvoorbeeld 0,8.")
    explanation = _explanation()
    spearhead = forms.ModelChoiceField(
        label="Speerpunt",
        queryset=Spearhead.objects.none(),
        required=False,
        empty_label="Geen speerpunt",
        help_text="Onder welk speerpunt van het ondersteuningsplan valt dit?",
    )
    action_point = PointField(
        label="Actiepunt",
        queryset=ActionPoint.objects.none(),
        required=False,
        empty_label="Geen actiepunt",
        help_text="Voert u hiermee een actiepunt uit? Dan ziet u later wat het geld heeft gebracht.",
    )

    def __init__(self, *args: Any, budget: Budget, line: BudgetLine | None = None, **kwargs: Any) -> None:
        self.budget, self.line = budget, line
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid.uuid4()
        if line is not None:
            del self.fields["key"]
        self._offer()
        if not self._asks_to_explain():
            del self.fields["explanation"]

    def _offer(self) -> None:
        """Funds and categories in use, and those that the line has already; spearheads and action points of the year."""
        budget, line = self.budget, self.line
        of_partnership = {"partnership": budget.partnership_id, "ended": False}
        funds, categories = Fund.objects.filter(**of_partnership), Category.objects.filter(**of_partnership)
        if line is not None:
            funds |= Fund.objects.filter(pk=line.fund_id)
            categories |= Category.objects.filter(pk=line.category_id)
        points = ActionPoint.objects.filter(
            plan__school=budget.school_id, plan__school_year=budget.school_year
        ).select_related("spearhead", "plan")
        offered = {
            "fund": funds.with_rules(),
            "category": categories,
            "spearhead": budget.spearheads(),
            "action_point": points.order_by("position", "pk"),
        }
        for name, rows in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self._say_what_is_earmarked()
        self._say_what_is_free()
        for name in ("spearhead", "action_point"):
            if not offered[name].exists():
                del self.fields[name]

    def _say_what_is_earmarked(self) -> None:
        field = self.fields["fund"]
        assert isinstance(field, forms.ModelChoiceField)
        rules = [f"{fund.name} mag alleen aan {allowed(fund)}." for fund in field.queryset or () if fund.earmarked]
        self.fields["category"].help_text = " ".join(rules)

    def _say_what_is_free(self) -> None:
        """Of each fund that is published, so that nobody has to look it up on the page before."""
        field = self.fields["fund"]
        assert isinstance(field, forms.ModelChoiceField)
        there = Budget.objects.means_of(self.budget.school_id, self.budget.school_year)
        others = self.budget.lines.exclude(pk=self.line.pk) if self.line else self.budget.lines.all()
        used = dict(others.order_by().values_list("fund").annotate(cents=Sum("amount_cents")))
        free = [
            f"{fund.name} {euro(max(0, there[fund.pk].total_cents - used.get(fund.pk, 0)))}"
            for fund in field.queryset or ()
            if fund.pk in there and there[fund.pk].is_whole
        ]
        if free:
            field.help_text = f"Nog vrij{' zonder deze regel' if self.line else ''}: {', '.join(free)}."

    def _asks_to_explain(self) -> bool:
        """Whether there is an explanation, or the line as it stands needs one."""
        if "explanation" in self.data or (self.line is not None and self.line.explanation):
            return True
        if self.line is None or self.is_bound:
            return False
        room = room_for(self.budget, self.line.fund, self.line)
        return room is not None and bool(self.line.amount_cents) and self.line.amount_cents > room

    def standing(self) -> dict[str, Any]:
        shown = [name for name in BudgetLine.EDITABLE if name in self.fields]
        return values_of(self.line or BudgetLine(), shown)

    def shown(self, name: str, value: Any) -> str:
        if name == "amount_cents" and isinstance(value, int):
            return euro(value)
        if name == "fte_hundredths" and isinstance(value, int):
            return BudgetLine(fte_hundredths=value).fte
        if name == "action_point" and value in ("", None):
            return EMPTY
        return super().shown(name, value)

    def clean_amount_cents(self) -> int:
        cents: int = self.cleaned_data["amount_cents"]
        if cents > MOST_CENTS:
            raise forms.ValidationError("Dit bedrag is te groot.")
        return cents

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        fund, category, amount = cleaned.get("fund"), cleaned.get("category"), cleaned.get("amount_cents")
        if fund and category and not fund.may_pay(category):
            self.add_error("category", f"{fund.name} mag alleen worden besteed aan {allowed(fund)}. Kies daaruit.")
        head, point = cleaned.get("spearhead"), cleaned.get("action_point")
        if head and point and point.spearhead and point.spearhead.key != head.key:
            self.add_error(
                "spearhead", f"Dit actiepunt valt onder “{point.spearhead}”. Kies dat speerpunt, of geen speerpunt."
            )
        if fund and amount:
            self._ask_why_it_is_over(fund, amount)
        return cleaned

    def _ask_why_it_is_over(self, fund: Fund, amount: int) -> None:
        room = room_for(self.budget, fund, self.line)
        if room is None or amount <= room or self.cleaned_data.get("explanation", "").strip():
            return
        if "explanation" not in self.fields:
            self.fields["explanation"] = _explanation()
            self.order_fields([name for name in type(self).base_fields if name in self.fields])
        self.fields["explanation"].required = True  # for the label: it was left empty
        self.add_error(
            "explanation",
            f"Hiermee begroot u {euro(amount - max(room, 0))} meer uit {fund.name} dan er is. Leg uit waarom, of maak het "
            "bedrag lager.",
        )


def allowed(fund: Fund) -> str:
    """The categories of an earmarked fund in words. Fetched `with_rules`."""
    names = [category.name for category in fund.categories.all()]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} of {names[-1]}" if names else "niets"
