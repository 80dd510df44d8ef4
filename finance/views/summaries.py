"""What a board makes of the answers of its schools in one partnership."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest
from actionplans.views.plans import saved
from finance.forms.narratives import BeginSummaryForm, SummaryForm, UsedAnswer
from finance.models import BoardNarrative, NarrativeAnswer, QuestionSet
from finance.narrating import Section, sets_of
from finance.views.narratives import get_or_post
from schools.access import access_of
from schools.models import Partnership
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of

WAYS = {"vraag": "per vraag", "school": "per school"}


@require_POST
def summary_begin(request: SignedInRequest) -> HttpResponse:
    form = BeginSummaryForm(request.POST)
    if not form.is_valid():
        raise BadRequest("question_set and partnership")
    sets = QuestionSet.objects.visible_to(request.user)
    asked = get_object_or_404(sets, pk=form.cleaned_data["question_set"])
    readable = Partnership.objects.visible_to(request.user).values("pk")
    answered = asked.narratives.filter(question_set__board__in=access_of(request.user).boards).values("partnership")
    partnership = get_object_or_404(
        Partnership, Q(pk__in=readable) | Q(pk__in=answered), pk=form.cleaned_data["partnership"]
    )
    try:
        here = BoardNarrative.begin(request.user, asked, partnership)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect(asked)
    return redirect("finance:summary_edit" if here.is_draft else "finance:summary", here.pk)


def load_summary(request: HttpRequest, pk: int) -> BoardNarrative:
    found: BoardNarrative = get_object_or_404(BoardNarrative.objects.visible_to(request.user).for_page(), pk=pk)
    return found


def _must_be_board(request: SignedInRequest, here: BoardNarrative) -> None:
    if not here.question_set.is_of(request.user):
        raise PermissionDenied("Alleen het schoolbestuur kan dit doen.")


def _answers(here: BoardNarrative) -> list[NarrativeAnswer]:
    """What was submitted, by question; schools in the order of their names."""
    ordered = here.answers().order_by("question__position", "question", "narrative__school__name", "pk")
    return list(ordered.select_related("question", "narrative__school"))


def _section(request: SignedInRequest, here: BoardNarrative) -> Section | None:
    """Which schools answered and which did not; only for the board."""
    found = sets_of(request.user, only=here.question_set_id)
    return next((each for row in found for each in row.sections if each.partnership == here.partnership), None)


@require_GET
def summary(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_summary(request, pk)
    own = here.question_set.is_of(request.user)
    answers = _answers(here) if own else []
    context = {
        "summary": here,
        "is_own": own,
        "section": _section(request, here) if own else None,
        "used": here.used.count() if own else 0,
        "given": len(answers),
        "ready": bool(here.text.strip()),
    }
    return render(request, "finance/summary.html", context)


@get_or_post
def summary_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The answers beside the editor. With the header X-Autosave it is saved in passing, and the answer is JSON."""
    here = load_summary(request, pk)
    _must_be_board(request, here)
    if request.method != "POST" and not here.is_draft:
        return redirect(here)
    answers = _answers(here)
    form = SummaryForm(request.POST or None, summary=here, answers=answers)
    if answer := saved(
        request,
        form,
        lambda values, bases: here.save_content(request.user, values, bases),
        standing=lambda: {
            name: value for name, value in load_summary(request, pk).standing().items() if name in form.fields
        },
        back=_back(request, here),
    ):
        return answer
    return render(request, "finance/summary_edit.html", _to_edit(request, here, form, answers), status=status_of(form))


def _back(request: HttpRequest, here: BoardNarrative) -> str:
    if not here.is_draft or "read" in request.POST:
        return here.get_absolute_url()
    return f"{reverse('finance:summary_edit', args=[here.pk])}?per={_way(request)}"


def _way(request: HttpRequest) -> str:
    asked = request.POST.get("per") or request.GET.get("per", "")
    return asked if asked in WAYS else "vraag"


def _to_edit(
    request: SignedInRequest, here: BoardNarrative, form: SummaryForm, answers: list[NarrativeAnswer]
) -> dict[str, Any]:
    way = _way(request)
    return {
        "summary": here,
        "form": form,
        "groups": _grouped(form, answers, way),
        "way": way,
        "ways": WAYS.items(),
        "given": len(answers),
        "used": form.used(),
        "section": _section(request, here),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }


def _grouped(form: SummaryForm, answers: list[NarrativeAnswer], way: str) -> list[tuple[str, list[UsedAnswer]]]:
    """The answers under the question or under the school that they are of."""
    if way == "vraag":
        by_question = groupby(answers, key=lambda each: each.question)
        return [(question.text, [form.box_of(each) for each in rows]) for question, rows in by_question]
    ordered = sorted(answers, key=lambda each: (each.narrative.school.name, each.narrative_id, each.question.position))
    by_school = groupby(ordered, key=lambda each: each.narrative_id)
    found = [list(rows) for _, rows in by_school]
    return [(rows[0].narrative.school.name, [form.box_of(each) for each in rows]) for rows in found]


@get_or_post
def summary_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """First asked, then done."""
    here = load_summary(request, pk)
    _must_be_board(request, here)
    if request.method == "POST":
        done = "De samenvatting is gepubliceerd en komt in het document."
        attempt(request, lambda: here.publish(request.user), done)
        return redirect(here)
    if not here.is_draft or not here.text.strip():
        why = "Schrijf eerst de samenvatting." if here.is_draft else "De samenvatting is al gepubliceerd."
        messages.info(request, why)
        return redirect(here)
    given = len(_answers(here))
    context = {"summary": here, "section": _section(request, here), "used": here.used.count(), "given": given}
    return render(request, "finance/summary_publish.html", context)


@get_or_post
def summary_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """First asked, then done."""
    here = load_summary(request, pk)
    _must_be_board(request, here)
    if request.method == "POST":
        attempt(request, lambda: here.reopen(request.user), "De samenvatting is weer een concept.")
        return redirect("finance:summary_edit", pk)
    if here.is_draft:
        messages.info(request, "De samenvatting is al een concept.")
        return redirect(here)
    return render(request, "finance/summary_reopen.html", {"summary": here})
