"""The accounts of a school, out of a file of which nobody knows the columns beforehand.

Three steps, each of plain values that a page may carry: a `Ledger` as it was uploaded, its `Chosen` columns, and per post
the budget line it goes to. `checked` then says of each row what would be booked, and every mistake by row and column.
"""

import datetime
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.core.files.base import File

from finance.models import Budget, BudgetLine, Entry, Expenditure, SpendingImport, Stands
from finance.models.funds import MOST_CENTS
from records.models import sha256_of
from swvportal.lib import school_year as school_years
from swvportal.lib import spreadsheets
from swvportal.lib.folding import fold
from swvportal.lib.money import parse_euro
from swvportal.lib.spreadsheets import Formula, Mistake, UnreadableFile

MOST_ROWS = 5000
MOST_POSTS = 300
LONGEST_POST = 100
MOST_TEXT = 5 * 1024 * 1024  # characters: what a CSV may hold; a small ODS or XLSX repeats one text a million times
LEAVE = "-"
"""What stands for "not taken over" where the key of a line may stand."""

TOO_LONG = "Dit bestand bevat te veel tekst. Haal kolommen weg die niet nodig zijn, of splits het."
FORMULA = "hier staat een formule. Plak de uitkomst als waarde."
AMOUNTS = ("amount", "debit", "credit")
HEADINGS = {
    "date": ("datum", "boekdatum", "boekingsdatum", "factuurdatum", "transactiedatum", "date"),
    "amount": ("bedrag", "bedrag in euro", "bedrag eur", "bedrag (eur)", "saldo", "amount"),
    "debit": ("debet", "debit", "bedrag debet", "debet eur"),
    "credit": ("credit", "bedrag credit", "credit eur"),
    "description": ("omschrijving", "boekingsomschrijving", "omschrijving boeking", "description", "tekst"),
    "reference": ("boekstuk", "boekstuknummer", "stuknummer", "boekstuknr", "factuurnummer", "referentie", "reference"),
    "post": ("kostenplaats", "post", "begrotingspost", "kostendrager", "grootboekrekening", "grootboek", "rekening"),
}
"""By which headings a column is proposed, likeliest first."""
FIRST_ROWS = 30
"""So far down the heading is looked for: above it programs write whose accounts these are, and of when."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file as it was uploaded, its heading apart from its rows."""

    name: str
    sha256: str
    sheet: str
    heads: list[str]
    rows: list[tuple[int, list[object]]]

    @classmethod
    def read(cls, upload: File, known: Collection[str] = ()) -> "Ledger":
        """`known` are the headings of the last file. What stands above the heading is passed over. Raises
        UnreadableFile."""
        grid = spreadsheets.read_grid(upload, max_rows=MOST_ROWS)
        usual = {fold(name) for names in (known, *HEADINGS.values()) for name in names}
        head = _heading(grid.rows, usual)
        if head is None:
            raise UnreadableFile("In dit bestand staat geen tabel met ten minste een bedrag en een omschrijving.")
        heads = [spreadsheets.text(cell)[:LONGEST_POST] for cell in grid.rows[head][1]]
        rows = grid.rows[head + 1 :]
        if rows and (below := _second_heading(rows[0][1], usual)):
            heads = [below.get(place) or text for place, text in enumerate([*heads, *[""] * len(rows[0][1])])]
            rows = rows[1:]
        if not rows:
            raise UnreadableFile("Onder de kop staat geen enkele rij.")
        if sum(len(cell) for _, cells in grid.rows for cell in cells if isinstance(cell, str)) > MOST_TEXT:
            raise UnreadableFile(TOO_LONG)
        width = max(len(grid.rows[head][1]), *(len(cells) for _, cells in rows))
        heads = [*heads, *[""] * width][:width]
        padded = [(number, [*cells, *[None] * (width - len(cells))]) for number, cells in rows]
        return cls((upload.name or "bestand")[-200:], sha256_of(upload), grid.sheet[:100], heads, padded)

    def packed(self) -> dict[str, Any]:
        """As JSON takes it."""
        rows = [[number, *map(_packed, cells)] for number, cells in self.rows]
        return {"name": self.name, "sha": self.sha256, "sheet": self.sheet, "heads": self.heads, "rows": rows}

    @classmethod
    def unpacked(cls, file: Mapping[str, Any]) -> "Ledger":
        rows = [(number, [_unpacked(cell) for cell in cells]) for number, *cells in file["rows"]]
        return cls(file["name"], file["sha"], file["sheet"], file["heads"], rows)

    def title(self, place: int) -> str:
        """How a column is called where people read it: its heading, or else its letter."""
        return self.heads[place] or letter(place)

    def columns(self) -> list[tuple[str, str]]:
        """The place and the words of each column that holds something, with what stands in it."""
        found = []
        for place, head in enumerate(self.heads):
            shown = next((spreadsheets.text(cells[place]) for _, cells in self.rows if cells[place] is not None), "")
            if head or shown:
                example = f" (bijvoorbeeld {shown[:40]})" if shown else " (leeg)"
                found.append((str(place), f"{letter(place)}: {head or 'zonder kop'}{example}"))
        return found

    def proposed(self, known: Mapping[str, str]) -> dict[str, str]:
        """A column for each field: as the last time, by its heading, or else by what it is usually called."""
        places: dict[str, int] = {}
        for place, head in enumerate(self.heads):
            places.setdefault(fold(head), place)
        found = {name: places[fold(head)] for name, head in known.items() if name in HEADINGS and fold(head) in places}
        remembered = {name for name in AMOUNTS if name in found}
        for name, heads in HEADINGS.items():
            if name not in found and not (name in AMOUNTS and remembered):
                found |= _first(name, heads, places)
        if "amount" in found and not remembered:
            for name in ("amount",) if {"debit", "credit"} <= set(found) else ("debit", "credit"):
                found.pop(name, None)
        return {name: str(place) for name, place in found.items()}

    def only(self, columns: Mapping[str, int]) -> "Ledger":
        """The same with the chosen columns alone, in the order of `Chosen.FIELDS`."""
        places = [columns.get(name) for name in Chosen.FIELDS]
        heads = ["" if place is None else self.title(place) for place in places]
        rows = [(number, [None if at is None else cells[at] for at in places]) for number, cells in self.rows]
        return Ledger(self.name, self.sha256, self.sheet, heads, rows)


