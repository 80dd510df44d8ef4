"""Looking over, submitting, handing back; the seal."""

import uuid
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.form_facts import facts_of, next_form_for
from indicators.forms.answers import SubmitForm
from indicators.models import AssessmentState, Party
from indicators.paper import filled_paper
from indicators.views._load import load_form
from indicators.views._signed_in import the_user
from schools.models import ArrangementStatement
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.seal_file import Sealed

if TYPE_CHECKING:
    from indicators.models import Assessment

FORM = Sealed("formulier.json", "de inhoud van het formulier", "beide partijen")


@require_GET
def review(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """What is complete and what is not, and what submitting means; afterwards: what was submitted, and what follows."""
    assessment = load_form(request, pk, party)
    facts = facts_of(assessment)
    user = the_user(request)
    if not assessment.is_draft:
        return render(request, "indicators/submitted.html", facts | _after(assessment, request))
    if not assessment.may_edit(user):
        raise PermissionDenied("U kunt dit formulier niet invullen.")
    paper = filled_paper(assessment)
    context = {
        "paper": paper,
        "incomplete": [row for row in paper.rows if not row.is_done],
        "unrated": [row for row in paper.rows if row.is_done and row.unrated],
        "may_submit": assessment.may_submit(user),
        "is_open": assessment.participation.round.state == "open",
        "statement": _statement(assessment),
        "form": SubmitForm(initial={"key": uuid.uuid4()}),
        "other_is_in": assessment.participation.assessments.exclude(pk=assessment.pk)
        .filter(state=AssessmentState.SUBMITTED)
        .exists(),
    }
    return render(request, "indicators/review.html", facts | context)


@require_POST
def submit(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    assessment = load_form(request, pk, party)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        raise BadRequest("key")
    try:
        submitted = assessment.submit(the_user(request), form.cleaned_data["key"])
    except IllegalTransition as error:
        if assessment.is_draft and assessment.participation.round.state == "open":
            return HttpResponseRedirect(f"{assessment.get_absolute_url()}?controle=1")
        messages.error(request, str(error))
        return HttpResponseRedirect(assessment.get_absolute_url())
    if submitted.is_open:
        messages.success(request, "Uw formulier is ingediend. Beide formulieren zijn nu uitgewisseld.")
    return HttpResponseRedirect(reverse("indicators:review", args=[pk, party]))


@require_http_methods(["GET", "POST"])
def hand_back(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """Only the person who submitted takes a form back, before the exchange; first asked, then done."""
    assessment = load_form(request, pk, party)
    user = the_user(request)
    if request.method == "GET":
        if assessment.submitted_by_id != user.pk or not assessment.may_submit(user):
            raise PermissionDenied("Alleen wie het formulier indiende, kan het terughalen.")
        if not assessment.is_submitted:
            return HttpResponseRedirect(assessment.get_absolute_url())
        return render(request, "indicators/hand_back.html", facts_of(assessment))
    try:
        assessment.hand_back(user)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "U hebt het formulier teruggehaald. Pas het aan en dien het opnieuw in.")
    return HttpResponseRedirect(assessment.get_absolute_url())


@require_GET
def seal(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """Everything with which anyone can check the seal; closed, to one's own party as well, until the exchange."""
    assessment = load_form(request, pk, party)
    if not assessment.seal:
        raise Http404
    if not assessment.is_open:
        raise PermissionDenied("Na de uitwisseling kunt u het zegel narekenen.")
    name = f"zegel-{assessment.participation.school.code}-{assessment.participation.round.school_year}"
    side = "school" if party == Party.SCHOOL else "swv"
    return HttpResponse(
        FORM.archive(
            seal=assessment.seal, salt=bytes(assessment.salt or b""), content=bytes(assessment.sealed_bytes or b"")
        ),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}-{side}.zip"'},
    )


def _statement(assessment: "Assessment") -> ArrangementStatement | None:
    """The school's own statement of arrangements of this year, which goes with the form."""
    if assessment.party != Party.SCHOOL:
        return None
    here = assessment.participation
    return ArrangementStatement.objects.filter(school=here.school_id, school_year=here.round.school_year).first()


def _after(assessment: "Assessment", request: HttpRequest) -> dict[str, object]:
    user = the_user(request)
    return {
        "may_hand_back": assessment.is_submitted
        and assessment.submitted_by_id == user.pk
        and assessment.may_submit(user),
        "next_school": next_form_for(user, assessment),
    }
