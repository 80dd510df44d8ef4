"""How far a school is in a round, as far as anybody in it may know: forms that are in, exchange, conversation, report.

Wants participations from `for_table()`, or with `with_standing()`.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from indicators.models import Assessment, Participation, Party
from schools.access import access_of
from swvportal.lib import dates

if TYPE_CHECKING:
    from schools.querysets import Viewer


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps of a round. `state` is a class of the stylesheet: done, now, or nothing."""

    title: str
    note: str
    state: str = ""


def party_of(user: "Viewer", participation: Participation) -> Party | None:
    """Whose form this person fills in or reads before the exchange; None for who only watches afterwards."""
    access = access_of(user)
    if access.on_school_side(participation.school):
        return Party.SCHOOL
    return Party.PARTNERSHIP if participation.round.partnership_id in access.partnerships else None


@dataclass(frozen=True, slots=True)
class Standing:
    participation: Participation
    own: Party | None
    fills_in: bool
    school: Assessment
    partnership: Assessment
    conversation: Any
    reports: tuple[Any, ...]

    @classmethod
    def of(cls, participation: Participation, user: "Viewer") -> "Standing":
        forms = {form.party: form for form in participation.assessments.all()}
        conversation = getattr(participation, "conversation", None)
        own = party_of(user, participation)
        return cls(
            participation=participation,
            own=own,
            # A member of the board is on the school's side and only reads.
            fills_in=own == Party.PARTNERSHIP or participation.school_id in access_of(user).schools,
            school=forms[Party.SCHOOL],
            partnership=forms[Party.PARTNERSHIP],
            conversation=conversation,
            reports=tuple(conversation.reports.all()) if conversation else (),
        )

    @property
    def forms(self) -> tuple[Assessment, Assessment]:
        return self.school, self.partnership

    @property
    def own_form(self) -> Assessment | None:
        return next((form for form in self.forms if form.party == self.own), None)

    @property
    def is_late(self) -> bool:
        """Somebody's form should have been in. Nobody is late in a round that is not open."""
        here = self.participation
        waits = not here.is_exchanged and here.round.state == "open"
        return waits and here.is_past_deadline() and any(form.is_draft for form in self.forms)

    @property
    def was_held(self) -> bool:
        return self.conversation is not None and self.conversation.held_at <= timezone.now()

    @property
    def may_start_without(self) -> bool:
        """The state allows it; whether the person may is another question."""
        return self.is_late and sum(form.is_submitted for form in self.forms) == 1

    def next_step(self) -> tuple[str, str]:
        """What comes next for whom looks at it, as a link: words and address. Empty words: nothing to press."""
        here = self.participation
        if self.reports:
            return "Verslag bekijken", reverse("reports:conversation_report", args=[here.pk])
        if here.is_exchanged:
            if self.conversation:
                return "Gesprek bekijken", reverse("conversations:conversation", args=[here.pk])
            return "Vergelijking bekijken", reverse("indicators:comparison", args=[here.pk])
        if here.round.state != "open":
            return "", ""
        if self.own == Party.PARTNERSHIP and self.partnership.is_submitted and self.may_start_without:
            return "Beginnen zonder de school", reverse("indicators:start_without", args=[here.pk])
        if self.fills_in and self.own_form and self.own_form.is_draft:
            return "Formulier invullen", self.own_form.get_absolute_url()
        return "", ""

    def steps(self) -> list[Step]:
        """The five steps, with the first that is not done as the present one."""
        here = self.participation
        mine_in = here.is_exchanged or (self.own_form is not None and not self.own_form.is_draft)
        done = [here.round.opened_at is not None, mine_in, here.is_exchanged, self.was_held, bool(self.reports)]
        titles = ["Ronde geopend", "Formulier indienen", "Uitwisseling", "Managementgesprek", "Verslag"]
        notes = [
            dates.long_day(here.round.opened_at) if here.round.opened_at else "nog niet",
            self._submit_note(),
            self._exchange_note(),
            self._conversation_note(),
            f"versie {self.reports[0].version}" if self.reports else "het SWV maakt het na het gesprek",
        ]
        present = done.index(False) if False in done else len(done)
        return [
            Step(title, note, "done" if is_done else "now" if i == present else "")
            for i, (title, note, is_done) in enumerate(zip(titles, notes, done, strict=True))
        ]

    def _submit_note(self) -> str:
        own = self.own_form
        if own is not None and own.submitted_at:
            return f"ingediend op {dates.long_day(own.submitted_at)}"
        return f"uiterlijk {dates.long_day(self.participation.deadline)}"

    def _exchange_note(self) -> str:
        here = self.participation
        if here.exchanged_at is None:
            return "zodra school en SWV allebei hebben ingediend; u krijgt bericht"
        without = {"school": "zonder het formulier van de school", "partnership": "zonder het formulier van het SWV"}
        return ", ".join(filter(None, [dates.long_day(here.exchanged_at), without.get(here.missing_party, "")]))

    def _conversation_note(self) -> str:
        moment: datetime.datetime | None = (
            self.conversation.held_at if self.conversation else self.participation.appointment_at
        )
        return f"{dates.long_day(moment)}, {dates.clock(moment)}" if moment else "nog niet gepland"
