"""Finding the profile that an address is about."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from actionplans.models import SupportProfile
from actionplans.querysets import SupportProfileQuerySet
from schools.access import access_of

YEARS = range(2000, 2100)


def visible_of(request: HttpRequest, school: int) -> SupportProfileQuerySet:
    """The profiles of this school that one may read, with their content."""
    found: SupportProfileQuerySet = SupportProfile.objects.visible_to(request.user).filter(school__pk=school)
    return found.for_page().with_content()


def load_profile(request: HttpRequest, school: int, year: int, *, to_write: bool = False) -> SupportProfile:
    must_be_a_year(year)
    profile = get_object_or_404(visible_of(request, school), school_year=year)
    if to_write:
        must_be_of_the_school(request, school)
    return profile


def must_be_a_year(year: int) -> None:
    if year not in YEARS:
        raise Http404


def must_be_of_the_school(request: HttpRequest, school: int) -> None:
    if school not in access_of(request.user).schools:
        raise PermissionDenied("Alleen de school zelf kan dit wijzigen.")
