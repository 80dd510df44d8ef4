"""What allauth asks us."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


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
