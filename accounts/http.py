"""The request as a view sees it."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request that came through LoginRequiredMiddleware: somebody is signed in. For annotations only."""

    user: User
