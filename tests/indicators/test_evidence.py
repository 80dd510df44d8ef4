"""Evidence: what may be uploaded, who gets it, and how it leaves the portal."""

import io
import struct
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators import uploads
from indicators.models import EvidenceFile, Party
from tests.factories import PDF
from tests.indicators.test_form import fields_of, form_url, open_form, text_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


Entries = dict[str, bytes | str]


def zipped(entries: Entries) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def office(kind: str, part: str, more: Entries | None = None) -> bytes:
    types = f'<Types><Override PartName="/{part}" ContentType="{kind}.main+xml"/></Types>'
    return zipped({"[Content_Types].xml": types, part: "<x/>", **(more or {})})


def open_document(kind: str, more: Entries | None = None) -> bytes:
    return zipped({"mimetype": kind, "content.xml": "<x/>", **(more or {})})


DOCX = office(WORD, "word/document.xml")
GOOD = {
    "plan.pdf": (PDF, "application/pdf"),
    "plan.PDF": (PDF, "application/pdf"),
    "plan.docx": (DOCX, WORD),
    "cijfers.xlsx": (office(EXCEL, "xl/workbook.xml"), EXCEL),
    "plan.odt": (open_document(ODT), ODT),
    "cijfers.ods": (open_document(ODS), ODS),
    "bord.png": (PNG, "image/png"),
    "bord.jpg": (JPEG, "image/jpeg"),
    "bord.jpeg": (JPEG, "image/jpeg"),
}


def add(browser, world, name, content, party="school", row="visie", json=True):
    url = reverse("indicators:add_evidence", args=[world.participation.pk, Party(party)])
    headers = {"accept": "application/json"} if json else {}
    return browser.post(url, {"row": row, "file": SimpleUploadedFile(name, content)}, headers=headers)


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_of_file_can_be_added(as_bob, world, name):
    content, media_type = GOOD[name]
    response = add(as_bob, world, name, content)
    assert response.status_code == 200
    assert name in response.json()["html"]
    evidence = EvidenceFile.objects.get()
    assert (evidence.name, evidence.content_type, evidence.size) == (name, media_type, len(content))
    assert name not in str(evidence.file.name), "the name on the disk says nothing"


