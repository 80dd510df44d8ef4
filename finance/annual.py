"""The money of a partnership in one calendar year, for its annual report. Plain values, no Django.

What belongs to a school year counts 5/12 in the calendar year in which it begins and 7/12 in the next one: what there is,
allocations, each correction, each budget line, and the bookings of a line that have no date. A booking with a date counts
in its own year alone. Every split is exact, so that two calendar years together give the school year back to the cent, and
the rows of every table add up to its totals.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from swvportal.lib.school_year import over_calendar_years

SCHOOL_YEAR = "school"


def share(cents: int, year_kind: str, year: int, calendar_year: int) -> int:
    """What an amount of this school year or calendar year counts for in that calendar year."""
    if year_kind != SCHOOL_YEAR:
        return cents if year == calendar_year else 0
    after = calendar_year - year
    return over_calendar_years(cents)[after] if after in (0, 1) else 0


@dataclass(frozen=True, slots=True)
class Available:
    """What the partnership had for a fund in one year of it."""

    fund: int
    year_kind: str
    year: int
    cents: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What one school got, as published, and each correction beside it."""

    school: int
    fund: int
    year_kind: str
    year: int
    allocated_cents: int
    corrections: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a budget, which is of a school year whatever the fund's own year is. `dated` holds what was booked by
    calendar year. `approved` are the years of the fund about which this school's account was approved."""

    school: int
    fund: int
    year_kind: str
    school_year: int
    budgeted_cents: int
    undated_cents: int = 0
    dated: tuple[tuple[int, int], ...] = ()
    approved: frozenset[int] = field(default_factory=frozenset)

    @property
    def spent_cents(self) -> int:
        return self.undated_cents + sum(cents for _, cents in self.dated)

    def budgeted_in(self, calendar_year: int) -> int:
        return share(self.budgeted_cents, SCHOOL_YEAR, self.school_year, calendar_year)

    def undated_in(self, calendar_year: int) -> int:
        return share(self.undated_cents, SCHOOL_YEAR, self.school_year, calendar_year)

    def spent_in(self, calendar_year: int) -> int:
        dated = sum(cents for year, cents in self.dated if year == calendar_year)
        return dated + self.undated_in(calendar_year)

    def is_accounted_in(self, calendar_year: int) -> bool:
        return (self.school_year if self.year_kind == SCHOOL_YEAR else calendar_year) in self.approved


@dataclass(frozen=True, slots=True)
class Totals:
    """In eurocents, for one calendar year. `undated_cents` is part of `spent_cents`, and so is `accounted_cents`."""

    available_cents: int = 0
    allocated_cents: int = 0
    corrected_cents: int = 0
    budgeted_cents: int = 0
    spent_cents: int = 0
    undated_cents: int = 0
    accounted_cents: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Totals)))

    @property
    def granted_cents(self) -> int:
        return self.allocated_cents + self.corrected_cents

    @property
    def unallocated_cents(self) -> int:
        """Not given to schools; below zero: more was given than there was."""
        return self.available_cents - self.granted_cents

    @property
    def left_cents(self) -> int:
        """Given to schools and not spent; below zero: more was spent."""
        return self.granted_cents - self.spent_cents

    @property
    def unaccounted_cents(self) -> int:
        """Spent, but not yet covered by an approved account."""
        return self.spent_cents - self.accounted_cents


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year, by fund, and by school and fund. What there is belongs to a fund and to no school."""

    by_fund: dict[int, Totals]
    by_school: dict[tuple[int, int], Totals]

    @property
    def whole(self) -> Totals:
        return sum(self.by_fund.values(), Totals())


def year_of(calendar_year: int, available: Iterable[Available], grants: Iterable[Grant], lines: Iterable[Line]) -> Year:
    by_school: dict[tuple[int, int], Totals] = defaultdict(Totals)
    for grant in grants:
        by_school[grant.school, grant.fund] += _of_grant(grant, calendar_year)
    for line in lines:
        by_school[line.school, line.fund] += _of_line(line, calendar_year)
    by_fund: dict[int, Totals] = defaultdict(Totals)
    for each in available:
        by_fund[each.fund] += Totals(available_cents=share(each.cents, each.year_kind, each.year, calendar_year))
    for (_, fund), found in by_school.items():
        by_fund[fund] += found
    return Year(dict(by_fund), dict(by_school))


def _of_grant(grant: Grant, calendar_year: int) -> Totals:
    def here(cents: int) -> int:
        return share(cents, grant.year_kind, grant.year, calendar_year)

    return Totals(
        allocated_cents=here(grant.allocated_cents), corrected_cents=sum(here(cents) for cents in grant.corrections)
    )


def _of_line(line: Line, calendar_year: int) -> Totals:
    spent = line.spent_in(calendar_year)
    return Totals(
        budgeted_cents=line.budgeted_in(calendar_year),
        spent_cents=spent,
        undated_cents=line.undated_in(calendar_year),
        accounted_cents=spent if line.is_accounted_in(calendar_year) else 0,
    )


# How it reconciles ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One amount of one year of a fund (or of a budget's school year), and where it counts."""

    fund: int
    year_kind: str
    year: int
    what: str
    total_cents: int
    here_cents: int
    elsewhere_cents: int

    @property
    def difference_cents(self) -> int:
        """Zero, or there is a mistake."""
        return self.total_cents - self.here_cents - self.elsewhere_cents


def reconciled(
    calendar_year: int, available: Iterable[Available], grants: Iterable[Grant], lines: Iterable[Line]
) -> list[Reconciled]:
    """Of everything that touches this calendar year: the whole, what counts here, and what counts in the calendar years
    before and after, each worked out by itself."""
    sums: dict[tuple[int, int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(key: tuple[int, int, str, str], total: int, here: int, elsewhere: int) -> None:
        sums[key] = [old + new for old, new in zip(sums[key], (total, here, elsewhere), strict=True)]

    def add_shares(fund: int, kind: str, year: int, what: str, cents: int) -> None:
        before, here, after = (share(cents, kind, year, calendar_year + step) for step in (-1, 0, 1))
        add((fund, year, kind, what), cents, here, before + after)

    for each in available:
        add_shares(each.fund, each.year_kind, each.year, "beschikbaar", each.cents)
    for grant in grants:
        add_shares(grant.fund, grant.year_kind, grant.year, "toegekend", grant.allocated_cents)
        for cents in grant.corrections:
            add_shares(grant.fund, grant.year_kind, grant.year, "gecorrigeerd", cents)
    for line in lines:
        add_shares(line.fund, SCHOOL_YEAR, line.school_year, "begroot", line.budgeted_cents)
        elsewhere = line.spent_in(calendar_year - 1) + line.spent_in(calendar_year + 1)
        add(
            (line.fund, line.school_year, SCHOOL_YEAR, "besteed"), line.spent_cents, line.spent_in(calendar_year),
            elsewhere,
        )  # fmt: skip
    return [Reconciled(fund, kind, year, what, *parts) for (fund, year, kind, what), parts in sums.items()]
