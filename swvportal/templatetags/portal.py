"""The marks of the portal and the Dutch way to write dates and money, as template tags (built in: no {% load %}).

Comparisons and forms show the same few marks hundreds of times, so each is text that was made once.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Protocol

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from swvportal.lib import charts, dates, money, school_year
from swvportal.lib.forms import Choice, MergingForm

register = template.Library()

_PATHS = {
    "menu": '<path d="M2.5 5h13 M2.5 9h13 M2.5 13h13"/>',
    "lock": '<path d="M4 8.5h10v7H4z M6 8.5V6a3 3 0 0 1 6 0v2.5"/>',
    "check": '<path d="M3 9.5l4 4L15 5"/>',
    "open": '<circle cx="9" cy="9" r="6.5"/>',
    "plus": '<path d="M9 3v12 M3 9h12"/>',
    "cross": '<path d="M4 4l10 10 M14 4L4 14"/>',
    "file": '<path d="M13 6l-5.6 5.6a1.6 1.6 0 0 0 2.3 2.3L15 8.6a3.4 3.4 0 0 0-4.8-4.8L4.6 9.4a5 5 0 0 0 7.1 7.1"/>',
    "download": '<path d="M9 2.5v9 M5 8l4 4 4-4 M3 15.5h12"/>',
    "warning": '<path fill-rule="evenodd" d="M9 1L17.6 16.5H.4Z M8 6.5v5h2v-5z M8 12.6v2h2v-2z"/>',
}
_FILLED = {"warning"}


def _icon_markup(name: str, path: str) -> SafeString:
    css = "icon icon-fill" if name in _FILLED else "icon"
    return mark_safe(f'<svg class="{css}" viewBox="0 0 18 18" aria-hidden="true" focusable="false">{path}</svg>')


_ICONS = {name: _icon_markup(name, path) for name, path in _PATHS.items()}


class Level(Protocol):
    """What a level must offer to be drawn; a form version's level and `charts.Step` both do."""

    letter: str
    color: str
    label: str


# Marks ----------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """Decoration beside a word; an unknown name is a mistake in the template."""
    return _ICONS[name]


@register.simple_tag
def party_mark(party: str, size: int = 14) -> SafeString:
    return mark_safe(charts.party_mark(party, size))


@register.simple_tag
def party(name: str) -> SafeString:
    """Mark and word: ● School, ◇ SWV."""
    return mark_safe(f'<span class="party">{charts.party_mark(name)} {charts.PARTY_LABELS[name]}</span>')


@register.simple_tag
def equal_mark(size: int = 18) -> SafeString:
    return mark_safe(charts.equal_mark(size))


@register.simple_tag
def difference_mark() -> SafeString:
    return mark_safe(charts.difference_mark())


@lru_cache(maxsize=1024)
def _tile(letter: str, token: str, label: str) -> SafeString:
    css = charts.colour_of(token).token
    title = format_html(' title="{}"', label) if label else ""
    return format_html('<span class="lvl lvl-{}"{}>{}</span>', css, title, letter)


@register.simple_tag
def level(letter: str, token: str, label: str = "") -> SafeString:
    """The tile of a level: its letter on its colour. With a label, that is what a pointer shows."""
    return _tile(letter, token, label)


@register.simple_tag
def no_level() -> SafeString:
    """Nothing chosen."""
    return _NO_LEVEL


_NO_LEVEL = mark_safe('<span class="lvl lvl-none" aria-hidden="true">–</span>')


@register.simple_tag
def scale(levels: Iterable[Level]) -> SafeString:
    """The key of a scale: each tile with its word."""
    tiles = "".join(
        format_html("<span>{} {}</span>", _tile(step.letter, step.color, ""), step.label) for step in levels
    )
    return mark_safe(f'<span class="scale">{tiles}</span>')


# Pictures -------------------------------------------------------------------------------------------------------------


@register.simple_tag
def strip(
    levels: Iterable[Level],
    school: int | None,
    swv: int | None,
    ordinal: bool = True,
    wall: bool = False,
) -> SafeString:
    """The dumbbell of one indicator and dimension; `school` and `swv` are positions on the scale, or None."""
    letters = tuple(step.letter for step in levels)
    return mark_safe(charts.strip(letters, school, swv, ordinal=ordinal, wall=wall))


@register.simple_tag
def axis(levels: Iterable[Level]) -> SafeString:
    return mark_safe(charts.axis(tuple(charts.Step(step.letter, step.color, step.label) for step in levels)))


@register.simple_tag
def histogram(title: str, cells: Iterable[charts.Cell], max_distance: int, rows: int = 0) -> SafeString:
    return mark_safe(charts.histogram(title, tuple(cells), max_distance, rows))


@register.simple_block_tag
def crumbs(content: str) -> SafeString:
    """Where am I: list items between {% crumbs %} and {% endcrumbs %}, the page itself last and without a link."""
    return format_html('<nav aria-label="U bent hier"><ol class="crumbs">{}</ol></nav>', content)


# Dates and money ------------------------------------------------------------------------------------------------------


@register.filter
def nl_date(value: date | None) -> str:
    return dates.long_date(value) if value else ""


@register.filter
def nl_plain_date(value: date | None) -> str:
    return dates.plain_date(value) if value else ""


@register.filter
def nl_day(value: date | None) -> str:
    return dates.long_day(value) if value else ""


@register.filter
def nl_date_short(value: date | None) -> str:
    return dates.short_date(value) if value else ""


@register.filter
def nl_day_short(value: date | None) -> str:
    return dates.short_day(value) if value else ""


@register.filter
def nl_datetime(value: datetime | None) -> str:
    return dates.long_datetime(value) if value else ""


@register.filter
def nl_time(value: datetime | time | None) -> str:
    return "" if value is None else dates.clock(value)


@register.filter
def due_in(deadline: date | None, today: date) -> str:
    return dates.due_in(deadline, today) if deadline else ""


@register.filter
def choice(field: BoundField) -> Choice | None:
    """What is asked at a field that two people changed at once."""
    return field.form.choice_at(field.name) if isinstance(field.form, MergingForm) else None


@register.filter
def euro(cents: int | None) -> str:
    return "" if cents is None else money.euro(cents)


@register.filter(name="school_year")
def school_year_label(start: int | None) -> str:
    return "" if start is None else school_year.label(start)


@register.filter
def grouped(seal: str) -> str:
    """A seal in groups of eight, so that two people can read it to each other."""
    return " ".join(seal[i : i + 8] for i in range(0, len(seal), 8))
