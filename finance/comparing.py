"""Budgets beside each other, from plain values: rows against schools, what is unusual, and middle and spread.

Unusual is Tukey's rule (Exploratory Data Analysis, 1977): per pupil more than one and a half times the interquartile
range below the lower or above the upper hinge. Only from five schools on; of fewer a quartile says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

AMOUNT, PER_PUPIL, SHARE = "bedrag", "leerling", "deel"
FEWEST: Final = 5
FEWEST_IN_A_NUMBER: Final = 2
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
    """Of other schools together; every number is the mean of at least two schools, rounded. `schools`: how many."""

    schools: int
    low: int
    middle: int
    high: int


# What is unusual -------------------------------------------------------------------------------------------------------


def median(values: Sequence[Fraction]) -> Fraction:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def fences(values: Sequence[Fraction]) -> tuple[Fraction, Fraction] | None:
    """Below the first or above the second a value is unusual. The hinges are the medians of the lower and the upper half;
    of an odd number the middle one is in both."""
    if len(values) < FEWEST:
        return None
    ordered, half = sorted(values), (len(values) + 1) // 2
    lower, upper = median(ordered[:half]), median(ordered[-half:])
    reach = Fraction(3, 2) * (upper - lower)
    return lower - reach, upper + reach


def unusual(values: Mapping[int, Fraction]) -> dict[int, str]:
    """Of each school that stands out, which way."""
    found = fences(list(values.values()))
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
    marks = unusual(per_pupil(of_row, pupils))
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


def spread(values: Iterable[Fraction], step: int) -> Spread | None:
    """Of other schools: the mean of the middle half, of the lowest and of the highest quarter, each rounded to `step` and
    of at least two schools. None below five schools, and where a number would be that of one of them.

    What is shown of others stays in one measure (per pupil) and one division (by category), without a total: amounts
    beside amounts per pupil, or a total beside its parts, give enough equations to work single schools out. What remains:
    when one more budget is adopted, the numbers before and after it say something about that school to who wrote the
    first ones down.
    """
    ordered = sorted(values)
    if len(ordered) < FEWEST:
        return None
    quarter = len(ordered) // 4
    ends = max(FEWEST_IN_A_NUMBER, quarter)
    middle = ordered[quarter : len(ordered) - quarter]
    numbers = [nearest(_mean(part), step) for part in (ordered[:ends], middle, ordered[-ends:])]
    if {nearest(value, step) for value in ordered} & set(numbers):
        return None
    return Spread(len(ordered), *numbers)


def spreads(amounts: Iterable[Amount], rows: Sequence[str], pupils: Mapping[int, int]) -> dict[str, Spread]:
    """By row, per pupil, in whole euros, over the schools that have an amount there and a count of pupils."""
    by_row = added(amounts)
    found = {row: spread(per_pupil(by_row.get(row, {}), pupils).values(), WHOLE) for row in rows}
    return {row: each for row, each in found.items() if each is not None}


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
