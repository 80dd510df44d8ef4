"""Two people at once, and accidents in the middle: nothing is lost, nothing happens twice, nothing happens by halves."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from actionplans.models import ActionGroup, ActionPlan, ActionPoint, Provision, SupportProfile
from conversations.models import Agreement, Conversation
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import Conflict, bases_of
from tests import plans
from tests.factories import World
from tests.test_concurrency import PATIENCE, together

pytestmark = pytest.mark.django_db(transaction=True)


def anew(user: User) -> User:
    """The same person in another request."""
    return User.objects.get(pk=user.pk)


def agreement_of(world: World) -> Agreement:
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    made = conversation.add_agreement(
        world.petra, text="Mentoren scholen", who="Alice", due=None, indicator=None, side="school"
    )
    return Agreement.objects.for_page().get(pk=made.pk)


def test_an_agreement_pressed_twice_at_once_is_one_action_point(world: World) -> None:
    agreement = agreement_of(world)
    calls = [
        lambda who=who: Agreement.objects.for_page().get(pk=agreement.pk).make_action_point(anew(who)).pk
        for who in (world.petra, world.alice, world.bea)
    ]
    made = together(calls)
    assert len(set(made)) == 1, made
    assert ActionPoint.objects.count() == 1
    assert ActionPlan.objects.count() == 1


def test_a_profile_begun_twice_at_once_is_one_profile(world: World) -> None:
    plans.catalogue(world)

    def begin(who: User) -> int:
        return int(SupportProfile.begin(anew(who), world.school, plans.YEAR).pk)

    made = together([partial(begin, world.alice), partial(begin, world.bob)])
    assert len(set(made)) == 1, made
    profile = SupportProfile.objects.get()
    assert profile.items.count() == len(plans.BASIC) + len(plans.GROUPS)


def test_two_people_in_different_fields_of_one_profile_at_once(world: World) -> None:
    profile = plans.profile(world, world.alice, world.school)
    shown = bases_of(profile.standing())
    everything = profile.standing()

    def write(who: User, **values: str) -> None:
        mine = SupportProfile.objects.get(pk=profile.pk)
        mine.save_content(anew(who), everything | values, shown)

    results = together(
        [lambda: write(world.alice, limits="Geen medische handelingen."), lambda: write(world.bob, partners="De GGD.")]
    )
    assert results == [None, None]
    after = SupportProfile.objects.get(pk=profile.pk)
    assert (after.limits, after.partners) == ("Geen medische handelingen.", "De GGD.")


def test_two_people_in_one_field_at_once_lose_neither_text(world: World) -> None:
    profile = plans.profile(world, world.alice, world.school)
    shown = bases_of(profile.standing())

    def write(who: User, text: str) -> None:
        SupportProfile.objects.get(pk=profile.pk).save_content(anew(who), {"limits": text}, shown)

    results = together([lambda: write(world.alice, "Van Alice."), lambda: write(world.bob, "Van Bob.")])
    (conflict,) = [result for result in results if isinstance(result, Conflict)]
    stands = SupportProfile.objects.get(pk=profile.pk).limits
    assert conflict.theirs == {"limits": stands}
    assert stands in {"Van Alice.", "Van Bob."}


def test_carried_and_taken_over_at_once_is_once(world: World) -> None:
    made = plans.plan(world, world.alice, world.school, state="adopted", shared=True)
    point = plans.points(made)[0]

    def load() -> ActionPoint:
        return ActionPoint.objects.for_page().get(pk=point.pk)

    carried = together([lambda: load().carry_over(anew(world.alice)).pk, lambda: load().carry_over(anew(world.bob)).pk])
    assert len(set(carried)) == 1, carried
    takers = [lambda: load().take_over(anew(world.carla), world.other_school, plans.YEAR).pk for _ in range(2)]
    taken = together(takers)
    assert len(set(taken)) == 1, taken


def test_a_copy_that_breaks_halfway_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    last_year = plans.profile(world, world.alice, world.school, year=plans.YEAR - 1)
    plans.add_provision(last_year, world.alice, "Huiskamer", plans.GROUPS[0])

    def break_off(**fields: object) -> None:
        raise RuntimeError("the machine stopped here")

    with monkeypatch.context() as patch:
        patch.setattr(Provision.objects, "create", break_off)
        with pytest.raises(RuntimeError):
            SupportProfile.begin(world.alice, world.school, plans.YEAR)
    assert not SupportProfile.objects.filter(school_year=plans.YEAR).exists()
    SupportProfile.begin(world.alice, world.school, plans.YEAR)
    assert Provision.objects.filter(profile__school_year=plans.YEAR).get().name == "Huiskamer"


def test_the_state_of_an_agreement_is_that_of_its_point(world: World) -> None:
    agreement = agreement_of(world)
    point = agreement.make_action_point(world.petra)
    assert Agreement.objects.running().filter(pk=agreement.pk).exists()
    ActionPoint.objects.for_page().get(pk=point.pk).set_state(world.alice, ActionPoint.State.DONE)
    fresh = Agreement.objects.for_page().get(pk=agreement.pk)
    assert (fresh.standing, fresh.is_open) == ("gereed", False)
    assert not Agreement.objects.running().filter(pk=agreement.pk).exists()
    client = Client()
    client.force_login(world.alice)
    assert client.get("/").status_code == 200


# Where one waits for the other -----------------------------------------------------------------------------------------


class Pause:
    """Holds whoever writes this line of the log for a moment, inside its locks, and lets the other one begin there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, method: str, verb: str) -> None:
        self.reached = threading.Event()
        log = getattr(owner, method)

        def slow(row: Any, said: str, *args: Any, **kwargs: Any) -> None:
            if said == verb:
                self.reached.set()
                time.sleep(PATIENCE)
            log(row, said, *args, **kwargs)

        monkeypatch.setattr(owner, method, slow)

    def then(self, call: Callable[[], Any]) -> Callable[[], Any]:
        def wait_and_call() -> Any:
            self.reached.wait(5)
            return call()

        return wait_and_call


