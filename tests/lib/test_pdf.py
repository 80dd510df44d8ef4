"""A document that a board can keep for years and that everybody can read."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from swvportal.lib.pdf import ForbiddenResource, html_to_pdf, render_html, render_pdf

ADOPTED = datetime(2027, 3, 26, 10, 5, tzinfo=ZoneInfo("Europe/Amsterdam"))
TEMPLATES = Path(__file__).parent / "templates"
VERAPDF = Path(__file__).resolve().parents[2] / "tools" / "verapdf" / "verapdf"


@pytest.fixture(autouse=True)
def sample_templates() -> Any:
    engine: dict[str, Any] = {**django_settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], TEMPLATES]
    with override_settings(TEMPLATES=[engine]):
        yield


def document(**changed: Any) -> bytes:
    content: Mapping[str, Any] = {
        "author": "SWV VO Lindestreek",
        "version_line": "Versie 1, vastgesteld op 26 maart 2027",
        "day": date(2027, 3, 25),
        "explanation": "Alle teams werken met groepsoverzichten.",
        "rows": range(1, 61),
    } | changed
    return render_pdf("sample_document.html", content, title="Verslag Oeverland College", created=ADOPTED)


def pages(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True)
    return done.stdout.removesuffix("\f").split("\f")


@pytest.mark.pdf
def test_a_document_passes_pdf_ua_1_and_pdf_a_2a(tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(document())
    done = subprocess.run([str(VERAPDF), str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASS") == 2


@pytest.mark.pdf
def test_the_checker_sees_a_document_that_is_not_accessible(tmp_path: Path) -> None:
    """A picture without alternative text fails, so a pass means something."""
    path = tmp_path / "document.pdf"
    picture = '<svg viewBox="0 0 9 9" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>'
    html = f'<!doctype html><html lang="nl"><head><title>Verslag</title></head><body><p>a {picture}</p></body></html>'
    path.write_bytes(html_to_pdf(html, created=ADOPTED))
    done = subprocess.run([str(VERAPDF), str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "FAIL" in done.stdout


@pytest.mark.pdf
def test_every_page_after_the_cover_says_what_it_is_part_of(tmp_path: Path) -> None:
    cover, *chapters = pages(document(), tmp_path)
    assert "Ayşe Yıldız" in cover
    assert " van " not in cover
    assert len(chapters) == 4
    for number, page in enumerate(chapters, start=2):
        assert page.lstrip().startswith("Verslag Oeverland College")
        assert "Versie 1, vastgesteld op 26 maart 2027" in page
        assert f"{number} van 5" in page


@pytest.mark.pdf
def test_the_head_of_a_table_stands_on_each_of_its_pages(tmp_path: Path) -> None:
    with_rows = [page for page in pages(document(), tmp_path) if "Bob Janssen" in page]
    assert len(with_rows) == 2
    assert all("Wie" in page for page in with_rows)


@pytest.mark.pdf
def test_only_our_own_font_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(document())
    done = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True)
    fonts = done.stdout.splitlines()[2:]
    assert fonts
    assert all("IBM-Plex-Sans" in line for line in fonts)


def test_asking_again_gives_the_same_bytes() -> None:
    assert document() == document()
    assert document() != document(explanation="Iets anders.")


def test_another_process_in_another_time_zone_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the machine is in the file: no clock, no folder, no hash seed."""
    html = render_html("sample_document.html", {"day": date(2027, 3, 25)}, title="Verslag")
    source = tmp_path / "document.html"
    source.write_text(html)
    script = (
        "import sys, pathlib, datetime, django; django.setup(); from swvportal.lib.pdf import html_to_pdf\n"
        "created = datetime.datetime.fromisoformat(sys.argv[2])\n"
        "sys.stdout.buffer.write(html_to_pdf(pathlib.Path(sys.argv[1]).read_text(), created=created))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(source), ADOPTED.isoformat()],
        check=True,
        capture_output=True,
        cwd=VERAPDF.parents[2],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    assert done.stdout == html_to_pdf(html, created=ADOPTED)


@pytest.mark.pdf
def test_the_file_carries_the_date_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(document())
    done = subprocess.run(["pdfinfo", "-isodates", str(path)], check=True, capture_output=True, text=True)
    info = dict(line.split(":", 1) for line in done.stdout.splitlines())
    assert info["Title"].strip() == "Verslag Oeverland College"
    assert info["Author"].strip() == "SWV VO Lindestreek"
    for name in ("CreationDate", "ModDate"):
        assert datetime.fromisoformat(info[name].strip()).astimezone(UTC) == ADOPTED


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        html_to_pdf("<title>x</title>", created=datetime(2027, 3, 26))  # noqa: DTZ001


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://localhost/tracker.png",
        "https://example.org/tracker.png",
        "data:image/svg+xml,%3Csvg/%3E",
        "../swvportal/settings.py",
        "..%2f..%2fetc/passwd",
        "/etc/passwd",
        "img/none.svg",
        "css",
    ],
)
def test_a_document_reaches_nothing_but_our_static_files(address: str) -> None:
    for html in (f'<img src="{address}" alt="x">', f'<link rel="stylesheet" href="{address}"><p>x</p>'):
        with pytest.raises(ForbiddenResource):
            html_to_pdf(f"<title>x</title>{html}", created=ADOPTED)


@pytest.mark.pdf
def test_what_people_write_stays_text(tmp_path: Path) -> None:
    text = pages(document(explanation='<img src="file:///etc/passwd">'), tmp_path)
    assert any("<img src=" in page for page in text)