def _heading(rows: Sequence[tuple[int, list[object]]], usual: Collection[str]) -> int | None:
    """The first row with two of the usual headings; where there is none, the first with two cells that hold something."""
    first = rows[:FIRST_ROWS]
    for place, (_, cells) in enumerate(first):
        if len({fold(cell) for cell in cells if isinstance(cell, str)} & set(usual)) > 1:
            return place
    filled = [sum(cell is not None for cell in cells) for _, cells in rows]
    return next((place for place, count in enumerate(filled) if count > 1), None)


def _second_heading(cells: Sequence[object], usual: Collection[str]) -> dict[int, str]:
    """Where the heading has two rows (an amount above, debit and credit below it), the lower one by its place."""
    found = {place: cell for place, cell in enumerate(cells) if cell is not None}
    texts = {place: spreadsheets.text(cell)[:LONGEST_POST] for place, cell in found.items() if type(cell) is str}
    is_one = len(texts) == len(found) and any(fold(text) in usual for text in texts.values())
    return texts if is_one and not any(re.search("[0-9]", text) for text in texts.values()) else {}


def _first(name: str, heads: Sequence[str], places: Mapping[str, int]) -> dict[str, int]:
    """The column under the likeliest of these headings, by the name of its field; nothing where there is none."""
    known = [places[head] for head in heads if head in places]
    return {name: known[0]} if known else {}


def letter(place: int) -> str:
    """A, B, ... Z, AA, as a spreadsheet calls its columns."""
    rest, last = divmod(place, 26)
    return (letter(rest - 1) if rest else "") + chr(ord("A") + last)


def _packed(cell: object) -> object:
    if isinstance(cell, Formula):
        return {"formula": str(cell)}
    if isinstance(cell, datetime.date):  # a moment is one too
        return {"date": spreadsheets.date(cell).isoformat()} if 2000 <= cell.year < 2100 else spreadsheets.text(cell)
    return cell if cell is None or isinstance(cell, str | int | float) else spreadsheets.text(cell)


def _unpacked(cell: Any) -> object:
    if not isinstance(cell, dict):
        return cell
    return Formula(cell["formula"]) if "formula" in cell else datetime.date.fromisoformat(cell["date"])


# What stands in the cells ---------------------------------------------------------------------------------------------


def amount(cell: object) -> int:
    """Eurocents of a real number, or of 1.234,56 as text; a minus may stand behind it too. Raises ValueError."""
    if isinstance(cell, Formula):
        raise ValueError(FORMULA)
    if isinstance(cell, str):
        cents = _typed(spreadsheets.text(cell))
    elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        cents = _counted(cell)
    else:
        raise ValueError("vul een bedrag in, bijvoorbeeld 1.234,56.")
    if abs(cents) > MOST_CENTS:
        raise ValueError("dit bedrag is te groot.")
    return cents


def _typed(text: str) -> int:
    plain = text.replace("−", "-").strip()
    if plain.endswith("-") and not plain.endswith(",-"):
        plain = f"-{plain[:-1]}"
    try:
        return parse_euro(plain)
    except ValueError as error:
        message = str(error)
        raise ValueError(message[:1].lower() + message[1:]) from error


