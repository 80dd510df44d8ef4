"""The points of a plan as its page shows them: in columns under each spearhead, or as an outsider reads them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actionplans.models import ActionPoint, Spearhead


@dataclass(frozen=True, slots=True)
class Group:
    """A spearhead with its points by state; without a spearhead are those that have none yet."""

    spearhead: Spearhead | None
    columns: list[tuple[str, str, list[ActionPoint]]]


def columns_by_spearhead(spearheads: Sequence[Spearhead], points: Iterable[ActionPoint]) -> list[Group]:
    """In the order of the spearheads; those without points are left out."""
    mine = list(points)
    found = []
    for spearhead in (None, *spearheads):
        chosen = [point for point in mine if point.spearhead_id == (spearhead.pk if spearhead else None)]
        if chosen:
            columns = [
                (state, name, [point for point in chosen if point.state == state])
                for state, name in ActionPoint.State.choices
            ]
            found.append(Group(spearhead, columns))
    return found


@dataclass(frozen=True, slots=True)
class OutsideView:
    """All that a reader sees of a point of a plan that a school shared: never who, the notes or the agreement."""

    pk: int
    goal: str
    measure: str
    spearhead: str
    start: datetime.date | None
    due: datetime.date | None
    state: str
    result: str
    learned: str


def outside_view(point: ActionPoint) -> OutsideView:
    return OutsideView(
        pk=point.pk,
        goal=point.goal,
        measure=point.measure,
        spearhead=str(point.spearhead) if point.spearhead else "",
        start=point.start,
        due=point.due,
        state=point.get_state_display(),
        result=point.get_result_display() if point.result else "",
        learned=point.learned,
    )
