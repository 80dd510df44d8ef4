""" "Klopt het nog?": the profile beside the ratings of school and SWV, after the exchange."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from actionplans.checking import check
from actionplans.views._profile import load_profile
from indicators.comparing import load_comparison
from indicators.models import Participation
from schools.models import School


@require_GET
def profile_check(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """For who sees the conversation of this school, not for its neighbours: they read the profile alone."""
    get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    profile = load_profile(request, pk, year)
    participation = _exchanged(request, pk, year)
    comparison = load_comparison(participation, request.user) if participation else None
    rows = check(profile.items.all(), comparison) if comparison else []
    context = {
        "profile": profile,
        "school": profile.school,
        "participation": participation,
        "comparison": comparison,
        "rows": rows,
        "to_look_at": sum(row.needs_a_look for row in rows),
        "linked": sum(row.item is not None for row in rows),
    }
    return render(request, "actionplans/profile_check.html", context)


def _exchanged(request: HttpRequest, school: int, year: int) -> Participation | None:
    """The newest one up to this school year whose forms were exchanged."""
    rows = Participation.objects.visible_to(request.user).for_page()
    rows = rows.filter(school=school, round__school_year__lte=year, exchanged_at__isnull=False)
    found: Participation | None = rows.order_by("-round__school_year", "-exchanged_at").first()
    return found
