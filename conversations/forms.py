"""The forms of a conversation: when, where and who, and what was agreed."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from conversations.models import Agreement, Conversation
from indicators.models import Indicator
from swvportal.lib.dates import must_be_plausible

EMPTY_ROWS = 3
MOST_PARTICIPANTS = 40
TEXT = forms.TextInput(attrs={"class": "form-control"})


class DetailsForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    date = forms.DateField(
        label="Datum",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        localize=False,
        validators=[must_be_plausible],
    )
    time = forms.TimeField(label="Tijd", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), localize=False)
    duration_minutes = forms.IntegerField(label="Duur in minuten", min_value=15, max_value=480)
    location = forms.CharField(label="Plaats", max_length=160, required=False)

    @classmethod
    def starting_from(cls, conversation: Conversation) -> dict[str, Any]:
        held_at = timezone.localtime(conversation.held_at)
        return {
            "version": conversation.version,
            "date": held_at.date(),
            "time": held_at.time(),
            "duration_minutes": conversation.duration_minutes,
            "location": conversation.location,
        }

    def held_at(self) -> datetime.datetime:
        moment = datetime.datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"])
        return timezone.make_aware(moment)


class ParticipantForm(forms.Form):
    name = forms.CharField(label="Naam", max_length=120, required=False, widget=TEXT)
    function = forms.CharField(label="Functie", max_length=120, required=False, widget=TEXT)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("function") and not cleaned.get("name"):
            self.add_error("name", "Vul ook de naam in, of maak de functie leeg.")
        return cleaned


class BaseParticipantFormSet(forms.BaseFormSet[ParticipantForm]):
    def people(self) -> list[tuple[str, str]]:
        """Who was there; an emptied row is somebody who was not."""
        rows = [(form.cleaned_data.get("name", ""), form.cleaned_data.get("function", "")) for form in self.forms]
        return [row for row in rows if row[0]]


def participant_formset(rows: int) -> type[BaseParticipantFormSet]:
    """With this many rows to fill in, whatever stands in them."""
    made = forms.formset_factory(
        ParticipantForm,
        formset=BaseParticipantFormSet,
        extra=rows,
        max_num=MOST_PARTICIPANTS,
        absolute_max=MOST_PARTICIPANTS,
    )
    assert issubclass(made, BaseParticipantFormSet)
    return made


class IndicatorChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


class AgreementForm(forms.ModelForm[Agreement]):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    indicator = IndicatorChoice(
        label="Bij indicator", queryset=Indicator.objects.none(), required=False, empty_label="bij geen indicator"
    )

    class Meta:
        model = Agreement
        fields = ["text", "who", "side", "due", "indicator"]
        labels = {"text": "Wat is de afspraak?", "who": "Wie doet het?", "side": "Namens wie?", "due": "Uiterlijk"}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        error_messages = {
            "text": {"required": "Schrijf op wat er is afgesproken."},
            "who": {"required": "Vul in wie het doet."},
        }

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator_set = conversation.participation.round.indicator_set_id
        self.fields["due"].validators.append(must_be_plausible)
        field = self.fields["indicator"]
        assert isinstance(field, IndicatorChoice)
        field.queryset = Indicator.objects.filter(indicator_set=indicator_set)
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def values(self) -> dict[str, Any]:
        """What the verbs of the model take."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
