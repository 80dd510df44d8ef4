"""Where two forms about one school differ, and what to talk about first.

Plain values in, frozen dataclasses out; nothing here knows the database or the framework.

The order of the conversation has three groups:

* "first": two or more levels apart on any dimension, or a rating is missing;
* "then": one level apart at most;
* "equal": both parties chose the same everywhere.

Inside a group, each next rule only breaks the ties of the one before:

1. the largest distance on any dimension;
2. the most levels apart over all dimensions together;
3. the most dimensions with a missing rating;
4. the largest gap between paper and practice, in the eyes of either party;
5. the least advanced ratings (the least advanced of each indicator are compared first, then the next);
6. the order of the form.

On a nominal scale nobody can say that a difference is small, so every difference belongs to "first" and "then" stays
empty; rule 1 falls away, rule 2 counts the dimensions that differ, rule 4 asks whether paper and practice differ, and
rule 5 falls away. Every rule treats the parties alike: the order does not depend on which form is whose. Levels are
compared one by one and never averaged.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

type Party = Literal["school", "partnership"]
type PriorityGroup = Literal["first", "then", "equal"]
type Ratings = Mapping[tuple[str, str], str | None]
"""(indicator key, dimension key) -> letter; None or no entry where nothing was chosen."""

FAR_APART = 2
"""Levels from which a difference, or a gap between paper and practice, is marked."""

PRIORITY_RULE_NL = (
    "Eerst bespreken: 2 of meer niveaus verschil, of een waardering ontbreekt. Daarna: 1 niveau verschil. "
    "Onderaan: gelijk. Binnen elke groep staat het grootste verschil bovenaan, dan het grootste verschil van alle "
    "onderdelen samen. Is dat gelijk, dan gaat voor: wat het vaakst ontbreekt, daarna waar papier en praktijk het "
    "verst uiteenlopen, daarna wat het minst ver gevorderd is, daarna de volgorde van het formulier."
)
PRIORITY_RULE_NOMINAL_NL = (
    "Eerst bespreken: verschillend, of een waardering ontbreekt. Onderaan: gelijk. Binnen elke groep staat bovenaan "
    "wat op de meeste onderdelen verschilt. Is dat gelijk, dan gaat voor: wat het vaakst ontbreekt, daarna waar "
    "papier en praktijk verschillen, daarna de volgorde van het formulier."
)


class Outcome(enum.StrEnum):
    EQUAL = "equal"
    DIFFERENT = "different"
    MISSING_SCHOOL = "missing_school"
    MISSING_PARTNERSHIP = "missing_partnership"
    MISSING_BOTH = "missing_both"


@dataclass(frozen=True, slots=True)
class Scale:
    """The levels of one form version, from most to least advanced where the scale is ordinal."""

    letters: tuple[str, ...]
    ordinal: bool

    def __post_init__(self) -> None:
        if len(set(self.letters)) != len(self.letters):
            raise ValueError(f"A letter stands twice in the scale {self.letters}.")

    def steps(self, letter: str) -> int:
        """Steps below the most advanced level."""
        return self.letters.index(letter)


@dataclass(frozen=True, slots=True)
class IndicatorInput:
    code: str
    key: str
    position: int


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """What the two parties chose on one dimension of one indicator.

    `distance` is in levels: 0 when equal, None on a nominal scale or when a rating is missing.
    """

    dimension_key: str
    school: str | None
    partnership: str | None
    outcome: Outcome
    distance: int | None
    higher: Party | None

    @property
    def is_missing(self) -> bool:
        return self.school is None or self.partnership is None

    @property
    def is_far_apart(self) -> bool:
        return self.distance is not None and self.distance >= FAR_APART


@dataclass(frozen=True, slots=True)
class Gap:
    """Whether one party sees the first dimension (paper) or the second (practice) ahead, and by how many levels.

    On a nominal scale only `differs` is known: `ahead` and `levels` are None.
    """

    differs: bool
    ahead: Literal["paper", "practice"] | None
    levels: int | None

    @property
    def is_wide(self) -> bool:
        """Two or more levels; on a nominal scale, any difference."""
        return self.differs if self.levels is None else self.levels >= FAR_APART


@dataclass(frozen=True, slots=True)
class IndicatorComparison:
    """One indicator; a gap is None when that party left a rating out, or when the form has one dimension.

    `rank` is the place in the conversation, from 1.
    """

    code: str
    key: str
    results: tuple[DimensionResult, ...]
    school_gap: Gap | None
    partnership_gap: Gap | None
    priority_group: PriorityGroup
    rank: int

    @property
    def is_differing(self) -> bool:
        """Not equal on every dimension: different somewhere, or a rating is missing."""
        return self.priority_group != "equal"

    @property
    def has_missing(self) -> bool:
        return any(result.is_missing for result in self.results)

    @property
    def is_far_apart(self) -> bool:
        return any(result.is_far_apart for result in self.results)

    @property
    def has_wide_gap(self) -> bool:
        """Paper and practice lie far apart in the eyes of the school, of the partnership, or of both."""
        return any(gap is not None and gap.is_wide for gap in (self.school_gap, self.partnership_gap))


@dataclass(frozen=True, slots=True)
class Counts:
    """Counted in ratings: one per indicator and dimension, so that equal + different + missing = total."""

    total: int
    equal: int
    different: int
    missing: int
    school_higher: int
    partnership_higher: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two forms side by side; `indicators` in the order of the form."""

    scale: Scale
    dimensions: tuple[str, ...]
    indicators: tuple[IndicatorComparison, ...]
    counts: Counts

    def in_conversation_order(self) -> tuple[IndicatorComparison, ...]:
        return tuple(sorted(self.indicators, key=lambda indicator: indicator.rank))

    def group(self, name: PriorityGroup) -> tuple[IndicatorComparison, ...]:
        return tuple(row for row in self.in_conversation_order() if row.priority_group == name)

    def discuss_first(self, limit: int = 3) -> tuple[str, ...]:
        """Codes at the top of the conversation; nothing that is equal, so it may be empty."""
        return tuple(row.code for row in self.in_conversation_order() if row.is_differing)[:limit]

    @property
    def share_equal(self) -> tuple[int, int]:
        """Numerator and denominator: of the ratings that both gave, how many are equal. The denominator may be 0."""
        return self.counts.equal, self.counts.total - self.counts.missing

    @property
    def differing(self) -> tuple[IndicatorComparison, ...]:
        return tuple(row for row in self.indicators if row.is_differing)

    @property
    def two_or_more(self) -> tuple[IndicatorComparison, ...]:
        return tuple(row for row in self.indicators if row.is_far_apart)

    @property
    def missing(self) -> tuple[IndicatorComparison, ...]:
        return tuple(row for row in self.indicators if row.has_missing)

    @property
    def paper_practice(self) -> tuple[IndicatorComparison, ...]:
        return tuple(row for row in self.indicators if row.has_wide_gap)

    @property
    def priority_rule_nl(self) -> str:
        """The rule behind the order, for the page and the report."""
        return PRIORITY_RULE_NL if self.scale.ordinal else PRIORITY_RULE_NOMINAL_NL


