"""People at a browser: Debian's Chromium, driven by Playwright, against the portal in this process.

Every page is watched: an error in the console, an exception in a script, a breach of the content security policy or an
answer of 500 fails the test that caused it, unless the test said beforehand that it belongs to the story.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)

if TYPE_CHECKING:
    from accounts.models import User

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
WIDE, PHONE = 1280, 390
TIMEOUT = 30_000  # a busy machine is no mistake
expect.set_options(timeout=TIMEOUT)

REPORT_BREACH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's loop runs in the test's own thread, where Django then takes every query for one inside a coroutine.
    It is none: nothing here is awaited while the test itself uses the database.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as running:
            yield running
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextlib.contextmanager
def browser_with_text(playwright: Playwright, pixels: int) -> Iterator[Browser]:
    """Chromium, with the size of text that somebody chose in its settings; 16 is what it comes with."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--blink-settings=defaultFontSize={pixels}"],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with browser_with_text(playwright, 16) as browser:
        yield browser


@dataclass
class Watch:
    """What went wrong on the pages of one test, and what was bound to."""

    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.note(f"{message.text} ({message.location.get('url')})")

    def on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.note(f"{response.status} {response.url}")

    def note(self, what: str) -> None:
        if not any(re.search(pattern, what) for pattern in self.expected):
            self.wrong.append(what)

    @contextlib.contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Within, what matches belongs to the story: a refused form, a connection that is gone."""
        self.expected.append(pattern)
        yield
        self.expected.remove(pattern)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert not watch.wrong, "\n".join(watch.wrong)


Desk = Callable[..., Page]


@pytest.fixture
def desk(chromium: Browser, live_server: Any, watch: Watch) -> Iterator[Desk]:
    """A person at a browser of their own: `desk(world.alice, width=390)`; without a person nobody is signed in."""
    contexts: list[BrowserContext] = []

    def sit_down(
        who: "User | None" = None, *, width: int = WIDE, javascript: bool = True, chromium: Browser = chromium
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        if javascript:
            context.add_init_script(REPORT_BREACH)
        context.on("page", lambda page: keep_an_eye_on(page, watch))
        if who is not None:
            context.add_cookies([session_cookie(who, live_server.url)])
        return context.new_page()

    yield sit_down
    for context in contexts:
        if context.browser and context.browser.is_connected():
            context.close()


def keep_an_eye_on(page: Page, watch: Watch) -> None:
    page.on("console", watch.on_console)
    page.on("pageerror", lambda error: watch.note(f"exception on {page.url}: {error}"))
    page.on("response", watch.on_response)


def session_cookie(who: "User", url: str) -> Any:
    from django.test import Client

    client = Client()
    client.force_login(who)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
        "httpOnly": True,
    }


def scrolls_sideways(page: Page) -> bool:
    """Whether the page as a whole is wider than the window; a table may scroll within its own frame."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider
