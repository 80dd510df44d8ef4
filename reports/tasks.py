"""Work for the worker; see records.tasks."""

import uuid
from typing import Any

from django.db import transaction

from accounts.models import User
from conversations.models import Conversation
from records.models import Job
from records.tasks import enqueue_job, handles
from reports.contents import ConversationContent, control_code, conversation_content, fingerprint
from reports.models import Report
from reports.rendering import conversation_pdf

CONVERSATION_REPORT = "conversation_report"


def job_key(conversation: Conversation) -> str:
    return f"{CONVERSATION_REPORT}-{conversation.pk}"


def ask_for_report(by: User, conversation: Conversation) -> Job:
    """Hand the making to the worker; while it is at it, asking again is the same job."""
    return enqueue_job(
        CONVERSATION_REPORT,
        job_key(conversation),
        {"conversation": conversation.pk},
        by=by,
        partnership=conversation.participation.round.partnership_id,
    )


@handles(CONVERSATION_REPORT)
def make_conversation_report(job: Job, token: uuid.UUID) -> dict[str, int] | None:
    """Make the next version, unless the newest already says the same.

    The date in the document is the moment it was asked for, so that a second worker makes the same bytes. First the
    file, then the row: a crash in between leaves a file that nobody knows, never a row without a file.
    """
    conversation, content = _read(job.params["conversation"])
    print_of_content = fingerprint(content)
    newest = Report.objects.filter(conversation=conversation).order_by("-version").first()
    if newest is not None and newest.fingerprint == print_of_content:
        return {"report": newest.pk}
    version = newest.version + 1 if newest else 1
    code = control_code(print_of_content, version)
    pdf = conversation_pdf(content, version=version, code=code, made_at=job.created_at)
    maker = User.objects.get(pk=job.requested_by_id) if job.requested_by_id else None
    report = Report.write_file(
        conversation,
        pdf,
        version=version,
        fingerprint=print_of_content,
        code=code,
        made_at=job.created_at,
        made_by=maker,
    )
    return {"report": report.pk} if _keep(job, token, report) else None


def _read(pk: Any) -> tuple[Conversation, ConversationContent]:
    """The content, read under the lock that every change of a conversation takes: whole, or not at all."""
    with transaction.atomic():
        Conversation.objects.select_for_update(of=("self",)).get(pk=pk)
        conversation = Conversation.objects.for_page().with_record().get(pk=pk)
        return conversation, conversation_content(conversation)


def _keep(job: Job, token: uuid.UUID, report: Report) -> bool:
    """Store the row if the lease still holds. False: another worker has the job, and this file goes away."""
    kept = False
    try:
        with transaction.atomic():
            if job.lock(token):
                report.keep()
                kept = True
    finally:
        if not kept:
            report.drop_file()
    return kept
