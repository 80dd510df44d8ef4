"""The provisions in a support profile that is a draft."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from actionplans.forms.profiles import ProvisionForm
from actionplans.models import Provision, SupportProfile
from actionplans.views._profile import load_profile, must_be_of_the_school
from swvportal.lib.errors import IllegalTransition

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load(request: HttpRequest, pk: int) -> Provision:
    rows = Provision.objects.visible_to(request.user).for_page().prefetch_related("target_groups")
    provision: Provision = get_object_or_404(rows, pk=pk)
    must_be_of_the_school(request, provision.profile.school_id)
    return provision


def _stands_firm(request: HttpRequest, profile: SupportProfile) -> HttpResponse:
    messages.error(request, "Dit profiel is geen concept meer. Zet het eerst terug naar concept.")
    return redirect(profile)


def _to_list(profile: SupportProfile) -> HttpResponse:
    return redirect(f"{reverse('actionplans:profile', args=[profile.school_id, profile.school_year])}#voorzieningen")


@get_or_post
def provision_add(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    profile = load_profile(request, pk, year, to_write=True)
    if not profile.is_draft:
        return _stands_firm(request, profile)
    form = ProvisionForm(request.POST if request.method == "POST" else None, profile=profile)
    if form.is_valid():
        try:
            profile.add_provision(request.user, **form.values())
        except IllegalTransition:
            return _stands_firm(request, profile)
        messages.success(request, f"“{form.cleaned_data['name']}” staat in het profiel.")
        return _to_list(profile)
    context = {"form": form, "profile": profile, "school": profile.school}
    return render(request, "actionplans/provision.html", context)


@get_or_post
def provision_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    provision = _load(request, pk)
    profile = provision.profile
    if not profile.is_draft:
        return _stands_firm(request, profile)
    form = ProvisionForm(request.POST if request.method == "POST" else None, profile=profile, provision=provision)
    try:
        if form.is_valid() and form.saved_by(lambda values, bases: provision.change(request.user, values, bases)):
            messages.success(request, "De voorziening is gewijzigd.")
            return _to_list(profile)
    except IllegalTransition:
        return _stands_firm(request, profile)
    context = {"form": form, "profile": profile, "school": profile.school, "provision": provision}
    return render(request, "actionplans/provision.html", context)


@get_or_post
def provision_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    provision = _load(request, pk)
    profile = provision.profile
    if not profile.is_draft:
        return _stands_firm(request, profile)
    if request.method != "POST":
        context = {"provision": provision, "profile": profile, "school": profile.school}
        return render(request, "actionplans/provision_remove.html", context)
    try:
        provision.remove(request.user)
    except IllegalTransition:
        return _stands_firm(request, profile)
    messages.success(request, f"“{provision.name}” staat niet meer in het profiel.")
    return _to_list(profile)
