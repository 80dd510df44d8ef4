"""How signals develop: per theme how many schools saw it each year, and the thread of one signal through the years.

Plain values in, plain values out. A school counts once per theme and year, whether it noted a signal itself or said
"wij ook" to one. The partnership is no school: it is told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """A signal by who sees it: the keys of the schools, and whether the partnership does too."""

    pk: int
    school_year: int
    theme: str
    continues: int | None
    schools: frozenset[int]
    office: bool

    @property
    def in_words(self) -> str:
        return in_words(len(self.schools), office=self.office)


def in_words(schools: int, *, office: bool) -> str:
    """ "4 scholen en het SWV zien dit"."""
    if not schools:
        return "Het SWV ziet dit" if office else "Niemand ziet dit"
    counted = "1 school" if schools == 1 else f"{schools} scholen"
    if office:
        return f"{counted} en het SWV zien dit"
    return f"{counted} {'ziet' if schools == 1 else 'zien'} dit"


def earlier(pk: int, seen: Mapping[int, Seen]) -> list[Seen]:
    """The signals that this one goes on from, the latest first. A circle ends where it would begin again."""
    found: list[Seen] = []
    known = {pk}
    before = seen[pk].continues if pk in seen else None
    while before is not None and before in seen and before not in known:
        known.add(before)
        found.append(seen[before])
        before = seen[before].continues
    return found


def schools_per_year(seen: Iterable[Seen], years: Sequence[int]) -> dict[str, list[int]]:
    """By theme, a number of schools for each of these years; only themes that somebody ever saw."""
    found: dict[str, dict[int, set[int]]] = {}
    for signal in seen:
        found.setdefault(signal.theme, {}).setdefault(signal.school_year, set()).update(signal.schools)
    return {theme: [len(by_year.get(year, ())) for year in years] for theme, by_year in found.items()}


@dataclass(frozen=True, slots=True)
class Bar:
    """One year in the picture of a theme, in units of its viewBox."""

    year: int
    schools: int
    x: int
    y: int
    height: int


BAR_WIDTH, BAR_STEP, TALLEST = 20, 28, 36


def bars(counts: Sequence[int], years: Sequence[int], most: int) -> list[Bar]:
    """All themes on one scale: the highest bar of all is `TALLEST`, and one school is always seen."""
    found = []
    for place, (year, count) in enumerate(zip(years, counts, strict=True)):
        height = max(2, round(TALLEST * count / most)) if count and most else 0
        found.append(Bar(year, count, place * BAR_STEP, TALLEST - height, height))
    return found
