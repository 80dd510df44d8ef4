"""Action points out of a file: everything is shown first, and then all of it is written or nothing."""

import datetime
import re
import time
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from actionplans.models import ActionPlan, ActionPoint
from actionplans.resources import EXAMPLE, NAMES, STATES, PointResource, _state
from records.models import LogEntry
from swvportal.lib.folding import fold
from swvportal.lib.merging import bases_of
from swvportal.lib.spreadsheets import Sheet, render
from tests import plans
from tests.access_rows.exchange import checked
from tests.factories import World

YEAR = plans.YEAR
DAY = datetime.date(YEAR, 9, 1)
ROW = (1, "Meer rust in de klas.", "Observatie", "Bob", DAY, datetime.date(YEAR + 1, 6, 1), "loopt")


def url(name: str, *args: Any) -> str:
    return reverse(f"actionplans:{name}", args=args)


@pytest.fixture
def plan(world: World) -> ActionPlan:
    plans.support_plan(world)
    return ActionPlan.begin(world.alice, world.school, YEAR)


def upload(client: Client, plan: ActionPlan, *rows: tuple[Any, ...], kind: str = "xlsx") -> Any:
    content = render([Sheet("Actiepunten", NAMES, rows)], kind)
    return client.post(url("points_import", plan.pk), {"file": SimpleUploadedFile(f"punten.{kind}", content)})


def confirm(client: Client, plan: ActionPlan, signed: str) -> Any:
    return client.post(url("points_import_confirm", plan.pk), {"checked": signed}, follow=True)


def row_of(**values: Any) -> tuple[Any, ...]:
    names = dict(zip(("spearhead", "goal", "measure", "who", "start", "due", "state"), ROW, strict=True))
    return tuple((names | values).values())


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_file_is_shown_and_then_written(world: World, as_alice: Client, plan: ActionPlan, kind: str) -> None:
    response = upload(as_alice, plan, ROW, kind=kind)
    shown = response.content.decode()
    assert "Meer rust in de klas." in shown
    assert "1. Trajectvoorziening ontwikkelen" in shown
    assert "Er is nog niets toegevoegd" in shown
    assert not ActionPoint.objects.exists()
    done = confirm(as_alice, plan, response.context["signed"])
    assert done.redirect_chain[-1][0] == plan.get_absolute_url()
    assert "Eén actiepunt is toegevoegd." in done.content.decode()
    point = ActionPoint.objects.select_related("spearhead").get()
    assert (point.plan_id, point.position, point.goal, point.measure, point.who) == (plan.pk, 1, *ROW[1:4])
    assert (point.start, point.due, point.state) == (ROW[4], ROW[5], "running")
    assert point.spearhead is not None
    assert point.spearhead.number == 1
    assert ActionPoint.objects.mentioning("RUST observatie").exists(), "it can be searched"
    assert list(LogEntry.objects.filter(verb="point_added").values_list("object_id", "actor")) == [
        (point.pk, world.alice.pk)
    ]


def test_it_stands_behind_what_was_there(world: World, as_alice: Client, plan: ActionPlan) -> None:
    plan.add_point(world.alice, goal="Eerst dit.")
    confirm(as_alice, plan, upload(as_alice, plan, ROW, row_of(goal="En dat.")).context["signed"])
    assert [point.goal for point in plan.points.all()] == ["Eerst dit.", "Meer rust in de klas.", "En dat."]


def test_pressed_twice_is_once(world: World, as_alice: Client, plan: ActionPlan) -> None:
    signed = upload(as_alice, plan, ROW).context["signed"]
    confirm(as_alice, plan, signed)
    assert "stonden al in het plan" in confirm(as_alice, plan, signed).content.decode()
    assert ActionPoint.objects.count() == 1
    plan.points.get().change(world.alice, {"goal": "Anders."}, bases_of({"goal": "Meer rust in de klas."}))
    confirm(as_alice, plan, signed)
    assert ActionPoint.objects.count() == 1, "also when the words have changed since"


