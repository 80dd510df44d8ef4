"""Files as programs for accounts make them: of every kind, with titles above the heading, and amounts and dates as they
are written here."""

import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from finance.ledger import Ledger, day
from finance.models import Expenditure
from tests.finance.test_spending_import import budget, carried, confirm, text, to  # noqa: F401 - a fixture
from tests.money import YEAR, lines

DAY = datetime.date(YEAR, 9, 1)
BOOKED = [
    (DAY, 1_234_56, "Salaris mentor, september", "F-1"),
    (datetime.date(YEAR, 9, 15), -1_234_56, "Creditnota café", "F-2"),
    (datetime.date(YEAR, 10, 3), 500_00, "Taalles", "F-3"),
]


def upload(content: bytes, kind: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"grootboek.{kind}", content)


def workbook(rows: list[list[Any]], merge: str = "") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    stream = BytesIO()
    book.save(stream)
    return upload(stream.getvalue(), "xlsx")


def sheet(rows: list[list[Any]]) -> SimpleUploadedFile:
    """An ODS: dates and amounts as LibreOffice writes them, the first row merged over all columns."""
    document, page = OpenDocumentSpreadsheet(), Table(name="Grootboek")
    document.spreadsheet.addElement(page)
    for number, row in enumerate(rows):
        line = TableRow()
        page.addElement(line)
        for value in row:
            line.addElement(_ods_cell(value, wide=not number and len(rows[1])))
        for _ in range(len(rows[1]) - 1 if not number else 0):
            line.addElement(CoveredTableCell())
    stream = BytesIO()
    document.write(stream)
    return upload(stream.getvalue(), "ods")


def _ods_cell(value: Any, wide: int) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, datetime.date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat())
    elif isinstance(value, str):
        cell = TableCell(valuetype="string", **({"numbercolumnsspanned": wide} if wide else {}))
    else:
        cell = TableCell(valuetype="currency", currency="EUR", value=str(value))
    cell.addElement(P(text=f"{value}"))
    return cell


HEADS = ["Boekdatum", "Omschrijving", "Stuknummer", "Kostenplaats", "Bedrag"]
TYPED = (
    "01-09-2026;Salaris mentor, september;F-1;4110;1.234,56\r\n"
    "15/9/2026;Creditnota café;F-2;4110;1.234,56-\r\n"
    ";;;;\r\n\r\n"
    "3 oktober 2026;Taalles;F-3;4110;€ 500,-\r\n"
)
SIDES = (
    "20260901;Salaris mentor, september;F-1;4110;1234,56;\r\n"
    '15-09-26;Creditnota café;F-2;4110;;"1.234,56"\r\n'
    "2026-10-03 00:00:00;Taalles;F-3;4110;500;0,00\r\n"
)
WITH_COMMAS = (
    '2026-09-01,"Salaris mentor, september",F-1,4110,"1.234,56"\r\n'
    '2026-09-15,Creditnota café,F-2,4110,"-1.234,56"\r\n'
    "2026-10-03,Taalles,F-3,4110,500\r\n"
)
REAL = [
    [DAY, "Salaris mentor, september", "F-1", 4110, 1234.56],
    [datetime.date(YEAR, 9, 15), "Creditnota café", "F-2", 4110, Decimal("-1234.56")],
    [],
    [datetime.date(YEAR, 10, 3), "Taalles", "F-3", 4110, 500],
]
FILES = {
    "csv, semicolons, UTF-8 with a mark": lambda: upload(f"{';'.join(HEADS)}\r\n{TYPED}".encode("utf-8-sig"), "csv"),
    "csv, semicolons, cp1252": lambda: upload(f"{';'.join(HEADS)}\r\n{TYPED}".encode("cp1252"), "csv"),
    "csv, UTF-16": lambda: upload(f"{';'.join(HEADS)}\r\n{TYPED}".replace(";", "\t").encode("utf-16"), "csv"),
    "csv, commas": lambda: upload(f"{','.join(HEADS)}\r\n{WITH_COMMAS}".encode(), "csv"),
    "csv, a title with a comma above it": lambda: upload(
        f"Grootboekkaart, Het Kompas\r\nPeriode;09-2026\r\n\r\n{';'.join(HEADS)}\r\n{TYPED}".encode(), "csv"
    ),
    "csv, commas and a title": lambda: upload(f"Grootboek\r\n\r\n{','.join(HEADS)}\r\n{WITH_COMMAS}".encode(), "csv"),
    "csv, what Excel writes on top": lambda: upload(f"sep=;\r\n{';'.join(HEADS)}\r\n{TYPED}".encode(), "csv"),
    "csv, debit and credit": lambda: upload(f"{';'.join(HEADS[:4])};Debet;Credit\r\n{SIDES}".encode(), "csv"),
    "xlsx": lambda: workbook([["Grootboekkaart"], [], HEADS, *REAL], "A1:E1"),
    "xlsx, whose and of when above it": lambda: workbook(
        [["Administratie", "Het Kompas"], ["Periode", "2026-2027", "Bedragen", "in euro"], HEADS, *REAL]
    ),
    "xlsx, a heading of two rows": lambda: workbook(
        [
            ["Boekdatum", "Omschrijving", "Stuknummer", "Kostenplaats", "Bedrag", None],
            [None, None, None, None, "Debet", "Credit"],
            [DAY, "Salaris mentor, september", "F-1", "4110", 1234.56, None],
            ["15-09-2026", "Creditnota café", "F-2", "4110", None, "1.234,56"],
            [datetime.datetime(YEAR, 10, 3, 12), "Taalles", "F-3", "4110", 500, 0],  # noqa: DTZ001 - cells know no zone
        ],
        "E1:F1",
    ),
    "ods": lambda: sheet([["Grootboekkaart"], HEADS, *REAL]),
}


