"""Beside each other: what was allocated, budgeted and spent, and in the years before. Plain values, worked out from lines
and allocations that somebody may read; see `finance.beside` for who reads which.

Every number of a table is a sum of what stands under its head per school, so that rows, columns and totals agree to the
cent. What was allocated belongs to a fund, never to a category or a spearhead; the board's own money has no allocation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from finance.comparing import WHOLE, nearest
from finance.figures import Means

type BySchool = dict[int, int]


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one budget line: its school and school year, the row under which it stands, and eurocents."""

    school: int
    year: int
    row: str
    fund: int
    own: bool
    budgeted_cents: int
    spent_cents: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One row. Each number is kept by school; a school of which it cannot be said is not in it: without an allocation
    (`own`, the board's money), or with a budget that one may not read yet (its means are in `unread`).

    `difference`: what there is (allocated and carried over) less what was budgeted. `before`: of earlier years, the
    newest first, what was budgeted and what was spent. `over_cents`: what is budgeted too much, school by school and fund
    by fund, where all of the fund is published. `awaits`: a fund of which not all was published yet.
    """

    name: str
    allocated: BySchool
    carried: BySchool
    budgeted: BySchool
    difference: BySchool
    spent: BySchool
    before: tuple[tuple[BySchool, BySchool], ...]
    unread: BySchool
    over_cents: int = 0
    own: bool = False
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """What a table is made of. `readable`: the schools whose budget of this year one reads; `means` by school and fund;
    `own`: the funds of school boards."""

    year: int
    years: int
    lines: tuple[Spent, ...]
    means: Mapping[tuple[int, int], Means]
    readable: frozenset[int]
    own: frozenset[int] = frozenset()

    def narrowed(self, *, fund: int | None = None, own: bool | None = None, school: int | None = None) -> "Books":
        """The same of one fund, of one kind of money, of one school."""

        def stays(each_school: int, each_fund: int) -> bool:
            return (
                (fund is None or each_fund == fund)
                and (own is None or (each_fund in self.own) == own)
                and (school is None or each_school == school)
            )

        return Books(
            self.year,
            self.years,
            tuple(line for line in self.lines if stays(line.school, line.fund)),
            {key: means for key, means in self.means.items() if stays(*key)},
            frozenset(each for each in self.readable if school is None or each == school),
            self.own,
        )

    def of_row(self, row: str) -> "Books":
        """Under a category or a spearhead: without any allocation."""
        lines = tuple(line for line in self.lines if line.row == row)
        return Books(self.year, self.years, lines, {}, self.readable, self.own)

    @property
    def schools(self) -> frozenset[int]:
        return frozenset({line.school for line in self.lines} | {school for school, _ in self.means})

    @property
    def funds(self) -> frozenset[int]:
        return frozenset({line.fund for line in self.lines} | {fund for _, fund in self.means})

    @property
    def awaited(self) -> frozenset[int]:
        """The partnership's funds in this year's budgets of which nothing was published, or not all of it."""
        budgeted = {line.fund for line in self.lines if line.year == self.year} - self.own
        published = {fund for _, fund in self.means}
        return frozenset(budgeted - published | {fund for (_, fund), each in self.means.items() if not each.is_whole})


def measured(name: str, books: Books) -> Measured:
    """One row: all of these books."""
    here = [line for line in books.lines if line.year == books.year]
    allocated = _added((school, means.allocated_cents) for (school, _), means in books.means.items())
    carried = _added((school, means.carried_cents) for (school, _), means in books.means.items())
    there = {school: allocated[school] + carried[school] for school in allocated}
    concerned = (set(there) | {line.school for line in here}) & books.readable
    budgeted = dict.fromkeys(concerned, 0) | _added((line.school, line.budgeted_cents) for line in here)
    granted = _added((line.school, line.budgeted_cents) for line in here if line.fund not in books.own)
    has_means = (set(there) | set(granted)) & books.readable
    return Measured(
        name=name,
        allocated=allocated,
        carried={school: cents for school, cents in carried.items() if cents},
        budgeted=budgeted,
        difference={school: there.get(school, 0) - granted.get(school, 0) for school in has_means},
        spent=dict.fromkeys(concerned, 0) | _added((line.school, line.spent_cents) for line in here),
        before=tuple(_of_year(books, books.year - back) for back in range(1, books.years)),
        unread={school: cents for school, cents in there.items() if school not in books.readable},
        over_cents=_over(books, here),
        own=bool(books.funds) and books.funds <= books.own,
    )


def _over(books: Books, here: list[Spent]) -> int:
    budgeted: dict[tuple[int, int], int] = {}
    for line in here:
        budgeted[line.school, line.fund] = budgeted.get((line.school, line.fund), 0) + line.budgeted_cents
    whole = {key: means.total_cents for key, means in books.means.items() if means.is_whole}
    return sum(max(0, budgeted[key] - cents) for key, cents in whole.items() if key in budgeted)


def _of_year(books: Books, year: int) -> tuple[BySchool, BySchool]:
    lines = [line for line in books.lines if line.year == year]
    return (
        _added((line.school, line.budgeted_cents) for line in lines),
        _added((line.school, line.spent_cents) for line in lines),
    )


def _added(amounts: Iterable[tuple[int, int]]) -> BySchool:
    found: BySchool = {}
    for school, cents in amounts:
        found[school] = found.get(school, 0) + cents
    return found


def sum_of(cents: BySchool, pupils: Mapping[int, int] | None = None) -> int | None:
    """Added up; with `pupils` per pupil, in whole euros, over the schools that have a count. None where there is nothing."""
    if pupils is None:
        return sum(cents.values()) if cents else None
    counted = [school for school in cents if pupils.get(school)]
    if not counted:
        return None
    return nearest(Fraction(sum(cents[school] for school in counted), sum(pupils[school] for school in counted)), WHOLE)


def by_fund(books: Books, funds: Mapping[int, str]) -> list[Measured]:
    awaited = books.awaited
    rows = {fund: measured(name, books.narrowed(fund=fund)) for fund, name in funds.items() if fund in books.funds}
    return [replace(row, awaits=fund in awaited) for fund, row in rows.items()]


def by_row(books: Books, rows: Mapping[str, str]) -> list[Measured]:
    return [measured(name, books.of_row(row)) for row, name in rows.items()]


def by_school(books: Books, schools: Mapping[int, str]) -> list[Measured]:
    here = books.schools
    return [measured(name, books.narrowed(school=key)) for key, name in schools.items() if key in here]