@dataclass(frozen=True, slots=True)
class Trend:
    """The same indicator and dimension in two years."""

    previous: DimensionResult
    current: DimensionResult


def compare(
    scale: Scale,
    indicators: Sequence[IndicatorInput],
    dimensions: Sequence[str],
    school: Ratings,
    partnership: Ratings,
) -> Comparison:
    """Compare two forms of one version; raises ValueError on a letter that the scale does not have."""
    form_order = sorted(indicators, key=lambda indicator: indicator.position)
    unranked = [_compare_indicator(scale, indicator, dimensions, school, partnership) for indicator in form_order]
    # sorted() is stable, so what ties on every rule stays in the order of the form
    in_order = sorted(unranked, key=lambda row: _priority(scale, row))
    ranks = {row.key: rank for rank, row in enumerate(in_order, start=1)}
    if len(ranks) != len(unranked):
        raise ValueError("Two indicators have the same key.")
    compared = tuple(replace(row, rank=ranks[row.key]) for row in unranked)
    return Comparison(scale, tuple(dimensions), compared, _count(compared))


def trend(previous: Comparison | None, current: Comparison) -> dict[tuple[str, str], Trend]:
    """Last year's outcome beside this year's, by (indicator key, dimension key).

    Keys last across versions of the form; what only one of the years has is left out. The versions may have different
    scales, so the two distances stand beside each other and are not subtracted.
    """
    if previous is None:
        return {}
    before = _by_keys(previous)
    return {keys: Trend(before[keys], result) for keys, result in _by_keys(current).items() if keys in before}


