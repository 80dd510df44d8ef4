"""Actions that recur in several schools, gathered under one title by the partnership."""

from collections import Counter
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from actionplans.alike import Wording, suggestions
from actionplans.exports import owner_of
from actionplans.forms.exchange import GatherForm, TitleForm
from actionplans.models import ActionGroup, ActionPlan, ActionPoint
from schools.access import access_of
from schools.asked import FIRST, LAST, downloads, query, this_year, year_asked
from schools.models import Partnership
from swvportal.lib import spreadsheets
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.school_year import label

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

NOT_YOURS = "Alleen het samenwerkingsverband brengt acties van scholen bij elkaar."
MOST_CHOSEN = 200


@dataclass(slots=True)
class Heap:
    """The points under one spearhead."""

    key: str
    title: str
    points: list[ActionPoint] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Alike:
    """Points that look alike, and the address at which they are chosen already."""

    points: list[ActionPoint]
    url: str


def _own_partnership(request: SignedInRequest) -> tuple[Partnership, list[Partnership]]:
    access = access_of(request.user)
    own = {m.partnership_id: m.partnership for m in access.memberships if m.partnership_id in access.partnerships}
    mine = [partnership for partnership in own.values() if partnership is not None]
    if not mine:
        raise PermissionDenied(NOT_YOURS)
    return next((each for each in mine if each.code == request.GET.get("swv")), mine[0]), mine


def _points(request: SignedInRequest, partnership: Partnership, year: int) -> list[ActionPoint]:
    """What the schools handed in for this year, by spearhead and school."""
    points = ActionPoint.objects.visible_to(request.user).filter(plan__partnership=partnership, plan__school_year=year)
    ordered = points.exclude(plan__state="draft").order_by(
        F("spearhead__number").asc(nulls_last=True), "spearhead__key", "plan__school__name", "plan", "position", "pk"
    )
    return list(ordered.for_list())


@get_or_post
def groups(request: SignedInRequest) -> HttpResponse:
    partnership, mine = _own_partnership(request)
    year = year_asked(request)
    points = _points(request, partnership, year)
    by_pk = {point.pk: point for point in points}
    form = GatherForm(request.POST or None, points=by_pk)
    if request.method == "POST" and form.is_valid():
        return _gather(request, form, partnership, year, by_pk)
    where = {"jaar": year, "swv": partnership.code if len(mine) > 1 else ""}
    made = ActionGroup.objects.visible_to(request.user).filter(partnership=partnership, school_year=year)
    context = {
        "form": form,
        "partnership": partnership,
        "partnerships": mine,
        "year": year,
        "year_links": [
            (label(each), query(**{**where, "jaar": each}), each == year) for each in _years(request, partnership, year)
        ],
        "heaps": _heaps(points),
        "total": len(points),
        "made": _made(list(made), points, where),
        "alike": _alike(points, where),
        "chosen": _chosen(request, form),
        "here": query(**where),
        "downloads": downloads("actionplans:groups_export", year, swv=where["swv"]),
    }
    return render(request, "actionplans/groups.html", context)


def _years(request: SignedInRequest, partnership: Partnership, year: int) -> list[int]:
    plans = ActionPlan.objects.visible_to(request.user).filter(partnership=partnership).exclude(state="draft")
    found = set(plans.order_by().values_list("school_year", flat=True).distinct())
    return sorted(found | {year, this_year()}, reverse=True)


def _heaps(points: list[ActionPoint]) -> list[Heap]:
    heaps: dict[str, Heap] = {}
    for point in points:
        key = point.spearhead.key if point.spearhead else ""
        heap = heaps.setdefault(key, Heap(key, str(point.spearhead) if point.spearhead else "Zonder speerpunt"))
        heap.points.append(point)
    return list(heaps.values())


def _made(
    made: list[ActionGroup], points: list[ActionPoint], where: dict[str, object]
) -> list[tuple[ActionGroup, Alike]]:
    inside: dict[int, list[ActionPoint]] = {group.pk: [] for group in made}
    for point in points:
        if point.group_id in inside:
            inside[point.group_id].append(point)
    return [(group, _choosing(inside[group.pk], where)) for group in made]


def _choosing(points: list[ActionPoint], where: dict[str, object]) -> Alike:
    keys = ",".join(str(point.pk) for point in points)
    return Alike(points, f"{query(**where, kies=keys)}#kiezen")


