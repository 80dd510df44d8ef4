"""The support profiles of a partnership side by side: how far each school is, who offers what, what nobody does."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from actionplans import coverage
from actionplans.comparing import (
    NOT_BEGUN,
    STEPS,
    load_matrix,
    load_provisions,
    load_standings,
    name_of,
)
from actionplans.comparison_tables import TABLES
from actionplans.coverage import Mark
from actionplans.forms.comparison import DecisionForm
from actionplans.models import CatalogueItem, Provision, SupportDecision, SupportProfile
from actionplans.views._scope import Scope, key_from, scope_of
from swvportal.lib import spreadsheets
from swvportal.lib.forms import status_of
from swvportal.lib.school_year import label

STATES = {NOT_BEGUN: "nog niet begonnen", **dict(SupportProfile.State.choices)}
KINDS = {"basis": CatalogueItem.Kind.BASIC, "doelgroepen": CatalogueItem.Kind.TARGET_GROUP}
FILTERS = {"verschillen": Mark.DIFFERENT, "gaten": Mark.GAP, "risico": Mark.RISK}
FILTER_NAMES = {"verschillen": "Verschillen", "gaten": "Niemand biedt dit", "risico": "Eén school"}


@require_GET
def profiles(request: SignedInRequest) -> HttpResponse:
    scope = scope_of(request)
    standings = load_standings(request.user, scope.partnership, scope.year)
    counts = Counter(standing.state for standing in standings)
    chosen = request.GET.get("stand", "")
    context = {
        "scope": scope,
        "rows": [standing for standing in standings if chosen not in STATES or standing.state == chosen],
        "total": len(standings),
        "published": counts[SupportProfile.State.PUBLISHED],
        "filters": [(state, words, counts[state]) for state, words in STATES.items() if counts[state]],
        "chosen": chosen if chosen in STATES else "",
        "downloads": scope.downloads("profielen"),
    }
    return render(request, "actionplans/profiles.html", context)


@require_GET
def matrix(request: SignedInRequest) -> HttpResponse:
    scope = scope_of(request)
    kind = request.GET.get("soort", "basis")
    compared = load_matrix(request.user, scope.partnership, scope.year, KINDS.get(kind, CatalogueItem.Kind.BASIC))
    chosen = request.GET.get("toon", "")
    counted = {profile.school_id for profile in compared.profiles}
    standings = load_standings(request.user, scope.partnership, scope.year)
    missing = [name_of(standing.school) for standing in standings if standing.school.pk not in counted]
    filters = [(key, FILTER_NAMES[key], len(compared.matrix.marked(mark))) for key, mark in FILTERS.items()]
    context = {
        "scope": scope,
        "compared": compared,
        "rows": compared.rows(FILTERS.get(chosen)),
        "missing": missing,
        "of": len(compared.profiles) + len(missing) if scope.is_office else len(compared.profiles),
        "drafts": sum(profile.is_draft for profile in compared.profiles),
        "filters": filters,
        "chosen": chosen if chosen in FILTERS else "",
        "kind": kind if kind in KINDS else "basis",
        "steps": STEPS.values(),
        "marks_rule": coverage.MARKS_RULE_NL,
        "last_year": scope.year - 1,
        "downloads": scope.downloads("vergelijking"),
    }
    return render(request, "actionplans/matrix.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: SignedInRequest, year: int, item_key: str) -> HttpResponse:
    """The partnership writes down what it wants with the difference between schools on one item."""
    scope = scope_of(request, year=year)
    known = CatalogueItem.objects.filter(catalogue__partnership=scope.partnership, catalogue__state="published")
    item = known.filter(key=item_key).order_by("-catalogue__version").first()
    if item is None:
        raise Http404
    if not scope.is_office:
        raise PermissionDenied("Alleen het samenwerkingsverband schrijft een besluit op.")
    decided = SupportDecision.objects.visible_to(request.user).filter(partnership=scope.partnership, item_key=item_key)
    here = decided.filter(school_year=year).first()
    form = DecisionForm(request.POST or None, decision=here or SupportDecision())
    if here is None:
        form.initial["decided_on"] = timezone.localdate()
    if (
        request.method == "POST"
        and form.is_valid()
        and form.saved_by(
            lambda values, bases: SupportDecision.record(request.user, scope.partnership, year, item_key, values, bases)
        )
    ):
        messages.success(request, "Het besluit is bewaard. Iedereen die de vergelijking ziet, kan het lezen.")
        return redirect(_matrix_address(scope, item))
    rows = load_matrix(request.user, scope.partnership, year, item.kind).rows()
    context = {
        "scope": scope,
        "form": form,
        "item": item,
        "row": next((row for row in rows if row.item.key == item_key), None),
        "decided": here,
        "earlier": list(decided.filter(school_year__lt=year)),
        "back": _matrix_address(scope, item),
    }
    return render(request, "actionplans/decision.html", context, status=status_of(form))


def _matrix_address(scope: Scope, item: CatalogueItem) -> str:
    kind = "doelgroepen" if item.kind == CatalogueItem.Kind.TARGET_GROUP else ""
    return f"{reverse('actionplans:matrix')}{scope.query_with(soort=kind)}#i-{item.key}"


@require_GET
def provisions(request: SignedInRequest) -> HttpResponse:
    scope = scope_of(request)
    offered = load_provisions(request.user, scope.partnership, scope.year)
    context = {"scope": scope, "offered": offered, "downloads": scope.downloads("voorzieningen")}
    return render(request, "actionplans/provisions.html", context)


@require_GET
def scenario(request: SignedInRequest) -> HttpResponse:
    """What if this provision stops: who is left without."""
    scope = scope_of(request)
    pk = key_from(request.GET.get("voorziening"))
    context: dict[str, Any] = {"rule": coverage.SCENARIO_RULE_NL}
    if pk is None:
        offered = load_provisions(request.user, scope.partnership, scope.year)
    else:
        visible = Provision.objects.visible_to(request.user).select_related("profile")
        profile = get_object_or_404(visible, pk=pk, profile__partnership=scope.partnership).profile
        scope = scope_of(request, year=profile.school_year)
        offered = load_provisions(request.user, scope.partnership, profile.school_year)
        context["scenario"] = coverage.without(offered.groups, offered.offers, pk)
    return render(request, "actionplans/scenario.html", context | {"scope": scope, "offered": offered})


@require_GET
def profiles_export(request: SignedInRequest, what: str, kind: str) -> HttpResponse:
    """The list of profiles, the matrix or the provisions, as the page shows them to this person."""
    if what not in TABLES or kind not in spreadsheets.KINDS:
        raise Http404
    scope = scope_of(request)
    sheets = TABLES[what](request.user, scope.partnership, scope.year)
    return spreadsheets.as_response(sheets, kind, f"{what}-{label(scope.year)}")
