"""The yearly accountability texts: what there is to do and to read, and the answers of one school."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans.views.plans import saved
from finance.forms.narratives import BeginNarrativeForm, NarrativeForm, with_last_year
from finance.models import BoardNarrative, QuestionSet, SchoolNarrative
from finance.narrating import SetRow, asked_of, boards_of, sets_of
from schools.access import Access, access_of
from schools.models import Board, School
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# What there is --------------------------------------------------------------------------------------------------------


@require_GET
def narratives(request: HttpRequest) -> HttpResponse:
    """The sets of one's board, what is asked of one's schools, and what the others may read of both."""
    access, today = access_of(request.user), timezone.localdate()
    sets = sets_of(request.user)
    asked = asked_of(request.user)
    context = {
        "today": today,
        "boards": [(board, *_of_board(board, sets, today.year)) for board in boards_of(request.user)],
        "asked": asked,
        "works_at_school": bool(access.schools),
        "reads_others": bool(access.partnerships or access.audited_partnerships or access.audited_schools),
        "years": _to_read(request, access),
    }
    return render(request, "finance/narratives.html", context)


def _of_board(board: Board, sets: list[SetRow], this_year: int) -> tuple[list[SetRow], list[int]]:
    """Its sets, and the years that it may begin."""
    own = [row for row in sets if row.question_set.board_id == board.pk]
    there = {row.question_set.year for row in own}
    return own, [year for year in (this_year, this_year + 1) if year not in there]


def _to_read(request: HttpRequest, access: Access) -> list[dict[str, Any]]:
    """By year what schools submitted and boards published, leaving out what stands on the page already."""
    given = (
        SchoolNarrative.objects.visible_to(request.user)
        .filter(state=SchoolNarrative.State.SUBMITTED)
        .exclude(school__in=access.schools)
        .exclude(question_set__board__in=access.boards)
        .select_related("school", "partnership", "question_set__board")
        .order_by("-question_set__year", "school__name", "pk")
    )
    published = (
        BoardNarrative.objects.visible_to(request.user)
        .filter(state=BoardNarrative.State.PUBLISHED)
        .exclude(question_set__board__in=access.boards)
        .for_page()
        .order_by("-question_set__year", "question_set__board__name", "partnership__code")
    )
    by_year = {year: list(rows) for year, rows in groupby(published, key=lambda each: each.question_set.year)}
    answers = {year: list(rows) for year, rows in groupby(given, key=lambda each: each.question_set.year)}
    return [
        {"year": year, "narratives": answers.get(year, []), "summaries": by_year.get(year, [])}
        for year in sorted(set(by_year) | set(answers), reverse=True)
    ]


# One school's answers -------------------------------------------------------------------------------------------------


def load_narrative(request: HttpRequest, pk: int) -> SchoolNarrative:
    found: SchoolNarrative = get_object_or_404(SchoolNarrative.objects.visible_to(request.user).for_page(), pk=pk)
    return found


@require_POST
def narrative_begin(request: SignedInRequest) -> HttpResponse:
    form = BeginNarrativeForm(request.POST)
    if not form.is_valid():
        raise BadRequest("school and question_set")
    school = get_object_or_404(School.objects.visible_to(request.user), pk=form.cleaned_data["school"])
    sets = QuestionSet.objects.visible_to(request.user)
    asked = get_object_or_404(sets, pk=form.cleaned_data["question_set"])
    try:
        here = SchoolNarrative.begin(request.user, school, asked)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect("finance:narratives")
    return redirect("finance:narrative_edit" if here.is_draft else "finance:narrative", here.pk)


@require_GET
def narrative(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_narrative(request, pk)
    standing = here.standing()
    questions = [(each, standing[each.key]) for each in here.question_set.questions.all()]
    context = {
        "narrative": here,
        "questions": questions,
        "answered": sum(bool(text.strip()) for _, text in questions),
        "may_write": here.may_write(request.user),
        "is_led": here.is_led_by(request.user),
        "may_take_back": not here.is_draft and here.is_led_by(request.user) and not here.is_published_on(),
        "today": timezone.localdate(),
    }
    return render(request, "finance/narrative.html", context)


def _must_be_own(request: SignedInRequest, here: SchoolNarrative) -> None:
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf schrijft haar antwoorden.")


@get_or_post
def narrative_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """All answers in one form. With the header X-Autosave it is saved in passing, and the answer is JSON."""
    here = load_narrative(request, pk)
    _must_be_own(request, here)
    if request.method != "POST" and not here.is_draft:
        return redirect(here)
    before = here.last_year()
    form = NarrativeForm(_posted(request, before), narrative=here, before=before)
    if answer := saved(
        request,
        form,
        lambda values, bases: here.save_content(request.user, values, bases),
        standing=lambda: load_narrative(request, pk).standing(),
        back=_back(request, here, before),
    ):
        return answer
    context = {
        "narrative": here,
        "form": form,
        "answers": form.answers(),
        "filled": form.filled(),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "today": timezone.localdate(),
    }
    return render(request, "finance/narrative_edit.html", context, status=status_of(form))


def _posted(request: HttpRequest, before: dict[str, str]) -> QueryDict | None:
    """With last year's answer in it where its button was pressed (`take`), so that all else that was typed is kept."""
    if request.method != "POST":
        return None
    key = request.POST.get("take", "")
    if not before.get(key, "").strip():
        return request.POST
    posted = request.POST.copy()
    posted[key] = with_last_year(request.POST.dict(), key, before[key])[key]
    return posted


def _back(request: HttpRequest, here: SchoolNarrative, before: dict[str, str]) -> str:
    if not here.is_draft or "read" in request.POST:
        return here.get_absolute_url()
    key = request.POST.get("take", "")
    again = reverse("finance:narrative_edit", args=[here.pk])
    return f"{again}#div_id_{key}" if key in before else again


@get_or_post
def narrative_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """First asked, then done."""
    here = load_narrative(request, pk)
    if request.method == "POST":
        done = "De antwoorden zijn ingediend. Het schoolbestuur krijgt bericht."
        attempt(request, lambda: here.submit(request.user), done)
        return redirect(here)
    _must_lead(request, here)
    missing = [number for number, text in enumerate(here.standing().values(), start=1) if not text.strip()]
    if not here.is_draft or missing:
        messages.info(request, "Beantwoord eerst elke vraag." if here.is_draft else "De antwoorden zijn al ingediend.")
        return redirect(here)
    return render(request, "finance/narrative_submit.html", {"narrative": here})


@get_or_post
def narrative_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_narrative(request, pk)
    if request.method == "POST":
        if attempt(request, lambda: here.take_back(request.user), "De antwoorden zijn weer een concept van de school."):
            return redirect("finance:narrative_edit", pk)
        return redirect(here)
    _must_lead(request, here)
    if here.is_draft or here.is_published_on():
        messages.info(
            request,
            "De antwoorden zijn nog niet ingediend."
            if here.is_draft
            else "Het bestuur heeft de samenvatting al gepubliceerd.",
        )
        return redirect(here)
    return render(request, "finance/narrative_take_back.html", {"narrative": here})


def _must_lead(request: SignedInRequest, here: SchoolNarrative) -> None:
    if not here.is_led_by(request.user):
        raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan dit doen.")
