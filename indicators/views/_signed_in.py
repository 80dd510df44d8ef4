"""Who is signed in, for a view that hands the person to a verb."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def the_user(request: HttpRequest) -> User:
    """The middleware asks everybody to sign in; this says so to the type checker, and holds if it ever did not."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
