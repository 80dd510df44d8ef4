"""What the page of a support profile says beside its content: how far it is, what is asked, what changed."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actionplans.models import SupportProfile
from swvportal.lib import dates

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    state: str  # done, now, or nothing
    note: str


def steps(profile: SupportProfile) -> list[Step]:
    """From draft to published; the one that the profile is in now, and those it has had."""
    states = list(SupportProfile.State)
    reached = states.index(SupportProfile.State(profile.state))
    notes = {
        SupportProfile.State.DRAFT: "De school vult in.",
        SupportProfile.State.WITH_MR: _on("bespreking op" if profile.waits_for_mr else "besproken op", profile.mr_on)
        or "De medezeggenschapsraad bespreekt het.",
        SupportProfile.State.ADOPTED: _on("op", profile.adopted_on) or "De directeur stelt het vast.",
        SupportProfile.State.PUBLISHED: "De scholen van het SWV lezen het.",
    }
    found = []
    for index, state in enumerate(states):
        is_last = state is SupportProfile.State.PUBLISHED
        here = "done" if index < reached or (is_last and index == reached) else "now" if index == reached else ""
        title = str(state.label)
        found.append(Step(title[0].upper() + title[1:], here, notes[state]))
    return found


def _on(words: str, day: datetime.date | None) -> str:
    return f"{words} {dates.long_date(day)}" if day else ""


def asked(profile: SupportProfile, user: "User") -> str:
    """One sentence: what this page asks of this person, or what it shows."""
    state = SupportProfile.State
    if profile.may_move(user):
        return {
            state.DRAFT: "Vul het profiel met uw team in. Daarna gaat het langs de medezeggenschapsraad (MR).",
            state.WITH_MR: (
                f"De MR bespreekt het profiel. U kunt vaststellen vanaf {dates.long_day(profile.mr_on)}."
                if profile.waits_for_mr and profile.mr_on
                else "Stel het profiel vast als de MR het heeft besproken."
            ),
            state.ADOPTED: "Publiceer het profiel, dan kunnen de andere scholen het lezen.",
            state.PUBLISHED: "Dit profiel is gepubliceerd. U hoeft niets te doen.",
        }[state(profile.state)]
    if profile.may_edit(user):
        return "Vul het profiel met uw team in. De directeur brengt het daarna naar de medezeggenschapsraad (MR)."
    return {
        state.DRAFT: "De school werkt nog aan dit profiel.",
        state.WITH_MR: "De medezeggenschapsraad (MR) van de school bespreekt dit profiel. Het kan nog veranderen.",
        state.ADOPTED: "De directeur heeft dit profiel vastgesteld.",
        state.PUBLISHED: "Dit biedt de school aan ondersteuning.",
    }[state(profile.state)]


def progress(profile: SupportProfile) -> tuple[int, int]:
    """How many of the texts and items are filled in, and how many there are."""
    parts = [getattr(profile, text).strip() for text in SupportProfile.TEXTS]
    parts += [row.state for row in profile.items.all()]
    return sum(bool(part) for part in parts), len(parts)


def open_parts(profile: SupportProfile) -> list[tuple[str, str]]:
    """What the MR needs and is not there yet: where it stands in the form, and its name."""
    found = [] if profile.description.strip() else [("div_id_description", "Beschrijving van de school")]
    return found + [(f"i-{row.item_id}", row.item.name) for row in profile.items.all() if row.is_open]


def changes(before: SupportProfile, now: SupportProfile) -> list[str]:
    """What is different since an earlier year: states of items and provisions. Both come with their content."""
    return [*_changed_items(before, now), *_changed_provisions(before, now)]


def _changed_items(before: SupportProfile, now: SupportProfile) -> list[str]:
    was = {row.item.key: row for row in before.items.all()}
    found = []
    for row in now.items.all():
        old = was.get(row.item.key)
        if old is None:
            found.append(f"{row.item.name}: nieuw op de lijst")
        elif old.state and row.state and old.state != row.state:
            found.append(f"{row.item.name}: {row.get_state_display()}, was {old.get_state_display()}")
    return found


def _changed_provisions(before: SupportProfile, now: SupportProfile) -> list[str]:
    was = {provision.key: provision for provision in before.provisions.all()}
    found = []
    for provision in now.provisions.all():
        old = was.pop(provision.key, None)
        if old is None:
            found.append(f"Nieuwe voorziening: {provision.name}")
        elif old.places != provision.places:
            found.append(f"{provision.name}: {_places(provision.places)}, was {_places(old.places)}")
    return found + [f"Voorziening vervallen: {provision.name}" for provision in was.values()]


def _places(number: int | None) -> str:
    if number is None:
        return "geen vast aantal plaatsen"
    return f"{number} plaats" if number == 1 else f"{number} plaatsen"
