"""A round of forms and conversations, and each school's place in it."""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from indicators.models.sets import IndicatorSet
from indicators.querysets import ConversationRoundQuerySet, ParticipationQuerySet
from records.models import LogEntry
from records.tasks import queue_message
from schools.access import access_of
from swvportal.lib import dates
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from accounts.models import User
    from indicators.models.assessments import Assessment
    from schools.models import School


class ConversationRound(models.Model):
    """One cycle of forms and conversations in a school year (its start year)."""

    class State(models.TextChoices):
        DRAFT = "draft", "in voorbereiding"
        OPEN = "open", "open"
        CLOSED = "closed", "afgesloten"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="rounds")
    indicator_set = models.ForeignKey(IndicatorSet, models.PROTECT, related_name="rounds", verbose_name="formulier")
    school_year = models.PositiveSmallIntegerField("schooljaar", validators=[MinValueValidator(2000)])
    title = models.CharField("titel", max_length=80, help_text="Bijvoorbeeld: Voorjaarsronde.")
    state = models.CharField("stand", max_length=10, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, editable=False)

    objects = PortalManager.from_queryset(ConversationRoundQuerySet)()

    class Meta:
        verbose_name = "gespreksronde"
        verbose_name_plural = "gespreksrondes"
        ordering = ["-school_year", "-pk"]
        constraints = [models.UniqueConstraint("partnership", "school_year", "title", name="round_title_once_a_year")]

    def __str__(self) -> str:
        return f"{self.title} {self.school_year}-{self.school_year + 1}"

    def get_absolute_url(self) -> str:
        return reverse("indicators:round", args=[self.pk])

    @classmethod
    def prepare(cls, by: "User", indicator_set: IndicatorSet, *, school_year: int, title: str) -> "ConversationRound":
        """A round in preparation, with this form; schools see it once it is open."""
        round_ = cls(
            partnership_id=indicator_set.partnership_id,
            indicator_set=indicator_set,
            school_year=school_year,
            title=title,
        )
        round_._must_be_officer(by)
        with transaction.atomic():
            round_.save()
            LogEntry.objects.record("round_prepared", round_, by=by, partnership=round_.partnership_id, after="draft")
        return round_

    def revise(self, by: "User", *, title: str, indicator_set: IndicatorSet | None = None) -> None:
        """Another title; another form only while the round is in preparation."""
        self._must_be_officer(by)
        with transaction.atomic():
            locked = ConversationRound.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if locked.state == self.State.CLOSED:
                raise IllegalTransition("De ronde is afgesloten. U kunt haar niet meer wijzigen.")
            if indicator_set is not None and indicator_set.pk != locked.indicator_set_id:
                if locked.state != self.State.DRAFT or indicator_set.partnership_id != self.partnership_id:
                    raise IllegalTransition("De ronde is al open. Het formulier blijft zoals het is.")
                self.indicator_set = indicator_set
            self.title = title
            self.save(update_fields=["title", "indicator_set"])
            LogEntry.objects.record("round_revised", self, by=by, partnership=self.partnership_id)

    def remove_school(self, by: "User", participation: "Participation") -> None:
        """Take a school out again, while nobody can have filled in anything."""
        self._must_be_officer(by)
        with transaction.atomic():
            locked = ConversationRound.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if locked.state != self.State.DRAFT or participation.round_id != self.pk:
                raise IllegalTransition("De ronde is al open. Een school kan er niet meer uit.")
            LogEntry.objects.record("school_removed", participation, by=by, partnership=self.partnership_id)
            participation.delete()

    def add_school(
        self,
        by: "User",
        school: "School",
        *,
        responsible: "User",
        appointment_at: datetime.datetime | None = None,
        deadline: datetime.date | None = None,
        location: str = "",
    ) -> "Participation":
        """Let a school take part: its participation, with a blank form for each party.

        Without a deadline it is one week before the appointment. Raises IllegalTransition when neither is known, when
        the school belongs to another partnership, or when the round is closed.
        """
        self._must_be_officer(by)
        if school.partnership_id != self.partnership_id:
            raise IllegalTransition("Deze school hoort bij een ander samenwerkingsverband.")
        if self.state == self.State.CLOSED:
            raise IllegalTransition("De ronde is afgesloten.")
        if deadline is None:
            if appointment_at is None:
                raise IllegalTransition("Vul de datum van het gesprek in, of de uiterste inleverdatum.")
            deadline = timezone.localdate(appointment_at) - Participation.DEADLINE_BEFORE
        with transaction.atomic():
            participation = self.participations.create(
                school=school,
                responsible=responsible,
                appointment_at=appointment_at,
                deadline=deadline,
                location=location,
            )
            for party in ("school", "partnership"):
                participation.assessments.create(party=party)
            LogEntry.objects.record("school_added", participation, by=by, partnership=self.partnership_id)
        return participation

    def open(self, by: "User") -> None:
        """Schools can start. Needs a published form and at least one school."""
        self._must_be_officer(by)
        with transaction.atomic():
            locked = (
                ConversationRound.objects.select_for_update(of=("self",))
                .select_related("indicator_set")
                .get(pk=self.pk)
            )
            if locked.state != self.State.DRAFT:
                raise IllegalTransition("Deze ronde is al geopend.")
            if not locked.indicator_set.is_published:
                raise IllegalTransition("Publiceer eerst het formulier; daarna kan de ronde open.")
            if not self.participations.exists():
                raise IllegalTransition("Kies eerst welke scholen meedoen.")
            self._set_state(by, self.State.OPEN, opened_at=timezone.now())

    def close(self, by: "User") -> None:
        """The round is over; nothing in it changes any more."""
        self._must_be_officer(by)
        with transaction.atomic():
            locked = ConversationRound.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if locked.state != self.State.OPEN:
                raise IllegalTransition("Alleen een open ronde kan worden afgesloten.")
            self._set_state(by, self.State.CLOSED)

    def _must_be_officer(self, by: "User") -> None:
        if self.partnership_id not in access_of(by).partnerships:
            raise PermissionDenied("Alleen het samenwerkingsverband kan een ronde openen of sluiten.")

    def _set_state(self, by: "User", state: State, **fields: object) -> None:
        before = self.state
        self.state = state
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *fields])
        LogEntry.objects.record(
            f"round_{state}", self, by=by, partnership=self.partnership_id, before=before, after=state
        )


