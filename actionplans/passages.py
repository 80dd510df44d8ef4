"""Where the words of a search stand in a text, whatever their case and accents. Plain texts in, pieces out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from swvportal.lib.folding import fold

AROUND = 90  # characters on each side of the first word that is found


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool


def hits(text: str, words: Sequence[str]) -> int:
    """How many of these (folded) words stand in the text."""
    folded = fold(text)
    return sum(word in folded for word in words)


def pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The whole text, cut where a word begins and ends."""
    marked = bytearray(len(text))
    folded, origin = _folded(text)
    for word in words:
        at = folded.find(word) if word else -1
        while at >= 0:
            start, end = origin[at], origin[at + len(word) - 1] + 1
            marked[start:end] = b"\1" * (end - start)
            at = folded.find(word, at + len(word))
    return _cut(text, marked)


def passage(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The neighbourhood of the first word that is found, with an ellipsis where the text goes on."""
    whole = " ".join(text.split())
    folded, origin = _folded(whole)
    found = [at for at in (folded.find(word) for word in words if word) if at >= 0]
    first = origin[min(found)] if found else 0
    start, end = max(0, first - AROUND), first + AROUND
    if start:
        start = whole.find(" ", start, first) + 1 or start
    if end < len(whole):
        blank = whole.rfind(" ", first, end)
        end = blank if blank > first else end
    cut = pieces(whole[start:end], words)
    before = (Piece("… ", False),) if start else ()
    after = (Piece(" …", False),) if end < len(whole) else ()
    return (*before, *cut, *after)


def _cut(text: str, marked: bytearray) -> tuple[Piece, ...]:
    found: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marked[at] != marked[start]:
            found.append(Piece(text[start:at], bool(marked[start])))
            start = at
    return tuple(found)


@lru_cache(maxsize=1024)
def _fold_character(character: str) -> str:
    return " " if character.isspace() else fold(character)


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and of each of its characters the place of the one that it comes from."""
    folded: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for part in _fold_character(character):
            folded.append(part)
            origin.append(place)
    return "".join(folded), origin
