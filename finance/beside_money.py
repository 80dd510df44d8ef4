"""The tables of what was allocated, budgeted and spent, and in the years before; and their sheets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finance.beside import ALL, FUND, Comparison
from finance.beside_means import BySchool, Measured, by_fund, by_row, by_school, measured, sum_of
from finance.beside_table import Head, Shown, name, text
from finance.comparing import AMOUNT, PER_PUPIL
from swvportal.lib.school_year import label
from swvportal.lib.spreadsheets import Cell, Sheet

NO_ALLOCATION = "geen toekenning"
TOO_MUCH = "te veel"
AWAITED = "nog niet alles gepubliceerd"


@dataclass(frozen=True, slots=True)
class Column:
    """`year`: whose pupils it is divided by, and written under the head of an earlier year. `is_difference` says what is
    budgeted too much."""

    name: str
    year: int
    of: Callable[[Measured], BySchool]
    is_allocation: bool = False
    is_difference: bool = False
    is_earlier: bool = False

    @property
    def head(self) -> str:
        return f"{self.name} {label(self.year)}" if self.is_earlier else self.name


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Each cell with the head under which it stands, for a narrow screen."""

    head: Head
    under: tuple[tuple[str, Shown], ...]


@dataclass(frozen=True, slots=True)
class MoneyTable:
    first: str
    columns: tuple[Head, ...]
    rows: tuple[MoneyRow, ...]
    feet: tuple[MoneyRow, ...]


def columns_of(found: Comparison, rows: Iterable[Measured], *, whole: bool = False) -> list[Column]:
    """What was allocated only where a row is a fund or a school; what was carried over and a year before only where there
    is something (`whole`: always, for a file)."""
    year, listed = found.asked.year, list(rows)
    columns = [
        Column("Begroot", year, lambda row: row.budgeted),
        Column("Besteed", year, lambda row: row.spent),
    ]
    if found.asked.by == FUND:
        columns[1:1] = [Column("Verschil", year, lambda row: row.difference, is_difference=True)]
        if whole or any(row.carried for row in listed):
            columns[:0] = [Column("Meegenomen", year, lambda row: row.carried)]
        columns[:0] = [Column("Toegekend", year, lambda row: row.allocated, is_allocation=True)]
    for back in range(1, found.books.years):
        if whole or any(part for row in listed for part in row.before[back - 1]):
            columns += _before(year - back, back - 1)
    return columns


def _before(year: int, at: int) -> list[Column]:
    return [
        Column("Begroot", year, lambda row: row.before[at][0], is_earlier=True),
        Column("Besteed", year, lambda row: row.before[at][1], is_earlier=True),
    ]


def rows_of(found: Comparison) -> list[Measured]:
    """A row per fund, category or spearhead."""
    if found.asked.by == FUND:
        return by_fund(found.books, found.funds)
    return by_row(found.books, found.names)


def feet_of(found: Comparison) -> list[Measured]:
    """The total; where the board's own money is in it, the partnership's and the board's first."""
    books = found.books
    total = measured("Totaal", books)
    if found.asked.money != ALL or not books.own or books.funds <= books.own:
        return [total]
    parts = (("Van het samenwerkingsverband", False), ("Van het schoolbestuur zelf", True))
    return [*(measured(words, books.narrowed(own=own)) for words, own in parts), total]


def money_table(found: Comparison, first: str) -> MoneyTable:
    return _table(found, first, rows_of(found), feet_of(found))


def school_table(found: Comparison, fund: int | None) -> MoneyTable:
    """A row per school, of all funds or of one."""
    books = found.books.narrowed(fund=fund)
    rows = by_school(books, {key: name(school) for key, school in found.places.items()})
    feet = feet_of(found) if fund is None else [measured("Totaal", books)]
    return _table(found, "School", rows, feet)


def _table(found: Comparison, first: str, rows: Sequence[Measured], feet: Sequence[Measured]) -> MoneyTable:
    columns = columns_of(found, rows)
    heads = tuple(Head(column.name, label(column.year) if column.is_earlier else "") for column in columns)
    return MoneyTable(
        first, heads, tuple(_row(found, row, columns) for row in rows), tuple(_row(found, row, columns) for row in feet)
    )


def _row(found: Comparison, row: Measured, columns: Sequence[Column]) -> MoneyRow:
    cells = tuple((column.head, _cell(found, row, column)) for column in columns)
    return MoneyRow(Head(row.name, AWAITED if row.awaits else ""), cells)


def _cell(found: Comparison, row: Measured, column: Column) -> Shown:
    pupils = found.counts[column.year] if found.asked.show == PER_PUPIL else None
    cents = column.of(row)
    if column.is_allocation and row.own:
        return Shown(NO_ALLOCATION)
    small = mark = ""
    if column.is_allocation and pupils is None and 0 < len(row.unread) < len(cents):
        small = f"{text(sum_of(row.unread), AMOUNT)} nog zonder begroting"
    if column.is_difference and row.over_cents:
        mark = f"{text(row.over_cents, AMOUNT)} {TOO_MUCH}" if pupils is None else TOO_MUCH
    return Shown(text(sum_of(cents, pupils), AMOUNT), mark, small)


# In words ----------------------------------------------------------------------------------------------------------------


def unread(found: Comparison) -> tuple[int, str]:
    """How many schools got something and have a budget that one may not read yet, and what they got together."""
    cents = measured("", found.books).unread
    return len(cents), text(sum(cents.values()), AMOUNT)


# Files -------------------------------------------------------------------------------------------------------------------


def money_sheets(found: Comparison, first: str) -> list[Sheet]:
    """Amounts in euros. Where schools stand beside each other a row per school and fund, and then the totals."""
    rows = [*rows_of(found), *feet_of(found)]
    columns = columns_of(found, rows, whole=True)
    heads = [column.head for column in columns]
    totals = Sheet("Totalen", (first, *heads), [(row.name, *_numbers(row, columns)) for row in rows])
    if found.mine is not None or found.asked.by != FUND:
        return [totals]
    listed: list[tuple[Cell, ...]] = []
    for key, fund_name in found.funds.items():
        books = found.books.narrowed(fund=key)
        schools = [key for key in found.places if key in books.schools]
        for school in schools:
            row = measured("", books.narrowed(school=school))
            place = found.places[school]
            listed.append((name(place), place.code, fund_name, *_numbers(row, columns)))
    return [Sheet("Per school", ("School", "BRIN en vestiging", "Geldstroom", *heads), listed), totals]


def _numbers(row: Measured, columns: Sequence[Column]) -> list[Decimal | None]:
    cents = [sum_of(column.of(row)) for column in columns]
    return [None if each is None else Decimal(each).scaleb(-2) for each in cents]
