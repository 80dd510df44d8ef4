"""Making and handing out documents."""

from django.http import HttpRequest, HttpResponse


def conversation_report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def download(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def make(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
