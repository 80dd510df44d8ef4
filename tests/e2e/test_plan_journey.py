"""From a blank support profile to the thread of an action: profile, plan, action from an agreement, evaluation, effect."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from actionplans.models import ActionPoint, SupportProfile
from conversations.models import Conversation
from tests import plans
from tests.e2e.conftest import PHONE, WIDE, Desk
from tests.factories import World


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first.click()


def write_a_profile(page: Page, world: World) -> None:
    """Fill in every part, and see each saved without pressing anything."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("Ondersteuningsprofiel beginnen|Profiel beginnen")).first.click()
    press(page, "Profiel beginnen")
    if page.get_by_role("link", name="Profiel invullen").count():
        follow(page, "Profiel invullen")
    page.locator("[name=description]").fill("Een school met kleine teams.")
    for name in SupportProfile.objects.get(school=world.school).standing():
        if name.endswith("-state"):
            page.locator(f"[name='{name}'][value=present]").check()
    expect(page.locator("[data-save-state]").first).to_contain_text("pgeslagen om")
    expect(page.locator("#voortgang")).to_contain_text("7 van 12")
    press(page, "Opslaan en nalezen")


def bring_it_to_the_public(page: Page, today: datetime.date) -> None:
    follow(page, "Naar de MR brengen")
    page.locator("input[type=date]").fill(today.isoformat())
    press(page, "Naar de MR brengen")
    follow(page, "Vaststellen")
    press(page, "Vaststellen")
    follow(page, "Publiceren")
    press(page, "Publiceren")
    expect(page.get_by_text("gepubliceerd").first).to_be_visible()


def write_a_plan(page: Page) -> None:
    page.goto("/actieplannen/")
    press(page, "Beginnen")
    follow(page, "Actiepunt toevoegen")
    page.locator("[name=spearhead]").select_option(index=1)
    page.locator("[name=goal]").fill("Alle mentoren voeren twee startgesprekken.")
    page.locator("[name=measure]").fill("Lijst van de teamleider.")
    page.locator("[name=who]").fill("Teamleiders")
    page.locator("[name=due]").fill("2027-04-01")
    press(page, "Toevoegen")
    expect(page.get_by_text("Alle mentoren voeren twee startgesprekken.").first).to_be_visible()


def agree_and_make_it_an_action(page: Page, world: World) -> None:
    """The officer records an agreement about a difference, and makes an action of it with one press."""
    page.goto(f"/deelnames/{world.participation.pk}/gesprek/")
    form = page.locator(".talk-add")
    form.get_by_label("Wat is de afspraak?").fill("De visie bespreken in elk team")
    form.get_by_label("Wie doet het?").fill("Alice")
    form.get_by_label("Namens wie?").select_option("school")
    form.get_by_label("Uiterlijk").fill("2027-05-01")
    form.get_by_label("Bij indicator").select_option(index=1)
    form.get_by_role("button", name="Afspraak toevoegen").click()
    expect(page.locator("#afspraken tbody")).to_contain_text("De visie bespreken")
    page.get_by_role("button", name=re.compile("^Maak er een actiepunt van")).click()
    expect(page.locator("#afspraken tbody")).to_contain_text("gepland")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_from_a_profile_to_the_effect_of_an_action(world: World, desk: Desk, width: int) -> None:
    plans.catalogue(world)
    plans.support_plan(world)
    world.exchange()
    Conversation.start(world.petra, world.participation)
    alice, petra = desk(world.alice, width=width), desk(world.petra, width=width)
    today = timezone.localdate()

    write_a_profile(alice, world)
    bring_it_to_the_public(alice, today)
    write_a_plan(alice)
    agree_and_make_it_an_action(petra, world)

    # The director finds it in the plan, gives it a spearhead, and submits.
    point = ActionPoint.objects.get(agreement__isnull=False)
    alice.goto(f"/actiepunten/{point.pk}/")
    alice.locator("select[name=spearhead]").select_option(index=1)
    press(alice, "Speerpunt kiezen")
    alice.goto(f"/actieplannen/{point.plan_id}/")
    follow(alice, "Indienen")
    press(alice, "Plan indienen")

    # The officer discusses it, the director adopts it.
    petra.goto("/")
    petra.get_by_role("link", name=re.compile("Actieplan bespreken")).first.click()
    follow(petra, "Bespreking vastleggen")
    petra.locator("input[type=date]").fill(today.isoformat())
    press(petra, "Vastleggen")
    alice.goto(f"/actieplannen/{point.plan_id}/")
    follow(alice, "Vaststellen")
    press(alice, "Plan vaststellen")

    # How it goes, and what it brought.
    alice.goto(f"/actiepunten/{point.pk}/")
    press(alice, "Loopt")
    alice.locator("[name=text]").fill("Drie teams zijn geweest.")
    alice.locator("form[action$='/voortgang/'] button[type=submit]").click()
    expect(alice.get_by_text("Drie teams zijn geweest.")).to_be_visible()
    follow(alice, "Evalueren")
    alice.locator("[name=result][value=reached]").check()
    alice.locator("[name=learned]").fill("Voordoen werkt.")
    press(alice, "Evaluatie opslaan")

    # Both see the whole thread, from either end.
    alice.goto(f"/actiepunten/{point.pk}/")
    follow(alice, "De hele lijn: van verschil tot effect")
    petra.goto(f"/deelnames/{world.participation.pk}/gesprek/")
    expect(petra.locator("#afspraken tbody")).to_contain_text("gereed")
    petra.goto(f"/actiepunten/{point.pk}/draad/")
    for page in (alice, petra):
        for text in ("Het verschil", "De visie bespreken in elk team", "Drie teams zijn geweest.", "Voordoen werkt."):
            expect(page.get_by_text(text).first).to_be_visible()
