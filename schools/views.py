"""The list of schools, and the numbers a school hands in."""

from django.http import HttpRequest, HttpResponse


def arrangements(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def hand_in_arrangements(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def school_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def take_back_arrangements(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
