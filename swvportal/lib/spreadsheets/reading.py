"""Reading the first sheet of a file that somebody uploads, checked before anything parses it."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import PurePath

from django.core.files.base import File

from swvportal.lib import zips
from swvportal.lib.folding import fold
from swvportal.lib.spreadsheets import sources
from swvportal.lib.spreadsheets.cells import Formula, text
from swvportal.lib.spreadsheets.sources import NumberedRow

MAX_BYTES = 5 * zips.MEGABYTE
MAX_UNPACKED = 50 * zips.MEGABYTE
MAX_RATIO = 200  # a sheet that repeats itself packs to a fiftieth
MAX_TAGS = 500_000  # 2000 rows of fifty cells; a small zip may hold millions, which fill memory and minutes
# As both formats ask, or empty, as LibreOffice leaves some parts.
XML_IN_UTF8 = re.compile(
    rb"(\xef\xbb\xbf)?(\s*\Z|\s*<(?!\?xml)|<\?xml\s+version=.1\.\d.(\s+encoding\s*=\s*.utf-8.)?(\s+standalone=.\w+.)?\s*\?>)",
    re.I,
)
MAX_ROWS = 2000
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # holds an XLS, but also an XLSX with a password

# What no table begins with, though it may hold nothing but text: a PDF, RTF, a page for the browser, PostScript.
OTHER_KINDS = re.compile(rb"(\xef\xbb\xbf)?\s*(%PDF-|\{\\rtf|<!doctype|<html|<\?xml|%!PS)", re.I)

EMPTY = "Dit bestand is leeg."
TOO_LARGE = f"Dit bestand is groter dan {MAX_BYTES // zips.MEGABYTE} MB. Splits het in kleinere bestanden."
TOO_MANY_CELLS = "Dit bestand bevat te veel cellen. Splits het in kleinere bestanden."
NO_SPREADSHEET = "Dit is geen spreadsheet. Kies een XLSX-, ODS- of CSV-bestand."
OLD = "Dit is een bestand van een oude soort, zoals XLS. Sla het op als XLSX en kies het opnieuw."
BROKEN = "Dit bestand is beschadigd. Open het in Excel of LibreOffice, sla het opnieuw op en kies het nog een keer."


class UnreadableFile(Exception):
    """The file as a whole cannot be read; says why in Dutch."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, and by other names it may have. Case, accents and blanks around it make no difference."""

    name: str
    required: bool = True
    also: tuple[str, ...] = ()

    def is_headed(self, header: str) -> bool:
        return fold(header) in {fold(name) for name in (self.name, *self.also)}


@dataclass(frozen=True, slots=True)
class Mistake:
    sheet: str
    row: int | None
    column: str
    text: str

    def __str__(self) -> str:
        place = [f"blad {self.sheet}"] if self.sheet else []
        if self.row is not None:
            place.append(f"rij {self.row}")
        if self.column:
            place.append(f"kolom {self.column}")
        return f"{', '.join(place)}: {self.text}" if place else self.text


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by its number in the spreadsheet. `cells` has every column that was asked for; an empty cell is None."""

    number: int
    cells: dict[str, object]


@dataclass(slots=True)
class Table:
    """What was read. With a mistake in the header there are no rows."""

    sheet: str
    rows: list[SheetRow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def complain(self, row: int | None, column: str, text: str) -> None:
        self.mistakes.append(Mistake(self.sheet, row, column, text))

    def parsed[Value](
        self, row: SheetRow, column: str, parse: Callable[[object], Value], *, optional: bool = False
    ) -> Value | None:
        """A cell through `text`, `date`, `whole_number` or the like: None where that raises, which is then a mistake.

        Also None where the cell is empty and `optional`.
        """
        if optional and row.cells[column] is None:
            return None
        try:
            return parse(row.cells[column])
        except ValueError as error:
            self.complain(row.number, column, str(error))
            return None


def read(upload: File, columns: Sequence[Column], *, max_rows: int = MAX_ROWS) -> Table:
    """The first sheet of an XLSX, ODS or CSV, known by its content. Raises UnreadableFile.

    The first row that is not blank is the header; its columns stand in any order. Blank rows are left out. A date in a
    CSV is still text; a formula is its own text, in every kind.
    """
    sheet, rows = _sheet_of(_content(upload), PurePath(upload.name or "").stem, max_rows)
    if not rows:
        raise UnreadableFile(EMPTY)
    (number, header), *rows = rows
    table = Table(sheet)
    names = [text(cell) for cell in header]
    places = _places(table, number, names, columns)
    if table.mistakes:
        return table
    for number, cells in rows:
        by_name = {name: None if at is None or at >= len(cells) else cells[at] for name, at in places.items()}
        if any(cell is not None for cell in by_name.values()):
            table.rows.append(SheetRow(number, by_name))
    if not table.rows:
        table.complain(None, "", "onder de kop staat geen enkele rij.")
    _take_notes(table, [name for name in names if name and not any(column.is_headed(name) for column in columns)])
    return table


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet of which nobody knows the columns beforehand: every row that is not blank, by its number."""

    sheet: str
    rows: list[NumberedRow]


