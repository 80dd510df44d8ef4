"""A school year is a value, not a table: its start year. It runs from 1 August up to and including 31 July."""

from datetime import date

from swvportal.lib.money import split

FIRST_MONTH = 8


def school_year_of(day: date) -> int:
    """The start year of the school year in which a day falls."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def label(start: int) -> str:
    """ "2026-2027" """
    return f"{start}-{start + 1}"


def around(start: int) -> tuple[date, date]:
    """The days that a plan of this year may name: from the calendar year in which it begins till a year after it."""
    return date(start, 1, 1), date(start + 2, FIRST_MONTH - 1, 31)


def bounds(start: int) -> tuple[date, date]:
    """First and last day, both part of the year."""
    return date(start, FIRST_MONTH, 1), date(start + 1, FIRST_MONTH - 1, 31)


# Months of a school year that fall in the calendar year in which it begins (August to December), and in the next one.
AUTUMN, SPRING = 5, 7


def over_calendar_years(cents: int) -> tuple[int, int]:
    """What an amount of a school year counts for in the calendar year in which it begins, and in the next: 5/12, 7/12."""
    autumn, spring = split(cents, AUTUMN, SPRING)
    return autumn, spring


def over_school_years(cents: int) -> tuple[int, int]:
    """What an amount of a calendar year counts for in the school year that ends in it, and in the one that begins in
    it: 7/12, 5/12."""
    spring, autumn = split(cents, SPRING, AUTUMN)
    return spring, autumn
