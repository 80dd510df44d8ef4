"""Filling in a form: the page that works as one form, and the saving of single rows behind it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.form_facts import facts_of, next_form_for
from indicators.form_page import FormPage, PageBuilder, last_year_of, levels_to_confirm
from indicators.forms.answers import content_print
from indicators.models import Answer, Assessment, Party
from indicators.paper import filled_paper
from indicators.parts import parts_of
from indicators.uploads import ACCEPT
from indicators.views._load import load_form, load_form_to_fill_in
from indicators.views._saving import Refused, RowSaver, overlay, save_files, save_whole_form, typed_but_not_saved
from indicators.views._signed_in import the_user
from swvportal.lib.dates import clock
from swvportal.lib.errors import IllegalTransition


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """The form: to fill in, or to read when that is all one may do here."""
    assessment = load_form(request, pk, party)
    if request.method == "POST":
        return _save_all(request, assessment)
    if not is_editable(assessment, request.user):
        return _read(request, assessment)
    builder = PageBuilder(assessment, request.user)
    page = builder.page()
    if "controle" in request.GET:
        page.problems = [problem for row in page.rows for problem in row.point_out()]
    return _page(request, page)


@require_GET
def print_form(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    assessment = load_form(request, pk, party)
    paper = filled_paper(assessment)
    return render(request, "indicators/print_form.html", {"paper": paper, **facts_of(assessment)})


@require_POST
def save_answer(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """Autosave of one row. 200 with its new version, or 409 with both texts or with why nothing can change now."""
    assessment = load_form_to_fill_in(request, pk, party)
    if (stranger := _somebody_else(request)) is not None:
        return stranger
    user = the_user(request)
    parts = parts_of(assessment.participation.round.indicator_set)
    indicator = next((i for i in parts.indicators.all() if i.key == request.POST.get("row")), None)
    saver = RowSaver(assessment, user, request.POST, list(parts.dimensions.all()), list(parts.levels.all()))
    posted = saver.posted_answer(indicator) if indicator else None
    if indicator is None or posted is None:
        raise BadRequest("row")

    def last_levels() -> dict[str, str]:
        return levels_to_confirm(last_year_of(assessment, user), party, indicator, saver.dimensions, saver.levels)

    try:
        outcome = saver.save_answer(posted, indicator, last_levels)
    except IllegalTransition as error:
        return JsonResponse({"message": str(error)}, status=409)
    if isinstance(outcome, Refused):
        return _refused(outcome, indicator.key)
    answer = outcome or saver.standing(indicator)
    return JsonResponse(_saved_answer(answer, len(saver.dimensions)))


@require_POST
def save_closing_text(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """Autosave of one of the two texts at the end."""
    assessment = load_form_to_fill_in(request, pk, party)
    if (stranger := _somebody_else(request)) is not None:
        return stranger
    row = request.POST.get("row", "")
    name = row.removeprefix("closing.")
    if name not in Assessment.CLOSING_TEXTS:
        raise BadRequest("row")
    saver = RowSaver(assessment, the_user(request), request.POST, [], [])
    posted = saver.posted_text(name)
    if posted is None:
        raise BadRequest("row")
    try:
        outcome = saver.save_text(posted, name)
    except IllegalTransition as error:
        return JsonResponse({"message": str(error)}, status=409)
    if isinstance(outcome, Refused):
        return _refused(outcome, row)
    text = getattr(assessment, name)
    version = getattr(assessment, f"{name}_version")
    return JsonResponse(
        {"version": version, "base": content_print({}, text), "saved_at": clock(timezone.now()), "text": text}
    )


# What both ways share -----------------------------------------------------------------------------------------------


def is_editable(assessment: Assessment, user: Any) -> bool:
    return assessment.is_draft and assessment.participation.round.state == "open" and assessment.may_edit(user)


def _save_all(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Everything at once, as without JavaScript: what can be saved is saved, the rest comes back as it was typed."""
    user = the_user(request)
    if not assessment.may_edit(user):
        raise PermissionDenied("U kunt dit formulier niet invullen.")
    builder = PageBuilder(assessment, user)
    try:
        refused = save_whole_form(builder, user, request.POST)
        mistakes = save_files(builder, user, request.POST, request.FILES)
    except IllegalTransition as error:
        return _read(request, assessment, not_saved=typed_but_not_saved(builder, request.POST), why=str(error))
    if not refused and not mistakes:
        return _after_saving(request, assessment)
    again = PageBuilder(load_form(request, assessment.participation_id, assessment.party), user)
    page = again.page()
    overlay(page, again, refused, mistakes)
    page.problems = _problems(page)
    return _page(request, page, status=409 if page.has_conflict else 422)


