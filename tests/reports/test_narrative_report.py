"""The document of a board over all its partnerships: what is in it and in which order, as PDF and as Word."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from docx import Document

from finance.models import BoardNarrative, QuestionSet
from reports.contents import fingerprint
from reports.models import Report
from reports.narrative_contents import narrative_content
from reports.narrative_rendering import MISSING, narrative_docx, narrative_pdf
from swvportal.lib.merging import bases_of
from tests import money
from tests.finance.test_narratives import second_board, ten_partnerships
from tests.reports.test_conversation_report import MADE_AT, ODD, text_of
from tests.reports.test_profile_and_plan import CODE, LONG, check

pytestmark = pytest.mark.django_db


def content_of(asked):
    return narrative_content(QuestionSet.objects.for_page().get(pk=asked.pk))


def published(world, asked, partnership, text="De scholen werken samen."):
    made = BoardNarrative.begin(world.dirk, asked, partnership)
    made.save_content(world.dirk, {"text": text}, bases_of({"text": ""}))
    made.publish(world.dirk)
    return made


def test_sections_stand_in_the_order_of_the_codes_and_only_published_texts_are_in_it(world):
    asked = money.question_set(world)
    second_board(world)
    partnerships = ten_partnerships(world, asked)
    published(world, asked, partnerships[0], "Over het negende.")
    money.summary(world, asked)  # a draft
    content = content_of(asked)
    assert [each.code for each in content.sections] == ["VO-27-08", *(f"VO-30-0{n}" for n in range(1, 10))]
    assert [each.text for each in content.published] == ["Over het negende."]
    assert len(content.missing) == 9
    assert "De scholen werken samen." not in str(content) and "De Kim" not in str(content)


def test_the_board_makes_it_and_nobody_else_reads_it(world, as_dirk, as_petra, as_alice, run_worker):
    asked = money.question_set(world)
    made = money.summary(world, asked, state="published")
    url = reverse("reports:narrative_report", args=[asked.pk])
    assert "PDF maken" in as_dirk.get(url).text
    as_dirk.post(reverse("reports:make_narrative", args=[asked.pk]))
    run_worker()
    report = Report.objects.get()
    assert report.kind == "narrative" and report.name.startswith("toelichting_uitvoering_doelen-stichting-de-waaier")
    download = reverse("reports:download", args=[report.pk])
    assert as_dirk.get(download).status_code == 200
    for client in (as_petra, as_alice):
        assert client.get(download).status_code == 404
        assert client.get(url).status_code == 403
    as_dirk.post(reverse("reports:make_narrative", args=[asked.pk]))
    assert "Er is niets veranderd" in as_dirk.get(url).text
    made.reopen(world.dirk)
    assert "iets gewijzigd in de samenvattingen" in as_dirk.get(url).text


def test_of_questions_that_nobody_was_asked_nothing_is_made(world, as_dirk):
    draft = money.question_set(world, published=False)
    assert "nog niet uitgezet" in as_dirk.get(reverse("reports:narrative_report", args=[draft.pk])).text
    assert as_dirk.get(reverse("reports:narrative_download", args=[draft.pk])).status_code == 302
    as_dirk.post(reverse("reports:make_narrative", args=[draft.pk]))
    assert not Report.objects.exists()


def test_the_word_document_opens_and_has_real_headings(world, as_dirk):
    asked = money.question_set(world)
    partnerships = ten_partnerships(world, asked)
    published(world, asked, partnerships[0], f"Eerste alinea.\n\nTweede alinea.\x0b {ODD}")
    answer = as_dirk.get(reverse("reports:narrative_download", args=[asked.pk]))
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith('.docx"')
    document = Document(io.BytesIO(answer.content))
    styled = [(str(getattr(p.style, "name", "")), p.text) for p in document.paragraphs]
    headings = [text for style, text in styled if style == "Heading 1"]
    assert [text[:8] for text in headings[:-1]] == ["VO-27-08", *(f"VO-30-0{n}" for n in range(1, 10))]
    assert sum(p.text == MISSING for p in document.paragraphs) == 9
    assert "Eerste alinea." in [p.text for p in document.paragraphs]
    bullets = [text for style, text in styled if style == "List Bullet"]
    assert bullets == [question.text for question in asked.questions.all()]
    about = document.core_properties
    assert (about.author, about.language) == ("Stichting De Waaier", "nl-NL") and "Toelichting" in about.title
    assert len(document.tables[0].rows) == 11
    paper = document.sections[0]
    assert [round(side.mm) for side in (paper.page_width, paper.page_height) if side] == [210, 297]
    assert "Pagina " in paper.footer.paragraphs[0].text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
        assert b'w:val="nl-NL"' in parts.read("word/styles.xml")


def test_the_same_content_gives_the_same_bytes(world):
    asked = money.question_set(world)
    money.summary(world, asked, state="published")
    one, two = content_of(asked), content_of(asked)
    assert fingerprint(one) == fingerprint(two)
    assert narrative_docx(one, made_at=MADE_AT) == narrative_docx(two, made_at=MADE_AT)
    pdf = narrative_pdf(one, version=1, code=CODE, made_at=MADE_AT)
    assert pdf == narrative_pdf(two, version=1, code=CODE, made_at=MADE_AT)


@pytest.mark.pdf
def test_the_pdf_says_it_all_and_passes_both_standards(world, tmp_path):
    asked = money.question_set(world)
    partnerships = ten_partnerships(world, asked)
    for number, partnership in enumerate(partnerships[:7]):
        published(world, asked, partnership, f"Over nummer {number}. {LONG[:2000]}")
    pdf = narrative_pdf(content_of(asked), version=1, code=CODE, made_at=MADE_AT)
    check(pdf, tmp_path)
    text = re.sub(r"\s+", " ", text_of(pdf, tmp_path))
    at = [text.index(f"VO-30-0{number} ") for number in range(1, 10)]
    assert at == sorted(at)
    for said in ("Inleiding", "Stichting De Waaier", "boekjaar 2025", "Geef een toelichting", MISSING, CODE):
        assert said in text, said


@pytest.mark.pdf
@pytest.mark.parametrize("text", [ODD, LONG[:5000], "w" * 3000, "regel\n\nnog een"])
def test_whatever_people_type_the_document_passes_both_standards(world, tmp_path, text):
    asked = money.question_set(world)
    published(world, asked, world.partnership, text)
    check(narrative_pdf(content_of(asked), version=1, code=CODE, made_at=MADE_AT), tmp_path)


@pytest.mark.pdf
def test_nothing_published_is_a_document_too(world, tmp_path):
    check(narrative_pdf(content_of(money.question_set(world)), version=1, code=CODE, made_at=MADE_AT), tmp_path)
