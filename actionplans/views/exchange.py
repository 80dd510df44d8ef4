"""The exchange of plans ("actieve werkvorm"): who works on what; and points as a file."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest
from actionplans.exports import points_sheet
from actionplans.models import ActionGroup, ActionPlan, ActionPoint
from actionplans.querysets import ActionPointQuerySet
from actionplans.views.taking_over import own_schools
from schools.access import access_of
from schools.asked import FIRST, LAST, downloads, query, this_year, words_asked, year_asked
from swvportal.lib import spreadsheets
from swvportal.lib.school_year import label

PER_PAGE = 60


@dataclass(frozen=True, slots=True)
class Group:
    """The points under one spearhead, on this page of the results."""

    key: str
    title: str
    points: list[ActionPoint]


def _of_others(request: SignedInRequest, year: int) -> ActionPointQuerySet:
    """What left the hands of other schools in that year, and may be read here."""
    own = access_of(request.user).schools
    points = ActionPoint.objects.visible_to(request.user).filter(plan__school_year=year)
    return points.exclude(plan__state="draft").exclude(plan__school__in=own)


@require_GET
def exchange(request: SignedInRequest) -> HttpResponse:
    year, words, key = year_asked(request), words_asked(request), request.GET.get("speerpunt", "")[:40]
    everything = _of_others(request, year)
    spearheads = _spearheads(everything)
    key = key if key in spearheads else ""
    found = everything.mentioning(words)
    found = found.filter(spearhead__key=key) if key else found
    page = _page(request, found)
    mine = own_schools(request)
    context = {
        "year": year,
        "words": words,
        "key": key,
        "page": page,
        "groups": _grouped(page, spearheads),
        "total": page.paginator.count,
        "owners": _owners(found),
        "year_links": [(label(each), query(jaar=each, q=words), each == year) for each in _years(request, year)],
        "spearhead_links": _spearhead_links(spearheads, year, words, key),
        "plans": _plans_of_others(request, year),
        "for_office": bool(access_of(request.user).partnerships),
        "audits": _audits(request),
        "unshared": _unshared(request, year),
        "mine": mine,
        "this_year": this_year(),
        "more": query(jaar=year, speerpunt=key, q=words) + "&pagina=",
        "downloads": downloads("actionplans:points_export", year),
    }
    return render(request, "actionplans/exchange.html", context)


def _spearheads(points: ActionPointQuerySet) -> dict[str, str]:
    """Titles by the key that lasts, in the order of the support plan; the newest version says how it is called."""
    rows = points.exclude(spearhead=None).order_by("spearhead__plan__version", "spearhead__number")
    columns = ("spearhead__plan__version", "spearhead__number", "spearhead__key", "spearhead__title")
    named = {key: (number, title) for _, number, key, title in rows.values_list(*columns).distinct()}
    return {key: f"{number}. {title}" for key, (number, title) in sorted(named.items(), key=lambda item: item[1])}


def _page(request: SignedInRequest, found: ActionPointQuerySet) -> Page[ActionPoint]:
    ordered = found.order_by(
        F("spearhead__number").asc(nulls_last=True), "spearhead__key", "plan__school__name", "plan", "position", "pk"
    )
    return Paginator(ordered.for_list(), PER_PAGE).get_page(request.GET.get("pagina"))


def _grouped(page: Page[ActionPoint], spearheads: dict[str, str]) -> list[Group]:
    groups: dict[str, Group] = {}
    for point in page:
        key = point.spearhead.key if point.spearhead else ""
        title = spearheads.get(key, "Zonder speerpunt")
        groups.setdefault(key, Group(key, title, [])).points.append(point)
    return list(groups.values())


def _owners(found: ActionPointQuerySet) -> str:
    """ "3 scholen en het SWV"."""
    owners = list(found.order_by().values_list("plan__school", flat=True).distinct())
    schools = len([school for school in owners if school is not None])
    words = [f"{schools} {'school' if schools == 1 else 'scholen'}"] if schools else []
    return " en ".join(words + ["het SWV"] * (None in owners))


def _years(request: SignedInRequest, year: int) -> list[int]:
    plans = ActionPlan.objects.visible_to(request.user).exclude(state="draft")
    years = set(plans.order_by().values_list("school_year", flat=True).distinct())
    return sorted(years | {year, this_year()}, reverse=True)


def _spearhead_links(spearheads: dict[str, str], year: int, words: str, key: str) -> list[tuple[str, str, bool]]:
    links = [("alle speerpunten", query(jaar=year, q=words), not key)]
    return links + [
        (title, query(jaar=year, q=words, speerpunt=each), each == key) for each, title in spearheads.items()
    ]


def _plans_of_others(request: SignedInRequest, year: int) -> list[ActionPlan]:
    """Whose plan one may read, the partnership's own last."""
    own = access_of(request.user).schools
    plans = ActionPlan.objects.visible_to(request.user).filter(school_year=year)
    plans = plans.exclude(state="draft").exclude(school__in=own).select_related("school", "partnership")
    return sorted(plans, key=lambda plan: (plan.school is None, plan.school.name if plan.school else ""))


def _audits(request: SignedInRequest) -> bool:
    """Whether one reads what is adopted, and works at no school, board or partnership."""
    access = access_of(request.user)
    audited = access.audited_partnerships or access.audited_schools
    return bool(audited and not (access.schools or access.boards or access.partnerships))


def _unshared(request: SignedInRequest, year: int) -> list[ActionPlan]:
    """Plans of this year of the schools that one directs, which the others cannot read yet."""
    directs = access_of(request.user).directs
    plans = ActionPlan.objects.inside_to(request.user).filter(school__in=directs, school_year=year, shared_at=None)
    return list(plans.exclude(state="evaluated").select_related("school").order_by("school__name"))


@require_GET
def points_export(request: SignedInRequest, year: int, kind: str) -> HttpResponse:
    """Every point that one may read; what one reads in full with who does it."""
    if not FIRST <= year <= LAST:
        raise Http404
    points = ActionPoint.objects.visible_to(request.user).filter(plan__school_year=year)
    name = f"actiepunten-{label(year)}"
    if asked := request.GET.get("plan", ""):
        plan = _plan_asked(request, asked, year)
        points = points.filter(plan=plan)
        name = f"{name}-{plan.school.name if plan.school else plan.partnership.name}"
    inside = set(
        ActionPoint.objects.inside_to(request.user).filter(plan__school_year=year).values_list("pk", flat=True)
    )
    groups = set(ActionGroup.objects.visible_to(request.user).filter(school_year=year).values_list("pk", flat=True))
    ordered = points.for_list().order_by("plan__school__name", "plan", "position", "pk")
    return spreadsheets.as_response([points_sheet(ordered, inside, groups)], kind, name)


def _plan_asked(request: SignedInRequest, asked: str, year: int) -> ActionPlan:
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    plans = ActionPlan.objects.visible_to(request.user).select_related("school", "partnership")
    return get_object_or_404(plans, pk=int(asked), school_year=year)
