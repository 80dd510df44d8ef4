"""The managementgesprek: who was there, what was concluded, what was agreed."""

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from conversations.querysets import AgreementQuerySet, ConversationQuerySet
from indicators.models import Indicator, Participation
from records.models import LogEntry
from schools.access import access_of
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Conversation(models.Model):
    """The meeting after the exchange: three fixed subjects, conclusions and agreements.

    The partnership writes, the school reads. `version` counts the saves, so that two people who write at once do not
    overwrite each other silently.
    """

    participation = models.OneToOneField(Participation, models.PROTECT, related_name="conversation")
    held_at = models.DateTimeField("datum en tijd")
    duration_minutes = models.PositiveSmallIntegerField("duur in minuten", default=90)
    location = models.CharField("plaats", max_length=160, blank=True)
    summary = models.TextField("samenvatting en prioriteiten", blank=True)
    budget_notes = models.TextField("inzet van het ondersteuningsbudget", blank=True)
    plan_notes = models.TextField("actieplan (ambitieplan)", blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, editable=False, related_name="+")

    objects = PortalManager.from_queryset(ConversationQuerySet)()

    TEXTS: ClassVar[tuple[str, ...]] = ("summary", "budget_notes", "plan_notes")

    class Meta:
        verbose_name = "managementgesprek"
        verbose_name_plural = "managementgesprekken"
        ordering = ["-held_at"]

    def __str__(self) -> str:
        return f"gesprek {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("conversations:conversation", args=[self.participation_id])

    @classmethod
    def start(cls, by: "User", participation: Participation) -> "Conversation":
        """The conversation of an exchanged participation, made at the first call."""
        if participation.round.partnership_id not in access_of(by).partnerships:
            raise PermissionDenied("Alleen het samenwerkingsverband legt het gesprek vast.")
        if not participation.is_exchanged:
            raise IllegalTransition("Het gesprek kan pas worden vastgelegd na de uitwisseling.")
        with transaction.atomic():
            conversation, created = cls.objects.get_or_create(
                participation=participation,
                defaults={
                    "held_at": participation.appointment_at or timezone.now(),
                    "duration_minutes": participation.duration_minutes,
                    "location": participation.location,
                    "created_by": by,
                },
            )
            if created:
                partnership = participation.round.partnership_id
                LogEntry.objects.record("conversation_started", conversation, by=by, partnership=partnership)
        conversation.participation = participation
        return conversation

    def may_edit(self, user: "User | AnonymousUser") -> bool:
        """The partnership's staff; somebody who also works at the school may write too: after the exchange nothing is
        secret between the two."""
        return self.participation.round.partnership_id in access_of(user).partnerships

    def must_be_editable_by(self, user: "User | AnonymousUser") -> None:
        if not self.may_edit(user):
            raise PermissionDenied("Alleen het samenwerkingsverband legt het gesprek vast.")
        if self.participation.round.state == "closed":
            raise IllegalTransition("De ronde is afgesloten. Het gesprek verandert niet meer.")


class ConversationParticipant(models.Model):
    """Somebody who was there, as name and function; not necessarily with an account."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("naam", max_length=120)
    function = models.CharField("functie", max_length=120, blank=True)

    objects = PortalManager()

    class Meta:
        verbose_name = "deelnemer"
        verbose_name_plural = "deelnemers"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Conclusion(models.Model):
    """What was concluded about one indicator."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="conclusions")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    text = models.TextField("conclusie", blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = PortalManager()

    class Meta:
        verbose_name = "conclusie"
        verbose_name_plural = "conclusies"
        ordering = ["indicator__position"]
        constraints = [models.UniqueConstraint("conversation", "indicator", name="conclusion_once")]

    def __str__(self) -> str:
        return f"conclusie {self.pk}"


class Agreement(models.Model):
    """A (vervolg)afspraak: what, who, by when, and about which indicator."""

    class State(models.TextChoices):
        OPEN = "open", "loopt"
        DONE = "done", "klaar"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="agreements")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bij indicator"
    )
    text = models.CharField("afspraak", max_length=500)
    who = models.CharField("wie", max_length=160)
    due = models.DateField("uiterlijk", null=True, blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PortalManager.from_queryset(AgreementQuerySet)()

    class Meta:
        verbose_name = "afspraak"
        verbose_name_plural = "afspraken"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text

    def set_state(self, by: "User", state: str) -> None:
        """Mark as done, or as open again: the partnership, or who may submit for the school."""
        participation = self.conversation.participation
        access = access_of(by)
        if (
            participation.round.partnership_id not in access.partnerships
            and participation.school_id not in access.directs
        ):
            raise PermissionDenied("Alleen de directeur of het samenwerkingsverband kan een afspraak afvinken.")
        with transaction.atomic():
            locked = Agreement.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if locked.state == state:
                return
            self.state = self.State(state)
            self.save(update_fields=["state"])
            LogEntry.objects.record(
                "agreement_state",
                self,
                by=by,
                partnership=participation.round.partnership_id,
                before=locked.state,
                after=state,
            )
