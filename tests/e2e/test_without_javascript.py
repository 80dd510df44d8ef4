"""The main job in a browser that runs no script: one button saves everything."""

import re

from playwright.sync_api import Page, expect

from indicators.models import Answer
from tests.e2e.steps import agree, download_report, fill_in, look_over_and_submit, sign_in


def test_from_a_blank_form_to_a_report(world, desk, run_worker):
    alice, petra = desk(javascript=False), desk(javascript=False)
    fill_in_and_submit(alice, world.alice, "Beginnen ?: Formulier indicatoren", ("v", "u"))
    fill_in_and_submit(petra, world.petra, "Beginnen ?: Formulier over Het Kompas", ("v", "s"))

    petra.get_by_role("link", name="Bekijk de vergelijking").click()
    expect(petra.locator(".cmp")).to_contain_text("School 1 hoger")
    petra.locator(".cmp summary").first.click()
    expect(petra.get_by_text("Van alice 0.")).to_be_visible()
    petra.get_by_role("link", name="Naar het gesprek").click()
    petra.get_by_role("button", name="Gesprek beginnen").click()
    petra.locator("#summary").fill("Besproken zonder script.")
    petra.get_by_role("button", name="Alles opslaan").click()
    expect(petra.get_by_text("Alles is opgeslagen.")).to_be_visible()
    agree(petra, "Een afspraak zonder script", "Alice (school)", "2027-02-01")

    petra.goto(f"/deelnames/{world.participation.pk}/verslag/")
    petra.get_by_role("button", name="Verslag maken").click()
    run_worker()
    petra.get_by_role("link", name="Vernieuwen").click()
    content = download_report(petra)
    alice.goto(f"/deelnames/{world.participation.pk}/verslag/")
    assert download_report(alice) == content


def fill_in_and_submit(page: Page, who, task: str, levels: tuple[str, str]) -> None:
    sign_in(page, who)
    page.get_by_role("link", name=re.compile(f"^{task}")).click()
    fill_in(page, lambda row: levels, f"Van {who.name.lower()}")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.get_by_text(re.compile("Opgeslagen om"))).to_be_visible()
    assert Answer.objects.filter(updated_by=who).count() == 12
    look_over_and_submit(page)


def test_two_people_at_once_choose_what_stays(world, desk, watch):
    """The later one gets both texts back, with a button for each."""
    alice, bob = (desk(world.people[name], javascript=False) for name in ("alice", "bob"))
    for page in (alice, bob):
        page.goto(f"/deelnames/{world.participation.pk}/formulier/school/")
    bob.locator("[name='visie.explanation']").fill("Tekst van Bob.")
    bob.get_by_role("button", name="Opslaan", exact=True).click()
    alice.locator("[name='visie.explanation']").fill("Tekst van Alice.")
    alice.locator("[name='vroegsignalering.explanation']").fill("Van Alice alleen.")
    with watch.expecting("status of 409"):
        alice.get_by_role("button", name="Opslaan", exact=True).click()
        conflict = alice.locator("#c-visie")
        expect(conflict).to_contain_text("Tekst van Bob.")
    expect(conflict).to_contain_text("Tekst van Alice.")
    assert Answer.objects.filter(explanation="Van Alice alleen.").exists(), "the rest is saved"
    conflict.get_by_role("button", name="Beide teksten onder elkaar zetten").click()
    expect(alice.locator("[name='visie.explanation']")).to_have_value("Tekst van Bob.\n\nTekst van Alice.")
