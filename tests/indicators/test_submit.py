"""Looking over, submitting, taking back, and checking the seal."""

import hashlib
import io
import json
import re
import uuid
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import Party
from records.models import LogEntry, Message
from schools.models import Role
from swvportal.lib.dates import long_datetime
from tests.factories import member
from tests.indicators.test_form import form_url, text_of


def url(world, name, party="school"):
    return reverse(f"indicators:{name}", args=[world.participation.pk, Party(party)])


def press(browser, world, party="school", key=None):
    return browser.post(url(world, "submit", party), {"key": str(key or uuid.uuid4())}, follow=True)


# Looking over -------------------------------------------------------------------------------------------------------------


def test_the_summary_says_what_is_missing_and_what_follows(as_alice, world):
    world.answer("school", "1A", levels={"vastgelegd": "v", "geimplementeerd": "u"})
    world.answer("school", "1B", levels={"vastgelegd": "v"}, explanation="In de praktijk weten wij het nog niet.")
    response = as_alice.get(url(world, "review"))
    words = text_of(response)
    assert "10 indicatoren staan nog open" in words
    assert "2C Planmatig handelen: kies een niveau bij ‘Schriftelijk vastgelegd/aantoonbaar geregeld’" in words
    assert "Zonder niveau, met een toelichting" in words
    assert "U kunt niets meer wijzigen." in words
    assert "Het formulier krijgt een zegel." in words
    assert f"{form_url(world)}?controle=1#i-planmatig-handelen" in response.content.decode()


def test_the_summary_says_when_this_submit_is_the_exchange(as_alice, world):
    world.fill("school")
    assert "is al binnen" not in text_of(as_alice.get(url(world, "review")))
    world.fill("partnership")
    world.submit("partnership")
    assert "Het formulier van het SWV is al binnen." in text_of(as_alice.get(url(world, "review")))


def test_after_the_submit_nobody_is_said_to_fill_in_any_more(as_alice, world):
    """The arrangements may still be asked of her: the page speaks of this form alone."""
    assert "Vult in" in text_of(as_alice.get(url(world, "review")))
    world.fill("school")
    words = text_of(press(as_alice, world))
    assert "Dit formulier is klaar." in words
    assert "Vult in" not in words
    assert "U hoeft nu niets te doen" not in words


def test_bob_is_told_whom_to_ask(as_bob, world):
    world.fill("school")
    response = as_bob.get(url(world, "review"))
    assert "Alleen de directeur kan indienen. Vraag Alice." in text_of(response)
    assert url(world, "submit") not in response.content.decode()
    assert press(as_bob, world).status_code == 403
    assert world.form("school").is_draft


def test_a_deputy_submits(as_carla, world):
    member(world.carla, Role.STAFF, school=world.school, deputy=True)
    world.fill("school")
    assert press(as_carla, world).status_code == 200
    assert world.form("school").submitted_by == world.carla


def test_the_review_costs_a_fixed_number_of_queries(as_alice, world):
    world.answer("school", "1A", levels={"vastgelegd": "v"})
    world.add_evidence("school")
    as_alice.get(url(world, "review"))  # from here on the process knows the parts of the form
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as context:
            as_alice.get(url(world, "review"))
        counts.append(len(context))
        world.fill("school")
    assert counts[0] == counts[1] <= 11


# Submitting ---------------------------------------------------------------------------------------------------------------


def test_alice_submits_and_sees_the_seal(as_alice, world):
    world.fill("school")
    page = as_alice.get(url(world, "review")).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    response = press(as_alice, world, key=key[1])
    form = world.form("school")
    assert form.is_submitted
    assert form.seal in text_of(response)
    assert "U krijgt bericht zodra het formulier van het SWV ook binnen is." in text_of(response)
    mails = Message.objects.filter(body__contains=form.seal)
    assert mails.count() == 2, "both parties get the seal"
    who_and_when = f"Alice diende het formulier van de school in op {long_datetime(form.submitted_at)}."
    assert all(who_and_when in mail.body for mail in mails)


def test_pressed_twice_it_is_one_submit(as_alice, world):
    world.fill("school")
    key = uuid.uuid4()
    first, again = press(as_alice, world, key=key), press(as_alice, world, key=key)
    assert first.status_code == again.status_code == 200
    assert text_of(first) == text_of(again)
    assert LogEntry.objects.filter(verb="submitted").count() == 1


def test_a_second_submit_with_another_key_is_told_so(as_alice, world):
    world.fill("school")
    press(as_alice, world)
    assert "al ingediend" in text_of(press(as_alice, world))
    assert LogEntry.objects.filter(verb="submitted").count() == 1


