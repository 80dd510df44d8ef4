"""What the books say: means, budget and spending, worked out from rows; and what an account shows of them.

Every split goes through `swvportal.lib.money.split`, so that the parts of a year always add up to the cent.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swvportal.lib.querysets import total
from swvportal.lib.school_year import over_calendar_years, over_school_years

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from finance.models import Budget, BudgetLine, FundAccount

SCHOOL_YEAR = "school"
OTHER = "other"  # money under no spearhead
NO_SPEARHEAD = "Geen speerpunt"


@dataclass(frozen=True, slots=True)
class Granted:
    """One published allocation: `total_cents` with its corrections, `carried_cents` what was left a year earlier."""

    school: int
    fund: int
    year_kind: str
    year: int
    total_cents: int
    carried_cents: int


@dataclass(frozen=True, slots=True)
class Means:
    """What a school has of a fund for a school year. `is_whole`: no part of it is still to be published, so that one can
    say whether a budget is over it."""

    allocated_cents: int = 0
    carried_cents: int = 0
    is_whole: bool = True

    @property
    def total_cents(self) -> int:
        return self.allocated_cents + self.carried_cents


def means_of(granted: Iterable[Granted], school_year: int) -> dict[tuple[int, int], Means]:
    """By school and fund. Of a fund by the calendar year a school year has 5/12 of the year in which it begins and 7/12
    of the next one, each as far as it is published."""
    rows = list(granted)
    published = {(row.school, row.fund, row.year) for row in rows}
    found: dict[tuple[int, int], Means] = {}
    for row in rows:
        allocated, carried = row.total_cents, row.carried_cents
        whole = True
        if row.year_kind != SCHOOL_YEAR:
            share = 1 if row.year == school_year else 0
            allocated, carried = over_school_years(allocated)[share], over_school_years(carried)[share]
            whole = {(row.school, row.fund, year) for year in (school_year, school_year + 1)} <= published
        before = found.get((row.school, row.fund), Means())
        found[row.school, row.fund] = Means(
            before.allocated_cents + allocated, before.carried_cents + carried, is_whole=whole
        )
    return found


# One account ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """`deviates`: the difference is more than the fund's threshold, and must be explained."""

    pk: int
    key: str
    name: str
    budgeted_cents: int
    spent_cents: int
    deviates: bool

    @property
    def difference_cents(self) -> int:
        return self.spent_cents - self.budgeted_cents


@dataclass(frozen=True, slots=True)
class SpearheadRow:
    key: str
    title: str
    budgeted_cents: int
    spent_cents: int


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """Of one school, fund and year, in eurocents. `open_budgets` are those behind it that are still a draft."""

    allocated_cents: int
    carried_cents: int
    budgeted_cents: int
    spent_cents: int
    categories: tuple[CategoryRow, ...]
    spearheads: tuple[SpearheadRow, ...]
    open_budgets: tuple["Budget", ...]

    @property
    def means_cents(self) -> int:
        return self.allocated_cents + self.carried_cents

    @property
    def left_cents(self) -> int:
        return self.means_cents - self.spent_cents


def deviates(budgeted: int, spent: int, percent: int) -> bool:
    """Whether the difference is more than `percent` of the budget; of a budget of nothing any spending is."""
    return abs(spent - budgeted) * 100 > percent * budgeted


@dataclass(frozen=True, slots=True)
class LineInYear:
    """What one budget line counts for in one year of its fund."""

    line: "BudgetLine"
    budgeted_cents: int
    spent_cents: int


def lines_in_year(lines: "Iterable[BudgetLine]", year_kind: str, year: int) -> list[LineInYear]:
    """What each line counts for in a school year or a calendar year. Lines need `budget` and, from `with_parts_of`,
    `dated_cents` (booked in that calendar year), `undated_cents` and `spent_cents`."""
    found = []
    for line in lines:
        budgeted, spent = line.amount_cents, line.spent_cents
        if year_kind != SCHOOL_YEAR:
            share = 0 if line.budget.school_year == year else 1
            budgeted = over_calendar_years(budgeted)[share]
            undated = over_calendar_years(line.undated_cents)[share]
            spent = line.dated_cents + undated
        found.append(LineInYear(line, budgeted, spent))
    return found


def with_parts_of(lines: "QuerySet[BudgetLine]", calendar_year: int) -> "QuerySet[BudgetLine]":
    """`spent_cents`, all bookings; `dated_cents`, those with a date in that calendar year; `undated_cents`, those
    without a date."""
    first, last = datetime.date(calendar_year, 1, 1), datetime.date(calendar_year, 12, 31)
    found: QuerySet[BudgetLine] = lines.annotate(  # type: ignore[no-redef]
        spent_cents=total("entries__amount_cents"),
        dated_cents=total("entries__amount_cents", entries__on__range=(first, last)),
        undated_cents=total("entries__amount_cents", entries__on=None),
    )
    return found


def account_figures(account: "FundAccount") -> AccountFigures:
    """From the books as they are now; four queries, however many lines. `account` fetched `for_page()`."""
    fund_year, school = account.fund_year, account.school
    fund, year = fund_year.fund, fund_year.year
    years = [year] if fund.year_kind == SCHOOL_YEAR else [year - 1, year]
    budgets = {budget.pk: budget for budget in school.budgets.filter(school_year__in=years)}
    lines = with_parts_of(fund.budget_lines.filter(budget__in=list(budgets)).for_list(), year)
    rows = list(lines.select_related("budget").order_by("budget__school_year", "position", "pk"))
    counted = lines_in_year(rows, fund.year_kind, year)
    granted = school.allocations.filter(fund_year=fund_year).with_totals().with_carried().first()
    return AccountFigures(
        allocated_cents=granted.total_cents if granted else 0,
        carried_cents=granted.carried_cents if granted else 0,
        budgeted_cents=sum(each.budgeted_cents for each in counted),
        spent_cents=sum(each.spent_cents for each in counted),
        categories=_by_category(counted, fund.threshold_percent),
        spearheads=_by_spearhead(counted),
        open_budgets=tuple(budget for budget in budgets.values() if budget.is_draft),
    )


def _by_category(counted: list[LineInYear], percent: int) -> tuple[CategoryRow, ...]:
    found: dict[int, list[LineInYear]] = {}
    for each in counted:
        found.setdefault(each.line.category_id, []).append(each)
    rows = []
    for group in sorted(found.values(), key=lambda group: (group[0].line.category.position, group[0].line.category_id)):
        category = group[0].line.category
        budgeted, spent = sum(e.budgeted_cents for e in group), sum(e.spent_cents for e in group)
        rows.append(
            CategoryRow(category.pk, category.key, category.name, budgeted, spent, deviates(budgeted, spent, percent))
        )
    return tuple(rows)


def _by_spearhead(counted: list[LineInYear]) -> tuple[SpearheadRow, ...]:
    """Under the spearheads by number, by their lasting key; what stands under none comes last. Nothing to explain where
    nothing was budgeted or spent."""
    found: dict[str, tuple[int, str, int, int]] = {}
    for each in counted:
        head = each.line.under
        key, number = (head.key, head.number) if head else (OTHER, 10_000)
        title = f"{head.number}. {head.title}" if head else NO_SPEARHEAD
        _, _, budgeted, spent = found.get(key, (0, "", 0, 0))
        found[key] = (number, title, budgeted + each.budgeted_cents, spent + each.spent_cents)
    return tuple(
        SpearheadRow(key, title, budgeted, spent)
        for key, (_, title, budgeted, spent) in sorted(found.items(), key=lambda item: (item[1][0], item[0]))
        if budgeted or spent
    )
