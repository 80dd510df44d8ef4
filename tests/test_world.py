"""The world of the tests stands up, and is gone after each test."""

import pytest

from indicators.models import Participation
from records.models import LogEntry, Message


def test_a_year_goes_by(world, mailbox):
    world.last_year()
    world.exchange()
    assert world.participation.is_exchanged
    assert {mail.to[0] for mail in mailbox()} == {"alice@voorbeeld.nl", "petra@voorbeeld.nl"}
    assert not Message.objects.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["once", "again"])
def test_the_database_is_emptied_past_its_own_triggers(world, time):
    world.exchange()
    assert Participation.objects.count() == 1
    assert LogEntry.objects.filter(verb="exchanged").count() == 1


def test_each_person_has_a_browser(as_alice, as_petra, world):
    assert as_alice.session["_auth_user_id"] == str(world.alice.pk)
    assert as_petra.session["_auth_user_id"] == str(world.petra.pk)
