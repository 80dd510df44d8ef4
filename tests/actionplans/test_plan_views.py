"""Who is how far with the plans of a year, and one plan as board, list and timeline."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from actionplans.models import ActionPlan
from actionplans.timeline import timeline_of
from tests import factories, plans
from tests.factories import World

pytestmark = pytest.mark.django_db
PLANS = "/actieplannen/"


def read(client: Client, url: str, **query: str | int) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.split("<main", 1)[1]))


def test_the_partnership_sees_whose_move_it_is(world: World, as_petra: Client) -> None:
    plans.plan(world, world.carla, world.other_school, state="submitted")
    overview = words(read(as_petra, PLANS, jaar=plans.YEAR))
    assert "het SWV: bespreken" in overview
    assert "de school: beginnen" in overview
    draft = plans.plan(world, world.alice, world.school)
    page = read(as_petra, PLANS, jaar=plans.YEAR)
    assert "de school: indienen" in words(page)
    assert "nog bij de school" in words(page)
    assert draft.get_absolute_url() not in page, "how far it is, and nothing of the content"


def test_counts_per_state_are_filters(world: World, as_petra: Client) -> None:
    for number in range(4):
        factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number}")
    plans.plan(world, world.carla, world.other_school, state="adopted")
    response = as_petra.get(PLANS, {"jaar": plans.YEAR})
    assert [(state, count) for state, _, count in response.context["filters"]] == [("geen", 5), ("adopted", 1)]
    chosen = as_petra.get(PLANS, {"jaar": str(plans.YEAR), "stand": "adopted"})
    assert [row.school.name for row in chosen.context["rows"]] == [world.other_school.name]
    assert len(as_petra.get(PLANS, {"jaar": str(plans.YEAR), "stand": "onzin"}).context["rows"]) == 6


def test_the_school_begins_this_year_or_the_next(world: World, as_bob: Client, as_dirk: Client) -> None:
    assert "Beginnen" in read(as_bob, PLANS)
    assert "Beginnen" not in read(as_dirk, PLANS), "the board reads"
    assert "Beginnen" not in read(as_bob, PLANS, jaar=2020)
    for year in ("2020", "x", ""):
        data = {"school": world.school.pk, "school_year": year}
        assert as_bob.post(reverse("actionplans:plan_begin"), data).status_code == 400
    assert not ActionPlan.objects.exists()


@pytest.mark.parametrize("year", ["x", "0", "-1", "9" * 5000, "20260", "٢٠٢٦"])
def test_a_year_that_is_none_shows_this_year(world: World, as_bob: Client, year: str) -> None:
    assert as_bob.get(PLANS, {"jaar": year}).status_code == 200


def test_the_auditor_sees_what_was_adopted(world: World, as_aisha: Client) -> None:
    plans.plan(world, world.alice, world.school, state="submitted")
    adopted = plans.plan(world, world.carla, world.other_school, state="adopted")
    page = read(as_aisha, PLANS, jaar=plans.YEAR)
    assert adopted.get_absolute_url() in page
    assert world.school.name not in page


def test_the_board_stands_under_each_spearhead_by_state(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted", goals=("Een", "Twee", "Drie"))
    plans.points(plan)[1].set_state(world.bob, "running")
    response = as_alice.get(plan.get_absolute_url())
    (group,) = response.context["groups"]
    found = {state: [point.goal for point in points] for state, _, points in group.columns}
    assert found == {"planned": ["Een", "Drie"], "running": ["Twee"], "done": [], "stopped": []}
    assert "Nog geen actiepunt bij: 2. Verzuim terugdringen" in words(response.content.decode())


def test_the_timeline_says_in_its_title_and_in_a_table_what_it_draws(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted", goals=("Een", "Twee"))
    page = read(as_alice, plan.get_absolute_url(), beeld="tijdlijn")
    title = f"Tijdlijn van {plans.YEAR}-{plans.YEAR + 1}: 2 actiepunten,"
    assert page.count(f"<title>{title}") == 2, "wide, and narrow for a phone"
    assert "Dezelfde gegevens als tabel" in page
    assert page.count(f'href="{plans.points(plan)[0].get_absolute_url()}"') == 3, (
        "twice in the picture, and in the table"
    )
    assert "style=" not in page
    assert not re.search(r'(?:x|y|width|height|x1|x2)="\d+,\d', page), "numbers of a picture have a point"


def test_days_become_places(world: World) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=("Een", "Twee"))
    one, two = plans.points(plan)
    one.start, one.due = datetime.date(plans.YEAR, 8, 1), datetime.date(plans.YEAR + 1, 7, 31)
    two.start, two.due = None, None
    today = datetime.date(plans.YEAR + 1, 7, 31)
    found = timeline_of([two, one], plans.YEAR, today)
    assert found is not None
    wide, narrow = found.pictures
    assert [bar.label for bar in wide.bars] == ["Een", "Twee"], "what has no end comes last"
    assert (wide.bars[0].left, wide.bars[0].left + wide.bars[0].width) == (wide.left, wide.right)
    assert wide.today == wide.right
    assert not wide.bars[0].late
    assert narrow.bars[1].due is None
    assert "geen einddatum" in narrow.bars[1].words
    late = timeline_of([one], plans.YEAR, today + datetime.timedelta(days=2))
    assert late is not None
    assert late.title.endswith("1 te laat")
    assert late.pictures[0].today is None
    assert late.pictures[0].bars[0].words == "2 dagen te laat"
    assert timeline_of([], plans.YEAR, today) is None


def test_a_long_goal_takes_two_lines_and_a_day_of_another_year_says_which(world: World) -> None:
    goal = "Alle mentoren en coaches van de onderbouw voeren elk kwartaal een startgesprek met hun leerlingen."
    (point,) = plans.points(plans.plan(world, world.alice, world.school, goals=(goal,)))
    point.due = datetime.date(plans.YEAR + 1, 10, 1)
    found = timeline_of([point], plans.YEAR, datetime.date(plans.YEAR, 9, 1))
    assert found is not None
    (bar,) = found.pictures[0].bars
    assert bar.label == goal
    assert len(bar.lines) == 2
    assert bar.words == f"gepland, 1 okt {plans.YEAR + 1}"


def test_the_board_names_the_states_once(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=("Een", "Twee"))
    one, two = plans.points(plan)
    two.classify(world.alice, plans.spearheads(world)[1])
    board = read(as_alice, plan.get_absolute_url()).split('<table class="board"', 1)[1].split("</table>", 1)[0]
    assert board.count('role="columnheader"') == 5
    assert board.count('role="rowheader"') == 2
    assert board.count(one.get_absolute_url()) == board.count(two.get_absolute_url()) == 1


def test_the_page_of_a_school_names_its_plans(world: World, as_alice: Client, as_petra: Client) -> None:
    plan = plans.plan(world, world.alice, world.school)
    url = reverse("school", args=[world.school.pk])
    assert plan.get_absolute_url() in read(as_alice, url)
    office = read(as_petra, url)
    assert plan.get_absolute_url() not in office
    assert "concept, nog bij de school" in office
    plan.submit(world.alice)
    assert plan.get_absolute_url() in read(as_petra, url)


def test_the_overview_costs_the_same_for_many_schools(
    world: World, as_petra: Client, django_assert_num_queries: object, django_assert_max_num_queries: object
) -> None:
    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number}")
            factories.member(world.carla, factories.Role.DIRECTOR, school=school)
            plans.plan(world, world.carla, school, state="submitted")

    grow(0, 4)
    with django_assert_max_num_queries(20) as few:  # type: ignore[operator]
        read(as_petra, PLANS, jaar=plans.YEAR)
    grow(4, 20)
    with django_assert_num_queries(len(few)):  # type: ignore[operator]
        read(as_petra, PLANS, jaar=plans.YEAR)
