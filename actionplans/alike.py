"""Which actions of different schools look alike: a suggestion for who gathers them, and no more than that.

The rule, as the page says it: two actions are alike when they stand under one spearhead, are of different schools, and
their goals have at least two meaningful words in common, which are at least half of those of the shorter goal. Of a
word the first six letters count, so that "mentor" and "mentoren" are one word. Short and common words do not count.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from swvportal.lib.folding import fold

LETTERS = 6
SHORTEST = 4
SHARED = 2

# Articles, prepositions, auxiliaries, and what stands in nearly every goal of a school.
STOP_WORDS = frozenset(
    fold(
        """
    aan alle allen alles ander andere anderen beter betere binnen daar daarbij daarmee daarna daarvoor deze doen door
    doet duidelijk eigen elke elkaar geen goed goede gaat gaan haar hebben heeft hele hier iedere iedereen ieder jaar
    jaren juist kunnen komen komt krijgen krijgt leerling leerlinge leerlingen maakt maar maken meer meest meeste
    minder minimaal moet moeten mogen naar niet nieuwe onder onze onze ook over per periode school scholen schooljaar
    week weken maand maanden dag dagen keer twee drie vier vijf eerste tweede samen sneller steeds tegen tijdens tussen vaker vanaf vanuit verder veel volgende voor vooral waar waarbij waarmee
    waarop waarvan wanneer weer weet weten welke werd werken werkt wordt worden zal zelf zich zien ziet zijn zodat
    zonder zoveel zullen hoger lager uiterlijk einde eind
    """
    ).split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """An action, as far as this rule looks at it. `owner` is the school, or 0 for the partnership itself."""

    pk: int
    owner: int
    spearhead: str
    goal: str


def meaningful(goal: str) -> frozenset[str]:
    words = re.findall(r"[a-z]+", fold(goal))
    return frozenset(word[:LETTERS] for word in words if len(word) >= SHORTEST and word not in STOP_WORDS)


def suggestions(wordings: Iterable[Wording], most: int = 8) -> list[tuple[int, ...]]:
    """Groups of keys, the largest first. Each action stands in one of them at most, and each group has an action that
    all the others in it are like."""
    found: list[tuple[int, ...]] = []
    by_spearhead: dict[str, list[Wording]] = {}
    for wording in wordings:
        by_spearhead.setdefault(wording.spearhead, []).append(wording)
    for inside in by_spearhead.values():
        found += _stars(_neighbours(inside))
    return sorted(found, key=lambda group: (-len(group), group))[:most]


def _neighbours(wordings: list[Wording]) -> dict[int, set[int]]:
    """Of each action those that are like it. Only actions that share a word are compared."""
    owners = {wording.pk: wording.owner for wording in wordings}
    words = {wording.pk: meaningful(wording.goal) for wording in wordings}
    having: dict[str, list[int]] = {}
    near: dict[int, set[int]] = {pk: set() for pk in words}
    for pk, mine in words.items():
        shared = Counter(other for word in mine for other in having.get(word, ()))
        for other, count in shared.items():
            half = min(len(mine), len(words[other])) / 2
            if owners[other] != owners[pk] and count >= max(SHARED, half):
                near[pk].add(other)
                near[other].add(pk)
        for word in mine:
            having.setdefault(word, []).append(pk)
    return near


def _stars(near: dict[int, set[int]]) -> list[tuple[int, ...]]:
    """Again and again the action with most neighbours that are left, with those."""
    found: list[tuple[int, ...]] = []
    while True:
        centre = min(near, key=lambda pk: (-len(near[pk]), pk), default=None)
        if centre is None or not near[centre]:
            return found
        group = {centre, *near[centre]}
        found.append(tuple(sorted(group)))
        near = {pk: others - group for pk, others in near.items() if pk not in group}
