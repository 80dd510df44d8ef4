"""A mail never stops what it tells of, nor the mails behind it."""

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from records.models import Message
from records.tasks import queue_message
from schools.models import Role, School
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_longest_names_do_not_stop_a_submit_nor_a_beginning_without(world, mailbox):
    School.objects.filter(pk=world.school.pk).update(name="S" * 160)
    long_address = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.nl"
    User.objects.filter(pk=world.alice.pk).update(email=long_address)
    world.refresh()
    world.fill("partnership")
    world.submit("partnership")
    world.pass_deadline()
    world.refresh()
    world.participation.start_without(world.petra, "Ziekte")
    messages = Message.objects.filter(to=long_address)
    assert messages.count() == 2
    assert max(len(message.subject) for message in messages) == 200
    assert max(len(message.key) for message in messages) == 200
    assert len([mail for mail in mailbox() if mail.to == [long_address]]) == 2


def test_a_long_key_is_still_one_mail(world):
    with transaction.atomic():
        assert queue_message("k" * 300, "a@voorbeeld.nl", "Onderwerp", "Tekst")
        assert not queue_message("k" * 300, "a@voorbeeld.nl", "Onderwerp", "Tekst")
        assert queue_message("k" * 299 + "l", "a@voorbeeld.nl", "Onderwerp", "Tekst")


def test_a_name_of_two_lines_writes_no_header_of_its_own(world, mailbox):
    queue_message("k", "a@voorbeeld.nl", "Het Kompas\r\nBcc: elders@voorbeeld.nl", "Tekst")
    (mail,) = mailbox()
    assert mail.subject == "Het Kompas Bcc: elders@voorbeeld.nl"
    assert mail.recipients() == ["a@voorbeeld.nl"]


def test_a_mail_that_cannot_leave_does_not_hold_up_the_next(db, mailoutbox):
    Message.objects.create(key="1", to="a@voorbeeld.nl\nBcc: b@voorbeeld.nl", subject="Onderwerp", body="Tekst")
    Message.objects.create(key="2", to="c@voorbeeld.nl", subject="Onderwerp", body="Tekst")
    call_command("tick", verbosity=0)
    assert [mail.to for mail in mailoutbox] == [["c@voorbeeld.nl"]]
    assert Message.objects.get(key="1").error


def told(world, key):
    return set(Message.objects.filter(key__startswith=key).values_list("to", flat=True))


def test_who_has_left_is_not_told_any_more(world):
    """Petra works elsewhere now: Bea, who is beheerder, gets what Petra would have had."""
    world.petra.memberships.all().delete()
    world.fill("school")
    world.submit("school")
    assert told(world, "submitted-") == {world.alice.email, world.bea.email}


def test_an_account_that_is_closed_gets_no_mail(world):
    factories.member(world.carla, Role.DIRECTOR, school=world.school)
    User.objects.filter(pk__in=[world.carla.pk, world.petra.pk]).update(is_active=False)
    world.fill("school")
    world.submit("school")
    assert told(world, "submitted-") == {world.alice.email, world.bea.email}
