"""The small world in which most tests play, built through the models' own verbs.

Alice directs a school and Bob works there; Carla directs another one; Dirk sits on the board of both; Petra is policy
officer and Bea is beheerder of their partnership; Aisha audits it; Oscar is the operator; Otto works for a partnership
that has nothing to do with any of them.
"""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from indicators.bijlage8 import ship_to
from indicators.models import (
    Answer,
    Assessment,
    ConversationRound,
    EvidenceFile,
    Indicator,
    IndicatorSet,
    Participation,
    Party,
)
from schools.access import forget_access
from schools.models import Board, Membership, Partnership, Role, School

if TYPE_CHECKING:
    from tests.money import Scene as MoneyScene
    from tests.plans import Scene

PASSWORD = "geheim-wachtwoord"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PAST_APPOINTMENT = datetime.datetime(2026, 3, 10, 13, 0, tzinfo=datetime.UTC)


def user(name: str, **fields: object) -> User:
    return User.objects.create_user(f"{name}@voorbeeld.nl", PASSWORD, name=name.capitalize(), **fields)


def partnership(code: str, name: str) -> Partnership:
    return Partnership.objects.create(code=code, name=name, contact=f"Loket {code}, 010 000 00 00")


def school(of: Partnership, board: Board, brin: str, name: str) -> School:
    return School.objects.create(partnership=of, board=board, brin=brin, name=name, city="Amersfoort")


def member(
    who: User,
    role: Role,
    *,
    school: School | None = None,
    board: Board | None = None,
    partnership: Partnership | None = None,
    deputy: bool = False,
    valid_until: datetime.date | None = None,
) -> Membership:
    """Give somebody a role, from this moment on."""
    membership = Membership.objects.create(
        user=who,
        role=role,
        school=school,
        board=board,
        partnership=partnership,
        deputy=deputy,
        valid_until=valid_until,
    )
    forget_access(who)
    return membership


def published_set(by: User, of: Partnership) -> IndicatorSet:
    """The form of Bijlage 8, published by this partnership's beheerder."""
    shipped = IndicatorSet.objects.with_parts().get(pk=ship_to(of).pk)
    shipped.publish(by, shipped.flags())
    return IndicatorSet.objects.with_parts().get(pk=shipped.pk)


