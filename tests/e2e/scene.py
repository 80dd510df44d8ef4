"""One partnership in which every page of the portal has something to show."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation
from indicators.models import ConversationRound, Participation

if TYPE_CHECKING:
    from tests.factories import World


@dataclass(frozen=True)
class Scene:
    """The school in five rounds: last year's, and of this year one in each state."""

    world: "World"
    draft: Participation
    half: Participation
    exchanged: Participation
    planned: ConversationRound
    agreement: int


def set_up(world: "World", run_worker: Callable[[], int]) -> Scene:
    world.last_year()
    world.fill("school")
    world.add_evidence("school")
    exchanged = world.exchange()
    draft = a_round(world, "Najaarsronde")
    world.answer("school", "1A", levels={"vastgelegd": "u"}, explanation="Half af.", participation=draft)
    half = a_round(world, "Extra ronde")
    world.fill("school", participation=half)
    world.submit("school", participation=half)
    Participation.objects.filter(pk=half.pk).update(deadline=timezone.localdate() - datetime.timedelta(days=1))
    planned = ConversationRound.objects.create(
        partnership=world.partnership, indicator_set=world.indicator_set, school_year=2026, title="Zomerronde"
    )
    planned.add_school(world.petra, world.school, responsible=world.petra, deadline=timezone.localdate())
    agreement = hold_conversation(world, exchanged)
    make_report(world, exchanged, run_worker)
    return Scene(world, draft, half, exchanged, planned, agreement)


def a_round(world: "World", title: str) -> Participation:
    """One more open round of this year for the school."""
    round_ = ConversationRound.objects.create(
        partnership=world.partnership, indicator_set=world.indicator_set, school_year=2026, title=title
    )
    appointment = timezone.now() + datetime.timedelta(days=40)
    participation = round_.add_school(world.petra, world.school, responsible=world.petra, appointment_at=appointment)
    round_.open(world.petra)
    return Participation.objects.for_page().get(pk=participation.pk)


def hold_conversation(world: "World", participation: Participation) -> int:
    conversation = Conversation.start(world.petra, participation)
    conversation.save_text(world.petra, "summary", version=0, text="De basis staat. De route verdient aandacht.")
    conversation.save_conclusion(world.petra, world.indicators()[0], version=0, text="De visie is besproken.")
    agreement = conversation.add_agreement(
        world.petra,
        text="De school legt de route vast.",
        who="Alice Vermeer (school)",
        due=timezone.localdate() + datetime.timedelta(days=60),
        indicator=world.indicators()[5],
    )
    return int(agreement.pk)


def make_report(world: "World", participation: Participation, run_worker: Callable[[], int]) -> None:
    """As Petra does it, with a press of the button; then the worker."""
    client = Client()
    client.force_login(world.petra)
    response = client.post(reverse("reports:make", args=[participation.pk]))
    assert response.status_code == 302, response.status_code
    run_worker()
