"""Action plans: who is how far, one plan in three views, and its way from draft to evaluation."""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from actionplans.board import columns_by_spearhead, outside_view
from actionplans.forms.plans import BeginPlanForm, DiscussForm, EvaluatePlanForm, GiveBackForm, IntroductionForm
from actionplans.models import ActionPlan, ActionPoint, Spearhead, SupportProfile
from actionplans.timeline import timeline_of
from schools.access import access_of
from schools.asked import downloads
from schools.models import Partnership, School
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import MergingForm, autosaved, status_of
from swvportal.lib.merging import values_of
from swvportal.lib.moves import Move
from swvportal.lib.school_year import bounds, school_year_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
NOT_BEGUN = "geen"
EVALUATE_FROM = (5, 1)  # month and day from which the button stands on the page of the plan
VIEWS = ("bord", "lijst", "tijdlijn")


# Who is how far -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A school (or the partnership itself) and how far its plan of the year is."""

    school: School | None
    partnership: Partnership | None
    plan: ActionPlan | None
    readable: bool
    may_begin: bool
    year_is_over: bool

    @property
    def state(self) -> str:
        return self.plan.state if self.plan else NOT_BEGUN

    @property
    def waits_for(self) -> str:
        """Whose move it is, in words."""
        owner = "de school" if self.school else "het SWV"
        return {
            NOT_BEGUN: f"{owner}: beginnen",
            "draft": f"{owner}: indienen",
            "submitted": "het SWV: bespreken",
            "discussed": f"{owner}: vaststellen",
            "adopted": f"{owner}: evalueren" if self.year_is_over else f"{owner}: uitvoeren",
            "evaluated": "niemand: het plan is klaar",
        }[self.state]


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    this = school_year_of(timezone.localdate())
    year = _year(request, this)
    rows = _school_rows(request, year, may_begin=year in (this, this + 1))
    counts = Counter(row.state for row in rows)
    chosen = request.GET.get("stand", "")
    names = [(NOT_BEGUN, "nog niet begonnen"), *ActionPlan.State.choices]
    context = {
        "year": year,
        "years": _years(request, this, year),
        "rows": [row for row in rows if row.state == chosen] if chosen in counts else rows,
        "total": len(rows),
        "filters": [(state, name, counts[state]) for state, name in names if counts[state]],
        "chosen": chosen if chosen in counts else "",
        "work_plans": _work_plan_rows(request, year, may_begin=year in (this, this + 1)),
        "is_office": bool(access_of(request.user).partnerships),
    }
    return render(request, "actionplans/plans.html", context)


def _year(request: HttpRequest, this: int) -> int:
    asked = request.GET.get("jaar", "")
    is_year = len(asked) == 4 and asked.isascii() and asked.isdecimal() and 2000 <= int(asked) < 2099
    return int(asked) if is_year else this


def _years(request: HttpRequest, this: int, chosen: int) -> list[int]:
    found = ActionPlan.objects.inside_to(request.user).order_by().values_list("school_year", flat=True).distinct()
    return sorted({*found, this, this + 1, chosen})


def _school_rows(request: HttpRequest, year: int, *, may_begin: bool) -> list[Row]:
    """Every open school of one's own, of one's board and of one's partnership, and what else one reads of this year."""
    access = access_of(request.user)
    standing = {plan.school_id: plan for plan in ActionPlan.objects.standing_for(request.user).filter(school_year=year)}
    inside = ActionPlan.objects.inside_to(request.user).filter(school_year=year, school__isnull=False)
    readable = {plan.school_id: plan for plan in inside}
    ours = Q(pk__in=access.schools) | Q(board__in=access.boards) | Q(partnership__in=access.partnerships)
    schools = School.objects.filter(ours, closed_on=None) | School.objects.filter(
        pk__in=inside.order_by().values("school")
    )
    over = bounds(year)[1] < timezone.localdate()
    return [
        Row(
            school=school,
            partnership=None,
            plan=standing.get(school.pk) or readable.get(school.pk),
            readable=school.pk in readable,
            may_begin=may_begin and school.pk in access.schools,
            year_is_over=over,
        )
        for school in schools.distinct().order_by("name", "brin", "branch")
    ]


