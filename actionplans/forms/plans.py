"""Action plans and their points: the words, how it goes, and what came of it."""

from typing import Any

from django import forms
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint, Spearhead
from actionplans.models.plans import day_of_talk_from
from swvportal.lib import school_year
from swvportal.lib.dates import must_be_plausible
from swvportal.lib.forms import DATE, MergingForm
from swvportal.lib.merging import values_of

NO_PUPILS = "Noem geen leerlingen."


def _day(label: str, asks: str = "", **more: Any) -> forms.DateField:
    if asks:
        more["error_messages"] = {"required": asks}
    return forms.DateField(label=label, widget=DATE, validators=[must_be_plausible], **more)


def _text(label: str, rows: int, most: int, asks: str = "", **more: Any) -> forms.CharField:
    """`asks` says what to do when it was left empty."""
    if asks:
        more["error_messages"] = {"required": asks}
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


# The plan -------------------------------------------------------------------------------------------------------------


class BeginPlanForm(forms.Form):
    """What the button on the page of plans posts."""

    school = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    school_year = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = school_year.school_year_of(timezone.localdate())
        field = self.fields["school_year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, school_year.label(year)) for year in (this, this + 1)]


class IntroductionForm(MergingForm):
    introduction = _text(
        "Aanleiding en samenvatting",
        10,
        20_000,
        required=False,
        help_text=f"Waarom deze acties dit jaar? Wat wilt u als school bereikt hebben? {NO_PUPILS}",
    )

    def __init__(self, *args: Any, plan: ActionPlan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, **kwargs)

    def standing(self) -> dict[str, Any]:
        return values_of(self.plan, ActionPlan.EDITABLE)


class GiveBackForm(forms.Form):
    reason = _text(
        "Wat moet er eerst anders?",
        4,
        2000,
        asks="Schrijf op wat er anders moet; de school leest dit.",
        help_text=f"De school leest dit bij haar plan. {NO_PUPILS}",
    )


class DiscussForm(forms.Form):
    on = _day(
        "Besproken op",
        "Vul in op welke dag het plan is besproken.",
        help_text="De dag waarop school en SWV over het plan spraken.",
    )

    def __init__(self, *args: Any, plan: ActionPlan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, **kwargs)

    def clean_on(self) -> Any:
        day, first = self.cleaned_data["on"], self.plan.submitted_on
        if day > timezone.localdate():
            raise forms.ValidationError("De bespreking kan niet in de toekomst liggen.")
        if first and day < first:
            raise forms.ValidationError(day_of_talk_from(first))
        return day


class EvaluatePlanForm(forms.Form):
    text = _text(
        "Wat bracht dit jaar?",
        8,
        20_000,
        asks="Schrijf op wat het jaar bracht.",
        help_text=f"Wat is er bereikt, wat niet, en wat neemt u mee naar volgend jaar? {NO_PUPILS}",
    )


# A point --------------------------------------------------------------------------------------------------------------


class PointForm(MergingForm):
    """A new point of this plan where none is given; of a point only the fields that may be changed now."""

    spearhead = forms.ModelChoiceField(
        label="Speerpunt",
        queryset=Spearhead.objects.none(),
        required=False,
        empty_label="Kies later",
        help_text="Onder welk speerpunt van het ondersteuningsplan valt dit?",
    )
    goal = _text(
        "Doel",
        3,
        1000,
        asks="Schrijf het doel op.",
        help_text="Specifiek: wat is er straks anders, en voor wie? Acceptabel en realistisch: kan het, en wil het team "
        f"het? Bijvoorbeeld: “Alle twaalf mentoren voeren elk kwartaal een startgesprek.” {NO_PUPILS}",
    )
    measure = _text(
        "Hoe meten we dit?",
        2,
        1000,
        required=False,
        help_text="Meetbaar: waaraan ziet u dat het gelukt is? Bijvoorbeeld: “In juni staan er vier gesprekken per klas "
        "in het logboek.”",
    )
    who = forms.CharField(
        label="Wie",
        max_length=160,
        required=False,
        help_text="Wie zorgt dat het gebeurt? Een naam of een functie, geen leerling.",
    )
    start = forms.DateField(label="Begint op", widget=DATE, required=False)
    due = forms.DateField(
        label="Uiterlijk klaar",
        widget=DATE,
        required=False,
        help_text="Tijdgebonden: wanneer is het klaar? Zonder deze datum kunt u het plan niet indienen.",
    )

    def __init__(self, *args: Any, plan: ActionPlan, point: ActionPoint | None = None, **kwargs: Any) -> None:
        self.plan = plan
        self.point = point
        super().__init__(*args, **kwargs)
        spearhead = self.fields["spearhead"]
        assert isinstance(spearhead, forms.ModelChoiceField)
        support_plan = plan.spearheads_from()
        spearhead.queryset = Spearhead.objects.filter(plan=support_plan)
        if plan.is_draft:
            spearhead.help_text = f"{spearhead.help_text} Zonder speerpunt kunt u het plan niet indienen."
        else:
            self.fields["due"].help_text = "Tijdgebonden: wanneer is het klaar?"
        shown = set(self.standing())
        if not support_plan:
            shown.discard("spearhead")
        for name in set(ActionPoint.EDITABLE) - shown:
            del self.fields[name]

    def standing(self) -> dict[str, Any]:
        fields = self.point.revisable if self.point else ActionPoint.EDITABLE
        return values_of(self.point or ActionPoint(), fields)

    def clean_start(self) -> Any:
        return self._in_or_around_the_year("start")

    def clean_due(self) -> Any:
        return self._in_or_around_the_year("due")

    def _in_or_around_the_year(self, name: str) -> Any:
        """What stood there already may stay, such as the date of an agreement."""
        day = self.cleaned_data[name]
        first, last = school_year.around(self.plan.school_year)
        if day and not first <= day <= last and (self.point is None or day != getattr(self.point, name)):
            raise forms.ValidationError(
                f"Kies een datum in of rond schooljaar {school_year.label(self.plan.school_year)}."
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, due = cleaned.get("start"), cleaned.get("due")
        if start and due and due < start:
            self.add_error("due", "De einddatum ligt vóór de begindatum.")
        return cleaned


class NoteForm(forms.Form):
    text = _text("Hoe gaat het?", 3, 2000, "Schrijf op hoe het gaat.", help_text=NO_PUPILS)
    on = _day("Datum", "Vul de datum in.")

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError("Kies vandaag of een dag die geweest is.")
        return self.cleaned_data["on"]


class EvaluatePointForm(forms.Form):
    result = forms.ChoiceField(
        label="Is het doel gehaald?",
        choices=ActionPoint.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies of het doel is gehaald."},
    )
    learned = _text(
        "Wat is er geleerd?",
        5,
        2000,
        asks="Schrijf op wat u hebt geleerd.",
        help_text=f"Wat werkte, wat niet, en wat zou u een andere school aanraden? {NO_PUPILS}",
    )


class ClassifyForm(forms.Form):
    spearhead = forms.ModelChoiceField(
        label="Speerpunt", queryset=Spearhead.objects.none(), empty_label="Kies een speerpunt"
    )

    def __init__(self, *args: Any, plan: ActionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["spearhead"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Spearhead.objects.filter(plan=plan.spearheads_from())