def test_a_missing_level_without_explanation_leads_back_to_its_row(as_alice, world):
    world.fill("school")
    world.answer("school", "2C", levels={"vastgelegd": "u"}, explanation="")
    response = press(as_alice, world)
    assert world.form("school").is_draft
    assert "U kunt nog niet indienen: 1 punt staat open" in text_of(response)
    assert "2C Planmatig handelen: kies een niveau bij ‘Effectief geïmplementeerd’" in text_of(response)
    assert 'href="#id_planmatig-handelen.level.geimplementeerd"' in response.content.decode()
    assert "data-error-summary" in response.content.decode()


def test_a_missing_level_with_an_explanation_is_allowed(as_alice, world):
    world.fill("school")
    world.answer("school", "2C", levels={}, explanation="Bij ons niet van toepassing.")
    press(as_alice, world)
    assert world.form("school").is_submitted


def test_the_second_submit_exchanges_both(as_alice, as_petra, world):
    world.fill("school")
    press(as_alice, world)
    assert as_petra.get(form_url(world, "school")).status_code == 404
    world.fill("partnership", "u")
    response = press(as_petra, world, "partnership")
    assert "Beide formulieren zijn nu uitgewisseld." in text_of(response)
    assert reverse("indicators:comparison", args=[world.participation.pk]) in response.content.decode()
    assert as_petra.get(form_url(world, "school")).status_code == 200


def test_in_a_closed_round_nothing_is_submitted(as_alice, world):
    world.fill("school")
    world.round.close(world.petra)
    assert "De ronde is niet open." in text_of(press(as_alice, world))
    assert world.form("school").is_draft


@pytest.mark.parametrize("key", [{}, {"key": ""}, {"key": "x"}])
def test_a_submit_without_a_key_is_malformed(as_alice, world, key):
    assert as_alice.post(url(world, "submit"), key).status_code == 400


@pytest.mark.parametrize("name", ["review", "hand_back", "seal"])
@pytest.mark.parametrize("person", ["petra", "carla", "otto", "aisha", "oscar"])
def test_the_schools_pages_are_not_there_for_others(client, world, name, person):
    client.force_login(getattr(world, person))
    assert client.get(url(world, name)).status_code == 404
    assert client.post(url(world, "submit"), {"key": str(uuid.uuid4())}).status_code == 404
    assert client.post(url(world, "hand_back")).status_code == 404


# Taking back ----------------------------------------------------------------------------------------------------------------


def test_the_submitter_takes_it_back(as_alice, world):
    world.fill("school")
    press(as_alice, world)
    assert "Formulier terughalen" in text_of(as_alice.get(url(world, "review")))
    assert "Het zegel vervalt." in text_of(as_alice.get(url(world, "hand_back")))
    response = as_alice.post(url(world, "hand_back"), follow=True)
    assert "U hebt het formulier teruggehaald." in text_of(response)
    assert world.form("school").is_draft
    assert "<textarea" in response.content.decode()
    assert LogEntry.objects.filter(verb="handed_back").count() == 1


def test_nobody_else_takes_it_back(as_carla, as_bob, as_alice, world):
    """Not even another director of the same school."""
    member(world.carla, Role.DIRECTOR, school=world.school)
    world.fill("school")
    press(as_alice, world)
    for browser in (as_carla, as_bob):
        assert browser.get(url(world, "hand_back")).status_code == 403
        assert browser.post(url(world, "hand_back")).status_code == 403
    assert world.form("school").is_submitted


def test_after_the_exchange_nobody_takes_anything_back(as_alice, world):
    world.exchange()
    response = as_alice.post(url(world, "hand_back"), follow=True)
    assert "kan niet worden teruggehaald" in text_of(response)
    assert world.form("school").is_open


# The seal -------------------------------------------------------------------------------------------------------------------


def test_before_the_exchange_salt_and_bytes_stay_closed(as_alice, as_petra, world):
    assert as_alice.get(url(world, "seal")).status_code == 404, "nothing was submitted yet"
    world.fill("school")
    world.submit("school")
    assert as_alice.get(url(world, "seal")).status_code == 403
    assert as_petra.get(url(world, "seal")).status_code == 404


@pytest.mark.parametrize("person", ["alice", "petra", "aisha"])
@pytest.mark.parametrize("party", ["school", "partnership"])
def test_after_the_exchange_anyone_can_check_both_seals(client, world, person, party):
    world.exchange()
    client.force_login(getattr(world, person))
    response = client.get(url(world, "seal", party))
    assert response["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        content, salt = archive.read("formulier.json"), archive.read("zout.bin")
        seal = archive.read("zegel.txt").decode().strip()
    assert hashlib.sha256(salt + content).hexdigest() == seal == world.form(party).seal
    assert json.loads(content)["party"] == party
