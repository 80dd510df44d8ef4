"""Every character that people type is drawn in our own font, or replaced by something that can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swvportal.lib.pdf import SPELLED_OUT, drawable, in_our_font


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Ayşe Yıldız kreeg € 1.234 – “zeker”…", "Ayşe Yıldız kreeg € 1.234 – “zeker”…"),
        ("a → b", "a -&gt; b"),
        ("✓ klaar", "v klaar"),
        ("ﬁets ⅓", "fiets 1/3"),
        ("e\u0301\u00e9n", "\u00e9\u00e9n"),
        ("a\u200bb\ufeffc\x07", "abc"),
        ("goed 😀👍!", "goed ?!"),
        ("👨\u200d👩\u200d👧", "?"),
        ("\uf0b7 punt", "• punt"),
        ("x\u2003y", "x y"),
    ],
)
def test_a_character_without_a_glyph_is_spelled_out_or_replaced(typed: str, drawn: str) -> None:
    assert in_our_font(typed) == drawn


@given(st.text())
def test_nothing_is_left_that_our_font_cannot_draw(text: str) -> None:
    assert all(ord(character) in drawable() or character in "\n\t\r" for character in in_our_font(text))


@given(st.text())
def test_what_is_put_in_the_place_of_a_character_is_never_markup(text: str) -> None:
    assert in_our_font(text).count("<") <= text.count("<")


def test_the_table_holds_only_what_the_font_lacks_and_only_what_it_has() -> None:
    assert not [sign for sign in SPELLED_OUT if ord(sign) in drawable()]
    assert all(ord(part) in drawable() for spelled in SPELLED_OUT.values() for part in spelled)
