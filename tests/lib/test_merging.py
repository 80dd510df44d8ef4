"""Two people who save one page at once: field by field, and losing neither text."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swvportal.lib.merging import Conflict, bases_of, fingerprint, merge

TEXTS = st.sampled_from(["", "een", "twee", "drie"])
PAGES = st.fixed_dictionaries({"a": TEXTS, "b": TEXTS})


def test_a_field_that_one_left_alone_keeps_what_the_other_wrote():
    shown = {"goal": "oud", "who": "Bob"}
    now = {"goal": "oud", "who": "Sanne"}
    assert merge(now, {"goal": "nieuw", "who": "Bob"}, bases_of(shown)) == {"goal": "nieuw"}


def test_one_field_changed_by_both_is_a_conflict_and_says_what_stands_there():
    with pytest.raises(Conflict) as caught:
        merge({"goal": "van haar"}, {"goal": "van hem"}, bases_of({"goal": "oud"}))
    assert caught.value.theirs == {"goal": "van haar"}


def test_the_same_words_twice_are_no_conflict():
    assert merge({"goal": "nieuw"}, {"goal": "nieuw\r\n"}, bases_of({"goal": "oud"})) == {}


def test_without_a_base_only_an_empty_field_is_written():
    assert merge({"goal": ""}, {"goal": "nieuw"}, {}) == {"goal": "nieuw"}
    with pytest.raises(Conflict):
        merge({"goal": "oud"}, {"goal": "nieuw"}, {})


@given(shown=PAGES, now=PAGES, new=PAGES)
def test_nothing_that_anybody_wrote_disappears_unseen(shown, now, new):
    """After a save each field holds what this person wrote, or what stands there because this person left it alone."""
    both_changed = [name for name in shown if now[name] not in {shown[name], new[name]} and new[name] != shown[name]]
    if both_changed:
        with pytest.raises(Conflict) as caught:
            merge(now, new, bases_of(shown))
        assert caught.value.theirs == {name: now[name] for name in both_changed}
        return
    after = now | merge(now, new, bases_of(shown))
    for name in shown:
        assert after[name] == (now[name] if new[name] == shown[name] else new[name])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (Decimal("0.40"), Decimal("0.4")),
        ([2, 1], [1, 2]),
        ("a\r\nb", "a\nb"),
        (datetime.date(2027, 1, 31), datetime.date(2027, 1, 31)),
    ],
)
def test_what_means_the_same_has_one_fingerprint(one, other):
    assert fingerprint(one) == fingerprint(other)
