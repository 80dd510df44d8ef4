"""Who sees which form, round and answer. The secrecy of the exchange is kept here and nowhere else.

Before the exchange a party sees its own form only. `visible_to` leaves the other party's rows out, so nothing that is
built on it can leak them.
"""

import functools
import operator
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from schools.access import Access, access_of
from swvportal.lib.querysets import related

if TYPE_CHECKING:
    from indicators.models import (  # noqa: F401
        Answer,
        Assessment,
        ConversationRound,
        EvidenceFile,
        IndicatorSet,
        Participation,
        Rating,
    )
    from schools.querysets import Viewer


def _within(**scopes: frozenset[int]) -> Q:
    """Rows that lie in one of these scopes, by the path to each. An empty scope costs neither condition nor join."""
    parts = [Q(**{f"{path}__in": keys}) for path, keys in scopes.items() if keys]
    return functools.reduce(operator.or_, parts) if parts else Q(pk__in=())


def _school_side(access: Access, path: str) -> Q:
    """Rows of a school at which one has a role. `path` leads to the participation, with its trailing `__`."""
    return _within(**{f"{path}school": access.schools, f"{path}school__board": access.boards})


def _participations(access: Access, path: str = "") -> Q:
    """Participations one may know of: one's school's once the round is open, one's partnership's, audited ones."""
    opened = ~Q(**{f"{path}round__state": "draft"})
    exchanged = Q(**{f"{path}exchanged_at__isnull": False})
    audited = _within(
        **{f"{path}round__partnership": access.audited_partnerships, f"{path}school": access.audited_schools}
    )
    return (
        opened & _school_side(access, path)
        | _within(**{f"{path}round__partnership": access.partnerships})
        | exchanged & audited
    )


def _assessments(access: Access, path: str = "") -> Q:
    """One's own party's form always; the other's when the exchange has opened it.

    Somebody with a role on both sides of a school is on the school's side.
    """
    participation = f"{path}participation__"
    school_side = _school_side(access, participation)
    own_school = Q(**{f"{path}party": "school"}) & school_side
    own_partnership = (
        Q(**{f"{path}party": "partnership"})
        & _within(**{f"{participation}round__partnership": access.partnerships})
        & ~school_side
    )
    exchanged = Q(**{f"{path}state": "exchanged"}) & _participations(access, participation)
    return own_school | own_partnership | exchanged


class IndicatorSetQuerySet(models.QuerySet["IndicatorSet"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's own versions; for schools and auditors those that were used in a round they see."""
        access = access_of(user)
        rounds = related(self.model, "rounds").visible_to(user)
        return self.filter(
            Q(partnership__in=access.partnerships) | Q(state="published", pk__in=rounds.values("indicator_set"))
        )

    def with_parts(self) -> Self:
        """With themes, indicators, dimensions and levels: five queries however many there are."""
        return self.select_related("partnership").prefetch_related(
            "themes", "indicators__theme", "dimensions", "levels"
        )


class ConversationRoundQuerySet(models.QuerySet["ConversationRound"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's own; and those of the participations that a school or an auditor may know of."""
        access = access_of(user)
        own = Q(partnership__in=access.partnerships)
        if not (access.schools or access.boards or access.audited_partnerships or access.audited_schools):
            return self.filter(own)
        participations = related(self.model, "participations").visible_to(user)
        return self.filter(own | Q(pk__in=participations.values("round")))


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_participations(access_of(user)))

    def for_page(self) -> Self:
        """With everything that a page about one participation names."""
        return self.select_related(
            "school__board", "round__partnership", "round__indicator_set__partnership", "responsible"
        )

    def for_table(self) -> Self:
        """A row a school: what `with_standing` needs, and the names in the table."""
        return self.select_related("school__board", "round__partnership").with_standing()

    def with_standing(self) -> Self:
        """With which forms are in, and the conversation and reports that followed: three queries for any number."""
        forms = related(self.model, "assessments").standing()
        texts = ("summary", "budget_notes", "plan_notes")
        return (
            self.select_related("conversation")
            .defer(*(f"conversation__{text}" for text in texts))
            .prefetch_related(models.Prefetch("assessments", forms), "conversation__reports")
        )


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_assessments(access_of(user)))

    def standing(self) -> Self:
        """What either party may know of the other's form at any time: whether it is in, since when, and its seal.

        Nothing else is loaded, and asking for more raises, in production too.
        """
        return self.only("participation", "party", "state", "seal", "submitted_at").fetch_mode(models.FETCH_RAISE)

    def for_page(self) -> Self:
        return self.select_related(
            "participation__school__board",
            "participation__round__partnership",
            "participation__round__indicator_set__partnership",
            "participation__responsible",
            "submitted_by",
        )

    def for_form(self) -> Self:
        """With what the pages of one form name."""
        return self.select_related(
            "participation__school",
            "participation__round__indicator_set",
            "participation__responsible",
            "submitted_by",
        )

    def for_saving(self, user: "Viewer") -> Self:
        """The forms that this person fills in (fewer than those that are visible), with no more than saving a row
        needs: it happens at every pause in somebody's typing."""
        access = access_of(user)
        own = Q()
        if access.schools:
            own |= Q(party="school", participation__school__in=access.schools)
        if access.partnerships:
            own |= Q(party="partnership", participation__round__partnership__in=access.partnerships) & ~_school_side(
                access, "participation__"
            )
        rows = self.filter(own) if own else self.none()
        return rows.select_related("participation__school", "participation__round__indicator_set")

    def with_answers(self) -> Self:
        """With answers, ratings and evidence: four queries more, however many there are."""
        return self.prefetch_related("answers__ratings__level", "answers__ratings__dimension", "answers__evidence")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_assessments(access_of(user), "assessment__"))


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_assessments(access_of(user), "answer__assessment__"))


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_assessments(access_of(user), "answer__assessment__"))
