"""Dates and times in Dutch, written the way the portal writes them everywhere.

Own tables instead of Django's formats: "do 18 mrt" and "13.30 uur" are not among them, and a PDF made by the worker
must read the same whatever language is active there.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
DAYS_SHORT = ("ma", "di", "wo", "do", "vr", "za", "zo")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
MONTHS_SHORT = (
    "jan",
    "feb",
    "mrt",
    "apr",
    "mei",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dec",
)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def must_be_plausible(day: date) -> None:
    """A validator: Python cannot count a week back from the year 1, nor ninety minutes on from the end of 9999."""
    if not 2000 <= day.year < 2100:
        raise ValidationError("Vul een datum in van deze eeuw.")


def local(moment: datetime) -> datetime:
    """An aware moment on the clock of the Netherlands; a naive one is taken to be there already."""
    return timezone.localtime(moment, AMSTERDAM) if timezone.is_aware(moment) else moment


def _day(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def long_date(value: date) -> str:
    """ "donderdag 18 maart 2027" """
    day = _day(value)
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def plain_date(value: date) -> str:
    """ "18 maart 2027" """
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_day(value: date) -> str:
    """ "donderdag 18 maart": where the year is plain from the page."""
    day = _day(value)
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def short_day(value: date) -> str:
    """ "do 18 mrt" """
    day = _day(value)
    return f"{DAYS_SHORT[day.weekday()]} {day.day} {MONTHS_SHORT[day.month - 1]}"


def short_date(value: date) -> str:
    """ "18 mrt 2027": for a column of a table."""
    day = _day(value)
    return f"{day.day} {MONTHS_SHORT[day.month - 1]} {day.year}"


def clock(value: datetime | time) -> str:
    """ "13.30 uur" """
    moment = local(value) if isinstance(value, datetime) else value
    return f"{moment.hour}.{moment.minute:02d} uur"


def long_datetime(value: datetime) -> str:
    """ "donderdag 18 maart 2027, 16.12 uur" """
    return f"{long_date(value)}, {clock(value)}"


def due_in(deadline: date, today: date) -> str:
    """How long someone still has: "nog 6 dagen", "morgen", "vandaag", "11 dagen te laat"."""
    days = (_day(deadline) - _day(today)).days
    if days == 0:
        return "vandaag"
    if days == 1:
        return "morgen"
    if days > 1:
        return f"nog {days} dagen"
    return "1 dag te laat" if days == -1 else f"{-days} dagen te laat"
