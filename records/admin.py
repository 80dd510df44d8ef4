"""The log, the mail and the work, for the operator to look at. No texts of mails and no contents of work."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from records.models import Job, LogEntry, Message
from swvportal.lib.operator import ReadOnlyAdmin

# Lines about these would tell who is how far with which answer, before the exchange and after it.
FORMS = (
    "indicators.assessment",
    "indicators.answer",
    "indicators.rating",
    "indicators.evidencefile",
)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "verb", "object_type", "object_id", "actor", "partnership", "before", "after")
    list_filter = ("at",)
    search_fields = ("verb", "object_type", "partnership__code")
    ordering = ("-pk",)
    related = ("actor", "partnership")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).exclude(object_type__in=FORMS)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The text stays out: it belongs to the person it is written to."""

    list_display = ("created_at", "to", "subject", "partnership", "sent_at", "attempts", "error")
    list_filter = ("created_at", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("to", "subject", "key")
    fields = (
        "key", "partnership", "to", "subject", "created_at", "next_attempt_at", "sent_at", "attempts", "error",
    )  # fmt: skip
    ordering = ("-pk",)
    related = ("partnership",)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What the work is about and what came of it stay out: the operator needs to know whether it runs."""

    list_display = ("created_at", "kind", "partnership", "state", "progress", "total", "attempts", "finished_at")
    list_filter = ("state", "created_at")
    search_fields = ("kind", "key")
    fields = (
        "kind", "key", "partnership", "requested_by", "state", "attempts", "lease_until", "progress", "total", "error",
        "created_at", "finished_at",
    )  # fmt: skip
    ordering = ("-pk",)
    related = ("partnership", "requested_by")
