"""What goes into the document of an action plan; see `reports.contents` for what holds for every document."""

import dataclasses
import datetime

from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint, Spearhead

FORMAT = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    on: datetime.date
    text: str
    author: str


@dataclasses.dataclass(frozen=True, slots=True)
class Behind:
    """The agreement of a conversation that a point carries out."""

    text: str
    who: str
    held_on: datetime.date
    indicator: str


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """One action point; `state` and `result` are values of the model, `carried_from` is a school year."""

    goal: str
    measure: str
    who: str
    start: datetime.date | None
    due: datetime.date | None
    state: str
    state_nl: str
    result: str
    result_nl: str
    learned: str
    notes: tuple[Note, ...]
    agreement: Behind | None
    carried_from: int | None
    source_name: str

    @property
    def length(self) -> int:
        """Characters that people typed: what tells whether it fits on the rest of a page."""
        return len(self.goal + self.measure + self.learned) + sum(len(note.text) + 60 for note in self.notes)


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A spearhead with its points; number 0 holds those that have none yet."""

    number: int
    title: str
    points: tuple[Point, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PlanContent:
    """The action plan of one school and year, or the partnership's own work plan (then `school` is empty)."""

    format: int
    kind: str
    partnership: str
    partnership_code: str
    school: str
    school_location: str
    school_code: str
    board: str
    school_year: int
    state: str
    state_nl: str
    submitted_on: datetime.date | None
    submitted_by: str
    discussed_on: datetime.date | None
    adopted_on: datetime.date | None
    adopted_by: str
    evaluated_on: datetime.date | None
    support_plan: str
    profile_year: int | None
    introduction: str
    evaluation: str
    parts: tuple[Part, ...]
    without_points: tuple[str, ...]

    @property
    def owner(self) -> str:
        return self.school or self.partnership

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for part in self.parts for point in part.points)


def plan_content(plan: ActionPlan) -> PlanContent:
    """The content of a plan's document (fetched `for_page()`), for those who read the plan in full."""
    school, partnership = plan.school, plan.partnership
    points = list(ActionPoint.objects.for_page().filter(plan=plan.pk).prefetch_related("notes__author"))
    spearheads = list(plan.support_plan.spearheads.all()) if plan.support_plan else []
    used = {point.spearhead_id for point in points}
    return PlanContent(
        format=FORMAT,
        kind=plan.kind,
        partnership=partnership.name,
        partnership_code=partnership.code_dashed,
        school=school.name if school else "",
        school_location=school.location if school else "",
        school_code=school.code if school else "",
        board=school.board.name if school else "",
        school_year=plan.school_year,
        state=plan.state,
        state_nl=plan.get_state_display(),
        submitted_on=timezone.localdate(plan.submitted_at) if plan.submitted_at else None,
        submitted_by=plan.submitted_by.name if plan.submitted_by else "",
        discussed_on=plan.discussed_on,
        adopted_on=plan.adopted_on,
        adopted_by=plan.adopted_by.name if plan.adopted_by else "",
        evaluated_on=plan.evaluated_on,
        support_plan=plan.support_plan.title if plan.support_plan else "",
        profile_year=plan.profile.school_year if plan.profile else None,
        introduction=plan.introduction,
        evaluation=plan.evaluation,
        parts=_parts(spearheads, points),
        without_points=tuple(f"{s.number}. {s.title}" for s in spearheads if s.pk not in used),
    )


def _parts(spearheads: list[Spearhead], points: list[ActionPoint]) -> tuple[Part, ...]:
    heads = [(s.pk, s.number, s.title) for s in spearheads] + [(None, 0, "Nog zonder speerpunt")]
    found = [
        Part(number, title, tuple(_point(point) for point in points if point.spearhead_id == pk))
        for pk, number, title in heads
    ]
    return tuple(part for part in found if part.points)


def _point(point: ActionPoint) -> Point:
    return Point(
        goal=point.goal,
        measure=point.measure,
        who=point.who,
        start=point.start,
        due=point.due,
        state=point.state,
        state_nl=point.get_state_display(),
        result=point.result,
        result_nl=point.get_result_display() if point.result else "",
        learned=point.learned,
        notes=tuple(Note(note.on, note.text, note.author.name) for note in reversed(point.notes.all())),
        agreement=_behind(point),
        carried_from=point.carried_from.plan.school_year if point.carried_from else None,
        source_name=point.source_name,
    )


def _behind(point: ActionPoint) -> Behind | None:
    agreed = point.agreed
    if agreed is None:
        return None
    indicator = f"{agreed.indicator.code} {agreed.indicator.name}" if agreed.indicator else ""
    return Behind(agreed.text, agreed.who_and_side, timezone.localdate(agreed.conversation.held_at), indicator)