def test_gathering_and_keeping_a_state_do_not_wait_for_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted", goals=("een", "twee"))
    points = plans.points(plan)
    pause = Pause(monkeypatch, ActionPoint, "_log", "point_state")

    def gather() -> ActionGroup:
        return ActionGroup.gather(world.petra, world.partnership, plans.YEAR, title="Samen", points=points)

    done = together([lambda: points[0].set_state(world.alice, "running"), pause.then(gather)])
    assert not any(isinstance(result, Exception) for result in done), done


def test_carrying_over_and_keeping_a_state_do_not_wait_for_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans.support_plan(world)
    work_plan = ActionPlan.begin(world.petra, world.partnership, plans.YEAR)
    for goal in ("een", "twee"):
        work_plan.add_point(world.petra, goal=goal)
    first, second = plans.points(work_plan)
    pause = Pause(monkeypatch, ActionPoint, "_log", "point_state")
    done = together(
        [lambda: first.set_state(world.petra, "running"), pause.then(lambda: second.carry_over(world.petra))]
    )
    assert not any(isinstance(result, Exception) for result in done), done


def test_an_agreement_goes_into_no_plan_that_is_being_evaluated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = agreement_of(world)
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    for point in plans.points(plan):
        point.evaluate(world.alice, result=ActionPoint.Result.REACHED, learned="Klein beginnen.")
    pause = Pause(monkeypatch, ActionPlan, "log", "plan_state")
    together(
        [lambda: plan.evaluate(world.alice, "Klaar."), pause.then(lambda: agreement.make_action_point(world.petra))]
    )
    made = ActionPoint.objects.select_related("plan").get(agreement__isnull=False)
    assert (made.plan.state, made.plan.school_year) == ("draft", plans.YEAR + 1)


def test_a_point_does_not_change_while_its_plan_is_being_evaluated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    (point,) = plans.points(plan)
    point.evaluate(world.alice, result=ActionPoint.Result.REACHED, learned="Klein beginnen.")
    (again,) = plans.points(plan)
    pause = Pause(monkeypatch, ActionPlan, "log", "plan_state")
    done = together(
        [lambda: plan.evaluate(world.alice, "Klaar."), pause.then(lambda: again.set_state(world.bob, "stopped"))]
    )
    assert [type(result) for result in done] == [type(None), IllegalTransition]
    assert plans.points(plan)[0].state == "done"


def test_two_groups_at_once_leave_no_group_without_points(world: World) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted", goals=("een", "twee"))
    points = plans.points(plan)
    titles = ("Samen", "Bijeen")

    def gather(title: str) -> None:
        ActionGroup.gather(anew(world.petra), world.partnership, plans.YEAR, title=title, points=points)

    together([partial(gather, title) for title in titles])
    (left,) = ActionGroup.objects.all()
    assert left.title in titles
    assert left.points.count() == 2
