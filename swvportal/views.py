"""Home ("Mijn taken"), a school's own page, and the health of the installation."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.http import SignedInRequest
from actionplans.models import ActionPlan, SupportProfile
from finance.models import Budget
from indicators.models import Participation
from indicators.standing import Standing
from schools.access import access_of
from schools.models import ArrangementStatement, Membership, School
from swvportal.health import what_is_wrong
from swvportal.home import home_of
from swvportal.lib.school_year import school_year_of


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """ "Mijn taken". Who has no role yet is told what to do, the operator where to go."""
    if not access_of(request.user).memberships:
        return render(request, "home_without_role.html")
    return render(request, "home.html", {"home": home_of(request.user, show_all=request.GET.get("toon") == "alles")})


@require_GET
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one school, as far as this person may see it."""
    user = request.user
    school = get_object_or_404(School.objects.visible_to(user).select_related("board", "partnership"), pk=pk)
    participations = Participation.objects.visible_to(user).filter(school=school).for_table()
    statements = ArrangementStatement.objects.visible_to(user).filter(school=school).order_by("-school_year")
    people = Membership.objects.visible_to(user).current().filter(school=school).select_related("user")
    context = {
        "school": school,
        "rows": [Standing.of(p, user) for p in participations.order_by("-round__school_year", "-round_id")],
        "statements": list(statements),
        "people": list(people.order_by("role", "user__name")),
        **_profiles_of(request, school),
        **_plans_of(request, school),
        **_budgets_of(request, school),
    }
    return render(request, "school.html", context)


MARCH, AUGUST = 3, 8  # from March a school prepares the year that begins in August


def _profiles_of(request: HttpRequest, school: School) -> dict[str, object]:
    """The support profiles: those one may read, those of which one knows how far they are, and what can be begun."""
    readable = list(SupportProfile.objects.visible_to(request.user).filter(school=school).order_by("-school_year"))
    known = SupportProfile.objects.standing_for(request.user).filter(school=school)
    mine = {profile.pk for profile in readable}
    today = timezone.localdate()
    years = {profile.school_year for profile in readable}
    own = school.pk in access_of(request.user).schools
    asked = [school_year_of(today), *([school_year_of(today) + 1] if MARCH <= today.month < AUGUST else [])]
    return {
        "profiles": readable,
        "profiles_in_draft": [profile for profile in known if profile.pk not in mine],
        "profiles_to_begin": [year for year in reversed(asked) if own and year not in years],
    }


def _plans_of(request: HttpRequest, school: School) -> dict[str, object]:
    """The action plans: those one reads in full, and those of which one only knows how far they are."""
    readable = list(ActionPlan.objects.inside_to(request.user).filter(school=school).order_by("-school_year"))
    known = ActionPlan.objects.standing_for(request.user).filter(school=school)
    mine = {plan.pk for plan in readable}
    return {"action_plans": readable, "plans_in_draft": [plan for plan in known if plan.pk not in mine]}


def _budgets_of(request: HttpRequest, school: School) -> dict[str, object]:
    """The budgets: those one may read, those of which one only knows how far they are, and whether this year's can be
    begun."""
    readable = list(Budget.objects.visible_to(request.user).filter(school=school).order_by("-school_year"))
    known = list(Budget.objects.standing_for(request.user).filter(school=school))
    mine, this = {budget.pk for budget in readable}, school_year_of(timezone.localdate())
    is_begun = any(budget.school_year == this for budget in (*readable, *known))
    own = school.pk in access_of(request.user).schools
    return {
        "budgets": readable,
        "budgets_in_draft": [budget for budget in known if budget.pk not in mine],
        "budget_to_begin": this if own and not is_begun and school.closed_on is None else None,
    }


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For whoever keeps the installation running: 200, or 503 with what is wrong."""
    wrong = what_is_wrong()
    return JsonResponse(wrong, status=503) if wrong else HttpResponse("ok", content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an old page: nothing is lost, the person can go back and send it again."""
    return render(request, "403_csrf.html", status=403)
