"""Documents that were made, kept as they were made."""

import datetime
import functools
import hashlib
import operator
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from actionplans.models import ActionPlan, SupportProfile
from conversations.models import Conversation
from finance.models import FundAccount, QuestionSet
from records.models import LogEntry, StoredFile
from reports.querysets import ReportQuerySet
from schools.access import access_of
from swvportal.lib import school_year
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

type Subject = Conversation | SupportProfile | ActionPlan | FundAccount | QuestionSet

# The kinds of document, each with what it is about; a kind is the name of its own key, too.
SUBJECTS: dict[str, type[Subject]] = {
    "conversation": Conversation,
    "profile": SupportProfile,
    "plan": ActionPlan,
    "account": FundAccount,
    "narrative": QuestionSet,
}


def _only(field: str) -> Q:
    """The key of this kind is filled in, and no other."""
    others = {f"{other}__isnull": True for other in SUBJECTS if other != field}
    return Q(kind=field, **{f"{field}__isnull": False}, **others)


class Report(StoredFile):
    """One version of a document, as a file that never changes. The subject is one nullable key per kind.

    `fingerprint` is the SHA-256 of the content the file was made from: the same content again is the same file.
    `code` is what a reader types to find this version back. `subject_state` is the state of the profile, plan or
    account at the making: what was not adopted or published then does not become so with what came after it.
    """

    class Kind(models.TextChoices):
        CONVERSATION = "conversation", "verslag managementgesprek"
        PROFILE = "profile", "ondersteuningsprofiel"
        PLAN = "plan", "actieplan"
        ACCOUNT = "account", "verantwoording"
        NARRATIVE = "narrative", "toelichting uitvoering doelen"

    kind = models.CharField("soort document", max_length=20, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="reports")
    profile = models.ForeignKey(SupportProfile, models.PROTECT, null=True, related_name="reports")
    plan = models.ForeignKey(ActionPlan, models.PROTECT, null=True, related_name="reports")
    account = models.ForeignKey(FundAccount, models.PROTECT, null=True, related_name="reports")
    narrative = models.ForeignKey(QuestionSet, models.PROTECT, null=True, related_name="reports")
    subject_state = models.CharField(max_length=10, blank=True, default="", editable=False)
    version = models.PositiveSmallIntegerField("versie")
    fingerprint = models.CharField(max_length=64)
    code = models.CharField("controlecode", max_length=14, unique=True)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = PortalManager.from_queryset(ReportQuerySet)()

    class Meta:
        verbose_name = "verslag"
        verbose_name_plural = "verslagen"
        ordering = ["-version", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=functools.reduce(operator.or_, map(_only, SUBJECTS)), name="report_subject"
            ),
            models.UniqueConstraint(
                "conversation", "version", condition=Q(conversation__isnull=False), name="report_version_once"
            ),
            models.UniqueConstraint(
                "profile", "version", condition=Q(profile__isnull=False), name="report_profile_version_once"
            ),
            models.UniqueConstraint(
                "plan", "version", condition=Q(plan__isnull=False), name="report_plan_version_once"
            ),
            models.UniqueConstraint(
                "account", "version", condition=Q(account__isnull=False), name="report_account_version_once"
            ),
            models.UniqueConstraint(
                "narrative", "version", condition=Q(narrative__isnull=False), name="report_narrative_version_once"
            ),
        ]

    # Who makes it, and when ------------------------------------------------------------------------------------------

    @staticmethod
    def kind_of(subject: Subject) -> "Report.Kind":
        return Report.Kind(next(kind for kind, model in SUBJECTS.items() if isinstance(subject, model)))

    @staticmethod
    def may_make(user: "User | AnonymousUser", subject: Subject) -> bool:
        """The partnership makes the report of a conversation; a profile, a plan or an account also the school that it is
        of; what a board says of its schools only that board."""
        if isinstance(subject, Conversation):
            return subject.may_edit(user)
        if isinstance(subject, QuestionSet):
            return subject.board_id in access_of(user).boards
        access = access_of(user)
        return subject.school_id in access.schools or subject.partnership_id in access.partnerships

    @staticmethod
    def not_ready(subject: Subject) -> str:
        """Why no document can be made yet, as a sentence; empty when it can."""
        if isinstance(subject, SupportProfile) and subject.state not in PROFILE_STATES:
            return "Van een concept maken we geen PDF. Stel het profiel eerst vast."
        if isinstance(subject, ActionPlan) and subject.is_draft:
            return "Van een concept maken we geen PDF. Dien het plan eerst in."
        if isinstance(subject, FundAccount) and subject.is_draft:
            return "Van een concept maken we geen PDF. Dien de verantwoording eerst in."
        if isinstance(subject, QuestionSet) and subject.is_draft:
            return "De vragen zijn nog niet uitgezet. Er is nog niets om in een PDF te zetten."
        return ""

    @classmethod
    def must_be_maker(cls, user: "User | AnonymousUser", subject: Subject) -> None:
        """Refuses who may only read it, and what is still a draft."""
        if not cls.may_make(user, subject):
            office = "het samenwerkingsverband"
            whose = {"conversation": office, "narrative": "het bestuur"}
            who = whose.get(cls.kind_of(subject), f"de school en {office}")
            raise PermissionDenied(f"Alleen {who} kan dit maken.")
        if reason := cls.not_ready(subject):
            raise IllegalTransition(reason)

    @property
    def subject(self) -> Subject:
        found: Subject | None = getattr(self, self.kind)
        assert found is not None, "the database keeps a subject of the kind"
        return found

    # Making and keeping ----------------------------------------------------------------------------------------------

    @classmethod
    def newest_of(cls, subject: Subject) -> "Report | None":
        return cls.objects.filter(**{cls.kind_of(subject): subject}).order_by("-version").first()

    @classmethod
    def write_file(
        cls,
        subject: Subject,
        pdf: bytes,
        *,
        version: int,
        fingerprint: str,
        code: str,
        made_at: datetime.datetime,
        made_by: "User | None",
    ) -> "Report":
        """A report whose file is on the disk and whose row is not yet there: whoever finds the row finds the file."""
        kind = cls.kind_of(subject)
        name = file_name(subject)
        report = cls(
            kind=kind,
            **{kind: subject},
            subject_state="" if isinstance(subject, Conversation | QuestionSet) else subject.state,
            version=version,
            fingerprint=fingerprint,
            code=code,
            name=f"{name}-versie-{version}.pdf",
            content_type="application/pdf",
            size=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            created_at=made_at,
            made_by=made_by,
        )
        report.file.save(f"{name.partition('-')[0]}-{code}.pdf", ContentFile(pdf), save=False)
        return report

    def keep(self) -> None:
        """The row and its line in the log; the caller holds the transaction."""
        self.save(force_insert=True)
        LogEntry.objects.record(
            "report_made", self, by=self.made_by, partnership=partnership_of(self.subject), after=self.sha256
        )

    def drop_file(self) -> None:
        """Nothing came of it: no file stays behind without a row."""
        if self.file.name:
            self.file.storage.delete(self.file.name)

    def record_download(self, by: "User") -> None:
        LogEntry.objects.record("report_downloaded", self, by=by, partnership=partnership_of(self.subject))