def _counted(number: float | Decimal) -> int:
    """Of a real number the 15 digits that a spreadsheet keeps."""
    if not -MOST_CENTS <= number <= MOST_CENTS:  # nor is NaN
        raise ValueError("dit bedrag is te groot.")
    cents = Decimal(f"{number:.15g}").scaleb(2)
    if cents != cents.to_integral_value():
        raise ValueError("dit bedrag heeft meer dan twee cijfers achter de komma. Rond het af op centen.")
    return int(cents)


def day(cell: object) -> datetime.date:
    if isinstance(cell, Formula):
        raise ValueError(FORMULA)
    if cell is None:
        raise ValueError("vul een datum in. Is dit een rij met een totaal, haal haar dan weg.")
    return spreadsheets.date(_plainer(cell) if isinstance(cell, str | int) else cell)


def _plainer(cell: str | int) -> str:
    """A day as programs for accounts also write it: 20260901, 01-09-26, or with a time behind it."""
    written = re.sub(r"[ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$", "", spreadsheets.text(cell))
    if found := re.fullmatch("(20[0-9]{2})([01][0-9])([0-3][0-9])", written):
        return "-".join(found.groups())
    return re.sub(r"^([0-9]{1,2}([-/.])[0-9]{1,2}\2)([0-9]{2})$", r"\g<1>20\3", written)


# The chosen columns ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows by our fields. `heads` names the columns; a field without a column has an empty name."""

    FIELDS: ClassVar[tuple[str, ...]] = ("date", "amount", "debit", "credit", "description", "reference", "post")

    ledger: Ledger

    def head(self, name: str) -> str:
        return self.ledger.heads[self.FIELDS.index(name)]

    @property
    def remembered(self) -> dict[str, str]:
        return {name: head for name, head in zip(self.FIELDS, self.ledger.heads, strict=True) if head}

    def post(self, cells: Sequence[object]) -> str:
        return spreadsheets.text(cells[self.FIELDS.index("post")])[:LONGEST_POST]

    def posts(self) -> list["Post"]:
        """What stands in the column of the post, in order, with how often and the first description; without that column one
        post for all."""
        found = Counter(self.post(cells) for _, cells in self.ledger.rows)
        place, first = self.FIELDS.index("description"), {}
        for _, cells in reversed(self.ledger.rows):
            first[self.post(cells)] = spreadsheets.text(cells[place])[:60]
        return [Post(text, found[text], first[text]) for text in sorted(found, key=lambda text: (fold(text), text))]


@dataclass(frozen=True, slots=True)
class Post:
    text: str
    rows: int
    example: str


@dataclass(frozen=True, slots=True)
class Sum:
    """So many rows that are together so much."""

    title: str
    rows: int
    cents: int
    line: BudgetLine | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A row of another school year. `cents` is None where no amount can be read."""

    number: int
    on: datetime.date
    cents: int | None


@dataclass(slots=True)
class Checked:
    """What would be booked, and what not and why. Rows of another school year (`outside`) are booked nowhere: whoever
    reads the file says that they are left out."""

    entries: list[Entry] = field(default_factory=list)
    stand: list[Stands] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)
    unread: int = 0
    nothing: int = 0
    shortened: int = 0

    @property
    def new(self) -> list[Entry]:
        return [*self._that(Stands.NEW), *self._that(Stands.BACK)]

    def _that(self, stands: Stands) -> list[Entry]:
        return [entry for entry, found in zip(self.entries, self.stand, strict=True) if found is stands]

    def _sum(self, stands: Stands) -> "Sum":
        found = self._that(stands)
        return Sum("", len(found), sum(entry.amount_cents for entry in found))

    @property
    def there(self) -> "Sum":
        return self._sum(Stands.HERE)

    @property
    def elsewhere(self) -> "Sum":
        return self._sum(Stands.ELSEWHERE)

    @property
    def back(self) -> "Sum":
        return self._sum(Stands.BACK)

    @property
    def total_cents(self) -> int:
        return sum(entry.amount_cents for entry in self.new)

    @property
    def outside_cents(self) -> int:
        return sum(row.cents or 0 for row in self.outside)

    @property
    def outside_unread(self) -> int:
        return sum(row.cents is None for row in self.outside)

    @property
    def outside_days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day of the rows of another school year."""
        days = [row.on for row in self.outside]
        return min(days), max(days)

    def per_line(self) -> list[Sum]:
        by_line: dict[int, list[Entry]] = {}
        for entry in self.new:
            by_line.setdefault(entry.line.pk, []).append(entry)
        sums = [
            Sum(found[0].line.description, len(found), sum(entry.amount_cents for entry in found), found[0].line)
            for found in by_line.values()
        ]
        return sorted(sums, key=lambda each: (each.line.position, each.line.pk) if each.line else (0, 0))

    def per_post_left(self) -> list[Sum]:
        return [Sum(post or "(leeg)", len(cents), sum(cents)) for post, cents in self.left.items()]

    @property
    def left_rows(self) -> int:
        return sum(map(len, self.left.values()))

    @property
    def left_cents(self) -> int:
        return sum(map(sum, self.left.values()))


