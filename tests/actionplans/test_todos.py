"""What "Mijn taken" asks of people around profiles and plans."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from actionplans.todos import todos_for
from schools.access import forget_access
from swvportal.lib.school_year import school_year_of
from swvportal.lib.todo import Todo
from tests import factories, plans
from tests.factories import World

pytestmark = pytest.mark.django_db


def todos(world: World, name: str) -> list[Todo]:
    person = getattr(world, name)
    forget_access(person)
    return todos_for(person)


def titles(world: World, name: str) -> list[str]:
    return [todo.title for todo in todos(world, name)]


def due_in(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def test_nothing_is_asked_before_there_is_a_catalogue_or_a_plan(world: World) -> None:
    for name in ("alice", "bob", "carla", "dirk", "petra", "bea", "aisha", "oscar", "otto"):
        assert titles(world, name) == []


def test_a_point_appears_when_it_is_due_soon_or_late_and_goes_when_it_is_done(world: World) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    (point,) = plans.points(plan)
    for days, expected in ((-3, True), (60, True), (61, False)):
        ActionPoint.objects.filter(pk=point.pk).update(due=due_in(days))
        assert (f"Actiepunt: {point.goal}" in titles(world, "bob")) is expected
    ActionPoint.objects.filter(pk=point.pk).update(due=due_in(-3))
    (todo,) = todos(world, "bob")
    assert (todo.due, todo.url, todo.school) == (due_in(-3), point.get_absolute_url(), world.school.name)
    assert titles(world, "carla") == titles(world, "petra") == titles(world, "dirk") == []
    point.set_state(world.bob, "done")
    assert titles(world, "bob") == []


def test_the_steps_of_a_plan_ask_who_takes_them(world: World) -> None:
    year = plans.YEAR
    plan = plans.plan(world, world.alice, world.school, goals=())
    assert titles(world, "alice") == [], "an empty draft asks nothing yet"
    plan = plans.plan(world, world.alice, world.school)
    ActionPoint.objects.filter(plan=plan).update(due=due_in(200))
    assert titles(world, "alice") == [f"Actieplan indienen {year}-{year + 1}"]
    assert titles(world, "bob") == [], "the director submits"
    assert titles(world, "petra") == []
    plan.submit(world.alice)
    assert titles(world, "alice") == []
    assert titles(world, "petra") == titles(world, "bea") == [f"Actieplan bespreken {year}-{year + 1}"]
    plan.give_back(world.petra, "Hoe meet u dit?")
    (todo,) = todos(world, "alice")
    assert (todo.title, todo.state) == ("Actieplan aanpassen: teruggegeven door het SWV", "Teruggegeven")
    plan.submit(world.alice)
    plan.discuss(world.petra, timezone.localdate())
    assert titles(world, "alice") == [f"Actieplan vaststellen {year}-{year + 1}"]
    assert titles(world, "petra") == []


def test_a_plan_of_a_year_that_is_over_is_evaluated(world: World) -> None:
    this = school_year_of(timezone.localdate())
    before = plans.plan(world, world.alice, world.school, state="adopted", year=this - 1)
    for point in plans.points(before):
        point.set_state(world.bob, "done")
    assert titles(world, "alice") == [f"Actieplan evalueren {this - 1}-{this}"]
    plans.evaluate(before, world.alice)
    assert titles(world, "alice") == []


def test_more_than_five_submitted_plans_are_one_task(world: World) -> None:
    for number in range(5):
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number}")
        factories.member(world.carla, factories.Role.DIRECTOR, school=school)
        plans.plan(world, world.carla, school, state="submitted")
    assert len(titles(world, "petra")) == 5
    plans.plan(world, world.alice, world.school, state="submitted")
    (todo,) = todos(world, "petra")
    assert todo.title == "Actieplannen bespreken: 6 scholen"
    assert todo.url == f"{reverse('actionplans:plans')}?jaar={plans.YEAR}&stand=submitted"


def test_the_points_of_the_work_plan_are_the_partnerships(world: World) -> None:
    work_plan = ActionPlan.begin(world.petra, world.partnership, plans.YEAR)
    work_plan.add_point(world.petra, goal="Een verzuimkaart.", due=due_in(10))
    assert titles(world, "petra") == titles(world, "bea") == ["Actiepunt: Een verzuimkaart."]
    assert titles(world, "alice") == titles(world, "otto") == []


def test_the_profile_of_this_year(world: World) -> None:
    year = school_year_of(timezone.localdate())
    plans.catalogue(world)
    assert titles(world, "alice") == titles(world, "bob") == ["Ondersteuningsprofiel beginnen"]
    (todo,) = todos(world, "alice")
    assert todo.url == reverse("actionplans:profile", args=[world.school.pk, year])
    made = plans.profile(world, world.alice, world.school, year=year)
    assert titles(world, "alice") == titles(world, "bob") == ["Ondersteuningsprofiel afmaken"]
    made.send_to_mr(world.alice, timezone.localdate())
    assert titles(world, "alice") == ["Ondersteuningsprofiel vaststellen"]
    assert titles(world, "bob") == [], "the director adopts"
    made.adopt(world.alice)
    assert titles(world, "alice") == ["Ondersteuningsprofiel publiceren"]
    made.publish(world.alice)
    assert titles(world, "alice") == []
    plans.profile(world, world.alice, world.school, year=year + 1)
    (todo,) = todos(world, "bob")
    assert todo.title == "Ondersteuningsprofiel afmaken"
    assert todo.url == reverse("actionplans:profile", args=[world.school.pk, year + 1])


def test_a_fixed_number_of_queries(
    world: World, django_assert_num_queries: object, django_assert_max_num_queries: object
) -> None:
    plans.catalogue(world)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number}")
            factories.member(world.carla, factories.Role.DIRECTOR, school=school)
            plan = plans.plan(world, world.carla, school, state="submitted" if number % 2 else "draft")
            ActionPoint.objects.filter(plan=plan).update(due=due_in(5))

    for person in ("carla", "petra"):
        first = 0 if person == "carla" else 20
        grow(first, first + 8)
        forget_access(getattr(world, person))
        with django_assert_max_num_queries(9) as few:  # type: ignore[operator]
            todos_for(getattr(world, person))
        grow(first + 8, first + 20)
        forget_access(getattr(world, person))
        with django_assert_num_queries(len(few)):  # type: ignore[operator]
            todos_for(getattr(world, person))
    assert "Ondersteuningsprofiel beginnen: 41 scholen" in titles(world, "carla")
