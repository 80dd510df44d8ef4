"""What somebody typed is never lost: not by a connection, a session, a tab or a colleague."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from conversations.models import Conversation
from indicators.models import Answer, Assessment
from tests.e2e.conftest import Desk
from tests.e2e.steps import fill_in_sign_in

OFFLINE = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"
CONFLICT = "status of 409"
TEXT = "Het team stelde de visie vast."


@pytest.fixture
def open_form(world, desk: Desk):
    """Somebody opens the school's form."""

    def open_for(name: str) -> Page:
        page = desk(getattr(world, name))
        page.goto(f"/deelnames/{world.participation.pk}/formulier/school/")
        return page

    return open_for


def explanation(page: Page, key: str = "visie"):
    return page.locator(f"[name='{key}.explanation']")


def state(page: Page):
    return page.locator("[data-save-state]")


def status_of(page: Page, key: str = "visie"):
    return page.locator(f"[data-row='{key}'] [data-status]")


def stored(world, code: str = "1A") -> str:
    answer = Answer.objects.filter(assessment__participation=world.participation, indicator__code=code).first()
    return answer.explanation if answer else ""


def test_the_row_says_what_is_saved_and_what_is_not(world, open_form):
    page = open_form("alice")
    explanation(page).press_sequentially(TEXT[:10])
    expect(status_of(page)).to_contain_text("nog niet opgeslagen")
    expect(state(page)).to_contain_text("Nog niet opgeslagen")
    explanation(page).fill(TEXT)
    expect(status_of(page)).to_contain_text(re.compile(r"opgeslagen om \d+\.\d\d uur"))
    expect(state(page)).to_contain_text("Alles is opgeslagen")
    assert stored(world) == TEXT


def test_a_choice_is_saved_and_counted(world, open_form):
    page = open_form("alice")
    expect(page.locator("#voortgang")).to_contain_text("0 van 12")
    for dimension in ("vastgelegd", "geimplementeerd"):
        page.locator(f"[name='visie.level.{dimension}'][value=u]").check()
    expect(page.locator("#voortgang")).to_contain_text("1 van 12")
    expect(state(page)).to_contain_text("Alles is opgeslagen")
    page.reload()
    expect(page.locator("[name='visie.level.vastgelegd'][value=u]")).to_be_checked()
    expect(page.locator("#voortgang")).to_contain_text("1 van 12")


def test_without_a_connection_the_text_stays_and_is_saved_later(world, open_form, watch):
    page = open_form("alice")
    with watch.expecting(OFFLINE):
        page.context.set_offline(True)
        explanation(page).fill(TEXT)
        expect(state(page)).to_contain_text("verbinding weg, wordt opnieuw geprobeerd")
        expect(status_of(page)).to_contain_text("verbinding weg")
        assert stored(world) == ""
        expect(explanation(page)).to_have_value(TEXT)
        page.context.set_offline(False)
        expect(state(page)).to_contain_text("Alles is opgeslagen")
    assert stored(world) == TEXT


def test_after_the_session_ended_one_signs_in_and_the_text_is_there(world, open_form):
    page = open_form("alice")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    explanation(page).fill(TEXT)
    expect(state(page)).to_contain_text("U bent uitgelogd")
    expect(state(page)).to_contain_text("bewaard")
    state(page).get_by_role("link", name="Opnieuw inloggen").click()
    fill_in_sign_in(page, world.alice)
    expect(explanation(page)).to_have_value(TEXT)
    expect(state(page)).to_contain_text("Alles is opgeslagen")
    assert stored(world) == TEXT


def test_a_tab_that_closed_before_the_save_comes_back_with_the_text(world, open_form, watch):
    page = open_form("alice")
    with watch.expecting(OFFLINE):
        page.context.set_offline(True)
        explanation(page).fill(TEXT)
        expect(status_of(page)).to_contain_text("verbinding weg")
        page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"/deelnames/{world.participation.pk}/formulier/school/")
    expect(explanation(again)).to_have_value(TEXT)
    expect(state(again)).to_contain_text("Alles is opgeslagen")
    assert stored(world) == TEXT


def test_signing_out_leaves_nothing_in_the_browser(world, open_form, watch):
    page = open_form("alice")
    page.route("**/antwoord/", lambda route: route.abort())
    with watch.expecting(OFFLINE):
        explanation(page).fill(TEXT)
        expect(status_of(page)).to_contain_text("verbinding weg")
    other = page.context.new_page()
    other.goto("/account/logout/")
    assert other.evaluate("localStorage.length") == 1, "the text waits while she is signed in"
    page.close()
    other.get_by_role("main").get_by_role("button", name="Uitloggen").click()
    other.get_by_label("E-mailadres").wait_for()
    assert other.evaluate("localStorage.length") == 0


