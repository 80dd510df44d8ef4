"""A school year is a value, not a table: its start year. It runs from 1 August up to and including 31 July."""

from datetime import date

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
