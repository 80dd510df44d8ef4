"""The life of an action plan, from the first words to the evaluation of the year, by who may take each step."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint, Spearhead
from records.models import LogEntry
from swvportal.lib.school_year import school_year_of
from tests import plans
from tests.access_rows.plans import shown
from tests.factories import World

pytestmark = pytest.mark.django_db


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def step(client: Client, name: str, plan: ActionPlan, **data: str) -> str:
    """First the page that asks, then the step; what the page says afterwards."""
    url = reverse(f"actionplans:{name}", args=[plan.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def state_of(plan: ActionPlan) -> str:
    return ActionPlan.objects.get(pk=plan.pk).state


def test_the_whole_life_of_a_plan(world: World, as_alice: Client, as_bob: Client, as_petra: Client) -> None:
    first, second = plans.spearheads(world)
    year = school_year_of(timezone.localdate())
    response = as_bob.post(reverse("actionplans:plan_begin"), {"school": world.school.pk, "school_year": year})
    plan = ActionPlan.objects.get()
    assert response["Location"] == plan.get_absolute_url()
    edit = reverse("actionplans:plan_edit", args=[plan.pk])
    as_bob.post(edit, {"introduction": "Minder doelen.", "bases": shown(plan, ActionPlan.EDITABLE)})
    assert "Minder doelen." in page(as_bob, plan.get_absolute_url())

    add = reverse("actionplans:point_add", args=[plan.pk])
    as_bob.post(add, {"goal": "Alle mentoren voeren startgesprekken.", "who": "Bob"})
    asked = page(as_alice, reverse("actionplans:plan_submit", args=[plan.pk]))
    assert "een speerpunt en een einddatum" in asked
    assert "Plan indienen" not in asked
    point = ActionPoint.objects.for_page().get()
    due = timezone.localdate() + datetime.timedelta(days=90)
    words = {"goal": point.goal, "who": "Bob", "spearhead": second.pk, "due": due.isoformat()}
    edit = reverse("actionplans:point_edit", args=[point.pk])
    as_bob.post(edit, {**words, "bases": shown(point, ActionPoint.EDITABLE)})

    assert as_petra.get(plan.get_absolute_url()).status_code == 404, "a draft is the school's own"
    assert as_bob.get(reverse("actionplans:plan_submit", args=[plan.pk])).status_code == 403
    assert "Het plan is ingediend." in step(as_alice, "plan_submit", plan)
    assert "Het plan is teruggegeven." in step(as_petra, "plan_give_back", plan, reason="Hoe meet u dit?")
    assert as_petra.get(plan.get_absolute_url()).status_code == 404
    assert "Hoe meet u dit?" in page(as_bob, plan.get_absolute_url())
    step(as_alice, "plan_submit", plan)
    assert "Hoe meet u dit?" not in page(as_bob, plan.get_absolute_url())
    step(as_alice, "plan_take_back", plan)
    step(as_alice, "plan_submit", plan)
    step(as_petra, "plan_discuss", plan, on=timezone.localdate().isoformat())
    as_bob.post(edit, {**words, "measure": "Logboek", "bases": shown(anew(point), ActionPoint.EDITABLE)})
    assert anew(point).measure == "Logboek", "what was said is worked in"
    assert "Het plan is vastgesteld." in step(as_alice, "plan_adopt", plan)

    asked = page(as_alice, reverse("actionplans:plan_evaluate", args=[plan.pk]))
    assert "Eén actiepunt is nog niet geëvalueerd" in asked
    as_alice.post(reverse("actionplans:plan_evaluate", args=[plan.pk]), {"text": "Te vroeg."})
    assert state_of(plan) == "adopted"
    evaluate = reverse("actionplans:point_evaluate", args=[point.pk])
    assert "Specifiek" not in page(as_bob, evaluate)
    as_bob.post(evaluate, {"result": "partly", "learned": "Eerder beginnen."})
    assert (anew(point).state, anew(point).result) == ("done", "partly")
    assert "Het jaar is geëvalueerd." in step(as_alice, "plan_evaluate", plan, text="Een goed jaar.")
    assert "Een goed jaar." in page(as_petra, plan.get_absolute_url())
    moves = LogEntry.objects.filter(verb="plan_state", object_id=plan.pk).order_by("pk").values_list("after", flat=True)
    assert list(moves) == [
        "submitted", "draft", "submitted", "draft", "submitted", "discussed", "adopted", "evaluated",
    ]  # fmt: skip
    assert first.pk != anew(point).spearhead_id == second.pk


def anew(point: ActionPoint) -> ActionPoint:
    return ActionPoint.objects.for_page().get(pk=point.pk)


def test_a_step_out_of_turn_is_told_and_does_nothing(world: World, as_alice: Client, as_petra: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    for client, name, told in (
        (as_alice, "plan_submit", "Het plan is al ingediend."),
        (as_alice, "plan_adopt", "Het plan is nog niet besproken."),
        (as_alice, "plan_evaluate", "Het plan is nog niet vastgesteld."),
        (as_petra, "plan_change_day", "Het plan is nog niet besproken."),
    ):
        for answer in (client.get, client.post):
            response = answer(reverse(f"actionplans:{name}", args=[plan.pk]), follow=True)
            assert told in response.content.decode()
            kinds = [message.level_tag for message in response.context["messages"]]
            assert kinds == (["info"] if name == "plan_submit" else ["error"]), "pressed twice is no error"
    as_petra.post(reverse("actionplans:plan_discuss", args=[plan.pk]), {"on": "2098-01-01"})
    assert state_of(plan) == "submitted", "a talk cannot lie in the future"
    as_petra.post(reverse("actionplans:plan_give_back", args=[plan.pk]), {"reason": " "})
    assert state_of(plan) == "submitted", "the school must know why"


def test_a_plan_without_points_is_not_submitted(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=())
    url = reverse("actionplans:plan_submit", args=[plan.pk])
    assert "Er staan nog geen actiepunten in dit plan." in page(as_alice, url)
    assert "Schrijf eerst ten minste één actiepunt op." in as_alice.post(url, follow=True).content.decode()
    assert state_of(plan) == "draft"


def test_after_the_adoption_the_words_stand_firm_but_who_and_when_move(world: World, as_bob: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    point = plans.points(plan)[0]
    edit = reverse("actionplans:point_edit", args=[point.pk])
    form = page(as_bob, edit)
    assert 'name="goal"' not in form
    assert 'name="spearhead"' not in form
    later = (point.due or timezone.localdate()) + datetime.timedelta(days=7)
    posted = {"goal": "Iets heel anders.", "who": "Alice", "due": later.isoformat()}
    as_bob.post(edit, {**posted, "bases": shown(point, ActionPoint.AFTERWARDS)})
    now = anew(point)
    assert (now.goal, now.who, now.due) == (point.goal, "Alice", later)
    add = as_bob.post(reverse("actionplans:point_add", args=[plan.pk]), {"goal": "Nog een"}, follow=True)
    assert "Dit plan is vastgesteld." in add.content.decode()
    as_bob.post(reverse("actionplans:point_remove", args=[point.pk]))
    assert ActionPoint.objects.count() == 1


def test_two_people_at_once_lose_nothing(world: World, as_alice: Client, as_bob: Client) -> None:
    plan = plans.plan(world, world.alice, world.school)
    point = plans.points(plan)[0]
    edit = reverse("actionplans:point_edit", args=[point.pk])
    bases = shown(point, ActionPoint.EDITABLE)
    same = {
        "goal": point.goal, "measure": point.measure, "who": point.who, "spearhead": point.spearhead_id,
        "due": point.due.isoformat() if point.due else "", "bases": bases,
    }  # fmt: skip
    as_alice.post(edit, {**same, "who": "Alice en Bob"})
    as_bob.post(edit, {**same, "measure": "Een lijst in juni"})
    assert (anew(point).who, anew(point).measure) == ("Alice en Bob", "Een lijst in juni"), "different fields"
    response = as_bob.post(edit, {**same, "who": "Carla"})
    assert response.status_code == 409
    both = response.content.decode()
    assert "Alice en Bob" in both
    assert "Carla" in both
    assert anew(point).who == "Alice en Bob"


def test_two_people_who_each_move_one_of_the_days_get_no_error_page(
    world: World, as_alice: Client, as_bob: Client
) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    point = plans.points(plan)[0]
    assert point.due is not None
    edit = reverse("actionplans:point_edit", args=[point.pk])
    same = {"who": point.who, "due": point.due.isoformat(), "bases": shown(point, ActionPoint.AFTERWARDS)}
    as_alice.post(edit, {**same, "start": (point.due - datetime.timedelta(days=10)).isoformat()})
    earlier = {**same, "due": (point.due - datetime.timedelta(days=20)).isoformat()}
    response = as_bob.post(edit, earlier, follow=True)
    assert "De einddatum ligt vóór de begindatum." in response.content.decode()
    assert anew(point).due == point.due


def test_the_script_that_saves_while_one_types(world: World, as_bob: Client) -> None:
    plan = plans.plan(world, world.alice, world.school)
    edit = reverse("actionplans:plan_edit", args=[plan.pk])
    posted = {"introduction": "Een begin", "bases": shown(plan, ActionPlan.EDITABLE)}
    answer = as_bob.post(edit, posted, headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    assert answer.json()["bases"]
    plan.refresh_from_db(fields=["introduction"])
    assert plan.introduction == "Een begin"
    refused = as_bob.post(edit, {**posted, "introduction": "Iets anders"}, headers={"X-Autosave": "1"})
    assert refused.status_code == 409


def test_the_partnership_has_a_plan_of_its_own(world: World, as_petra: Client, as_carla: Client) -> None:
    first = plans.spearheads(world)[0]
    year = school_year_of(timezone.localdate())
    as_petra.post(reverse("actionplans:work_plan"), {"school_year": year, "swv": world.partnership.code})
    plan = ActionPlan.objects.get(school=None)
    due = timezone.localdate() + datetime.timedelta(days=30)
    add = reverse("actionplans:point_add", args=[plan.pk])
    as_petra.post(add, {"goal": "Een verzuimkaart.", "who": "Petra", "spearhead": first.pk, "due": due.isoformat()})
    step(as_petra, "plan_submit", plan)
    step(as_petra, "plan_discuss", plan, on=timezone.localdate().isoformat())
    assert as_carla.get(plan.get_absolute_url()).status_code == 404
    step(as_petra, "plan_adopt", plan)
    read = page(as_carla, plan.get_absolute_url())
    assert "Een verzuimkaart." in read
    assert "Petra" not in read
    assert f"Jaarwerkplan {year}-{year + 1}" in page(as_carla, plans.support_plan(world).get_absolute_url())


def test_a_spearhead_of_another_plan_is_no_choice(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=())
    world_support = plans.support_plan(world)
    draft = type(world_support).begin(
        world.petra, world.partnership, title="Samen verder", first_year=2029, last_year=2032
    )
    stranger = Spearhead.objects.filter(plan=draft).first()
    assert stranger is not None
    response = as_alice.post(
        reverse("actionplans:point_add", args=[plan.pk]), {"goal": "Iets", "spearhead": stranger.pk}
    )
    assert response.status_code == 422
    assert not ActionPoint.objects.exists()
