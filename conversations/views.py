"""The conversation and its agreements."""

from django.http import HttpRequest, HttpResponse


def add_agreement(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def agreement_state(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def conversation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def edit_agreement(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def remove_agreement(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def save_conclusion(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
