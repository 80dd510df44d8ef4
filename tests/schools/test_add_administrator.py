"""The operator makes somebody the first beheerder of a partnership, from the command line."""

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from records.models import LogEntry
from schools.models import Membership, Partnership, Role


@pytest.fixture
def partnership(db: None) -> Partnership:
    return Partnership.objects.create(code="VO9901", name="Samenwerkingsverband Verzonnen")


def add(*extra: str, code: str = "VO9901", email: str = "Bea@Voorbeeld.nl", name: str = "Bea de Beheerder") -> None:
    call_command("add_administrator", "--partnership", code, "--email", email, "--name", name, *extra)


def test_bea_gets_an_account_and_a_link_with_which_she_comes_in(partnership: Partnership, capsys):
    add()

    bea = User.objects.get(email="bea@voorbeeld.nl")
    assert (bea.name, bea.is_staff, bea.has_usable_password()) == ("Bea de Beheerder", False, False)
    assert Membership.objects.get(user=bea).partnership_id == partnership.pk
    assert LogEntry.objects.get(verb="role_given").partnership_id == partnership.pk
    (message,) = mail.outbox
    assert message.to == ["bea@voorbeeld.nl"]
    choose_password(str(message.body))
    assert Client().login(request=None, email="bea@voorbeeld.nl", password="een-goed-lang-wachtwoord")
    assert "password/reset" not in capsys.readouterr().out, "the key belongs to Bea alone"


def choose_password(text: str) -> None:
    link = re.search(r"https?://\S+", text)
    assert link
    browser = Client()
    page = browser.get(link[0], follow=True)
    words = {"password1": "een-goed-lang-wachtwoord", "password2": "een-goed-lang-wachtwoord"}
    browser.post(page.redirect_chain[-1][0], words)


def test_a_password_that_is_too_short_is_refused_in_dutch(partnership: Partnership):
    add()
    link = re.search(r"https?://\S+", str(mail.outbox[0].body))
    assert link
    browser = Client()
    page = browser.get(link[0], follow=True)
    refused = browser.post(page.redirect_chain[-1][0], {"password1": "kort", "password2": "kort"})
    assert "minstens 12 tekens lang" in refused.content.decode()
    assert "too short" not in refused.content.decode()


def test_the_link_can_be_shown_instead(partnership: Partnership, capsys):
    add("--print-link")

    assert not mail.outbox
    choose_password(capsys.readouterr().out)
    assert User.objects.get().check_password("een-goed-lang-wachtwoord")


def test_without_a_mail_server_the_link_stands_whole_on_the_console(partnership: Partnership, capsys, settings):
    settings.MAILERS = {"default": {"BACKEND": "swvportal.lib.console_mail.EmailBackend"}}
    add()

    choose_password(capsys.readouterr().out)
    assert User.objects.get().check_password("een-goed-lang-wachtwoord")


def test_a_second_time_changes_nothing(partnership: Partnership, capsys):
    add()
    add()

    assert "al beheerder" in capsys.readouterr().out
    assert Membership.objects.count() == User.objects.count() == 1
    assert LogEntry.objects.filter(verb="role_given").count() == 1


def test_who_has_an_account_keeps_name_and_password(partnership: Partnership, capsys):
    bea = User.objects.create_user("bea@voorbeeld.nl", "haar-eigen-wachtwoord", name="Bea")

    add("--print-link")

    bea.refresh_from_db()
    assert (bea.name, bea.check_password("haar-eigen-wachtwoord")) == ("Bea", True)
    assert Membership.objects.get().role == Role.ADMINISTRATOR
    assert "password/reset" not in capsys.readouterr().out
    assert not mail.outbox


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"code": "VO1234"}, "geen samenwerkingsverband met code VO1234"),
        ({"email": "geen adres"}, "--email: .*e-mailadres"),
        ({"name": ""}, "--name: .*leeg"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(partnership: Partnership, wrong: dict[str, str], message: str):
    with pytest.raises(CommandError, match=message):
        add(**wrong)

    assert not User.objects.exists()
    assert not Membership.objects.exists()


def test_a_closed_account_is_not_opened_by_accident(partnership: Partnership):
    User.objects.create_user("bea@voorbeeld.nl", None, name="Bea", is_active=False)

    with pytest.raises(CommandError, match="gesloten"):
        add()

    assert not Membership.objects.exists()
