"""Spreadsheets out: real numbers, and no text that becomes a formula. In: every mistake by sheet, row and column."""

# ruff: noqa: DTZ001 - the moments of a spreadsheet have no time zone

import contextlib
import csv
import io
import struct
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from random import Random

import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from odf import opendocument, teletype
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from openpyxl import Workbook, load_workbook
from openpyxl.formatting import Rule
from openpyxl.worksheet.formula import ArrayFormula

from swvportal.lib import spreadsheets
from swvportal.lib.spreadsheets import KINDS, Column, Mistake, Sheet, UnreadableFile
from swvportal.lib.spreadsheets.cells import is_like_formula

POINTS = Sheet(
    "Actiepunten",
    ("Wat", "Aantal", "Bedrag", "Uiterlijk", "Vastgelegd", "Klaar"),
    [
        ("Begeleider aanstellen", 3, Decimal("1234.50"), date(2026, 11, 25), datetime(2026, 11, 1, 9, 5), True),
        ("Ouders vragen:\n- wat ging goed?", -2, 0.5, None, datetime(2026, 7, 1, 12, 0, tzinfo=UTC), False),
    ],
)
BOARDS = Sheet("Besturen", ("Naam",), [("Stichting Bahûrim",)])
COLUMNS = (Column("Wat"), Column("Uiterlijk", also=("Deadline",)), Column("Wie", required=False))
FORMULAS = ["=1+1", "+31 6", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "\u00a0=1", "\u200b=1", "\ufeff\u2060 @x", "\n=1", "\x07=1", "＝1", "'=1"]  # fmt: skip


def rows_of_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def book(content):
    return load_workbook(io.BytesIO(content))


def ods_cells(content, number=0):
    """The cells of a sheet as odfpy finds them, row by row."""
    tables = opendocument.load(io.BytesIO(content)).spreadsheet.getElementsByType(OdfTable)
    return [row.getElementsByType(TableCell) for row in tables[number].getElementsByType(TableRow)]


def uploaded(content, name="plan.xlsx"):
    return ContentFile(content, name=name)


def xlsx(*rows, title="Actiepunten"):
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


