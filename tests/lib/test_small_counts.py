"""No small number of pupils can be read, or worked out from what stands beside it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swvportal.lib.small_counts import LESS_THAN_FIVE, MASKED, SMALL, suppress


def agrees(counts: tuple[int, ...], cells: tuple[str, ...], total: str) -> bool:
    """Whether these counts could lie behind what is shown."""
    if total != MASKED and sum(counts) != int(total):
        return False
    for count, cell in zip(counts, cells, strict=True):
        allowed = count in SMALL if cell == LESS_THAN_FIVE else count not in SMALL if cell == MASKED else True
        if not allowed or (cell.isdecimal() and int(cell) != count):
            return False
    return True


@given(st.lists(st.integers(0, 12), max_size=4))
def test_each_small_count_keeps_two_values_that_agree_with_everything_shown(counts):
    shown = suppress(counts)
    ranges = [range(61) if c in {LESS_THAN_FIVE, MASKED} else [int(c)] for c in shown.cells]
    hidden = [i for i, cell in enumerate(shown.cells) if cell == LESS_THAN_FIVE]
    assert hidden == [i for i, count in enumerate(counts) if count in SMALL]
    if not hidden or shown.total == MASKED:
        return
    ranges = [SMALL if i in hidden else r for i, r in enumerate(ranges)]
    # The last masked cell follows from the total; the others are tried.
    possible = [c for c in itertools.islice(itertools.product(*ranges), 60000) if agrees(c, shown.cells, shown.total)]
    for i in hidden:
        assert len({counts[i] for counts in possible}) > 1


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([12, 7], ("12", "7"), "19"),
        ([3, 9, 20], (LESS_THAN_FIVE, MASKED, "20"), "32"),
        ([1, 1, 30, 8], (LESS_THAN_FIVE, LESS_THAN_FIVE, "30", MASKED), "40"),
        ([2, 3, 30], (LESS_THAN_FIVE, LESS_THAN_FIVE, "30"), "35"),
        ([3], (LESS_THAN_FIVE,), MASKED),
        ([0, 0], ("0", "0"), "0"),
        ([], (), "0"),
    ],
)
def test_what_is_shown(counts, cells, total):
    assert (suppress(counts).cells, suppress(counts).total) == (cells, total)
