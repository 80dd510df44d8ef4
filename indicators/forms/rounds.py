"""Making and planning rounds."""

import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from indicators.models import ConversationRound, IndicatorSet, Participation
from schools.models import Membership, Partnership, Role, School
from swvportal.lib import school_year
from swvportal.lib.dates import must_be_plausible

if TYPE_CHECKING:
    from accounts.models import User

NEEDS_A_DATE = "Vul de datum van het gesprek in, of de uiterste inleverdatum."
DEADLINE_HELP = "Laat leeg voor een week vóór het gesprek."


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    widget = MomentInput
    default_validators = [must_be_plausible]


class DayField(forms.DateField):
    widget = DayInput
    default_validators = [must_be_plausible]


class SchoolChoice(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        """A key larger than the database counts is nobody's; SQLite cannot even ask."""
        if too_large := [key for key in value or () if len(str(key)) > 18]:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": too_large[0]}
            )
        return super().clean(value)

    def label_from_instance(self, obj: Any) -> str:
        return ", ".join(filter(None, [obj.name, obj.location if obj.location != obj.name else "", obj.where]))


def officers_of(partnership: Partnership) -> "QuerySet[User]":
    """Who may be responsible for a conversation."""
    roles = [Role.POLICY_OFFICER, Role.ADMINISTRATOR]
    working = Membership.objects.current().filter(partnership=partnership, role__in=roles)
    return get_user_model().objects.filter(is_active=True, pk__in=working.values("user"))


def open_schools_of(partnership: Partnership) -> QuerySet[School]:
    return School.objects.filter(partnership=partnership).open()


