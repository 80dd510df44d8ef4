"""How far the accountability texts of a year are: per partnership of a board, which schools answered and where the
summary stands. A fixed number of queries, whatever the number of schools."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from finance.models import BoardNarrative, QuestionSet, SchoolNarrative
from schools.access import access_of
from schools.models import Board, Partnership, School

if TYPE_CHECKING:
    from schools.querysets import Viewer


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school that is asked. `narrative` says how far it is; its content only who may read it knows."""

    school: School
    partnership: Partnership
    narrative: SchoolNarrative | None

    @property
    def has_answered(self) -> bool:
        return self.narrative is not None and not self.narrative.is_draft

    @property
    def state(self) -> str:
        if self.narrative is None:
            return "nog niet begonnen"
        return "mee bezig" if self.narrative.is_draft else "ingediend"


@dataclass(frozen=True, slots=True)
class Section:
    """One partnership in which the board has schools, and the summary about it."""

    partnership: Partnership
    rows: list[SchoolRow]
    summary: BoardNarrative | None

    @property
    def answered(self) -> int:
        return sum(row.has_answered for row in self.rows)

    @property
    def state(self) -> str:
        if self.summary is None:
            return "nog niet begonnen"
        return str(self.summary.get_state_display())

    @property
    def is_published(self) -> bool:
        return self.summary is not None and not self.summary.is_draft


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set of questions of one's own board, with its sections in the order of the codes."""

    question_set: QuestionSet
    sections: list[Section]

    @property
    def rows(self) -> list[SchoolRow]:
        return [row for section in self.sections for row in section.rows]

    @property
    def answered(self) -> int:
        return sum(row.has_answered for row in self.rows)

    @property
    def published(self) -> int:
        return sum(section.is_published for section in self.sections)


def sets_of(user: "Viewer", only: int | None = None) -> list[SetRow]:
    """The sets of one's board or boards, newest first; or one of them. Four queries."""
    boards = access_of(user).boards
    found = QuestionSet.objects.filter(board__in=boards).for_page()
    sets = list(found.filter(pk=only) if only else found.order_by("-year", "board__name"))
    keys = [each.pk for each in sets]
    narratives = SchoolNarrative.objects.standing_for(user).filter(question_set__in=keys)
    by_school = {(each.question_set_id, each.school_id): each for each in narratives}
    summaries = BoardNarrative.objects.standing_for(user).filter(question_set__in=keys)
    by_partnership = {(each.question_set_id, each.partnership_id): each for each in summaries}
    moved = {school for _, school in by_school}
    schools = School.objects.filter(Q(board__in=boards) | Q(pk__in=moved)).select_related("partnership")
    every = list(schools.order_by("name", "location", "pk"))
    partnerships = _partnerships(every, by_school.values(), by_partnership.values())
    return [_set_row(each, every, by_school, by_partnership, partnerships) for each in sets]


def _partnerships(
    schools: list[School], narratives: Iterable[SchoolNarrative], summaries: Iterable[BoardNarrative]
) -> dict[int, Partnership]:
    """By key; a query more only where a school moved away and left an answer behind."""
    known = {school.partnership_id: school.partnership for school in schools}
    wanted = {each.partnership_id for each in narratives} | {each.partnership_id for each in summaries}
    if missing := wanted - set(known):
        known |= {each.pk: each for each in Partnership.objects.filter(pk__in=missing)}
    return known


def _set_row(
    asked: QuestionSet,
    schools: list[School],
    by_school: dict[tuple[int, int], SchoolNarrative],
    by_partnership: dict[tuple[int, int], BoardNarrative],
    partnerships: dict[int, Partnership],
) -> SetRow:
    rows: dict[int, list[SchoolRow]] = {key[1]: [] for key in by_partnership if key[0] == asked.pk}
    for school in schools:
        narrative = by_school.get((asked.pk, school.pk))
        if narrative is None and (school.closed_on is not None or school.board_id != asked.board_id):
            continue
        where = narrative.partnership_id if narrative else school.partnership_id
        rows.setdefault(where, []).append(SchoolRow(school, partnerships[where], narrative))
    sections = [Section(partnerships[key], found, by_partnership.get((asked.pk, key))) for key, found in rows.items()]
    return SetRow(asked, sorted(sections, key=lambda each: (each.partnership.code, each.partnership.pk)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a school of one's own."""

    question_set: QuestionSet
    school: School
    narrative: SchoolNarrative | None


def asked_of(user: "Viewer") -> list[Asked]:
    """Every published set for the schools where one works, newest first. Three queries."""
    access = access_of(user)
    if not access.schools:
        return []
    schools = list(School.objects.filter(pk__in=access.schools).select_related("partnership", "board").order_by("name"))
    boards = {school.board_id for school in schools}
    narratives = SchoolNarrative.objects.filter(school__in=access.schools).select_related("question_set__board")
    given = {(each.question_set_id, each.school_id): each for each in narratives}
    sets = QuestionSet.objects.filter(board__in=boards, state=QuestionSet.State.PUBLISHED).select_related("board")
    known = {each.pk: each for each in sets} | {each.question_set_id: each.question_set for each in given.values()}
    return [
        Asked(asked, school, given.get((asked.pk, school.pk)))
        for asked in sorted(known.values(), key=lambda each: (-each.year, each.pk))
        for school in schools
        if (asked.pk, school.pk) in given or (asked.board_id == school.board_id and school.closed_on is None)
    ]


def boards_of(user: "Viewer") -> list[Board]:
    return list(Board.objects.filter(pk__in=access_of(user).boards).order_by("name"))
