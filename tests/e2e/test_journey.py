"""The main job from a blank form to a report in hand, by the two people who do it."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import Participation
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.steps import (
    agree,
    download_report,
    fill_in,
    fill_in_by_keyboard,
    look_over_and_submit,
    press_by_keyboard,
    sign_in,
    sign_in_by_keyboard,
)


def of_the_school(row: int) -> tuple[str, str]:
    return ("v", "u") if row % 2 else ("u", "u")


def of_the_partnership(row: int) -> tuple[str, str]:
    """Equal everywhere, but for the practice of 1A, which it puts two levels lower, and the paper of 3D, left out."""
    paper, practice = of_the_school(row)
    return ("" if row == 11 else paper), ("p" if row == 0 else practice)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_from_a_blank_form_to_a_report(world, desk, run_worker, width):
    alice, petra = desk(width=width), desk(width=width)

    # The director fills in and submits without touching the mouse.
    sign_in_by_keyboard(alice, world.alice)
    press_by_keyboard(alice, alice.get_by_role("link", name=re.compile(r"^Beginnen ?: Formulier indicatoren")))
    expect(alice.locator("#voortgang")).to_have_text("0 van 12 indicatoren klaar")
    fill_in_by_keyboard(alice, of_the_school, "De school over")
    expect(alice.locator("#voortgang")).to_have_text("12 van 12 indicatoren klaar")
    press_by_keyboard(alice, alice.get_by_role("button", name="Nakijken en indienen"))
    expect(alice.get_by_text("Alle 12 indicatoren zijn klaar.")).to_be_visible()
    press_by_keyboard(alice, alice.get_by_role("button", name="Formulier indienen"))
    expect(alice.get_by_role("heading", level=1)).to_have_text("Het formulier is ingediend")

    # The policy officer does the same for the partnership, and that is the exchange.
    sign_in(petra, world.petra)
    petra.get_by_role("link", name=re.compile(r"^Beginnen ?: Formulier over Het Kompas")).click()
    fill_in(petra, of_the_partnership, "Het SWV over")
    look_over_and_submit(petra)
    expect(petra.get_by_text("Beide formulieren zijn nu uitgewisseld.")).to_be_visible()

    # Both see where they differ.
    petra.get_by_role("link", name="Bekijk de vergelijking").click()
    alice.goto("/")
    alice.get_by_role("link", name="Alles van deze ronde").click()
    alice.get_by_role("link", name="Vergelijking bekijken").click()
    for page in (alice, petra):
        expect(page.get_by_role("heading", level=1)).to_have_text("Vergelijking Het Kompas")
        first = page.locator("[data-indicator], .cmp tbody tr").filter(has_text="Visie").first
        expect(first).to_contain_text("School 2 hoger")
        expect(page.locator(".tally")).to_contain_text("22")
        expect(page.locator(".tally")).to_contain_text("ontbreekt")
        page.get_by_role("link", name=re.compile("^Verschil")).click()
        expect(page.get_by_text("Visie").first).to_be_visible()
        expect(page.get_by_text("Vroegsignalering")).to_have_count(0)

    # The conversation, recorded live; the school reads along.
    petra.get_by_role("link", name="Naar het gesprek").click()
    petra.get_by_role("button", name="Gesprek beginnen").click()
    summary = petra.locator("#summary")
    summary.fill("De basis staat. De visie krijgt aandacht in het team.")
    summary.blur()
    expect(petra.locator("#stand-summary")).to_contain_text("opgeslagen om")
    agree(petra, "De visie bespreken in elk team", "Alice (school)", "2027-02-01")
    agree(petra, "Meekijken bij 3D", "Petra (SWV)", "2027-03-01")
    alice.goto(f"/deelnames/{world.participation.pk}/gesprek/")
    expect(alice.locator("#afspraken tbody tr")).to_have_count(2)
    expect(alice.get_by_text("De basis staat.")).to_be_visible()

    # The report, once, for both.
    petra.get_by_role("link", name="Verslag", exact=True).click()
    petra.get_by_role("button", name="Verslag maken").click()
    expect(petra.get_by_text("Het verslag wordt gemaakt.")).to_be_visible()
    run_worker()
    of_petra = download_report(petra)
    alice.get_by_role("link", name="Verslag", exact=True).click()
    assert download_report(alice) == of_petra
    assert Participation.objects.get(pk=world.participation.pk).is_exchanged
