"""A clock that the demo sets back, so that two finished years carry dates of their own."""

import contextlib
import datetime
from collections.abc import Iterator
from unittest import mock

from django.utils import timezone


@contextlib.contextmanager
def clock_at(moment: datetime.datetime) -> Iterator[None]:
    """Within the block Django's clock stands still at `moment` (aware).

    It replaces the `datetime` that `django.utils.timezone` reads, because field defaults hold `timezone.now` itself.
    """

    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    with mock.patch.object(timezone, "datetime", Stopped):
        yield


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment in the Netherlands."""
    return datetime.datetime.combine(day, datetime.time(hour, minute), timezone.get_default_timezone())


def workday(day: datetime.date) -> datetime.date:
    """This day, or the Monday after a weekend."""
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def workday_before(day: datetime.date) -> datetime.date:
    """This day, or the Friday before a weekend."""
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))
