"""Looking over, submitting, handing back; the seal."""

from django.http import HttpRequest, HttpResponse


def hand_back(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def review(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def seal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def submit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
