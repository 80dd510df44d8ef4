"""A form with a mistake says so once on top, and in Dutch."""

import pytest
from django.db import transaction
from django.test import Client

from tests.access_rows import AREAS
from tests.access_table import rows
from tests.factories import World
from tests.test_access import address, in_state

NAMES = {line.split()[0] for area in AREAS for line in area.TABLE.splitlines() if line.strip() and line[0] not in " #"}


@pytest.mark.parametrize("state", ["draft", "half", "after"])
def test_an_empty_form_is_refused_with_one_summary(world: World, state: str) -> None:
    in_state(world, state)
    pages = 0
    for name, method, when, expected in rows():
        may = [who for who in ("alice", "petra", "bea") if expected[who] in {"200", "302", "409", "422"}]
        if name not in NAMES or method != "POST" or when != state or not may:
            continue
        client = Client()
        client.force_login(getattr(world, may[-1]))
        with transaction.atomic():
            response = client.post(address(world, name), {"csrfmiddlewaretoken": "x"})
            transaction.set_rollback(True)
        page = response.content.decode() if response.get("Content-Type", "").startswith("text/html") else ""
        if "data-error-summary" in page:
            pages += 1
            assert page.count("data-error-summary") == 1, name
            assert "This field" not in page, name
    assert pages >= {"draft": 10, "half": 1, "after": 1}[state]
