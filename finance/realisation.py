"""How spending goes against a budget: what is left, what is to be expected, what lags. Plain values, no Django."""

import datetime
from dataclasses import dataclass

from swvportal.lib.money import split
from swvportal.lib.school_year import bounds

MONTHS = 12
LAGS_AFTER = 6
"""From this many whole months on, spending less than half of what those months' share of the budget is lags."""


@dataclass(frozen=True, slots=True)
class Realisation:
    """Of one line, or of many together, in eurocents.

    `forecast_cents`: what is spent, and the budget's share of the months that are still to come (a twelfth each).
    `lags`: much less is spent than the time that went by makes one expect. `over`: more is spent than was budgeted.
    """

    budgeted_cents: int
    spent_cents: int
    forecast_cents: int
    lags: bool

    @property
    def left_cents(self) -> int:
        return self.budgeted_cents - self.spent_cents

    @property
    def over(self) -> bool:
        return self.spent_cents > self.budgeted_cents

    @property
    def percent(self) -> int | None:
        """Of the budget, rounded down; None where nothing was budgeted."""
        return self.spent_cents * 100 // self.budgeted_cents if self.budgeted_cents else None


def months_gone(school_year: int, today: datetime.date) -> int:
    """Whole months of the school year that lie behind us: 0 to 12."""
    first, last = bounds(school_year)
    if today > last:
        return MONTHS
    return max(0, (today.year - first.year) * MONTHS + today.month - first.month)


def is_over(school_year: int, today: datetime.date) -> bool:
    """Whether nothing is to be expected any more."""
    return months_gone(school_year, today) == MONTHS


def realisation(budgeted: int, spent: int, school_year: int, today: datetime.date) -> Realisation:
    gone = months_gone(school_year, today)
    past, coming = split(budgeted, gone, MONTHS - gone)
    lags = gone >= LAGS_AFTER and budgeted > 0 and spent * 2 < past
    return Realisation(budgeted, spent, spent + coming, lags)
