"""What the page of budgets beside each other shows, and what goes into its files: texts, dots and real numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finance.beside import Comparison
from finance.comparing import AMOUNT, HIGH, PER_PUPIL, SHARE, Line, Spread, Value
from schools.models import School
from swvportal.lib.money import euro
from swvportal.lib.spreadsheets import Cell, Sheet

MOST_COLUMNS = 12
NOTHING = "–"
WIDTH, MARGIN = 160, 8
KIND = {AMOUNT: "bedrag in euro’s", PER_PUPIL: "euro’s per leerling", SHARE: "procent van het totaal"}


@dataclass(frozen=True, slots=True)
class Shown:
    """`mark` says in words that it is unusual; `small` what is in it."""

    text: str
    mark: str = ""
    small: str = ""

    @property
    def is_empty(self) -> bool:
        return self.text == NOTHING


@dataclass(frozen=True, slots=True)
class Dot:
    x: int
    unusual: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Whole numbers: a template would write a decimal comma. `band` and `tick` are those of other schools."""

    title: str
    dots: tuple[Dot, ...]
    band: tuple[int, int] | None = None
    tick: int | None = None

    @property
    def band_width(self) -> int:
        return max(2, self.band[1] - self.band[0]) if self.band else 0


@dataclass(frozen=True, slots=True)
class Head:
    name: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    head: Head
    cells: tuple[Shown, ...]
    strip: Strip | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`strips`: the picture beside the table, where its rows are schools."""

    first: str
    columns: tuple[Head, ...]
    rows: tuple[Row, ...]
    sums: Row
    scale: str = ""
    strips: tuple[tuple[str, Strip], ...] = ()

    @property
    def has_strips(self) -> bool:
        return bool(self.scale) and not self.strips


def text(number: int | None, show: str) -> str:
    if number is None:
        return NOTHING
    if show == SHARE:
        return f"{number / 10:.1f}".replace(".", ",") + "%"
    return euro(number)


def number(value: int | None, show: str) -> Decimal | None:
    """As it goes into a file: euros, or percents with one decimal."""
    if value is None:
        return None
    return Decimal(value).scaleb(-1 if show == SHARE else -2)


def _shown(value: Value, show: str) -> Shown:
    mark = f"opvallend {value.unusual}" if value.unusual else ""
    return Shown(text(value.number, show), mark)


def _heads(found: Comparison) -> list[Head]:
    heads = []
    for budget in found.budgets:
        pupils = found.pupils.get(budget.school_id)
        small = f"{pupils:,} leerlingen".replace(",", ".") if pupils else "leerlingen niet bekend"
        heads.append(Head(name(budget.school), f"{small}, concept" if budget.is_draft else small))
    return heads


def name(school: School) -> str:
    return f"{school.name} ({school.location})" if school.location else school.name


# Schools beside each other ---------------------------------------------------------------------------------------------


def side_by_side(found: Comparison, by_name: str) -> Table:
    """Schools as columns; with more than twelve as rows."""
    show, heads, names = found.asked.show, _heads(found), list(found.names.values())
    lines = [*found.grid.lines, found.grid.sums]
    most = max((value.number or 0 for line in found.per_pupil.lines for value in line.values), default=0)
    scale = text(most, PER_PUPIL) if most > 0 else ""
    strips = [_strip(title, beside, heads, most) for title, beside in zip(names, found.per_pupil.lines, strict=True)]
    if len(heads) > MOST_COLUMNS:
        rows = tuple(Row(head, tuple(_shown(line.values[at], show) for line in lines)) for at, head in enumerate(heads))
        sums = Row(Head("Samen"), tuple(_shown(line.total, show) for line in lines))
        columns = (*(Head(each) for each in names), Head("Totaal"))
        beside = tuple(zip(names, strips, strict=True)) if scale else ()
        return Table("School", columns, rows, sums, scale, beside)
    rows = tuple(
        Row(Head(title), _cells(line, show), strip)
        for title, line, strip in zip(names, found.grid.lines, strips, strict=True)
    )
    sums = Row(Head("Totaal"), _cells(found.grid.sums, show))
    return Table(by_name, (*heads, Head("Samen")), rows, sums, scale)


def _cells(line: Line, show: str) -> tuple[Shown, ...]:
    return (*(_shown(value, show) for value in line.values), _shown(line.total, show))


def _place(value: int, most: int) -> int:
    return MARGIN + round((WIDTH - 2 * MARGIN) * max(0, value) / most) if most > 0 else MARGIN


def _strip(title: str, line: Line, heads: Sequence[Head], most: int) -> Strip:
    there = [(head.name, value) for head, value in zip(heads, line.values, strict=True) if value.number is not None]
    words = ", ".join(f"{school} {text(value.number, PER_PUPIL)}" for school, value in there)
    dots = tuple(Dot(_place(value.number or 0, most), bool(value.unusual)) for _, value in there)
    return Strip(f"{title}, per leerling: {words or 'geen bedragen'}", dots)


# One school against the others -----------------------------------------------------------------------------------------


def against_others(found: Comparison, by_name: str) -> Table:
    """The school's own numbers, with low, middle and high of the others where there are enough of them; its own alone where
    that holds for no row."""
    show = found.asked.show
    if not found.spreads:
        return _own_alone(found, by_name)
    own = [(line.values[0].number if line.values else None) for line in found.grid.lines]
    of_total = found.grid.sums.values[0].number if found.grid.sums.values else None
    most = max([*(value or 0 for value in own), *(each.high for each in found.spreads.values())], default=0)
    rows = []
    for (key, title), value in zip(found.names.items(), own, strict=True):
        there = found.spreads.get(key)
        strip = _strip_of_one(title, value, there, most, show)
        rows.append(Row(Head(title), _against(value, there, show), strip))
    heads = tuple(Head(each) for each in ("Uw school", "Laag", "Midden", "Hoog", "Andere scholen"))
    sums = Row(Head("Totaal"), (Shown(text(of_total, show)), *[Shown("")] * 4))
    return Table(by_name, heads, tuple(rows), sums, scale=text(most, show) if most > 0 else "")


def _own_alone(found: Comparison, by_name: str) -> Table:
    show = found.asked.show
    lines = [*zip(found.names.values(), found.grid.lines, strict=True), ("Totaal", found.grid.sums)]
    rows = [
        Row(Head(title), (Shown(text(line.values[0].number if line.values else None, show)),)) for title, line in lines
    ]
    return Table(by_name, (Head("Uw school"),), tuple(rows[:-1]), rows[-1])


def _against(value: int | None, there: Spread | None, show: str) -> tuple[Shown, ...]:
    if there is None:
        return (Shown(text(value, show)), *[Shown(NOTHING)] * 3, Shown("niet te tonen"))
    numbers = (value, there.low, there.middle, there.high)
    return (*(Shown(text(each, show)) for each in numbers), Shown(str(there.schools)))


def _strip_of_one(title: str, value: int | None, there: Spread | None, most: int, show: str) -> Strip:
    dots = () if value is None else (Dot(_place(value, most)),)
    words = f"{title}: uw school {text(value, show)}"
    if there is None:
        return Strip(words, dots)
    words += f"; andere scholen {text(there.low, show)} tot {text(there.high, show)}, midden {text(there.middle, show)}"
    return Strip(words, dots, (_place(there.low, most), _place(there.high, most)), _place(there.middle, most))


# Files -----------------------------------------------------------------------------------------------------------------


def sheet(found: Comparison, by_name: str) -> Sheet:
    return _sheet(found, by_name) if found.mine is None else _sheet_of_one(found, by_name)


def _sheet(found: Comparison, by_name: str) -> Sheet:
    """A row per school and line: easy to work on with."""
    show = found.asked.show
    rows: list[tuple[Cell, ...]] = []
    for title, line in zip([*found.names.values(), "Totaal"], [*found.grid.lines, found.grid.sums], strict=True):
        for budget, value in zip(found.budgets, line.values, strict=True):
            unusual = ("hoog" if value.unusual == HIGH else "laag") if value.unusual else ""
            pupils = found.pupils.get(budget.school_id)
            rows.append((title, name(budget.school), budget.school.code, pupils, number(value.number, show), unusual))
    return Sheet(
        "Naast elkaar",
        (by_name, "School", "BRIN en vestiging", "Leerlingen", KIND[show].capitalize(), "Opvallend"),
        rows,
    )


def _sheet_of_one(found: Comparison, by_name: str) -> Sheet:
    show = found.asked.show
    lines = zip(found.names.items(), found.grid.lines, strict=True)
    shown = [(title, line, found.spreads.get(key)) for (key, title), line in lines]
    rows: list[tuple[Cell, ...]] = []
    for title, line, there in [*shown, ("Totaal", found.grid.sums, None)]:
        others = (there.low, there.middle, there.high) if there else (None, None, None)
        own = line.values[0].number if line.values else None
        rows.append((title, *(number(each, show) for each in (own, *others)), there.schools if there else None))
    kind = KIND[show]
    heads = (by_name, f"Uw school, {kind}", "Laag", "Midden", "Hoog", "Andere scholen")
    return Sheet("Naast elkaar", heads, rows)