class _Row:
    """One row being read; what is wrong with it is added to the mistakes."""

    def __init__(self, chosen: Chosen, number: int, cells: Sequence[object], mistakes: list[Mistake]) -> None:
        self.chosen, self.number, self.mistakes = chosen, number, mistakes
        self.cells = dict(zip(Chosen.FIELDS, cells, strict=True))

    def wrong(self, name: str, text: str) -> None:
        self.mistakes.append(Mistake(self.chosen.ledger.sheet, self.number, self.chosen.head(name), text))

    def cents(self) -> int | None:
        if self.chosen.head("amount"):
            return self._cents("amount")
        sides = [name for name in ("debit", "credit") if self.cells[name] is not None]
        if not sides:
            self.wrong("debit" if self.chosen.head("debit") else "credit", "vul een bedrag in.")
            return None
        found = [self._cents(name) for name in sides]
        if None in found:
            return None
        return sum((cents or 0) * (1 if name == "debit" else -1) for name, cents in zip(sides, found, strict=True))

    def _cents(self, name: str) -> int | None:
        try:
            return amount(self.cells[name])
        except ValueError as error:
            self.wrong(name, str(error))
            return None

    def on(self) -> datetime.date | None:
        if not self.chosen.head("date"):
            return None
        try:
            return day(self.cells["date"])
        except ValueError as error:
            self.wrong("date", str(error))
            return None

    def texts(self) -> tuple[str, str]:
        """The description, cut off where it is too long, and the reference."""
        description = " ".join(spreadsheets.text(self.cells["description"]).split())
        reference = " ".join(spreadsheets.text(self.cells["reference"]).split())
        if not description:
            self.wrong("description", "vul een omschrijving in.")
        if len(reference) > LONGEST_REFERENCE:
            self.wrong("reference", f"een boekstuk heeft hoogstens {LONGEST_REFERENCE} tekens.")
        return description, reference


LONGEST_DESCRIPTION: int = Expenditure._meta.get_field("description").max_length or 200
LONGEST_REFERENCE: int = Expenditure._meta.get_field("reference").max_length or 60


def checked(budget: Budget, chosen: Chosen, lines: Mapping[str, BudgetLine | None]) -> Checked:
    """`lines` says per post on which line its rows are booked; None: not at all."""
    found, rows = Checked(), []
    for number, cells in chosen.ledger.rows:
        post = chosen.post(cells)
        line = lines[post]
        if line is None:
            _leave(found, _Row(chosen, number, cells, []), post)
        elif not _is_outside(found, budget, _Row(chosen, number, cells, [])):
            row = _Row(chosen, number, cells, found.mistakes)
            if (entry := _entry(found, row, line)) is not None:
                found.entries.append(entry)
                rows.append(row)
    found.stand = SpendingImport.standing(budget, found.entries)
    problems = SpendingImport.problems(budget, found.entries)
    for row, stands, problem in zip(rows, found.stand, problems, strict=True):
        if problem and stands in {Stands.NEW, Stands.BACK}:
            row.wrong("date", problem[:1].lower() + problem[1:])
    found.mistakes.sort(key=lambda mistake: mistake.row or 0)
    return found


def _entry(found: Checked, row: _Row, line: BudgetLine) -> Entry | None:
    """What this row says; None where something is wrong with it, or it says nothing."""
    before = len(found.mistakes)
    cents, on, (description, reference) = row.cents(), row.on(), row.texts()
    if cents is None or len(found.mistakes) > before:
        return None
    found.nothing += not cents
    if not cents:
        return None
    found.shortened += len(description) > LONGEST_DESCRIPTION
    return Entry(line, cents, description[:LONGEST_DESCRIPTION].strip(), on, reference)


def _is_outside(found: Checked, budget: Budget, row: _Row) -> bool:
    """Whether it is of another school year; it may then be as wrong as it likes."""
    on = row.on()
    first, last = school_years.bounds(budget.school_year)
    if on is None or first <= on <= last:
        return False
    found.outside.append(Outside(row.number, on, row.cents()))
    return True


def _leave(found: Checked, row: _Row, post: str) -> None:
    """A row that is not taken over may be as wrong as it likes; its amount is told where it is one."""
    cents = row.cents()
    found.unread += cents is None
    found.left.setdefault(post, []).append(cents or 0)