def _after_saving(request: HttpRequest, assessment: Assessment) -> HttpResponseRedirect:
    if request.POST.get("next") == "review":
        return HttpResponseRedirect(reverse("indicators:review", args=[assessment.participation_id, assessment.party]))
    messages.success(request, f"Opgeslagen om {clock(timezone.now())}.")
    row = (
        request.POST.get("upload") or request.POST.get("confirm") or request.POST.get("resolve", "").rpartition(":")[0]
    )
    return HttpResponseRedirect(assessment.get_absolute_url() + (f"#i-{row}" if row else ""))


def _problems(page: FormPage) -> list[tuple[str, str]]:
    found = []
    for row in page.rows:
        if row.conflict:
            found.append((f"c-{row.key}", f"{row.indicator}: kies wat blijft staan"))
        elif row.form.is_bound and row.form.errors:
            found.append((row.form["explanation"].auto_id, f"{row.indicator}: de toelichting is te lang"))
        if row.upload_error:
            found.append((f"file-{row.key}", f"{row.indicator}: {row.upload_error}"))
    for closing in page.closing:
        if closing.conflict:
            found.append((f"c-{closing.key}", f"{closing.control.label}: kies wat blijft staan"))
        elif closing.form.is_bound and closing.form.errors:
            found.append((closing.control.auto_id, f"{closing.control.label}: de tekst is te lang"))
    return found


def _saved_answer(answer: Answer, dimensions: int) -> dict[str, Any]:
    levels = answer.levels()
    complete = len(levels) == dimensions and not answer.indicator.explanation_required
    return {
        "version": answer.version,
        "base": content_print(levels, answer.explanation),
        "saved_at": clock(answer.updated_at),
        "done": bool(answer.explanation) or complete,
        "confirmed": answer.confirmed_unchanged,
        "levels": levels,
        "text": answer.explanation,
    }


def _refused(refused: Refused, key: str) -> JsonResponse:
    if refused.conflict is None:
        mistakes = [str(mistake) for messages_ in refused.form.errors.values() for mistake in messages_]
        return JsonResponse({"message": " ".join(mistakes)}, status=422)
    html = render_to_string("indicators/partials/conflict.html", {"conflict": refused.conflict, "key": key})
    return JsonResponse({"conflict": html, "version": int(refused.form["version"].value())}, status=409)


def _somebody_else(request: HttpRequest) -> JsonResponse | None:
    """Another person signed in, in another window of the same browser: this text is not his to save."""
    if request.POST.get("user", str(request.user.pk)) == str(request.user.pk):
        return None
    return JsonResponse({"message": "Er is nu iemand anders ingelogd.", "sign_in": True}, status=409)


# Pages ---------------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, page: FormPage, status: int = 200) -> HttpResponse:
    context = {
        "page": page,
        "accept": ACCEPT,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "next_school": next_form_for(the_user(request), page.assessment),
    }
    return render(request, "indicators/form.html", context | facts_of(page.assessment), status=status)


def _read(
    request: HttpRequest, assessment: Assessment, *, not_saved: list[tuple[str, str]] | None = None, why: str = ""
) -> HttpResponse:
    """The form without its fields. `not_saved` are texts that came too late; they are shown to be copied."""
    context = {"paper": filled_paper(assessment), "not_saved": not_saved or [], "why": why}
    context["next_school"] = next_form_for(the_user(request), assessment)
    return render(request, "indicators/form_read.html", context | facts_of(assessment), status=409 if why else 200)
