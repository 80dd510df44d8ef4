"""Documents that were made, kept as they were made."""

import datetime
import hashlib
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from conversations.models import Conversation
from records.models import LogEntry, StoredFile
from reports.querysets import ReportQuerySet
from swvportal.lib import school_year
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Report(StoredFile):
    """One version of a document, as a file that never changes. The subject is one nullable key per kind.

    `fingerprint` is the SHA-256 of the content the file was made from: the same content again is the same file.
    `code` is what a reader types to find this version back.
    """

    class Kind(models.TextChoices):
        CONVERSATION = "conversation", "verslag managementgesprek"

    kind = models.CharField("soort document", max_length=20, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="reports")
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
            models.CheckConstraint(condition=Q(kind="conversation", conversation__isnull=False), name="report_subject"),
            models.UniqueConstraint(
                "conversation", "version", condition=Q(conversation__isnull=False), name="report_version_once"
            ),
        ]

    @staticmethod
    def must_be_maker(user: "User | AnonymousUser", conversation: Conversation) -> None:
        """The partnership makes the report; whoever may read the conversation may read it."""
        if not conversation.may_edit(user):
            raise PermissionDenied("Alleen het samenwerkingsverband maakt het verslag.")

    @classmethod
    def write_file(
        cls,
        conversation: Conversation,
        pdf: bytes,
        *,
        version: int,
        fingerprint: str,
        code: str,
        made_at: datetime.datetime,
        made_by: "User | None",
    ) -> "Report":
        """A report whose file is on the disk and whose row is not yet there: whoever finds the row finds the file."""
        participation = conversation.participation
        year = school_year.label(participation.round.school_year)
        report = cls(
            kind=cls.Kind.CONVERSATION,
            conversation=conversation,
            version=version,
            fingerprint=fingerprint,
            code=code,
            name=f"verslag-{slugify(participation.school.name)[:80]}-{year}-versie-{version}.pdf",
            content_type="application/pdf",
            size=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            created_at=made_at,
            made_by=made_by,
        )
        report.file.save(f"verslag-{code}.pdf", ContentFile(pdf), save=False)
        return report

    def keep(self) -> None:
        """The row and its line in the log; the caller holds the transaction."""
        assert self.conversation is not None
        self.save(force_insert=True)
        partnership = self.conversation.participation.round.partnership_id
        LogEntry.objects.record("report_made", self, by=self.made_by, partnership=partnership, after=self.sha256)

    def drop_file(self) -> None:
        """Nothing came of it: no file stays behind without a row."""
        if self.file.name:
            self.file.storage.delete(self.file.name)

    def record_download(self, by: "User") -> None:
        assert self.conversation is not None
        partnership = self.conversation.participation.round.partnership_id
        LogEntry.objects.record("report_downloaded", self, by=by, partnership=partnership)
