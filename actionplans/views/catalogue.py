"""The list with support: what every support profile of the partnership says something about, version by version."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans.basic_support import begin_with_shipped
from actionplans.forms.catalogue import CatalogueItemForm, indicators_of
from actionplans.models import CatalogueItem, SupportCatalogue
from schools.access import access_of
from schools.models import Partnership
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition

NOT_YOURS = "Alleen de beheerder van het samenwerkingsverband maakt de lijst met ondersteuning."
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
KINDS = {CatalogueItem.Kind.BASIC: "Basisondersteuning", CatalogueItem.Kind.TARGET_GROUP: "Doelgroepen"}


def _load(request: HttpRequest, pk: int, *, to_change: bool = False) -> SupportCatalogue:
    rows = SupportCatalogue.objects.visible_to(request.user).select_related("partnership", "published_by")
    found: SupportCatalogue = get_object_or_404(rows, pk=pk)
    if to_change and found.partnership_id not in access_of(request.user).administers:
        raise PermissionDenied(NOT_YOURS)
    return found


def _load_item(request: HttpRequest, pk: int) -> CatalogueItem:
    visible = SupportCatalogue.objects.visible_to(request.user)
    item: CatalogueItem = get_object_or_404(CatalogueItem.objects.filter(catalogue__in=visible), pk=pk)
    item.catalogue = _load(request, item.catalogue_id, to_change=True)
    return item


def _administered(request: HttpRequest) -> list[Partnership]:
    access = access_of(request.user)
    return [m.partnership for m in access.memberships if m.partnership and m.partnership_id in access.administers]


def _chosen(request: HttpRequest) -> Partnership:
    """The partnership in `swv`, of which one is beheerder; without it the first."""
    own = _administered(request)
    if not own:
        raise PermissionDenied(NOT_YOURS)
    return next((each for each in own if each.code == request.POST.get("swv")), own[0])


# Reading --------------------------------------------------------------------------------------------------------------


@require_GET
def catalogues(request: HttpRequest) -> HttpResponse:
    """The versions, and for the beheerder what can be begun and whether outsiders may read profiles."""
    rows = SupportCatalogue.objects.visible_to(request.user).select_related("partnership", "published_by")
    versions = list(
        rows.annotate(
            basics=Count("items", filter=Q(items__kind=CatalogueItem.Kind.BASIC)),
            groups=Count("items", filter=Q(items__kind=CatalogueItem.Kind.TARGET_GROUP)),
        ).order_by("partnership__name", "-version")
    )
    drafts = {row.partnership_id: row for row in versions if not row.is_published}
    started = {row.partnership_id for row in versions}
    context = {
        "versions": versions,
        "several": len(started) > 1,
        "administered": [(each, drafts.get(each.pk), each.pk in started) for each in _administered(request)],
    }
    return render(request, "actionplans/catalogues.html", context)


@require_GET
def catalogue(request: HttpRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    administers = here.partnership_id in access_of(request.user).administers
    items = list(here.items.all())
    context = {
        "catalogue": here,
        "kinds": [(kind, label, _under_headings(items, kind)) for kind, label in KINDS.items()],
        "basics": sum(item.kind == CatalogueItem.Kind.BASIC for item in items),
        "groups": sum(item.kind == CatalogueItem.Kind.TARGET_GROUP for item in items),
        "indicators": dict(indicators_of(here.partnership_id)),
        "administers": administers,
        "may_edit": administers and not here.is_published,
    }
    return render(request, "actionplans/catalogue.html", context)


def _under_headings(items: list[CatalogueItem], kind: str) -> list[tuple[str, list[CatalogueItem]]]:
    own = [item for item in items if item.kind == kind]
    return [(heading, list(rows)) for heading, rows in groupby(own, key=lambda item: item.heading)]


# The beheerder --------------------------------------------------------------------------------------------------------


@require_POST
def catalogue_begin(request: SignedInRequest) -> HttpResponse:
    """A next version, or the first one: empty, or with the list that comes with the portal."""
    partnership = _chosen(request)
    if request.POST.get("begin") == "shipped":
        draft = begin_with_shipped(request.user, partnership)
    else:
        draft = SupportCatalogue.begin(request.user, partnership)
    messages.success(request, f"Versie {draft.version} staat klaar als concept. Pas de onderdelen aan en publiceer.")
    return redirect("actionplans:catalogue", draft.pk)


@require_POST
def profiles_open(request: SignedInRequest) -> HttpResponse:
    """Whether everybody may read published profiles without signing in."""
    partnership = _chosen(request)
    choice = request.POST.get("public")
    if choice not in {"ja", "nee"}:
        raise BadRequest("Kies ja of nee.")
    partnership.open_profiles(request.user, public=choice == "ja")
    told = "Iedereen kan nu gepubliceerde profielen lezen." if choice == "ja" else "Profielen zijn nu niet openbaar."
    messages.success(request, told)
    return redirect(reverse("actionplans:catalogues") + "#openbaar")


@get_or_post
def catalogue_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk, to_change=True)
    if here.is_published:
        return _stands_firm(request, here)
    if request.method != "POST":
        context = {"catalogue": here, "count": here.items.count()}
        return render(request, "actionplans/catalogue_publish.html", context)
    attempt(
        request, lambda: here.publish(request.user), "De lijst is gepubliceerd. Nieuwe profielen volgen deze versie."
    )
    return redirect("actionplans:catalogue", pk)


def _stands_firm(request: HttpRequest, here: SupportCatalogue) -> HttpResponse:
    messages.error(request, "Deze lijst is gepubliceerd en verandert niet meer. Maak een nieuwe versie.")
    return redirect("actionplans:catalogue", here.pk)


# Items ----------------------------------------------------------------------------------------------------------------


@get_or_post
def catalogue_item_add(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk, to_change=True)
    if here.is_published:
        return _stands_firm(request, here)
    kind = request.GET.get("soort", CatalogueItem.Kind.BASIC)
    if kind not in CatalogueItem.Kind.values:
        raise BadRequest("Deze soort is er niet.")
    form = CatalogueItemForm(request.POST or None, catalogue=here)
    if form.is_valid():
        added = lambda: here.add_item(request.user, kind=kind, **form.values())  # noqa: E731
        attempt(request, added, f"“{form.cleaned_data['name']}” staat op de lijst.")
        return _to_list(here, kind)
    return _item_form(request, form, here, {"kind": kind})


@get_or_post
def catalogue_item_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _load_item(request, pk)
    if item.catalogue.is_published:
        return _stands_firm(request, item.catalogue)
    form = CatalogueItemForm(request.POST or None, catalogue=item.catalogue, item=item)
    try:
        if form.is_valid() and form.saved_by(lambda values, bases: item.change(request.user, values, bases)):
            messages.success(request, "Het onderdeel is gewijzigd.")
            return _to_list(item.catalogue, item.kind)
    except IllegalTransition:
        return _stands_firm(request, item.catalogue)
    return _item_form(request, form, item.catalogue, {"kind": item.kind, "item": item})


def _item_form(
    request: HttpRequest, form: CatalogueItemForm, here: SupportCatalogue, more: dict[str, Any]
) -> HttpResponse:
    context = {"form": form, "catalogue": here, "is_basic": more["kind"] == CatalogueItem.Kind.BASIC, **more}
    return render(request, "actionplans/catalogue_item.html", context)


def _to_list(here: SupportCatalogue, kind: str) -> HttpResponse:
    return redirect(f"{reverse('actionplans:catalogue', args=[here.pk])}#{kind}")


@require_POST
def catalogue_item_move(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _load_item(request, pk)
    direction = request.POST.get("richting")
    if direction not in {"omhoog", "omlaag"}:
        raise BadRequest("De richting ontbreekt.")
    attempt(request, lambda: item.move(request.user, up=direction == "omhoog"), "De volgorde is gewijzigd.")
    return _to_list(item.catalogue, item.kind)


@get_or_post
def catalogue_item_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _load_item(request, pk)
    if item.catalogue.is_published:
        return _stands_firm(request, item.catalogue)
    if request.method != "POST":
        return render(request, "actionplans/catalogue_remove.html", {"item": item, "catalogue": item.catalogue})
    attempt(request, lambda: item.remove(request.user), f"“{item.name}” staat niet meer op de lijst.")
    return _to_list(item.catalogue, item.kind)
