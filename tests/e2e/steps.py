"""What people do in a journey, by hand or by keyboard."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from accounts.models import User

LEVELS = "vusp"
MOST_TABS = 60
PAPER, PRACTICE = "vastgelegd", "geimplementeerd"


def arrive(page: Page, heading: str) -> None:
    """Wait for the page of this name: a button that was pressed says nothing of the page that comes."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def sign_in(page: Page, who: "User") -> None:
    """As a person does it: whoever asks for a page gets the sign-in page first."""
    page.goto("/")
    fill_in_sign_in(page, who)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn taken")


def fill_in_sign_in(page: Page, who: "User") -> None:
    page.get_by_label("E-mailadres").fill(who.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(lambda url: "login" not in url)


# By keyboard alone ----------------------------------------------------------------------------------------------------


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as it then must, in sight."""
    for _ in range(MOST_TABS):
        if target.evaluate("(element) => element === document.activeElement"):
            assert target.evaluate(IS_IN_SIGHT), f"{target} has the focus but cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by {MOST_TABS} tabs")


# Something of it must show: not outside the window, and not under the bar at the bottom (WCAG 2.4.11).
IS_IN_SIGHT = """(element) => {
  const label = element.type === "radio" ? element.closest("label") : element;
  const box = label.getBoundingClientRect();
  const points = [[.5, .5], [.5, .1], [.5, .9], [.1, .5]];
  return points.some(([x, y]) => {
    const found = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return found && (label.contains(found) || found.contains(label));
  });
}"""


def sign_in_by_keyboard(page: Page, who: "User") -> None:
    page.goto("/")
    tab_to(page, page.get_by_label("E-mailadres"))
    page.keyboard.type(who.email)
    tab_to(page, page.get_by_label("Wachtwoord", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn taken")


def press_by_keyboard(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def choose_by_keyboard(page: Page, row: str, dimension: str, level: str) -> None:
    """Tab comes to the first of the group; the arrows go down the scale."""
    group = page.locator(f"[name='{row}.level.{dimension}']")
    tab_to(page, group.first)
    page.keyboard.press("Space")
    for _ in range(LEVELS.index(level)):
        page.keyboard.press("ArrowDown")
    expect(group.nth(LEVELS.index(level))).to_be_checked()


def write_by_keyboard(page: Page, field: str, text: str) -> None:
    tab_to(page, page.locator(f"[name='{field}']"))
    page.keyboard.type(text)


# The form -------------------------------------------------------------------------------------------------------------


def rows_of(page: Page) -> list[str]:
    """The rows of a form that has arrived: listing does not wait, and a page on its way would count as none."""
    rows = page.locator("fieldset[data-row]")
    expect(rows).not_to_have_count(0)
    return [str(row.get_attribute("data-row")) for row in rows.all()]


Choice = Callable[[int], tuple[str, str]]


def fill_in_by_keyboard(page: Page, levels: Choice, words: str) -> None:
    for number, row in enumerate(rows_of(page)):
        paper, practice = levels(number)
        choose_by_keyboard(page, row, PAPER, paper)
        choose_by_keyboard(page, row, PRACTICE, practice)
        write_by_keyboard(page, f"{row}.explanation", f"{words} {number}.")
    write_by_keyboard(page, "closing.follow_up.text", f"{words} vervolg.")
    write_by_keyboard(page, "closing.planning.text", f"{words} planning.")


def fill_in(page: Page, levels: Choice, words: str) -> None:
    for number, row in enumerate(rows_of(page)):
        for dimension, level in zip((PAPER, PRACTICE), levels(number), strict=True):
            if level:
                page.locator(f"[name='{row}.level.{dimension}'][value='{level}']").check()
        page.locator(f"[name='{row}.explanation']").fill(f"{words} {number}.")
    page.locator("[name='closing.follow_up.text']").fill(f"{words} vervolg.")
    page.locator("[name='closing.planning.text']").fill(f"{words} planning.")


def look_over_and_submit(page: Page) -> None:
    page.get_by_role("button", name="Nakijken en indienen").click()
    expect(page.get_by_text("Alle 12 indicatoren zijn klaar.")).to_be_visible()
    page.get_by_role("button", name="Formulier indienen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Het formulier is ingediend")


# Afterwards -----------------------------------------------------------------------------------------------------------


def agree(page: Page, what: str, who: str, due: str) -> None:
    form = page.locator(".talk-add")
    form.get_by_label("Wat is de afspraak?").fill(what)
    form.get_by_label("Wie doet het?").fill(who)
    form.get_by_label("Uiterlijk").fill(due)
    form.get_by_role("button", name="Afspraak toevoegen").click()
    expect(page.locator("#afspraken tbody")).to_contain_text(what)


def download_report(page: Page) -> bytes:
    """The file, which must be the one whose hash stands on the page."""
    with page.expect_download() as caught:
        page.get_by_role("link", name=re.compile("^Verslag downloaden")).click()
    content = Path(caught.value.path()).read_bytes()
    assert content.startswith(b"%PDF-")
    expect(page.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    return content
