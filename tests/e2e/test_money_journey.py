"""The journey of the money: allocate, budget, spend, account for it, approve, and hold the document."""

import datetime
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from finance.models import BudgetLine, Fund, FundAccount
from schools.models import PupilCount
from tests import money, plans
from tests.e2e.conftest import PHONE, WIDE, Desk
from tests.e2e.test_plan_journey import follow, press
from tests.factories import World

LAST = money.LAST


def allocate(petra: Page, world: World) -> None:
    """The rules of last year, the proposal, and the publishing."""
    petra.goto("/middelen/")
    follow(petra, "Geldstromen")
    press(petra, "Gebruikelijke geldstromen klaarzetten")
    fund = Fund.objects.get(name__icontains="licht")
    petra.goto(fund.get_absolute_url())
    follow(petra, "Eerste jaar beginnen")
    petra.locator("[name=year]").select_option(str(LAST))
    for field, value in (("available_cents", "120.000"), ("rate_cents", "80"), ("fixed_cents", "5.000")):
        petra.locator(f"[name={field}]").fill(value)
    petra.locator("[name=counted_on]").fill(f"{LAST - 1}-10-01")
    petra.locator("[name=account_due]").fill(f"{LAST + 1}-10-15")
    press(petra, "Jaar beginnen")
    press(petra, "Voorstel berekenen")
    expect(petra.get_by_text("€ 69.000").first).to_be_visible()
    follow(petra, "Nakijken en publiceren")
    press(petra, "Publiceren")
    expect(petra.get_by_text("€ 41.000").first).to_be_visible()


def write_a_budget(alice: Page) -> None:
    alice.goto(f"/middelen/?jaar={LAST}")
    press(alice, "Begroting beginnen")
    follow(alice, "Regel toevoegen")
    alice.locator("[name=fund]").select_option(index=1)
    alice.locator("[name=category]").select_option(index=1)
    alice.locator("[name=description]").fill("Mentoren: tijd voor gesprekken")
    alice.locator("[name=amount_cents]").fill("12.000,50")
    press(alice, "Toevoegen")
    expect(alice.get_by_text("€ 12.000,50").first).to_be_visible()
    follow(alice, "Indienen")
    alice.locator("main form button[type=submit]").click()
    expect(alice.get_by_text("ingediend").first).to_be_visible()


def spend(alice: Page) -> None:
    line = BudgetLine.objects.get()
    alice.goto(line.get_absolute_url())
    alice.locator("[name=amount_cents]").fill("11.500,25")
    alice.locator("[name=description]").fill("Salarissen mentoren")
    alice.locator("[name=on]").fill(datetime.date(LAST, 11, 5).isoformat())
    press(alice, "Boeken")
    expect(alice.get_by_text("Salarissen mentoren").first).to_be_visible()
    expect(alice.get_by_text("€ 500,25").first).to_be_visible()


def account_for_it(alice: Page) -> None:
    """Every text is saved while one types; then it is looked over and handed in."""
    alice.goto("/middelen/verantwoording/")
    press(alice, "Beginnen")
    if alice.get_by_role("link", name="Verder invullen").count():
        follow(alice, "Verder invullen")
    for number, area in enumerate(alice.locator("main textarea").all()):
        area.fill(f"Toelichting {number}.")
    expect(alice.locator("[data-save-state]").first).to_contain_text("pgeslagen om")
    account = FundAccount.objects.get()
    alice.goto(f"{account.get_absolute_url()}nakijken/")
    press(alice, "Verantwoording indienen")
    expect(alice.get_by_text("ingediend").first).to_be_visible()


def download(page: Page) -> bytes:
    with page.expect_download() as caught:
        page.get_by_role("link", name=re.compile("^PDF downloaden")).click()
    content = Path(caught.value.path()).read_bytes()
    assert content.startswith(b"%PDF-")
    return content


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_from_an_allocation_to_an_approved_account(world: World, desk: Desk, run_worker, width: int) -> None:
    plans.support_plan(world)
    for school in (world.school, world.other_school):
        PupilCount.record(world.petra, school, datetime.date(LAST - 1, 10, 1), money.PUPILS[school.name])
    alice, petra = desk(world.alice, width=width), desk(world.petra, width=width)

    allocate(petra, world)
    write_a_budget(alice)
    petra.goto("/")
    petra.get_by_role("link", name=re.compile("^Begroting .* vaststellen")).first.click()
    follow(petra, "Vaststellen")
    press(petra, "Begroting vaststellen")
    spend(alice)
    account_for_it(alice)

    petra.goto("/")
    petra.get_by_role("link", name=re.compile("^Verantwoording .* beoordelen")).first.click()
    follow(petra, "Goedkeuren")
    press(petra, "Goedkeuren")
    expect(petra.get_by_text("goedgekeurd").first).to_be_visible()
    follow(petra, "PDF")
    press(petra, "PDF maken")
    run_worker()
    petra.reload()
    assert FundAccount.objects.get().seals.get().holds()
    content = download(petra)
    alice.goto(petra.url)
    assert download(alice) == content