def _by_keys(comparison: Comparison) -> dict[tuple[str, str], DimensionResult]:
    return {
        (indicator.key, result.dimension_key): result
        for indicator in comparison.indicators
        for result in indicator.results
    }


def _compare_indicator(
    scale: Scale, indicator: IndicatorInput, dimensions: Sequence[str], school: Ratings, partnership: Ratings
) -> IndicatorComparison:
    results = tuple(
        _compare_dimension(scale, key, school.get((indicator.key, key)), partnership.get((indicator.key, key)))
        for key in dimensions
    )
    return IndicatorComparison(
        code=indicator.code,
        key=indicator.key,
        results=results,
        school_gap=_gap(scale, [result.school for result in results]),
        partnership_gap=_gap(scale, [result.partnership for result in results]),
        priority_group=_group(scale, results),
        rank=0,
    )


def _compare_dimension(scale: Scale, key: str, school: str | None, partnership: str | None) -> DimensionResult:
    for letter in (school, partnership):
        if letter is not None and letter not in scale.letters:
            raise ValueError(f"{letter!r} is not a level of the scale {scale.letters}.")
    if school is None or partnership is None:
        return DimensionResult(key, school, partnership, _missing(school, partnership), None, None)
    outcome = Outcome.EQUAL if school == partnership else Outcome.DIFFERENT
    if not scale.ordinal:
        return DimensionResult(key, school, partnership, outcome, None, None)
    lead = scale.steps(partnership) - scale.steps(school)
    higher: Party | None = "school" if lead > 0 else "partnership" if lead < 0 else None
    return DimensionResult(key, school, partnership, outcome, abs(lead), higher)


def _missing(school: str | None, partnership: str | None) -> Outcome:
    if school is None and partnership is None:
        return Outcome.MISSING_BOTH
    return Outcome.MISSING_SCHOOL if school is None else Outcome.MISSING_PARTNERSHIP


def _gap(scale: Scale, letters: Sequence[str | None]) -> Gap | None:
    """Between the first two dimensions of the form, however many it has."""
    if len(letters) < 2:
        return None
    paper, practice = letters[:2]
    if paper is None or practice is None:
        return None
    if not scale.ordinal:
        return Gap(differs=paper != practice, ahead=None, levels=None)
    lead = scale.steps(practice) - scale.steps(paper)
    ahead: Literal["paper", "practice"] | None = "paper" if lead > 0 else "practice" if lead < 0 else None
    return Gap(differs=lead != 0, ahead=ahead, levels=abs(lead))


def _group(scale: Scale, results: tuple[DimensionResult, ...]) -> PriorityGroup:
    if any(result.is_missing or result.is_far_apart for result in results):
        return "first"
    if all(result.outcome is Outcome.EQUAL for result in results):
        return "equal"
    return "then" if scale.ordinal else "first"


def _priority(scale: Scale, row: IndicatorComparison) -> tuple[int, int, int, int, int, list[int]]:
    """The sort key behind the rules in the module's docstring; smaller comes first."""
    groups: dict[PriorityGroup, int] = {"first": 0, "then": 1, "equal": 2}
    gaps = [gap for gap in (row.school_gap, row.partnership_gap) if gap is not None]
    missing = sum(result.is_missing for result in row.results)
    group = groups[row.priority_group]
    if not scale.ordinal:
        differing = sum(result.outcome is Outcome.DIFFERENT for result in row.results)
        return group, 0, -differing, -missing, -any(gap.differs for gap in gaps), []
    distances = [result.distance or 0 for result in row.results]
    widest_gap = max((gap.levels or 0 for gap in gaps), default=0)
    letters = [letter for result in row.results for letter in (result.school, result.partnership) if letter is not None]
    least_advanced = sorted(-scale.steps(letter) for letter in letters)
    return group, -max(distances, default=0), -sum(distances), -missing, -widest_gap, least_advanced


def _count(indicators: tuple[IndicatorComparison, ...]) -> Counts:
    results = [result for indicator in indicators for result in indicator.results]
    return Counts(
        total=len(results),
        equal=sum(result.outcome is Outcome.EQUAL for result in results),
        different=sum(result.outcome is Outcome.DIFFERENT for result in results),
        missing=sum(result.is_missing for result in results),
        school_higher=sum(result.higher == "school" for result in results),
        partnership_higher=sum(result.higher == "partnership" for result in results),
    )
