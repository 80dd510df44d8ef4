"""What the finder shows of a school: the places in its published profile that answer the question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actionplans.comparing import STEPS
from actionplans.models import CatalogueItem, ItemState, ProfileItem, Provision, SupportProfile
from actionplans.passages import Piece, hits, passage, pieces

SHOWN = 5
SEARCHED = tuple(name for name in SupportProfile.TEXTS if name != "limits")  # what a school cannot do is no answer
LABELS = {name: str(SupportProfile._meta.get_field(name).verbose_name).capitalize() for name in SEARCHED}  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Match:
    """One place: what it is ("Voorziening"), its name, the passage and what else there is
    to say, with the words of the question marked."""

    what: str
    name: tuple[Piece, ...]
    text: tuple[Piece, ...]
    note: tuple[Piece, ...]
    weight: int  # how many of the words stand here; an item that was asked for by name goes above all


@dataclass(frozen=True, slots=True)
class Found:
    profile: SupportProfile
    matches: tuple[Match, ...]
    more: int

    @property
    def opening(self) -> tuple[Piece, ...]:
        """Where nothing was asked: how the school describes itself."""
        return passage(self.profile.description, ())


def found(profile: SupportProfile, words: Sequence[str], keys: Sequence[str]) -> Found:
    """`words` are folded; `keys` those of the target group and the item that were chosen. Wants `with_content()`."""
    places = [
        *(match for row in profile.provisions.all() if (match := _provision(row, words, keys))),
        *(match for row in profile.items.all() if (match := _item(row, words, keys))),
        *_texts(profile, words),
    ]
    places.sort(key=lambda match: -match.weight)
    return Found(profile, tuple(places[:SHOWN]), max(0, len(places) - SHOWN))


def _provision(provision: Provision, words: Sequence[str], keys: Sequence[str]) -> Match | None:
    groups = list(provision.target_groups.all())
    for_whom = ", ".join(group.name for group in groups)
    weight = hits(f"{provision.name} {provision.description} {for_whom}", words)
    weight += len(words) + 1 if any(group.key in keys for group in groups) else 0
    if not weight:
        return None
    places = f"{provision.places} {'plaats' if provision.places == 1 else 'plaatsen'}" if provision.places else ""
    note = "; ".join(filter(None, [places, f"voor {for_whom}" if for_whom else ""]))
    return Match(
        "Voorziening", pieces(provision.name, words), passage(provision.description, words), pieces(note, words), weight
    )


def _item(row: ProfileItem, words: Sequence[str], keys: Sequence[str]) -> Match | None:
    if row.state in {"", ItemState.ABSENT}:
        return None
    weight = hits(f"{row.item.name} {row.explanation}", words)
    weight += len(words) + 1 if row.item.key in keys else 0
    if not weight:
        return None
    what = CatalogueItem.Kind(row.item.kind).label.capitalize()
    state = Piece(STEPS[ItemState(row.state)].label, marked=False)
    return Match(what, pieces(row.item.name, words), passage(row.explanation, words), (state,), weight)


def _texts(profile: SupportProfile, words: Sequence[str]) -> Iterator[Match]:
    for name in SEARCHED:
        text = getattr(profile, name)
        if weight := hits(text, words):
            yield Match(LABELS[name], (), passage(text, words), (), weight)
