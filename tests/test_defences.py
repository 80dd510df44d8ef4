"""What every answer of the portal has, whatever the address: defences that no single page may forget."""

import pytest
from django.db import connection
from django.test import Client

from records.models import LogEntry
from tests.access_table import rows
from tests.factories import World
from tests.test_access import address, in_state, payload

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
DOWNLOADS = {"indicators:evidence/school", "indicators:seal/school", "reports:download"}


def client_of(world: World, who: str, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(getattr(world, who))
    return client


@pytest.mark.parametrize("state", ["draft", "after"])
def test_no_post_is_heard_without_the_token_of_our_own_page(world: World, state: str):
    in_state(world, state)
    heard = [
        (name, who)
        for name, method, when, _ in rows()
        for who in ("alice", "bea")
        if method == "POST"
        and when == state
        and client_of(world, who, enforce_csrf_checks=True).post(address(world, name), payload(world, name)).status_code
        != 403
    ]
    assert heard == []


@pytest.mark.parametrize("who", ["alice", "bea", "carla"])
def test_every_answer_defends_itself(world: World, who: str):
    """Pages, downloads and refusals alike."""
    in_state(world, "after")
    client = client_of(world, who)
    urls = {name: address(world, name) for name, method, when, _ in rows() if method == "GET" and when == "after"}
    urls |= {"nowhere": "/bestaat-niet/", "admin": "/applicatiebeheer/", "password": "/account/password/change/"}
    seen = set()
    for name, url in urls.items():
        response = client.get(url)
        seen.add(response.status_code)
        headers = response.headers
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "no-store" in headers["Cache-Control"], name
        assert headers["Content-Security-Policy"].startswith((POLICY, "sandbox; default-src 'none'")), name
        if name in DOWNLOADS and response.status_code == 200:
            assert headers["Content-Disposition"].startswith("attachment"), name
    assert {200, 404} <= seen


def test_a_refused_token_is_answered_as_safely(world: World):
    response = client_of(world, "alice", enforce_csrf_checks=True).post("/rondes/nieuw/", {})
    assert response.status_code == 403
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"].startswith(POLICY)


def everything_stored() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            if table not in {"django_session", LogEntry._meta.db_table}:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows_ = [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
                found[table] = sorted(map(repr, rows_))
    return found


@pytest.mark.parametrize("state", ["draft", "after"])
def test_looking_changes_nothing(world: World, state: str):
    """Not one row, but for the log: who asked too early, and who downloaded a report."""
    in_state(world, state)
    clients = [client_of(world, who) for who in ("alice", "bea", "aisha")]
    before, lines = everything_stored(), LogEntry.objects.count()
    for client in clients:
        for name, method, when, _ in rows():
            if method == "GET" and when == state:
                response = client.get(address(world, name))
                if response.streaming:
                    response.getvalue()
    assert everything_stored() == before
    written = set(LogEntry.objects.order_by("pk")[lines:].values_list("verb", flat=True))
    assert written == ({"refused"} if state == "draft" else {"report_downloaded"})


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("who", "megabytes", "heard"), [("", 4, True), ("", 6, False), ("alice", 21, True), ("alice", 300, False)]
)
def test_a_body_that_nobody_asks_for_is_not_even_read(world: World, who: str, megabytes: int, heard: bool):
    """Django would first write every file in it to the disk."""
    client = client_of(world, who) if who else Client(raise_request_exception=False)
    response = client.post("/account/login/", {"login": "x"}, CONTENT_LENGTH=str(megabytes * MEGABYTE))
    assert (response.status_code != 400) is heard
    assert client.post("/account/login/", {"login": "x"}, CONTENT_LENGTH="9" * 5000).status_code < 500
