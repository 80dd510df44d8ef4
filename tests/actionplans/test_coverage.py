"""What nobody or one school alone offers, what changed, and who is left without once a provision stops."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.coverage import (
    ABSENT,
    DEVELOPING,
    OPEN,
    PRESENT,
    Change,
    Item,
    ItemCoverage,
    Mark,
    Offer,
    by_group,
    compare,
    without,
)

KEYS = ("autisme", "taal", "ziek", "hoogbegaafd")
GROUPS = tuple(Item(key, key.capitalize()) for key in KEYS)


def row(*states: str) -> ItemCoverage:
    return ItemCoverage(Item("mentoraat", "Mentoraat"), states, None)


@pytest.mark.parametrize(
    ("states", "marks", "first"),
    [
        ((PRESENT, PRESENT), set(), None),
        ((PRESENT,), set(), None),
        ((PRESENT, OPEN), set(), None),
        ((OPEN, OPEN), set(), None),
        ((), set(), None),
        ((ABSENT,), {Mark.GAP}, Mark.GAP),
        ((ABSENT, DEVELOPING, OPEN), {Mark.GAP}, Mark.GAP),
        ((PRESENT, ABSENT), {Mark.RISK, Mark.DIFFERENT}, Mark.RISK),
        ((PRESENT, DEVELOPING, OPEN), {Mark.RISK, Mark.DIFFERENT}, Mark.RISK),
        ((PRESENT, PRESENT, ABSENT), {Mark.DIFFERENT}, Mark.DIFFERENT),
    ],
)
def test_what_stands_out(states: Sequence[str], marks: set[Mark], first: Mark | None) -> None:
    found = row(*states)
    assert found.marks == marks
    assert found.mark == first


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(0, 0), "gelijk"),
        (Change(1, 0), "1 school meer"),
        (Change(2, 0), "2 scholen meer"),
        (Change(0, 3), "3 scholen minder"),
        (Change(2, 1), "2 scholen meer, 1 minder"),
        (Change(4, 0, is_new=True), "nieuw op de lijst"),
    ],
)
def test_a_change_in_words(change: Change, words: str) -> None:
    assert change.words == words


def test_the_year_before_counts_only_schools_of_both_years() -> None:
    """School 3 is new this year, school 4 has no profile yet: neither makes an item more or less common."""
    now = {(1, "a"): PRESENT, (2, "a"): ABSENT, (3, "a"): PRESENT, (1, "b"): PRESENT}
    before = {(1, "a"): DEVELOPING, (2, "a"): PRESENT, (4, "a"): PRESENT}
    matrix = compare([Item("a", "A"), Item("b", "B")], [1, 2, 3], now, before)
    assert matrix.compared == 2
    assert [found.change for found in matrix.rows] == [Change(1, 1), Change(1, 0, is_new=True)]


def test_without_a_year_before_nothing_changed() -> None:
    assert compare([Item("a", "A")], [1], {(1, "a"): PRESENT}, {}).rows[0].change is None
    assert compare([Item("a", "A")], [1], {(1, "a"): PRESENT}, {(2, "a"): PRESENT}).rows[0].change is None


def test_items_stand_under_their_heading() -> None:
    listed = [Item("a", "A", "In de les"), Item("b", "B", "Zorg"), Item("c", "C", "In de les")]
    assert [found.item.key for found in compare(listed, [], {}, {}).rows] == ["a", "c", "b"]


states = st.sampled_from((PRESENT, DEVELOPING, ABSENT, OPEN))
answers = st.dictionaries(st.tuples(st.integers(1, 5), st.sampled_from(KEYS)), states)


@given(answers, answers, st.permutations(range(1, 6)))
def test_the_order_of_the_schools_makes_no_difference(
    now: dict[tuple[int, str], str], before: dict[tuple[int, str], str], order: list[int]
) -> None:
    one, other = (compare(GROUPS, schools, now, before) for schools in (range(1, 6), order))
    for here, there in zip(one.rows, other.rows, strict=True):
        assert (here.marks, here.change, here.present) == (there.marks, there.change, there.present)
        assert here.present + here.developing + here.absent == here.filled_in <= 5


@given(st.lists(states))
def test_a_risk_is_a_difference_and_a_gap_is_neither(said: list[str]) -> None:
    found = row(*said)
    assert (Mark.GAP in found.marks) == (PRESENT not in said and found.filled_in > 0)
    assert (Mark.DIFFERENT in found.marks) == (0 < found.present < found.filled_in)
    assert Mark.RISK not in found.marks or Mark.DIFFERENT in found.marks
    assert not (Mark.GAP in found.marks and len(found.marks) > 1)


# Provisions -----------------------------------------------------------------------------------------------------------


@st.composite
def offers(draw: st.DrawFn) -> list[Offer]:
    drawn = draw(
        st.lists(
            st.tuples(st.integers(1, 3), st.none() | st.integers(0, 50), st.frozensets(st.sampled_from(KEYS))),
            min_size=1,
            max_size=8,
        )
    )
    return [
        Offer(pk, f"Voorziening {pk}", school, f"School {school}", places, groups)
        for pk, (school, places, groups) in enumerate(drawn, start=1)
    ]


@given(offers())
def test_groups_that_nothing_is_there_for_come_first(found: list[Offer]) -> None:
    rows = by_group(GROUPS, found)
    served = [coverage.is_served for coverage in rows]
    assert served == sorted(served)
    assert {coverage.group for coverage in rows} == set(GROUPS)
    for coverage in rows:
        assert set(coverage.offers) == {offer for offer in found if coverage.group.key in offer.groups}
        assert coverage.places == sum(offer.places or 0 for offer in coverage.offers)


@given(offers(), st.data())
def test_a_group_is_without_only_when_no_other_provision_serves_it(found: list[Offer], data: st.DataObject) -> None:
    stopped = data.draw(st.sampled_from(found))
    scenario = without(GROUPS, found, stopped.pk)
    left = {coverage.group.key for coverage in scenario.left_without}
    kept = {effect.after.group.key for effect in scenario.still_served}
    for key in KEYS:
        others = [offer for offer in found if offer.pk != stopped.pk and key in offer.groups]
        assert (key in left) == (key in stopped.groups and not others)
        assert (key in kept) == (key in stopped.groups and bool(others))
    for effect in scenario.still_served:
        assert effect.before.places - effect.after.places == (stopped.places or 0)
        assert stopped not in effect.after.offers


def test_an_unknown_provision_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        without(GROUPS, [], 1)
