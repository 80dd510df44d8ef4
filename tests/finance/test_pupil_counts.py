"""Numbers of pupils of all schools on one reference date: typed in one table, or out of a file."""

import datetime
import html
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from records.models import LogEntry
from schools.models import PupilCount
from swvportal.lib import spreadsheets
from swvportal.lib.merging import bases_of
from swvportal.lib.spreadsheets import Sheet
from tests.factories import World

DAY = datetime.date(2025, 10, 1)
ASKED = "?teldatum=2025-10-01"


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ")


def page_of(name: str = "pupil_counts") -> str:
    return reverse(f"finance:{name}") + ASKED


def field(school: Any) -> str:
    return f"school-{school.pk}"


def shown(world: World, first: int | None = None, second: int | None = None) -> str:
    return json.dumps(bases_of({field(world.school): first, field(world.other_school): second}))


def numbers(kind: str = "all") -> dict[str, int]:
    counts = PupilCount.objects.filter(counted_on=DAY, kind=kind).select_related("school")
    return {count.school.name: count.pupils for count in counts}


def test_all_schools_are_typed_in_one_table(world: World, as_petra: Client) -> None:
    page = text_of(as_petra.get(page_of()))
    assert "Van 2 scholen is het aantal nog niet bekend" in page
    posted = {field(world.school): "800", field(world.other_school): "", "bases": shown(world)}
    assert as_petra.post(page_of(), posted)["Location"].endswith("teldatum=2025-10-01&soort=all")
    assert numbers() == {"Het Kompas": 800}
    page = text_of(as_petra.get(page_of()))
    assert "ingevuld door het SWV" in page
    assert "Van één school is het aantal nog niet bekend" in page
    assert LogEntry.objects.filter(verb="pupils_counted").count() == 1


def test_each_kind_of_pupils_has_numbers_of_its_own(world: World, as_petra: Client) -> None:
    as_petra.post(f"{page_of()}&soort=lwoo", {field(world.school): "42", "bases": "{}"})
    assert numbers("lwoo") == {"Het Kompas": 42}
    assert numbers() == {}


def test_nothing_typed_is_lost_on_a_mistake(world: World, as_petra: Client) -> None:
    posted = {field(world.school): "acht", field(world.other_school): "450", "bases": shown(world)}
    answer = as_petra.post(page_of(), posted)
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="acht"' in page
    assert 'value="450"' in page
    assert "Er is nog niets opgeslagen" in page
    assert numbers() == {}
    for wrong in ("-1", "20001", "1,5", "9" * 40):
        assert as_petra.post(page_of(), {**posted, field(world.school): wrong}).status_code == 422


def test_a_number_that_was_there_cannot_become_empty(world: World, as_petra: Client) -> None:
    PupilCount.record(world.petra, world.school, DAY, 800)
    answer = as_petra.post(page_of(), {field(world.school): "", "bases": shown(world, 800)})
    assert answer.status_code == 422
    assert "vul dan 0 in" in text_of(answer)
    assert numbers() == {"Het Kompas": 800}


def test_two_officers_at_once_are_merged_or_see_both(world: World, as_petra: Client, as_bea: Client) -> None:
    before = shown(world)
    as_petra.post(page_of(), {field(world.school): "800", field(world.other_school): "", "bases": before})
    answer = as_bea.post(page_of(), {field(world.school): "", field(world.other_school): "450", "bases": before})
    assert answer.status_code == 422  # Bea's page did not know of the number yet; she is told, and loses nothing
    assert 'value="450"' in text_of(answer)
    answer = as_bea.post(page_of(), {field(world.school): "801", field(world.other_school): "450", "bases": before})
    assert answer.status_code == 409
    page = text_of(answer)
    assert 'value="801"' in page
    assert "800" in page
    assert numbers() == {"Het Kompas": 800}
    seen = re.search(rf'name="{field(world.school)}-seen" value="([0-9a-f]+)"', page)
    assert seen
    posted = {
        field(world.school): "801",
        field(world.other_school): "450",
        f"{field(world.school)}-choice": "mine",
        f"{field(world.school)}-seen": seen[1],
        "bases": before,
    }
    assert as_bea.post(page_of(), posted).status_code == 302
    assert numbers() == {"Het Kompas": 801, "De Horizon": 450}


def test_an_address_that_asks_nothing_sensible_shows_the_last_first_of_october(world: World, as_petra: Client) -> None:
    for asked in ("", "?teldatum=x", "?teldatum=0001-01-01", "?teldatum=2025-10-01&soort=x", "?teldatum=%00"):
        assert as_petra.get(reverse("finance:pupil_counts") + asked).status_code == 200