def read_grid(upload: File, *, max_rows: int = MAX_ROWS) -> Grid:
    """The first sheet as it stands, whatever its columns are. Raises UnreadableFile."""
    sheet, rows = _sheet_of(_content(upload), PurePath(upload.name or "").stem, max_rows)
    if not rows:
        raise UnreadableFile(EMPTY)
    return Grid(sheet, rows)


def _places(table: Table, number: int, names: list[str], columns: Sequence[Column]) -> dict[str, int | None]:
    """Where each column stands, or None; what is wrong with the header is added to the table's mistakes."""
    places: dict[str, int | None] = {}
    for column in columns:
        found = [place for place, name in enumerate(names) if column.is_headed(name)]
        places[column.name] = found[0] if found else None
        if not found and column.required:
            table.complain(None, column.name, "deze kolom ontbreekt.")
        if len(found) > 1:
            table.complain(number, column.name, "deze kolom staat er meer dan één keer.")
    return places


def _take_notes(table: Table, unknown: list[str]) -> None:
    if unknown:
        table.notes.append(
            f"Deze kolommen kent het portaal niet en zijn overgeslagen: {', '.join(name[:60] for name in unknown[:10])}."
        )
    cells = (item for row in table.rows for item in row.cells.items())
    worked_out = list(dict.fromkeys(name for name, cell in cells if isinstance(cell, Formula)))
    if worked_out:
        table.notes.append(
            f"In deze kolommen staan formules: {', '.join(worked_out)}. Het portaal leest de formule zelf en niet de"
            " uitkomst. Plak de uitkomsten als waarden."
        )


def _content(upload: File) -> bytes:
    if (upload.size or 0) > MAX_BYTES:
        raise UnreadableFile(TOO_LARGE)
    upload.seek(0)
    content: bytes = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableFile(TOO_LARGE)
    if not content.strip():
        raise UnreadableFile(EMPTY)
    if OTHER_KINDS.match(content):
        raise UnreadableFile(NO_SPREADSHEET)
    if content.startswith(OLD_OFFICE):
        raise UnreadableFile(zips.LOCKED if "EncryptedPackage".encode("utf-16-le") in content else OLD)
    return content


def _sheet_of(content: bytes, name: str, max_rows: int) -> tuple[str, list[NumberedRow]]:
    """The name of the first sheet, and its rows that hold something."""
    try:
        if not content.startswith(zips.START):
            return name, _filled(sources.csv_rows(content), max_rows)
        packed = BytesIO(content)
        with zips.opened(packed, len(content), max_unpacked=MAX_UNPACKED, max_ratio=MAX_RATIO) as archive:
            sheet, rows = _sheet_in(archive)
            return sheet, _filled(rows, max_rows)
    except UnreadableFile:
        raise
    except sources.NoSpreadsheet as error:
        raise UnreadableFile(NO_SPREADSHEET) from error
    except zips.RefusedZip as error:
        raise UnreadableFile(str(error)) from error
    except Exception as error:  # whatever the libraries stumble over, and that is much, it is the file that is broken
        raise UnreadableFile(BROKEN) from error


def _filled(rows: Iterable[NumberedRow], max_rows: int) -> list[NumberedRow]:
    """The rows that hold something; blank cells become None. UnreadableFile when there are too many."""
    blanked = ((number, [None if _is_blank(cell) else cell for cell in cells]) for number, cells in rows)
    filled = list(islice((row for row in blanked if any(cell is not None for cell in row[1])), max_rows + 2))
    if len(filled) > max_rows + 1:  # the header comes on top
        raise UnreadableFile(f"Dit blad heeft meer dan {max_rows} rijen. Splits het in kleinere bestanden.")
    return filled


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _sheet_in(archive: zipfile.ZipFile) -> tuple[str, Iterator[NumberedRow]]:
    names = set(archive.namelist())
    is_ods = zips.small_entry(archive, "mimetype") == ODS
    if is_ods and _is_locked(archive):
        raise UnreadableFile(zips.LOCKED)
    if not is_ods and ("[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names)):
        raise sources.NoSpreadsheet
    parts = zips.stored(archive, (".xml", ".rels"))
    _refuse_heavy(parts)
    return sources.ods_sheet(parts) if is_ods else sources.xlsx_sheet(parts)


def _refuse_heavy(parts: BytesIO) -> None:
    """Count the tags before a parser makes objects of them. In UTF-7 they would have no bracket to count."""
    with zipfile.ZipFile(parts) as copy:
        if not all(XML_IN_UTF8.match(copy.read(entry)) for entry in copy.infolist()):
            raise UnreadableFile(BROKEN)
    if parts.getvalue().count(b"<") > MAX_TAGS:
        raise UnreadableFile(TOO_MANY_CELLS)
    parts.seek(0)


def _is_locked(ods: zipfile.ZipFile) -> bool:
    """Its parts are encrypted one by one or, by a LibreOffice of 2024 and later, all in one."""
    manifest = zips.small_entry(ods, "META-INF/manifest.xml") or b""
    return b"encryption-data" in manifest or "encrypted-package" in ods.namelist()