def saved(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def csv_of(*rows):
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    return stream.getvalue().encode()


def repacked(content, changes, method=zipfile.ZIP_DEFLATED):
    """The same zip with other content for some of its entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", method) as target:
        for name in {**dict.fromkeys(source.namelist()), **changes}:
            target.writestr(name, changes[name] if name in changes else source.read(name))
    return stream.getvalue()


# Out --------------------------------------------------------------------------------------------------------------


def test_a_csv_is_what_excel_expects_here():
    content = spreadsheets.render([POINTS, BOARDS], "csv")
    assert content.startswith(b"\xef\xbb\xbfWat;Aantal;")
    assert rows_of_csv(content)[1:] == [
        ["Begeleider aanstellen", "3", "1234,50", "2026-11-25", "2026-11-01 09:05", "ja"],
        ["Ouders vragen:\n- wat ging goed?", "-2", "0,5", "", "2026-07-01 14:00", "nee"],
    ]


def test_an_xlsx_has_real_numbers_and_dates_and_a_header_that_stays_in_sight():
    workbook = book(spreadsheets.render([POINTS, BOARDS], "xlsx"))
    assert workbook.sheetnames == ["Actiepunten", "Besturen"]
    page = workbook["Actiepunten"]
    assert [cell.value for cell in page[1]] == list(POINTS.columns)
    assert page["A1"].font.bold
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == page.dimensions
    assert page.column_dimensions["A"].width > page.column_dimensions["B"].width
    assert [cell.value for cell in page[2]] == [
        "Begeleider aanstellen", 3, 1234.5, datetime(2026, 11, 25), datetime(2026, 11, 1, 9, 5), "ja",
    ]  # fmt: skip
    assert [cell.data_type for cell in page[2]] == ["s", "n", "n", "d", "d", "s"]
    assert page["D2"].number_format == "dd-mm-yyyy"
    assert [cell.value for cell in page[3]] == [
        "Ouders vragen:\n- wat ging goed?", -2, 0.5, None, datetime(2026, 7, 1, 14), "nee",
    ]  # fmt: skip
    assert workbook["Besturen"]["A2"].value == "Stichting Bahûrim"


def test_an_ods_has_real_numbers_and_dates():
    content = spreadsheets.render([POINTS, BOARDS], "ods")
    first = ods_cells(content)[1]
    assert [cell.getAttribute("valuetype") for cell in first] == ["string", "float", "float", "date", "date", "string"]
    assert [cell.getAttribute("value") for cell in first[1:3]] == ["3", "1234.50"]
    assert [cell.getAttribute("datevalue") for cell in first[3:5]] == ["2026-11-25", "2026-11-01T09:05:00"]
    assert teletype.extractText(ods_cells(content, 1)[1][0]) == "Stichting Bahûrim"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_back(kind):
    columns = [Column(name) for name in POINTS.columns]
    table = spreadsheets.read(uploaded(spreadsheets.render([POINTS, BOARDS], kind), f"Actiepunten.{kind}"), columns)
    assert (table.sheet, table.mistakes, table.notes) == ("Actiepunten", [], [])
    assert [row.number for row in table.rows] == [2, 3]
    first, second = table.rows
    assert spreadsheets.text(second.cells["Wat"]) == "Ouders vragen:\n- wat ging goed?"
    assert spreadsheets.whole_number(second.cells["Aantal"]) == -2
    assert spreadsheets.date(first.cells["Uiterlijk"]) == date(2026, 11, 25)
    assert second.cells["Uiterlijk"] is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_is_only_text(kind, text):
    content = spreadsheets.render([Sheet("Blad", ("=kop", "Rest"), [(text, "x")])], kind)
    if kind == "csv":
        cells = [row[0] for row in rows_of_csv(content)]
    elif kind == "xlsx":
        page = book(content).active
        assert {page["A1"].data_type, page["A2"].data_type} == {"s"}
        cells = [page["A1"].value, page["A2"].value]
    else:
        assert not [row[0] for row in ods_cells(content) if row[0].getAttribute("formula")]
        cells = [teletype.extractText(row[0]) for row in ods_cells(content)]
    assert all(cell.startswith("'") for cell in cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text() | st.text("=+-@\t\r\n '\u200b\x00_x03D", min_size=1), min_size=1, max_size=8))
def test_no_text_at_all_breaks_a_file_or_becomes_a_formula(texts):
    sheet = Sheet("Blad", ("Kop",), [(text,) for text in texts])
    written = [row[0] for row in rows_of_csv(spreadsheets.render([sheet], "csv"))]
    assert len(written) == len(texts) + 1
    page = book(spreadsheets.render([sheet], "xlsx")).active
    in_ods = [teletype.extractText(row[0]) for row in ods_cells(spreadsheets.render([sheet], "ods"))]
    assert all(cell.data_type == "s" for row in page for cell in row if cell.value is not None)
    assert not [cell for row in page.values for cell in row if is_like_formula(cell or "")]
    assert not [cell for cell in [*written, *in_ods] if is_like_formula(cell)]


@settings(max_examples=60, deadline=None)
@given(st.text("=+-@\t\r\n '\u200bab_x0DF5é", min_size=1, max_size=20).map(spreadsheets.text).filter(bool))
def test_a_text_comes_back_as_it_was_from_each_kind(text):
    for kind in KINDS:
        content = spreadsheets.render([Sheet("Blad", ("Kop", "Ook"), [(text, "x")])], kind)
        table = spreadsheets.read(uploaded(content), [Column("Kop"), Column("Ook")])
        assert spreadsheets.text(table.rows[0].cells["Kop"]) == text, kind


def test_excel_cannot_spell_a_formula_from_a_number_of_a_character():
    content = spreadsheets.render([Sheet("Blad", ("Kop",), [("_x003D_1+1",)])], "xlsx")
    assert b"_x005F_x003D_1+1" in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_a_word_that_excel_has_for_an_error_stays_text():
    assert book(spreadsheets.render([Sheet("B", ("A",), [("#N/A",)])], "xlsx")).active["A2"].data_type == "s"


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_spreadsheet_can_hold_is_left_out(kind):
    sheet = Sheet("Bl\x00ad", ("Kop\x0b", "Rest"), [("a\x00\x1f\ud800\uffffb", float("nan")), ("", float("inf"))])
    table = spreadsheets.read(uploaded(spreadsheets.render([sheet], kind)), [Column("Kop"), Column("Rest", False)])
    assert [row.cells for row in table.rows] == [{"Kop": "ab", "Rest": None}]


def test_titles_are_cut_cleaned_and_kept_apart():
    titles = ["Plan [2026/2027]: doelen?", "a" * 40, "A" * 40, "'", ""]
    workbook = book(spreadsheets.render([Sheet(title, ("x",), []) for title in titles], "xlsx"))
    assert workbook.sheetnames == ["Plan 2026 2027 doelen", "a" * 31, "A" * 27 + " (3)", "Blad 4", "Blad 5"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gives_the_same_bytes(kind, monkeypatch):
    first = spreadsheets.render([POINTS], kind)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *args: (2033, 5, 18, 5, 33, 20, 2, 138, 0))
    assert spreadsheets.render([POINTS], kind) == first


def test_a_file_is_sent_as_an_attachment():
    response = spreadsheets.as_response([POINTS], "xlsx", "Actiepunten De Linde 2026/2027")
    assert response["Content-Disposition"] == 'attachment; filename="actiepunten-de-linde-20262027.xlsx"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == spreadsheets.CONTENT_TYPES["xlsx"]
    assert response.content.startswith(b"PK")
    assert spreadsheets.as_response([POINTS], "csv", "…")["Content-Disposition"] == 'attachment; filename="bestand.csv"'
    assert set(spreadsheets.LABELS) == set(KINDS) == {"csv", "xlsx", "ods"}
    with pytest.raises(Http404):
        spreadsheets.as_response([POINTS], "exe", "plan")


# In ---------------------------------------------------------------------------------------------------------------


def test_columns_stand_in_any_order_and_go_by_other_names():
    content = xlsx(
        [None], ["  deadline ", "Notitie", "WÁT"], ["31-1-2027", "x", "Begeleider"], [], [None, " "], [None, None, "A"]
    )
    table = spreadsheets.read(uploaded(content), COLUMNS)
    assert table.mistakes == []
    assert [(row.number, row.cells) for row in table.rows] == [
        (3, {"Wat": "Begeleider", "Uiterlijk": "31-1-2027", "Wie": None}),
        (6, {"Wat": "A", "Uiterlijk": None, "Wie": None}),
    ]
    assert table.notes == ["Deze kolommen kent het portaal niet en zijn overgeslagen: Notitie."]


def test_hidden_merged_and_formatted_cells_do_no_harm():
    workbook = Workbook()
    page = workbook.active
    for row in (["Wat", "Uiterlijk"], ["Een", date(2027, 1, 31)], ["Twee", None], ["Drie", None]):
        page.append(row)
    page.merge_cells("B3:B4")
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    page["A900"].number_format = "0.00"
    page.conditional_formatting.add("A1:A9", Rule(type="duplicateValues"))
    workbook.create_sheet("Uitleg").append(["Zo vult u het in"])
    table = spreadsheets.read(uploaded(saved(workbook)), COLUMNS)
    assert [row.cells["Wat"] for row in table.rows] == ["Een", "Twee", "Drie"]
    assert spreadsheets.date(table.rows[0].cells["Uiterlijk"]) == date(2027, 1, 31)


def test_the_first_sheet_that_people_see_is_read():
    workbook = Workbook()
    workbook.active.sheet_state = "hidden"
    workbook.create_sheet("Punten").append(["Wat", "Uiterlijk"])
    assert spreadsheets.read(uploaded(saved(workbook)), COLUMNS).sheet == "Punten"


def test_a_formula_is_read_as_its_own_text():
    workbook = Workbook()
    for row in (["Wat", "Uiterlijk"], ["=1+1", "=TODAY()"], ["gewoon", None]):
        workbook.active.append(row)
    workbook.active["A4"] = ArrayFormula("A4:A5", "=SUM(A2:A3)")
    table = spreadsheets.read(uploaded(saved(workbook)), COLUMNS)
    assert [spreadsheets.text(row.cells["Wat"]) for row in table.rows] == ["=1+1", "gewoon", "=SUM(A2:A3)"]
    assert table.notes == [
        "In deze kolommen staan formules: Wat, Uiterlijk. Het portaal leest de formule zelf en niet de uitkomst."
        " Plak de uitkomsten als waarden."
    ]
    assert table.parsed(table.rows[0], "Uiterlijk", spreadsheets.date) is None
    assert [str(mistake) for mistake in table.mistakes] == [
        "blad Sheet, rij 2, kolom Uiterlijk: vul een datum in, bijvoorbeeld 31-01-2027."
    ]


def sheet_xml(rows, head=""):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{head}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


SHEET = "xl/worksheets/sheet1.xml"
HEADER_XML = '<row r="1"><c r="A1" t="inlineStr"><is><t>Wat</t></is></c><c r="B1" t="inlineStr"><is><t>Uiterlijk</t></is></c></row>'


def test_a_copied_formula_and_a_pasted_return_are_read_as_excel_writes_them():
    rows = (
        '<row r="2"><c r="A2"><f t="shared" si="0" ref="A2:A3">B2*2</f><v>4</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>6</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>een_x000D_\ntwee</t></is></c></row>'
    )
    table = spreadsheets.read(uploaded(repacked(xlsx(["x"]), {SHEET: sheet_xml(HEADER_XML + rows)})), COLUMNS)
    assert [spreadsheets.text(row.cells["Wat"]) for row in table.rows] == ["=B2*2", "=B2*2", "een\ntwee"]


def test_rows_far_down_and_columns_far_to_the_right_cost_nothing():
    far = '<row r="999999999"><c r="XFD999999999"><v>1</v></c><c r="A999999999"><v>7</v></c></row>'
    table = spreadsheets.read(uploaded(repacked(xlsx(["x"]), {SHEET: sheet_xml(HEADER_XML + far)})), COLUMNS)
    assert [(row.number, row.cells["Wat"]) for row in table.rows] == [(999999999, 7)]


CONTENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="Punten">%s</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(rows, more=None):
    content = spreadsheets.render([Sheet("x", ("x",), [])], "ods")
    return repacked(content, {"content.xml": CONTENT % rows, **(more or {})})


ODS_HEADER = "<table:table-header-rows><table:table-row><table:table-cell><text:p>Wat</text:p></table:table-cell><table:table-cell><text:p>Uiterlijk</text:p></table:table-cell></table:table-row></table:table-header-rows>"


def test_an_ods_as_libreoffice_writes_it():
    rows = """
      <table:table-row><table:table-cell><office:annotation><text:p>geheim</text:p></office:annotation>
        <text:p>Een<text:s text:c="2"/>en</text:p><text:p>twee<text:span>!</text:span></text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2027-01-31T10:00:00.5"/></table:table-row>
      <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
      <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="12"/>
        <table:table-cell table:formula="of:=TODAY()" office:value-type="date" office:date-value="2027-01-31"/></table:table-row>
      <table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
    """
    table = spreadsheets.read(uploaded(ods(ODS_HEADER + rows)), COLUMNS)
    assert table.sheet == "Punten"
    assert [row.number for row in table.rows] == [2, 6, 7]
    assert table.rows[0].cells["Wat"] == "Een  en\ntwee!"
    assert spreadsheets.date(table.rows[0].cells["Uiterlijk"]) == date(2027, 1, 31)
    assert (table.rows[2].cells["Wat"], table.rows[2].cells["Uiterlijk"]) == (12, "=TODAY()")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Wat;Uiterlijk\r\nCafé;31-01-2027\r\n", "utf-8"),
        ("Wat;Uiterlijk\r\nCafé;31-01-2027\r\n", "utf-8-sig"),
        ("Wat;Uiterlijk\nCafé;31-01-2027", "cp1252"),
        ("Wat,Uiterlijk\nCafé,31-01-2027\n", "utf-8"),
        ('"Wat","Uiterlijk","Nog; iets; met; punten"\nCafé,31-01-2027,\n', "utf-8"),
        ("Wat\tUiterlijk\nCafé\t31-01-2027\n", "utf-16"),
    ],
)
def test_a_csv_of_any_making_is_read(text, encoding):
    table = spreadsheets.read(uploaded(text.encode(encoding), "Actiepunten.csv"), COLUMNS)
    assert (table.sheet, table.mistakes) == ("Actiepunten", [])
    assert [row.cells["Wat"] for row in table.rows] == ["Café"]


def test_a_row_of_a_csv_has_the_number_that_a_spreadsheet_gives_it():
    table = spreadsheets.read(uploaded(b'Wat;Uiterlijk\n"een\ntwee";x\n\ndrie;y\n', "p.csv"), COLUMNS)
    assert [row.number for row in table.rows] == [2, 4]


HEADERS = [
    (["Uiterlijk"], ["blad Actiepunten, kolom Wat: deze kolom ontbreekt."]),
    (
        ["Notitie"],
        [
            "blad Actiepunten, kolom Wat: deze kolom ontbreekt.",
            "blad Actiepunten, kolom Uiterlijk: deze kolom ontbreekt.",
        ],
    ),
    (["Wat", "Uiterlijk", " wat"], ["blad Actiepunten, rij 1, kolom Wat: deze kolom staat er meer dan één keer."]),
    (
        ["Wat", "Deadline", "Uiterlijk"],
        ["blad Actiepunten, rij 1, kolom Uiterlijk: deze kolom staat er meer dan één keer."],
    ),
]


@pytest.mark.parametrize(("header", "said"), HEADERS)
def test_a_wrong_header_is_said_and_no_row_is_read(header, said):
    table = spreadsheets.read(uploaded(xlsx(header, ["x", "y", "z"])), COLUMNS)
    assert [str(mistake) for mistake in table.mistakes] == said
    assert table.rows == []


def test_a_sheet_of_a_header_alone_is_a_mistake():
    table = spreadsheets.read(uploaded(xlsx(["Wat", "Uiterlijk"])), COLUMNS)
    assert table.mistakes == [Mistake("Actiepunten", None, "", "onder de kop staat geen enkele rij.")]
    assert str(table.mistakes[0]) == "blad Actiepunten: onder de kop staat geen enkele rij."


def test_a_cell_is_parsed_or_said_to_be_wrong():
    content = xlsx(["Wat", "Uiterlijk"], ["Een", None], ["Twee", "morgen"], ["Drie", datetime(2027, 1, 31)])
    table = spreadsheets.read(uploaded(content), COLUMNS)
    days = [table.parsed(row, "Uiterlijk", spreadsheets.date, optional=True) for row in table.rows]
    assert days == [None, None, date(2027, 1, 31)]
    assert table.mistakes == [Mistake("Actiepunten", 3, "Uiterlijk", "vul een datum in, bijvoorbeeld 31-01-2027.")]


# What is refused --------------------------------------------------------------------------------------------------

XLSX = xlsx(["Wat", "Uiterlijk"], ["Een", "31-01-2027"])
ODS = spreadsheets.render([Sheet("Punten", ("Wat", "Uiterlijk"), [("Een", "31-01-2027")])], "ods")
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
STYLES = '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</styleSheet>'


def with_flag(content):
    """A zip whose first entry says it is encrypted."""
    data = bytearray(content)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying_about_its_size():
    """The directory says ten bytes; the entry unpacks to a hundred million."""
    data = bytearray(repacked(XLSX, {"xl/theme/theme1.xml": b"\0" * 100_000_000}))
    at = data.rindex(b"xl/theme/theme1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    return bytes(data)


REFUSED = {
    "empty": (b"", "Dit bestand is leeg."),
    "blank": (b" \r\n", "Dit bestand is leeg."),
    "only separators": (b";;;\n;;;\n", "Dit bestand is leeg."),
    "an empty sheet": (xlsx(), "Dit bestand is leeg."),
    "random bytes": (bytes(range(256)) * 4, "Dit is geen spreadsheet"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "Dit is geen spreadsheet"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj stream\n\x00\x01", "Dit is geen spreadsheet"),
    "a PDF of text alone": (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "Dit is geen spreadsheet. Kies een"),
    "a page for the browser": (b"\xef\xbb\xbf <!DOCTYPE html><html><table><tr><td>Wat", "Dit is geen spreadsheet"),
    "a text with its own marks": (b"{\\rtf1\\ansi Wat;Uiterlijk}", "Dit is geen spreadsheet"),
    "an old XLS": (OLD, "van een oude soort, zoals XLS"),
    "an XLSX with a password": (OLD + "EncryptedPackage".encode("utf-16-le"), "met een wachtwoord beveiligd"),
    "an ODS with a password": (
        repacked(ODS, {"META-INF/manifest.xml": "<x><manifest:encryption-data/></x>"}),
        "met een wachtwoord beveiligd",
    ),
    "a newer ODS with a password": (repacked(ODS, {"encrypted-package": "x"}), "met een wachtwoord beveiligd"),
    "a zip with a password": (with_flag(XLSX), "met een wachtwoord beveiligd"),
    "too large": (b"x" * (5 * 1024 * 1024 + 1), "groter dan 5 MB"),
    "a zip bomb": (repacked(XLSX, {SHEET: b" " * 60_000_000}), "Uitgepakt is dit bestand te groot."),
    "a smaller bomb": (repacked(XLSX, {SHEET: b" " * 20_000_000}), "Uitgepakt is dit bestand te groot."),
    "a bomb of another method": (repacked(XLSX, {}, zipfile.ZIP_BZIP2), "Dit bestand is beschadigd."),
    "a zip that lies about its size": (lying_about_its_size(), "Dit bestand is beschadigd."),
    "millions of cells": (
        repacked(ODS, {"Pictures/x.png": Random(1).randbytes(200_000), "content.xml": "<a>" + "<b/>" * 600_000 + "</a>"}),
        "te veel cellen",
    ),
    "macros": (repacked(XLSX, {"xl/vbaProject.bin": b"x"}), "bevat macro's"),
    "half a zip": (XLSX[: len(XLSX) // 2], "Dit bestand is beschadigd."),
    "a zip of something else": (repacked(XLSX, {})[:4] + b"rest", "Dit bestand is beschadigd."),
    "XML that is none": (repacked(XLSX, {SHEET: "<worksheet"}), "Dit bestand is beschadigd."),
    "entities in a sheet": (
        repacked(XLSX, {SHEET: sheet_xml('<row r="1"><c t="str"><v>&b;</v></c></row>', ENTITIES)}),
        "Dit bestand is beschadigd.",
    ),
    "entities in an ODS": (ods("<table:table-row/>", {"content.xml": ENTITIES + "<a>&b;</a>"}), "Dit bestand is beschadigd."),
    "an impossible style": (
        repacked(xlsx(["x"]), {"xl/styles.xml": STYLES % "<cellXfs><xf numFmtId='x'/></cellXfs>"}),
        "Dit bestand is beschadigd.",
    ),
    "a style sheet whose tags have no brackets": (
        repacked(XLSX, {"xl/styles.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-styleSheet/+AD4-'}),
        "Dit bestand is beschadigd.",
    ),
    "too many rows": (csv_of(["Wat", "Uiterlijk"], *[["x", "y"]] * 2001), "meer dan 2000 rijen"),
    "a repeated row": (
        ods(
            ODS_HEADER
            + '<table:table-row table:number-rows-repeated="99999999999"><table:table-cell table:number-columns-repeated="99999999999"><text:p>x</text:p></table:table-cell></table:table-row>'
        ),
        "meer dan 2000 rijen",
    ),
    "an endless number": (
        repacked(XLSX, {SHEET: sheet_xml(f"<row><c><v>{'9' * 5000}</v></c></row>")}),
        "Dit bestand is beschadigd.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_says_why_in_dutch(case):
    content, words = REFUSED[case]
    with pytest.raises(UnreadableFile, match=words):
        spreadsheets.read(uploaded(content), COLUMNS)


def test_a_word_document_is_no_spreadsheet():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(UnreadableFile, match="Dit is geen spreadsheet"):
        spreadsheets.read(uploaded(stream.getvalue(), "plan.docx"), COLUMNS)


def test_the_number_of_rows_is_the_callers_to_say():
    content = csv_of(["Wat", "Uiterlijk"], ["a", "b"], ["c", "d"])
    assert len(spreadsheets.read(uploaded(content), COLUMNS, max_rows=2).rows) == 2
    with pytest.raises(UnreadableFile, match="meer dan 1 rijen"):
        spreadsheets.read(uploaded(content), COLUMNS, max_rows=1)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda tail: XLSX[:1500] + tail))
def test_bytes_of_any_kind_are_read_or_refused(content):
    with contextlib.suppress(UnreadableFile):
        spreadsheets.read(uploaded(content), COLUMNS)


# What the cells mean ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  een\r\ntwee\r", "een\ntwee"),
        ("e\u0301\u0000", "é"),
        (12, "12"),
        (12.0, "12"),
        (0.1 + 0.2, "0,3"),
        (1e20, "100000000000000000000"),
        (Decimal("2.50"), "2,50"),
        (True, "ja"),
        (date(2027, 1, 31), "31-01-2027"),
        (datetime(2027, 1, 31), "31-01-2027"),
        (datetime(2027, 1, 31, 9, 5), "31-01-2027 09:05"),
        (time(9, 5), "09:05"),
        ("'=1+1", "=1+1"),
        ("'s middags", "'s middags"),
    ],
)
def test_what_stands_in_a_cell_as_text(value, text):
    assert spreadsheets.text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        date(2027, 1, 31), datetime(2027, 1, 31, 23, 59), "31-1-2027", " 31/01/2027 ", "31.1.2027", "2027-01-31",
        "31 januari 2027", "31 jan 2027", "31 Jan. 2027", "zondag 31 januari 2027",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(value):
    assert spreadsheets.date(value) == date(2027, 1, 31)


@pytest.mark.parametrize(("written", "month"), [("1 mrt 2027", 3), ("1 maa 2027", 3), ("1 mei 2027", 5), ("1 sept 2027", 9)])  # fmt: skip
def test_a_month_may_be_shortened(written, month):
    assert spreadsheets.date(written) == date(2027, month, 1)


@pytest.mark.parametrize(
    "value",
    [
        None, "", "morgen", 46053, True, 4.5, time(9), "31-1-27", "31-02-2027", "1-13-2027", "31-01/2027", "31 foo 2027",
        "1 janitor 2027", "=TODAY()", "٣١-01-2027", "31-01-1999", date(1999, 12, 31), datetime(2100, 1, 1),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_in_dutch(value):
    with pytest.raises(ValueError, match=r"^vul een datum .*in, bijvoorbeeld 31-01-2027\.$"):
        spreadsheets.date(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(12, 12), (12.0, 12), (Decimal(12), 12), (" 12 ", 12), ("-3", -3), ("'-3", -3), ("1.234", 1234), ("1 234", 1234)],
)
def test_a_whole_number_is_read_as_people_write_it(value, number):
    assert spreadsheets.whole_number(value) == number


@pytest.mark.parametrize(
    ("value", "words"),
    [(value, "vul een heel getal in") for value in (None, "", "twaalf", "1,5", 1.5, "1.5", True, date(2027, 1, 31), "١٢")]
    + [(value, "vul een heel getal in") for value in (float("nan"), float("inf"), Decimal("Infinity"), "9" * 30)]
    + [(value, "te groot") for value in (10**12, "1" * 13, 1e300)],
)  # fmt: skip
def test_what_is_no_whole_number_is_refused_in_dutch(value, words):
    with pytest.raises(ValueError, match=words):
        spreadsheets.whole_number(value)
