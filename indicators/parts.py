"""The parts of a version of the form, remembered.

A published version never changes (the database sees to that), so each process reads it once. The moment of publishing is
part of the key: whatever happens to the rows' numbers, two versions are never taken for each other.
"""

import datetime
from functools import lru_cache

from indicators.models import IndicatorSet


def parts_of(indicator_set: IndicatorSet) -> IndicatorSet:
    """This version with its themes, indicators, dimensions and levels. Shared by everybody: to be read only."""
    if indicator_set.published_at is None:
        return _load(indicator_set.pk)
    return _published(indicator_set.pk, indicator_set.published_at)


@lru_cache(maxsize=128)
def _published(pk: int, published_at: datetime.datetime) -> IndicatorSet:
    return _load(pk)


def _load(pk: int) -> IndicatorSet:
    return IndicatorSet.objects.prefetch_related("themes", "indicators__theme", "dimensions", "levels").get(pk=pk)
