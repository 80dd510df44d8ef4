"""The link with which somebody chooses a password, mailed when an account is made."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User


def choose_password_link(user: User) -> str:
    """Works once, and no longer than PASSWORD_RESET_TIMEOUT: the same link as that of a forgotten password."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=parts)


def mail_account_made(user: User) -> None:
    """Not a `Message`: those are stored with their text, and this one holds a key to the account."""
    context = {
        "user": user,
        "link": choose_password_link(user),
        "forgotten_url": settings.SITE_URL + reverse("account_reset_password"),
        "portal": {"support_contact": settings.SUPPORT_CONTACT},
    }
    subject = render_to_string("account/email/account_made_subject.txt", context).strip()
    send_mail(subject, render_to_string("account/email/account_made_message.txt", context).strip(), None, [user.email])
