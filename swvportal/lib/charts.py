"""The pictures of the portal as SVG: dumbbell strips, their axis and the two histograms of a comparison.

Pure functions from plain values to text. The same SVG stands in a page and in a PDF, therefore: presentation attributes
instead of CSS (WeasyPrint does not style inside an SVG, the pages allow no inline style), and a <title> child, which is
the only alternative text that WeasyPrint reads. Every result is cached: a comparison holds few different pictures.

One order everywhere: the levels run from left to right as in the version of the form, the most advanced first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final, Literal

INK: Final = "#16232B"
MUTED: Final = "#4F5E67"
LINE_STRONG: Final = "#66757D"
LINE: Final = "#CBD4D6"
DOT: Final = "#97A4AA"
PAPER: Final = "#FFFFFF"
SCHOOL: Final = "#1D55B8"
SWV: Final = "#A34E00"
FONT: Final = "IBM Plex Sans, IBM Plex Sans Ext, sans-serif"

Party = Literal["school", "swv"]
PARTY_LABELS: Final[dict[str, str]] = {"school": "School", "swv": "SWV"}


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour that a level of a form version may wear; `ringed` ones need an outline on white."""

    token: str
    name: str
    background: str
    text: str
    ringed: bool = False


# The same values stand in static/css/tokens.css; a test keeps the two together.
PALETTE: Final[tuple[Colour, ...]] = (
    Colour("petrol-1", "petrol, zeer donker", "#103840", PAPER),
    Colour("petrol-2", "petrol, donker", "#46777E", PAPER),
    Colour("petrol-mid", "petrol, midden", "#739DA0", INK, ringed=True),
    Colour("petrol-3", "petrol, licht", "#A3C5C6", INK, ringed=True),
    Colour("petrol-4", "petrol, zeer licht", "#E8F0EF", INK, ringed=True),
    Colour("paper", "wit", "#FFFFFF", INK, ringed=True),
    Colour("sand", "zand", "#E6D3A3", INK, ringed=True),
    Colour("slate", "leisteen", "#566470", PAPER),
    Colour("plum", "pruim", "#6D3B66", PAPER),
    Colour("moss", "mos", "#4C6A34", PAPER),
)
PALETTE_CHOICES: Final[list[tuple[str, str]]] = [(colour.token, colour.name) for colour in PALETTE]
_BY_TOKEN: Final = {colour.token: colour for colour in PALETTE}


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a scale, as the pictures need it: letter, colour (a token) and label."""

    letter: str
    color: str
    label: str = ""


def colour_of(token: str) -> Colour:
    """The colour of a token; an unknown one is white, so that an old form version never breaks a page."""
    return _BY_TOKEN.get(token, _BY_TOKEN["paper"])


# Marks ----------------------------------------------------------------------------------------------------------------


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(
    x: float,
    y: float,
    size: float,
    text: str,
    fill: str,
    weight: int = 700,
    anchor: str = "middle",
) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-family="{FONT}" font-size="{_n(size)}" font-weight="{weight}" '
        f'fill="{fill}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _circle(x: float, y: float, radius: float, fill: str, css: str = "") -> str:
    return f'<circle{css and f' class="{css}"'} cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}"/>'


def _diamond(x: float, y: float, half: float, stroke: float) -> str:
    path = f"M{_n(x)} {_n(y - half)}L{_n(x + half)} {_n(y)}L{_n(x)} {_n(y + half)}L{_n(x - half)} {_n(y)}Z"
    return (
        f'<path class="m-swv" d="{path}" fill="{PAPER}" stroke="{SWV}" stroke-width="{_n(stroke)}" '
        f'stroke-linejoin="round"/>'
    )


def _line(x1: float, x2: float, y: float, colour: str, width: float, css: str = "") -> str:
    return (
        f'<line{css and f' class="{css}"'} x1="{_n(x1)}" y1="{_n(y)}" x2="{_n(x2)}" y2="{_n(y)}" '
        f'stroke="{colour}" stroke-width="{_n(width)}"/>'
    )


def _svg(css: str, width: float, height: float, label: str, body: str) -> str:
    name = escape(label, quote=True)
    return (
        f'<svg class="{css}" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}" '
        f'role="img" aria-label="{name}"><title>{name}</title>{body}</svg>'
    )


def _bare(css: str, width: float, height: float, body: str) -> str:
    """A mark that stands before a word which says the same: nothing for a screen reader."""
    return (
        f'<svg class="{css}" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}" '
        f'aria-hidden="true" focusable="false">{body}</svg>'
    )


@lru_cache(maxsize=32)
def party_mark(party: str, size: int = 14) -> str:
    """The filled circle of the school or the open diamond of the partnership."""
    middle = size / 2
    if party == "school":
        return _bare(
            "party-mark",
            size,
            size,
            _circle(middle, middle, middle - 1.6, SCHOOL, "m-school"),
        )
    if party == "swv":
        return _bare("party-mark", size, size, _diamond(middle, middle, middle - 1.2, 2))
    raise ValueError(f"unknown party {party!r}")


@lru_cache(maxsize=32)
def equal_mark(size: int = 18) -> str:
    """The circle inside the diamond: both chose the same."""
    middle = size / 2
    body = _diamond(middle, middle, middle - 1.2, 1.8) + _circle(middle, middle, size * 0.265, SCHOOL, "m-school")
    return _bare("party-mark", size, size, body)


@lru_cache(maxsize=1)
def difference_mark() -> str:
    """A small dumbbell for a legend."""
    body = _line(8, 35, 9, INK, 3) + _circle(7, 9, 6, SCHOOL, "m-school") + _diamond(35, 9, 7.6, 2)
    return _bare("party-mark", 44, 18, body)


# Strip and axis -------------------------------------------------------------------------------------------------------

STRIP_WIDTH: Final = 184
STRIP_HEIGHT: Final = 40
WALL_WIDTH: Final = 480
WALL_HEIGHT: Final = 84


def strip_label(letters: Sequence[str], school: int | None, swv: int | None) -> str:
    """The strip in words: "School V, SWV P", or "School U, SWV ontbreekt"."""
    said = [
        f"{PARTY_LABELS[party]} {'ontbreekt' if position is None else letters[position]}"
        for party, position in (("school", school), ("swv", swv))
    ]
    return ", ".join(said)


@lru_cache(maxsize=4096)
def strip(
    letters: tuple[str, ...],
    school: int | None,
    swv: int | None,
    *,
    ordinal: bool = True,
    wall: bool = False,
) -> str:
    """The dumbbell: both choices on one scale, the connector as long as they differ, a bead on every level passed.

    `school` and `swv` are positions on the scale, 0 at the left; None leaves no mark at all. A scale without an order
    has no places and no distances: then only the two marks stand side by side, or inside each other when equal.
    """
    width, height = (WALL_WIDTH, WALL_HEIGHT) if wall else (STRIP_WIDTH, STRIP_HEIGHT)
    k, y = height / STRIP_HEIGHT, height / 2
    equal = school is not None and school == swv
    if ordinal:
        gap = width / len(letters)
        places = [gap * (index + 0.5) for index in range(len(letters))]
        body = _scale(places, school, swv, y, k)
        x_school = None if school is None else places[school]
        x_swv = None if swv is None else places[swv]
        # On a scale of five or six levels the marks shrink, so that neighbours and edges stay free.
        k *= min(1, (gap / k / 2 - 1.2) / 18)
    else:
        body = ""
        x_school = None if school is None else width * (0.5 if equal else 0.375)
        x_swv = None if swv is None else width * (0.5 if equal else 0.625)
    letter_school = "" if school is None else letters[school]
    letter_swv = "" if swv is None else letters[swv]
    body += _marks(x_school, x_swv, letter_school, letter_swv, y, k, equal=equal)
    return _svg("strip", width, height, strip_label(letters, school, swv), body)


def _scale(places: list[float], school: int | None, swv: int | None, y: float, k: float) -> str:
    """The line with a dot per level, and on top of it the connector with its beads."""
    parts = [_line(places[0], places[-1], y, LINE, k)]
    parts += [_circle(x, y, 2.4 * k, DOT) for x in places]
    if school is not None and swv is not None and school != swv:
        low, high = sorted((school, swv))
        parts += [_circle(places[index], y, 3.6 * k, INK, "m-gap") for index in range(low + 1, high)]
        parts.append(_line(places[school], places[swv], y, INK, 3.5 * k, "m-gap"))
    return "".join(parts)


def _marks(
    x_school: float | None,
    x_swv: float | None,
    letter_school: str,
    letter_swv: str,
    y: float,
    k: float,
    *,
    equal: bool,
) -> str:
    if equal and x_school is not None:
        return (
            _diamond(x_school, y, 18 * k, 2.4 * k)
            + _circle(x_school, y, 10.6 * k, SCHOOL, "m-school")
            + _text(
                x_school,
                y + 4.5 * k,
                _fit(12.5, letter_school) * k,
                letter_school,
                PAPER,
            )
        )
    parts = []
    if x_swv is not None:
        parts += [
            _diamond(x_swv, y, 17 * k, 2.4 * k),
            _text(x_swv, y + 4.7 * k, _fit(13, letter_swv) * k, letter_swv, INK),
        ]
    if x_school is not None:
        parts += [
            _circle(x_school, y, 12.5 * k, SCHOOL, "m-school"),
            _text(
                x_school,
                y + 4.8 * k,
                _fit(13.5, letter_school) * k,
                letter_school,
                PAPER,
            ),
        ]
    return "".join(parts)


def _fit(size: float, text: str) -> float:
    """Two or three letters in a mark made for one are set smaller."""
    return size if len(text) < 2 else size * (0.85 if len(text) == 2 else 0.7)


@lru_cache(maxsize=64)
def axis(steps: tuple[Step, ...]) -> str:
    """The tiles of the scale, each exactly above its place on the strips below."""
    gap = STRIP_WIDTH / len(steps)
    parts = []
    for index, step in enumerate(steps):
        x = gap * (index + 0.5)
        colour = colour_of(step.color)
        ring = f' stroke="{LINE_STRONG}"' if colour.ringed else ""
        parts.append(f'<rect x="{_n(x - 13.5)}" y=".5" width="27" height="22" fill="{colour.background}"{ring}/>')
        parts.append(_text(x, 16.3, _fit(13.5, step.letter), step.letter, colour.text))
    label = "niveaus " + ", ".join(step.letter for step in steps)
    return _svg("axis-tiles", STRIP_WIDTH, 24, label, "".join(parts))


# Histogram ------------------------------------------------------------------------------------------------------------

Cell = tuple[str, int | None]  # indicator's code, and distance: above 0 school higher, below 0 SWV higher, None missing
_BOX: Final = 36
_ROW: Final = 27


def histogram_rows(*pictures: Iterable[Cell]) -> int:
    """How many rows the highest stack of these pictures has: give it to each, so that their base lines agree."""
    highest = 3
    for cells in pictures:
        stacks = _stacks(cells)
        for distance, codes in stacks.items():
            highest = max(highest, -(-len(codes) // 2) if distance == 0 else len(codes))
    return highest


def histogram_label(title: str, cells: Iterable[Cell]) -> str:
    """The picture in words: "Op papier: gelijk: 1A, 2D; School 1 hoger: 1B; ontbreekt: 3D"."""
    said: dict[str, list[str]] = {"gelijk": []}
    missing = []
    for code, distance in cells:
        if distance is None:
            missing.append(code)
            continue
        party = PARTY_LABELS["school" if distance > 0 else "swv"]
        key = "gelijk" if distance == 0 else f"{party} {abs(distance)} hoger"
        said.setdefault(key, []).append(code)
    if missing:
        said["ontbreekt"] = missing
    return f"{title}: " + "; ".join(f"{key}: {', '.join(codes) or 'geen'}" for key, codes in said.items())


@lru_cache(maxsize=512)
def histogram(title: str, cells: tuple[Cell, ...], max_distance: int, rows: int = 0) -> str:
    """Every indicator as a box above how far school and SWV are apart: school higher left, equal in the middle.

    `max_distance` is the number of levels minus one; `rows` (see `histogram_rows`) lines two pictures up.
    """
    stacks = _stacks(cells)
    column = max(42.0, 96 / max_distance)
    middle = column * max_distance
    width = 2 * middle + 84 + 2
    base = 26 + _ROW * max(rows, histogram_rows(cells))
    parts = [_text(0, 13, 15, title, INK, anchor="start")]
    for distance in range(max_distance, -max_distance - 1, -1):
        left, span = _column_at(distance, column, middle)
        parts += _boxes(stacks.get(distance, []), distance, left, span, base)
        parts.append(_line(left, left + span, base, INK, 1 if distance else 2))
        parts.append(
            _text(
                left + span / 2,
                base + 17,
                14,
                str(abs(distance)) if distance else "gelijk",
                INK,
                600,
            )
        )
    parts.append(_text(middle / 2 - 1, base + 37, 14, "School hoger", SCHOOL))
    parts.append(_text(width - middle / 2 - 1, base + 37, 14, "SWV hoger", SWV))
    missing = [code for code, distance in cells if distance is None]
    # One missing indicator fits between the two captions; more get lines of their own.
    beside = len(missing) == 1 and max_distance > 2
    lines = [missing[start : start + 8] for start in range(0, len(missing), 8)]
    for number, codes in enumerate(lines):
        text = ("ontbreekt: " if number == 0 else "") + ", ".join(codes)
        parts.append(_text(middle + 40, base + (37 if beside else 57 + 18 * number), 14, text, MUTED, 400))
    height = base + 48 + (0 if beside else 18 * len(lines))
    return _svg("hist", width, height, histogram_label(title, cells), "".join(parts))


def _stacks(cells: Iterable[Cell]) -> dict[int, list[str]]:
    stacks: dict[int, list[str]] = {}
    for code, distance in cells:
        if distance is not None:
            stacks.setdefault(distance, []).append(code)
    return stacks


def _column_at(distance: int, column: float, middle: float) -> tuple[float, float]:
    """Left edge and width of a distance's column; "gelijk" is two boxes wide, for it is usually the highest."""
    if distance == 0:
        return middle, 80
    if distance > 0:
        return middle - column * distance, column - 2
    return middle + 82 + column * (-distance - 1), column - 2


