"""Who sees which profile, plan, action point and signal. Every view, export and PDF of this app starts here.

The school and its board see their own in every state; the partnership once it has left the school's hands (a plan that
was submitted, a profile that went to the MR); auditors what was adopted. What a school published (a profile) or shared
(a plan) every school of the partnership reads.
"""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from schools.access import Access, access_of
from swvportal.lib.folding import fold
from swvportal.lib.querysets import related
from swvportal.lib.school_year import school_year_of

if TYPE_CHECKING:
    from actionplans.models import (  # noqa: F401
        ActionGroup,
        ActionPlan,
        ActionPoint,
        Provision,
        Signal,
        SupportCatalogue,
        SupportDecision,
        SupportPlan,
        SupportProfile,
    )
    from schools.querysets import Viewer


def _own(access: Access, path: str = "") -> Q:
    """Rows of one's own school, or of a school of one's board."""
    return Q(**{f"{path}school__in": access.schools}) | Q(**{f"{path}school__board__in": access.boards})


def _audited(access: Access, path: str = "") -> Q:
    return Q(**{f"{path}partnership__in": access.audited_partnerships}) | Q(
        **{f"{path}school__in": access.audited_schools}
    )


def _neighbours(model: type[models.Model], access: Access, path: str = "") -> Q:
    """Rows of the partnerships in which one has a school: by working there, or on its board."""
    found = Q(**{f"{path}partnership__in": access.neighbourhoods})
    if access.boards:
        partnerships = related(model, "partnership").filter(schools__board__in=access.boards)
        found |= Q(**{f"{path}partnership__in": partnerships.values("pk")})
    return found


def _in_audited_partnerships(model: type[models.Model], access: Access) -> Q:
    """Rows of a partnership that one audits, whole or one school of it."""
    found = Q(partnership__in=access.audited_partnerships)
    if access.audited_schools:
        partnerships = related(model, "partnership").filter(schools__in=access.audited_schools)
        found |= Q(partnership__in=partnerships.values("pk"))
    return found


