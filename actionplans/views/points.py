"""One action point: its words, how it goes, what came of it, and where it came from and goes on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from actionplans.board import outside_view
from actionplans.forms.plans import ClassifyForm, EvaluatePointForm, NoteForm, PointForm
from actionplans.models import ActionPlan, ActionPoint
from actionplans.views.plans import load_plan, saved
from schools.access import access_of
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of
from swvportal.lib.merging import values_of
from swvportal.lib.school_year import label

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load(request: HttpRequest, pk: int) -> ActionPoint:
    point: ActionPoint = get_object_or_404(ActionPoint.objects.visible_to(request.user).for_page(), pk=pk)
    return point


def _must_be_concerned(request: HttpRequest, here: ActionPoint) -> None:
    """Who works on the plan, and the partnership for what it agreed on; whatever the state of the plan."""
    agreed_with = here.agreed is not None and here.plan.is_of_office(request.user)
    if not here.plan.is_own(request.user) and not agreed_with:
        raise PermissionDenied("Alleen wie aan dit plan werkt, kan dit bijhouden.")


# Reading --------------------------------------------------------------------------------------------------------------


@require_GET
def point(request: HttpRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    if not ActionPoint.objects.inside_to(request.user).filter(pk=pk).exists():
        return _shared_point(request, here)
    return _page(request, here)


def _page(request: HttpRequest, here: ActionPoint, note_form: NoteForm | None = None) -> HttpResponse:
    user = request.user
    may_follow = here.may_follow(user)
    plan_is_readable = ActionPlan.objects.visible_to(user).filter(pk=here.plan_id).exists()
    may_classify = may_follow and here.spearhead_id is None and here.plan.spearheads_from() is not None
    initial = {"on": timezone.localdate()}
    context = {
        "point": here,
        "plan": here.plan,
        "plan_is_readable": plan_is_readable,
        "paid": _paid(request, here),
        "notes": list(here.notes.select_related("author")),
        "states": ActionPoint.State.choices,
        "today": timezone.localdate(),
        "may_follow": may_follow,
        "may_revise": here.may_revise(user),
        "may_write": here.plan.may_write(user),
        "may_evaluate": here.may_evaluate(user),
        "may_carry_over": here.plan.is_own(user) and not here.plan.is_draft and _next(here) is None,
        "classify_form": ClassifyForm(plan=here.plan) if may_classify else None,
        "note_form": (note_form or NoteForm(initial=initial)) if may_follow else None,
        **_relatives(request, here),
    }
    status = 422 if note_form is not None else 200
    return render(request, "actionplans/point.html", context, status=status)


def _paid(request: HttpRequest, here: ActionPoint) -> list[Any]:
    """The budget lines that pay for it, as far as this person reads that budget; through the relation, because money
    knows of plans and not the other way round."""
    return list(here.budget_lines.visible_to(request.user).select_related("fund").with_spent())


def _next(here: ActionPoint) -> ActionPoint | None:
    """The point of the year after in which this one goes on."""
    return getattr(here, "carried_to", None)


def _relatives(request: HttpRequest, here: ActionPoint) -> dict[str, Any]:
    """Where it came from and goes on; only what this person may open is a link."""
    related = {"before": here.carried_from, "after": _next(here), "source": here.source}
    keys = [each.pk for each in related.values() if each is not None]
    readable = set(ActionPoint.objects.visible_to(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    return {name: each if each is not None and each.pk in readable else None for name, each in related.items()}


def _shared_point(request: HttpRequest, here: ActionPoint) -> HttpResponse:
    """Read along: what and when and what came of it, never who, how it went on the way, or what was agreed."""
    school = here.plan.school
    context = {
        "point": outside_view(here),
        "plan_pk": here.plan_id,
        "plan_name": f"{here.plan.kind.capitalize()} {label(here.plan.school_year)}",
        "owner": school.name if school else here.plan.partnership.name,
        "school_year": here.plan.school_year,
        # Who works at several schools chooses which one on the page of the exchange.
        "may_take_over": bool(access_of(request.user).schools),
    }
    return render(request, "actionplans/point_shared.html", context)


# Words ----------------------------------------------------------------------------------------------------------------


@get_or_post
def point_add(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = load_plan(request, pk)
    if not plan.is_own(request.user):
        raise PermissionDenied("Alleen wie aan dit plan werkt, kan een actiepunt toevoegen.")
    if not plan.is_written:
        messages.error(request, f"Dit plan is {plan.get_state_display()}. Er kunnen geen actiepunten meer bij.")
        return redirect(plan)
    chosen = request.GET.get("speerpunt", "")
    form = PointForm(request.POST or None, plan=plan, initial={"spearhead": chosen} if chosen.isdecimal() else {})
    if request.method == "POST" and form.is_valid():
        if attempt(request, lambda: plan.add_point(request.user, **form.values()), "Het actiepunt staat in het plan."):
            again = reverse("actionplans:point_add", args=[plan.pk])
            return redirect(again if "nog_een" in request.POST else plan.get_absolute_url())
        return redirect(plan)
    return render(request, "actionplans/point_form.html", {"form": form, "plan": plan}, status=status_of(form))


@get_or_post
def point_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    if not here.plan.is_own(request.user):
        raise PermissionDenied("Alleen wie aan dit plan werkt, kan een actiepunt wijzigen.")
    if not here.may_revise(request.user):
        messages.error(request, "Dit plan is geëvalueerd en verandert niet meer.")
        return redirect(here)
    form = PointForm(request.POST or None, plan=here.plan, point=here)
    if answer := saved(
        request,
        form,
        lambda values, bases: here.change(request.user, values, bases),
        standing=lambda: values_of(_load(request, pk), form.standing()),
        back=here.get_absolute_url(),
    ):
        return answer
    context = {"form": form, "plan": here.plan, "point": here, "stands_firm": not here.plan.is_written}
    return render(request, "actionplans/point_form.html", context, status=status_of(form))


@get_or_post
def point_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    plan = here.plan
    if not plan.is_own(request.user):
        raise PermissionDenied("Alleen wie aan dit plan werkt, kan een actiepunt verwijderen.")
    if not plan.is_written:
        messages.error(request, f"Dit plan is {plan.get_state_display()}. De tekst van de actiepunten staat vast.")
        return redirect(here)
    if request.method != "POST":
        return render(request, "actionplans/point_remove.html", {"point": here, "plan": plan})
    attempt(request, lambda: here.remove(request.user), "Het actiepunt is verwijderd.")
    return redirect("actionplans:plan", plan.pk)


@get_or_post
def point_classify(request: SignedInRequest, pk: int) -> HttpResponse:
    """Under a spearhead after all."""
    here = _load(request, pk)
    if request.method != "POST":
        return redirect(here)
    _must_be_concerned(request, here)
    form = ClassifyForm(request.POST, plan=here.plan)
    if request.POST.get("spearhead") == "":
        messages.error(request, "Kies eerst een speerpunt.")
        return redirect(here)
    if not form.is_valid():
        raise BadRequest("Kies een speerpunt van dit plan.")
    attempt(request, lambda: here.classify(request.user, form.cleaned_data["spearhead"]), "Het speerpunt is gekozen.")
    return redirect(here)


# How it goes ----------------------------------------------------------------------------------------------------------


@get_or_post
def point_state(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    if request.method != "POST":
        return redirect(here)
    state = request.POST.get("state")
    if state not in ActionPoint.State.values:
        raise BadRequest("Deze stand bestaat niet.")
    name = ActionPoint.State(state).label
    attempt(request, lambda: here.set_state(request.user, state), f"De stand is nu: {name}.")
    return redirect(here)


@get_or_post
def point_note(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    if request.method != "POST":  # the page with a mistake, loaded once more
        return redirect(f"{here.get_absolute_url()}#voortgang")
    _must_be_concerned(request, here)
    form = NoteForm(request.POST)
    if not form.is_valid() and not here.plan.is_evaluated:
        return _page(request, here, form)
    given = form.cleaned_data
    attempt(
        request,
        lambda: here.add_note(request.user, given.get("text", ""), given.get("on")),
        "De voortgang staat erbij.",
    )
    return redirect(f"{here.get_absolute_url()}#voortgang")


@get_or_post
def point_evaluate(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    if not here.plan.is_own(request.user):
        raise PermissionDenied("Alleen wie aan dit plan werkt, kan een actiepunt evalueren.")
    if not here.may_evaluate(request.user):
        messages.error(request, f"Het plan is {here.plan.get_state_display()}. Evalueren kan na het bespreken.")
        return redirect(here)
    form = EvaluatePointForm(request.POST or None, initial={"result": here.result, "learned": here.learned})
    if request.method == "POST" and form.is_valid():
        attempt(request, lambda: here.evaluate(request.user, **form.cleaned_data), "De evaluatie is opgeslagen.")
        return redirect(here)
    return render(
        request,
        "actionplans/point_evaluate.html",
        {"form": form, "point": here, "plan": here.plan},
        status=status_of(form),
    )


@get_or_post
def point_carry_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same action in the plan of next year, once."""
    here = _load(request, pk)
    if request.method != "POST":
        return redirect(here)
    try:
        made = here.carry_over(request.user)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect(here)
    year = label(here.plan.school_year + 1)
    done = format_html(
        'Dit actiepunt gaat door in {}. <a href="{}">Naar het vervolg</a>', year, made.get_absolute_url()
    )
    messages.success(request, done)
    return redirect(here)