def test_a_school_of_another_partnership_is_not_written(world: World) -> None:
    type(world.school).objects.filter(pk=world.other_school.pk).update(partnership=world.other_partnership)
    with pytest.raises(ValueError, match="another partnership"):
        PupilCount.record_all(world.petra, world.partnership, DAY, "all", {world.other_school.pk: 5})
    assert numbers() == {}


# Out of a file --------------------------------------------------------------------------------------------------------


def file_of(rows: list[tuple[Any, ...]], kind: str = "xlsx") -> SimpleUploadedFile:
    sheet = Sheet("Aantallen", ("BRIN", "Vestiging", "Aantal"), rows)
    return SimpleUploadedFile(f"aantallen.{kind}", spreadsheets.render([sheet], kind))


def row_of(school: Any, number: Any) -> tuple[Any, ...]:
    return school.brin, school.branch, number


def confirm(client: Client, page: str) -> Any:
    checked = re.search(r'name="checked" value="([^"]+)"', page)
    assert checked
    return client.post(page_of("pupil_counts_import_confirm"), {"checked": html.unescape(checked[1])})


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_file_is_looked_over_and_read_in(world: World, as_petra: Client, kind: str) -> None:
    PupilCount.record(world.petra, world.school, DAY, 700)
    rows = [row_of(world.school, 800), row_of(world.other_school, 450)]
    page = text_of(as_petra.post(page_of("pupil_counts_import"), {"file": file_of(rows, kind)}))
    assert "vervangt 700" in page
    assert numbers() == {"Het Kompas": 700}
    for _ in range(2):
        assert confirm(as_petra, page).status_code == 302
    assert numbers() == {"Het Kompas": 800, "De Horizon": 450}
    assert "ingelezen uit een bestand" in text_of(as_petra.get(page_of()))


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_read(world: World, as_petra: Client) -> None:
    rows = [
        row_of(world.school, 800),
        ("kapot", "00", 5),
        ("99XX", "00", 5),
        (world.other_school.brin, "x", 5),
        row_of(world.other_school, "veel"),
        row_of(world.school, 801),
        row_of(world.other_school, 30_000),
    ]
    page = text_of(as_petra.post(page_of("pupil_counts_import"), {"file": file_of(rows)}))
    for place in (
        "rij 3, kolom BRIN", "rij 4, kolom BRIN", "rij 5, kolom Vestiging", "rij 6, kolom Aantal", "rij 7, kolom BRIN",
        "rij 8, kolom Aantal",
    ):  # fmt: skip
        assert place in page, place
    assert 'name="checked"' not in page
    assert numbers() == {}


def test_a_formula_is_no_number_and_a_picture_no_file(world: World, as_petra: Client) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["BRIN", "Vestiging", "Aantal"])
    book.active.append([world.school.brin, world.school.branch, "=400+400"])
    stream = io.BytesIO()
    book.save(stream)
    upload = SimpleUploadedFile("a.xlsx", stream.getvalue())
    assert "rij 2, kolom Aantal" in text_of(as_petra.post(page_of("pupil_counts_import"), {"file": upload}))
    upload = SimpleUploadedFile("a.xlsx", b"%PDF-1.4")
    assert as_petra.post(page_of("pupil_counts_import"), {"file": upload}).status_code == 422


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world: World, as_petra: Client) -> None:
    rows = [row_of(world.school, 800), row_of(world.other_school, 450)]
    page = text_of(as_petra.post(page_of("pupil_counts_import"), {"file": file_of(rows)}))
    PupilCount.record(world.bea, world.other_school, DAY, 451)
    confirm(as_petra, page)
    assert numbers() == {"De Horizon": 451}


def test_what_was_looked_over_counts_for_that_day_alone(world: World, as_petra: Client) -> None:
    page = text_of(as_petra.post(page_of("pupil_counts_import"), {"file": file_of([row_of(world.school, 800)])}))
    checked = re.search(r'name="checked" value="([^"]+)"', page)
    assert checked
    address = reverse("finance:pupil_counts_import_confirm")
    for asked in ("?teldatum=2024-10-01", "?teldatum=2025-10-01&soort=lwoo"):
        assert as_petra.post(address + asked, {"checked": checked[1]}).status_code == 400
    assert as_petra.post(address + ASKED, {"checked": f"{checked[1]}x"}).status_code == 400


def test_the_template_goes_out_and_comes_back(world: World, as_petra: Client) -> None:
    PupilCount.record(world.petra, world.school, DAY, 800)
    content = as_petra.get(page_of("pupil_counts_template")).content
    page = text_of(as_petra.post(page_of("pupil_counts_import"), {"file": SimpleUploadedFile("a.xlsx", content)}))
    assert "Alles uit dit bestand stond er al" in page
    assert "Eén rij zonder aantal is overgeslagen" in page
