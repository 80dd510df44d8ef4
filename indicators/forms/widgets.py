"""Controls that a form has dozens of. Drawn in Python: a template for each would take most of the page's time."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from indicators.models import RatingLevel
from swvportal.templatetags import portal


class LevelSelect(forms.RadioSelect):
    """Radio buttons with the tile and the word of each level.

    A radio button cannot be taken back: without JavaScript there is one more that says "none" (form.js has a button).
    """

    def __init__(self, levels: Sequence[RatingLevel]) -> None:
        super().__init__()
        self.drawn_levels = _options(tuple((level.key, level.letter, level.color, level.label) for level in levels))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        start = format_html('<label><input type="radio" name="{}" value="', name)
        labels = "".join(
            f'{start}{key}"{" checked" if key == value else ""}>{drawn}</label>' for key, drawn in self.drawn_levels
        )
        none = f'<noscript>{start}"> <span>Geen</span></label></noscript>' if value else ""
        return mark_safe(f'<div class="levels">{labels}{none}</div>')


@lru_cache(maxsize=64)
def _options(levels: tuple[tuple[str, str, str, str], ...]) -> tuple[tuple[str, SafeString], ...]:
    return tuple(
        (str(conditional_escape(key)), format_html(" {} <span>{}</span>", portal.level(letter, color), label))
        for key, letter, color, label in levels
    )


class Textarea(forms.Textarea):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        found = self.build_attrs(self.attrs, attrs)
        # A browser drops the first line feed: the one here, and so never one of the text's own.
        return format_html(
            '<textarea name="{}"{}>\n{}</textarea>', name, flatatt(found), self.format_value(value) or ""
        )


def hidden_inputs(values: dict[str, Any]) -> SafeString:
    return format_html_join("\n", '<input type="hidden" name="{}" value="{}">', values.items())


@lru_cache(maxsize=1024)
def last_levels(found: tuple[tuple[str, tuple[str, str, str] | None], ...]) -> SafeString:
    """The list of both parties' levels of last year; `found` has a party and the letter, colour and label, or None."""
    rows = format_html_join(
        "",
        "<dt>{}</dt><dd>{}</dd><dd>{}</dd>",
        (
            (
                portal.party("school" if party == "school" else "swv"),
                portal.level(level[0], level[1]) if level else portal.no_level(),
                level[2].lower() if level else "geen niveau",
            )
            for party, level in found
        ),
    )
    return format_html("<dl>{}</dl>", rows)
