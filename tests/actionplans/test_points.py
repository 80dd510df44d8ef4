"""One action point: how it goes, what came of it, what was agreed, and how it goes on next year."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from conversations.models import Conversation
from tests import plans
from tests.factories import World

pytestmark = pytest.mark.django_db


def page(client: Client, point: ActionPoint) -> str:
    response = client.get(point.get_absolute_url())
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(client: Client, name: str, point: ActionPoint, **data: object) -> str:
    response = client.post(reverse(f"actionplans:{name}", args=[point.pk]), data, follow=True)
    return response.content.decode()


def anew(point: ActionPoint) -> ActionPoint:
    return ActionPoint.objects.for_page().get(pk=point.pk)


@pytest.fixture
def point(world: World) -> ActionPoint:
    return plans.points(plans.plan(world, world.alice, world.school, state="adopted"))[0]


def agreed_point(world: World) -> ActionPoint:
    """In the draft of Alice's plan, made from what she agreed on with Petra about indicator 1A."""
    plans.support_plan(world)
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    indicator = world.indicators()[0]
    agreement = conversation.add_agreement(
        world.petra, text="Mentoren scholen", who="Alice", due=None, indicator=indicator, side="school"
    )
    made = type(agreement).objects.for_page().get(pk=agreement.pk).make_action_point(world.petra)
    return anew(made)


def test_its_state_and_notes_are_kept_by_everybody_of_the_school(
    world: World, as_bob: Client, point: ActionPoint
) -> None:
    assert "De stand is nu: loopt." in post(as_bob, "point_state", point, state="running")
    today = timezone.localdate()
    post(as_bob, "point_note", point, text="Zes mentoren geschoold.", on=today.isoformat())
    read = page(as_bob, point)
    assert "Zes mentoren geschoold." in read
    assert read.count("Zes mentoren geschoold.") == 1
    post(as_bob, "point_note", point, text="Zes mentoren geschoold.", on=today.isoformat())
    assert point.notes.count() == 1, "pressed twice is once"
    tomorrow = (today + datetime.timedelta(days=1)).isoformat()
    refused = post(as_bob, "point_note", point, text="Morgen klaar.", on=tomorrow)
    assert "Morgen klaar." in refused, "what was typed stays on the page"
    assert "Kies vandaag of een dag die geweest is." in refused
    assert point.notes.count() == 1


def test_a_state_that_does_not_exist_is_answered_with_400(as_bob: Client, world: World, point: ActionPoint) -> None:
    for name, data in (
        ("point_state", {"state": "weg"}),
        ("point_classify", {"spearhead": "0"}),
    ):
        assert as_bob.post(reverse(f"actionplans:{name}", args=[point.pk]), data).status_code == 400


def test_a_late_point_is_late_in_words(world: World, as_alice: Client, point: ActionPoint) -> None:
    ActionPoint.objects.filter(pk=point.pk).update(due=timezone.localdate() - datetime.timedelta(days=3))
    assert "3 dagen te laat" in page(as_alice, point)
    for view in ("bord", "lijst", "tijdlijn"):
        response = as_alice.get(point.plan.get_absolute_url(), {"beeld": view})
        read = response.content.decode()
        assert "3 dagen te laat" in read, view
        assert "1 te laat" in read, view
    post(as_alice, "point_state", point, state="done")
    assert "te laat" not in page(as_alice, point)


def test_what_was_learned_is_asked_for(world: World, as_bob: Client, point: ActionPoint) -> None:
    url = reverse("actionplans:point_evaluate", args=[point.pk])
    assert as_bob.post(url, {"result": "not", "learned": ""}).status_code == 422
    assert not anew(point).is_evaluated
    as_bob.post(url, {"result": "not", "learned": "Te groot begonnen."})
    assert (anew(point).result, anew(point).state) == ("not", "stopped")
    assert "Te groot begonnen." in page(as_bob, point)


def test_it_goes_on_next_year_once(world: World, as_alice: Client, point: ActionPoint) -> None:
    told = post(as_alice, "point_carry_over", point)
    again = post(as_alice, "point_carry_over", point)
    after = ActionPoint.objects.for_page().get(carried_from=point.pk)
    for said in (told, again):
        assert f'<a href="{after.get_absolute_url()}">Naar het vervolg</a>' in said
    assert after.plan.school_year == point.plan.school_year + 1
    assert (after.goal, after.measure, after.state) == (point.goal, point.measure, "planned")
    assert after.spearhead is not None
    assert point.spearhead is not None
    assert after.spearhead.key == point.spearhead.key
    assert "Volgend jaar verder" not in page(as_alice, point)
    assert after.get_absolute_url() in page(as_alice, point)
    assert point.get_absolute_url() in page(as_alice, after)


def test_a_point_that_goes_on_in_a_draft_is_no_link_for_the_partnership(
    world: World, as_alice: Client, as_petra: Client, point: ActionPoint
) -> None:
    post(as_alice, "point_carry_over", point)
    after = ActionPoint.objects.get(carried_from=point.pk)
    assert after.get_absolute_url() not in page(as_petra, point)