class RoundBasicsForm(forms.Form):
    """What every page about a round's name and form asks."""

    title = forms.CharField(label="Titel", max_length=80, help_text="Bijvoorbeeld: Voorjaarsronde.")
    indicator_set = forms.ModelChoiceField(
        label="Formulier", queryset=IndicatorSet.objects.none(), empty_label=None, help_text="Alleen gepubliceerd."
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        published = IndicatorSet.objects.filter(partnership=partnership, state=IndicatorSet.State.PUBLISHED)
        self._choose("indicator_set", published)

    def _choose(self, name: str, queryset: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField), name
        field.queryset = queryset

    def refuse_double(self, title: str, year: int, *, but: int | None = None) -> None:
        """The database keeps a title once a year; this says it kindly."""
        same = ConversationRound.objects.filter(partnership=self.partnership, school_year=year, title=title)
        if (same.exclude(pk=but) if but else same).exists():
            self.add_error("title", "Er is in dit schooljaar al een ronde met deze titel.")


class RoundForm(RoundBasicsForm):
    """A new round: everything at once, for all schools alike. Single schools are planned afterwards."""

    school_year = forms.TypedChoiceField(label="Schooljaar", coerce=int)
    responsible = forms.ModelChoiceField(
        label="Verantwoordelijke beleidsmedewerker",
        queryset=get_user_model().objects.none(),
        empty_label=None,
        help_text="U kunt dit later per school wijzigen.",
    )
    appointment_at = MomentField(
        label="Gesprek",
        required=False,
        help_text="Datum en tijd, als die voor alle scholen gelijk zijn. Anders plant u het gesprek later per school.",
    )
    deadline = DayField(label="Uiterlijk indienen", required=False, help_text=DEADLINE_HELP)
    schools = SchoolChoice(
        label="Scholen die meedoen",
        queryset=School.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies ten minste één school."},
    )

    field_order = ["title", "school_year", "indicator_set", "responsible", "appointment_at", "deadline", "schools"]

    def __init__(self, *args: Any, by: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = school_year.school_year_of(timezone.localdate())
        years = self.fields["school_year"]
        assert isinstance(years, forms.TypedChoiceField)
        years.choices = [(year, school_year.label(year)) for year in (this_year, this_year + 1)]
        schools = open_schools_of(self.partnership)
        self._choose("schools", schools)
        self._choose("responsible", officers_of(self.partnership))
        if not self.is_bound:
            self.initial.update(responsible=by.pk, school_year=this_year, schools=[school.pk for school in schools])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("title") and cleaned.get("school_year"):
            self.refuse_double(cleaned["title"], cleaned["school_year"])
        if not {"appointment_at", "deadline"} & self.errors.keys():
            moment = cleaned.get("appointment_at")
            if moment and not cleaned.get("deadline"):
                cleaned["deadline"] = Participation.deadline_for(moment)
            check_dates(self, moment, cleaned.get("deadline"))
        return cleaned


class RoundEditForm(RoundBasicsForm):
    """The title, and which schools take part: taking one out only while the round is in preparation."""

    schools = SchoolChoice(
        label="Scholen die meedoen",
        queryset=School.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    deadline = DayField(
        label="Uiterlijk indienen, voor scholen die erbij komen",
        required=False,
        help_text="Alleen nodig als u een school toevoegt. Het gesprek plant u daarna bij die school.",
    )

    def __init__(self, *args: Any, round_: ConversationRound, taking_part: set[int], **kwargs: Any) -> None:
        super().__init__(*args, partnership=round_.partnership, **kwargs)
        self.round = round_
        self.taking_part = taking_part
        # A school that has closed meanwhile is taken out on purpose only.
        schools = School.objects.filter(Q(closed_on=None) | Q(pk__in=taking_part), partnership=self.partnership)
        if round_.state != ConversationRound.State.DRAFT:
            del self.fields["indicator_set"]
            schools = schools.exclude(pk__in=taking_part)
            self.fields["schools"].label = "Scholen toevoegen"
        self._choose("schools", schools)
        if not schools:
            del self.fields["schools"], self.fields["deadline"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("title"):
            self.refuse_double(cleaned["title"], self.round.school_year, but=self.round.pk)
        if self.added() and not cleaned.get("deadline") and "deadline" not in self.errors:
            self.add_error("deadline", "Vul in wanneer de nieuwe scholen uiterlijk moeten indienen.")
        if self.added() and cleaned.get("deadline"):
            check_dates(self, None, cleaned["deadline"])
        return cleaned

    def added(self) -> list[School]:
        return [school for school in self.cleaned_data.get("schools") or () if school.pk not in self.taking_part]

    def removed(self) -> set[int]:
        if self.round.state != ConversationRound.State.DRAFT or "schools" not in self.fields:
            return set()
        return self.taking_part - {school.pk for school in self.cleaned_data["schools"]}


class ParticipationForm(forms.ModelForm[Participation]):
    """The planning of one school. A deadline that followed from the appointment moves along with it."""

    deadline = DayField(label="Uiterlijk indienen", required=False, help_text=DEADLINE_HELP)

    class Meta:
        model = Participation
        fields = ["appointment_at", "duration_minutes", "location", "deadline", "responsible"]
        field_classes = {"appointment_at": MomentField}
        widgets = {"appointment_at": MomentInput}
        labels = {"appointment_at": "Gesprek"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = (self.instance.appointment_at, self.instance.deadline)
        responsible = self.fields["responsible"]
        assert isinstance(responsible, forms.ModelChoiceField)
        responsible.queryset = officers_of(self.instance.round.partnership)
        responsible.empty_label = None
        if self.instance.is_exchanged:
            del self.fields["deadline"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"appointment_at", "deadline"} & self.errors.keys():
            return cleaned
        if self.instance.is_exchanged:
            cleaned["deadline"] = self.before[1]
            return cleaned
        moment, deadline = cleaned.get("appointment_at"), cleaned.get("deadline")
        old_moment, old_deadline = self.before
        if moment and old_moment and moment != old_moment and deadline == old_deadline == default_deadline(old_moment):
            cleaned["deadline"] = deadline = Participation.deadline_for(moment)
        check_dates(self, moment, deadline, before=old_deadline)
        return cleaned


class StartWithoutForm(forms.Form):
    reason = forms.CharField(
        label="Reden",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="De school en het SWV krijgen deze reden te lezen. Noem geen leerlingen.",
        error_messages={"required": "Vul een reden in; de school en het SWV krijgen die te lezen."},
    )


def default_deadline(moment: datetime.datetime) -> datetime.date:
    return timezone.localdate(moment) - Participation.DEADLINE_BEFORE


def check_dates(
    form: forms.BaseForm,
    moment: datetime.datetime | None,
    deadline: datetime.date | None,
    *,
    before: datetime.date | None = None,
) -> None:
    """`before` is the deadline as it stands: it may have passed, a new one may not."""
    if moment is None and deadline is None:
        form.add_error("appointment_at", NEEDS_A_DATE)
    if moment and deadline and deadline > timezone.localdate(moment):
        form.add_error("deadline", "De uiterste inleverdatum ligt na het gesprek.")
    if deadline and deadline != before and deadline < timezone.localdate():
        form.add_error("deadline", "Deze dag is al geweest. Kies vandaag of een latere dag.")
