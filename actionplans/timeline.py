"""The points of a plan along the school year, as a picture with its words.

Pure arithmetic: days become places in an SVG that the template draws, once wide (words left and right of the bars) and
once narrow for a phone (words above each bar), since text in a picture shrinks along with it.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import wrap

from actionplans.models import ActionPoint
from swvportal.lib.dates import MONTHS_SHORT, due_in, short_date, short_day
from swvportal.lib.school_year import bounds

WIDE, WIDE_LEFT, WIDE_RIGHT, WIDE_ROW = 1180.0, 380.0, 200.0, 38.0
NARROW, NARROW_ROW = 340.0, 72.0
LINE = 19.0  # what a second line of the words takes
HEAD = 30.0
WIDE_LETTERS, NARROW_LETTERS = 50, 42


@dataclass(frozen=True, slots=True)
class Bar:
    """One point. `left` to `right` is its time; a point without a beginning has only its due date."""

    y: float
    url: str
    lines: list[str]
    more: float
    words: str
    state: str
    left: float
    width: float
    due: float | None
    late: bool
    late_from: float
    late_width: float

    @property
    def label(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    narrow: bool
    months: list[tuple[float, float, str]]
    bars: list[Bar]
    today: float | None
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Timeline:
    title: str
    pictures: list[Picture]


def timeline_of(points: Iterable[ActionPoint], school_year: int, today: datetime.date) -> Timeline | None:
    """None where there is nothing to draw."""
    rows = sorted(points, key=lambda p: (p.due is None, p.due or datetime.date.max, p.position))
    if not rows:
        return None
    late = sum(point.is_late(today) for point in rows)
    count = "1 actiepunt" if len(rows) == 1 else f"{len(rows)} actiepunten"
    title = f"Tijdlijn van {school_year}-{school_year + 1}: {count}, {late or 'geen'} te laat"
    return Timeline(title, [_picture(rows, school_year, today, narrow=narrow) for narrow in (False, True)])


def _picture(points: list[ActionPoint], year: int, today: datetime.date, *, narrow: bool) -> Picture:
    left, right = (0.0, NARROW) if narrow else (WIDE_LEFT, WIDE - WIDE_RIGHT)
    first, last = bounds(year)

    def x(day: datetime.date) -> float:
        """The place of a day; what lies outside the year stands at its edge."""
        share = (min(max(day, first), last) - first).days / (last - first).days
        return round(left + share * (right - left), 1)

    bars, y = [], HEAD
    for point in points:
        bar = _bar(point, y, year, today, x, NARROW_LETTERS if narrow else WIDE_LETTERS)
        bars.append(bar)
        y += (NARROW_ROW if narrow else WIDE_ROW) + bar.more
    starts = [datetime.date(year + (month < 8), month, 1) for month in (8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7)]
    ends = [*starts[1:], last]
    months = [
        (x(start), round((x(start) + x(end)) / 2, 1), MONTHS_SHORT[start.month - 1][: 1 if narrow else 3])
        for start, end in zip(starts, ends, strict=True)
    ]
    return Picture(
        width=NARROW if narrow else WIDE,
        height=y + 6,
        narrow=narrow,
        months=months,
        bars=bars,
        today=x(today) if first <= today <= last else None,
        left=left,
        right=right,
    )


def _bar(
    point: ActionPoint,
    y: float,
    year: int,
    today: datetime.date,
    place: Callable[[datetime.date], float],
    letters: int,
) -> Bar:
    due = place(point.due) if point.due else None
    begin = place(point.start) if point.start else due
    late = point.is_late(today)
    lines = wrap(point.goal, letters, max_lines=2, placeholder="…") or [""]
    return Bar(
        y=y,
        url=point.get_absolute_url(),
        lines=lines,
        more=LINE * (len(lines) - 1),
        words=words_of(point, year, today),
        state=point.state,
        left=begin if begin is not None else 0,
        width=max((due or 0) - (begin or 0), 0) if due is not None and begin is not None else 0,
        due=due,
        late=late,
        late_from=due or 0,
        late_width=max(place(today) - (due or 0), 0) if late else 0,
    )


def words_of(point: ActionPoint, school_year: int, today: datetime.date) -> str:
    """ "loopt, di 1 jun"; lateness in words, and the year where it is not of this school year."""
    if point.due is None:
        return f"{point.get_state_display()}, geen einddatum"
    if point.is_late(today):
        return due_in(point.due, today)
    first, last = bounds(school_year)
    day = short_day(point.due) if first <= point.due <= last else short_date(point.due)
    return f"{point.get_state_display()}, {day}"