def _work_plan_rows(request: HttpRequest, year: int, *, may_begin: bool) -> list[Row]:
    """The work plan of one's own partnership, begun or not, and the adopted ones that one may read."""
    own = access_of(request.user).partnerships
    found = ActionPlan.objects.visible_to(request.user).filter(school=None, school_year=year)
    by_partnership = {plan.partnership_id: plan for plan in found}
    partnerships = Partnership.objects.filter(pk__in=[*by_partnership, *own])
    over = bounds(year)[1] < timezone.localdate()
    return [
        Row(
            school=None,
            partnership=partnership,
            plan=by_partnership.get(partnership.pk),
            readable=partnership.pk in by_partnership,
            may_begin=may_begin and partnership.pk in own,
            year_is_over=over,
        )
        for partnership in partnerships
    ]


@get_or_post
def plan_begin(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("actionplans:plans")
    form = BeginPlanForm(request.POST)
    if not form.is_valid():
        raise BadRequest("Kies een school, en dit of het volgende schooljaar.")
    school = get_object_or_404(School.objects.visible_to(request.user), pk=form.cleaned_data["school"])
    return redirect(ActionPlan.begin(request.user, school, form.cleaned_data["school_year"]))


# One plan -------------------------------------------------------------------------------------------------------------


def load_plan(request: HttpRequest, pk: int) -> ActionPlan:
    plan: ActionPlan = get_object_or_404(ActionPlan.objects.visible_to(request.user).for_page(), pk=pk)
    return plan


@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """In full for the school, its board and the partnership; what a school shares, the others read without names."""
    here = load_plan(request, pk)
    if not ActionPlan.objects.inside_to(request.user).filter(pk=pk).exists():
        return _shared_plan(request, here)
    today = timezone.localdate()
    points = list(ActionPoint.objects.inside_to(request.user).filter(plan=pk).for_list().with_money(request.user))
    spearheads = list(Spearhead.objects.filter(plan=here.spearheads_from()))
    view = request.GET.get("beeld", "")
    view = view if view in VIEWS else VIEWS[0]
    context = {
        "plan": here,
        "points": points,
        "late_keys": {point.pk for point in points if point.is_late(today)},
        "view": view,
        "views": VIEWS,
        "today": today,
        "heads": [(key, name, sum(p.state == key for p in points)) for key, name in ActionPoint.State.choices],
        "evaluates_now": _is_time_to_evaluate(here, points, today),
        "groups": columns_by_spearhead(spearheads, points) if view == "bord" else [],
        "timeline": timeline_of(points, here.school_year, today) if view == "tijdlijn" else None,
        "unplanned": [spearhead for spearhead in spearheads if all(p.spearhead_id != spearhead.pk for p in points)],
        "profile": _readable_profile(request, here),
        "downloads": downloads("actionplans:points_export", here.school_year, plan=pk) if points else [],
        **_rights(request, here),
    }
    return render(request, "actionplans/plan.html", context)


def _rights(request: HttpRequest, here: ActionPlan) -> dict[str, bool]:
    """Which buttons stand on the page."""
    leads, office = here.is_led_by(request.user), here.is_of_office(request.user)
    state = here.state
    return {
        "may_write": here.may_write(request.user),
        "may_submit": leads and state == "draft",
        "may_take_back": leads and state == "submitted",
        "may_discuss": office and state == "submitted",
        "may_adopt": leads and state == "discussed",
        "may_change_talk": office and state == "discussed",
        "may_evaluate": leads and state == "adopted",
        "is_own": here.is_own(request.user),
        "may_share": leads and state != "draft" and here.school_id is not None,
    }


def _is_time_to_evaluate(here: ActionPlan, points: list[ActionPoint], today: datetime.date) -> bool:
    """Towards the end of the school year, or earlier when every point is evaluated."""
    all_done = bool(points) and all(point.is_evaluated for point in points)
    return all_done or today >= datetime.date(here.school_year + 1, *EVALUATE_FROM)


def _readable_profile(request: HttpRequest, here: ActionPlan) -> SupportProfile | None:
    if not here.profile_id:
        return None
    return SupportProfile.objects.visible_to(request.user).filter(pk=here.profile_id).first()


def _shared_plan(request: HttpRequest, here: ActionPlan) -> HttpResponse:
    points = ActionPoint.objects.visible_to(request.user).filter(plan=here.pk).select_related("spearhead")
    context = {
        "title": f"{here.kind.capitalize()} van {here.school.name if here.school else here.partnership.name}",
        "school_year": here.school_year,
        "state": here.get_state_display(),
        "partnership": here.partnership.name,
        "is_school": here.school_id is not None,
        "points": [outside_view(point) for point in points],
    }
    return render(request, "actionplans/plan_shared.html", context)


@get_or_post
def plan_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen wie aan dit plan werkt, kan het wijzigen.")
    if not here.is_written:
        messages.error(request, f"Dit plan is {here.get_state_display()}. De tekst staat vast.")
        return redirect(here)
    form = IntroductionForm(request.POST or None, plan=here)
    if answer := saved(
        request,
        form,
        lambda values, bases: here.save_content(request.user, values, bases),
        standing=lambda: values_of(load_plan(request, pk), ActionPlan.EDITABLE),
        back=here.get_absolute_url(),
    ):
        return answer
    return render(request, "actionplans/plan_form.html", {"form": form, "plan": here}, status=status_of(form))


def saved(
    request: HttpRequest,
    form: MergingForm,
    save: Callable[[dict[str, Any], dict[str, str]], object],
    *,
    standing: Callable[[], dict[str, Any]],
    back: str,
) -> HttpResponse | None:
    """Save what was posted: by the button, and then back; or by the script while somebody types, and then JSON. None
    where the page must be shown (once more)."""
    if request.method != "POST":
        return None
    by_script = request.headers.get("X-Autosave") == "1"
    try:
        is_saved = form.is_valid() and form.saved_by(save)
    except IllegalTransition as error:
        if by_script:
            return JsonResponse({"errors": {"": [str(error)]}}, status=422)
        messages.error(request, str(error))
        return redirect(back)
    if by_script:
        return autosaved(form, standing())
    if is_saved:
        messages.success(request, "Opgeslagen.")
        return redirect(back)
    return None


# From state to state --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanMove(Move[ActionPlan]):
    def why_not(self, here: ActionPlan) -> str:
        return here.not_now(self.states[0])

    def already(self, here: ActionPlan) -> str:
        return "Het plan is al weer concept." if here.is_draft else f"Het plan is al {here.get_state_display()}."


SUBMIT = PlanMove(
    "submit", ("draft",), "submitted", "Het plan is ingediend. Het samenwerkingsverband bespreekt het met u."
)
TAKE_BACK = PlanMove(
    "take_back", ("submitted",), "draft", "Het plan is weer concept. U kunt het wijzigen en opnieuw indienen."
)
GIVE_BACK = PlanMove(
    "give_back", ("submitted",), "draft", "Het plan is teruggegeven. De school leest uw reden.", by_office=True
)
DISCUSS = PlanMove(
    "discuss",
    ("submitted",),
    "discussed",
    "Vastgelegd. De school verwerkt wat er is besproken en stelt het plan vast.",
    by_office=True,
)
CHANGE_DAY = PlanMove("change_day", ("discussed",), "", "De datum is gewijzigd.", by_office=True)
TAKE_BACK_TALK = PlanMove(
    "take_back_talk",
    ("discussed",),
    "submitted",
    "Het plan is weer ingediend en wacht op de bespreking.",
    by_office=True,
)
ADOPT = PlanMove("adopt", ("discussed",), "adopted", "Het plan is vastgesteld. Houd per actiepunt bij hoe het gaat.")
EVALUATE = PlanMove("evaluate", ("adopted",), "evaluated", "Het jaar is geëvalueerd. Het plan verandert niet meer.")
# What the heading asks about the plan, the step where one is, and the button.
WORDS = {
    "submit": ("indienen", "Indienen", "Plan indienen"),
    "take_back": ("terughalen", "Terughalen", "Plan terughalen"),
    "give_back": ("teruggeven", "Teruggeven", "Plan teruggeven"),
    "discuss": ("besproken", "Bespreking vastleggen", "Vastleggen"),
    "change_day": ("op een andere dag besproken", "Datum wijzigen", "Datum wijzigen"),
    "take_back_talk": ("terug naar ingediend", "Terug naar ingediend", "Terug naar ingediend"),
    "adopt": ("vaststellen", "Vaststellen", "Plan vaststellen"),
    "evaluate": ("evalueren", "Evalueren", "Jaar afsluiten"),
}


def _move(
    request: HttpRequest,
    here: ActionPlan,
    move: PlanMove,
    act: Callable[[dict[str, Any]], None],
    form: Any = None,
    **context: Any,
) -> HttpResponse:
    """First a page that says what the step does, then the step."""
    if move.is_over(request, here, act, form, lambda: ActionPlan.objects.get(pk=here.pk)):
        return _after(request, here)
    verb, crumb, button = WORDS[move.name]
    context |= {"plan": here, "move": move.name, "form": form, "verb": verb, "crumb": crumb, "button": button}
    return render(request, "actionplans/plan_move.html", context, status=status_of(form))


def _after(request: HttpRequest, here: ActionPlan) -> HttpResponse:
    """Back to the plan; or to the overview for who no longer reads it, because it is a draft of the school again."""
    if ActionPlan.objects.visible_to(request.user).filter(pk=here.pk).exists():
        return redirect(here)
    return redirect(f"{reverse('actionplans:plans')}?jaar={here.school_year}")


def _points(here: ActionPlan) -> list[ActionPoint]:
    return list(ActionPoint.objects.filter(plan=here.pk).for_list())


def _missing(here: ActionPlan, points: list[ActionPoint]) -> list[tuple[ActionPoint, str]]:
    """The points that a submit would refuse, with what they lack."""
    found, has_spearheads = [], here.spearheads_from() is not None
    for point in points:
        lacks = ["een speerpunt"] if has_spearheads and point.spearhead_id is None else []
        lacks += ["een einddatum"] if point.due is None else []
        if lacks:
            found.append((point, " en ".join(lacks)))
    return found


@get_or_post
def plan_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    points = _points(here)
    return _move(
        request, here, SUBMIT, lambda _: here.submit(request.user), points=points, missing=_missing(here, points)
    )


@get_or_post
def plan_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    return _move(request, here, TAKE_BACK, lambda _: here.take_back(request.user))


@get_or_post
def plan_give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    form = GiveBackForm(request.POST or None)
    return _move(request, here, GIVE_BACK, lambda given: here.give_back(request.user, given["reason"]), form)


@get_or_post
def plan_discuss(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    form = DiscussForm(request.POST or None, plan=here, initial={"on": timezone.localdate()})
    return _move(request, here, DISCUSS, lambda given: here.discuss(request.user, given["on"]), form)


@get_or_post
def plan_change_day(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    form = DiscussForm(request.POST or None, plan=here, initial={"on": here.discussed_on})
    return _move(request, here, CHANGE_DAY, lambda given: here.change_day_of_talk(request.user, given["on"]), form)


@get_or_post
def plan_take_back_talk(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    return _move(request, here, TAKE_BACK_TALK, lambda _: here.take_back_talk(request.user))


@get_or_post
def plan_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    points = _points(here)
    return _move(
        request, here, ADOPT, lambda _: here.adopt(request.user), points=points, missing=_missing(here, points)
    )


@get_or_post
def plan_evaluate(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_plan(request, pk)
    waiting = [point for point in _points(here) if not point.is_evaluated]
    form = EvaluatePlanForm(request.POST or None)
    return _move(
        request, here, EVALUATE, lambda given: here.evaluate(request.user, given["text"]), form, waiting=waiting
    )


@get_or_post
def plan_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the other schools read along, or no longer; first a page that says what they read."""
    here = load_plan(request, pk)
    if request.method != "POST":
        return _asked_to_share(request, here)
    wanted = request.POST.get("gedeeld")
    if wanted not in {"ja", "nee"}:
        raise BadRequest("Kies delen of niet meer delen.")
    try:
        here.share(request.user, shared=wanted == "ja")
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        done = "De andere scholen lezen nu mee: doel, meting, stand en uitkomst, zonder namen en voortgang."
        messages.success(request, done if wanted == "ja" else "De andere scholen lezen niet meer mee.")
    return redirect(here)


def _asked_to_share(request: SignedInRequest, here: ActionPlan) -> HttpResponse:
    if not here.is_led_by(request.user):
        raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan dit doen.")
    if here.school_id is None:
        messages.info(request, "De scholen lezen het jaarwerkplan zodra het is vastgesteld.")
        return redirect(here)
    if here.is_draft and not here.shared_at:
        messages.info(request, "Dien het plan eerst in. Daarna kunt u het delen.")
        return redirect(here)
    return render(request, "actionplans/plan_share.html", {"plan": here})
