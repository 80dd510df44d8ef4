"""The door: how often one may try, what it tells, and where it leads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, World

TOO_OFTEN = "U hebt te vaak geprobeerd in te loggen"
LIMIT = 5


def try_to_sign_in(client: Client, email: str, *, password: str = "geraden-wachtwoord", **request: Any) -> str:
    response = client.post(reverse("account_login"), {"login": email, "password": password}, **request)
    return response.getvalue().decode()


def refused_after(attempts: int, attempt: Callable[[int], str]) -> bool:
    """Whether this many attempts are heard, and the next one no more."""
    heard = [TOO_OFTEN not in attempt(number) for number in range(attempts + 1)]
    return heard == [True] * attempts + [False]


def test_an_account_hears_five_wrong_passwords_from_wherever_they_come(world: World, client: Client):
    assert refused_after(
        LIMIT, lambda number: try_to_sign_in(client, "alice@voorbeeld.nl", REMOTE_ADDR=f"192.0.2.{number}")
    )
    assert TOO_OFTEN in try_to_sign_in(client, "alice@voorbeeld.nl", password=PASSWORD, REMOTE_ADDR="192.0.2.99")


def test_another_port_or_another_spelling_gives_no_new_attempts(world: World, client: Client, settings: Any):
    """The port in a Host header is whatever the visitor writes there."""
    settings.ALLOWED_HOSTS = ["portaal.example.nl"]
    spellings = ("oscar@voorbeeld.nl", "OSCAR@voorbeeld.nl", "oſcar@voorbeeld.nl", " Oscar@Voorbeeld.nl")

    def attempt(number: int) -> str:
        return try_to_sign_in(
            client,
            spellings[number % len(spellings)],
            headers={"host": f"portaal.example.nl:{8000 + number}"},
            REMOTE_ADDR=f"192.0.2.{number}",
        )

    assert refused_after(LIMIT, attempt)


def test_the_admin_has_no_door_of_its_own(world: World, client: Client):
    response = client.get("/applicatiebeheer/login/?next=/applicatiebeheer/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert client.post("/applicatiebeheer/login/", {"username": "x", "password": "y"}).status_code == 302


def test_one_visitor_does_not_use_up_the_attempts_of_all_behind_the_proxy(world: World, client: Client, settings: Any):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def from_address(address: str, number: int) -> str:
        headers = {"x-forwarded-for": f"198.51.100.7, {address}"}  # only what the proxy itself added counts
        return try_to_sign_in(client, f"iemand{number}@voorbeeld.nl", headers=headers, REMOTE_ADDR="127.0.0.1")

    assert refused_after(10, lambda number: from_address("192.0.2.1", number))
    assert TOO_OFTEN not in from_address("192.0.2.2", 99)


def test_attempts_are_not_forgotten_because_somebody_fills_the_memory(settings: Any):
    """Django's database cache throws away a third when it holds 300 entries."""
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 50_000


def answer_of(response: Any) -> tuple[int, str, str]:
    body = re.sub(r'name="(csrfmiddlewaretoken|login)" value="[^"]*"|value="[^"]*@[^"]*"', "", response.text)
    return response.status_code, response.get("Location", ""), body


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_door_does_not_tell_who_has_an_account(world: World, name: str):
    answers = []
    for address in ("alice@voorbeeld.nl", "niemand@voorbeeld.nl"):
        data = {"login": address, "password": "geraden-wachtwoord", "email": address}
        answers.append(answer_of(Client().post(reverse(name), data)))
    assert answers[0] == answers[1]


def test_five_mails_an_hour_to_one_address(world: World, mailoutbox: list[EmailMessage]):
    for number in range(8):
        address = f"192.0.2.{number}"
        Client().post(reverse("account_reset_password"), {"email": "alice@voorbeeld.nl"}, REMOTE_ADDR=address)
    assert len(mailoutbox) == 5


def test_the_link_to_a_new_password_leads_to_the_portal_itself(
    world: World, client: Client, settings: Any, mailoutbox: list[EmailMessage]
):
    settings.ALLOWED_HOSTS = ["portaal.example.nl"]
    settings.SITE_URL = "https://portaal.example.nl"
    headers = {"host": "portaal.example.nl:6666"}
    client.post(reverse("account_reset_password"), {"email": "alice@voorbeeld.nl"}, headers=headers)
    assert "6666" not in mailoutbox[0].body
    link = re.search(r"https://portaal\.example\.nl(/account/\S+)", str(mailoutbox[0].body))
    assert link is not None
    response = client.get(link[1], headers={"host": "portaal.example.nl"}, follow=True)
    assert 'name="password1"' in response.text


@pytest.mark.parametrize("where", ["//elders.example/", "https://elders.example/", "javascript:alert(1)", "/\\elders"])
def test_signing_in_leads_nowhere_else(world: World, client: Client, where: str):
    data = {"login": "alice@voorbeeld.nl", "password": PASSWORD, "next": where}
    response = client.post(f"{reverse('account_login')}?next={where}", data)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_session_is_made_anew_at_signing_in(world: World, client: Client, settings: Any):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post(reverse("account_login"), {"login": "alice@voorbeeld.nl", "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != "a" * 32
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