def _alike(points: list[ActionPoint], where: dict[str, object]) -> list[Alike]:
    """Suggestions, without the points that stand in one group together already."""
    by_pk = {point.pk: point for point in points}
    wordings = [
        Wording(point.pk, point.plan.school_id or 0, point.spearhead.key if point.spearhead else "", point.goal)
        for point in points
    ]
    found = (_apart([by_pk[pk] for pk in keys]) for keys in suggestions(wordings))
    return [_choosing(inside, where) for inside in found if len({point.plan.school_id for point in inside}) > 1]


def _apart(alike: list[ActionPoint]) -> list[ActionPoint]:
    together = Counter(point.group_id for point in alike)
    return [point for point in alike if point.group_id is None or together[point.group_id] == 1]


def _chosen(request: SignedInRequest, form: GatherForm) -> set[int]:
    """What is ticked when the page opens: what was posted, else what `?kies=` names."""
    named = form.data.getlist("points") if form.is_bound else request.GET.get("kies", "").split(",")  # type: ignore[attr-defined]
    return {int(pk) for pk in named[:MOST_CHOSEN] if pk.isascii() and pk.isdigit() and len(pk) < 19}


def _gather(
    request: SignedInRequest, form: GatherForm, partnership: Partnership, year: int, by_pk: dict[int, ActionPoint]
) -> HttpResponse:
    points = [by_pk[pk] for pk in sorted(form.cleaned_data["points"])]
    moved = Counter(point.group.title for point in points if point.group)
    try:
        group = ActionGroup.gather(request.user, partnership, year, title=form.cleaned_data["title"], points=points)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        schools = len({point.plan.school_id for point in points})
        counted = "1 school" if schools == 1 else f"{schools} scholen"
        said = [f"“{group.title}” bundelt nu {len(points)} actiepunten van {counted}."]
        for title, count in moved.items():
            said.append(
                f"{'1 actiepunt verhuisde' if count == 1 else f'{count} actiepunten verhuisden'} uit “{title}”."
            )
        messages.success(request, " ".join(said))
    return _back(request, partnership, year)


def _back(request: SignedInRequest, partnership: Partnership, year: int) -> HttpResponse:
    several = len(access_of(request.user).partnerships) > 1
    where = query(jaar=year, swv=partnership.code if several else "")
    return redirect(f"{reverse('actionplans:groups')}{where}")


def _load(request: SignedInRequest, pk: int) -> ActionGroup:
    points = ActionPoint.objects.visible_to(request.user).for_list()
    groups = ActionGroup.objects.visible_to(request.user).select_related("partnership")
    return get_object_or_404(groups.prefetch_related(Prefetch("points", points)), pk=pk)


@get_or_post
def group_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    group = _load(request, pk)
    form = TitleForm(request.POST or None, initial={"title": group.title})
    if request.method == "POST" and form.is_valid():
        group.rename(request.user, form.cleaned_data["title"])
        messages.success(request, "De titel is gewijzigd.")
        return _back(request, group.partnership, group.school_year)
    return render(request, "actionplans/group_rename.html", {"form": form, "group": group})


@get_or_post
def group_dissolve(request: SignedInRequest, pk: int) -> HttpResponse:
    group = _load(request, pk)
    if request.method == "POST":
        group.dissolve(request.user)
        messages.success(request, f"“{group.title}” is opgeheven. De actiepunten zelf zijn gebleven.")
        return _back(request, group.partnership, group.school_year)
    return render(request, "actionplans/group_dissolve.html", {"group": group, "points": list(group.points.all())})


@require_GET
def groups_export(request: SignedInRequest, year: int, kind: str) -> HttpResponse:
    partnership, _ = _own_partnership(request)
    if not FIRST <= year <= LAST:
        raise Http404
    points = [point for point in _points(request, partnership, year) if point.group_id is not None]
    points.sort(key=lambda point: (point.group_id or 0, owner_of(point)))
    schools: dict[int | None, set[int | None]] = {}
    for point in points:
        schools.setdefault(point.group_id, set()).add(point.plan.school_id)
    rows = [
        (
            point.group.title if point.group else "",
            len(schools[point.group_id] - {None}),
            str(point.spearhead or ""),
            owner_of(point),
            point.goal,
            str(point.get_state_display()),
            str(point.get_result_display()),
        )
        for point in points
    ]
    columns = ("Gedeelde actie", "Aantal scholen", "Speerpunt", "School", "Doel", "Stand", "Uitkomst")
    sheet = spreadsheets.Sheet("Gedeelde acties", columns, rows)
    return spreadsheets.as_response([sheet], kind, f"gedeelde-acties-{label(year)}")
