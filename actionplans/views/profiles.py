"""The support profile of a school in one school year: reading it, filling it in, and taking it to the next state."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans.forms.profiles import ProfileForm, ToMrForm
from actionplans.models import SupportCatalogue, SupportProfile
from actionplans.profile_page import asked, changes, open_parts, progress, steps
from actionplans.views._profile import load_profile, must_be_a_year, visible_of
from schools.access import access_of
from schools.models import School
from swvportal.lib import dates
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.forms import autosaved
from swvportal.lib.school_year import school_year_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def profile(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """Everything that the profile says, what is asked next, and what changed since the year before."""
    must_be_a_year(year)
    visible = visible_of(request, pk)
    here = visible.filter(school_year=year).first()
    if here is None:
        return _no_profile(request, pk, year)
    before = visible.filter(school_year__lt=year).order_by("-school_year").first()
    filled, parts = progress(here)
    own = pk in access_of(request.user).schools
    years = _other_years(request, pk, year)
    may_begin_next = own and not here.is_draft and year + 1 not in years and _may_begin_in(year + 1)
    context = {
        "profile": here,
        "school": here.school,
        "asked": asked(here, request.user),
        "steps": steps(here),
        "filled": filled,
        "parts": parts,
        "open_parts": open_parts(here) if here.is_draft and own else [],
        "before": before,
        "changes": changes(before, here) if before else [],
        "years": years,
        "may_edit": here.may_edit(request.user),
        "may_move": here.may_move(request.user),
        "is_inside": _sees_school(request, pk),
        "next_year": year + 1 if may_begin_next else None,
    }
    return render(request, "actionplans/profile.html", context)


def _other_years(request: HttpRequest, school: int, year: int) -> list[int]:
    rows = SupportProfile.objects.visible_to(request.user).filter(school=school).exclude(school_year=year)
    return list(rows.order_by("-school_year").values_list("school_year", flat=True))


def _sees_school(request: HttpRequest, school: int) -> bool:
    """More than a neighbour, who reads what was published and no more."""
    return School.objects.visible_to(request.user).filter(pk=school).exists()


def _no_profile(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """There is none, or none that one may read yet: what to do, or whom to wait for."""
    school = get_object_or_404(School.objects.visible_to(request.user).select_related("board", "partnership"), pk=pk)
    known = SupportProfile.objects.standing_for(request.user).filter(school=school)
    own = SupportProfile.objects.visible_to(request.user).filter(school=school, school_year__lt=year)
    context = {
        "school": school,
        "year": year,
        "standing": known.filter(school_year=year).first(),
        "may_begin": pk in access_of(request.user).schools and _may_begin_in(year),
        "has_catalogue": SupportCatalogue.objects.newest_of(school.partnership_id) is not None,
        "before": own.order_by("-school_year").values_list("school_year", flat=True).first(),
        "years": _other_years(request, pk, year),
    }
    return render(request, "actionplans/profile_none.html", context)


def _may_begin_in(year: int) -> bool:
    """Not further ahead than the next school year."""
    return year <= school_year_of(timezone.localdate()) + 1


@require_POST
def profile_begin(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    must_be_a_year(year)
    school = get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    if not _may_begin_in(year):
        raise Http404
    try:
        here = SupportProfile.begin(request.user, school, year)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect("actionplans:profile", pk, year)
    return redirect("actionplans:profile_edit" if here.is_draft else "actionplans:profile", pk, year)


# Filling in -----------------------------------------------------------------------------------------------------------


@get_or_post
def profile_edit(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """One long form. With the header X-Autosave it is saved in passing, and the answer is JSON."""
    here = load_profile(request, pk, year, to_write=True)
    before = visible_of(request, pk).filter(school_year__lt=year).order_by("-school_year").first()
    posted = request.POST if request.method == "POST" else None
    form = ProfileForm(posted, profile=here, before=before)
    in_passing = request.headers.get("X-Autosave") == "1"
    try:
        saved = _saved(request, here, form)
    except IllegalTransition as error:
        return _refused(request, here, str(error), in_passing)
    if posted is not None and in_passing:
        return autosaved(form, SupportProfile.objects.get(pk=here.pk).standing())
    if saved:
        messages.success(request, "Het profiel is opgeslagen.")
        return redirect("actionplans:profile" if posted and "read" in posted else "actionplans:profile_edit", pk, year)
    filled, parts = form.progress()
    context = {
        "form": form,
        "profile": here,
        "school": here.school,
        "before": before,
        "filled": filled,
        "parts": parts,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }
    return render(request, "actionplans/profile_edit.html", context)


def _saved(request: SignedInRequest, here: SupportProfile, form: ProfileForm) -> bool:
    if not here.is_draft:
        raise IllegalTransition("Dit profiel is geen concept meer. Zet het eerst terug naar concept.")
    if not form.is_valid():
        return False
    return form.saved_by(lambda values, bases: here.save_content(request.user, values, bases))


def _refused(request: HttpRequest, here: SupportProfile, why: str, in_passing: bool) -> HttpResponse:
    if in_passing:
        return JsonResponse({"errors": {"": [f"Niet opgeslagen. {why}"]}}, status=409)
    messages.error(request, why)
    return redirect(here)


# From state to state --------------------------------------------------------------------------------------------------


def _load_to_move(request: HttpRequest, pk: int, year: int) -> SupportProfile:
    here = load_profile(request, pk, year)
    if not here.may_move(request.user):
        raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan dit doen.")
    return here


def _moved(request: HttpRequest, here: SupportProfile, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except AlreadyDone as error:
        messages.info(request, str(error))
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(here)


@get_or_post
def profile_to_mr(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """Say when the MR meets about it; shows what has to be filled in first. Once it is there: another day."""
    here = _load_to_move(request, pk, year)
    if not here.is_draft and here.state != here.State.WITH_MR:
        return _moved(request, here, lambda: here.must_be_before(here.State.WITH_MR, here.State.DRAFT), "")
    day = here.mr_on or timezone.localdate()
    form = ToMrForm(request.POST if request.method == "POST" else None, profile=here, initial={"mr_on": day})
    if form.is_valid():
        return _to_mr(request, here, form.cleaned_data["mr_on"])
    context = {
        "form": form,
        "profile": here,
        "school": here.school,
        "open_parts": open_parts(here) if here.is_draft else [],
    }
    return render(request, "actionplans/profile_to_mr.html", context)


def _to_mr(request: SignedInRequest, here: SupportProfile, day: datetime.date) -> HttpResponse:
    if here.is_draft:
        return _moved(request, here, lambda: here.send_to_mr(request.user, day), "Het profiel gaat langs de MR.")
    if here.mr_on == day:
        messages.info(request, f"Het profiel gaat al langs de MR op {dates.long_day(day)}.")
        return redirect(here)
    done = f"De MR bespreekt het profiel op {dates.long_day(day)}."
    return _moved(request, here, lambda: here.move_mr(request.user, day), done)


# The state that a move leads to, and those from which it may be made.
FITS = {
    "adopt": ("adopted", "with_mr"),
    "publish": ("published", "adopted"),
    "back": ("draft", "with_mr", "adopted", "published"),
}


def _confirm(
    request: HttpRequest, here: SupportProfile, move: str, act: Callable[[], object], done: str
) -> HttpResponse:
    """First a page that says what the move does, then the move."""
    if request.method == "POST":
        return _moved(request, here, act, done)
    if here.state not in FITS[move][1:]:
        return _moved(request, here, lambda: here.must_be_before(*FITS[move]), "")
    context: dict[str, Any] = {"profile": here, "school": here.school, "move": move, "today": timezone.localdate()}
    return render(request, "actionplans/profile_confirm.html", context)


@get_or_post
def profile_adopt(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    here = _load_to_move(request, pk, year)
    return _confirm(request, here, "adopt", lambda: here.adopt(request.user), "Het profiel is vastgesteld.")


@get_or_post
def profile_publish(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    here = _load_to_move(request, pk, year)
    return _confirm(request, here, "publish", lambda: here.publish(request.user), "Het profiel is gepubliceerd.")


@get_or_post
def profile_back(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    here = _load_to_move(request, pk, year)
    done = "Het profiel is weer een concept. U kunt het wijzigen."
    return _confirm(request, here, "back", lambda: here.back_to_draft(request.user), done)
