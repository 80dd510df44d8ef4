"""How the money stands in a school year: of every school that one may know of what it has, budgets and spends."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from finance.figures import Means, means_of
from finance.models import Allocation, Budget, BudgetLine, Expenditure, Fund
from schools.access import Access, access_of
from schools.models import Partnership, School
from swvportal.lib.school_year import bounds

if TYPE_CHECKING:
    from schools.querysets import Viewer

NOBODY = "niemand: het jaar is voorbij"
NOT_BEGUN, GIVEN_BACK = "geen", "teruggegeven"
STATES = {
    NOT_BEGUN: "nog niet begonnen",
    GIVEN_BACK: "teruggegeven",
    "draft": "concept",
    "submitted": "ingediend",
    "adopted": "vastgesteld",
}


@dataclass(slots=True)
class Sums:
    """In eurocents. What was budgeted and spent is 0 where one may not read the budget. `over_cents` is what is budgeted
    too much, school by school and fund by fund; nothing where not all of a fund is published yet."""

    allocated_cents: int = 0
    carried_cents: int = 0
    budgeted_cents: int = 0
    spent_cents: int = 0
    over_cents: int = 0

    @property
    def means_cents(self) -> int:
        return self.allocated_cents + self.carried_cents

    @property
    def left_cents(self) -> int:
        return self.means_cents - self.spent_cents

    @property
    def percent(self) -> int:
        """Of what there is, what is spent; more than 100 where too much is."""
        return self.spent_cents * 100 // self.means_cents if self.means_cents > 0 else 0

    def add(self, other: "Sums") -> None:
        self.allocated_cents += other.allocated_cents
        self.carried_cents += other.carried_cents
        self.budgeted_cents += other.budgeted_cents
        self.spent_cents += other.spent_cents
        self.over_cents += other.over_cents

    @property
    def is_something(self) -> bool:
        return any((self.allocated_cents, self.carried_cents, self.budgeted_cents, self.spent_cents))


@dataclass(slots=True)
class SchoolRow:
    """One school in one school year. `funds` holds the partnership's money by fund, `own` the board's; `partnership` is
    the one of that year."""

    school: School
    partnership: Partnership
    budget: Budget | None
    readable: bool
    works_here: bool
    is_past: bool = False
    funds: dict[int, Sums] = field(default_factory=dict)
    own: Sums = field(default_factory=Sums)
    total: Sums = field(default_factory=Sums)

    @property
    def state(self) -> str:
        if self.budget is None:
            return NOT_BEGUN
        # Why it was given back is for the school; who only knows how far it is sees a draft.
        return GIVEN_BACK if self.readable and self.budget.is_given_back else self.budget.state

    @property
    def state_nl(self) -> str:
        return STATES[self.state]

    @property
    def waits_for(self) -> str:
        """Whose move it is, in words. Once the year is over, the accounts say so."""
        school = "uw school" if self.works_here else "de school"
        return {
            NOT_BEGUN: f"{school}: beginnen",
            GIVEN_BACK: f"{school}: aanpassen",
            "draft": f"{school}: indienen",
            "submitted": "het SWV: vaststellen",
            "adopted": NOBODY if self.is_past else f"{school}: besteden en boeken",
        }[self.state]

    @property
    def knows_left(self) -> bool:
        """Without a budget nothing can be spent; of one that may not be read nobody knows."""
        return self.readable or self.budget is None


@dataclass(slots=True)
class FundRow:
    fund: Fund
    sums: Sums = field(default_factory=Sums)


@dataclass(slots=True)
class YearOfMoney:
    """`funds` are those of the partnership, `board_funds` those of school boards."""

    rows: list[SchoolRow]
    funds: list[FundRow]
    board_funds: list[FundRow]
    by_key: dict[int, Fund]

    @property
    def total(self) -> Sums:
        return _added(row.total for row in self.rows)

    @property
    def own(self) -> Sums:
        return _added(row.own for row in self.rows)

    def funds_of(self, row: SchoolRow) -> list[FundRow]:
        found = [FundRow(fund, row.funds[key]) for key, fund in self.by_key.items() if key in row.funds]
        return [each for each in found if each.fund.is_allocated and each.sums.is_something]


def _added(parts: Iterable[Sums]) -> Sums:
    found = Sums()
    for part in parts:
        found.add(part)
    return found


def year_of_money(user: "Viewer", school_year: int) -> YearOfMoney:
    """Eight queries, however many schools: of what this person may see."""
    access = access_of(user)
    budgets = Budget.objects.filter(school_year=school_year)
    readable = {budget.school_id: budget for budget in budgets.visible_to(user)}
    standing = {budget.school_id: budget for budget in budgets.standing_for(user)}
    allocations = Allocation.objects.visible_to(user)
    means = means_of(allocations.granted(school_year), school_year)
    is_past = bounds(school_year)[1] < timezone.localdate()
    partnerships = _partnerships({*readable.values(), *standing.values()})
    rows = {
        school.pk: SchoolRow(
            school=school,
            partnership=partnerships.get(school.pk, school.partnership),
            budget=readable.get(school.pk) or standing.get(school.pk),
            readable=school.pk in readable,
            works_here=school.pk in access.schools,
            is_past=is_past,
        )
        for school in _schools(access, school_year, list(readable))
    }
    funds = {fund.pk: fund for fund in Fund.objects.visible_to(user).select_related("partnership")}
    _fill(rows, funds, means, _budgeted(user, school_year), _spent(user, school_year))
    return _put_together(list(rows.values()), funds)


def narrowed(money: YearOfMoney, rows: list[SchoolRow]) -> YearOfMoney:
    """The same with only these schools."""
    return _put_together(rows, money.by_key)


def _schools(access: Access, school_year: int, readable: list[int]) -> Iterable[School]:
    """The open schools of one's own, one's board and one's partnership, and those of which one reads a budget. Years
    before a school moved stay where they were: with the partnership that gave it money, and not with the new one."""
    given = Allocation.objects.drawn_on(school_year).filter(fund_year__fund__partnership__in=access.partnerships)
    elsewhere = Budget.objects.filter(school=OuterRef("pk"), school_year=school_year)
    here = Q(partnership__in=access.partnerships) & ~Exists(elsewhere.exclude(partnership=OuterRef("partnership")))
    ours = Q(pk__in=access.schools) | Q(board__in=access.boards) | here
    found = School.objects.filter(
        ours & Q(closed_on=None) | Q(pk__in=readable) | Q(pk__in=given.order_by().values("school"))
    )
    return found.select_related("board", "partnership").order_by("name", "location", "brin", "branch")


def _partnerships(budgets: Iterable[Budget]) -> dict[int, Partnership]:
    """By school: the partnership in which it made its budget."""
    of = {budget.school_id: budget.partnership_id for budget in budgets}
    by_key = Partnership.objects.in_bulk(set(of.values()))
    return {school: by_key[key] for school, key in of.items()}


def _budgeted(user: "Viewer", school_year: int) -> Iterable[tuple[int, int, int]]:
    lines = BudgetLine.objects.visible_to(user).filter(budget__school_year=school_year).order_by()
    return lines.values("budget__school", "fund").annotate(cents=Sum("amount_cents")).values_list(
        "budget__school", "fund", "cents"
    )  # fmt: skip


def _spent(user: "Viewer", school_year: int) -> Iterable[tuple[int, int, int]]:
    entries = Expenditure.objects.visible_to(user).filter(line__budget__school_year=school_year).order_by()
    return entries.values("line__budget__school", "line__fund").annotate(cents=Sum("amount_cents")).values_list(
        "line__budget__school", "line__fund", "cents"
    )  # fmt: skip


def _fill(
    rows: dict[int, SchoolRow],
    funds: dict[int, Fund],
    means: dict[tuple[int, int], Means],
    budgeted: Iterable[tuple[int, int, int]],
    spent: Iterable[tuple[int, int, int]],
) -> None:
    found: defaultdict[tuple[int, int], Sums] = defaultdict(Sums)
    for key, each in means.items():
        found[key].allocated_cents, found[key].carried_cents = each.allocated_cents, each.carried_cents
    for school, fund, cents in budgeted:
        found[school, fund].budgeted_cents = cents
    for school, fund, cents in spent:
        found[school, fund].spent_cents = cents
    for (school, fund), sums in found.items():
        if school in rows and fund in funds:
            row = rows[school]
            there = means.get((school, fund))
            if there is not None and there.is_whole:
                sums.over_cents = max(0, sums.budgeted_cents - sums.means_cents)
            row.funds[fund] = sums
            (row.total if funds[fund].is_allocated else row.own).add(sums)


def _put_together(rows: list[SchoolRow], funds: dict[int, Fund]) -> YearOfMoney:
    by_fund: dict[int, FundRow] = {key: FundRow(fund) for key, fund in funds.items()}
    for row in rows:
        for key, sums in row.funds.items():
            by_fund[key].sums.add(sums)
    shown = [each for each in by_fund.values() if each.sums.is_something]
    return YearOfMoney(
        rows=rows,
        funds=[each for each in shown if each.fund.is_allocated],
        board_funds=[each for each in shown if not each.fund.is_allocated],
        by_key=funds,
    )


def years_known(user: "Viewer") -> Any:
    """The school years of which one reads a budget."""
    return Budget.objects.visible_to(user).order_by().values_list("school_year", flat=True).distinct()