def test_a_file_read_twice_adds_what_is_new(world: World, as_alice: Client, plan: ActionPlan) -> None:
    confirm(as_alice, plan, upload(as_alice, plan, ROW).context["signed"])
    response = upload(as_alice, plan, ROW)
    assert "staat al in het plan" in response.content.decode()
    assert not response.context["signed"], "there is nothing to confirm"
    response = upload(as_alice, plan, ROW, row_of(goal="Nieuw."))
    confirm(as_alice, plan, response.context["signed"])
    assert [point.goal for point in plan.points.all()] == ["Meer rust in de klas.", "Nieuw."]


WRONG = [
    ({"spearhead": 9}, "kolom Speerpunt: dit speerpunt is er niet. Vul een nummer van 1 tot en met 2 in"),
    ({"spearhead": "Onzin"}, "kolom Speerpunt: dit speerpunt is er niet"),
    ({"goal": None}, "kolom Doel: vul een doel in."),
    ({"goal": "x" * 1001}, "kolom Doel: deze tekst is te lang: 1001 tekens, en het mogen er 1000 zijn."),
    ({"measure": "x" * 1001}, "kolom Hoe meten we dit?: deze tekst is te lang"),
    ({"who": "x" * 161}, "kolom Wie: deze tekst is te lang"),
    ({"start": "morgen"}, "kolom Begint op: vul een datum in"),
    ({"due": "31-02-2027"}, "kolom Uiterlijk klaar: vul een datum in"),
    ({"due": datetime.date(YEAR + 2, 8, 1)}, "kolom Uiterlijk klaar: kies een datum in of rond schooljaar"),
    ({"due": datetime.date(YEAR, 8, 31)}, "kolom Uiterlijk klaar: deze dag ligt vóór de dag in de kolom Begint op."),
    ({"state": "klaar"}, "kolom Stand: kies uit gepland, loopt, gereed, gestopt."),
    ({"goal": "Goed."}, "kolom Doel: hetzelfde doel staat ook in rij 2."),
]


@pytest.mark.parametrize(("values", "mistake"), WRONG)
def test_every_mistake_by_row_and_column_and_nothing_written(
    world: World, as_alice: Client, plan: ActionPlan, values: dict[str, Any], mistake: str
) -> None:
    response = upload(as_alice, plan, row_of(goal="Goed."), row_of(**values))
    text = response.content.decode()
    assert "blad Actiepunten, rij 3, " + mistake in text
    assert "Er is niets toegevoegd." in text
    assert "Goed." in text, "the other rows are shown too"
    assert not response.context["signed"]
    assert not ActionPoint.objects.exists()


def test_all_mistakes_of_a_row_at_once(as_alice: Client, plan: ActionPlan) -> None:
    text = upload(as_alice, plan, row_of(goal=None, state="x", start="x")).content.decode()
    for column in ("Doel", "Stand", "Begint op"):
        assert f"rij 2, kolom {column}:" in text


@pytest.mark.parametrize(
    "written", [2, "2", 2.0, "Verzuim terugdringen", "2. Verzuim terugdringen", " verzuim TERUGDRINGEN "]
)
def test_a_spearhead_by_number_or_title(as_alice: Client, plan: ActionPlan, written: Any) -> None:
    response = upload(as_alice, plan, row_of(spearhead=written))
    assert response.context["rows"][0].point.spearhead.number == 2


def test_only_a_goal_is_needed(as_alice: Client, plan: ActionPlan) -> None:
    file = SimpleUploadedFile("punten.csv", b"doel\r\nMeer rust.\r\n")
    response = as_alice.post(url("points_import", plan.pk), {"file": file})
    confirm(as_alice, plan, response.context["signed"])
    point = ActionPoint.objects.get()
    assert (point.goal, point.spearhead_id, point.state, point.due) == ("Meer rust.", None, "planned", None)


def test_without_a_support_plan_a_spearhead_is_a_mistake(world: World, as_alice: Client) -> None:
    plan = ActionPlan.begin(world.alice, world.school, YEAR)
    assert "dit plan staat niet onder speerpunten" in upload(as_alice, plan, ROW).content.decode()
    assert upload(as_alice, plan, row_of(spearhead=None)).context["signed"]


