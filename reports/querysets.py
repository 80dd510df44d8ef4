"""Who sees which report: everyone who sees what it is about, in the state in which it was made."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from schools.access import Access, access_of
from swvportal.lib.querysets import related

if TYPE_CHECKING:
    from reports.models import Report  # noqa: F401
    from schools.querysets import Viewer


def _at_home(access: Access, path: str) -> Q:
    return (
        Q(**{f"{path}school__in": access.schools})
        | Q(**{f"{path}school__board__in": access.boards})
        | Q(**{f"{path}partnership__in": access.partnerships})
    )


def _audited(access: Access, path: str) -> Q:
    return Q(**{f"{path}partnership__in": access.audited_partnerships}) | Q(
        **{f"{path}school__in": access.audited_schools}
    )


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The school, its board and the partnership see every version; auditors those of what was adopted or approved
        then, and neighbours those of what was published then."""
        access = access_of(user)
        profiles, plans = related(self.model, "profile"), related(self.model, "plan")
        accounts = related(self.model, "account")
        adopted = ["adopted", "evaluated"]
        return self.filter(
            Q(conversation__in=related(self.model, "conversation").visible_to(user))
            | Q(profile__in=profiles.visible_to(user)) & (_at_home(access, "profile__") | Q(subject_state="published"))
            | Q(profile__in=profiles.visible_to(user), subject_state="adopted") & _audited(access, "profile__")
            | Q(account__in=accounts.visible_to(user)) & (_at_home(access, "account__") | Q(subject_state="approved"))
            | Q(narrative__board__in=access.boards)
            | Q(plan__in=plans.inside_to(user)) & (_at_home(access, "plan__") | Q(subject_state__in=adopted))
        )

    def for_list(self) -> Self:
        return self.select_related(
            "made_by", "conversation__participation__school", "conversation__participation__round"
        )

    def for_download(self) -> Self:
        """With the subject, which says where the download is logged."""
        return self.select_related(
            "conversation__participation__round", "profile", "plan", "account__fund_year__fund", "narrative"
        )
