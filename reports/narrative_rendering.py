"""From the content of a board's accountability texts to the bytes of its PDF and of its Word document."""

import datetime
import io
import re
import zipfile
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.narrative_contents import TITLE, NarrativeContent
from reports.rendering import identity
from swvportal.lib import dates
from swvportal.lib.documents import render_pdf

NARRATIVE_TEMPLATE = "reports/pdf/narrative.html"
ASKED = "De scholen beantwoordden daarvoor deze vragen:"
SUMMED = "De antwoorden van de scholen zijn hieronder samengevat per samenwerkingsverband passend onderwijs."
MISSING = "De samenvatting over dit samenwerkingsverband is nog niet gepubliceerd."
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DUTCH = "nl-NL"
# Every file begins with this moment, so that the same content gives the same bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def opening(content: NarrativeContent) -> str:
    return (
        f"{content.board} vroeg zijn scholen om een toelichting op de doelen voor passend onderwijs in {content.year}, "
        "de inzet van middelen daarvoor en de resultaten."
    )


def narrative_pdf(content: NarrativeContent, *, version: int, code: str, made_at: datetime.datetime) -> bytes:
    """The same content, version, code and moment give the same bytes."""
    title = f"{TITLE} {content.year}, {content.board}"
    context: dict[str, Any] = {
        "content": content,
        "author": content.board,
        "running_title": f"{TITLE} {content.year}",
        "cover_title": TITLE,
        "opening": opening(content),
        "asked": ASKED,
        "summed": SUMMED,
        "missing": MISSING,
        **identity(version, code, made_at),
    }
    return render_pdf(NARRATIVE_TEMPLATE, context, title=title, created=made_at)


# Word -----------------------------------------------------------------------------------------------------------------


def narrative_docx(content: NarrativeContent, *, made_at: datetime.datetime) -> bytes:
    """An editable document with real headings, for the annual report."""
    document = Document()
    _set_up(document, content, made_at)
    _paper(document, content)
    document.add_heading(f"{TITLE} {content.year}", level=0)
    document.add_paragraph(_plain(content.board), style="Subtitle")
    for text in _paragraphs(content.introduction) or _paragraphs(opening(content)):
        document.add_paragraph(text)
    document.add_paragraph(ASKED)
    for question in content.questions:
        document.add_paragraph(_plain(question), style="List Bullet")
    document.add_paragraph(SUMMED)
    for section in content.sections:
        document.add_heading(_plain(section.heading), level=1)
        for text in _paragraphs(section.text):
            document.add_paragraph(text)
        if not section.text:
            document.add_paragraph().add_run(MISSING).italic = True
    _table(document, content)
    return _bytes_of(document)


def _set_up(document: WordDocument, content: NarrativeContent, made_at: datetime.datetime) -> None:
    """Properties, language and the look of text and headings."""
    about = document.core_properties
    about.title = f"{TITLE} {content.year}"
    about.author = about.last_modified_by = _plain(content.board)[:255]
    about.language = DUTCH
    about.subject, about.comments, about.keywords = f"Boekjaar {content.year}", "", ""
    about.created = about.modified = made_at.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    styles = document.styles
    for name, size in (("Normal", 11), ("Title", 22), ("Subtitle", 13), ("Heading 1", 14), ("Heading 2", 12)):
        font = styles[name].font
        font.size, font.name = Pt(size), "Calibri"
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            font.color.rgb = RGBColor(0x1B, 0x2A, 0x41)
            font.italic = False
    styles["Normal"].paragraph_format.space_after = Pt(8)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), DUTCH)
    run = styles["Normal"].element.get_or_add_rPr()
    if run.find(qn("w:lang")) is None:
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), DUTCH)
        run.append(language)


def _paper(document: WordDocument, content: NarrativeContent) -> None:
    """A4, which is not what the library begins with, and below each page whose text it is and its number."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)
    line = section.footer.paragraphs[0]
    line.add_run(f"{_plain(content.board)}, {TITLE} {content.year}. Pagina ").font.size = Pt(9)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    run = line.add_run("1")
    run.font.size = Pt(9)
    number.append(run._r)
    line._p.append(number)


def _table(document: WordDocument, content: NarrativeContent) -> None:
    """Which partnerships are in it, and since when."""
    document.add_heading("Overzicht", level=1)
    if not content.sections:
        document.add_paragraph("Het bestuur heeft geen scholen in het portaal.")
        return
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("Code", "Samenwerkingsverband", "Samenvatting"), strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for section in content.sections:
        on = section.published_on
        cells = table.add_row().cells
        texts = (
            section.code,
            section.name,
            f"gepubliceerd op {dates.plain_date(on)}" if on else "nog niet gepubliceerd",
        )
        for cell, text in zip(cells, texts, strict=True):
            cell.text = _plain(text)


def _paragraphs(text: str) -> list[str]:
    """Split at empty lines, as the pages do; a single line feed stays one."""
    return [part.strip("\n") for part in re.split(r"\n{2,}", _plain(text).replace("\r\n", "\n")) if part.strip()]


def _plain(text: str) -> str:
    """Without what XML cannot hold."""
    return NOT_XML.sub("", text)


def _bytes_of(document: WordDocument) -> bytes:
    """Zipped once more with a fixed time in it."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