@dataclass
class World:
    """What every test may rely on; see `build`."""

    partnership: Partnership
    other_partnership: Partnership
    board: Board
    school: School
    other_school: School
    indicator_set: IndicatorSet
    round: ConversationRound
    participation: Participation
    people: dict[str, User] = field(repr=False)
    plans: "Scene" = field(init=False, repr=False)  # what tests/plans.py set up, where it did
    money: "MoneyScene" = field(init=False, repr=False)  # and tests/money.py

    def __getattr__(self, name: str) -> User:
        """A person by name: `world.alice`."""
        people: dict[str, User] = self.__dict__["people"]
        if name not in people:
            raise AttributeError(name)
        return people[name]

    def form(self, party: str, participation: Participation | None = None) -> Assessment:
        """A party's form as it is now, with what a page needs."""
        where = participation or self.participation
        return Assessment.objects.for_page().with_answers().get(participation=where.pk, party=party)

    def writer(self, party: str) -> User:
        """Who fills in and submits for this party."""
        return self.people["alice" if party == Party.SCHOOL else "petra"]

    def indicators(self) -> list[Indicator]:
        return list(self.indicator_set.indicators.all())

    def answer(
        self,
        party: str,
        code: str,
        *,
        levels: Mapping[str, str | None] | None = None,
        explanation: str = "",
        by: User | None = None,
        participation: Participation | None = None,
    ) -> Answer:
        """Save one row, from the version that stands there now."""
        form = self.form(party, participation)
        indicator = next(i for i in self.indicators() if i.code == code)
        standing = next((a for a in form.answers.all() if a.indicator_id == indicator.pk), None)
        return form.save_answer(
            by or self.writer(party),
            indicator,
            version=standing.version if standing else 0,
            levels=levels or {},
            explanation=explanation,
        )

    def fill(
        self, party: str, level: str = "v", by: User | None = None, participation: Participation | None = None
    ) -> Assessment:
        """All twelve indicators on both dimensions, with an explanation, and both closing texts."""
        form = self.form(party, participation)
        by = by or self.writer(party)
        versions = {answer.indicator_id: answer.version for answer in form.answers.all()}
        dimensions = [dimension.key for dimension in self.indicator_set.dimensions.all()]
        for indicator in self.indicators():
            form.save_answer(
                by,
                indicator,
                version=versions.get(indicator.pk, 0),
                levels=dict.fromkeys(dimensions, level),
                explanation=f"Toelichting bij {indicator.code}.",
            )
        form.save_closing_text(by, "follow_up", version=form.follow_up_version, text="Vervolgafspraak voor later.")
        form.save_closing_text(by, "planning", version=form.planning_version, text="Planning tot de zomer.")
        return self.form(party, participation)

    def add_evidence(
        self, party: str, code: str = "1A", *, name: str = "plan.pdf", content: bytes = PDF, by: User | None = None
    ) -> EvidenceFile:
        indicator = next(i for i in self.indicators() if i.code == code)
        upload = SimpleUploadedFile(name, content)
        return self.form(party).add_evidence(
            by or self.writer(party), indicator, upload, content_type="application/pdf"
        )

    def submit(
        self, party: str, participation: Participation | None = None, key: uuid.UUID | None = None
    ) -> Assessment:
        """Submit the form as it stands; `fill` it first."""
        self.form(party, participation).submit(self.writer(party), key or uuid.uuid4())
        self.refresh()
        return self.form(party, participation)

    def exchange(self, participation: Participation | None = None) -> Participation:
        """Fill in and submit both forms, where that has not been done yet."""
        for party, level in (("school", "v"), ("partnership", "u")):
            form = self.form(party, participation)
            if form.is_draft:
                if not form.answers.all():
                    self.fill(party, level, participation=participation)
                self.submit(party, participation)
        self.refresh()
        where = participation or self.participation
        return Participation.objects.for_page().get(pk=where.pk)

    def last_year(self) -> Participation:
        """A finished round of the school year before, whose forms were exchanged."""
        round_ = ConversationRound.objects.create(
            partnership=self.partnership, indicator_set=self.indicator_set, school_year=2025, title="Voorjaarsronde"
        )
        before = round_.add_school(
            self.people["petra"], self.school, responsible=self.people["petra"], appointment_at=PAST_APPOINTMENT
        )
        round_.open(self.people["petra"])
        self.exchange(before)
        round_.close(self.people["petra"])
        return Participation.objects.for_page().get(pk=before.pk)

    def pass_deadline(self) -> None:
        """The deadline was yesterday."""
        self.participation.deadline = timezone.localdate() - datetime.timedelta(days=1)
        self.participation.save(update_fields=["deadline"])

    def refresh(self) -> None:
        self.participation = Participation.objects.for_page().get(pk=self.participation.pk)
        self.round = self.participation.round


def build() -> World:
    """One open round of this year with one school in it; the other school takes no part."""
    names = ("alice", "bob", "carla", "dirk", "petra", "bea", "aisha", "otto")
    people = {name: user(name) for name in names}
    people["oscar"] = user("oscar", is_staff=True)
    ours = partnership("VO2708", "Samenwerkingsverband De Eem")
    theirs = partnership("VO0101", "Samenwerkingsverband Elders")
    board = Board.objects.create(number="40001", name="Stichting De Waaier")
    here = school(ours, board, "01AA", "Het Kompas")
    there = school(ours, board, "02BB", "De Horizon")
    member(people["alice"], Role.DIRECTOR, school=here)
    member(people["bob"], Role.STAFF, school=here)
    member(people["carla"], Role.DIRECTOR, school=there)
    member(people["dirk"], Role.BOARD_MEMBER, board=board)
    member(people["petra"], Role.POLICY_OFFICER, partnership=ours)
    member(people["bea"], Role.ADMINISTRATOR, partnership=ours)
    until = timezone.localdate() + datetime.timedelta(days=90)
    member(people["aisha"], Role.AUDITOR, partnership=ours, valid_until=until)
    member(people["otto"], Role.POLICY_OFFICER, partnership=theirs)
    indicator_set = published_set(people["bea"], ours)
    round_ = ConversationRound.objects.create(
        partnership=ours, indicator_set=indicator_set, school_year=2026, title="Voorjaarsronde"
    )
    participation = round_.add_school(
        people["petra"],
        here,
        responsible=people["petra"],
        appointment_at=timezone.now() + datetime.timedelta(days=30),
        location="Het Kompas, kamer 12",
    )
    round_.open(people["petra"])
    world = World(ours, theirs, board, here, there, indicator_set, round_, participation, people)
    world.refresh()
    return world
