"""Work for the worker; see records.tasks."""

import datetime
import uuid
from typing import Any, Protocol

from django.db import transaction

from accounts.models import User
from actionplans.models import ActionPlan, SupportProfile
from conversations.models import Conversation
from finance.models import FundAccount, QuestionSet
from records.models import Job
from records.tasks import enqueue_job, handles
from reports.account_contents import account_content
from reports.contents import Content, control_code, conversation_content, fingerprint
from reports.models import Report, Subject, partnership_of
from reports.money_rendering import account_pdf
from reports.narrative_contents import narrative_content
from reports.narrative_rendering import narrative_pdf
from reports.plan_contents import plan_content
from reports.profile_contents import profile_content
from reports.rendering import conversation_pdf, plan_pdf, profile_pdf

CONVERSATION_REPORT = "conversation_report"
PROFILE_REPORT = "profile_report"
PLAN_REPORT = "plan_report"
ACCOUNT_REPORT = "account_report"
NARRATIVE_REPORT = "narrative_report"

type Made = dict[str, int] | None


class Drawing(Protocol):
    """Content as the bytes of a PDF."""

    def __call__(self, content: Any, *, version: int, code: str, made_at: datetime.datetime) -> bytes: ...


def job_key(subject: Subject) -> str:
    return f"{Report.kind_of(subject)}_report-{subject.pk}"


def ask_for_report(by: User, subject: Subject) -> Job:
    """Hand the making to the worker; while it is at it, asking again is the same job."""
    kind = Report.kind_of(subject)
    return enqueue_job(
        f"{kind}_report",
        job_key(subject),
        {str(kind): subject.pk},
        by=by,
        partnership=partnership_of(subject),
    )


@handles(CONVERSATION_REPORT)
def make_conversation_report(job: Job, token: uuid.UUID) -> Made:
    """Read under the lock that every change of a conversation takes: whole, or not at all."""
    with transaction.atomic():
        Conversation.objects.select_for_update(of=("self",)).get(pk=job.params["conversation"])
        conversation = Conversation.objects.for_page().with_record().get(pk=job.params["conversation"])
        content = conversation_content(conversation)
    return _make(job, token, conversation, content, conversation_pdf)


@handles(PROFILE_REPORT)
def make_profile_report(job: Job, token: uuid.UUID) -> Made:
    with transaction.atomic():
        SupportProfile.objects.select_for_update(of=("self",)).get(pk=job.params["profile"])
        profile = SupportProfile.objects.for_page().with_content().get(pk=job.params["profile"])
        content = profile_content(profile)
    return _make(job, token, profile, content, profile_pdf)


@handles(PLAN_REPORT)
def make_plan_report(job: Job, token: uuid.UUID) -> Made:
    with transaction.atomic():
        ActionPlan.objects.select_for_update(of=("self",)).get(pk=job.params["plan"])
        plan = ActionPlan.objects.for_page().get(pk=job.params["plan"])
        content = plan_content(plan)
    return _make(job, token, plan, content, plan_pdf)


@handles(ACCOUNT_REPORT)
def make_account_report(job: Job, token: uuid.UUID) -> Made:
    """Of the newest seal. A draft has nothing to show (any more)."""
    with transaction.atomic():
        FundAccount.objects.select_for_update(of=("self",)).get(pk=job.params["account"])
        account = FundAccount.objects.for_page().get(pk=job.params["account"])
        seal = account.newest_seal()
    if account.is_draft or seal is None:
        return None
    return _make(job, token, account, account_content(account, seal), account_pdf)


@handles(NARRATIVE_REPORT)
def make_narrative_report(job: Job, token: uuid.UUID) -> Made:
    """Under the lock that the set and the beginning of a summary take."""
    with transaction.atomic():
        QuestionSet.objects.select_for_update(of=("self",)).get(pk=job.params["narrative"])
        asked = QuestionSet.objects.for_page().get(pk=job.params["narrative"])
        content = narrative_content(asked)
    return _make(job, token, asked, content, narrative_pdf)


def _make(job: Job, token: uuid.UUID, subject: Subject, content: Content, draw: Drawing) -> Made:
    """Make the next version, unless the newest already says the same, or it became a draft again meanwhile.

    The date in the document is the moment it was asked for, so that a second worker makes the same bytes. First the
    file, then the row: a crash in between leaves a file that nobody knows, never a row without a file.
    """
    if Report.not_ready(subject):
        return None
    print_of_content = fingerprint(content)
    newest = Report.newest_of(subject)
    if newest is not None and newest.fingerprint == print_of_content:
        return {"report": newest.pk}
    version = newest.version + 1 if newest else 1
    code = control_code(print_of_content, version)
    pdf = draw(content, version=version, code=code, made_at=job.created_at)
    report = Report.write_file(
        subject,
        pdf,
        version=version,
        fingerprint=print_of_content,
        code=code,
        made_at=job.created_at,
        made_by=User.objects.get(pk=job.requested_by_id) if job.requested_by_id else None,
    )
    return {"report": report.pk} if _keep(job, token, report) else None


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
