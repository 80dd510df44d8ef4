"""Taking an action of another school over: straight into this year's plan, or after a question into the next one."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from actionplans.exports import owner_of
from actionplans.models import ActionPlan, ActionPoint
from schools.access import access_of
from schools.asked import this_year
from schools.models import School
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.school_year import label


@dataclass(frozen=True, slots=True)
class Way:
    """Into which plan a school can take an action, and the plan before it that stands firm already."""

    school: School
    year: int
    closed: ActionPlan | None
    is_open: bool

    @property
    def key(self) -> str:
        return f"{self.school.pk}-{self.year}"


def own_schools(request: SignedInRequest) -> list[School]:
    access = access_of(request.user)
    schools = {m.school for m in access.memberships if m.school is not None and m.school_id in access.schools}
    return sorted(schools, key=lambda school: (school.name, school.pk))


@require_POST
def point_take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """`school` and `jaar` ask for the plan of that year; `naar` is the answer to the question about another year."""
    point = get_object_or_404(ActionPoint.objects.visible_to(request.user).for_page(), pk=pk)
    schools = {str(school.pk): school for school in own_schools(request)}
    if not schools:
        raise PermissionDenied("Alleen een school kan een actie overnemen.")
    if "naar" in request.POST:
        key, _, year = request.POST["naar"].partition("-")
        return _take(request, point, _school(schools, key), _year(year, point))
    year_asked = _year(request.POST["jaar"], point) if "jaar" in request.POST else this_year()
    asked = [_school(schools, request.POST["school"])] if "school" in request.POST else list(schools.values())
    others = [school for school in asked if school.pk != point.plan.school_id] or asked
    ways = _ways(others, year_asked)
    if len(ways) == 1 and _is_clear(point, ways[0]):
        return _take(request, point, ways[0].school, ways[0].year)
    context = {"point": point, "owner": owner_of(point), "ways": ways, "several": len(schools) > 1}
    return render(request, "actionplans/take_over.html", context)


def _is_clear(point: ActionPoint, way: Way) -> bool:
    """Whether there is nothing to ask: this year's plan is open, or the action cannot be taken over anyway."""
    if way.closed is None or not way.is_open or way.school.pk == point.plan.school_id:
        return True
    return point.taken_by(way.school, way.year - 1) is not None


def _school(schools: dict[str, School], key: str) -> School:
    if key not in schools:
        raise BadRequest("Kies een eigen school.")
    return schools[key]


def _year(asked: str, point: ActionPoint) -> int:
    """A year from that of the point or the present one up to the one after."""
    years = point.plan.school_year, this_year()
    if asked not in {str(year) for year in range(min(years), max(years) + 2)}:
        raise BadRequest("Een actie overnemen kan in het plan van dit of het volgende schooljaar.")
    return int(asked)


def _ways(schools: list[School], year: int) -> list[Way]:
    """For each school the first of two years whose plan can be written, or is not there yet."""
    plans = ActionPlan.objects.filter(school__in=schools, school_year__in=(year, year + 1))
    found = {(plan.school_id, plan.school_year): plan for plan in plans}
    ways = []
    for school in schools:
        now, after = found.get((school.pk, year)), found.get((school.pk, year + 1))
        if now is None or now.is_written:
            ways.append(Way(school, year, None, is_open=True))
        else:
            ways.append(Way(school, year + 1, now, is_open=after is None or after.is_written))
    return ways


def _take(request: SignedInRequest, point: ActionPoint, school: School, year: int) -> HttpResponse:
    already = point.taken_by(school, min(year, this_year()))
    try:
        taken = already or point.take_over(request.user, school, year)
    except IllegalTransition as error:
        messages.error(request, f"Actieplan {label(year)} van {school.name}: {str(error)[0].lower()}{str(error)[1:]}")
    else:
        said = (
            "Deze actie stond al in uw plan van {year} van {school}. <a href='{url}'>Bekijk het actiepunt</a>."
            if already
            else "Het actiepunt van {owner} staat nu als concept in het actieplan {year} van {school}."
            " <a href='{url}'>Bekijk het en vul het aan</a>."
        )
        filled = {"owner": owner_of(point), "school": school.name, "url": taken.get_absolute_url()}
        messages.success(request, format_html(said, year=label(taken.plan.school_year), **filled))
    return redirect(f"{reverse('actionplans:exchange')}?jaar={point.plan.school_year}#actie-{point.pk}")
