"""Who sees which conversation: everyone who sees its exchanged participation."""

from typing import TYPE_CHECKING, Self

from django.db import models

from swvportal.lib.querysets import related

if TYPE_CHECKING:
    from conversations.models import Agreement, Conversation  # noqa: F401
    from schools.querysets import Viewer


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: "Viewer") -> Self:
        participations = related(self.model, "participation").visible_to(user)
        return self.filter(participation__in=participations.filter(exchanged_at__isnull=False))

    def for_page(self) -> Self:
        return self.select_related(
            "participation__school__board",
            "participation__round__partnership",
            "participation__round__indicator_set__partnership",
            "participation__responsible",
        )

    def with_record(self) -> Self:
        """With everything that was recorded: four queries more, however much it is."""
        return self.prefetch_related("participants", "conclusions", "agreements__indicator", "agreements__action_point")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: "Viewer") -> Self:
        conversations = related(self.model, "conversation").visible_to(user)
        return self.filter(conversation__in=conversations)

    def running(self) -> Self:
        """What is still to be done, by its own state or by that of its action point."""
        own = models.Q(action_point=None, state="open")
        return self.filter(own | models.Q(action_point__state__in=["planned", "running"]))

    def for_reader(self, user: "Viewer") -> Self:
        """With `sees_point` and `sees_thread`: whether this person may open the action point, and read it in full."""
        points = related(self.model, "action_point").filter(pk=models.OuterRef("action_point"))
        return self.annotate(
            sees_point=models.Exists(points.visible_to(user)), sees_thread=models.Exists(points.inside_to(user))
        )

    def of_earlier_years(self, school: int, partnership: int, school_year: int) -> Self:
        """What this school and this partnership agreed in rounds before this school year, the latest year first."""
        rounds = self.filter(
            conversation__participation__school=school,
            conversation__participation__round__partnership=partnership,
            conversation__participation__round__school_year__lt=school_year,
        )
        return rounds.order_by("-conversation__participation__round__school_year", "pk")

    def for_list(self) -> Self:
        return self.select_related(
            "action_point", "indicator", "conversation__participation__school", "conversation__participation__round"
        )

    def for_page(self) -> Self:
        return self.select_related(
            "action_point",
            "indicator",
            "conversation__participation__school__board",
            "conversation__participation__round__partnership",
            "conversation__participation__round__indicator_set__partnership",
        )