class SupportCatalogueQuerySet(models.QuerySet["SupportCatalogue"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's own versions; for schools, boards and auditors the published ones."""
        access = access_of(user)
        others = _neighbours(self.model, access) | _in_audited_partnerships(self.model, access)
        return self.filter(Q(partnership__in=access.partnerships) | Q(state="published") & others)

    def newest_of(self, partnership: int) -> "SupportCatalogue | None":
        """The published version that new profiles follow."""
        return self.filter(partnership=partnership, state="published").order_by("-version").first()


class SupportProfileQuerySet(models.QuerySet["SupportProfile"]):
    def visible_to(self, user: "Viewer") -> Self:
        access = access_of(user)
        return self.filter(
            _own(access)
            | ~Q(state="draft") & Q(partnership__in=access.partnerships)
            | Q(state__in=["adopted", "published"]) & _audited(access)
            | Q(state="published") & _neighbours(self.model, access)
        )

    def standing_for(self, user: "Viewer") -> Self:
        """How far each profile of one's partnership, board or school is: state and dates, and nothing of the content.

        Whoever asks for more gets an error, in production too.
        """
        access = access_of(user)
        return (
            self.filter(_own(access) | Q(partnership__in=access.partnerships))
            .only("school", "school_year", "state", "mr_on", "adopted_on", "published_at")
            .fetch_mode(models.FETCH_RAISE)
        )

    def public(self) -> Self:
        """What each open school offers now, whoever asks: its newest published profile up to this school year; one of
        a later year only where there is none yet."""
        this = school_year_of(timezone.localdate())
        published = self.model._default_manager.filter(school=models.OuterRef("school"), state="published")
        newer = published.filter(school_year__gt=models.OuterRef("school_year"), school_year__lte=this)
        earlier = published.filter(school_year__lt=models.OuterRef("school_year"))
        now = Q(school_year__lte=this) & ~models.Exists(newer)
        first = Q(school_year__gt=this) & ~models.Exists(earlier)
        return self.filter(now | first, state="published", school__closed_on=None)

    def coming(self) -> Self:
        """What an open school published already about a year that has yet to begin, beside what it offers now."""
        this = school_year_of(timezone.localdate())
        published = self.model._default_manager.filter(school=models.OuterRef("school"), state="published")
        earlier = published.filter(school_year__lt=models.OuterRef("school_year"))
        return self.filter(models.Exists(earlier), state="published", school_year__gt=this, school__closed_on=None)

    def mentioning(self, query: str) -> Self:
        """With each of these words somewhere in what the school offers."""
        found = self
        for word in fold(query).split():
            found = found.filter(folded__contains=word)
        return found

    def offering(self, key: str) -> Self:
        """Where this item is present or growing, or a provision is there for this target group; by its lasting key."""
        items = related(self.model, "items").filter(
            profile=models.OuterRef("pk"), item__key=key, state__in=["present", "developing"]
        )
        provisions = related(self.model, "provisions").filter(profile=models.OuterRef("pk"), target_groups__key=key)
        return self.filter(models.Exists(items) | models.Exists(provisions))

    def for_page(self) -> Self:
        """With everything that a page about one profile names."""
        return self.select_related("school__board", "school__partnership", "partnership", "catalogue", "adopted_by")

    def with_content(self) -> Self:
        """With items and provisions: four queries more, however many there are."""
        return self.prefetch_related("items__item", "provisions__target_groups")


class ProvisionQuerySet(models.QuerySet["Provision"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(profile__in=related(self.model, "profile").visible_to(user))

    def for_page(self) -> Self:
        return self.select_related("profile__school__board", "profile__partnership", "profile__catalogue")


class SupportDecisionQuerySet(models.QuerySet["SupportDecision"]):
    def visible_to(self, user: "Viewer") -> Self:
        """Everybody who sees the comparison that the decision is about."""
        access = access_of(user)
        ours = Q(partnership__in=access.partnerships | access.audited_partnerships)
        return self.filter(ours | _neighbours(self.model, access))


class SupportPlanQuerySet(models.QuerySet["SupportPlan"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's own versions; for schools, boards and auditors the adopted ones."""
        access = access_of(user)
        others = _neighbours(self.model, access) | _in_audited_partnerships(self.model, access)
        return self.filter(Q(partnership__in=access.partnerships) | Q(state="adopted") & others)

    def for_year(self, partnership: int, school_year: int) -> "SupportPlan | None":
        """The newest adopted version whose period holds this school year."""
        adopted = self.filter(
            partnership=partnership, state="adopted", first_year__lte=school_year, last_year__gte=school_year
        )
        return adopted.order_by("-version").first()

    def with_parts(self) -> Self:
        return self.select_related("partnership", "adopted_by").prefetch_related(
            "spearheads__targets", "targets__spearhead"
        )


def _inside(access: Access, path: str = "") -> Q:
    """Plans that one reads in full, with who does what and how it goes."""
    office = Q(**{f"{path}partnership__in": access.partnerships})
    draft, of_nobody = Q(**{f"{path}state": "draft"}), Q(**{f"{path}school": None})
    adopted = Q(**{f"{path}state__in": ["adopted", "evaluated"]})
    return _own(access, path) | office & (~draft | of_nobody) | adopted & _audited(access, path)


def _shared(model: type[models.Model], access: Access, path: str = "") -> Q:
    """Plans that a school shared, and the partnership's own work plan once it is adopted."""
    shared = Q(**{f"{path}shared_at__isnull": False}) & ~Q(**{f"{path}state": "draft"})
    work_plan = Q(**{f"{path}school": None, f"{path}state__in": ["adopted", "evaluated"]})
    readers = _neighbours(model, access, path) | Q(**{f"{path}partnership__in": access.partnerships})
    return (shared | work_plan) & readers


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def visible_to(self, user: "Viewer") -> Self:
        """Every plan that one may read at all, shared ones too; see `inside_to`."""
        access = access_of(user)
        return self.filter(_inside(access) | _shared(self.model, access))

    def inside_to(self, user: "Viewer") -> Self:
        """The plans that one reads in full. Of a plan that is only shared, who does what, the notes and the agreements
        behind it stay with the school and its partnership."""
        return self.filter(_inside(access_of(user)))

    def standing_for(self, user: "Viewer") -> Self:
        """How far each plan of one's partnership, board or school is, and nothing of the content."""
        access = access_of(user)
        return (
            self.filter(_own(access) | Q(partnership__in=access.partnerships))
            .only("school", "partnership", "school_year", "state", "submitted_at", "discussed_on", "adopted_on")
            .fetch_mode(models.FETCH_RAISE)
        )

    def of_owner(self, like: "ActionPlan") -> Self:
        """The plans of the same school, or of the same partnership itself."""
        if like.school_id:
            return self.filter(school=like.school_id)
        return self.filter(school=None, partnership=like.partnership_id)

    def for_page(self) -> Self:
        return self.select_related(
            "school__board",
            "school__partnership",
            "partnership",
            "profile",
            "support_plan",
            "submitted_by",
            "adopted_by",
        )


class ActionPointQuerySet(models.QuerySet["ActionPoint"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The points of visible plans; and for the partnership those that carry out an agreement with it, also while
        the school's plan is a draft."""
        access = access_of(user)
        return self.filter(_inside(access, "plan__") | _shared_points(self.model, access) | _agreed(access))

    def inside_to(self, user: "Viewer") -> Self:
        """The points that one reads in full; see `ActionPlanQuerySet.inside_to`."""
        access = access_of(user)
        return self.filter(_inside(access, "plan__") | _agreed(access))

    def mentioning(self, query: str) -> Self:
        """With each of these words in the goal or in how it is measured."""
        found = self
        for word in fold(query).split():
            found = found.filter(folded__contains=word)
        return found

    def open(self) -> Self:
        return self.filter(state__in=["planned", "running"])

    def for_list(self) -> Self:
        """With what a row names: plan, school, spearhead, group, and the agreement that it carries out."""
        return self.select_related(
            "plan__school", "plan__partnership", "spearhead", "group", "agreement__conversation__participation__round"
        )

    def with_money(self, user: "Viewer") -> Self:
        """`budgeted_cents` and `spent_cents` of the budget lines that pay for each point, as far as this person reads
        that budget; None where there are none. In the same query."""
        lines = related(self.model, "budget_lines").visible_to(user).filter(action_point=models.OuterRef("pk"))

        def summed(field: str) -> models.Subquery:
            return models.Subquery(
                lines.order_by().values("action_point").annotate(_sum=models.Sum(field)).values("_sum"),
                output_field=models.BigIntegerField(),
            )

        return self.annotate(
            budgeted_cents=summed("amount_cents"), spent_cents=Coalesce(summed("entries__amount_cents"), 0)
        )

    def for_page(self) -> Self:
        return self.for_list().select_related(
            "plan__school__board", "plan__support_plan", "agreement__indicator", "carried_from__plan", "source__plan",
            "carried_to__plan",
        )  # fmt: skip


def _agreed(access: Access) -> Q:
    return Q(agreement__isnull=False, plan__partnership__in=access.partnerships)


def _shared_points(model: type[models.Model], access: Access) -> Q:
    """What the partnership agreed with one school stays between the two, though its work plan is everybody's."""
    plan: Any = model._meta.get_field("plan").related_model
    return _shared(plan, access, "plan__") & ~Q(plan__school=None, agreement__isnull=False)


class ActionGroupQuerySet(models.QuerySet["ActionGroup"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's staff: it is their reading of what the schools wrote."""
        return self.filter(partnership__in=access_of(user).partnerships)


class SignalQuerySet(models.QuerySet["Signal"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The schools of the partnership, their boards, and the partnership itself."""
        access = access_of(user)
        return self.filter(Q(partnership__in=access.partnerships) | _neighbours(self.model, access))

    def mentioning(self, query: str) -> Self:
        """With each of these words in it."""
        found = self
        for word in fold(query).split():
            found = found.filter(folded__contains=word)
        return found

    def for_list(self) -> Self:
        return self.select_related("school", "author", "continues").prefetch_related("voices__school")
