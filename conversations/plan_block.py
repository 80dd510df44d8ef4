"""How the school's action plan of the round's year stands, for the third subject of the conversation."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from actionplans.models import ActionPlan, ActionPoint
from swvportal.lib import school_year as school_years

if TYPE_CHECKING:
    from indicators.models import Participation
    from schools.querysets import Viewer


@dataclass(frozen=True, slots=True)
class PointLine:
    goal: str
    state: str
    is_open: bool
    due: datetime.date | None
    is_late: bool
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A spearhead with its points."""

    title: str
    points: tuple[PointLine, ...]


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """`absent` says why there is nothing to show; then all else is empty."""

    absent: str = ""
    year: str = ""
    state: str = ""
    url: str = ""
    counts: str = ""
    late: int = 0
    parts: tuple[Part, ...] = ()


def plan_block(participation: "Participation", user: "Viewer", today: datetime.date) -> PlanBlock:
    """Of the plan as this person may read it in full; of a draft the partnership learns that there is one."""
    year = participation.round.school_year
    mine = {"school": participation.school_id, "school_year": year}
    plan = ActionPlan.objects.inside_to(user).filter(**mine).first()
    if plan is None:
        standing = ActionPlan.objects.standing_for(user).filter(**mine).first()
        return PlanBlock(absent=_absent(school_years.label(year), drafted=standing is not None))
    points = list(ActionPoint.objects.for_list().filter(plan=plan).order_by("position", "pk"))
    return PlanBlock(
        year=school_years.label(year),
        state=plan.get_state_display(),
        url=reverse("actionplans:plan", args=[plan.pk]),
        counts=_counts(points),
        late=sum(point.is_late(today) for point in points),
        parts=_parts(points, today),
    )


def _absent(year: str, *, drafted: bool) -> str:
    if drafted:
        return f"De school schrijft nog aan het actieplan {year}. U leest het zodra het is ingediend."
    return f"Er is nog geen actieplan {year} dat u kunt lezen."


def _counts(points: list[ActionPoint]) -> str:
    """ "2 gereed, 1 loopt, 3 gepland"; more than one "lopen"."""
    order = (ActionPoint.State.DONE, ActionPoint.State.RUNNING, ActionPoint.State.PLANNED, ActionPoint.State.STOPPED)
    numbers = [(sum(point.state == state for point in points), state.label) for state in order]
    return ", ".join(
        f"{number} {'lopen' if label == 'loopt' and number > 1 else label}" for number, label in numbers if number
    )


def _parts(points: list[ActionPoint], today: datetime.date) -> tuple[Part, ...]:
    """Under the spearheads by number; what has none yet comes last."""
    found: dict[tuple[int, str], list[PointLine]] = {}
    for point in points:
        head = point.spearhead
        key = (head.number, f"{head.number}. {head.title}") if head else (10_000, "Nog zonder speerpunt")
        line = PointLine(
            goal=point.goal,
            state=point.get_state_display(),
            is_open=point.is_open,
            due=point.due,
            is_late=point.is_late(today),
            url=reverse("actionplans:point", args=[point.pk]),
        )
        found.setdefault(key, []).append(line)
    return tuple(Part(title, tuple(lines)) for (_, title), lines in sorted(found.items()))
