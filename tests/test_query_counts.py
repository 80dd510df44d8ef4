"""Every page asks as many questions of the database at eighty schools as at eight, and never many."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Agreement, Conversation
from indicators.models import Participation
from schools.models import Role
from tests import factories, money, plans
from tests.access_table import rows
from tests.factories import World
from tests.test_access import address, in_state

CEILING = 30
PEOPLE = ("alice", "dirk", "petra", "bea", "aisha")


def grow(world: World, schools: int) -> None:
    """Until the partnership has this many: all of Dirk's board, with Alice as director, in the round; every fourth has
    exchanged, and each has a profile, a plan (every fourth an agreement in it), a signal, and money."""
    for number in range(world.partnership.schools.count(), schools):
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number:02}")
        factories.member(world.alice, Role.DIRECTOR, school=school)
        appointment = timezone.now() + datetime.timedelta(days=30 + number)
        participation = world.round.add_school(world.petra, school, responsible=world.petra, appointment_at=appointment)
        plans.profile(world, world.alice, school, state="published")
        plans.plan(world, world.alice, school, state="adopted", shared=True)
        plans.signal(world, world.alice, school, f"Signaal {number}")
        money.grow(world, world.alice, school)
        if number % 4 == 0:
            agree(world, world.exchange(participation))
    world.refresh()


def agree(world: World, participation: Participation) -> None:
    """Petra records an agreement, which becomes an action point."""
    conversation = Conversation.start(world.petra, participation)
    made = conversation.add_agreement(
        world.petra, text="Mentoren scholen", who="Alice", due=None, indicator=world.indicators()[0]
    )
    Agreement.objects.for_page().get(pk=made.pk).make_action_point(world.petra)


def counted(world: World, who: str) -> dict[str, int]:
    """Queries per page, for every address of the table that answers this person with a page."""
    client = Client()
    client.force_login(getattr(world, who))
    found = {}
    for name in dict.fromkeys(name for name, method, *_ in rows() if method == "GET"):
        url = address(world, name)
        first = client.get(url)
        if first.status_code != 200 or first.streaming:
            continue
        with CaptureQueriesContext(connection) as caught:
            client.get(url)
        found[name] = len(caught)
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_cost_the_same_at_eight_and_at_eighty_schools(world: World, who: str) -> None:
    in_state(world, "after")
    grow(world, 8)
    at_eight = counted(world, who)
    assert len(at_eight) >= 12, "most pages answer everybody who takes part"
    grow(world, 80)
    at_eighty = counted(world, who)
    more = {name: (at_eight.get(name), count) for name, count in at_eighty.items() if count != at_eight.get(name)}
    assert not more, "queries at eight and at eighty schools"
    dear = {name: count for name, count in at_eighty.items() if count > CEILING}
    assert not dear, f"more than {CEILING} queries"
