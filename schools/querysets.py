"""Who sees which partnership, board and school. Every view starts here."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from schools.access import access_of
from swvportal.lib.querysets import related

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import ArrangementStatement, Board, Membership, Partnership, PupilCount, School  # noqa: F401

    type Viewer = User | AnonymousUser


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: "Viewer") -> Self:
        """Partnerships one works for or audits, and those in which a school of one's own lies."""
        access = access_of(user)
        found = Q(pk__in=access.partnerships | access.audited_partnerships | access.partnerships_of_schools)
        if access.boards:
            schools = related(self.model, "schools")
            found |= Q(pk__in=schools.filter(board__in=access.boards).values("partnership"))
        return self.filter(found)

    def with_profiles_for(self, user: "Viewer") -> Self:
        """Whose published support profiles this person reads: the visible ones, and those that everybody may read."""
        visible = self.model._default_manager.visible_to(user)
        return self.filter(Q(pk__in=visible.values("pk")) | Q(profiles_public=True))


class BoardQuerySet(models.QuerySet["Board"]):
    def visible_to(self, user: "Viewer") -> Self:
        access = access_of(user)
        schools = related(self.model, "schools").visible_to(user)
        return self.filter(Q(pk__in=access.boards) | Q(pk__in=schools.values("board")))


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: "Viewer") -> Self:
        """One's own schools, those of one's board, and those of the partnership one works for or audits."""
        access = access_of(user)
        return self.filter(
            Q(pk__in=access.schools | access.audited_schools)
            | Q(board__in=access.boards)
            | Q(partnership__in=access.partnerships | access.audited_partnerships)
        )

    def open(self) -> Self:
        return self.filter(closed_on=None)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        """Roles that hold today."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate()))

    def visible_to(self, user: "Viewer") -> Self:
        """One's own roles, and the roles at the schools, boards and partnership one may see."""
        access = access_of(user)
        return self.filter(
            Q(user=user.pk)
            | Q(school__in=access.schools)
            | Q(school__board__in=access.boards)
            | Q(school__partnership__in=access.partnerships)
            | Q(partnership__in=access.partnerships)
            | Q(board__in=access.boards)
        )


class ArrangementStatementQuerySet(models.QuerySet["ArrangementStatement"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The school and its board always; the partnership of that year, and auditors, once it is handed in."""
        access = access_of(user)
        handed_in = Q(handed_in_at__isnull=False)
        return self.filter(
            Q(school__in=access.schools)
            | Q(school__board__in=access.boards)
            | handed_in & Q(partnership__in=access.partnerships | access.audited_partnerships)
            | handed_in & Q(school__in=access.audited_schools)
        )


class PupilCountQuerySet(models.QuerySet["PupilCount"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(school__in=related(self.model, "school").visible_to(user).values("pk"))
