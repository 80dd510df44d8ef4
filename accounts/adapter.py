"""What allauth asks us."""

import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    # allauth's own Dutch says "je"; the portal says "u".
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Dit account is niet actief.",
        "email_password_mismatch": "Dit e-mailadres en wachtwoord horen niet bij elkaar. Controleer ze allebei.",
        "enter_current_password": "Vul uw huidige wachtwoord in.",
        "incorrect_password": "Dit is niet uw wachtwoord.",
        "invalid_password_reset": "Deze link werkt niet meer. Vraag een nieuwe aan.",
        "too_many_login_attempts": "U hebt te vaak geprobeerd in te loggen. Probeer het over een paar minuten opnieuw.",
        "rate_limited": "U hebt dit te vaak achter elkaar geprobeerd. Probeer het over een paar minuten opnieuw.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without being invited."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the portal's own address: the request's Host header, its port at least, is the asker's to choose."""
        uidb36, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
        return str(settings.SITE_URL + path)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed attempts are counted per account. allauth counts them per Host header as well, port included, which
        gave every port another five; and it keeps apart what the database compares as equal (ſ and s)."""
        login = str(credentials.get("email") or credentials.get("username") or "")
        return unicodedata.normalize("NFKC", login).casefold().strip()