def test_a_file_of_another_kind_is_no_file_without_a_column(as_alice: Client, plan: ActionPlan) -> None:
    for name, content in (("plan.pdf", b"%PDF-1.4\n1 0 obj\n"), ("plan.csv", b"\x00\x01\x02 Doel")):
        page = as_alice.post(
            url("points_import", plan.pk), {"file": SimpleUploadedFile(name, content)}
        ).content.decode()
        assert "Dit is geen spreadsheet. Kies een XLSX-, ODS- of CSV-bestand." in page
        assert "ontbreekt" not in page


def test_a_faulty_row_stands_under_the_same_heads(as_alice: Client, plan: ActionPlan) -> None:
    page = upload(as_alice, plan, row_of(state="misschien", due=None, who="Anna")).content.decode()
    assert re.search(r'data-label="Wie">\s*Anna\s*</td>', page)
    assert re.search(r'data-label="Stand">\s*misschien\s*<br>\s*<span class="status status-late">', page)
    assert "colspan" not in page


def test_the_template_comes_back_without_its_example(as_alice: Client, plan: ActionPlan) -> None:
    content = as_alice.get(url("points_template", plan.pk)).content
    workbook = load_workbook(BytesIO(content))
    assert workbook.sheetnames == ["Actiepunten", "Keuzes"]
    assert [cell.value for cell in workbook["Actiepunten"][1]] == list(NAMES)
    assert [cell.value for cell in workbook["Keuzes"][3]] == ["2. Verzuim terugdringen", "loopt"]
    offered = {str(each.sqref): each.formula1 for each in workbook["Actiepunten"].data_validations.dataValidation}
    assert offered == {"A2:A2001": "'Keuzes'!$A$2:$A$3", "G2:G2001": "'Keuzes'!$B$2:$B$5"}
    untouched = as_alice.post(url("points_import", plan.pk), {"file": SimpleUploadedFile("s.xlsx", content)})
    assert "alleen het voorbeeld" in untouched.content.decode()
    workbook["Actiepunten"].append([2, "Minder verzuim."])
    stream = BytesIO()
    workbook.save(stream)
    response = as_alice.post(url("points_import", plan.pk), {"file": SimpleUploadedFile("s.xlsx", stream.getvalue())})
    assert [row.point.goal for row in response.context["rows"]] == ["Minder verzuim."]
    assert "De voorbeeldrij is overgeslagen." in response.content.decode()
    assert EXAMPLE not in response.content.decode()


def test_a_formula_is_read_as_its_own_text(as_alice: Client, plan: ActionPlan) -> None:
    workbook = Workbook()
    workbook.active.append(["Doel"])
    workbook.active.append(['=HYPERLINK("http://voorbeeld.nl")'])
    stream = BytesIO()
    workbook.save(stream)
    response = as_alice.post(url("points_import", plan.pk), {"file": SimpleUploadedFile("f.xlsx", stream.getvalue())})
    assert response.context["rows"][0].point.goal == '=HYPERLINK("http://voorbeeld.nl")'


@pytest.mark.parametrize("content", [b"PK\x03\x04 kapot", b"%PDF-1.7", b"", b"\xff\xfe\x00"])
def test_what_is_no_spreadsheet_is_refused_at_the_field(as_alice: Client, plan: ActionPlan, content: bytes) -> None:
    file = SimpleUploadedFile("punten.xlsx", content)
    response = as_alice.post(url("points_import", plan.pk), {"file": file})
    assert response.status_code == 200
    assert "Er is nog niets toegevoegd" not in response.content.decode()
    assert not ActionPoint.objects.exists()


def test_without_the_column_doel_there_is_nothing_to_read(as_alice: Client, plan: ActionPlan) -> None:
    file = SimpleUploadedFile("punten.csv", b"Titel\r\nMeer rust.\r\n")
    assert "deze kolom ontbreekt" in as_alice.post(url("points_import", plan.pk), {"file": file}).content.decode()


# What is posted back -----------------------------------------------------------------------------------------------------


def test_rows_that_were_not_checked_here_are_refused(as_alice: Client, plan: ActionPlan) -> None:
    signed = checked(plan, "Meer rust.")
    for wrong in ("", "x", signed[:-1], signed.replace(":", "", 1)):
        assert as_alice.post(url("points_import_confirm", plan.pk), {"checked": wrong}).status_code == 400
    assert not ActionPoint.objects.exists()


