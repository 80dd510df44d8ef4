"""Difference, agreement, action point, effect: one thread, followed both ways by who may, and by nobody else."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from conversations.models import Agreement, Conversation
from indicators.models import ConversationRound, Participation
from schools.access import forget_access
from tests import plans
from tests.factories import World

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def rated(world: World, participation: Participation, school: str, partnership: str) -> None:
    """Everything equal at V, but for 2C on paper."""
    for party, letter in (("school", school), ("partnership", partnership)):
        world.fill(party, "v", participation=participation)
        levels = {"vastgelegd": letter, "geimplementeerd": "v"}
        world.answer(party, "2C", levels=levels, explanation="Zo zien wij het.", participation=participation)
        world.submit(party, participation)


@pytest.fixture
def agreement(world: World) -> Agreement:
    """About 2C, on which the school stands two levels above the partnership."""
    rated(world, world.participation, "u", "p")
    conversation = Conversation.start(world.petra, world.participation)
    indicator = next(i for i in world.indicators() if i.code == "2C")
    conversation.save_conclusion(world.petra, indicator, version=0, text="Het handelen staat nergens op papier.")
    made = conversation.add_agreement(
        world.petra,
        text="Het handelingsplan opschrijven.",
        who="Bob",
        due=datetime.date(2027, 5, 28),
        indicator=indicator,
        side="school",
    )
    return Agreement.objects.for_page().get(pk=made.pk)


def again(agreement: Agreement) -> Agreement:
    found: Agreement = Agreement.objects.for_page().get(pk=agreement.pk)
    return found


def conversation_page(world: World) -> str:
    return reverse("conversations:conversation", args=[world.participation.pk])


def make(agreement: Agreement) -> str:
    return reverse("conversations:make_action", args=[agreement.pk])


def thread(point: ActionPoint) -> str:
    return reverse("conversations:thread", args=[point.pk])


def read(client: Client, url: str) -> str:
    """What one reads, without the marks."""
    html = client.get(url).content.decode()
    html = re.sub(r"<svg.*?</svg>", "", html[html.index("<main") :], flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" .", ".").replace(" ,", ",").replace(" :", ":")


def next_year(world: World, year: int = 2027) -> Participation:
    round_ = ConversationRound.objects.create(
        partnership=world.partnership, indicator_set=world.indicator_set, school_year=year, title="Voorjaarsronde"
    )
    appointment = timezone.now() + datetime.timedelta(days=400)
    added = round_.add_school(world.petra, world.school, responsible=world.petra, appointment_at=appointment)
    round_.open(world.petra)
    return Participation.objects.for_page().get(pk=added.pk)


# One click -----------------------------------------------------------------------------------------------------------


def test_one_click_makes_a_point_and_a_second_one_finds_it(
    world: World, agreement: Agreement, as_alice: Client
) -> None:
    assert "Maak er een actiepunt van" in as_alice.get(conversation_page(world)).text
    for _ in range(2):
        assert as_alice.post(make(agreement)).status_code == 302
    point = ActionPoint.objects.select_related("plan").get()
    assert (point.goal, point.who, point.due) == (agreement.text, "Bob", agreement.due)
    assert (point.plan.school_id, point.plan.school_year) == (world.school.pk, 2026)
    seen = as_alice.get(conversation_page(world)).text
    assert reverse("actionplans:point", args=[point.pk]) in seen and thread(point) in seen
    for button in ("Maak er een actiepunt van", "Klaar melden"):
        assert button not in seen


def test_the_part_that_htmx_fetches_says_what_was_done(world: World, agreement: Agreement, as_petra: Client) -> None:
    plans.support_plan(world)
    part = as_petra.post(make(agreement), headers=HTMX).text
    assert part.lstrip().startswith("<section") and "actiepunt in het actieplan 2026-2027" in part
    assert "speerpunt" in part
    assert ActionPoint.objects.get().get_absolute_url() in part


@pytest.mark.parametrize(
    ("who", "status"), [("bob", 403), ("dirk", 403), ("aisha", 403), ("carla", 404), ("otto", 404)]
)
def test_who_may_not_tick_it_off_makes_nothing_of_it(
    world: World, agreement: Agreement, client: Client, who: str, status: int
) -> None:
    client.force_login(getattr(world, who))
    assert client.post(make(agreement)).status_code == status
    assert not ActionPoint.objects.exists()
    if status == 403:
        assert "Maak er een actiepunt van" not in client.get(conversation_page(world)).text


def test_what_the_partnership_alone_does_goes_to_its_work_plan(
    world: World, agreement: Agreement, as_alice: Client, as_petra: Client
) -> None:
    Agreement.objects.update(side="partnership")
    assert as_alice.post(make(agreement)).status_code == 403
    assert as_petra.post(make(agreement)).status_code == 302
    point = ActionPoint.objects.select_related("plan").get()
    assert point.plan.school_id is None and point.plan.partnership_id == world.partnership.pk
    seen = as_alice.get(conversation_page(world)).text
    assert "is een actiepunt" in seen and thread(point) not in seen
    assert as_alice.get(thread(point)).status_code == 404
    assert as_petra.get(thread(point)).status_code == 200


def test_after_an_evaluated_plan_it_is_next_years(world: World, agreement: Agreement, as_alice: Client) -> None:
    plans.plan(world, world.alice, world.school, state="evaluated")
    as_alice.post(make(agreement))
    assert again(agreement).action_point is not None
    assert ActionPoint.objects.select_related("plan").get(agreement=agreement).plan.school_year == 2027


# One state -----------------------------------------------------------------------------------------------------------


def test_the_state_is_the_points_and_no_button_changes_it(
    world: World, agreement: Agreement, as_alice: Client, as_petra: Client
) -> None:
    as_petra.post(make(agreement))
    point = ActionPoint.objects.for_page().get()
    ticked = reverse("conversations:agreement_state", args=[agreement.pk])
    answer = as_alice.post(ticked, {"state": "done"}, follow=True)
    assert answer.status_code == 200 and "De stand houdt u bij het actiepunt bij" in answer.text
    part = as_alice.post(ticked, {"state": "done"}, headers=HTMX)
    assert part.status_code == 200 and "De stand houdt u bij het actiepunt bij" in part.text
    assert again(agreement).is_open
    point.set_state(world.alice, "stopped")
    assert not again(agreement).is_open
    assert re.search(r'class="status">\s*gestopt', as_petra.get(conversation_page(world)).text), "and not as done"
    assert agreement.text not in as_petra.get(reverse("home")).text
    point.set_state(world.petra, "running")
    home = read(as_petra, reverse("home"))
    assert agreement.text in home and "actiepunt" in home and "loopt" in home


def test_home_counts_lateness_from_the_points_own_date(world: World, agreement: Agreement, as_petra: Client) -> None:
    as_petra.post(make(agreement))
    ActionPoint.objects.update(due=timezone.localdate() - datetime.timedelta(days=1))
    assert "te laat" in read(as_petra, reverse("home"))
    assert "te laat" in read(as_petra, conversation_page(world))
    ActionPoint.objects.update(due=None)
    assert "geen datum" in read(as_petra, conversation_page(world))


def test_removing_the_agreement_keeps_the_point(
    world: World, agreement: Agreement, as_alice: Client, as_petra: Client
) -> None:
    as_alice.post(make(agreement))
    point = ActionPoint.objects.get()
    edit = as_petra.get(reverse("conversations:edit_agreement", args=[agreement.pk])).text
    assert "Ook het actiepunt blijft in het plan staan" in edit
    said = as_petra.post(reverse("conversations:remove_agreement", args=[agreement.pk]), follow=True).text
    assert "blijft in het plan staan" in said
    assert "komt niet uit een gesprek" in read(as_alice, thread(point))


def test_the_todo_of_the_agreement_gives_way_to_that_of_the_point(world: World, agreement: Agreement) -> None:
    from conversations.todos import todos_for

    Agreement.objects.update(due=timezone.localdate())
    assert [todo.title for todo in todos_for(world.alice)] == [f"Afspraak: {agreement.text}"]
    again(agreement).make_action_point(world.alice)
    forget_access(world.alice)
    assert todos_for(world.alice) == []


# The thread ----------------------------------------------------------------------------------------------------------


def test_the_four_steps_in_order(world: World, agreement: Agreement, as_alice: Client) -> None:
    point = agreement.make_action_point(world.alice)
    point = ActionPoint.objects.for_page().get(pk=point.pk)
    point.add_note(world.alice, "De eerste versie ligt er.", datetime.date(2027, 1, 14))
    text = read(as_alice, thread(point))
    steps = [
        "1. Het verschil",
        "2C Planmatig handelen",
        "School 2 hoger",
        "2. De afspraak",
        "Het handelen staat nergens op papier.",
        "Het handelingsplan opschrijven.",
        "vrijdag 28 mei 2027",
        "3. Het actiepunt",
        "gepland",
        "donderdag 14 januari 2027",
        "De eerste versie ligt er.",
        "4. Het effect",
        "nog niet geëvalueerd",
        "Nog niet bekend: het volgende formulier is nog niet uitgewisseld.",
    ]
    places = [text.find(step) for step in steps]
    assert -1 not in places, steps[places.index(-1)]
    assert places == sorted(places)


def test_the_effect_is_what_both_chose_the_next_time(world: World, agreement: Agreement, as_petra: Client) -> None:
    point = agreement.make_action_point(world.alice)
    later = next_year(world)
    assert "nog niet uitgewisseld" in read(as_petra, thread(point))
    rated(world, later, "v", "v")
    text = read(as_petra, thread(point))
    assert "Op papier: school: van U naar V; SWV: van P naar V. Verschil was 2 niveaus, nu gelijk." in text
    assert "In de praktijk: school: bleef V; SWV: bleef V. Bleef gelijk." in text


def test_while_the_next_form_is_being_filled_in_nothing_of_it_shows(
    world: World, agreement: Agreement, as_alice: Client, as_petra: Client
) -> None:
    """The secrecy of the exchange holds here too: the school's level of next year is not the partnership's to read."""
    point = agreement.make_action_point(world.alice)
    later = next_year(world)
    world.fill("school", "s", participation=later)
    world.submit("school", later)
    for client in (as_alice, as_petra):
        text = read(client, thread(point))
        assert "nog niet uitgewisseld" in text and "naar S" not in text


def test_the_thread_runs_on_over_the_years(world: World, agreement: Agreement, as_alice: Client) -> None:
    first = ActionPoint.objects.for_page().get(pk=agreement.make_action_point(world.alice).pk)
    second = ActionPoint.objects.for_page().get(pk=first.carry_over(world.alice).pk)
    third = second.carry_over(world.alice)
    for point in (first, second, third):
        text = read(as_alice, thread(point))
        assert "3 schooljaren" in text and "Het handelen staat nergens op papier." in text
        places = [text.rfind(f"actieplan {year}") for year in ("2026-2027", "2027-2028", "2028-2029")]
        assert -1 not in places and places == sorted(places)


def test_the_partnership_does_not_follow_it_into_a_draft(
    world: World, agreement: Agreement, as_petra: Client, as_alice: Client
) -> None:
    first = ActionPoint.objects.for_page().get(pk=agreement.make_action_point(world.alice).pk)
    second = first.carry_over(world.alice)
    ActionPoint.objects.filter(pk=second.pk).update(goal="Nog geheim.")
    assert "Nog geheim." in read(as_alice, thread(first))
    assert "Nog geheim." not in read(as_petra, thread(first))
    assert as_petra.get(thread(second)).status_code == 404


def test_a_point_without_an_agreement_says_so(world: World, as_alice: Client) -> None:
    made = plans.plan(world, world.alice, world.school, state="evaluated")
    text = read(as_alice, thread(plans.points(made)[0]))
    assert "komt niet uit een gesprek" in text
    assert "Het verschil" not in text and "De afspraak" not in text
    assert "gehaald. Klein beginnen werkt." in text


def test_a_shared_plan_does_not_share_the_thread(
    world: World, agreement: Agreement, client: Client, as_dirk: Client
) -> None:
    """Carla reads the plan that Alice shared, and nothing of the conversation behind it."""
    point = agreement.make_action_point(world.alice)
    ActionPlan.objects.update(state="adopted", adopted_on=timezone.localdate(), shared_at=timezone.now())
    for who in ("carla", "otto", "oscar"):
        client.force_login(getattr(world, who))
        assert client.get(thread(point)).status_code == 404
        assert client.get(conversation_page(world)).status_code == 404
    assert as_dirk.get(thread(point)).status_code == 200
    client.force_login(world.aisha)
    assert client.get(thread(point)).status_code == 200


def test_it_costs_the_same_whatever_happened(world: World, agreement: Agreement, as_alice: Client) -> None:
    first = ActionPoint.objects.for_page().get(pk=agreement.make_action_point(world.alice).pk)
    rated(world, next_year(world), "v", "v")
    second = ActionPoint.objects.for_page().get(pk=first.carry_over(world.alice).pk)

    def queries() -> int:
        as_alice.get(thread(first))
        with CaptureQueriesContext(connection) as caught:
            as_alice.get(thread(first))
        return len(caught)

    second.add_note(world.alice, "Begonnen.")
    before = queries()
    second.carry_over(world.alice)
    for number in range(5):
        second.add_note(world.alice, f"Stap {number}.")
    assert queries() == before <= 20


# Both ways -----------------------------------------------------------------------------------------------------------


def test_from_the_difference_to_the_thread(world: World, agreement: Agreement, as_alice: Client) -> None:
    comparison = reverse("indicators:comparison", args=[world.participation.pk])
    before = as_alice.get(comparison).text
    assert agreement.text in before and conversation_page(world) + "#afspraken" in before
    point = agreement.make_action_point(world.alice)
    assert thread(point) in as_alice.get(comparison).text
    assert comparison + "#2C" in as_alice.get(thread(point)).text
    assert conversation_page(world) + "#afspraken" in as_alice.get(thread(point)).text


def test_the_next_conversation_begins_with_what_was_agreed(
    world: World, agreement: Agreement, as_alice: Client
) -> None:
    point = ActionPoint.objects.for_page().get(pk=agreement.make_action_point(world.alice).pk)
    point.set_state(world.alice, "done")
    later = next_year(world)
    rated(world, later, "v", "v")
    Conversation.start(world.petra, Participation.objects.for_page().get(pk=later.pk))
    text = read(as_alice, reverse("conversations:conversation", args=[later.pk]))
    assert "Vorig jaar afgesproken: Het handelingsplan opschrijven. (Bob (school)), gereed" in text
    assert "Vorig jaar afgesproken" not in read(as_alice, conversation_page(world))


# The third subject ---------------------------------------------------------------------------------------------------


def test_the_third_subject_shows_how_the_plan_stands(
    world: World, agreement: Agreement, as_alice: Client, as_petra: Client
) -> None:
    assert "Er is nog geen actieplan 2026-2027" in read(as_petra, conversation_page(world))
    plans.plan(world, world.alice, world.school, goals=("Minder verzuim.", "Meer rust."))
    assert "Minder verzuim." in read(as_alice, conversation_page(world))
    unseen = read(as_petra, conversation_page(world))
    assert "schrijft nog aan het actieplan" in unseen and "Minder verzuim." not in unseen
    plan = plans.plan(world, world.alice, world.school, state="adopted", goals=())
    points = plans.points(plan)
    points[0].set_state(world.alice, "done")
    ActionPoint.objects.filter(pk=points[1].pk).update(due=timezone.localdate() - datetime.timedelta(days=3))
    text = read(as_petra, conversation_page(world))
    assert "Het actieplan 2026-2027 is vastgesteld." in text
    assert "1 gereed, 1 gepland." in text and "3 dagen te laat" in text
    assert "1. Trajectvoorziening ontwikkelen" in text