def test_what_is_typed_while_a_save_is_under_way_is_saved_too(world, open_form):
    page = open_form("alice")
    page.route("**/antwoord/", lambda route: (page.wait_for_timeout(400), route.continue_()))
    explanation(page).press_sequentially("Een")
    explanation(page).blur()
    explanation(page).focus()
    explanation(page).press_sequentially(" twee drie", delay=40)
    expect(state(page)).to_contain_text("Alles is opgeslagen")
    expect(explanation(page)).to_have_value("Een twee drie")
    assert stored(world) == "Een twee drie"


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("Dit antwoord houden van Bob", "Tekst van Bob."),
        ("Mijn antwoord houden", "Tekst van Alice."),
        ("Beide teksten onder elkaar zetten", "Tekst van Bob.\n\nTekst van Alice."),
    ],
)
def test_two_people_in_one_row_see_both_texts_and_choose(world, open_form, watch, choice, left):
    alice, bob = open_form("alice"), open_form("bob")
    explanation(bob).fill("Tekst van Bob.")
    expect(state(bob)).to_contain_text("Alles is opgeslagen")
    with watch.expecting(CONFLICT):
        explanation(alice).fill("Tekst van Alice.")
        conflict = alice.locator("#c-visie")
        expect(conflict).to_contain_text("Twee mensen schreven hier tegelijk")
    expect(conflict).to_contain_text("Tekst van Bob.")
    expect(conflict).to_contain_text("Tekst van Alice.")
    expect(explanation(alice)).to_have_value("Tekst van Alice.")
    assert stored(world) == "Tekst van Bob."
    conflict.get_by_role("button", name=choice).click()
    expect(conflict).to_have_count(0)
    expect(state(alice)).to_contain_text("Alles is opgeslagen")
    expect(explanation(alice)).to_have_value(left)
    assert stored(world) == left


def test_two_people_in_different_rows_do_not_meet(world, open_form):
    alice, bob = open_form("alice"), open_form("bob")
    explanation(alice, "visie").fill("Van Alice.")
    explanation(bob, "ondersteuningsaanbod").fill("Van Bob.")
    for page in (alice, bob):
        expect(state(page)).to_contain_text("Alles is opgeslagen")
    assert (stored(world, "1A"), stored(world, "1C")) == ("Van Alice.", "Van Bob.")


def test_the_texts_at_the_end_save_themselves(world, open_form):
    page = open_form("alice")
    still_open = page.locator("[data-nav-closing] [data-nav-icon]").inner_html()
    page.locator("[name='closing.planning.text']").fill("Na de zomer.")
    expect(state(page)).to_contain_text("Alles is opgeslagen")
    assert Assessment.objects.get(participation=world.participation, party="school").planning == "Na de zomer."
    assert page.locator("[data-nav-closing] [data-nav-icon]").inner_html() == still_open
    page.locator("[name='closing.follow_up.text']").fill("Samen een plan maken.")
    expect(state(page)).to_contain_text("Alles is opgeslagen")
    done = page.locator("[data-nav-closing] [data-nav-icon]").inner_html()
    assert done != still_open
    page.reload()
    assert page.locator("[data-nav-closing] [data-nav-icon]").inner_html().strip() != still_open.strip()


def arrives_late(page: Page, script: str) -> None:
    def after_a_while(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route(script, after_a_while)


def test_what_was_typed_before_the_script_arrived_is_saved(world, desk: Desk) -> None:
    page = desk(world.alice)
    arrives_late(page, "**/js/form*.js")
    page.goto(f"/deelnames/{world.participation.pk}/formulier/school/", wait_until="commit")
    explanation(page).fill(TEXT)
    expect(status_of(page)).to_contain_text("opgeslagen om")
    assert Answer.objects.get(assessment__party="school").explanation == TEXT


def test_a_conclusion_typed_before_the_script_arrived_is_saved(world, desk: Desk) -> None:
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    page = desk(world.petra)
    arrives_late(page, "**/htmx*.js")
    page.goto(f"/deelnames/{world.participation.pk}/gesprek/", wait_until="commit")
    page.locator("#summary").fill(TEXT)
    page.locator("#summary").blur()
    expect(page.locator("#stand-summary")).to_contain_text("opgeslagen om")
    conversation.refresh_from_db()
    assert conversation.summary == TEXT
