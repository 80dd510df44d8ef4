"""The portal's addresses, and beside them the floors: views that do nothing but answer the same bytes."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from accounts.models import User

BODIES: dict[str, bytes] = {}


def floor_page(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(BODIES[name])


def floor_post(request: HttpRequest, name: str) -> HttpResponse:
    """One row written, in a transaction, as every save."""
    assert request.user.pk is not None
    with transaction.atomic():
        User.objects.filter(pk=request.user.pk).update(last_login=timezone.now())
    return HttpResponse(BODIES[name])


urlpatterns = [
    path("floor/page/<str:name>", floor_page),
    path("floor/post/<str:name>", floor_post),
    path("", include("swvportal.urls")),
]
