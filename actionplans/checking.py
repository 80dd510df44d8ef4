""" "Klopt het nog?": a support profile beside the ratings of the same school, by the indicator that an item belongs to.

An item that the profile calls present, while a party rates practice in the lower half of the scale, is worth a look
together. On a scale without an order there is no lower half, and nothing is marked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.models import ItemState, ProfileItem
from indicators.comparing import ComparisonCell, ComparisonRow, FormComparison
from swvportal.lib.charts import Step


@dataclass(frozen=True, slots=True)
class Rated:
    """One dimension, with the level that each party chose."""

    dimension: str
    school: Step | None
    partnership: Step | None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """An indicator, with what the profile says about the same thing; `low` names who rates practice low."""

    indicator: ComparisonRow
    item: ProfileItem | None
    rated: tuple[Rated, ...]
    low: tuple[str, ...]

    @property
    def needs_a_look(self) -> bool:
        return bool(self.low)

    @property
    def low_nl(self) -> str:
        return " en ".join(self.low)


def check(items: Iterable[ProfileItem], comparison: FormComparison) -> list[CheckRow]:
    """First what is worth a look together, then the other items in their order, then the remaining indicators."""
    by_key = {row.key: row for row in comparison.rows}
    found = [_row(by_key[row.item.indicator_key], row, comparison) for row in items if row.item.indicator_key in by_key]
    seen = {row.indicator.key for row in found}
    rest = [_row(row, None, comparison) for row in comparison.rows if row.key not in seen]
    return sorted(found, key=lambda row: not row.needs_a_look) + rest


def _row(indicator: ComparisonRow, item: ProfileItem | None, comparison: FormComparison) -> CheckRow:
    levels = comparison.levels

    def step(position: int | None) -> Step | None:
        return None if position is None else levels[position]

    rated = tuple(
        Rated(cell.dimension.title, step(cell.school_position), step(cell.partnership_position))
        for cell in indicator.cells
    )
    is_present = item is not None and item.state == ItemState.PRESENT
    practice = indicator.cells[min(1, len(indicator.cells) - 1)]
    low = _low(practice, len(levels)) if is_present and comparison.ordinal else ()
    return CheckRow(indicator, item, rated, low)


def _low(practice: ComparisonCell, levels: int) -> tuple[str, ...]:
    """Who rates it in the lower half; the most advanced level stands first."""
    parties = (("de school", practice.school_position), ("het SWV", practice.partnership_position))
    return tuple(name for name, position in parties if position is not None and position * 2 >= levels)
