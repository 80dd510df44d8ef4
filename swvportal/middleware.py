"""What holds for every page."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse


class PrivatePagesMiddleware:
    """Nothing behind the sign-in is kept by a browser's or a proxy's cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class BodyLimitMiddleware:
    """Refuse what is too large before anything reads it: Django writes files of any size to the disk first, also those
    that somebody who is not signed in sends along with the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isdecimal() and len(length) < 19 else 0  # without one Django reads nothing
        if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and (
            size > settings.REQUEST_MAX_BYTES or not request.user.is_authenticated
        ):
            raise RequestDataTooBig("larger than anything the portal asks for")
        return self.get_response(request)
