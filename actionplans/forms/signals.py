"""Noting a signal, and saying "wij ook"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from actionplans.models import Signal, SignalTheme, SignalVoice, Strength
from schools.access import access_of
from schools.models import Partnership, School
from swvportal.lib.forms import MergingForm
from swvportal.lib.merging import values_of
from swvportal.lib.school_year import label

if TYPE_CHECKING:
    from accounts.models import User

NO_PUPILS = "Noem geen leerlingen, en niets waaraan iemand een leerling herkent."
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Side:
    """For whom somebody speaks: a school, or (without one) the partnership."""

    partnership: Partnership
    school: School | None

    @property
    def name(self) -> str:
        return self.school.name if self.school else f"het SWV ({self.partnership.name})"

    @property
    def school_pk(self) -> int | None:
        return self.school.pk if self.school else None


def sides_of(user: "User") -> dict[str, Side]:
    """Every side for which this person may speak, by a key for the form; schools by name, then the partnership."""
    access = access_of(user)
    schools = {m.school for m in access.memberships if m.school is not None and m.school_id in access.schools}
    offices = {m.partnership for m in access.memberships if m.partnership and m.partnership_id in access.partnerships}
    found = {
        f"school-{school.pk}": Side(school.partnership, school) for school in sorted(schools, key=lambda s: s.name)
    }
    found |= {f"swv-{office.pk}": Side(office, None) for office in sorted(offices, key=lambda o: o.name)}
    return found


def asks(what: str) -> dict[str, str]:
    """What an empty field asks for."""
    return {"required": what}


def _theme() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Thema", choices=[("", "Kies een thema"), *SignalTheme.choices], error_messages=asks("Kies een thema.")
    )


def _text() -> forms.CharField:
    return forms.CharField(
        label="Wat ziet u?",
        error_messages=asks("Schrijf op wat u ziet."),
        max_length=LONGEST,
        help_text=NO_PUPILS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _strength() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Hoe sterk?",
        choices=Strength.choices,
        coerce=int,
        initial=Strength.CLEAR,
        widget=forms.RadioSelect,
        error_messages=asks("Kies hoe sterk u het ziet."),
    )


class SpeakingForm(forms.Form):
    """A form that asks for whom one speaks, where that is not clear by itself."""

    side = forms.ChoiceField(label="Namens wie?", error_messages=asks("Kies namens wie u dit zegt."))

    def __init__(self, *args: Any, sides: Mapping[str, Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        field: Any = self.fields["side"]
        field.choices = [("", "Kies een school"), *((key, side.name) for key, side in sides.items())]
        if len(sides) == 1:
            del self.fields["side"]

    def speaks_for(self) -> Side:
        return self.sides[self.cleaned_data["side"]] if "side" in self.fields else next(iter(self.sides.values()))


class SignalForm(SpeakingForm):
    school_year = forms.TypedChoiceField(label="Schooljaar", coerce=int, error_messages=asks("Kies een schooljaar."))
    theme = _theme()
    text = _text()
    strength = _strength()

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years: Any = self.fields["school_year"]
        years.choices = [(year, label(year)), (year - 1, label(year - 1))]


class ContinueForm(SpeakingForm):
    """The signal of an earlier year, once more; the words may have changed."""

    theme = _theme()
    text = _text()
    strength = _strength()


class SignalEditForm(MergingForm):
    theme = _theme()
    text = _text()
    strength = _strength()

    def __init__(self, *args: Any, signal: Signal, **kwargs: Any) -> None:
        self.signal = signal
        super().__init__(*args, **kwargs)

    def standing(self) -> dict[str, Any]:
        return values_of(self.signal, Signal.EDITABLE)


class VoiceForm(SpeakingForm):
    strength = _strength()
    remark = forms.CharField(
        label="Opmerking",
        required=False,
        max_length=SignalVoice._meta.get_field("remark").max_length,
        help_text=f"Wat ziet u bij u? {NO_PUPILS}",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
