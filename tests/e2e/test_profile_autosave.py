"""A profile saves itself while one types, and nothing that was typed is lost (static/js/autosave.js)."""

import re
import time

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from actionplans.models import SupportProfile
from tests import plans
from tests.e2e.conftest import Desk
from tests.plans import YEAR

OFFLINE = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"
SAVED = re.compile(r"^Opgeslagen om \d+\.\d\d uur$")


@pytest.fixture
def open_profile(world, desk: Desk):
    """Somebody fills in the profile of Alice's school."""
    plans.profile(world, world.alice, world.school)

    def open_for(name: str) -> Page:
        page = desk(getattr(world, name))
        page.goto(reverse("actionplans:profile_edit", args=[world.school.pk, YEAR]))
        return page

    return open_for


def state(page: Page):
    return page.locator("[data-save-state]")


def stored(world) -> SupportProfile:
    return SupportProfile.objects.get(school=world.school, school_year=YEAR)


def test_typing_is_saved_and_counted(world, open_profile):
    page = open_profile("alice")
    expect(page.locator("#voortgang")).to_have_text("7 van 12 onderdelen ingevuld")
    page.fill("#id_limits", "Geen verpleging.")
    expect(page.locator("#voortgang")).to_have_text("8 van 12 onderdelen ingevuld")
    expect(state(page)).to_have_text(SAVED)
    assert stored(world).limits == "Geen verpleging."


def test_what_is_typed_during_a_save_is_saved_next(world, open_profile):
    page = open_profile("alice")

    def slowly(route: Route) -> None:
        answer = route.fetch()
        time.sleep(1)
        route.fulfill(response=answer)

    page.route("**/invullen/", slowly)
    with page.expect_request("**/invullen/"):
        page.fill("#id_partners", "De GGD")
        page.press("#id_partners", "Tab")
    page.locator("#id_partners").press_sequentially(" en leerplicht")
    page.locator("#id_limits").focus()
    expect(state(page)).to_have_text(SAVED)
    assert stored(world).partners == "De GGD en leerplicht"


def test_without_a_connection_the_text_waits_and_goes_when_it_is_back(world, open_profile, watch):
    page = open_profile("alice")
    with watch.expecting(OFFLINE):
        page.context.set_offline(True)
        page.fill("#id_ambitions", "Meer rust.")
        page.press("#id_ambitions", "Tab")
        expect(state(page)).to_have_text(
            "Niet opgeslagen: geen verbinding. Uw tekst staat nog op dit scherm.",
        )
        page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert stored(world).ambitions == "Meer rust."


def test_two_people_in_one_field_see_both_texts_and_one_press_decides(world, open_profile, watch):
    hers, his = open_profile("alice"), open_profile("bob")
    hers.fill("#id_limits", "Van Alice.")
    expect(state(hers)).to_have_text(SAVED)
    with watch.expecting("status of 409"):
        his.fill("#id_limits", "Van Bob.")
        expect(his.locator("#div_id_limits")).to_contain_text("Van Alice.")
    expect(his.locator("#id_limits")).to_have_value("Van Bob.")
    assert stored(world).limits == "Van Alice."
    his.get_by_role("link", name="Naar het veld").click()
    expect(his.locator("#botsing-limits")).to_be_focused()
    his.get_by_label("Beide onder elkaar").check()
    his.get_by_role("button", name="Opslaan", exact=True).click()
    expect(his.get_by_text("Het profiel is opgeslagen.")).to_be_visible()
    assert stored(world).limits == "Van Alice.\n\nVan Bob."
