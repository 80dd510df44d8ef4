"""What the page of one budget shows: per fund what there is against what is budgeted and spent. No queries of its own
but those in `budget_page`; the rest takes rows that were fetched."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actionplans.models import ActionPoint
from finance.figures import SCHOOL_YEAR, Granted, Means, means_of
from finance.models import Budget, BudgetLine, Fund
from finance.realisation import Realisation, realisation
from swvportal.lib.school_year import over_school_years

if TYPE_CHECKING:
    from schools.querysets import Viewer


@dataclass(frozen=True, slots=True)
class Part:
    """What one published year of a fund brings to this school year: `share` is 5/12 or 7/12, or empty for all of it."""

    year: str
    share: str
    whole_cents: int
    cents: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """`over_cents`: how much the budget passes what there is of the fund at this line; 0 where it does not."""

    line: BudgetLine
    realised: Realisation
    over_cents: int
    point_readable: bool

    @property
    def must_explain(self) -> bool:
        return self.over_cents > 0 and not self.line.explanation.strip()


@dataclass(frozen=True, slots=True)
class FundBlock:
    """`means` is None where nothing of this school year is published, and for the board's own money. `awaited` names
    the years of a fund by the calendar year that are not published yet."""

    fund: Fund
    means: Means | None
    parts: tuple[Part, ...]
    awaited: tuple[str, ...]
    rows: tuple[LineRow, ...]
    realised: Realisation

    @property
    def budgeted_cents(self) -> int:
        return self.realised.budgeted_cents

    @property
    def spent_cents(self) -> int:
        return self.realised.spent_cents

    @property
    def free_cents(self) -> int | None:
        """What is not budgeted yet; below zero: what is budgeted too much. None where that cannot be said yet."""
        if self.means is None or not self.means.is_whole:
            return None
        return self.means.total_cents - self.budgeted_cents

    @property
    def over_cents(self) -> int:
        return max(0, -(self.free_cents or 0))

    @property
    def left_cents(self) -> int:
        """Of what there is (or, where that is not known, of what was budgeted) what is not spent."""
        there = self.budgeted_cents if self.means is None else self.means.total_cents
        return there - self.spent_cents


@dataclass(frozen=True, slots=True)
class BudgetPage:
    """`own` holds the money of the partnership, `board` that of the school board itself."""

    own: tuple[FundBlock, ...]
    board: tuple[FundBlock, ...]
    empty: tuple[str, ...]
    realised: Realisation

    @property
    def blocks(self) -> tuple[FundBlock, ...]:
        return (*self.own, *self.board)

    @property
    def rows(self) -> list[LineRow]:
        return [row for block in self.blocks for row in block.rows]

    @property
    def unexplained(self) -> list[LineRow]:
        return [row for row in self.rows if row.must_explain]

    @property
    def explained(self) -> list[LineRow]:
        return [row for row in self.rows if row.over_cents and not row.must_explain]

    @property
    def lagging(self) -> list[LineRow]:
        return [row for row in self.rows if row.realised.lags]

    @property
    def means_cents(self) -> int:
        return sum(block.means.total_cents for block in self.own if block.means)

    @property
    def carried_cents(self) -> int:
        return sum(block.means.carried_cents for block in self.own if block.means)

    @property
    def own_cents(self) -> int:
        return sum(block.budgeted_cents for block in self.own)

    @property
    def board_cents(self) -> int:
        return sum(block.budgeted_cents for block in self.board)

    @property
    def free_cents(self) -> int:
        """What is not budgeted, of the funds of which that can be said."""
        return sum(max(0, block.free_cents or 0) for block in self.own)

    @property
    def over_cents(self) -> int:
        """What is budgeted too much, fund by fund: what is free in one does not pay for another."""
        return sum(block.over_cents for block in self.own)

    @property
    def awaited(self) -> list[str]:
        """The funds with a part that is not published yet."""
        return [block.fund.name for block in self.own if block.awaited]

    @property
    def board_spent_cents(self) -> int:
        return sum(block.spent_cents for block in self.board)

    @property
    def own_spent_cents(self) -> int:
        return sum(block.spent_cents for block in self.own)

    @property
    def own_forecast_cents(self) -> int:
        return sum(block.realised.forecast_cents for block in self.own)

    @property
    def board_forecast_cents(self) -> int:
        return sum(block.realised.forecast_cents for block in self.board)

    @property
    def left_cents(self) -> int:
        """Of the partnership's money what is not spent."""
        return self.means_cents - self.own_spent_cents


