"""Making and handing out documents: the report of a conversation, and the PDF of a profile, a plan, an account and of a
board's accountability texts."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest
from actionplans.models import ActionPlan, SupportProfile
from conversations.models import Conversation
from finance.models import FundAccount, QuestionSet
from indicators.models import Participation
from records.attachments import attachment
from records.models import Job, JobState
from reports.account_contents import account_content
from reports.contents import Content, conversation_content, fingerprint
from reports.models import Report, Subject, file_name
from reports.narrative_contents import NarrativeContent, narrative_content
from reports.narrative_rendering import narrative_docx
from reports.plan_contents import plan_content
from reports.profile_contents import profile_content
from reports.tasks import ask_for_report, job_key
from swvportal.lib.errors import IllegalTransition

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Called:
    """What a page calls its document, and what may have changed since it was made."""

    the: str
    noun: str
    where: str
    page: str
    make: str


# The report of a conversation ----------------------------------------------------------------------------------------


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
    called = Called(
        "het verslag", "verslag", "in het gesprek of de begroting", page=reverse("reports:conversation_report", args=[pk]),
        make=reverse("reports:make", args=[pk]),
    )  # fmt: skip
    context = {"conversation": conversation, "participation": conversation.participation}
    return _versions(request, conversation, conversation_content(conversation), called, context)


@require_POST
def make(request: SignedInRequest, pk: int) -> HttpResponse:
    conversation = _conversation(request, pk)
    if conversation is None:
        raise Http404
    _ask(request, conversation, conversation_content(conversation))
    return redirect("reports:conversation_report", pk)


# Profiles and plans --------------------------------------------------------------------------------------------------


def _profile(request: SignedInRequest, pk: int) -> SupportProfile:
    found: SupportProfile = get_object_or_404(
        SupportProfile.objects.visible_to(request.user).for_page().with_content(), pk=pk
    )
    return found


def _plan(request: SignedInRequest, pk: int) -> ActionPlan:
    """A plan that one reads in full: its document names who does what."""
    found: ActionPlan = get_object_or_404(ActionPlan.objects.inside_to(request.user).for_page(), pk=pk)
    return found


@require_GET
def profile_report(request: SignedInRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    called = Called(
        "de PDF", "PDF", "in het profiel", page=reverse("reports:profile_report", args=[pk]),
        make=reverse("reports:make_profile", args=[pk]),
    )  # fmt: skip
    return _versions(request, profile, profile_content(profile), called, {"profile": profile})


@require_POST
def make_profile(request: SignedInRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    _ask(request, profile, profile_content(profile))
    return redirect("reports:profile_report", pk)


@require_GET
def plan_report(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    called = Called(
        "de PDF", "PDF", "in het plan", page=reverse("reports:plan_report", args=[pk]),
        make=reverse("reports:make_plan", args=[pk]),
    )  # fmt: skip
    return _versions(request, plan, plan_content(plan), called, {"plan": plan})


@require_POST
def make_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    _ask(request, plan, plan_content(plan))
    return redirect("reports:plan_report", pk)


# Accounts ------------------------------------------------------------------------------------------------------------


def _account(request: SignedInRequest, pk: int) -> tuple[FundAccount, Content | None]:
    """The account, and what was sealed of it last."""
    found: FundAccount = get_object_or_404(FundAccount.objects.visible_to(request.user).for_page(), pk=pk)
    seal = found.newest_seal()
    return found, account_content(found, seal) if seal else None


@require_GET
def account_report(request: SignedInRequest, pk: int) -> HttpResponse:
    account, content = _account(request, pk)
    called = Called(
        "de PDF", "PDF", "in de verantwoording", page=reverse("reports:account_report", args=[pk]),
        make=reverse("reports:make_account", args=[pk]),
    )  # fmt: skip
    return _versions(request, account, content, called, {"account": account})


@require_POST
def make_account(request: SignedInRequest, pk: int) -> HttpResponse:
    account, content = _account(request, pk)
    _ask(request, account, content)
    return redirect("reports:account_report", pk)


# A board's accountability texts ---------------------------------------------------------------------------------------


def _narrative(request: SignedInRequest, pk: int) -> tuple[QuestionSet, NarrativeContent]:
    """Only for the board: what it says spans partnerships."""
    found: QuestionSet = get_object_or_404(QuestionSet.objects.visible_to(request.user).for_page(), pk=pk)
    if not found.is_of(request.user):
        raise PermissionDenied("Alleen het schoolbestuur leest en maakt dit document.")
    return found, narrative_content(found)


@require_GET
def narrative_report(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, content = _narrative(request, pk)
    called = Called(
        "de PDF", "PDF", "in de samenvattingen", page=reverse("reports:narrative_report", args=[pk]),
        make=reverse("reports:make_narrative", args=[pk]),
    )  # fmt: skip
    return _versions(request, asked, content, called, {"question_set": asked, "shown": content})


@require_POST
def make_narrative(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, content = _narrative(request, pk)
    _ask(request, asked, content)
    return redirect("reports:narrative_report", pk)


@require_GET
def narrative_download(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same as a Word document, made from what is published now."""
    asked, content = _narrative(request, pk)
    if not_ready := Report.not_ready(asked):
        messages.error(request, not_ready)
        return redirect("reports:narrative_report", pk)
    response = HttpResponse(narrative_docx(content, made_at=timezone.now()), content_type=WORD)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{file_name(asked)}.docx"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


# All of them ---------------------------------------------------------------------------------------------------------


def _versions(
    request: SignedInRequest, subject: Subject, content: Content | None, called: Called, context: dict[str, Any]
) -> HttpResponse:
    """Every version that was made, and how far the making of the next one is; a poll gets that part alone. `content`
    is None where nothing can be made yet."""
    kind = Report.kind_of(subject)
    reports = list(Report.objects.visible_to(request.user).filter(**{kind: subject}).select_related("made_by"))
    newest = reports[0] if reports else None
    job = Job.objects.filter(key=job_key(subject)).order_by("-pk").first()
    not_ready = Report.not_ready(subject)
    context |= {
        "called": called,
        "newest": newest,
        "older": reports[1:],
        "job": job if job and (job.is_busy or job.state == JobState.FAILED) else None,
        "not_ready": not_ready,
        "may_make": not not_ready and Report.may_make(request.user, subject),
        "is_changed": _is_changed(newest, content if not not_ready else None),
    }
    only_part = request.headers.get("HX-Request")
    return render(request, "reports/versions.html" if only_part else f"reports/{kind}.html", context)


def _is_changed(newest: Report | None, content: Content | None) -> bool:
    return newest is not None and content is not None and newest.fingerprint != fingerprint(content)


def _ask(request: SignedInRequest, subject: Subject, content: Content | None) -> None:
    """Hand the making to the worker, unless the newest version already says the same."""
    try:
        Report.must_be_maker(request.user, subject)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return
    newest = Report.newest_of(subject)
    if newest is not None and not _is_changed(newest, content):
        messages.info(request, f"Er is niets veranderd sinds versie {newest.version}. Die is nog steeds juist.")
    else:
        ask_for_report(request.user, subject)


@require_GET
def download(request: SignedInRequest, pk: int) -> HttpResponse | FileResponse:
    """The file as it was made, always as an attachment."""
    report: Report = get_object_or_404(Report.objects.visible_to(request.user).for_download(), pk=pk)
    response = attachment(report)
    report.record_download(request.user)
    return response
