"""The second subject of the conversation: the budget, its use and its effect, for who may read it."""

import pytest
from django.urls import reverse

from conversations.models import Conversation
from tests import money, plans
from tests.money import YEAR


@pytest.fixture
def talk(world):
    """A conversation of this year that Petra leads, about Alice's school."""
    world.exchange()
    Conversation.start(world.petra, world.participation)
    return reverse("conversations:conversation", args=[world.participation.pk])


def block(client, address):
    """The text of the second subject alone."""
    page = " ".join(client.get(address).content.decode().replace("\xa0", " ").split())
    return page.partition('id="blok-2"')[2].partition('id="blok-3"')[0]


def test_a_draft_is_only_said_to_be_there(world, talk, as_petra, as_alice):
    money.fund_year(money.fund(world), world)
    assert "Er is nog geen begroting 2026-2027" in block(as_petra, talk)
    money.budget(world, world.alice, world.school)
    assert "De school schrijft nog aan de begroting 2026-2027" in block(as_petra, talk)
    assert "€ 30.000" not in block(as_petra, talk)
    assert "Toegekend is € 69.000, begroot € 50.000 en besteed € 0." in block(as_alice, talk)


def test_what_the_money_is_meant_to_bring_stands_beside_what_is_spent(world, talk, as_petra, as_aisha):
    money.set_up(world, "half")
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    point = plans.points(plan)[0]
    scene = world.money
    scene.alices_budget.take_back(world.alice)
    scene.alices_line.change(world.alice, {"action_point": point}, {})
    scene.alices_budget.submit(world.alice)
    shown = block(as_petra, talk)
    assert "begroot € 50.000 en besteed € 1.234,56" in shown
    assert point.goal in shown
    assert reverse("conversations:thread", args=[point.pk]) in shown
    assert f"Verantwoording over {YEAR - 1}-{YEAR}" in shown
    assert "over € 21.000" in shown, "69.000 was there, 48.000 was spent"
    assert "Er is nog geen begroting" in block(as_aisha, talk), "auditors read what was adopted"


def test_a_line_over_the_allocation_comes_first_with_its_reason(world, talk, as_petra):
    money.fund_year(money.fund(world), world)
    made = money.budget(world, world.alice, world.school, amounts=(69_000_00, 500_00))
    money.lines(made)[1].change(world.alice, {"explanation": "De directeur legt bij."}, {})
    made.submit(world.alice)
    shown = block(as_petra, talk)
    assert "€ 500 meer begroot dan er is: De directeur legt bij." in shown
