"""Who sees which report: everyone who sees what it is about."""

from typing import TYPE_CHECKING, Self

from django.db import models

from swvportal.lib.querysets import related

if TYPE_CHECKING:
    from reports.models import Report  # noqa: F401
    from schools.querysets import Viewer


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(
            models.Q(conversation__in=related(self.model, "conversation").visible_to(user))
            | models.Q(profile__in=related(self.model, "profile").visible_to(user))
            | models.Q(plan__in=related(self.model, "plan").inside_to(user))
        )

    def for_list(self) -> Self:
        return self.select_related(
            "made_by", "conversation__participation__school", "conversation__participation__round"
        )

    def for_download(self) -> Self:
        """With the subject, which says where the download is logged."""
        return self.select_related("conversation__participation__round", "profile", "plan")