def test_the_plan_comes_from_the_address(world: World, as_alice: Client, plan: ActionPlan) -> None:
    other = ActionPlan.begin(world.alice, world.school, YEAR + 1)
    signed = checked(plan, "Meer rust.")
    assert as_alice.post(url("points_import_confirm", other.pk), {"checked": signed}).status_code == 400


def test_a_checked_file_is_good_for_an_hour(as_alice: Client, plan: ActionPlan, monkeypatch: Any) -> None:
    signed = checked(plan, "Meer rust.")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3700)
    response = as_alice.post(url("points_import_confirm", plan.pk), {"checked": signed}, follow=True)
    assert response.status_code in {200, 302}
    assert not ActionPoint.objects.exists()


def test_a_plan_that_was_submitted_in_between_takes_nothing(world: World, as_alice: Client, plan: ActionPlan) -> None:
    plan.add_point(world.alice, goal="Eerst.", spearhead=plans.spearheads(world)[0], due=DAY)
    signed = upload(as_alice, plan, ROW).context["signed"]
    plan.submit(world.alice)
    text = confirm(as_alice, plan, signed).content.decode()
    assert "De tekst van de actiepunten staat vast" in text
    assert plan.points.count() == 1
    assert as_alice.get(url("points_import", plan.pk)).status_code == 302


def test_the_partnership_reads_a_file_into_its_own_work_plan(world: World, as_petra: Client) -> None:
    work_plan = ActionPlan.begin(world.petra, world.partnership, YEAR)
    confirm(as_petra, work_plan, upload(as_petra, work_plan, row_of(spearhead=None)).context["signed"])
    assert work_plan.points.count() == 1


# Large files -------------------------------------------------------------------------------------------------------------


def test_a_large_file_costs_no_more_queries(as_alice: Client, plan: ActionPlan) -> None:
    def cost(rows: int) -> tuple[int, int]:
        many = [row_of(goal=f"Doel {rows} {number}.") for number in range(rows)]
        with CaptureQueriesContext(connection) as reading:
            response = upload(as_alice, plan, *many, kind="csv")
        with CaptureQueriesContext(connection) as writing:
            as_alice.post(url("points_import_confirm", plan.pk), {"checked": response.context["signed"]})
        return len(reading), len(writing)

    few, many = cost(3), cost(250)
    assert few[0] == many[0]
    assert many[1] <= few[1] + 10, "written in batches"
    assert ActionPoint.objects.count() == 253


def test_more_rows_than_a_plan_holds_are_refused_before_anything_is_written(as_alice: Client, plan: ActionPlan) -> None:
    many = [row_of(goal=f"Doel {number}.") for number in range(ActionPlan.MOST_POINTS + 1)]
    assert f"en {ActionPlan.MOST_POINTS} rijen." in as_alice.get(url("points_import", plan.pk)).content.decode()
    page = upload(as_alice, plan, *many).content.decode()
    assert f"meer dan {ActionPlan.MOST_POINTS} rijen" in page
    assert not ActionPoint.objects.exists()


# Rules ---------------------------------------------------------------------------------------------------------------------


@given(st.one_of(st.text(max_size=12), st.sampled_from(["", "Gepland", "LOOPT", "gereed", "gestopt"])))
def test_a_state_is_one_of_four_or_a_mistake(written: str) -> None:
    known = {"", *STATES}
    if fold(written) in known:
        assert _state(written) in ActionPoint.State.values
    else:
        with pytest.raises(ValueError, match="gepland"):
            _state(written)


@pytest.mark.django_db
def test_whatever_stands_in_the_cells_is_a_point_or_a_mistake(world: World, plan: ActionPlan) -> None:
    cell = st.one_of(st.just(""), st.text(max_size=20), st.sampled_from(["1", "9", "2027-01-31", "loopt", "x" * 1200]))

    @given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, cell)), max_size=4))
    def check(rows: list[dict[str, str]]) -> None:
        for row in PointResource(plan).check(list(enumerate(rows, start=2)), "Blad1"):
            assert (row.point is None) == bool(row.mistakes)
            if row.point is not None:
                assert row.point.goal
                row.point.plan = plan
                row.point.must_fit()

    check()
