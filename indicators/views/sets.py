"""Versions of the form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from indicators.bijlage8 import ship_to
from indicators.forms.sets import PublishForm
from indicators.models import IndicatorSet
from indicators.paper import blank_paper
from schools.access import access_of
from schools.models import Partnership
from swvportal.lib.errors import IllegalTransition

NOT_YOURS = "Alleen de beheerder van het samenwerkingsverband publiceert formulieren en maakt versies."


def _load(request: HttpRequest, pk: int, *, to_administer: bool = False) -> IndicatorSet:
    indicator_set = get_object_or_404(IndicatorSet.objects.visible_to(request.user).with_parts(), pk=pk)
    if to_administer and indicator_set.partnership_id not in access_of(request.user).administers:
        raise PermissionDenied(NOT_YOURS)
    return indicator_set


def _without_form(request: HttpRequest) -> list[Partnership]:
    """Partnerships one is beheerder of that have no form yet."""
    administered = Partnership.objects.filter(pk__in=access_of(request.user).administers)
    return list(administered.filter(indicator_sets=None))


@require_http_methods(["GET", "HEAD", "POST"])
def set_list(request: HttpRequest) -> HttpResponse:
    """The versions. Posting ships the form of Bijlage 8 to a beheerder's partnership that has none."""
    if request.method == "POST":
        if not access_of(request.user).administers:
            raise PermissionDenied(NOT_YOURS)
        for partnership in _without_form(request):
            ship_to(partnership)
        messages.success(request, "Het formulier van Bijlage 8 staat klaar als concept. Controleer de teksten.")
        return redirect("indicators:sets")
    sets = IndicatorSet.objects.visible_to(request.user).select_related("partnership", "published_by")
    context = {"sets": list(sets), "without_form": _without_form(request)}
    return render(request, "indicators/sets.html", context)


@require_GET
def set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """All texts of one version, with what has to be looked at before it is published."""
    indicator_set = _load(request, pk)
    indicators = list(indicator_set.indicators.all())
    context = {
        "set": indicator_set,
        "themes": [(t, [i for i in indicators if i.theme_id == t.pk]) for t in indicator_set.themes.all()],
        "flags": len(indicator_set.flags()),
        "administers": indicator_set.partnership_id in access_of(request.user).administers,
    }
    return render(request, "indicators/set.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    indicator_set = _load(request, pk, to_administer=True)
    if indicator_set.is_published:
        messages.error(request, "Dit formulier is al gepubliceerd.")
        return redirect("indicators:set", pk)
    form = PublishForm(request.POST if request.method == "POST" else None, indicator_set=indicator_set)
    if request.method == "POST" and form.is_valid():
        try:
            indicator_set.publish(request.user, form.confirmed())
        except IllegalTransition as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Het formulier is gepubliceerd. U kunt nu een ronde maken.")
        return redirect("indicators:set", pk)
    return render(request, "indicators/publish.html", {"set": indicator_set, "form": form})


@require_POST
def new_version(request: SignedInRequest, pk: int) -> HttpResponse:
    copy = _load(request, pk, to_administer=True).new_version(request.user)
    messages.success(request, f"Versie {copy.version} staat klaar als concept.")
    return redirect("indicators:set", copy.pk)


@require_GET
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The form to print and fill in by hand."""
    indicator_set = _load(request, pk)
    context = {"indicator_set": indicator_set, "paper": blank_paper(indicator_set)}
    return render(request, "indicators/blank_form.html", context)