@pytest.mark.parametrize("kind", FILES)
def test_files_of_every_kind_come_to_the_same_bookings(budget, as_bob, kind):  # noqa: F811
    """With the columns that are proposed, as who presses on does it."""
    page = as_bob.post(to("spending_import", budget), {"file": FILES[kind]()})
    assert page.status_code == 200, text(page)
    columns = page.context["form"].initial
    posts = as_bob.post(to("spending_import_columns", budget), {"file": carried(page, "file"), **columns})
    assert [post.text for _, post, *_ in posts.context["posts"]] == ["4110"], text(posts)
    data = {"chosen": carried(posts, "chosen"), "post-0": str(lines(budget)[0].key)}
    checked = as_bob.post(to("spending_import_posts", budget), data)
    assert checked.status_code == 200, text(checked)
    confirm(as_bob, budget, checked)
    booked = Expenditure.objects.order_by("pk").values_list("on", "amount_cents", "description", "reference")
    assert list(booked) == BOOKED


def test_a_formula_is_a_mistake_where_an_amount_or_a_date_must_stand_and_text_elsewhere(budget, as_bob):  # noqa: F811
    heads = ["Datum", "Bedrag", "Omschrijving"]
    file = workbook([heads, [DAY, "=SUM(B3:B9)", "Totaal"], ["=A2+1", 5, "Morgen"], [DAY, 7, "=A1"]])
    page = as_bob.post(to("spending_import", budget), {"file": file})
    columns = page.context["form"].initial
    posts = as_bob.post(to("spending_import_columns", budget), {"file": carried(page, "file"), **columns})
    data = {"chosen": carried(posts, "chosen"), "post-0": str(lines(budget)[0].key)}
    checked = as_bob.post(to("spending_import_posts", budget), data)
    seen = text(checked)
    assert checked.status_code == 422 and "2 fouten" in seen
    for place in ("rij 2, kolom Bedrag", "rij 3, kolom Datum"):
        assert f"{place}: hier staat een formule. Plak de uitkomst als waarde." in seen


def test_the_heading_is_found_by_the_names_of_the_last_time():
    rows: list[list[Any]] = [["Administratie", "Het Kompas"], ["Wanneer", "Wat", "Hoeveel"], [DAY, "Iets", 5]]
    assert Ledger.read(workbook(rows), ["Wanneer", "Hoeveel"]).heads == ["Wanneer", "Wat", "Hoeveel"]
    assert Ledger.read(workbook(rows)).heads == ["Administratie", "Het Kompas", ""]


def test_a_first_row_of_words_is_no_second_heading():
    rows: list[list[Any]] = [["Datum", "Tekst", "Bedrag"], [None, "Kantoor", "onleesbaar"], [DAY, "Iets", 5]]
    assert len(Ledger.read(workbook(rows)).rows) == 2


@pytest.mark.parametrize("cell", ["20260901", 20260901, "1-9-26", "01/09/26", "2026-09-01T00:00:00", "1 sep. 2026"])
def test_days_as_programs_write_them(cell):
    assert day(cell) == DAY


@pytest.mark.parametrize("cell", ["20261301", "1-9", "2026", 46000, "31-02-26", "12:00", True])
def test_no_days(cell):
    with pytest.raises(ValueError, match=r"datum"):
        day(cell)
