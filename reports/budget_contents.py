"""What the report of a conversation says of the school's support budget; see `reports.contents` for what holds for every
document.

A report is the same for everybody who may read it, auditors too: it holds the adopted budget alone, and of action points
those of an adopted plan. It tells how things stood at the end of the day of the conversation: what was booked, ticked off
or evaluated since is no change in what was said there.
"""

import dataclasses
import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from actionplans.then import standing_at
from finance.models import Budget, BudgetLine

if TYPE_CHECKING:
    from conversations.models import Conversation

ADOPTED = {ActionPlan.State.ADOPTED, ActionPlan.State.EVALUATED}


@dataclasses.dataclass(frozen=True, slots=True)
class MoneyLine:
    description: str
    category: str
    spearhead: str
    budgeted_cents: int
    spent_cents: int
    explanation: str

    @property
    def left_cents(self) -> int:
        return self.budgeted_cents - self.spent_cents


@dataclasses.dataclass(frozen=True, slots=True)
class MoneyFund:
    """A fund with its lines in the order of the budget. `is_board`: the school board's own money."""

    name: str
    is_board: bool
    lines: tuple[MoneyLine, ...]

    @property
    def budgeted_cents(self) -> int:
        return sum(line.budgeted_cents for line in self.lines)

    @property
    def spent_cents(self) -> int:
        return sum(line.spent_cents for line in self.lines)


@dataclasses.dataclass(frozen=True, slots=True)
class MoneyEffect:
    """An action point that money was meant for: how it stood that day, and what was last noted about it."""

    goal: str
    state: str
    result: str
    note: str
    noted_on: datetime.date | None
    budgeted_cents: int
    spent_cents: int


@dataclasses.dataclass(frozen=True, slots=True)
class Money:
    """The budget of the round's school year. Without `adopted_on` there is none that everybody may read.
    `adopted_afterwards`: later than the day of the conversation, so that the lines may have changed since."""

    adopted_on: datetime.date | None = None
    adopted_afterwards: bool = False
    funds: tuple[MoneyFund, ...] = ()
    effects: tuple[MoneyEffect, ...] = ()

    @property
    def budgeted_cents(self) -> int:
        return sum(fund.budgeted_cents for fund in self.funds)

    @property
    def spent_cents(self) -> int:
        return sum(fund.spent_cents for fund in self.funds)


def money_of(conversation: "Conversation") -> Money:
    """Four queries, however many lines; the lines come in one, so that they are those of one moment."""
    participation = conversation.participation
    day = timezone.localdate(conversation.held_at) + datetime.timedelta(days=1)
    ended = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    adopted = BudgetLine.objects.filter(
        budget__school=participation.school_id,
        budget__partnership=participation.round.partnership_id,
        budget__school_year=participation.round.school_year,
        budget__state=Budget.State.ADOPTED,
    )
    lines = list(
        adopted.for_list()
        .select_related("budget")
        .with_spent_before(ended)
        .order_by("fund__position", "fund_id", "position", "pk")
    )
    if not lines:
        return Money()
    adopted_at = lines[0].budget.adopted_at
    return Money(
        adopted_on=timezone.localdate(adopted_at) if adopted_at else None,
        adopted_afterwards=adopted_at is not None and adopted_at >= ended,
        funds=_funds(lines),
        effects=_effects(lines, ended),
    )


def _funds(lines: list[BudgetLine]) -> tuple[MoneyFund, ...]:
    """The partnership's money first, then the board's own."""
    found: dict[int, list[BudgetLine]] = {}
    for line in sorted(lines, key=lambda line: not line.fund.is_allocated):
        found.setdefault(line.fund_id, []).append(line)
    return tuple(
        MoneyFund(own[0].fund.name, not own[0].fund.is_allocated, tuple(_line(line) for line in own))
        for own in found.values()
    )


def _line(line: BudgetLine) -> MoneyLine:
    head = line.under if _point(line) else line.spearhead
    return MoneyLine(
        description=line.description,
        category=line.category.name,
        spearhead=f"{head.number}. {head.title}" if head else "",
        budgeted_cents=line.amount_cents,
        spent_cents=line.spent_cents,
        explanation=line.explanation,
    )


def _point(line: BudgetLine) -> ActionPoint | None:
    """Its action point, where the plan is adopted."""
    point = line.action_point
    return point if point is not None and point.plan.state in ADOPTED else None


def _effects(lines: list[BudgetLine], moment: datetime.datetime) -> tuple[MoneyEffect, ...]:
    """A row a point, in the order in which the lines name them."""
    paid: dict[int, list[BudgetLine]] = {}
    points: dict[int, ActionPoint] = {}
    for line in lines:
        if point := _point(line):
            points[point.pk] = point
            paid.setdefault(point.pk, []).append(line)
    standing = standing_at(moment, points.values())
    return tuple(
        MoneyEffect(
            goal=point.goal,
            state=standing[pk].state,
            result=standing[pk].result,
            note=standing[pk].note,
            noted_on=standing[pk].noted_on,
            budgeted_cents=sum(line.amount_cents for line in paid[pk]),
            spent_cents=sum(line.spent_cents for line in paid[pk]),
        )
        for pk, point in points.items()
    )