def test_removing_is_asked_first_and_only_while_the_words_are_open(world: World, as_bob: Client) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school))[0]
    url = reverse("actionplans:point_remove", args=[point.pk])
    assert "Dit kunt u niet ongedaan maken." in as_bob.get(url).content.decode()
    assert ActionPoint.objects.exists()
    as_bob.post(url)
    assert not ActionPoint.objects.exists()


# What was agreed ------------------------------------------------------------------------------------------------------


def test_the_partnership_follows_what_it_agreed_in_a_plan_that_it_may_not_read(
    world: World, as_petra: Client, as_alice: Client
) -> None:
    point = agreed_point(world)
    assert as_petra.get(point.plan.get_absolute_url()).status_code == 404
    read = page(as_petra, point)
    assert point.plan.get_absolute_url() not in read, "no link that leads nowhere"
    assert "Mentoren scholen" in read
    assert world.indicators()[0].code in read
    assert reverse("conversations:conversation", args=[world.participation.pk]) in read
    post(as_petra, "point_state", point, state="running")
    post(as_petra, "point_note", point, text="Petra vroeg ernaar.", on=timezone.localdate().isoformat())
    assert "Petra vroeg ernaar." in page(as_alice, point)
    for name in ("point_edit", "point_remove", "point_evaluate"):
        assert as_petra.get(reverse(f"actionplans:{name}", args=[point.pk])).status_code == 403
    assert point.plan.get_absolute_url() in page(as_alice, point)


def test_every_link_on_the_page_of_an_agreed_point_works(world: World, as_petra: Client) -> None:
    import re

    point = agreed_point(world)
    main = page(as_petra, point).split("<main", 1)[1].split("</main>", 1)[0]
    links = set(re.findall(r'href="(/[^"#?]*)', main))
    assert links
    assert {link: as_petra.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_spearhead_is_chosen_afterwards(world: World, as_petra: Client, as_alice: Client, as_carla: Client) -> None:
    point = agreed_point(world)
    second = plans.spearheads(world)[1]
    assert point.spearhead is None
    assert "Speerpunt kiezen" in page(as_petra, point)
    post(as_petra, "point_classify", point, spearhead=second.pk)
    assert anew(point).spearhead_id == second.pk
    assert "Speerpunt kiezen" not in page(as_alice, point)


def test_removing_an_agreed_point_says_what_becomes_of_the_agreement(world: World, as_alice: Client) -> None:
    point = agreed_point(world)
    url = reverse("actionplans:point_remove", args=[point.pk])
    assert "De afspraak blijft bestaan" in as_alice.get(url).content.decode()
    as_alice.post(url)
    assert Conversation.objects.get().agreements.get().action_point_id is None


# Read along -----------------------------------------------------------------------------------------------------------


def test_who_reads_along_sees_no_names_notes_or_agreements(world: World, as_carla: Client, as_bob: Client) -> None:
    point = agreed_point(world)
    first = plans.spearheads(world)[0]
    point.classify(world.alice, first)
    due = datetime.date(plans.YEAR + 1, 6, 1)
    from swvportal.lib.merging import bases_of, values_of

    fields = ("who", "due", "measure")
    values = {"who": "Robert van Noord", "due": due, "measure": "Lijst in juni"}
    anew(point).change(world.bob, values, bases_of(values_of(anew(point), fields)))
    anew(point).add_note(world.bob, "Vertrouwelijke tussenstand.")
    plan = ActionPlan.objects.for_page().get(pk=point.plan_id)
    plan.submit(world.alice)
    plan.share(world.alice, shared=True)
    secrets = ("Robert van Noord", "Vertrouwelijke tussenstand", "Uit het gesprek", "Bob", "Alice", "/gesprek")
    for url in (plan.get_absolute_url(), point.get_absolute_url()):
        read = as_carla.get(url).content.decode()
        assert "Mentoren scholen" in read
        assert "Lijst in juni" in read
        assert [word for word in secrets if word in read] == []
    for view in ("lijst", "tijdlijn"):
        read = as_carla.get(plan.get_absolute_url(), {"beeld": view}).content.decode()
        assert [word for word in secrets if word in read] == []
    for name in ("point_state", "point_note", "point_classify", "point_carry_over"):
        data = {"state": "done", "text": "x", "on": timezone.localdate().isoformat(), "spearhead": first.pk}
        assert as_carla.post(reverse(f"actionplans:{name}", args=[point.pk]), data).status_code == 403
    assert "Robert van Noord" in as_bob.get(point.get_absolute_url()).content.decode()


def test_no_longer_shared_is_no_longer_there(world: World, as_alice: Client, as_carla: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    share = reverse("actionplans:plan_share", args=[plan.pk])
    as_alice.post(share, {"gedeeld": "ja"})
    assert as_carla.get(plan.get_absolute_url()).status_code == 200
    as_alice.post(share, {"gedeeld": "nee"})
    assert as_carla.get(plan.get_absolute_url()).status_code == 404
    assert as_alice.post(share, {"gedeeld": "misschien"}).status_code == 400
