"""Where the form of Alice's school and Petra's form about it differ, and what they talk about first."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.discrepancy import (
    PRIORITY_RULE_NL,
    PRIORITY_RULE_NOMINAL_NL,
    Comparison,
    Gap,
    IndicatorComparison,
    IndicatorInput,
    Outcome,
    Ratings,
    Scale,
    compare,
    trend,
)

VUSP = Scale(("V", "U", "S", "P"), ordinal=True)
NOMINAL = Scale(("V", "U", "S", "P"), ordinal=False)
BOTH = ("vastgelegd", "geimplementeerd")

# Alice's choice and Petra's, first on paper, then in practice; "-" is a rating that was left out.
OEVERLAND = {
    "1A": ("VV", "UU"),
    "1B": ("VU", "UU"),
    "1C": ("VV", "VU"),
    "1D": ("US", "SP"),
    "2A": ("VU", "VS"),
    "2B": ("UV", "SU"),
    "2C": ("UU", "VP"),
    "2D": ("VV", "VV"),
    "3A": ("SU", "SV"),
    "3B": ("PP", "SS"),
    "3C": ("VV", "SS"),
    "3D": ("U-", "US"),
}


def form(chosen: Mapping[str, tuple[str, ...]], dimensions: tuple[str, ...] = BOTH, scale: Scale = VUSP) -> Comparison:
    """Compare two forms written as pairs of letters per indicator and dimension."""
    indicators = [IndicatorInput(code, f"key-{code}", position) for position, code in enumerate(chosen)]
    school: dict[tuple[str, str], str | None] = {}
    partnership: dict[tuple[str, str], str | None] = {}
    for code, pairs in chosen.items():
        for dimension, pair in zip(dimensions, pairs, strict=True):
            school[f"key-{code}", dimension] = None if pair[0] == "-" else pair[0]
            partnership[f"key-{code}", dimension] = None if pair[1] == "-" else pair[1]
    return compare(scale, indicators, dimensions, school, partnership)


def codes(rows: tuple[IndicatorComparison, ...]) -> list[str]:
    return [row.code for row in rows]


def test_the_conversation_starts_with_what_differs_most() -> None:
    comparison = form(OEVERLAND)
    assert codes(comparison.group("first")) == ["2C", "3A", "2A", "3D"]
    assert codes(comparison.group("then")) == ["1D", "2B", "1B", "1C"]
    assert codes(comparison.group("equal")) == ["3C", "3B", "1A", "2D"]
    assert comparison.discuss_first() == ("2C", "3A", "2A")
    assert comparison.priority_rule_nl == PRIORITY_RULE_NL


def test_the_form_keeps_its_own_order() -> None:
    assert codes(form(OEVERLAND).indicators) == list(OEVERLAND)


def test_the_counts_on_the_page() -> None:
    comparison = form(OEVERLAND)
    counts = comparison.counts
    assert (counts.total, counts.equal, counts.different, counts.missing) == (24, 11, 12, 1)
    assert (counts.school_higher, counts.partnership_higher) == (8, 4)
    assert comparison.share_equal == (11, 23)


def test_the_filters_on_the_page() -> None:
    comparison = form(OEVERLAND)
    assert codes(comparison.differing) == ["1B", "1C", "1D", "2A", "2B", "2C", "3A", "3D"]
    assert codes(comparison.two_or_more) == ["2A", "2C", "3A"]
    assert codes(comparison.missing) == ["3D"]
    assert codes(comparison.paper_practice) == ["2C", "3C"]


def test_alice_sees_the_practice_three_levels_higher_than_petra() -> None:
    (row,) = form({"2C": ("UU", "VP")}).indicators
    paper, practice = row.results
    assert (paper.outcome, paper.distance, paper.higher) == (Outcome.EQUAL, 0, None)
    assert (practice.outcome, practice.distance, practice.higher) == (Outcome.DIFFERENT, 3, "school")
    assert row.school_gap == Gap(differs=True, ahead="practice", levels=1)
    assert row.partnership_gap == Gap(differs=True, ahead="paper", levels=2)


def test_a_gap_that_petra_did_not_fill_in_cannot_be_determined() -> None:
    (row,) = form({"3D": ("U-", "US")}).indicators
    assert row.school_gap == Gap(differs=False, ahead=None, levels=0)
    assert row.partnership_gap is None


@pytest.mark.parametrize(
    ("pair", "outcome"),
    [("-V", Outcome.MISSING_SCHOOL), ("V-", Outcome.MISSING_PARTNERSHIP), ("--", Outcome.MISSING_BOTH)],
)
def test_a_rating_left_out_has_no_distance(pair: str, outcome: Outcome) -> None:
    (row,) = form({"1A": (pair, "VV")}).indicators
    assert row.results[0].outcome is outcome
    assert (row.results[0].distance, row.results[0].higher) == (None, None)
    assert row.priority_group == "first"


def test_a_conversation_without_petras_form() -> None:
    """When one form stays out every rating of it is missing, and nothing counts as equal."""
    comparison = compare(VUSP, [IndicatorInput("1A", "a", 1)], BOTH, {("a", "vastgelegd"): "V"}, {})
    assert [result.outcome for result in comparison.indicators[0].results] == [
        Outcome.MISSING_PARTNERSHIP,
        Outcome.MISSING_BOTH,
    ]
    assert comparison.share_equal == (0, 0)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (("VU", "VS"), ("VV", "VS")),  # more levels apart over both dimensions together
        (("V-", "V-"), ("P-", "PP")),  # more dimensions missing
        (("VV", "PP"), ("PP", "PP")),  # paper and practice further apart
        (("PP", "PP"), ("VV", "VV")),  # less advanced
    ],
)
def test_ties_are_broken_in_the_stated_order(above: tuple[str, str], below: tuple[str, str]) -> None:
    assert codes(form({"1A": below, "1B": above}).in_conversation_order()) == ["1B", "1A"]


def test_what_ties_on_everything_stays_in_form_order() -> None:
    order = codes(form({"1A": ("VU", "VV"), "1B": ("UV", "VV")}).in_conversation_order())
    assert order == ["1A", "1B"]


def test_a_form_with_one_dimension_has_no_gap() -> None:
    (row,) = form({"1A": ("VP",)}, ("vastgelegd",)).indicators
    assert row.school_gap is None and row.partnership_gap is None
    assert row.results[0].distance == 3


def test_a_form_with_three_dimensions_compares_the_first_two_as_paper_and_practice() -> None:
    (row,) = form({"1A": ("VV", "UU", "PP")}, (*BOTH, "geborgd")).indicators
    assert row.school_gap == row.partnership_gap == Gap(differs=True, ahead="paper", levels=1)
    assert len(row.results) == 3


def test_a_nominal_scale_only_says_different() -> None:
    comparison = form(OEVERLAND, scale=NOMINAL)
    assert codes(comparison.group("then")) == []
    assert comparison.two_or_more == ()
    assert comparison.counts.different == 12
    assert comparison.priority_rule_nl == PRIORITY_RULE_NOMINAL_NL
    # both dimensions differ before one, and what is missing before what is not
    assert codes(comparison.group("first")) == ["1D", "2A", "2B", "3A", "3D", "1B", "1C", "2C"]


def test_a_letter_from_another_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="'X' is not a level"):
        form({"1A": ("XV", "VV")})


def test_two_indicators_with_one_key_are_refused() -> None:
    twice = [IndicatorInput("1A", "a", 1), IndicatorInput("1B", "a", 2)]
    with pytest.raises(ValueError, match="same key"):
        compare(VUSP, twice, BOTH, {}, {})


def test_last_year_stands_beside_this_year() -> None:
    """An indicator that moved to another code keeps its key; what one year does not have is left out."""
    last_year = form({"1A": ("VP", "VV"), "1B": ("VV", "VV")})
    moved = [IndicatorInput("2Z", "key-1A", 1), IndicatorInput("1C", "key-1C", 2)]
    ratings: Ratings = {("key-1A", "vastgelegd"): "U", ("key-1A", "geborgd"): "U"}
    this_year = compare(VUSP, moved, ("vastgelegd", "geborgd"), ratings, ratings)
    beside = trend(last_year, this_year)
    assert list(beside) == [("key-1A", "vastgelegd")]
    assert beside["key-1A", "vastgelegd"].previous.distance == 3
    assert beside["key-1A", "vastgelegd"].current.distance == 0


def test_the_first_year_has_no_last_year() -> None:
    assert trend(None, form(OEVERLAND)) == {}


letters = st.sampled_from(["V", "U", "S", "P", None])


type Forms = tuple[list[IndicatorInput], tuple[str, ...], Ratings, Ratings]


@st.composite
def two_forms(draw: st.DrawFn) -> Forms:
    number = draw(st.integers(min_value=1, max_value=12))
    indicators = [IndicatorInput(f"{i}A", f"key-{i}", i) for i in range(number)]
    dimensions = ("vastgelegd", "geimplementeerd", "geborgd")[: draw(st.integers(min_value=1, max_value=3))]
    cells = [(indicator.key, dimension) for indicator in indicators for dimension in dimensions]
    school, partnership = ({cell: draw(letters) for cell in cells} for _ in range(2))
    return indicators, dimensions, school, partnership


either_scale = st.sampled_from([VUSP, NOMINAL])
MIRROR = {
    "school": "partnership",
    "partnership": "school",
    None: None,
    Outcome.EQUAL: Outcome.EQUAL,
    Outcome.DIFFERENT: Outcome.DIFFERENT,
    Outcome.MISSING_SCHOOL: Outcome.MISSING_PARTNERSHIP,
    Outcome.MISSING_PARTNERSHIP: Outcome.MISSING_SCHOOL,
    Outcome.MISSING_BOTH: Outcome.MISSING_BOTH,
}


@given(two_forms(), either_scale)
def test_swapping_the_parties_mirrors_directions_and_keeps_the_order(forms: Forms, scale: Scale) -> None:
    indicators, dimensions, school, partnership = forms
    here = compare(scale, indicators, dimensions, school, partnership)
    there = compare(scale, indicators, dimensions, partnership, school)
    assert codes(here.in_conversation_order()) == codes(there.in_conversation_order())
    assert here.share_equal == there.share_equal
    assert here.counts.school_higher == there.counts.partnership_higher
    for row, mirrored in zip(here.indicators, there.indicators, strict=True):
        assert (row.school_gap, row.partnership_gap) == (mirrored.partnership_gap, mirrored.school_gap)
        for result, other in zip(row.results, mirrored.results, strict=True):
            assert (MIRROR[result.higher], MIRROR[result.outcome]) == (other.higher, other.outcome)
            assert result.distance == other.distance


@given(two_forms(), either_scale)
def test_equal_forms_give_no_difference(forms: Forms, scale: Scale) -> None:
    indicators, dimensions, school, _ = forms
    comparison = compare(scale, indicators, dimensions, school, school)
    counts = comparison.counts
    assert (counts.different, counts.school_higher, counts.partnership_higher) == (0, 0, 0)
    assert counts.equal == sum(letter is not None for letter in school.values())
    assert comparison.differing == comparison.missing


@given(two_forms())
def test_a_nominal_scale_gives_no_distances(forms: Forms) -> None:
    indicators, dimensions, school, partnership = forms
    comparison = compare(NOMINAL, indicators, dimensions, school, partnership)
    for row in comparison.indicators:
        assert row.priority_group != "then"
        assert all(result.distance is None and result.higher is None for result in row.results)
        for gap in (row.school_gap, row.partnership_gap):
            assert gap is None or (gap.ahead, gap.levels) == (None, None)


@given(two_forms(), either_scale)
def test_the_counts_add_up_and_missing_never_counts_as_equal(forms: Forms, scale: Scale) -> None:
    indicators, dimensions, school, partnership = forms
    comparison = compare(scale, indicators, dimensions, school, partnership)
    counts = comparison.counts
    assert counts.equal + counts.different + counts.missing == counts.total == len(indicators) * len(dimensions)
    assert counts.missing == sum(None in (school[cell], partnership[cell]) for cell in school)
    assert counts.equal == sum(school[cell] == partnership[cell] is not None for cell in school)
    if scale.ordinal:
        assert counts.school_higher + counts.partnership_higher == counts.different


@given(two_forms(), either_scale, st.randoms(use_true_random=False))
def test_the_order_is_a_permutation_by_group_whatever_order_the_indicators_come_in(
    forms: Forms, scale: Scale, shuffler: random.Random
) -> None:
    indicators, dimensions, school, partnership = forms
    comparison = compare(scale, indicators, dimensions, school, partnership)
    shuffled = list(indicators)
    shuffler.shuffle(shuffled)
    assert compare(scale, shuffled, dimensions, school, partnership) == comparison
    assert sorted(row.rank for row in comparison.indicators) == list(range(1, len(indicators) + 1))
    places = {"first": 0, "then": 1, "equal": 2}
    groups = [places[row.priority_group] for row in comparison.in_conversation_order()]
    assert all(earlier <= later for earlier, later in pairwise(groups))
