"""The README's pictures, from the demo: `make screenshots` writes them into docs/screenshots/.

The same demo on the same day gives the same pictures.
"""

import io
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tools.demo import demo_environment, serving
from tools.run import ROOT

FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
COLOURS = 128
MOST_BYTES = 150_000
WIDE, TALL, PHONE = (1280, 900), (1280, 1500), (390, 844)


@dataclass(frozen=True, slots=True)
class Picture:
    """What one person sees at an address. `at` is the element that the picture begins with, or nothing for the top."""

    name: str
    cookie: str
    path: str
    size: tuple[int, int] = WIDE
    at: str = ""


def pictures() -> list[Picture]:
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from actionplans.models import ActionPoint
    from finance.models import FundAccount
    from indicators.models import Participation, Party

    def cookie(first_name: str) -> str:
        client = Client()
        client.force_login(User.objects.get(email__startswith=f"{first_name}@"))
        return str(client.session.session_key)

    running = Participation.objects.filter(round__state="open").order_by("pk")
    exchanged = running.filter(exchanged_at__isnull=False, missing_party="")
    form = reverse("indicators:form", args=[running[0].pk, Party.SCHOOL])
    comparison = reverse("indicators:comparison", args=[exchanged[0].pk])
    held = exchanged.filter(conversation__isnull=False).order_by("pk")
    conversation = reverse("conversations:conversation", args=[held.last().pk])  # type: ignore[union-attr]
    report = reverse("reports:conversation_report", args=[held[0].pk])
    of_last_year = ActionPoint.objects.filter(agreement__isnull=False, plan__school=held[0].school_id).order_by("pk")
    thread = reverse("conversations:thread", args=[of_last_year[0].pk])
    approved = FundAccount.objects.filter(state="approved").order_by("pk")[0]
    alice, petra = cookie("alice"), cookie("petra")
    return [
        Picture("mijn-taken", petra, reverse("home")),
        Picture("formulier", alice, form, at="section.theme"),
        Picture("formulier-telefoon", alice, form, PHONE, at="section.theme"),
        Picture("vergelijking", petra, comparison, TALL),
        Picture("vergelijking-telefoon", petra, comparison, PHONE, at="#lijst"),
        Picture("gesprek", petra, conversation, TALL),
        Picture("verslag", petra, report),
        Picture("profielen-vergelijken", petra, reverse("actionplans:matrix"), TALL),
        Picture("van-verschil-tot-effect", petra, thread, TALL),
        Picture("begrotingen-naast-elkaar", petra, reverse("finance:budget_comparison"), TALL),
        Picture("verantwoording", petra, reverse("finance:account", args=[approved.pk]), TALL),
    ]


def take(browser: Browser, address: str, wanted: Iterable[Picture]) -> None:
    from django.conf import settings

    for picture in wanted:
        width, height = picture.size
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": picture.cookie, "url": address}])
        page = context.new_page()
        response = page.goto(picture.path)
        if response is None or not response.ok:
            raise RuntimeError(f"{picture.path} answers {response and response.status}")
        page.evaluate("document.fonts.ready")
        if picture.at:
            page.locator(picture.at).first.evaluate("(element) => element.scrollIntoView()")
        save(picture.name, page.screenshot(animations="disabled", caret="hide"))
        context.close()


def save(name: str, png: bytes) -> None:
    """Flat colours: a palette holds them all, in a fifth of the bytes."""
    path = FOLDER / f"{name}.png"
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {size / 1000:.0f} KB")
    if size > MOST_BYTES:
        raise RuntimeError(f"{name} is larger than {MOST_BYTES / 1000:.0f} KB")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_environment() as env:
        os.environ.update(env)
        import django

        django.setup()
        wanted = pictures()
        with serving(env) as (address, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
            )
            take(browser, address, wanted)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