class Participation(models.Model):
    """One school in one round: the appointment, the deadline, who is responsible, and the moment of exchange."""

    round = models.ForeignKey(ConversationRound, models.CASCADE, related_name="participations", verbose_name="ronde")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="participations")
    responsible = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name="verantwoordelijke beleidsmedewerker"
    )
    appointment_at = models.DateTimeField("gesprek", null=True, blank=True)
    duration_minutes = models.PositiveSmallIntegerField("duur in minuten", default=90)
    location = models.CharField("plaats", max_length=160, blank=True)
    deadline = models.DateField(
        "uiterlijk indienen", help_text="Eén week vóór het gesprek, tenzij u iets anders kiest."
    )
    exchanged_at = models.DateTimeField("uitgewisseld", null=True, editable=False)
    missing_party = models.CharField("begonnen zonder", max_length=12, blank=True, editable=False)
    started_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")
    started_reason = models.TextField("reden", blank=True, editable=False)

    objects = PortalManager.from_queryset(ParticipationQuerySet)()

    DEADLINE_BEFORE: ClassVar[datetime.timedelta] = datetime.timedelta(weeks=1)

    class Meta:
        verbose_name = "deelname"
        verbose_name_plural = "deelnames"
        ordering = ["school__name", "pk"]
        constraints = [
            models.UniqueConstraint("round", "school", name="participation_once"),
            models.CheckConstraint(
                condition=Q(missing_party="", started_reason="", started_by=None)
                | Q(missing_party__in=["school", "partnership"], exchanged_at__isnull=False, started_by__isnull=False)
                & ~Q(started_reason=""),
                name="participation_started_without",
            ),
        ]
        indexes = [models.Index("school", "round", name="participation_by_school")]

    def __str__(self) -> str:
        return f"deelname {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("indicators:participation", args=[self.pk])

    @classmethod
    def deadline_for(cls, appointment_at: datetime.datetime) -> datetime.date:
        """One week before the appointment, and not before today."""
        return max(timezone.localdate(appointment_at) - cls.DEADLINE_BEFORE, timezone.localdate())

    @property
    def is_exchanged(self) -> bool:
        return self.exchanged_at is not None

    def is_past_deadline(self) -> bool:
        """The deadline is a day; the form is in time until that day ends in the Netherlands."""
        return timezone.localdate() > self.deadline

    def lock(self) -> "Participation":
        """This row, locked for the rest of the transaction: always before any of its assessments.

        Two submits that locked only their own form would each see the other as a draft.
        """
        return Participation.objects.select_for_update(of=("self",)).for_page().get(pk=self.pk)

    def plan(
        self,
        by: "User",
        *,
        responsible: "User",
        appointment_at: datetime.datetime | None,
        deadline: datetime.date | None = None,
        duration_minutes: int = 90,
        location: str = "",
    ) -> bool:
        """The appointment, who is responsible, and the deadline: one week before the appointment unless given.

        Both parties are told when the round is open. Returns whether anything changed. The deadline of forms that were
        exchanged stays as it was. Before that it never moves to a day that has passed: whoever moves it could then
        open or close the school's form at once.
        """
        with transaction.atomic():
            here = self.lock()
            here._must_be_plannable(by, responsible)
            if deadline is None and appointment_at is not None:
                deadline = self.deadline_for(appointment_at)
            if deadline != here.deadline and deadline and deadline < timezone.localdate() and not here.is_exchanged:
                raise IllegalTransition("De uiterste inleverdatum kan niet op een dag liggen die al geweest is.")
            wanted: dict[str, Any] = {
                "appointment_at": appointment_at,
                "deadline": here.deadline if here.is_exchanged or deadline is None else deadline,
                "responsible": responsible,
                "duration_minutes": duration_minutes,
                "location": location,
            }
            changed = [name for name, value in wanted.items() if getattr(here, name) != value]
            before = {name: getattr(here, name) for name in changed}
            for name, value in wanted.items():
                setattr(here, name, value)
                setattr(self, name, value)
            if changed:
                here.save(update_fields=changed)
                last = [here._log_planned(by, name, before[name], wanted[name]) for name in changed][-1]
                if here.round.state == ConversationRound.State.OPEN:
                    here._mail_planned(f"planned-{last.pk}")
        return bool(changed)

    def _must_be_plannable(self, by: "User", responsible: "User") -> None:
        if self.round.partnership_id not in access_of(by).partnerships:
            raise PermissionDenied("Alleen het samenwerkingsverband plant het gesprek.")
        if self.round.state == ConversationRound.State.CLOSED:
            raise IllegalTransition("De ronde is afgesloten. De planning verandert niet meer.")
        if self.round.partnership_id not in access_of(responsible).partnerships:
            raise IllegalTransition("Wie verantwoordelijk is, moet voor het samenwerkingsverband werken.")

    def _log_planned(self, by: "User", name: str, before: Any, after: Any) -> LogEntry:
        """Dates, numbers and keys go into the log; the place is a text somebody typed and stays out."""

        def plain(value: Any) -> str:
            if value is None or isinstance(value, str):
                return ""
            return value.isoformat() if isinstance(value, datetime.date) else str(getattr(value, "pk", value))

        partnership = self.round.partnership_id
        return LogEntry.objects.record(
            f"{name}_changed", self, by=by, partnership=partnership, before=plain(before), after=plain(after)
        )

    def _mail_planned(self, key: str) -> None:
        when = dates.long_datetime(self.appointment_at) if self.appointment_at else "nog niet gepland"
        lines = [
            "De planning van het managementgesprek is gewijzigd. Zo staat het er nu:",
            "",
            f"Gesprek: {when}",
            f"Plaats: {self.location or 'nog niet bekend'}",
            f"Formulieren indienen: uiterlijk {dates.long_date(self.deadline)}",
            f"Verantwoordelijk bij het SWV: {self.responsible.name}",
            "",
            f"Bekijk de stand: {settings.SITE_URL + self.get_absolute_url()}",
            "",
        ]
        self.mail_both(key, f"{self.school.name}: de planning van het gesprek is gewijzigd", "\n".join(lines))

    def start_without(self, by: "User", reason: str) -> None:
        """After the deadline: open the form that is in, close the other unread, go on with the conversation.

        Raises IllegalTransition before the deadline, without a reason, and when not exactly one form is in.
        """
        with transaction.atomic():
            here = self.lock()
            access = access_of(by)
            if here.round.partnership_id not in access.partnerships or access.on_school_side(here.school):
                raise PermissionDenied("Alleen het samenwerkingsverband kan zonder formulier beginnen.")
            if here.is_exchanged:
                raise IllegalTransition("De formulieren zijn al uitgewisseld.")
            if here.round.state != ConversationRound.State.OPEN:
                raise IllegalTransition("De ronde is afgesloten. Er begint geen gesprek meer.")
            if not here.is_past_deadline():
                raise IllegalTransition("Dit kan pas als de inleverdatum voorbij is.")
            if not reason.strip():
                raise IllegalTransition("Vul een reden in; de school en het SWV krijgen die te lezen.")
            forms = {form.party: form for form in here.assessments.select_for_update()}
            submitted = [form for form in forms.values() if form.is_submitted]
            if len(submitted) != 1:
                raise IllegalTransition("Dit kan alleen als precies één van beide formulieren is ingediend.")
            present = submitted[0]
            absent = next(form for form in forms.values() if form is not present)
            absent.close_unread()
            here._exchange([present], by, missing_party=absent.party, started_reason=reason.strip(), started_by=by)
        for name in ("exchanged_at", "missing_party", "started_reason", "started_by_id"):
            setattr(self, name, getattr(here, name))

    def exchange_if_complete(self, by: "User | None") -> bool:
        """The exchange itself: when both forms are in, open both. The row is locked by the caller."""
        forms = list(self.assessments.select_for_update())
        if self.is_exchanged or not all(form.is_submitted for form in forms):
            return False
        self._exchange(forms, by)
        return True

    def _exchange(self, forms: "list[Assessment]", by: "User | None", **fields: object) -> None:
        for form in forms:
            form.open_to_other_party()
        self.exchanged_at = timezone.now()
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["exchanged_at", *fields])
        LogEntry.objects.record(
            "exchanged", self, by=by, partnership=self.round.partnership_id, after=self.missing_party or "both"
        )
        self._mail_exchange()

    def _mail_exchange(self) -> None:
        link = settings.SITE_URL + reverse("indicators:comparison", args=[self.pk])
        subject = f"{self.school.name}: de formulieren zijn uitgewisseld"
        body = f"School en SWV kunnen elkaars formulier nu lezen.\n\nBekijk de vergelijking: {link}\n"
        if self.missing_party:
            who = "de school" if self.missing_party == "school" else "het SWV"
            subject = f"{self.school.name}: het gesprek begint zonder het formulier van {who}"
            body = (
                f"De inleverdatum is voorbij. Het ingediende formulier is nu open; dat van {who} telt als "
                f"ontbrekend.\nReden: {self.started_reason}\n\nBekijk de vergelijking: {link}\n"
            )
        self.mail_both(f"exchanged-{self.pk}", subject, body)

    def mail_both(self, key: str, subject: str, body: str) -> None:
        """One mail to each director of the school and one to the responsible officer, each only once for `key`.

        When the officer has left, the partnership's administrators get it instead: not who has no role here any more.
        """
        directors = self.school.memberships.current().filter(role="director", user__is_active=True)
        officers = self.round.partnership.memberships.current().filter(
            role__in=["policy_officer", "administrator"], user__is_active=True
        )
        theirs = dict(officers.values_list("user", "user__email"))
        if self.responsible_id in theirs:
            to = {theirs[self.responsible_id]}
        else:
            to = set(officers.filter(role="administrator").values_list("user__email", flat=True))
        to.update(directors.values_list("user__email", flat=True))
        for address in sorted(to):
            queue_message(f"{key}-{address}", address, subject, body, partnership=self.round.partnership_id)
