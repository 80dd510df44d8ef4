"""Documents that were made, kept as they were made."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from conversations.models import Conversation
from records.models import StoredFile
from reports.querysets import ReportQuerySet
from swvportal.lib.querysets import PortalManager


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
