"""Action points as a file: who reads them in full, and who only what was shared."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from actionplans.models import ActionGroup
from tests import plans
from tests.factories import World

YEAR = plans.YEAR


def url(name: str, *args: Any) -> str:
    return reverse(f"actionplans:{name}", args=args)


def rows(client: Client, asked: str = "", year: int = YEAR) -> list[dict[str, str]]:
    response = client.get(url("points_export", year, "csv") + asked)
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_ones_own_points_in_full_and_shared_ones_without_who(world: World, as_alice: Client, as_petra: Client) -> None:
    plans.plan(world, world.alice, world.school, goals=("Meer rust.",))
    carlas = plans.plan(world, world.carla, world.other_school, state="adopted", shared=True, goals=("Taal.", "Lezen."))
    ActionGroup.gather(world.petra, world.partnership, YEAR, title="Leren lezen", points=plans.points(carlas))
    found = {row["Doel"]: row for row in rows(as_alice)}
    assert found["Meer rust."]["Wie"] == "Bob"
    assert found["Meer rust."]["Uit een afspraak"] == "nee"
    assert (found["Taal."]["Wie"], found["Taal."]["Uit een afspraak"]) == ("", "")
    assert found["Taal."]["Gedeelde actie"] == "", "what the partnership made of it is the partnership's"
    found = {row["Doel"]: row for row in rows(as_petra)}
    assert found.keys() == {"Taal.", "Lezen."}, "a draft is the school's"
    assert found["Taal."]["Wie"] == "Bob"
    assert found["Taal."]["Gedeelde actie"] == "Leren lezen"


def test_one_plan(world: World, as_alice: Client) -> None:
    mine = plans.plan(world, world.alice, world.school, goals=("Meer rust.",))
    plans.plan(world, world.carla, world.other_school, state="adopted", shared=True, goals=("Taal.",))
    assert [row["Doel"] for row in rows(as_alice, f"?plan={mine.pk}")] == ["Meer rust."]


@pytest.mark.parametrize("plan", ["x", "0", "9" * 30, "-1", "٣"])
def test_a_plan_that_there_is_not(world: World, as_alice: Client, plan: str) -> None:
    assert as_alice.get(url("points_export", YEAR, "csv") + f"?plan={plan}").status_code == 404


def test_a_plan_that_one_may_not_read(world: World, as_carla: Client) -> None:
    mine = plans.plan(world, world.alice, world.school)
    assert as_carla.get(url("points_export", YEAR, "csv") + f"?plan={mine.pk}").status_code == 404


@pytest.mark.parametrize(("year", "kind"), [(1, "csv"), (99999999999999999999, "csv"), (YEAR, "exe")])
def test_a_year_or_kind_that_there_is_not(world: World, as_alice: Client, year: int, kind: str) -> None:
    assert as_alice.get(url("points_export", year, kind)).status_code == 404


def test_no_cell_is_a_formula_and_dates_are_dates(world: World, as_alice: Client) -> None:
    plans.plan(world, world.alice, world.school, goals=("=HYPERLINK(1)",))
    assert rows(as_alice)[0]["Doel"] == "'=HYPERLINK(1)"
    workbook = load_workbook(BytesIO(as_alice.get(url("points_export", YEAR, "xlsx")).content))
    row = {head.value: cell for head, cell in zip(*workbook["Actiepunten"].iter_rows(), strict=True)}
    assert row["Doel"].data_type == "s"
    assert row["Uiterlijk klaar"].is_date
