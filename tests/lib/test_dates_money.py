"""Dates, amounts and school years as people in the Netherlands write them."""

from datetime import UTC, date, datetime, time

import pytest

from swvportal.lib import dates, money, school_year

DEADLINE = date(2027, 3, 18)


def test_dates_are_written_in_full_or_short() -> None:
    assert dates.long_date(DEADLINE) == "donderdag 18 maart 2027"
    assert dates.long_day(DEADLINE) == "donderdag 18 maart"
    assert dates.short_day(DEADLINE) == "do 18 mrt"
    assert dates.short_date(DEADLINE) == "18 mrt 2027"


def test_times_have_a_dot_and_follow_the_dutch_clock() -> None:
    assert dates.clock(time(9, 5)) == "9.05 uur"
    winter = datetime(2027, 3, 18, 15, 12, tzinfo=UTC)
    summer = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)
    assert dates.long_datetime(winter) == "donderdag 18 maart 2027, 16.12 uur"
    assert dates.long_datetime(summer) == "donderdag 1 juli 2027, 0.30 uur"
    assert dates.short_day(summer) == "do 1 jul"


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2027, 3, 12), "nog 6 dagen"),
        (date(2027, 3, 17), "morgen"),
        (date(2027, 3, 18), "vandaag"),
        (date(2027, 3, 19), "1 dag te laat"),
        (date(2027, 3, 29), "11 dagen te laat"),
    ],
)
def test_a_deadline_says_how_long_one_still_has(today: date, said: str) -> None:
    assert dates.due_in(DEADLINE, today) == said


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "€\u00a00"),
        (5, "€\u00a00,05"),
        (123400, "€\u00a01.234"),
        (123456, "€\u00a01.234,56"),
        (-123456789, "-€\u00a01.234.567,89"),
    ],
)
def test_an_amount_is_written_with_points_and_a_comma_and_read_back(cents: int, text: str) -> None:
    assert money.euro(cents) == text
    assert money.parse_euro(text) == cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("1234", 123400), ("1.234,5", 123450), (" € 1 234,56 ", 123456), ("12,-", 1200), ("-3", -300), ("007", 700)],
)
def test_people_may_type_an_amount_in_their_own_way(typed: str, cents: int) -> None:
    assert money.parse_euro(typed) == cents


@pytest.mark.parametrize("typed", ["", "-", "€", "12.50", "1.23", "1,234.56", "1,2,3", "12,345", "twaalf", "1e3", "١٢"])
def test_an_amount_that_can_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"bijvoorbeeld 1\.234,56"):
        money.parse_euro(typed)


def test_an_amount_beyond_all_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="te groot"):
        money.parse_euro("9" * 30)


def test_a_school_year_turns_on_the_first_of_august() -> None:
    assert school_year.school_year_of(date(2026, 7, 31)) == 2025
    assert school_year.school_year_of(date(2026, 8, 1)) == 2026
    assert school_year.label(2026) == "2026-2027"
    assert school_year.bounds(2026) == (date(2026, 8, 1), date(2027, 7, 31))
