"""Rounds, and a school in a round."""

from django.http import HttpRequest, HttpResponse


def close_round(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def open_round(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def participation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def participation_edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def round_detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def round_edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def round_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def round_new(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def start_without(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
