"""Budgets beside each other, from plain values: rows against schools, what is unusual, and middle and spread.

Unusual is Tukey's rule (Exploratory Data Analysis, 1977): per pupil more than one and a half times the interquartile
range below the lower or above the upper hinge, and at least a euro. Only from five schools on; of fewer a quartile says
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

AMOUNT, PER_PUPIL, SHARE = "bedrag", "leerling", "deel"
FEWEST: Final = 5
FEWEST_IN_A_NUMBER: Final = 2
AT_ONCE: Final = 3
HIGH, LOW = "hoog", "laag"
WHOLE = 1_00


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount in eurocents of one school under one row."""

    school: int
    row: str
    cents: int


@dataclass(frozen=True, slots=True)
class Value:
    """What one cell shows: cents, cents per pupil, or a share in thousandths. None: there is nothing to show."""

    number: int | None
    unusual: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    row: str
    values: tuple[Value, ...]
    total: Value


@dataclass(frozen=True, slots=True)
class Grid:
    """`lines` in the order of the rows asked for; `sums` are the columns' own."""

    schools: tuple[int, ...]
    lines: tuple[Line, ...]
    sums: Line


@dataclass(frozen=True, slots=True)
class Spread:
    """Of other schools together; every number is the mean of at least two schools, roughly rounded. `schools`: how many."""

    schools: int
    low: int
    middle: int
    high: int


# What is unusual -------------------------------------------------------------------------------------------------------


def median(values: Sequence[Fraction]) -> Fraction:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def fences(values: Sequence[Fraction], least: int = 0) -> tuple[Fraction, Fraction] | None:
    """Below the first or above the second a value is unusual; they are at least `least` away from the hinges. Those are the
    medians of the lower and the upper half; of an odd number the middle one is in both."""
    if len(values) < FEWEST:
        return None
    ordered, half = sorted(values), (len(values) + 1) // 2
    lower, upper = median(ordered[:half]), median(ordered[-half:])
    reach = max(Fraction(3, 2) * (upper - lower), Fraction(least))
    return lower - reach, upper + reach


def unusual(values: Mapping[int, Fraction], least: int = 0) -> dict[int, str]:
    """Of each school that stands out, which way."""
    found = fences(list(values.values()), least)
    if found is None:
        return {}
    marks = {school: LOW if value < found[0] else HIGH if value > found[1] else "" for school, value in values.items()}
    return {school: mark for school, mark in marks.items() if mark}


# The grid --------------------------------------------------------------------------------------------------------------


def added(amounts: Iterable[Amount]) -> dict[str, dict[int, int]]:
    """By row and school."""
    found: dict[str, dict[int, int]] = {}
    for each in amounts:
        of_row = found.setdefault(each.row, {})
        of_row[each.school] = of_row.get(each.school, 0) + each.cents
    return found


def per_pupil(of_row: Mapping[int, int], pupils: Mapping[int, int]) -> dict[int, Fraction]:
    """Cents per pupil, of the schools that have an amount and pupils."""
    return {school: Fraction(cents, pupils[school]) for school, cents in of_row.items() if cents and pupils.get(school)}


def grid(
    amounts: Iterable[Amount], rows: Sequence[str], schools: Sequence[int], pupils: Mapping[int, int], show: str
) -> Grid:
    by_row = added(amounts)
    whole: dict[int, int] = {}
    for of_row in by_row.values():
        for school, cents in of_row.items():
            whole[school] = whole.get(school, 0) + cents
    lines = [_line(row, by_row.get(row, {}), whole, schools, pupils, show) for row in rows]
    return Grid(tuple(schools), tuple(lines), _line("", whole, whole, schools, pupils, show))


def _line(
    row: str,
    of_row: Mapping[int, int],
    whole: Mapping[int, int],
    schools: Sequence[int],
    pupils: Mapping[int, int],
    show: str,
) -> Line:
    marks = unusual(per_pupil(of_row, pupils), WHOLE)
    values = [
        Value(shown(of_row.get(school), whole.get(school, 0), pupils.get(school, 0), show), marks.get(school, ""))
        for school in schools
    ]
    counted = [school for school in schools if pupils.get(school)] if show == PER_PUPIL else list(schools)
    total = shown(
        sum(of_row.get(school, 0) for school in counted),
        sum(whole.get(school, 0) for school in counted),
        sum(pupils.get(school, 0) for school in counted),
        show,
    )
    return Line(row, tuple(values), Value(total))


def shown(cents: int | None, whole: int, pupils: int, show: str) -> int | None:
    """The amount as it is asked for; None where there is none, or nothing to divide it by."""
    if cents is None:
        return None
    if show == AMOUNT:
        return cents
    if show == PER_PUPIL:
        return nearest(Fraction(cents, pupils), WHOLE) if pupils else None
    return nearest(Fraction(1000 * cents, whole), 1) if whole else None


def nearest(value: Fraction, step: int) -> int:
    """The nearest whole number of steps, a half away from zero."""
    count = int(abs(value) / step + Fraction(1, 2))
    return (-count if value < 0 else count) * step


# Middle and spread of others -----------------------------------------------------------------------------------------


def spread(values: Sequence[Fraction]) -> Spread | None:
    """Of other schools, in the order in which their budgets were adopted: the mean of the middle half, of the lowest and
    of the highest quarter, each of at least two schools and rounded to what is about a twentieth of it. None below five
    schools, where a number would be that of one of them, and where low and high are the same: then all of them are.

    What is shown of others stays in one measure (per pupil), one division (by category) and one kind of money, without a
    total: amounts beside amounts per pupil, or a total beside its parts, give enough equations to work single schools
    out. Who writes the numbers down and looks again after one more budget was adopted would have one more too: so schools
    begin to count three at a time, and the rounding leaves nothing to subtract. What remains: when a budget that counts
    is given back and adopted again with quite another amount, the numbers may move.
    """
    counted = values[: len(values) - (len(values) - FEWEST) % AT_ONCE] if len(values) >= FEWEST else ()
    if not counted:
        return None
    ordered = sorted(counted)
    quarter = len(ordered) // 4
    ends = max(FEWEST_IN_A_NUMBER, quarter)
    middle = ordered[quarter : len(ordered) - quarter]
    means = [_mean(part) for part in (ordered[:ends], middle, ordered[-ends:])]
    low, mid, high = (roughly(mean) for mean in means)
    if low == high or {nearest(value, 1) for value in ordered} & {
        low,
        mid,
        high,
        *(nearest(mean, 1) for mean in means),
    }:
        return None
    return Spread(len(ordered), low, mid, high)


def spreads(
    amounts: Iterable[Amount], rows: Sequence[str], pupils: Mapping[int, int], order: Sequence[int]
) -> dict[str, Spread]:
    """By row, per pupil, over the schools that have an amount there and a count of pupils. `order`: the schools as their
    budgets were adopted."""
    by_row = added(amounts)
    found: dict[str, Spread] = {}
    for row in rows:
        values = per_pupil(by_row.get(row, {}), pupils)
        there = spread([values[school] for school in order if school in values])
        if there is not None:
            found[row] = there
    return found


def roughly(cents: Fraction) -> int:
    """Rounded to the largest of 1, 2, 5, 10, 20, 50, … euros that is at most a tenth of it; at least to whole euros."""
    steps = [factor * 10**power * WHOLE for power in range(12) for factor in (1, 2, 5)]
    return nearest(cents, max((step for step in steps if step <= abs(cents) / 10), default=WHOLE))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
