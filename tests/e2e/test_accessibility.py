"""Every page, as it is and with a mistake on it, on a wide screen and on a phone: no violation that axe can find, and
nothing that makes one scroll sideways.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Error, Page, Route, TimeoutError

from tests.e2e.conftest import PHONE, WIDE, Desk, browser_with_text, scrolls_sideways
from tests.e2e.scene import Scene, set_up
from tests.factories import World

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
REFUSED = r"Failed to load resource: the server responded with a status of 4\d\d"


@dataclass(frozen=True)
class Screen:
    """A page as one person sees it. `args` are those of its address, `query` comes behind it."""

    who: str
    args: Callable[[Scene], list[Any]] = lambda scene: []
    query: str = ""


def form(which: str, party: str = "school") -> Callable[[Scene], list[Any]]:
    return lambda scene: [getattr(scene, which).pk, party]


def participation(which: str) -> Callable[[Scene], list[Any]]:
    return lambda scene: [getattr(scene, which).pk]


def round_of(which: str) -> Callable[[Scene], list[Any]]:
    return lambda scene: [getattr(scene, which).round_id]


def school(scene: Scene) -> list[Any]:
    return [scene.world.school.pk]


def arrangements(scene: Scene) -> list[Any]:
    return [scene.world.school.pk, 2026]


def published(scene: Scene) -> list[Any]:
    return [scene.world.indicator_set.pk]


def planned(scene: Scene) -> list[Any]:
    return [scene.planned.pk]


def agreement(scene: Scene) -> list[Any]:
    return [scene.agreement]


SCREENS: dict[str, list[Screen]] = {
    "home": [Screen("alice"), Screen("petra"), Screen("bea"), Screen("dirk"), Screen("aisha"), Screen("oscar")],
    "school": [Screen("alice", school), Screen("petra", school)],
    "schools:list": [Screen("petra"), Screen("petra", query="?q=onvindbaar")],
    "schools:arrangements": [Screen("alice", arrangements), Screen("petra", arrangements)],
    "indicators:sets": [Screen("bea")],
    "indicators:set": [Screen("bea", published)],
    "indicators:blank_form": [Screen("alice", published)],
    "indicators:rounds": [Screen("petra"), Screen("alice")],
    "indicators:round_new": [Screen("petra")],
    "indicators:round": [Screen("petra", round_of("exchanged")), Screen("petra", planned)],
    "indicators:round_edit": [Screen("petra", planned)],
    "indicators:open_round": [Screen("petra", planned)],
    "indicators:close_round": [Screen("petra", round_of("draft"))],
    "indicators:participation": [
        Screen("alice", participation("draft")),
        Screen("petra", participation("half")),
        Screen("alice", participation("exchanged")),
    ],
    "indicators:participation_edit": [Screen("petra", participation("draft"))],
    "indicators:start_without": [Screen("petra", participation("half"))],
    "indicators:form": [
        Screen("alice", form("draft")),
        Screen("petra", form("draft", "partnership")),
        Screen("petra", form("exchanged")),
    ],
    "indicators:print_form": [Screen("alice", form("exchanged"))],
    "indicators:review": [Screen("alice", form("draft")), Screen("alice", form("half"))],
    "indicators:hand_back": [Screen("alice", form("half"))],
    "indicators:comparison": [
        Screen("alice", participation("exchanged")),
        Screen("petra", participation("exchanged"), "?toon=verschil&volgorde=formulier"),
        Screen("alice", participation("draft")),
    ],
    "conversations:conversation": [
        Screen("petra", participation("exchanged")),
        Screen("alice", participation("exchanged")),
        Screen("petra", participation("draft")),
    ],
    "conversations:edit": [Screen("petra", participation("exchanged"))],
    "conversations:add_agreement": [Screen("petra", participation("exchanged"))],
    "conversations:edit_agreement": [Screen("petra", agreement)],
    "reports:conversation_report": [
        Screen("alice", participation("exchanged")),
        Screen("petra", participation("draft")),
    ],
    "account_login": [Screen("")],
    "account_logout": [Screen("alice")],
    "account_email": [Screen("alice")],
    "account_change_password": [Screen("alice")],
    "account_reset_password": [Screen("")],
    "account_reset_password_done": [Screen("")],
    "account_reset_password_from_key": [Screen("", lambda scene: ["x", "onjuist"])],
    "account_reset_password_from_key_done": [Screen("")],
    "account_signup": [Screen("")],
    "account_inactive": [Screen("")],
    "account_reauthenticate": [Screen("alice")],
    "account_email_verification_sent": [Screen("")],
    "account_confirm_email": [Screen("", lambda scene: ["onjuist"])],
}

# They answer a post, a file or a word for a machine: there is no page to look at.
WITHOUT_A_PAGE = {
    "healthz",
    "schools:hand_in_arrangements",
    "schools:take_back_arrangements",
    "indicators:publish_set",
    "indicators:new_version",
    "indicators:save_answer",
    "indicators:save_closing_text",
    "indicators:add_evidence",
    "indicators:evidence",
    "indicators:remove_evidence",
    "indicators:submit",
    "indicators:seal",
    "conversations:start",
    "conversations:save",
    "conversations:save_conclusion",
    "conversations:remove_agreement",
    "conversations:agreement_state",
    "conversations:make_action",
    "reports:make",
    "reports:make_profile",
    "reports:make_plan",
    "reports:download",
    "reports:make_account",
    "reports:make_narrative",
    "reports:narrative_download",
}
# Looked at with the profiles and plans that they are about, in test_plan_pages.py.
OF_PLANS = {
    "conversations:thread",
    "conversations:trail",
    "reports:profile_report",
    "reports:plan_report",
    "reports:account_report",
    "reports:narrative_report",
}
# Ours to leave alone: everybody who signs in has a password, and nobody signs in with a code.
NOT_IN_USE = {"account_set_password", "account_confirm_login_code"}


def named_addresses(resolver: Any = None, namespace: str = "") -> Iterator[str]:
    """Django's own admin apart, which is the operator's tool and not a page of the portal."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + str(pattern.name)
        elif isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            yield from named_addresses(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)


