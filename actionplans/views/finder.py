"""Which school offers what: for who is signed in, and for everybody where the partnership opened its profiles."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest
from actionplans.finding import found
from actionplans.forms.comparison import FinderForm
from actionplans.models import SupportCatalogue, SupportProfile
from actionplans.querysets import SupportProfileQuerySet
from actionplans.views._scope import scope_of
from schools.models import Partnership

PER_PAGE = 20
KEPT_BY_CACHES = "public, max-age=300"  # five minutes: as long as a profile that was withdrawn may still be read


@require_GET
def finder(request: SignedInRequest) -> HttpResponse:
    scope = scope_of(request)
    readable = published_in(scope.partnership).visible_to(request.user)
    context = {"scope": scope, **_search(request, scope.partnership, readable)}
    return render(request, "actionplans/finder.html", context)


@login_not_required
@require_GET
def public_finder(request: HttpRequest, code: str) -> HttpResponse:
    partnership = get_object_or_404(Partnership.objects.with_profiles_for(request.user), code=code)
    context = {"partnership": partnership, **_search(request, partnership, readable_in(partnership, request))}
    return _for_visitors(request, render(request, "actionplans/public_finder.html", context))


@login_not_required
@require_GET
def public_profile(request: HttpRequest, code: str, school: str) -> HttpResponse:
    partnership = get_object_or_404(Partnership.objects.with_profiles_for(request.user), code=code)
    brin, _, branch = school.partition("-")
    here: dict[str, Any] = {"school__brin": brin, "school__branch": branch}
    coming = coming_in(partnership, request).filter(**here).first()
    is_coming = coming is not None and request.GET.get("jaar") == str(coming.school_year)
    found = coming_in(partnership, request) if is_coming else readable_in(partnership, request)
    profile = get_object_or_404(found.for_page().with_content(), **here)
    context = {
        "partnership": partnership,
        "profile": profile,
        "school": profile.school,
        "coming": None if is_coming else coming,
        "is_coming": is_coming,
    }
    return _for_visitors(request, render(request, "actionplans/public_profile.html", context))


def published_in(partnership: Partnership) -> SupportProfileQuerySet:
    """What one may find: made for this partnership, by a school that still belongs to it."""
    return SupportProfile.objects.public().filter(partnership=partnership, school__partnership=partnership)


def coming_in(partnership: Partnership, request: HttpRequest) -> SupportProfileQuerySet:
    """What schools published already about the year to come."""
    found = SupportProfile.objects.coming().filter(partnership=partnership, school__partnership=partnership)
    return found if partnership.profiles_public else found.visible_to(request.user)


def readable_in(partnership: Partnership, request: HttpRequest) -> SupportProfileQuerySet:
    """Where the partnership did not open its profiles, each reads here what one reads elsewhere."""
    found = published_in(partnership)
    return found if partnership.profiles_public else found.visible_to(request.user)


def _search(request: HttpRequest, partnership: Partnership, profiles: SupportProfileQuerySet) -> dict[str, Any]:
    catalogue = SupportCatalogue.objects.newest_of(partnership.pk)
    items = list(catalogue.items.all()) if catalogue else []
    asked = {name: request.GET[name] for name in FinderForm.base_fields if name in request.GET}
    form = FinderForm(asked, items=items)
    words, keys = form.words, form.keys
    profiles = profiles.mentioning(" ".join(words)) if form.is_valid() else profiles.none()
    for key in keys:
        profiles = profiles.offering(key)
    ordered = profiles.for_page().with_content().order_by("school__name", "school__location", "school__brin", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("pagina"))
    shown = [profile.school_id for profile in page]
    coming = coming_in(partnership, request).filter(school__in=shown).only("school", "school_year")
    return {
        "form": form,
        "page": page,
        "results": [found(profile, words, keys) for profile in page],
        "coming": list(coming),
        "is_asked": bool(words or keys),
    }


def _for_visitors(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page for somebody who is not signed in is the same for everybody; other pages are kept by nobody."""
    if not request.user.is_authenticated:
        response["Cache-Control"] = KEPT_BY_CACHES
    return response