def budget_page(budget: Budget, user: "Viewer", today: datetime.date) -> BudgetPage:
    """Four queries, however many lines. `budget` fetched `for_page()`."""
    lines = list(BudgetLine.objects.visible_to(user).filter(budget=budget.pk).for_list().with_spent())
    granted = budget.school.allocations.granted(budget.school_year)
    points = [line.action_point_id for line in lines if line.action_point_id]
    readable = set(ActionPoint.objects.visible_to(user).filter(pk__in=points).values_list("pk", flat=True))
    funds = Fund.objects.filter(partnership=budget.partnership_id).order_by("position", "pk")
    return page_of(budget, list(funds), lines, granted, readable, today)


def page_of(
    budget: Budget,
    funds: Iterable[Fund],
    lines: list[BudgetLine],
    granted: list[Granted],
    readable: Collection[int],
    today: datetime.date,
) -> BudgetPage:
    there = {fund: means for (_, fund), means in means_of(granted, budget.school_year).items()}
    blocks, empty = [], []
    for fund in funds:
        mine = [line for line in lines if line.fund_id == fund.pk]
        if not mine and fund.pk not in there:
            if fund.is_allocated and not fund.ended:
                empty.append(fund.name)
            continue
        of_fund = [row for row in granted if row.fund == fund.pk]
        blocks.append(_block(budget, fund, there.get(fund.pk), of_fund, mine, readable, today))
    return BudgetPage(
        own=tuple(block for block in blocks if block.fund.is_allocated),
        board=tuple(block for block in blocks if not block.fund.is_allocated),
        empty=tuple(empty),
        realised=_together([row.realised for block in blocks for row in block.rows]),
    )


def _block(
    budget: Budget,
    fund: Fund,
    means: Means | None,
    granted: list[Granted],
    lines: list[BudgetLine],
    readable: Collection[int],
    today: datetime.date,
) -> FundBlock:
    rows, so_far = [], 0
    for line in lines:
        so_far += line.amount_cents
        over = max(0, so_far - means.total_cents) if means is not None and means.is_whole else 0
        realised = realisation(line.amount_cents, line.spent_cents, budget.school_year, today)
        rows.append(LineRow(line, realised, min(over, line.amount_cents), line.action_point_id in readable))
    return FundBlock(
        fund=fund,
        means=means,
        parts=tuple(_part(fund, row, budget.school_year) for row in sorted(granted, key=lambda row: row.year)),
        awaited=_awaited(fund, granted, budget.school_year),
        rows=tuple(rows),
        realised=_together([row.realised for row in rows]),
    )


def _part(fund: Fund, row: Granted, school_year: int) -> Part:
    """As `finance.figures.means_of` takes it."""
    if fund.year_kind == SCHOOL_YEAR:
        return Part(fund.year_label(row.year), "", row.total_cents, row.total_cents)
    begins_in_it = row.year == school_year
    spring, autumn = over_school_years(row.total_cents)
    return Part(
        str(row.year), *(("5/12", row.total_cents, autumn) if begins_in_it else ("7/12", row.total_cents, spring))
    )


def _awaited(fund: Fund, granted: list[Granted], school_year: int) -> tuple[str, ...]:
    if not fund.is_allocated:
        return ()
    years = [school_year] if fund.year_kind == SCHOOL_YEAR else [school_year, school_year + 1]
    published = {row.year for row in granted}
    return tuple(fund.year_label(year) for year in years if year not in published)


def _together(parts: list[Realisation]) -> Realisation:
    return Realisation(
        budgeted_cents=sum(part.budgeted_cents for part in parts),
        spent_cents=sum(part.spent_cents for part in parts),
        forecast_cents=sum(part.forecast_cents for part in parts),
        lags=any(part.lags for part in parts),
    )
