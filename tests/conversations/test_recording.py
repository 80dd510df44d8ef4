"""The officer records the conversation; the school reads along."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Agreement, Conversation
from records.models import LogEntry
from tests.factories import World

pytestmark = pytest.mark.django_db


def page(world: World) -> str:
    return reverse("conversations:conversation", args=[world.participation.pk])


def url(world: World, name: str) -> str:
    return reverse(f"conversations:{name}", args=[world.participation.pk])


@pytest.fixture
def conversation(world: World) -> Conversation:
    """The forms were exchanged and Petra began the conversation."""
    world.fill("school", "v")
    world.fill("partnership", "v")
    world.answer("partnership", "2C", levels={"vastgelegd": "v", "geimplementeerd": "p"}, explanation="Niet gezien.")
    world.exchange()
    return Conversation.start(world.petra, world.participation)


def recorded(world: World) -> Conversation:
    return Conversation.objects.for_page().with_record().get(participation=world.participation.pk)


def conclusion_name(world: World, code: str) -> str:
    return f"conclusion-{next(i.pk for i in world.indicators() if i.code == code)}"


def test_before_the_exchange_there_is_nothing_to_record(world: World, as_petra: Client, as_alice: Client) -> None:
    assert "na de uitwisseling" in as_petra.get(page(world)).text
    as_petra.post(url(world, "start"))
    assert not Conversation.objects.exists()
    assert as_alice.post(url(world, "start")).status_code == 403


def test_petra_begins_and_alice_reads(world: World, as_petra: Client, as_alice: Client) -> None:
    world.exchange()
    assert "Gesprek beginnen" in as_petra.get(page(world)).text
    assert "Gesprek beginnen" not in as_alice.get(page(world)).text
    assert as_petra.post(url(world, "start")).status_code == 302
    assert as_petra.post(url(world, "start")).status_code == 302
    assert Conversation.objects.count() == 1
    assert "Alles opslaan" in as_petra.get(page(world)).text
    seen = as_alice.get(page(world))
    assert seen.status_code == 200
    assert "<textarea" not in seen.text


def test_only_what_differs_is_on_the_agenda_unless_one_asks_for_all(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    differing = as_petra.get(page(world)).text
    assert "Planmatig handelen" in differing
    assert 'id="indicator-1A"' not in differing
    assert 'id="indicator-1A"' in as_petra.get(page(world) + "?toon=alles").text


def test_one_button_saves_everything_without_javascript(
    world: World, conversation: Conversation, as_petra: Client, as_alice: Client
) -> None:
    name = conclusion_name(world, "2C")
    post = {
        name: "We gaan samen kijken.",
        f"{name}-version": "0",
        "summary": "Eerst 2C.",
        "summary-version": "0",
        "budget_notes": "Mentoruren.",
        "budget_notes-version": "0",
    }
    assert as_petra.post(url(world, "save"), post).status_code == 302
    seen = as_alice.get(page(world)).text
    for text in ("We gaan samen kijken.", "Eerst 2C.", "Mentoruren."):
        assert text in seen
    verbs = list(LogEntry.objects.values_list("verb", flat=True))
    assert {"conclusion_saved", "summary_saved", "budget_notes_saved"} <= set(verbs)


def test_a_text_that_nobody_touched_is_no_conflict(world: World, conversation: Conversation, as_petra: Client) -> None:
    """Bea changed the notes while Petra, on an older page, only wrote the summary."""
    from conversations.agenda import digest

    conversation.save_text(world.bea, "plan_notes", version=0, text="Van Bea.")
    post = {
        "plan_notes": "",
        "plan_notes-version": "0",
        "plan_notes-shown": digest(""),
        "summary": "Van Petra.",
        "summary-version": "0",
        "summary-shown": digest(""),
    }
    assert as_petra.post(url(world, "save"), post).status_code == 302
    here = recorded(world)
    assert (here.plan_notes, here.summary) == ("Van Bea.", "Van Petra.")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("mine", "Van Petra."), ("theirs", "Van Bea."), ("both", "Van Bea.\n\nVan Petra.")],
)
def test_two_officers_at_once_lose_neither_text(
    world: World, conversation: Conversation, as_petra: Client, choice: str, kept: str
) -> None:
    name = conclusion_name(world, "2C")
    indicator = next(i for i in world.indicators() if i.code == "2C")
    where = reverse("conversations:save_conclusion", args=[world.participation.pk, indicator.pk])
    conversation.save_conclusion(world.bea, indicator, version=0, text="Van Bea.")
    refused = as_petra.post(where, {name: "Van Petra.", f"{name}-version": "0"})
    assert refused.status_code == 409
    assert "Van Bea." in refused.text
    assert "Van Petra." in refused.text
    assert recorded(world).conclusions.get().text == "Van Bea."
    chosen = as_petra.post(where, {name: "Van Petra.", f"{name}-version": "1", f"{name}-choice": choice})
    assert chosen.status_code == 302
    assert recorded(world).conclusions.get().text == kept


def test_with_javascript_only_the_state_comes_back(world: World, conversation: Conversation, as_petra: Client) -> None:
    saved = as_petra.post(url(world, "save"), {"summary": "Kort.", "summary-version": "0"}, headers={"HX-Request": "1"})
    assert "opgeslagen" in saved.text
    assert "<textarea" not in saved.text
    again = as_petra.post(url(world, "save"), {"summary": "Iets.", "summary-version": "0"}, headers={"HX-Request": "1"})
    assert again["HX-Retarget"] == "#tekst-summary"
    assert "Kort." in again.text and "Iets." in again.text


def test_a_text_that_is_too_long_is_refused_and_stays_on_the_page(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    long = "x" * 20_001
    refused = as_petra.post(url(world, "save"), {"summary": long, "summary-version": "0"})
    assert "te lang" in refused.text
    assert long in refused.text
    assert recorded(world).summary == ""


def test_a_conclusion_belongs_to_an_indicator_of_this_form(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    where = reverse("conversations:save_conclusion", args=[world.participation.pk, 999_999])
    assert as_petra.post(where, {"conclusion-999999": "x"}).status_code == 400
    assert as_petra.post(url(world, "save"), {"summary": "x", "summary-version": "een"}).status_code == 400


def details(**changed: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "date": "2027-03-25",
        "time": "13:30",
        "duration_minutes": "90",
        "location": "Kamer 12",
        "wie-TOTAL_FORMS": "3",
        "wie-INITIAL_FORMS": "0",
        "wie-0-name": "Alice",
        "wie-0-function": "directeur",
        "wie-1-name": "",
        "wie-1-function": "",
        "wie-2-name": "Petra",
        "wie-2-function": "",
    } | changed


def test_date_place_and_participants(world: World, conversation: Conversation, as_petra: Client) -> None:
    assert as_petra.get(url(world, "edit")).status_code == 200
    assert as_petra.post(url(world, "edit"), details()).status_code == 302
    seen = as_petra.get(page(world)).text
    assert "donderdag 25 maart 2027, 13.30 uur" in seen
    assert "Kamer 12" in seen
    assert recorded(world).participant_rows() == [("Alice", "directeur"), ("Petra", "")]


def test_more_rows_keep_what_was_typed(world: World, conversation: Conversation, as_petra: Client) -> None:
    more = as_petra.post(url(world, "edit"), details(more_rows="1", location="Zaal 3"))
    assert 'value="Alice"' in more.text
    assert 'value="Zaal 3"' in more.text
    assert recorded(world).participant_rows() == []


def test_a_mistake_stands_at_its_field_with_a_summary_on_top(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    wrong = as_petra.post(url(world, "edit"), details(date="", **{"wie-1-function": "mentor"}))
    assert wrong.status_code == 422
    assert 'href="#id_date"' in wrong.text
    assert 'href="#id_wie-1-name"' in wrong.text


def test_a_stale_save_of_the_details_shows_both(world: World, conversation: Conversation, as_petra: Client) -> None:
    as_petra.post(url(world, "edit"), details())
    stale = as_petra.post(url(world, "edit"), details(location="Aula"))
    assert stale.status_code == 409
    assert "Kamer 12" in stale.text and 'value="Aula"' in stale.text
    assert as_petra.post(url(world, "edit"), details(location="Aula", version="1")).status_code == 302
    assert recorded(world).location == "Aula"


AGREEMENT = {
    "text": "Samen zes lessen bezoeken.",
    "who": "Bob en Petra",
    "side": "both",
    "due": "2027-05-28",
    "indicator": "",
}


def test_an_agreement_pressed_twice_is_one_agreement(
    world: World, conversation: Conversation, as_petra: Client, as_alice: Client
) -> None:
    for _ in range(2):
        assert as_petra.post(url(world, "add_agreement"), AGREEMENT).status_code == 302
    assert Agreement.objects.count() == 1
    seen = as_alice.get(page(world)).text
    assert "Samen zes lessen bezoeken." in seen
    assert "28 mei 2027" in seen


def test_an_agreement_needs_somebody(world: World, conversation: Conversation, as_petra: Client) -> None:
    wrong = as_petra.post(url(world, "add_agreement"), AGREEMENT | {"who": ""})
    assert wrong.status_code == 422
    assert "Vul in wie het doet." in wrong.text
    part = as_petra.post(url(world, "add_agreement"), AGREEMENT | {"who": ""}, headers={"HX-Request": "1"})
    assert 'id="afspraken"' in part.text
    assert "<html" not in part.text


def test_an_agreement_is_changed_and_removed(world: World, conversation: Conversation, as_petra: Client) -> None:
    as_petra.post(url(world, "add_agreement"), AGREEMENT)
    agreement = Agreement.objects.get()
    where = reverse("conversations:edit_agreement", args=[agreement.pk])
    indicator = next(i for i in world.indicators() if i.code == "2C")
    assert as_petra.get(where).status_code == 200
    changed = AGREEMENT | {"text": "Acht lessen.", "indicator": indicator.pk, "version": "0"}
    assert as_petra.post(where, changed).status_code == 302
    stale = as_petra.post(where, changed | {"text": "Negen lessen."})
    assert stale.status_code == 409
    assert "Acht lessen." in stale.text and "Negen lessen." in stale.text
    assert as_petra.post(reverse("conversations:remove_agreement", args=[agreement.pk])).status_code == 302
    assert not Agreement.objects.exists()
    assert LogEntry.objects.filter(verb="agreement_removed").exists()


def test_the_director_ticks_off_and_a_member_of_staff_does_not(
    world: World, conversation: Conversation, as_petra: Client, as_alice: Client, as_bob: Client
) -> None:
    as_petra.post(url(world, "add_agreement"), AGREEMENT)
    where = reverse("conversations:agreement_state", args=[Agreement.objects.get().pk])
    assert as_bob.post(where, {"state": "done"}).status_code == 403
    assert as_alice.post(where, {"state": "misschien"}).status_code == 400
    assert as_alice.post(where, {"state": "done"}).status_code == 302
    assert Agreement.objects.get().state == "done"


def test_the_school_reads_and_does_not_write(world: World, conversation: Conversation, as_alice: Client) -> None:
    assert as_alice.post(url(world, "save"), {"summary": "x", "summary-version": "0"}).status_code == 403
    assert as_alice.get(url(world, "edit")).status_code == 403
    assert as_alice.post(url(world, "add_agreement"), AGREEMENT).status_code == 403
    indicator = world.indicators()[0]
    where = reverse("conversations:save_conclusion", args=[world.participation.pk, indicator.pk])
    assert as_alice.post(where, {}).status_code == 403


def test_another_school_knows_nothing_of_it(
    world: World, conversation: Conversation, as_carla: Client, as_otto: Client
) -> None:
    conversation.add_agreement(world.petra, text="x", who="y", due=None, indicator=None)
    where = reverse("conversations:edit_agreement", args=[Agreement.objects.get().pk])
    for client in (as_carla, as_otto):
        assert client.get(page(world)).status_code == 404
        assert client.post(url(world, "save"), {}).status_code == 404
        assert client.get(where).status_code == 404


def test_after_the_round_is_closed_only_ticking_off_goes_on(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    as_petra.post(url(world, "add_agreement"), AGREEMENT)
    world.round.close(world.petra)
    assert "<textarea" not in as_petra.get(page(world)).text
    as_petra.post(url(world, "save"), {"summary": "Te laat.", "summary-version": "0"})
    assert recorded(world).summary == ""
    as_petra.post(reverse("conversations:agreement_state", args=[Agreement.objects.get().pk]), {"state": "done"})
    assert Agreement.objects.get().state == "done"


def test_the_page_costs_as_many_queries_with_many_agreements(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    as_petra.get(page(world))  # the comparison is read once and kept
    for number in (1, 8):
        for n in range(number):
            conversation.add_agreement(world.petra, text=f"{number} {n}", who="Bob", due=None, indicator=None)
        with CaptureQueriesContext(connection) as caught:
            as_petra.get(page(world))
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 24
