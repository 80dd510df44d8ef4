"""The journey of the money: allocate, budget, spend, account for it, approve, and hold the document."""

import datetime
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from finance.models import Budget, Expenditure, Fund, FundAccount
from schools.models import PupilCount
from tests import money, plans
from tests.e2e.conftest import PHONE, WIDE, Desk, Watch, scrolls_sideways
from tests.e2e.steps import arrive
from tests.e2e.test_accessibility import RULES
from tests.e2e.test_plan_journey import follow, press
from tests.factories import World

LAST = money.LAST
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


# The accounts of the school -------------------------------------------------------------------------------------------

HEADS = ("Boekdatum", "Omschrijving", "Stuknummer", "Kostenplaats", "Debet", "Credit")
SALARY = (datetime.date(LAST, 11, 5), "Salarissen mentoren", "F-1", "4110", 6_500.25, None)
CREDIT = (datetime.date(LAST, 11, 20), "Creditnota drukwerk", "F-2", "4110", None, 250)
COFFEE = (datetime.date(LAST, 11, 21), "Koffie", "F-3", "4990", 99, None)
LATER = (datetime.date(LAST + 1, 2, 5), "Salarissen mentoren", "F-4", "4110", 5_000, None)
FORMULA = (datetime.date(LAST, 12, 1), "Totaal tot nu toe", "", "4110", "=E3+E4", None)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    """As a program for accounts makes it: whose accounts these are in merged cells above the heading, a blank row, real
    dates and amounts."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Grootboek"
    sheet.append(["Grootboekkaart Het Kompas"])
    sheet.merge_cells("A1:F1")
    for row in ([], HEADS, *rows):
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_a_file(alice: Page, link: str, name: str, content: bytes) -> None:
    """By this link to the page of the import; choose the file, keep the columns that are proposed, come to the posts."""
    follow(alice, link)
    arrive(alice, "Boekhouding inlezen")
    alice.get_by_label("Bestand uit de boekhouding").set_input_files(
        {"name": name, "mimeType": XLSX, "buffer": content}
    )
    press(alice, "Bestand lezen")
    arrive(alice, "Kolommen kiezen")
    look_at(alice)
    for field, column in (("date", "A"), ("debit", "E"), ("credit", "F"), ("description", "B"), ("post", "D")):
        expect(alice.locator(f"[name={field}] option:checked")).to_contain_text(f"{column}: ")
    press(alice, "Verder naar de posten")
    arrive(alice, "Posten kiezen")
    look_at(alice)


def look_at(page: Page) -> None:
    """The steps of the import have no address of their own, so that they are looked at here."""
    violations = Axe().run(page, options=RULES).response["violations"]
    assert not violations, [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]
    assert not scrolls_sideways(page)


def refused_first(alice: Page, watch: Watch) -> None:
    """A formula where an amount must stand: refused by row and column, and nothing is booked."""
    read_a_file(alice, "Boekhouding inlezen", "grootboek.xlsx", workbook(SALARY, FORMULA, COFFEE))
    alice.get_by_label("4110").select_option(label="Mentoren: tijd voor gesprekken (Ondersteuning licht)")
    with watch.expecting("422"):
        press(alice, "Bestand nakijken")
        arrive(alice, "Dit bestand klopt nog niet")
    look_at(alice)
    expect(alice.get_by_role("alert")).to_contain_text("blad Grootboek, rij 5, kolom Debet: hier staat een formule")
    assert not Expenditure.objects.exists()


def then_right(alice: Page) -> None:
    """The mapping was remembered; what would be booked is shown, and booked once it is confirmed."""
    read_a_file(alice, "Ander bestand kiezen", "grootboek.xlsx", workbook(SALARY, CREDIT, COFFEE))
    expect(alice.get_by_label("4110").locator("option:checked")).to_contain_text("Mentoren: tijd voor gesprekken")
    press(alice, "Bestand nakijken")
    arrive(alice, "Bestand nagekeken")
    look_at(alice)
    expect(alice.locator(".facts")).to_contain_text("€ 6.250,25 2 boekingen")
    expect(alice.get_by_text("Niet overgenomen: 1 (€ 99)")).to_be_visible()
    press(alice, "Inlezen en boeken")
    arrive(alice, f"Boekingen {LAST}-{LAST + 1}")
    expect(alice.get_by_text("2 boekingen zijn ingelezen")).to_be_visible()


def grown_since(alice: Page, watch: Watch) -> None:
    """The same accounts some months later, with a row of another school year: only what is new is booked."""
    another_year = (datetime.date(LAST + 1, 9, 1), "Volgend jaar", "F-9", "4110", 75, None)
    grown = workbook(SALARY, CREDIT, COFFEE, LATER, another_year)
    read_a_file(alice, "Boekhouding inlezen", "grootboek-september.xlsx", grown)
    expect(alice.get_by_label("4110").locator("option:checked")).to_contain_text("Mentoren: tijd voor gesprekken")
    with watch.expecting("422"):
        press(alice, "Bestand nakijken")
        arrive(alice, "Niet alles hoort bij dit schooljaar")
    look_at(alice)
    press(alice, "Laat deze rij weg")
    arrive(alice, "Bestand nagekeken")
    look_at(alice)
    expect(alice.get_by_text("Staat er al: 2 (€ 6.250,25)")).to_be_visible()
    expect(alice.get_by_text(f"Buiten schooljaar {LAST}-{LAST + 1}: 1 (€ 75)")).to_be_visible()
    press(alice, "Inlezen en boeken")
    expect(alice.get_by_text("1 boeking is ingelezen")).to_be_visible()


def spend(alice: Page, watch: Watch) -> None:
    """By import, with a mistake first; and one booking by hand."""
    alice.goto(Budget.objects.get().get_absolute_url())
    refused_first(alice, watch)
    then_right(alice)
    grown_since(alice, watch)
    book_by_hand(alice)


def book_by_hand(alice: Page) -> None:
    follow(alice, "Mentoren: tijd voor gesprekken")
    arrive(alice, "Mentoren: tijd voor gesprekken")
    alice.locator("[name=amount_cents]").fill("250")
    alice.locator("[name=description]").fill("Training mentoren")
    alice.locator("[name=on]").fill(datetime.date(LAST + 1, 3, 5).isoformat())
    press(alice, "Boeken")
    expect(alice.get_by_text("De boeking staat op de regel.")).to_be_visible()
    expect(alice.get_by_role("row").filter(has_text="Training mentoren")).to_be_visible()
    expect(alice.locator(".facts")).to_contain_text("€ 11.500,25")
    expect(alice.locator(".facts")).to_contain_text("€ 500,25")


def account_for_it(alice: Page) -> None:
    """Every text is saved while one types; then it is looked over and handed in."""
    alice.goto("/middelen/verantwoording/")
    press(alice, "Beginnen")
    arrive(alice, "Verantwoording invullen")  # listing the fields does not wait
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
def test_from_an_allocation_to_an_approved_account(
    world: World, desk: Desk, watch: Watch, run_worker, width: int
) -> None:
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
    spend(alice, watch)
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
