"""Who sees which report: everyone who sees what it is about."""

from typing import TYPE_CHECKING, Self

from django.db import models

from swvportal.lib.querysets import related

if TYPE_CHECKING:
    from reports.models import Report  # noqa: F401
    from schools.querysets import Viewer


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "Viewer") -> Self:
        conversations = related(self.model, "conversation").visible_to(user)
        return self.filter(conversation__in=conversations)

    def for_list(self) -> Self:
        return self.select_related(
            "made_by", "conversation__participation__school", "conversation__participation__round"
        )
