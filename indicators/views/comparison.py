"""The comparison."""

from django.http import HttpRequest, HttpResponse


def comparison(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
