"""The rows of the first sheet of an XLSX, ODS or CSV, by their number and with nothing worked out.

Each reader yields rows lazily and looks at `MAX_COLUMNS` columns at most. What may be unpacked at all has been decided
by then; what a library stumbles over is for the caller to catch.
"""

import csv
import datetime
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import islice
from typing import IO, Any

from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser

from swvportal.lib.spreadsheets.cells import Formula

type NumberedRow = tuple[int, list[object]]

MAX_COLUMNS = 200
LOOKED_AT = 30  # rows of a CSV, to see what parts its cells
LONGEST_TEXT = 32_767  # what Excel itself takes; a longer one that many cells share costs minutes
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


class NoSpreadsheet(Exception):
    """This is a file of another kind."""


def csv_rows(content: bytes) -> Iterator[NumberedRow]:
    """Rows as a spreadsheet counts them: a cell of three lines is still one row."""
    decoded = _decoded(content)
    delimiter = max(";,\t", key=lambda mark: _parted_by(mark, decoded))
    lines = csv.reader(StringIO(decoded, newline=""), delimiter=delimiter)
    return ((number, [*cells[:MAX_COLUMNS]]) for number, cells in enumerate(lines, 1))


def _parted_by(delimiter: str, decoded: str) -> int:
    """How well this delimiter makes a table of the first rows: how many of them have the same number of cells, times the
    lines between those. A title above the table, or amounts with a comma, then decide nothing. None where a quoted cell
    ends before anything else than this delimiter."""
    try:
        rows = list(islice(csv.reader(StringIO(decoded, newline=""), delimiter=delimiter, strict=True), LOOKED_AT))
    except csv.Error:
        return 0
    counts = Counter(len(cells) for cells in rows)
    return max((times * (cells - 1) for cells, times in counts.items()), default=0)


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one (Excel's "Unicode-tekst"), else the code page of old files."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\0-\x08\x0e-\x1f]", decoded):
            return decoded
    raise NoSpreadsheet


class _Workbook(ExcelReader):
    """Of a workbook only what the cells of its first visible sheet need: `first` is its name and its part.

    openpyxl would also read properties that a strange program wrote wrongly, and every other sheet.
    """

    first: tuple[str, str] | None = None

    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "worksheet" in relation.Type and sheet.state == "visible":
                self.first = (sheet.name, relation.target)
                return

    def read_properties(self) -> None:
        pass

    def read_custom(self) -> None:
        pass

    def read_theme(self) -> None:
        pass


class _Cells(WorkSheetParser):
    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if element.get("t") == "inlineStr" and cell["value"]:
            cell["value"] = _unescaped(cell["value"])
        return cell

    def parse_formula(self, element: Any) -> Formula:
        """As it stands there. openpyxl works out what a copied formula says in each cell, however long that takes."""
        formula = element.find(FORMULA_TAG)
        number = formula.get("si") if formula.get("t") == "shared" else None
        known: Formula | None = self.shared_formulae.get(number)
        if known is not None and formula.text is None:
            return known  # the same object in every cell: a long formula copied a million times fills the memory
        found = Formula(f"={formula.text or ''}")
        if number is not None:
            self.shared_formulae[number] = found
        return found


def xlsx_sheet(stream: IO[bytes]) -> tuple[str, Iterator[NumberedRow]]:
    book = _Workbook(stream, read_only=True, keep_links=False)
    book.read()
    if book.first is None:
        raise NoSpreadsheet
    name, part = book.first
    cells = _Cells(
        None,
        [_unescaped(shared[:LONGEST_TEXT]) for shared in book.shared_strings],
        epoch=book.wb.epoch,
        date_formats=book.wb._date_formats,
        timedelta_formats=book.wb._timedelta_formats,
    )
    return name, _xlsx_rows(book.archive.open(part), cells)


def _xlsx_rows(source: IO[bytes], parser: _Cells) -> Iterator[NumberedRow]:
    for _, element in iterparse(source):
        if element.tag == DATA_TAG:
            return
        if element.tag == ROW_TAG:
            number, found = parser.parse_row(element)
            by_column = {cell["column"]: cell["value"] for cell in found if cell["column"] <= MAX_COLUMNS}
            element.clear()
            yield number, [by_column.get(column) for column in range(1, max(by_column, default=0) + 1)]


def _unescaped(text: str) -> str:
    """Excel writes the return of a pasted text as _x000D_, and an underscore that would look like that as _x005F_."""
    return re.sub("_x(005F|000D)_", lambda found: "_" if found[1] == "005F" else "\r", text)


def ods_sheet(stream: IO[bytes]) -> tuple[str, Iterator[NumberedRow]]:
    """Read in pieces: odfpy makes a document of it all, and a repeated cell may stand for millions."""
    with zipfile.ZipFile(stream) as archive:
        content = BytesIO(archive.read("content.xml"))
    events = iterparse(content, events=("start", "end"))
    for event, element in events:
        if event == "start" and element.tag == f"{TABLE}table":
            return element.get(f"{TABLE}name") or "", _ods_rows(events)
    raise NoSpreadsheet


def _ods_rows(events: Iterator[tuple[str, Any]]) -> Iterator[NumberedRow]:
    number = 1
    for event, element in events:
        if event == "end" and element.tag == f"{TABLE}table":
            return
        if event == "end" and element.tag == f"{TABLE}table-row":
            times = int(element.get(f"{TABLE}number-rows-repeated") or 1)
            cells = _ods_cells(element)
            element.clear()
            if any(cell is not None for cell in cells):
                yield from ((number + more, cells) for more in range(times))
            number += times


def _ods_cells(row: Any) -> list[object]:
    cells: list[object] = []
    for cell in row:
        if cell.tag in {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}:
            times = int(cell.get(f"{TABLE}number-columns-repeated") or 1)
            cells += [_ods_value(cell)] * min(times, MAX_COLUMNS - len(cells))
    return cells


def _ods_value(cell: Any) -> object:
    formula = cell.get(f"{TABLE}formula")
    if formula is not None:
        return Formula(re.sub("^[a-z]+:", "", formula))
    lines = "\n".join(_ods_text(line) for line in cell.findall(f"{TEXT}p")) or None
    try:
        match cell.get(f"{OFFICE}value-type"):
            case "float" | "percentage" | "currency":
                number = float(cell.get(f"{OFFICE}value"))
                return int(number) if number.is_integer() else number
            case "date":
                moment = cell.get(f"{OFFICE}date-value")
                return datetime.datetime.fromisoformat(moment) if "T" in moment else datetime.date.fromisoformat(moment)
            case "boolean":
                return bool(cell.get(f"{OFFICE}boolean-value") == "true")
            case _:
                return cell.get(f"{OFFICE}string-value") or lines
    except (TypeError, ValueError):
        return lines


def _ods_text(node: Any) -> str:
    parts = [node.text or ""]
    for child in node:
        if child.tag == f"{TEXT}s":
            parts.append(" " * min(int(child.get(f"{TEXT}c") or 1), 100))
        elif child.tag in {f"{TEXT}tab", f"{TEXT}line-break"}:
            parts.append("\t" if child.tag == f"{TEXT}tab" else "\n")
        elif child.tag != f"{OFFICE}annotation":
            parts.append(_ods_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
