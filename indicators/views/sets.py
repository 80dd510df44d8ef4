"""Versions of the form."""

from django.http import HttpRequest, HttpResponse


def blank(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def new_version(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def publish(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def set_detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def set_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
