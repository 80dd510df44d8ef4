"""Making and handing out documents."""

import logging

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest
from conversations.models import Conversation
from indicators.models import Participation
from records.models import Job, JobState
from reports.contents import conversation_content, fingerprint
from reports.models import Report
from reports.tasks import ask_for_report, job_key

logger = logging.getLogger(__name__)


def _conversation(request: SignedInRequest, pk: int) -> Conversation | None:
    """The recorded conversation of a participation; None when nothing was recorded yet."""
    get_object_or_404(Participation.objects.visible_to(request.user), pk=pk)
    found: Conversation | None = (
        Conversation.objects.visible_to(request.user).for_page().with_record().filter(participation=pk).first()
    )
    return found


@require_GET
def conversation_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every version that was made, and how far the making of the next one is."""
    conversation = _conversation(request, pk)
    if conversation is None:
        return redirect("conversations:conversation", pk)
    reports = list(Report.objects.visible_to(request.user).filter(conversation=conversation).select_related("made_by"))
    newest = reports[0] if reports else None
    job = Job.objects.filter(key=job_key(conversation)).order_by("-pk").first()
    context = {
        "conversation": conversation,
        "participation": conversation.participation,
        "newest": newest,
        "older": reports[1:],
        "job": job if job and (job.is_busy or job.state == JobState.FAILED) else None,
        "may_make": conversation.may_edit(request.user),
        "is_changed": newest is not None and newest.fingerprint != fingerprint(conversation_content(conversation)),
    }
    template = (
        "reports/conversation.html#versions" if request.headers.get("HX-Request") else "reports/conversation.html"
    )
    return render(request, template, context)


@require_POST
def make(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand the making to the worker, unless the newest version already says the same."""
    conversation = _conversation(request, pk)
    if conversation is None:
        raise Http404
    Report.must_be_maker(request.user, conversation)
    newest = Report.objects.filter(conversation=conversation).order_by("-version").first()
    if newest is not None and newest.fingerprint == fingerprint(conversation_content(conversation)):
        messages.info(request, f"Er is niets veranderd sinds versie {newest.version}. Dat is het verslag.")
    else:
        ask_for_report(request.user, conversation)
    return redirect("reports:conversation_report", pk)


@require_GET
def download(request: SignedInRequest, pk: int) -> HttpResponse | FileResponse:
    """The file as it was made, always as an attachment."""
    report: Report = get_object_or_404(
        Report.objects.visible_to(request.user).select_related("conversation__participation__round"), pk=pk
    )
    try:
        stored = report.file.open("rb")
    except FileNotFoundError as error:
        logger.error("the file of report %s is gone", report.pk)
        raise Http404 from error
    report.record_download(request.user)
    response = FileResponse(stored, as_attachment=True, filename=report.name, content_type=report.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
