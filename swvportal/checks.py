"""System checks: a bad configuration is named before it hurts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def production_is_not_a_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(Error("DEMO staat aan: dat hoort niet op een echte installatie.", id="swvportal.E001"))
    if settings.SITE_URL.startswith("http://"):
        found.append(
            Warning("SITE_URL begint met http://; de links in mails horen https te zijn.", id="swvportal.W001")
        )
    return found


@register()
def configuration_is_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < 32 and not settings.DEBUG:
        found.append(Error("SECRET_KEY is te kort: gebruik ten minste 32 tekens.", id="swvportal.E002"))
    if "*" in settings.ALLOWED_HOSTS and not settings.DEBUG:
        found.append(Error("ALLOWED_HOSTS staat op *: noem de adressen van dit portaal.", id="swvportal.E003"))
    return found
