"""Whatever somebody sends, the portal has an answer for it: a page, a refusal or 400, and never an error of its own."""

from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from django.db import transaction
from django.test import Client

from tests.access_rows import AREAS
from tests.access_table import rows
from tests.factories import World
from tests.test_access import address, in_state, payload

# What a page of ours would never send, as it comes in over the line.
NASTY = {
    "nul": b"a\0b",
    "no-utf8": b"\xff\xfe\xed\xa0\x80",
    "empty": b"",
    "word": b"abc",
    "negative": b"-1",
    "too-large": b"99999999999999999999",
    "five-thousand-digits": b"9" * 5000,
    "other-digits": "٣".encode(),
    "not-a-number": b"NaN",
    "first-moment": b"0001-01-01T00:00",
    "last-moment": b"9999-12-31T23:59",
    "first-day": b"0001-01-01",
    "last-day": b"9999-12-31",
    "long": b"x" * 25_000,
    "backwards": "\u202e\u200b\U0001f600".encode(),
    "lines": b"a\r\nBcc: b@voorbeeld.nl",
    "markup": b"'\"><script>alert(1)</script>{{ x }}%s",
}

# Fields that a page sends sometimes, beside those of `payload`.
ALSO = {
    "form": ("resolve", "confirm", "remove", "upload", "next", "visie.base", "visie.conflict", "visie.confirmed"),
    "save_answer": ("resolve", "confirm", "user", "visie.level.vastgelegd", "visie.conflict", "visie.confirmed"),
    "save_closing_text": ("resolve", "user", "closing.planning.base", "closing.planning.conflict"),
    "round_new": ("appointment_at",),
    "round_edit": ("indicator_set", "schools", "deadline"),
    "participation_edit": ("appointment_at",),
    "edit": ("location", "more_rows", "wie-0-name", "wie-0-function"),
    "save": ("summary-choice", "summary-shown", "budget_notes"),
    "add_agreement": ("due", "indicator"),
    "edit_agreement": ("due", "indicator"),
    "arrangements": ("rij-0-kind", "rij-0-pupils", "rij-0-amount"),
    "hand_in_arrangements": ("rij-0-kind", "rij-0-pupils", "rij-0-amount"),
    "publish_set": ("scale",),
}
for area in AREAS:
    ALSO |= area.ALSO
FILLED_IN = {"arrangements": {"rij-TOTAL_FORMS": "1"}, "edit": {"wie-TOTAL_FORMS": "1"}}


def view_of(row: str) -> str:
    return row.partition("/")[0].rpartition(":")[2]


def fields_of(world: World, row: str) -> dict[str, bytes]:
    """What the page would post, files left out."""
    view = view_of(row)
    posted = payload(world, row) | FILLED_IN.get("arrangements" if "arrangements" in view else view, {})
    found = {}
    for name, value in posted.items():
        value = value[0] if isinstance(value, list) else value
        if isinstance(value, str | int):
            found[name] = str(value).encode()
    return found | dict.fromkeys(ALSO.get(view, ()), b"")


def spoiled(fields: dict[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The same post with one field wrong, with one left out, and with all of them wrong."""
    for name in fields:
        yield f"{name} left out", {other: value for other, value in fields.items() if other != name}
        for what, value in NASTY.items():
            yield f"{name} {what}", {**fields, name: value}
    for what, value in NASTY.items():
        yield f"all {what}", dict.fromkeys(fields, value)


def encoded(fields: dict[str, bytes]) -> bytes:
    return b"&".join(name.encode() + b"=" + quote_from_bytes(value).encode() for name, value in fields.items())


def answer_to(client: Client, url: str, fields: dict[str, bytes]) -> str:
    """The status, or what went wrong; whatever was done is undone."""
    try:
        with transaction.atomic():
            response = client.post(url, encoded(fields), content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "" if response.status_code < 500 else str(response.status_code)


def posts(state: str) -> dict[str, str]:
    """Every address that somebody may post to in this state, one for the two parties, with who may most."""
    found: dict[str, tuple[str, str]] = {}
    for name, method, when, expected in rows():
        may = [who for who in ("alice", "petra", "bea") if expected[who] in {"200", "302", "409"}]
        if method == "POST" and when == state and may:
            found[view_of(name)] = name, may[-1]
    return dict(found.values())


PARTS = 8  # so that the processes of a run share the work


@pytest.mark.parametrize("part", range(PARTS))
def test_no_post_breaks_the_portal(world, part):
    """While both forms are being filled in, and for the conversation and its report after the exchange."""
    in_state(world, "draft")
    before = posts("draft")
    broken = broken_by(world, share_of(before, part))
    in_state(world, "after")
    after = {row: who for row, who in posts("after").items() if row not in before}
    broken += broken_by(world, share_of(after, part))
    assert not broken, "\n".join(broken)


def share_of(addresses: dict[str, str], part: int) -> dict[str, str]:
    return dict(list(addresses.items())[part::PARTS])


def broken_by(world: World, addresses: dict[str, str]) -> list[str]:
    assert addresses
    broken = []
    for row, who in addresses.items():
        client = Client()
        client.force_login(getattr(world, who))
        url = address(world, row)
        for what, fields in spoiled(fields_of(world, row)):
            if wrong := answer_to(client, url, fields):
                broken.append(f"{row}, {what}: {wrong}")
    return broken
