"""Documents that were made, kept as they were made."""

import datetime
import hashlib
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from actionplans.models import ActionPlan, SupportProfile
from conversations.models import Conversation
from records.models import LogEntry, StoredFile
from reports.querysets import ReportQuerySet
from schools.access import access_of
from swvportal.lib import school_year
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

type Subject = Conversation | SupportProfile | ActionPlan


def _only(field: str) -> Q:
    """The key of this kind is filled in, and no other."""
    others = {f"{other}__isnull": True for other in ("conversation", "profile", "plan") if other != field}
    return Q(kind=field, **{f"{field}__isnull": False}, **others)


class Report(StoredFile):
    """One version of a document, as a file that never changes. The subject is one nullable key per kind.

    `fingerprint` is the SHA-256 of the content the file was made from: the same content again is the same file.
    `code` is what a reader types to find this version back. `subject_state` is the state of the profile or the plan at
    the making: what was not adopted or published then does not become so with what came after it.
    """

    class Kind(models.TextChoices):
        """Each is the name of its own key, too."""

        CONVERSATION = "conversation", "verslag managementgesprek"
        PROFILE = "profile", "ondersteuningsprofiel"
        PLAN = "plan", "actieplan"

    kind = models.CharField("soort document", max_length=20, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="reports")
    profile = models.ForeignKey(SupportProfile, models.PROTECT, null=True, related_name="reports")
    plan = models.ForeignKey(ActionPlan, models.PROTECT, null=True, related_name="reports")
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
                condition=_only("conversation") | _only("profile") | _only("plan"), name="report_subject"
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
        ]

    # Who makes it, and when ------------------------------------------------------------------------------------------

    @staticmethod
    def kind_of(subject: Subject) -> "Report.Kind":
        if isinstance(subject, Conversation):
            return Report.Kind.CONVERSATION
        return Report.Kind.PROFILE if isinstance(subject, SupportProfile) else Report.Kind.PLAN

    @staticmethod
    def may_make(user: "User | AnonymousUser", subject: Subject) -> bool:
        """The partnership makes the report of a conversation; a profile or a plan also the school that it is of."""
        if isinstance(subject, Conversation):
            return subject.may_edit(user)
        access = access_of(user)
        return subject.school_id in access.schools or subject.partnership_id in access.partnerships

    @staticmethod
    def not_ready(subject: Subject) -> str:
        """Why no document can be made yet, as a sentence; empty when it can."""
        if isinstance(subject, SupportProfile) and subject.state not in PROFILE_STATES:
            return "Van een concept maken we geen PDF. Stel het profiel eerst vast."
        if isinstance(subject, ActionPlan) and subject.is_draft:
            return "Van een concept maken we geen PDF. Dien het plan eerst in."
        return ""

    @classmethod
    def must_be_maker(cls, user: "User | AnonymousUser", subject: Subject) -> None:
        """Refuses who may only read it, and what is still a draft."""
        if not cls.may_make(user, subject):
            whose = "" if isinstance(subject, Conversation) else "de school en "
            raise PermissionDenied(f"Alleen {whose}het samenwerkingsverband kan dit maken.")
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
            subject_state="" if isinstance(subject, Conversation) else subject.state,
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


def partnership_of(subject: Subject) -> int:
    """The key of the partnership under which it happened."""
    return subject.participation.round.partnership_id if isinstance(subject, Conversation) else subject.partnership_id


def file_name(subject: Subject) -> str:
    """ "actieplan-het-kompas-2026-2027" """
    if isinstance(subject, Conversation):
        what, whose, year = "verslag", subject.participation.school.name, subject.participation.round.school_year
    elif isinstance(subject, SupportProfile):
        what, whose, year = "ondersteuningsprofiel", subject.school.name, subject.school_year
    else:
        whose = subject.school.name if subject.school else subject.partnership.name
        what, year = subject.kind, subject.school_year
    return f"{what}-{slugify(whose)[:80]}-{school_year.label(year)}"
