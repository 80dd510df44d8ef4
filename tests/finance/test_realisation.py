"""Forecast and lag, against examples one can work out by hand."""

import datetime

import pytest

from finance.realisation import months_gone, realisation


@pytest.mark.parametrize(
    ("day", "gone"),
    [
        ((2026, 7, 1), 0),
        ((2026, 8, 31), 0),
        ((2026, 9, 1), 1),
        ((2027, 2, 1), 6),
        ((2027, 7, 31), 11),
        ((2027, 8, 1), 12),
    ],
)
def test_whole_months_that_went_by(day, gone):
    assert months_gone(2026, datetime.date(*day)) == gone


def test_the_forecast_is_what_is_spent_and_the_months_to_come():
    """On 1 February 6 months are left: of 12.000 that is 6.000 beside the 2.000 that are spent."""
    found = realisation(12_000_00, 2_000_00, 2026, datetime.date(2027, 2, 1))
    assert (found.forecast_cents, found.left_cents, found.percent, found.over) == (8_000_00, 10_000_00, 16, False)
    assert found.lags, "2.000 is less than half of 6.000"


def test_early_in_the_year_nothing_lags():
    assert not realisation(12_000_00, 0, 2026, datetime.date(2027, 1, 31)).lags


def test_after_the_year_the_forecast_is_what_was_spent():
    found = realisation(0, 5, 2025, datetime.date(2026, 11, 1))
    assert (found.forecast_cents, found.percent, found.over, found.lags) == (5, None, True, False)
