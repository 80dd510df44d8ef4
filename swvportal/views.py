"""Home ("Mijn taken"), a school's own page, and the health of the installation."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")


def school(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "school.html")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an old page: nothing is lost, the person can go back and send it again."""
    return render(request, "403_csrf.html", status=403)
