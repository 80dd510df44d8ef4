"""A move that the state of things may refuse, tried on behalf of a page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from swvportal.lib.errors import IllegalTransition


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Try it, and say what came of it: `done`, or why it could not be."""
    try:
        act()
    except IllegalTransition as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
