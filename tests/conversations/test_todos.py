"""What the home page asks of people around a conversation."""

import datetime

import pytest
from django.utils import timezone

from conversations.models import Agreement, Conversation
from conversations.todos import todos_for
from indicators.models import Participation
from schools.access import forget_access
from tests.factories import World

pytestmark = pytest.mark.django_db


def titles(world: World, name: str) -> list[str]:
    person = getattr(world, name)
    forget_access(person)
    return [todo.title for todo in todos_for(person)]


def test_before_the_exchange_nobody_has_to_do_anything_for_the_conversation(world: World) -> None:
    world.fill("partnership")
    assert titles(world, "petra") == titles(world, "alice") == []


def test_the_responsible_officer_prepares_records_and_reports(world: World) -> None:
    world.exchange()
    assert titles(world, "petra") == ["Gesprek voorbereiden"]
    assert titles(world, "bea") == []
    Participation.objects.update(appointment_at=timezone.now() - datetime.timedelta(hours=2))
    assert titles(world, "petra") == ["Gesprek vastleggen"]
    world.refresh()
    conversation = Conversation.start(world.petra, world.participation)
    assert titles(world, "petra") == ["Gesprek vastleggen"]
    conversation.save_text(world.petra, "summary", version=0, text="Kort.")
    assert titles(world, "petra") == ["Verslag maken"]
    world.round.close(world.petra)
    assert titles(world, "petra") == []


def test_the_school_sees_what_it_agreed_to_do_soon(world: World) -> None:
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    today = timezone.localdate()
    for text, due in (
        ("Te laat.", today - datetime.timedelta(days=3)),
        ("Later.", today + datetime.timedelta(days=300)),
        ("Ooit.", None),
    ):
        conversation.add_agreement(world.petra, text=text, who="Bob", due=due, indicator=None)
    assert titles(world, "alice") == titles(world, "bob") == ["Afspraak: Te laat."]
    assert titles(world, "carla") == []
    agreement = conversation.agreements.get(text="Te laat.")
    agreement.conversation = conversation
    agreement.set_state(world.alice, "done")
    assert titles(world, "alice") == []


def test_an_agreement_is_a_task_of_whoever_it_binds(world: World) -> None:
    """What the SWV is to do does not stand among the school's tasks, nor the other way round."""
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    today = timezone.localdate()
    for side in Agreement.Side:
        conversation.add_agreement(world.petra, text=side.label, who="Iemand", due=today, indicator=None, side=side)

    def agreed(name: str) -> set[str]:
        return {title for title in titles(world, name) if title.startswith("Afspraak")}

    assert agreed("alice") == {"Afspraak: school", "Afspraak: school en SWV samen"}
    assert agreed("petra") == {"Afspraak: SWV", "Afspraak: school en SWV samen"}
    assert agreed("bea") == set(), "she is not the responsible officer"