def packed_as(method: int) -> bytes:
    """A Word document in a zip that Word would never write. With bzip2 some hundred bytes unpack to gigabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(DOCX)) as document, zipfile.ZipFile(buffer, "w", method) as archive:
        for name in document.namelist():
            archive.writestr(name, document.read(name))
    return buffer.getvalue()


def damaged() -> bytes:
    """The bytes of its first entry are not what they were."""
    data = bytearray(DOCX)
    start = 30 + len("[Content_Types].xml")
    data[start : start + 20] = b"\xff" * 20
    return bytes(data)


def encrypted() -> bytes:
    """A zip whose first entry says it is encrypted."""
    data = bytearray(DOCX)
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    return bytes(data)


def too_many_entries() -> bytes:
    data = bytearray(DOCX)
    end = data.rindex(b"PK\x05\x06")
    data[end + 10 : end + 12] = struct.pack("<H", 60_000)
    return bytes(data)


def hidden_64_bit_directory() -> bytes:
    """`zipfile` would believe the 64-bit record before the plain one."""
    end = DOCX.rindex(b"PK\x05\x06")
    return DOCX[:end] + b"PK\x06\x07" + b"\0" * 16 + DOCX[end:]


def unpacks_too_large() -> bytes:
    data = bytearray(DOCX)
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 400 * 1024 * 1024)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.pdf", b"", "Dit bestand is leeg."),
        ("plan.pdf", b"<html>geen pdf</html>", "maar is geen PDF"),
        ("plan.docx", PDF, "maar is geen Word-bestand"),
        ("plan.pdf", DOCX, "maar is geen PDF"),
        ("plan.xlsx", DOCX, "maar is geen Excel-bestand"),
        ("plan.odt", open_document(ODS), "maar is geen ODT"),
        ("plan.docx", b"PK\x03\x04 geen zip", "maar is geen Word-bestand"),
        ("plan.docx", zipped({"x": "y"}), "maar is geen Word-bestand"),
        ("bord.png", JPEG, "maar is geen PNG"),
        ("virus.exe", b"MZ", "Kies een PDF"),
        ("plan.html", b"<script>", "Kies een PDF"),
        ("plan.svg", b"<svg>", "Kies een PDF"),
        ("plan", PDF, "Kies een PDF"),
        ("plan.docx", office(WORD, "word/document.xml", {"word/vbaProject.bin": b"x"}), "macro"),
        ("plan.docx", office(WORD, "word/document.xml", {"[Content_Types].xml": "macroEnabled"}), "macro"),
        ("plan.odt", open_document(ODT, {"Basic/Standard/m.xml": "x"}), "macro"),
        (
            "plan.docx",
            office(
                WORD, "word/document.xml", {"word/x.bin": b"", "[Content_Types].xml": f"{WORD}.main+xml vbaProject"}
            ),
            "macro",
        ),
        ("plan.docx", packed_as(zipfile.ZIP_BZIP2), "maar is geen Word-bestand"),
        ("plan.docx", packed_as(zipfile.ZIP_LZMA), "maar is geen Word-bestand"),
        ("plan.docx", damaged(), "maar is geen Word-bestand"),
        ("plan.docx", encrypted(), "wachtwoord"),
        ("plan.docx", too_many_entries(), "te veel onderdelen"),
        ("plan.docx", hidden_64_bit_directory(), "te veel onderdelen"),
        ("plan.docx", unpacks_too_large(), "te groot"),
    ],
)
def test_what_is_no_evidence_is_refused_with_a_reason(as_alice, world, name, content, words):
    response = add(as_alice, world, name, content)
    assert response.status_code == 422
    assert words in response.json()["message"]
    assert not EvidenceFile.objects.exists()


def test_a_file_may_be_twenty_megabytes_and_no_more(as_alice, world, settings):
    settings.EVIDENCE_MAX_BYTES = 2 * 1024 * 1024
    exactly = PDF + b"\0" * (2 * 1024 * 1024 - len(PDF))
    assert add(as_alice, world, "precies.pdf", exactly).status_code == 200
    response = add(as_alice, world, "te-groot.pdf", exactly + b"\0")
    assert response.json()["message"] == "Dit bestand is 2,1 MB. Het mag hoogstens 2 MB zijn."


def test_the_limit_is_twenty_megabytes(settings):
    assert settings.EVIDENCE_MAX_BYTES == 20 * 1024 * 1024
    assert uploads.ACCEPT == ".pdf,.docx,.xlsx,.odt,.ods,.png,.jpg,.jpeg"


def test_an_answer_holds_twenty_files_and_no_more(as_alice, world, monkeypatch):
    assert EvidenceFile.MOST == 20
    monkeypatch.setattr(EvidenceFile, "MOST", 2)
    for number in range(2):
        assert add(as_alice, world, f"plan-{number}.pdf", PDF).status_code == 200
    refused = add(as_alice, world, "plan-3.pdf", PDF)
    assert refused.status_code == 422
    assert refused.json()["message"] == "Er staan al 2 bestanden. Verwijder er eerst een."
    assert EvidenceFile.objects.count() == 2
    assert add(as_alice, world, "plan-3.pdf", PDF, row="basisondersteuning").status_code == 200


def test_it_leaves_as_an_attachment_that_cannot_act(as_bob, world):
    evidence = world.add_evidence("school", name="Visie ‘26 – école.pdf")
    response = as_bob.get(reverse("indicators:evidence", args=[evidence.token]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Visie%20")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("person", "before", "after"),
    [
        ("alice", 200, 200),
        ("bob", 200, 200),
        ("dirk", 200, 200),
        ("petra", 404, 200),
        ("bea", 404, 200),
        ("aisha", 404, 200),
        ("carla", 404, 404),
        ("otto", 404, 404),
        ("oscar", 404, 404),
    ],
)
def test_it_is_given_to_those_who_may_see_the_answer(client, world, person, before, after):
    world.fill("school")
    address = reverse("indicators:evidence", args=[world.add_evidence("school").token])
    client.force_login(getattr(world, person))
    assert client.get(address).status_code == before
    world.exchange()
    assert client.get(address).status_code == after


def test_taking_a_file_away_takes_it_off_the_disk(as_bob, world, django_capture_on_commit_callbacks):
    evidence = world.add_evidence("school")
    name = evidence.file.name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        response = as_bob.post(reverse("indicators:remove_evidence", args=[evidence.token]))
    assert response["Location"].endswith("#i-visie")
    assert not EvidenceFile.objects.exists()
    assert not default_storage.exists(name)


def test_after_the_submit_no_file_comes_or_goes(as_alice, world):
    world.fill("school")
    evidence = world.add_evidence("school")
    world.submit("school")
    assert add(as_alice, world, "plan.pdf", PDF).status_code == 422
    as_alice.post(reverse("indicators:remove_evidence", args=[evidence.token]))
    assert EvidenceFile.objects.get() == evidence


def test_only_who_fills_in_adds_and_removes(as_dirk, as_petra, as_otto, world):
    remove = reverse("indicators:remove_evidence", args=[world.add_evidence("school").token])
    for browser, status in ((as_dirk, 403), (as_petra, 404), (as_otto, 404)):
        assert add(browser, world, "plan.pdf", PDF).status_code == status
        assert browser.post(remove).status_code == status
    assert EvidenceFile.objects.count() == 1


@pytest.mark.parametrize("post", [{}, {"row": "visie"}, {"row": "bestaat-niet", "file": SimpleUploadedFile("a", b"a")}])
def test_a_malformed_upload_is_refused(as_alice, world, post):
    url = reverse("indicators:add_evidence", args=[world.participation.pk, Party.SCHOOL])
    assert as_alice.post(url, post).status_code == 400


# Without JavaScript ------------------------------------------------------------------------------------------------------


def test_a_file_comes_in_with_the_whole_form(as_alice, world):
    data = open_form(as_alice, world) | {"visie.explanation": "Met een stuk erbij.", "upload": "visie"}
    response = as_alice.post(form_url(world), data | {"visie.file": SimpleUploadedFile("plan.pdf", PDF)}, follow=True)
    assert response.redirect_chain[-1][0].endswith("#i-visie")
    assert "plan.pdf" in text_of(response)
    assert "Met een stuk erbij." in text_of(response)


def test_a_refused_file_costs_none_of_what_was_typed(as_alice, world):
    data = open_form(as_alice, world) | {"visie.explanation": "Niet kwijt.", "upload": "visie"}
    response = as_alice.post(form_url(world), data | {"visie.file": SimpleUploadedFile("plan.exe", b"MZ")})
    assert response.status_code == 422
    assert "Kies een PDF" in text_of(response)
    assert 'href="#file-visie"' in response.content.decode()
    assert fields_of(response.content.decode())["visie.explanation"] == "Niet kwijt."
    assert world.form("school").answers.get().explanation == "Niet kwijt."


def test_a_file_is_taken_away_with_the_whole_form(as_alice, world):
    evidence = world.add_evidence("school")
    data = open_form(as_alice, world) | {"remove": str(evidence.token), "visie.explanation": "Zonder stuk."}
    response = as_alice.post(form_url(world), data, follow=True)
    assert "plan.pdf" not in text_of(response)
    assert "Zonder stuk." in text_of(response)


def test_the_other_partys_file_is_not_taken_away_that_way(as_alice, world):
    evidence = world.add_evidence("partnership")
    as_alice.post(form_url(world), open_form(as_alice, world) | {"remove": str(evidence.token)})
    assert EvidenceFile.objects.get() == evidence
