"""Filling in a form."""

from django.http import HttpRequest, HttpResponse


def form(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def print_form(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def save_answer(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def save_closing_text(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
