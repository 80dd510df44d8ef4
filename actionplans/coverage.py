"""Who offers what in a partnership: what nobody or one school alone offers, what changed, and what stops with a provision.

Plain values in, frozen dataclasses out; nothing here knows the database or the framework.

An item is judged over the schools that filled it in; a school that left it open says neither yes nor no.

* a gap: somebody filled it in, and no school has it;
* a risk: one school has it, and at least one other school does not;
* a difference: some schools have it and others do not, so every risk is a difference too.

"Has it" means that the state is `present`; an item that a school is still building up is not there yet.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

type States = Mapping[tuple[int, str], str]
"""(school, key of the item) -> state; empty or no entry where nothing was filled in."""

PRESENT, DEVELOPING, ABSENT, OPEN = "present", "developing", "absent", ""

MARKS_RULE_NL = (
    "We kijken alleen naar de scholen die meetellen en het onderdeel hebben ingevuld. “Niemand biedt dit”: van de scholen "
    "die meetellen heeft geen enkele het. "
    "“Eén school”: één school heeft het, en minstens één andere niet. “Verschil”: een deel van de scholen heeft het en "
    "een ander deel niet. Wat nog in ontwikkeling is, telt niet als aanwezig."
)
SCENARIO_RULE_NL = (
    "Per doelgroep van deze voorziening kijken we of een andere voorziening, op dezelfde of op een andere school, ook "
    "voor die doelgroep is. Is die er niet, dan staat de doelgroep zonder. Plaatsen tellen mee waar de school een aantal "
    "heeft ingevuld. Is een voorziening voor meer doelgroepen, dan tellen haar plaatsen bij elke doelgroep mee. We weten "
    "niet hoeveel plaatsen er vrij zijn."
)


class Mark(enum.StrEnum):
    GAP = "gap"
    RISK = "risk"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of basic support, or a target group."""

    key: str
    name: str
    heading: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """How many schools have an item that did not a year ago, and the other way round."""

    more: int
    fewer: int
    is_new: bool = False

    @property
    def words(self) -> str:
        """ "2 scholen meer, 1 minder"; for an item that was not on the list yet: "nieuw op de lijst"."""
        if self.is_new:
            return "nieuw op de lijst"
        if not self.more and not self.fewer:
            return "gelijk"
        first = f"{_schools(self.more)} meer" if self.more else f"{_schools(self.fewer)} minder"
        return f"{first}, {self.fewer} minder" if self.more and self.fewer else first


def _schools(count: int) -> str:
    return "1 school" if count == 1 else f"{count} scholen"


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """One item over all schools, `states` in their order. `change` is None where no school counts in both years."""

    item: Item
    states: tuple[str, ...]
    change: Change | None

    @property
    def present(self) -> int:
        return self.states.count(PRESENT)

    @property
    def developing(self) -> int:
        return self.states.count(DEVELOPING)

    @property
    def absent(self) -> int:
        return self.states.count(ABSENT)

    @property
    def filled_in(self) -> int:
        return len(self.states) - self.states.count(OPEN)

    @property
    def marks(self) -> frozenset[Mark]:
        if not self.filled_in or self.present == self.filled_in:
            return frozenset()
        if not self.present:
            return frozenset({Mark.GAP})
        return frozenset({Mark.DIFFERENT, Mark.RISK}) if self.present == 1 else frozenset({Mark.DIFFERENT})

    @property
    def mark(self) -> Mark | None:
        """The one that says most."""
        return next((mark for mark in Mark if mark in self.marks), None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """`compared` is the number of schools that count in both years."""

    schools: tuple[int, ...]
    rows: tuple[ItemCoverage, ...]
    compared: int

    def marked(self, mark: Mark) -> tuple[ItemCoverage, ...]:
        return tuple(row for row in self.rows if mark in row.marks)


def compare(items: Iterable[Item], schools: Sequence[int], states: States, before: States) -> Matrix:
    """Every item over these schools, under their headings; `before` is what the same schools said the year before."""
    answered_before = {school for school, _ in before}
    both = [school for school in schools if school in answered_before]
    asked_before = {key for _, key in before}
    rows = (
        ItemCoverage(
            item,
            tuple(states.get((school, item.key), OPEN) for school in schools),
            _change(item.key, both, states, before, is_new=item.key not in asked_before) if both else None,
        )
        for item in _by_heading(items)
    )
    return Matrix(tuple(schools), tuple(rows), len(both))


def _by_heading(items: Iterable[Item]) -> list[Item]:
    """A heading stands where its first item stands."""
    listed = list(items)
    first: dict[str, int] = {}
    for position, item in enumerate(listed):
        first.setdefault(item.heading, position)
    return sorted(listed, key=lambda item: first[item.heading])


def _change(key: str, schools: Sequence[int], states: States, before: States, *, is_new: bool) -> Change:
    now = {school for school in schools if states.get((school, key)) == PRESENT}
    then = {school for school in schools if before.get((school, key)) == PRESENT}
    return Change(len(now - then), len(then - now), is_new)


# Provisions -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A provision at a school, for the target groups of these keys. `places` is None where no number was given."""

    pk: int
    name: str
    school: int
    school_name: str
    places: int | None
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """A target group with every provision for it."""

    group: Item
    offers: tuple[Offer, ...]

    @property
    def is_served(self) -> bool:
        return bool(self.offers)

    @property
    def places(self) -> int:
        """Of the provisions that give a number."""
        return sum(offer.places or 0 for offer in self.offers)

    @property
    def without_number(self) -> int:
        return sum(offer.places is None for offer in self.offers)

    @property
    def school_names(self) -> list[str]:
        return list(dict.fromkeys(offer.school_name for offer in self.offers))


def by_group(groups: Iterable[Item], offers: Sequence[Offer]) -> tuple[GroupCoverage, ...]:
    """Every target group in the order of the list; the ones that nothing is there for come first."""
    found = [GroupCoverage(group, tuple(offer for offer in offers if group.key in offer.groups)) for group in groups]
    return tuple(sorted(found, key=lambda coverage: coverage.is_served))


@dataclass(frozen=True, slots=True)
class Effect:
    """A target group before and after a provision stops."""

    before: GroupCoverage
    after: GroupCoverage


@dataclass(frozen=True, slots=True)
class Scenario:
    stopped: Offer
    left_without: tuple[GroupCoverage, ...]
    still_served: tuple[Effect, ...]


def without(groups: Sequence[Item], offers: Sequence[Offer], pk: int) -> Scenario:
    """What is left for the target groups of this provision once it stops. Raises KeyError for an unknown provision."""
    stopped = {offer.pk: offer for offer in offers}[pk]
    touched = [group for group in groups if group.key in stopped.groups]
    before = {coverage.group.key: coverage for coverage in by_group(touched, offers)}
    after = by_group(touched, [offer for offer in offers if offer.pk != pk])
    return Scenario(
        stopped,
        tuple(coverage for coverage in after if not coverage.is_served),
        tuple(Effect(before[coverage.group.key], coverage) for coverage in after if coverage.is_served),
    )
