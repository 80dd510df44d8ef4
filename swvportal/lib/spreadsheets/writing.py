"""Tables as CSV, XLSX and ODS: numbers and dates are real ones, and no text is a formula."""

import csv
import datetime
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from odf import number, style, table, teletype
from odf.element import Element
from odf.namespaces import nsdict
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from swvportal.lib import dates
from swvportal.lib.spreadsheets.cells import Cell, digits, inert

type Ready = str | int | float | Decimal | datetime.date | None

KINDS = ("csv", "xlsx", "ods")
LABELS = {"xlsx": "Excel", "ods": "OpenDocument", "csv": "CSV"}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}

# What XML 1.0 forbids in a document, and with it the halves of surrogate pairs, which no encoding takes.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WIDEST = 60  # characters; a longer text is wrapped
ROWS_MEASURED = 200
LONGEST_TITLE = 31
LAST_CHOSEN = 2001  # a row further down has no list to choose from
NO_TIME = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - where zip's calendar begins; when a file was made is not content

# odfpy declares in each document what this process has met so far: a second file would differ from the first.
Element.namespaces.update(nsdict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the file. Every row is as long as the columns are many.

    `choices` says of a column which sheet and which column there hold what an XLSX offers to choose from.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def as_response(sheets: Sequence[Sheet], kind: str, name: str) -> HttpResponse:
    """The file as an attachment; `name` comes without its ending. An unknown kind raises Http404."""
    if kind not in KINDS:
        raise Http404
    response = HttpResponse(render(sheets, kind), content_type=CONTENT_TYPES[kind])
    file_name = f"{slugify(name) or 'bestand'}.{kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def render(sheets: Sequence[Sheet], kind: str) -> bytes:
    """A file of one of `KINDS`, the same for the same content. A CSV holds the first sheet alone.

    Times are written as on the clock of the Netherlands, true and false as ja and nee, and a number that is none (NaN,
    infinite) as an empty cell. Characters that XML forbids are left out.
    """
    return {"csv": _csv, "xlsx": _xlsx, "ods": _ods}[kind](sheets)


def _ready(value: Cell) -> Ready:
    """What all three kinds write of a cell: nothing that could be a formula, no time zone, no NaN."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, str):
        clean = inert(FORBIDDEN.sub("", value))
        return clean.replace("\r\n", "\n").replace("\r", "\n") or None
    if isinstance(value, datetime.datetime):
        return dates.local(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        return None
    return value


def _shown(value: Ready) -> str:
    """A cell that is ready, as text: numbers with a comma, dates as 2026-11-25."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if isinstance(value, str) else digits(value)


def _csv(sheets: Sequence[Sheet]) -> bytes:
    """As Excel expects it where the comma is for decimals: semicolons, and a mark that says UTF-8."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in (sheets[0].columns, *sheets[0].rows):
        writer.writerow([_shown(_ready(value)) for value in row])
    return stream.getvalue().encode("utf-8-sig")


def _titles(sheets: Sequence[Sheet]) -> list[str]:
    """Names that Excel takes: 31 characters, none of []:*?/\\, no apostrophe at the ends, each one once."""
    titles: list[str] = []
    taken: set[str] = set()
    for place, sheet in enumerate(sheets, 1):
        plain = " ".join(re.sub(r"[\[\]:*?/\\]", " ", FORBIDDEN.sub("", sheet.title)).split()).strip("'")
        title = plain[:LONGEST_TITLE].strip(" '") or f"Blad {place}"
        if title.casefold() in taken:
            ending = f" ({place})"
            title = title[: LONGEST_TITLE - len(ending)] + ending
        taken.add(title.casefold())
        titles.append(title)
    return titles


def _widths(sheet: Sheet) -> list[int]:
    """Of each column, in characters: its longest line among the first rows."""
    columns = zip(sheet.columns, *sheet.rows[:ROWS_MEASURED], strict=True)
    lines = ([len(line) for value in column for line in _shown(_ready(value)).split("\n")] for column in columns)
    return [min(max(8, *lengths) + 2, WIDEST) for lengths in lines]


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    workbook = Workbook(write_only=True)
    workbook.properties.creator = None
    workbook.properties.created = workbook.properties.modified = NO_TIME
    for title, sheet in zip(_titles(sheets), sheets, strict=True):
        page = workbook.create_sheet(title)
        page.freeze_panes = "A2"
        for place, width in enumerate(_widths(sheet), 1):
            page.column_dimensions[get_column_letter(place)].width = width
        header = [_xlsx_cell(page, name) for name in sheet.columns]
        for cell in header:
            cell.font = Font(bold=True)
        page.append(header)
        page.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(sheet.rows) + 1}"
        for row in sheet.rows:
            page.append([_xlsx_cell(page, value) for value in row])
        for name in sheet.choices:
            page.data_validations.append(_xlsx_choice(sheets, sheet, name))
    stream = BytesIO()
    ExcelWriter(workbook, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)).save()  # Workbook.save() adds the time
    return _timeless(stream)


def _xlsx_choice(sheets: Sequence[Sheet], sheet: Sheet, name: str) -> DataValidation:
    """A list to choose from; what somebody types instead is left to whoever reads the file."""
    title, column = sheet.choices[name]
    at = next(place for place, other in enumerate(sheets) if other.title == title)
    source = sheets[at].columns.index(column)
    last = 1 + sum(row[source] not in ("", None) for row in sheets[at].rows)
    letter, quoted = get_column_letter(source + 1), _titles(sheets)[at].replace("'", "''")
    offered = DataValidation("list", formula1=f"'{quoted}'!${letter}$2:${letter}${max(last, 2)}", allow_blank=True)
    target = get_column_letter(list(sheet.columns).index(name) + 1)
    offered.add(f"{target}2:{target}{LAST_CHOSEN}")
    return offered


def _xlsx_cell(page: Any, value: Cell) -> Any:
    ready = _ready(value)
    if not isinstance(ready, str):
        cell = WriteOnlyCell(page, ready)
        if isinstance(ready, datetime.date):
            cell.number_format = "dd-mm-yyyy hh:mm" if isinstance(ready, datetime.datetime) else "dd-mm-yyyy"
        return cell
    # Excel reads _x003D_ as the character with that number: here an equals sign that nobody would have seen coming.
    cell = WriteOnlyCell(page, re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", ready))
    cell.data_type = "s"  # also where openpyxl sees an error, such as #N/A
    if "\n" in ready or len(ready) > WIDEST:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _ods(sheets: Sequence[Sheet]) -> bytes:
    document = OpenDocumentSpreadsheet()
    styles = _ods_styles(document)
    for title, sheet in zip(_titles(sheets), sheets, strict=True):
        page = table.Table(name=title)
        document.spreadsheet.addElement(page)
        for width in _widths(sheet):
            page.addElement(table.TableColumn(stylename=_ods_width(document, styles, width)))
        head = table.TableRow()
        page.addElement(head)
        for name in sheet.columns:
            head.addElement(_ods_cell(name, styles, "head"))
        for row in sheet.rows:
            line = table.TableRow()
            page.addElement(line)
            for value in row:
                line.addElement(_ods_cell(value, styles))
    stream = BytesIO()
    document.write(stream)
    return _timeless(stream)


def _ods_styles(document: Any) -> dict[str, Any]:
    """The styles of a head, a text, a date and a moment, by name."""
    styles = {name: style.Style(name=name, family="table-cell") for name in ("head", "text")}
    styles["head"].addElement(style.TextProperties(fontweight="bold"))
    styles["text"].addElement(style.TableCellProperties(wrapoption="wrap", verticalalign="top"))
    for made in styles.values():
        document.automaticstyles.addElement(made)
    day = ((number.Day, "-"), (number.Month, "-"), (number.Year, ""))
    clock = ((number.Hours, ":"), (number.Minutes, ""))
    for name, parts in (("date", day), ("moment", (*day[:2], (number.Year, " "), *clock))):
        shape = number.DateStyle(name=f"{name}-shape")
        for part, after in parts:
            shape.addElement(part(style="long"))
            if after:
                shape.addElement(number.Text(text=after))
        document.automaticstyles.addElement(shape)
        styles[name] = style.Style(name=name, family="table-cell", datastylename=shape)
        document.automaticstyles.addElement(styles[name])
    return styles


def _ods_width(document: Any, styles: dict[str, Any], width: int) -> Any:
    name = f"width-{width}"
    if name not in styles:
        styles[name] = style.Style(name=name, family="table-column")
        styles[name].addElement(style.TableColumnProperties(columnwidth=f"{width * 2}mm"))
        document.automaticstyles.addElement(styles[name])
    return styles[name]


def _ods_cell(value: Cell, styles: dict[str, Any], text_style: str = "text") -> Any:
    ready = _ready(value)
    if ready is None:
        return table.TableCell()
    shown = _shown(ready)
    if isinstance(ready, datetime.datetime):
        cell = table.TableCell(valuetype="date", datevalue=ready.isoformat(), stylename=styles["moment"])
    elif isinstance(ready, datetime.date):
        cell = table.TableCell(valuetype="date", datevalue=ready.isoformat(), stylename=styles["date"])
    elif isinstance(ready, str):
        cell = table.TableCell(valuetype="string", stylename=styles[text_style])
    else:
        cell = table.TableCell(valuetype="float", value=str(ready))
    for line in shown.split("\n"):
        paragraph = P()
        teletype.addTextToElement(paragraph, line)
        cell.addElement(paragraph)
    return cell


def _timeless(stream: BytesIO) -> bytes:
    """The same zip with every entry dated `NO_TIME`, which is what zipfile does unasked."""
    result = BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(result, "w") as target:
        for entry in source.infolist():
            plain = zipfile.ZipInfo(entry.filename)
            plain.compress_type = entry.compress_type
            plain.external_attr = 0o600 << 16
            target.writestr(plain, source.read(entry))
    return result.getvalue()