def _boxes(codes: list[str], distance: int, left: float, span: float, base: float) -> list[str]:
    parts = []
    for number, code in enumerate(codes):
        row, side = (number // 2, number % 2) if distance == 0 else (number, 0)
        x = left + 2 + 40 * side if distance == 0 else left + (span - _BOX) / 2
        y = base - _ROW * (row + 1)
        parts.append(_box(x, y, distance))
        parts.append(
            _text(
                x + _BOX / 2,
                y + 16.4,
                _fit_code(code),
                code,
                PAPER if distance > 0 else INK,
            )
        )
    return parts


def _box(x: float, y: float, distance: int) -> str:
    """Round for the school, pointed for the partnership, square when equal: the shape says it before the colour."""
    if distance > 0:
        return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_BOX}" height="23" fill="{SCHOOL}" rx="11.5"/>'
    if distance == 0:
        return (
            f'<rect x="{_n(x + 0.5)}" y="{_n(y + 0.5)}" width="35" height="22" fill="{PAPER}" stroke="{LINE_STRONG}"/>'
        )
    path = f"M{_n(x + 8)} {_n(y + 1.2)}h20l6.5 10.3-6.5 10.3h-20l-6.5-10.3Z"
    return f'<path d="{path}" fill="{PAPER}" stroke="{SWV}" stroke-width="2.2" stroke-linejoin="round"/>'


def _fit_code(code: str) -> float:
    return 14 if len(code) < 3 else 12 if len(code) == 3 else 10
