"""The questions that a board asks its schools in one year: writing them, asking, and how far the answers are."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest
from actionplans.views.plans import saved
from finance.forms.narratives import BeginSetForm, MoveForm, QuestionForm, QuestionSetForm
from finance.models import NarrativeAnswer, Question, QuestionSet
from finance.narrating import sets_of
from finance.narrative_sheet import answers_sheet
from finance.views.narratives import get_or_post
from schools.asked import downloads
from schools.models import Board
from swvportal.lib import spreadsheets
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of
from swvportal.lib.merging import values_of

FIRM = "De vragen zijn uitgezet en veranderen niet meer."


@require_POST
def question_set_begin(request: SignedInRequest) -> HttpResponse:
    form = BeginSetForm(request.POST)
    if not form.is_valid():
        raise BadRequest("board and year")
    board = get_object_or_404(Board.objects.visible_to(request.user), pk=form.cleaned_data["board"])
    year = form.cleaned_data["year"]
    if abs(year - timezone.localdate().year) > 1:
        messages.error(request, "Begin met de vragen van dit jaar of van volgend jaar.")
        return redirect("finance:narratives")
    return redirect(QuestionSet.begin(request.user, board, year))


def load_set(request: HttpRequest, pk: int) -> QuestionSet:
    found: QuestionSet = get_object_or_404(QuestionSet.objects.visible_to(request.user).for_page(), pk=pk)
    return found


def _must_be_board(request: SignedInRequest, here: QuestionSet) -> None:
    if not here.is_of(request.user):
        raise PermissionDenied("Alleen het schoolbestuur kan dit doen.")


@require_GET
def question_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """For all who are asked or may read along the questions; for the board also how far the schools are."""
    here = load_set(request, pk)
    own = here.is_of(request.user)
    context = {
        "question_set": here,
        "questions": list(here.questions.all()),
        "is_own": own,
        "row": sets_of(request.user, only=pk)[0] if own else None,
        "next_year": here.year + 1,
        "may_begin_next": own and _has_no_next(here),
        "downloads": downloads("finance:narratives_export", pk) if own and not here.is_draft else [],
        "today": timezone.localdate(),
    }
    return render(request, "finance/question_set.html", context)


def _has_no_next(here: QuestionSet) -> bool:
    next_year = here.year + 1
    if here.is_draft or abs(next_year - timezone.localdate().year) > 1:
        return False
    return not QuestionSet.objects.filter(board=here.board_id, year=next_year).exists()


@get_or_post
def question_set_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_set(request, pk)
    _must_be_board(request, here)
    form = QuestionSetForm(request.POST or None, question_set=here)
    if answer := saved(
        request,
        form,
        lambda values, bases: here.save_content(request.user, values, bases),
        standing=lambda: values_of(load_set(request, pk), form.standing()),
        back=here.get_absolute_url(),
    ):
        return answer
    return render(
        request, "finance/question_set_edit.html", {"question_set": here, "form": form}, status=status_of(form)
    )


@get_or_post
def question_set_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """First asked, then done."""
    here = load_set(request, pk)
    _must_be_board(request, here)
    if request.method == "POST":
        attempt(request, lambda: here.publish(request.user), "De vragen zijn uitgezet. De scholen zien ze nu.")
        return redirect(here)
    if not here.is_draft or here.due is None or not here.questions.all():
        messages.info(request, FIRM if not here.is_draft else "Schrijf eerst een vraag op en kies een laatste dag.")
        return redirect(here)
    context = {"question_set": here, "schools": here.schools().count(), "today": timezone.localdate()}
    return render(request, "finance/question_set_publish.html", context)


@require_POST
def question_set_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_set(request, pk)
    try:
        told = here.remind(request.user)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect(here)
    if told:
        messages.success(request, f"{told} {'school krijgt' if told == 1 else 'scholen krijgen'} een herinnering.")
    else:
        messages.info(
            request, "Er is niemand om te herinneren: elke school heeft ingediend of kreeg vandaag al bericht."
        )
    return redirect(here)


@require_GET
def narratives_export(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """All answers that were submitted, for the board."""
    here = load_set(request, pk)
    _must_be_board(request, here)
    answers = (
        NarrativeAnswer.objects.visible_to(request.user)
        .filter(narrative__question_set=pk, narrative__state="submitted")
        .for_list()
        .prefetch_related("used_in")
        .order_by("narrative__partnership__code", "narrative__school__name", "narrative", "question__position")
    )
    return spreadsheets.as_response(
        [answers_sheet(here, answers)], kind, f"toelichtingen-{here.board.name}-{here.year}"
    )


# One question ---------------------------------------------------------------------------------------------------------


def _load_question(request: SignedInRequest, pk: int) -> Question:
    """Of a set that one reads; 403 for who reads it and is not of the board."""
    sets = QuestionSet.objects.visible_to(request.user)
    found: Question = get_object_or_404(
        Question.objects.filter(question_set__in=sets).select_related("question_set__board"), pk=pk
    )
    _must_be_board(request, found.question_set)
    return found


@get_or_post
def question_add(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_set(request, pk)
    _must_be_board(request, here)
    if not here.is_draft:
        messages.error(request, FIRM)
        return redirect(here)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        attempt(request, lambda: here.add_question(request.user, text), "De vraag staat erbij.")
        return redirect(here)
    return render(request, "finance/question_form.html", {"question_set": here, "form": form}, status=status_of(form))


@get_or_post
def question_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _load_question(request, pk)
    here = question.question_set
    if request.method != "POST" and not here.is_draft:
        messages.error(request, FIRM)
        return redirect(here)
    form = QuestionForm(request.POST or None, question=question)
    if answer := saved(
        request,
        form,
        lambda values, bases: question.change(request.user, values, bases),
        standing=lambda: {"text": _load_question(request, pk).text},
        back=here.get_absolute_url(),
    ):
        return answer
    context = {"question_set": here, "form": form, "question": question}
    return render(request, "finance/question_form.html", context, status=status_of(form))


@require_POST
def question_move(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _load_question(request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise BadRequest("direction")
    up = form.cleaned_data["direction"] == "up"
    attempt(request, lambda: question.move(request.user, up=up), "De volgorde is veranderd.")
    return redirect(f"{reverse('finance:question_set', args=[question.question_set_id])}#vraag-{pk}")


@get_or_post
def question_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """First asked, then done."""
    question = _load_question(request, pk)
    here = question.question_set
    if request.method == "POST":
        attempt(request, lambda: question.remove(request.user), "De vraag is weggehaald.")
        return redirect(here)
    if not here.is_draft:
        messages.error(request, FIRM)
        return redirect(here)
    return render(request, "finance/question_remove.html", {"question_set": here, "question": question})
