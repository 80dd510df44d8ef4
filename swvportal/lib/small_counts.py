"""Numbers of pupils that are so small that they point at somebody.

A count of 1 to 4 is shown as "<5". Where a total stands below, the small count must not follow from it: then other
cells are masked too, and when that is not enough the total itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALL = range(1, 5)
LESS_THAN_FIVE = "<5"
MASKED = "afgeschermd"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """What may be shown: a text per count, in the same order, and one for the total."""

    cells: tuple[str, ...]
    total: str

    @property
    def is_complete(self) -> bool:
        """Nothing was hidden."""
        return not {LESS_THAN_FIVE, MASKED} & {*self.cells, self.total}


def suppress(counts: Sequence[int]) -> Suppressed:
    """Hide small counts, and as much else as keeps them from being worked out.

    A masked cell may hold 0 or anything from 5 up. Each small count that is left has at least two values that agree
    with everything shown; the largest masked number needed for that is as small as possible.
    """
    small = [i for i, count in enumerate(counts) if count in SMALL]
    # Masking a zero says nothing that helps a reader: real numbers first, from the smallest up.
    spare = sorted(
        (i for i, count in enumerate(counts) if count not in SMALL), key=lambda i: (not counts[i], counts[i])
    )
    masked: list[int] = []
    while small and _follows(counts, small, masked):
        if not spare:
            break
        masked.append(spare.pop(0))
    cells = [str(count) for count in counts]
    for i in small:
        cells[i] = LESS_THAN_FIVE
    for i in masked:
        cells[i] = MASKED
    total = MASKED if small and _follows(counts, small, masked) else str(sum(counts))
    return Suppressed(tuple(cells), total)


def _follows(counts: Sequence[int], small: list[int], masked: list[int]) -> bool:
    """Whether a reader who knows the total and every shown cell can work out a small count."""
    hidden = sum(counts[i] for i in [*small, *masked])
    others = len(small) - 1
    possible = {
        value for value in SMALL for rest in range(others, 4 * others + 1) if _fits(hidden - value - rest, bool(masked))
    }
    return len(possible) < 2


def _fits(left: int, masked: bool) -> bool:
    """Whether the masked cells together can hold what is left: nothing, or five and more."""
    return left == 0 or (masked and left >= 5)
