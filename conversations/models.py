"""The managementgesprek: who was there, what was concluded, what was agreed."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from conversations.querysets import AgreementQuerySet, ConversationQuerySet
from indicators.models import Indicator, Participation
from records.models import LogEntry
from schools.access import access_of
from swvportal.lib.errors import IllegalTransition, PublicError
from swvportal.lib.querysets import PortalManager
from swvportal.lib.seal import normalise_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class StaleSave(Exception):
    """Somebody else saved in between. `current` is the row as it stands now, so that both texts can be shown."""

    def __init__(self, current: models.Model) -> None:
        super().__init__("Twee mensen schreven hier tegelijk. Beide teksten zijn bewaard.")
        self.current = current


class Conversation(models.Model):
    """The meeting after the exchange: three fixed subjects, conclusions and agreements.

    The partnership writes, the school reads. `version` counts the saves of date, place and participants, and each text
    counts its own, so that two people who write at once do not overwrite each other silently, and two people who write
    in different places do not meet.
    """

    participation = models.OneToOneField(Participation, models.PROTECT, related_name="conversation")
    held_at = models.DateTimeField("datum en tijd")
    duration_minutes = models.PositiveSmallIntegerField("duur in minuten", default=90)
    location = models.CharField("plaats", max_length=160, blank=True)
    summary = models.TextField("samenvatting en prioriteiten", blank=True)
    summary_version = models.PositiveIntegerField(default=0, editable=False)
    budget_notes = models.TextField("inzet van het ondersteuningsbudget", blank=True)
    budget_notes_version = models.PositiveIntegerField(default=0, editable=False)
    plan_notes = models.TextField("actieplan (ambitieplan)", blank=True)
    plan_notes_version = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, editable=False, related_name="+")

    objects = PortalManager.from_queryset(ConversationQuerySet)()

    TEXTS: ClassVar[tuple[str, ...]] = ("summary", "budget_notes", "plan_notes")
    TEXT_MAX: ClassVar[int] = 20_000

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

    @staticmethod
    def may_start(user: "User | AnonymousUser", participation: Participation) -> bool:
        return participation.is_exchanged and participation.round.partnership_id in access_of(user).partnerships

    def must_be_writer(self, user: "User | AnonymousUser") -> None:
        if not self.may_edit(user):
            raise PermissionDenied("Alleen het samenwerkingsverband legt het gesprek vast.")

    def must_be_editable_by(self, user: "User | AnonymousUser") -> None:
        self.must_be_writer(user)
        if self.participation.round.state == "closed":
            raise IllegalTransition("De ronde is afgesloten. Het gesprek verandert niet meer.")

    @property
    def is_closed(self) -> bool:
        return self.participation.round.state == "closed"

    def save_details(
        self,
        by: "User",
        *,
        version: int,
        held_at: datetime.datetime,
        duration_minutes: int,
        location: str,
        participants: Sequence[tuple[str, str]],
    ) -> None:
        """Date, place, and everybody who was there as (name, function). Raises StaleSave with an old `version`."""
        with transaction.atomic():
            here = self.lock_for_editing(by)
            now = (here.held_at, here.duration_minutes, here.location, here.participant_rows())
            if now == (held_at, duration_minutes, location, list(participants)):
                return
            if here.version != version:
                raise StaleSave(here)
            here.held_at, here.duration_minutes, here.location = held_at, duration_minutes, location
            here.version += 1
            here.save(update_fields=["held_at", "duration_minutes", "location", "version"])
            here.participants.all().delete()
            ConversationParticipant.objects.bulk_create(
                ConversationParticipant(conversation=here, position=position, name=name, function=function)
                for position, (name, function) in enumerate(participants)
            )
            here.log("conversation_details_saved", by, after=f"v{here.version}")

    def participant_rows(self) -> list[tuple[str, str]]:
        return [(person.name, person.function) for person in self.participants.all()]

    def save_text(self, by: "User", field: str, *, version: int, text: str) -> int:
        """Save one of `TEXTS`; returns its new version.

        The same words again are accepted whatever the version. Raises StaleSave when somebody else saved something
        different in between.
        """
        if field not in self.TEXTS:
            raise ValueError(field)
        text = _checked(text)
        with transaction.atomic():
            here = self.lock_for_editing(by)
            current: int = getattr(here, f"{field}_version")
            if getattr(here, field) == text:
                return current
            if current != version:
                raise StaleSave(here)
            setattr(here, field, text)
            setattr(here, f"{field}_version", current + 1)
            here.save(update_fields=[field, f"{field}_version"])
            here.log(f"{field}_saved", by, after=f"v{current + 1}")
        return current + 1

    def save_conclusion(self, by: "User", indicator: Indicator, *, version: int, text: str) -> "Conclusion":
        """What was concluded about one indicator; `version` is 0 for a first text. Raises StaleSave as above."""
        text = _checked(text)
        with transaction.atomic():
            here = self.lock_for_editing(by)
            if indicator.indicator_set_id != here.participation.round.indicator_set_id:
                raise ValueError("the indicator is not in this form")
            conclusion = here.conclusions.filter(indicator=indicator.pk).first()
            conclusion = conclusion or Conclusion(conversation=here, indicator=indicator)
            if conclusion.text == text:
                return conclusion
            if conclusion.version != version:
                raise StaleSave(conclusion)
            conclusion.text = text
            conclusion.version += 1
            conclusion.save()
            here.log("conclusion_saved", by, after=f"{indicator.key} v{conclusion.version}")
        return conclusion

    def add_agreement(
        self,
        by: "User",
        *,
        text: str,
        who: str,
        due: datetime.date | None,
        indicator: Indicator | None,
        side: str = "both",
    ) -> "Agreement":
        """Pressed twice it is one agreement: the same words for the same person are not written down again."""
        with transaction.atomic():
            here = self.lock_for_editing(by)
            here.must_be_about(indicator)
            agreement, created = here.agreements.get_or_create(
                text=text, who=who, due=due, indicator=indicator, defaults={"side": side}
            )
            if created:
                here.log("agreement_added", by, obj=agreement)
        return agreement

    def must_be_about(self, indicator: Indicator | None) -> None:
        if indicator and indicator.indicator_set_id != self.participation.round.indicator_set_id:
            raise ValueError("the indicator is not in this form")

    def lock_for_editing(self, by: "User") -> "Conversation":
        """This row as it is now, locked for the rest of the transaction; refuses who may not write.

        Every change to a conversation starts here, so that whoever holds the lock reads a whole one.
        """
        here = Conversation.objects.select_for_update(of=("self",)).for_page().get(pk=self.pk)
        here.must_be_editable_by(by)
        return here

    def log(self, verb: str, by: "User", *, after: str = "", obj: models.Model | None = None) -> None:
        partnership = self.participation.round.partnership_id
        LogEntry.objects.record(verb, obj or self, by=by, partnership=partnership, after=after)


def _checked(text: str) -> str:
    text = normalise_text(text)
    if len(text) > Conversation.TEXT_MAX:
        raise PublicError(f"Deze tekst is te lang. Er passen {Conversation.TEXT_MAX} tekens.")
    return text


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
        OPEN = "open", "open"
        DONE = "done", "klaar"

    class Side(models.TextChoices):
        """Whose task it is: on whose "Mijn taken" it appears."""

        BOTH = "both", "school en SWV samen"
        SCHOOL = "school", "school"
        PARTNERSHIP = "partnership", "SWV"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="agreements")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bij indicator"
    )
    text = models.CharField("afspraak", max_length=500)
    who = models.CharField("wie", max_length=160)
    side = models.CharField("namens", max_length=12, choices=Side, default=Side.BOTH)
    due = models.DateField("uiterlijk", null=True, blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.OPEN)
    action_point = models.OneToOneField(
        ActionPoint, models.SET_NULL, null=True, blank=True, editable=False, related_name="agreement"
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PortalManager.from_queryset(AgreementQuerySet)()

    class Meta:
        verbose_name = "afspraak"
        verbose_name_plural = "afspraken"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """An agreement that became an action point is as open as that is."""
        return self.action_point.is_open if self.action_point else self.state == self.State.OPEN

    @property
    def standing(self) -> str:
        """How it goes, in a word: the action point's where there is one."""
        return self.action_point.get_state_display() if self.action_point else self.get_state_display()

    @property
    def due_now(self) -> datetime.date | None:
        """The last day: that of the action point, which may have been moved, where there is one."""
        return self.action_point.due if self.action_point else self.due

    def is_late(self, today: datetime.date) -> bool:
        return self.is_open and self.due_now is not None and self.due_now < today

    @property
    def who_and_side(self) -> str:
        """Bob Janssen (school): a name tells a reader next year little."""
        return self.who if self.side == self.Side.BOTH else f"{self.who} ({self.get_side_display()})"

    def change(
        self,
        by: "User",
        *,
        version: int,
        text: str,
        who: str,
        due: datetime.date | None,
        indicator: Indicator | None,
        side: str = "both",
    ) -> None:
        """Raises StaleSave when somebody else changed this agreement in between."""
        wanted = (text, who, due, indicator.pk if indicator else None, side)
        with transaction.atomic():
            conversation = self.conversation.lock_for_editing(by)
            conversation.must_be_about(indicator)
            here = Agreement.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if (here.text, here.who, here.due, here.indicator_id, here.side) == wanted:
                return
            if here.version != version:
                raise StaleSave(here)
            here.text, here.who, here.due, here.indicator, here.side = text, who, due, indicator, side
            here.version += 1
            here.save(update_fields=["text", "who", "due", "indicator", "side", "version"])
            conversation.log("agreement_changed", by, after=f"v{here.version}", obj=here)

    def remove(self, by: "User") -> None:
        """Take back what was not agreed after all. A report that was made keeps it."""
        with transaction.atomic():
            conversation = self.conversation.lock_for_editing(by)
            conversation.log("agreement_removed", by, obj=self)
            self.delete()

    def may_set_state(self, user: "User | AnonymousUser") -> bool:
        """The partnership, or who may submit for the school."""
        participation = self.conversation.participation
        access = access_of(user)
        return participation.round.partnership_id in access.partnerships or participation.school_id in access.directs

    def set_state(self, by: "User", state: str) -> None:
        """Mark as done, or as open again. A closed round does not stop this: agreements outlive it."""
        participation = self.conversation.participation
        if not self.may_set_state(by):
            raise PermissionDenied("Alleen de directeur of het samenwerkingsverband kan een afspraak afvinken.")
        with transaction.atomic():
            locked = Agreement.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if locked.action_point_id is not None:
                raise IllegalTransition("Deze afspraak is een actiepunt. De stand houdt u bij het actiepunt bij.")
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

    def may_become_action(self, user: "User | AnonymousUser") -> bool:
        """Whoever may tick it off; what the partnership alone agreed to do, only the partnership."""
        participation = self.conversation.participation
        access = access_of(user)
        if participation.round.partnership_id in access.partnerships:
            return True
        return self.side != self.Side.PARTNERSHIP and participation.school_id in access.directs

    def make_action_point(self, by: "User") -> ActionPoint:
        """The action point that carries this agreement out; made at the first call. From then on its state is this one's.

        It goes into the school's plan of the round's year (into the partnership's work plan where the partnership alone
        agreed to do it), or into the first one after it that is not evaluated. A closed round does not stop this.
        """
        if not self.may_become_action(by):
            raise PermissionDenied(
                "Alleen de directeur of het samenwerkingsverband kan van een afspraak een actiepunt maken."
            )
        participation = self.conversation.participation
        alone = self.side == self.Side.PARTNERSHIP
        owner = participation.round.partnership if alone else participation.school
        with transaction.atomic():
            plan = ActionPlan.for_agreement(by, owner, participation.round.school_year)
            if plan.partnership_id != participation.round.partnership_id:
                raise IllegalTransition(
                    "De school hoort niet meer bij dit samenwerkingsverband. Houd de afspraak hier bij."
                )
            locked = Agreement.objects.select_for_update(of=("self",)).select_related("action_point").get(pk=self.pk)
            if locked.action_point is not None:
                self.action_point = locked.action_point
                return locked.action_point
            done = locked.state == self.State.DONE
            state = ActionPoint.State.DONE if done else ActionPoint.State.PLANNED
            point = plan.append(by, goal=locked.text, who=locked.who, due=locked.due, state=state)
            self.action_point = point
            self.save(update_fields=["action_point"])
            LogEntry.objects.record(
                "agreement_made_action",
                self,
                by=by,
                partnership=participation.round.partnership_id,
                after=str(point.pk),
            )
        return point
