"""The support plan of the partnership: everybody reads the adopted versions, the partnership writes the next one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from actionplans.forms.supportplan import (
    AdoptSupportPlanForm,
    SpearheadForm,
    SupportPlanBeginForm,
    SupportPlanForm,
    TargetForm,
)
from actionplans.models import ActionPlan, Spearhead, SupportPlan, Target
from schools.access import access_of
from schools.models import Partnership
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of
from swvportal.lib.school_year import label, school_year_of

IN_WORDS = {
    1: "Eén", 2: "Twee", 3: "Drie", 4: "Vier", 5: "Vijf", 6: "Zes", 7: "Zeven", 8: "Acht", 9: "Negen", 10: "Tien"
}  # fmt: skip
NOT_YOURS = "Alleen het samenwerkingsverband schrijft het ondersteuningsplan."
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load(request: HttpRequest, pk: int, *, to_change: bool = False) -> SupportPlan:
    plan: SupportPlan = get_object_or_404(SupportPlan.objects.visible_to(request.user).with_parts(), pk=pk)
    if to_change and plan.partnership_id not in access_of(request.user).partnerships:
        raise PermissionDenied(NOT_YOURS)
    return plan


def own_partnership(request: HttpRequest) -> Partnership:
    """The partnership one works for: the one named by `swv`, or the first."""
    access = access_of(request.user)
    own = [m.partnership for m in access.memberships if m.partnership and m.partnership_id in access.partnerships]
    if not own:
        raise PermissionDenied(NOT_YOURS)
    code = request.POST.get("swv") or request.GET.get("swv")
    return next((p for p in own if p.code == code), own[0])


# Reading --------------------------------------------------------------------------------------------------------------


@require_GET
def support_plans(request: HttpRequest) -> HttpResponse:
    """All versions; a reader with one plan that holds now goes straight to it."""
    access = access_of(request.user)
    plans = list(SupportPlan.objects.visible_to(request.user).select_related("partnership", "adopted_by"))
    year = school_year_of(timezone.localdate())
    current = _current(plans, year)
    if not access.partnerships and len(current) == 1 and request.GET.get("toon") != "versies":
        return redirect(current[0])
    context = {
        "plans": plans,
        "current": {plan.pk for plan in current},
        "may_write": bool(access.partnerships),
        "has_draft": any(plan.is_draft for plan in plans),
        "several": len({plan.partnership_id for plan in plans}) > 1,
        "year": year,
    }
    return render(request, "actionplans/support_plans.html", context)


def _current(plans: list[SupportPlan], year: int) -> list[SupportPlan]:
    """The versions that hold this year: the newest adopted one of each partnership."""
    found: dict[int, SupportPlan] = {}
    for plan in plans:
        holds = not plan.is_draft and plan.first_year <= year <= plan.last_year
        if holds and (plan.partnership_id not in found or plan.version > found[plan.partnership_id].version):
            found[plan.partnership_id] = plan
    return list(found.values())


@require_GET
def support_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _load(request, pk)
    is_office = plan.partnership_id in access_of(request.user).partnerships
    year = school_year_of(timezone.localdate())
    work_plans = ActionPlan.objects.visible_to(request.user).filter(
        partnership=plan.partnership_id, school=None, school_year__range=(plan.first_year, plan.last_year)
    )
    years = [each for each in (year, year + 1) if plan.first_year <= each <= plan.last_year]
    context = {
        "plan": plan,
        "spearheads": list(plan.spearheads.all()),
        "general": [target for target in plan.targets.all() if target.spearhead_id is None],
        "may_edit": is_office and plan.is_draft,
        "work_plans": list(work_plans.order_by("school_year")),
        "years": _without_work_plan(plan, years) if is_office and not plan.is_draft else [],
    }
    return render(request, "actionplans/support_plan.html", context)


def _without_work_plan(plan: SupportPlan, years: list[int]) -> list[int]:
    there = ActionPlan.objects.filter(partnership=plan.partnership_id, school=None, school_year__in=years)
    begun = set(there.values_list("school_year", flat=True))
    return [year for year in years if year not in begun]


# Writing --------------------------------------------------------------------------------------------------------------


@get_or_post
def support_plan_begin(request: SignedInRequest) -> HttpResponse:
    partnership = own_partnership(request)
    versions = SupportPlan.objects.filter(partnership=partnership.pk).order_by("-version")
    newest = versions.first()
    if newest is not None and newest.is_draft:
        messages.info(request, "Er is al een concept van de volgende versie. Schrijf daarin verder.")
        return redirect(newest)
    first = newest.last_year + 1 if newest else school_year_of(timezone.localdate())
    form = SupportPlanBeginForm(request.POST or None, initial={"first_year": first, "last_year": first + 3})
    if request.method == "POST" and form.is_valid():
        plan = SupportPlan.begin(request.user, partnership, **form.cleaned_data)
        messages.success(request, "Het concept staat klaar. Schrijf de speerpunten en de beoogde resultaten op.")
        return redirect(plan)
    context = {"form": form, "partnership": partnership, "newest": newest}
    return render(request, "actionplans/support_plan_begin.html", context)


@get_or_post
def support_plan_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _load_draft(request, pk)
    if not plan.is_draft:
        return _stands_firm(request, plan)
    form = SupportPlanForm(request.POST or None, plan=plan)
    context = {"form": form, "plan": plan, "what": "plan"}
    return _saved(
        request, plan, form, context, lambda: form.saved_by(lambda v, b: plan.save_content(request.user, v, b))
    )


def _load_draft(request: HttpRequest, pk: int) -> SupportPlan:
    return _load(request, pk, to_change=True)


def _stands_firm(request: HttpRequest, plan: SupportPlan) -> HttpResponse:
    messages.error(request, "Dit ondersteuningsplan is vastgesteld. Maak een nieuwe versie om iets te wijzigen.")
    return redirect(plan)


def _saved(
    request: SignedInRequest, plan: SupportPlan, form: Any, context: dict[str, Any], save: Callable[[], bool]
) -> HttpResponse:
    """Save what was posted, or show the form (once more)."""
    if request.method == "POST" and form.is_valid():
        try:
            if save():
                messages.success(request, "Opgeslagen.")
                return redirect(plan)
        except IllegalTransition as error:
            messages.error(request, str(error))
            return redirect(plan)
    return render(request, "actionplans/support_plan_form.html", context, status=status_of(form))


@get_or_post
def support_plan_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _load_draft(request, pk)
    if not plan.is_draft:
        return _stands_firm(request, plan)
    form = AdoptSupportPlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        consent = form.cleaned_data["opr_consent_on"]
        done = f"Het ondersteuningsplan is vastgesteld. Actieplannen volgen vanaf schooljaar {label(plan.first_year)} deze speerpunten."
        attempt(request, lambda: plan.adopt(request.user, consent), done)
        return redirect("actionplans:support_plan", plan.pk)
    before = [target for target in plan.targets.all() if target.is_before_its_plan(plan)]
    context = {
        "form": form,
        "plan": plan,
        "spearheads": list(plan.spearheads.all()),
        "before": before,
        "before_in_words": IN_WORDS.get(len(before), str(len(before))),
    }
    return render(request, "actionplans/support_plan_adopt.html", context, status=status_of(form))


# Spearheads -----------------------------------------------------------------------------------------------------------


def _load_part(request: HttpRequest, rows: Any, pk: int) -> Any:
    """A spearhead or target of a plan that one may change, with that plan as the page needs it."""
    part = get_object_or_404(rows.filter(plan__in=SupportPlan.objects.visible_to(request.user)), pk=pk)
    part.plan = _load(request, part.plan_id, to_change=True)
    return part


@get_or_post
def spearhead_add(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _load_draft(request, pk)
    if not plan.is_draft:
        return _stands_firm(request, plan)
    form = SpearheadForm(request.POST or None)
    context = {"form": form, "plan": plan, "what": "spearhead", "is_new": True}
    return _saved(request, plan, form, context, lambda: bool(plan.add_spearhead(request.user, **form.values())))


@get_or_post
def spearhead_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    spearhead: Spearhead = _load_part(request, Spearhead.objects, pk)
    plan = spearhead.plan
    if not plan.is_draft:
        return _stands_firm(request, plan)
    form = SpearheadForm(request.POST or None, spearhead=spearhead)
    context = {"form": form, "plan": plan, "what": "spearhead", "spearhead": spearhead}
    return _saved(
        request, plan, form, context, lambda: form.saved_by(lambda v, b: spearhead.change(request.user, v, b))
    )


@get_or_post
def spearhead_move(request: SignedInRequest, pk: int) -> HttpResponse:
    spearhead: Spearhead = _load_part(request, Spearhead.objects, pk)
    if request.method != "POST":
        return redirect(spearhead.plan)
    direction = request.POST.get("richting")
    if direction not in {"omhoog", "omlaag"}:
        raise BadRequest("De richting ontbreekt.")
    attempt(request, lambda: spearhead.move(request.user, up=direction == "omhoog"), "De volgorde is gewijzigd.")
    return redirect(f"{spearhead.plan.get_absolute_url()}#speerpunten")


@get_or_post
def spearhead_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    spearhead: Spearhead = _load_part(request, Spearhead.objects, pk)
    plan = spearhead.plan
    targets = [target for target in plan.targets.all() if target.spearhead_id == spearhead.pk]
    context = {"plan": plan, "what": f"Speerpunt {spearhead}", "kind": "speerpunt", "targets": targets}
    return _removed(request, plan, context, lambda: spearhead.remove(request.user))


def _removed(
    request: HttpRequest, plan: SupportPlan, context: dict[str, Any], remove: Callable[[], object]
) -> HttpResponse:
    if not plan.is_draft:
        return _stands_firm(request, plan)
    if request.method != "POST":
        return render(request, "actionplans/support_plan_remove.html", context)
    attempt(request, remove, "Verwijderd.")
    return redirect(plan)


# Targets --------------------------------------------------------------------------------------------------------------


@get_or_post
def target_add(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _load_draft(request, pk)
    if not plan.is_draft:
        return _stands_firm(request, plan)
    chosen = request.GET.get("speerpunt", "")
    form = TargetForm(request.POST or None, plan=plan, initial={"spearhead": chosen} if chosen.isdecimal() else {})
    context = {"form": form, "plan": plan, "what": "target", "is_new": True}
    return _saved(request, plan, form, context, lambda: bool(plan.add_target(request.user, **form.values())))


@get_or_post
def target_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    target: Target = _load_part(request, Target.objects, pk)
    plan = target.plan
    if not plan.is_draft:
        return _stands_firm(request, plan)
    form = TargetForm(request.POST or None, plan=plan, target=target)
    context = {"form": form, "plan": plan, "what": "target", "target": target}
    return _saved(request, plan, form, context, lambda: form.saved_by(lambda v, b: target.change(request.user, v, b)))


@get_or_post
def target_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    target: Target = _load_part(request, Target.objects, pk)
    context = {"plan": target.plan, "what": f"Resultaat “{target.text}”", "kind": "resultaat", "targets": []}
    return _removed(request, target.plan, context, lambda: target.remove(request.user))


# The partnership's own year -------------------------------------------------------------------------------------------


@get_or_post
def work_plan(request: SignedInRequest) -> HttpResponse:
    """Begin the work plan of this or the next school year, or go to the one there is."""
    if request.method != "POST":
        return redirect("actionplans:support_plans")
    partnership = own_partnership(request)
    this = school_year_of(timezone.localdate())
    year = request.POST.get("school_year", "")
    if year not in {str(this), str(this + 1)}:
        raise BadRequest("Kies dit of het volgende schooljaar.")
    plan = ActionPlan.begin(request.user, partnership, int(year))
    return redirect(reverse("actionplans:plan", args=[plan.pk]))
