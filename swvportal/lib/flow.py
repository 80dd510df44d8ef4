"""Where money goes, as a picture of three columns with ribbons between them: places and shapes, from plain values.

All places are whole numbers, so that no locale writes a decimal comma into an SVG. Only what is more than nothing is
drawn; the table beside the picture holds everything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 1180
NODE: Final = 14
GAP: Final = 34
TALL: Final = 360
TOP: Final = 30
LABEL: Final = 340
PATTERNS: Final = 4
LEFTS: Final = (0, 400, WIDTH - LABEL - NODE)


@dataclass(frozen=True, slots=True)
class Path:
    """One amount on its way: a name per column."""

    names: tuple[str, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class Node:
    column: int
    name: str
    amount: int
    x: int
    y: int
    height: int

    @property
    def label_x(self) -> int:
        return self.x + NODE + 6

    @property
    def label_y(self) -> int:
        return self.y + 13


@dataclass(frozen=True, slots=True)
class Ribbon:
    """`pattern` tells the ribbons of one source apart without colour: all that leave one node have the same."""

    source: str
    target: str
    amount: int
    d: str
    pattern: int


@dataclass(frozen=True, slots=True)
class Flow:
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    width: int
    height: int


def layout(paths: Iterable[Path], columns: int = 3, order: Sequence[Sequence[str]] = ()) -> Flow:
    """Nodes in the order in which their names come, or of each column in that of `order`; what a node gets and gives has
    the same height, within a pixel."""
    drawn = [path for path in paths if path.amount > 0]
    whole = sum(path.amount for path in drawn)
    if not whole:
        return Flow((), (), WIDTH, 0)
    nodes: dict[tuple[int, str], Node] = {}
    for column in range(columns):
        nodes |= _column(drawn, column, whole, order[column] if order else ())
    ribbons: list[Ribbon] = []
    for column in range(columns - 1):
        ribbons += _between(drawn, column, nodes, whole)
    height = max(node.y + max(node.height, GAP) for node in nodes.values()) + 8
    return Flow(tuple(nodes.values()), tuple(ribbons), WIDTH, height)


def _column(paths: Sequence[Path], column: int, whole: int, order: Sequence[str]) -> dict[tuple[int, str], Node]:
    there = {path.names[column] for path in paths}
    sums: dict[str, int] = {name: 0 for name in order if name in there}
    for path in paths:
        sums[path.names[column]] = sums.get(path.names[column], 0) + path.amount
    found, y = {}, TOP
    for name, amount in sums.items():
        height = max(2, round(TALL * amount / whole))
        found[column, name] = Node(column, name, amount, LEFTS[column], y, height)
        # A label of two lines fits beside the smallest node.
        y += max(height + 10, GAP + 6)
    return found


def _between(paths: Sequence[Path], column: int, nodes: dict[tuple[int, str], Node], whole: int) -> list[Ribbon]:
    sums: dict[tuple[str, str], int] = {}
    for path in paths:
        ends = path.names[column], path.names[column + 1]
        sums[ends] = sums.get(ends, 0) + path.amount
    order = {key: place for place, key in enumerate(nodes)}
    sources = [name for at, name in nodes if at == column]
    out: dict[str, int] = {}
    into: dict[str, int] = {}
    found = []
    for source, target in sorted(sums, key=lambda ends: (order[column, ends[0]], order[column + 1, ends[1]])):
        amount = sums[source, target]
        left, right = nodes[column, source], nodes[column + 1, target]
        starts = [left.y + round(TALL * value / whole) for value in (out.get(source, 0), out.get(source, 0) + amount)]
        stops = [right.y + round(TALL * value / whole) for value in (into.get(target, 0), into.get(target, 0) + amount)]
        out[source], into[target] = out.get(source, 0) + amount, into.get(target, 0) + amount
        d = _ribbon(left.x + NODE, right.x, starts, stops)
        found.append(Ribbon(source, target, amount, d, sources.index(source) % PATTERNS))
    return found


def _ribbon(x1: int, x2: int, starts: list[int], stops: list[int]) -> str:
    """A band that bends in the middle; at least one pixel high."""
    (a, b), (c, e) = starts, stops
    b, e, middle = max(b, a + 1), max(e, c + 1), (x1 + x2) // 2
    return f"M{x1} {a}C{middle} {a} {middle} {c} {x2} {c}L{x2} {e}C{middle} {e} {middle} {b} {x1} {b}Z"