def test_every_address_is_looked_at_or_has_no_page():
    """Those of profiles, plans and money are looked at in test_plan_pages.py, whatever row of the access table shows a page."""
    elsewhere = {name for name in named_addresses() if name.startswith(("actionplans:", "finance:"))} | OF_PLANS
    assert set(named_addresses()) == set(SCREENS) | WITHOUT_A_PAGE | NOT_IN_USE | elsewhere


@dataclass
class Looker:
    """Looks at one page after the other and remembers what was wrong, so that one run tells everything."""

    desk: Desk
    world: World
    width: int
    found: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    axe: Axe = field(default_factory=Axe)

    def page_of(self, who: str) -> Page:
        """The browser of this person, or of nobody."""
        if who not in self.pages:
            person = getattr(self.world, who) if who else None
            self.pages[who] = self.desk(person, width=self.width)
        return self.pages[who]

    def go(self, page: Page, path: str, what: str) -> None:
        try:
            response = page.goto(path)
        except Error as error:  # an answer without a page
            self.found.append(f"{what}: {error.message}")
            return
        if response is None or response.status != 200:
            self.found.append(f"{what}: answers {response and response.status}")
        self.look(page, what)

    def make(self, mistake: "Mistake", page: Page) -> None:
        what = f"{mistake.name} {mistake.query} with a mistake"
        try:
            mistake.do(page)
            page.get_by_role("alert").first.wait_for(timeout=3000)
        except TimeoutError as error:
            self.found.append(f"{what}: no alert, {error.message}")
        self.look(page, what)

    def look(self, page: Page, what: str) -> None:
        results = self.axe.run(page, options=RULES).response
        for violation in results["violations"]:
            where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:4])
            self.found.append(f"{what}: {violation['id']} ({violation['help']}) at {where}")
        if scrolls_sideways(page):
            self.found.append(f"{what}: scrolls sideways")


@pytest.fixture
def scene(world, run_worker) -> Scene:
    return set_up(world, run_worker)


widths = pytest.mark.parametrize("width", [WIDE, PHONE])


@widths
def test_pages(scene, desk, width):
    looker = Looker(desk, scene.world, width)
    for name, screens in SCREENS.items():
        for screen in screens:
            path = reverse(name, args=screen.args(scene)) + screen.query
            looker.go(looker.page_of(screen.who), path, f"{name} {screen.query} for {screen.who or 'nobody'}")
    assert not looker.found, "\n".join(looker.found)


# Mistakes -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """Somebody does something wrong on a page; the page must then say so in an alert."""

    who: str
    name: str
    do: Callable[[Page], None]
    args: Callable[[Scene], list[Any]] = lambda scene: []
    query: str = ""


def press(label: str, **filled: str) -> Callable[[Page], None]:
    """Fill in these fields, by the name in the form, and press the button."""

    def do(page: Page) -> None:
        for name, value in filled.items():
            page.locator(f"[name={name.replace('__', '-')}]").first.fill(value)
        page.get_by_role("button", name=label, exact=True).click()

    return do


def nothing(page: Page) -> None:
    """The page comes with its mistakes."""