PROFILE_STATES = frozenset({SupportProfile.State.ADOPTED, SupportProfile.State.PUBLISHED})


def partnership_of(subject: Subject) -> int | None:
    """The key of the partnership under which it happened; None for what spans several."""
    if isinstance(subject, QuestionSet):
        return None
    return subject.participation.round.partnership_id if isinstance(subject, Conversation) else subject.partnership_id


def file_name(subject: Subject) -> str:
    """ "actieplan-het-kompas-2026-2027" """
    if isinstance(subject, Conversation):
        what, whose, year = "verslag", subject.participation.school.name, subject.participation.round.school_year
    elif isinstance(subject, SupportProfile):
        what, whose, year = "ondersteuningsprofiel", subject.school.name, subject.school_year
    elif isinstance(subject, FundAccount):
        fund = slugify(subject.fund_year.fund.name)[:40].replace("-", "_")
        return f"verantwoording-{fund}-{slugify(subject.school.name)[:80]}-{subject.fund_year.year_label}"
    elif isinstance(subject, QuestionSet):
        return f"toelichting_uitvoering_doelen-{slugify(subject.board.name)[:80]}-{subject.year}"
    else:
        whose = subject.school.name if subject.school else subject.partnership.name
        what, year = subject.kind, subject.school_year
    return f"{what}-{slugify(whose)[:80]}-{school_year.label(year)}"