def somebody_else_was_first(page: Page) -> None:
    """A save from a page that is older than what stands there now."""
    page.locator("[name='visie.version']").evaluate("(field) => { field.value = '0'; }")
    page.locator("[name='visie.explanation']").evaluate("(field) => { field.value = 'Iets anders.'; }")
    page.evaluate("document.getElementById('formulier').submit()")
    page.wait_for_load_state()


MISTAKES = [
    Mistake("", "account_login", press("Inloggen", login="alice@voorbeeld.nl", password="onjuist")),
    Mistake("", "account_login", press("Inloggen", login="geen adres")),
    Mistake("", "account_reset_password", press("Link aanvragen", email="geen adres")),
    Mistake("alice", "account_change_password", press("Wachtwoord opslaan", oldpassword="onjuist")),
    Mistake("alice", "indicators:form", nothing, form("draft"), "?controle=1"),
    Mistake("alice", "indicators:form", somebody_else_was_first, form("draft")),
    Mistake("alice", "indicators:review", nothing, form("draft")),
    Mistake(
        "alice", "schools:arrangements", press("Bewaren, met nieuwe lege rijen", rij__0__pupils="veel"), arrangements
    ),
    Mistake("petra", "indicators:round_new", press("Ronde klaarzetten")),
    Mistake("petra", "indicators:round_edit", press("Bewaren", title=""), planned),
    Mistake(
        "petra", "indicators:participation_edit", press("Planning bewaren", duration_minutes=""), participation("draft")
    ),
    Mistake("petra", "indicators:start_without", press("Beginnen zonder dit formulier"), participation("half")),
    Mistake("petra", "conversations:edit", press("Opslaan", date=""), participation("exchanged")),
    Mistake("petra", "conversations:conversation", press("Afspraak toevoegen", text=""), participation("exchanged")),
    Mistake("petra", "conversations:edit_agreement", press("Opslaan", text=""), agreement),
]


@widths
def test_mistakes(scene, desk, watch, width):
    looker = Looker(desk, scene.world, width)
    with watch.expecting(REFUSED):
        for mistake in MISTAKES:
            page = looker.page_of(mistake.who)
            page.goto(reverse(mistake.name, args=mistake.args(scene)) + mistake.query)
            looker.make(mistake, page)
    assert not looker.found, "\n".join(looker.found)


def answer_with(template: str, route: Route) -> None:
    route.fulfill(body=render_to_string(template), content_type="text/html; charset=utf-8")


@widths
def test_refusals(scene, desk, watch, width):
    looker = Looker(desk, scene.world, width)
    page = looker.page_of("alice")
    with watch.expecting(REFUSED):
        for path, status in (("/bestaat-niet/", 404), (reverse("indicators:round_new"), 403)):
            response = page.goto(path)
            assert response is not None
            assert response.status == status
            looker.look(page, path)
        page.goto(reverse("account_change_password"))
        page.locator("[name=csrfmiddlewaretoken]").last.evaluate("(field) => field.remove()")
        page.get_by_role("button", name="Wachtwoord opslaan").click()
        page.wait_for_load_state()
        looker.look(page, "a form from an old page")
    for name in ("400.html", "429.html", "500.html"):
        page.route(f"**/{name}", partial(answer_with, name))
        page.goto(f"/{name}")
        looker.look(page, name)
    assert not looker.found, "\n".join(looker.found)


# Small and large ------------------------------------------------------------------------------------------------------

MAIN_PAGES = [
    ("alice", "home", None),
    ("petra", "home", None),
    ("alice", "indicators:form", form("draft")),
    ("alice", "indicators:review", form("draft")),
    ("petra", "indicators:round", round_of("exchanged")),
    ("petra", "indicators:participation", participation("exchanged")),
    ("alice", "indicators:comparison", participation("exchanged")),
    ("petra", "conversations:conversation", participation("exchanged")),
    ("alice", "reports:conversation_report", participation("exchanged")),
    ("alice", "schools:arrangements", arrangements),
]


@pytest.mark.parametrize(("width", "text"), [(320, 16), (640, 16), (WIDE, 32)])
def test_nothing_scrolls_sideways(scene, desk, playwright, width, text):
    """At 320 px; zoomed in to 200 %; and where somebody set the browser's own text to twice its size."""
    with browser_with_text(playwright, text) as chromium:
        looker = Looker(partial(desk, chromium=chromium), scene.world, width)
        for who, name, args in MAIN_PAGES:
            page = looker.page_of(who)
            page.goto(reverse(name, args=args(scene) if args else []))
            if scrolls_sideways(page):
                looker.found.append(f"{name} for {who}")
        assert not looker.found, "\n".join(looker.found)
