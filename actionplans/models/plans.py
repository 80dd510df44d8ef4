"""The action plan (actieplan) of a school for one year, and the partnership's own work plan, which is one too."""

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actionplans.models.profiles import SupportProfile
from actionplans.models.supportplan import SupportPlan
from actionplans.querysets import ActionPlanQuerySet
from records.models import LogEntry
from schools.access import access_of
from schools.rights import must_be_officer, must_direct, must_work_at
from swvportal.lib import school_year as school_years
from swvportal.lib.dates import plain_date
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from actionplans.models.points import ActionPoint
    from schools.models import Partnership, School


def day_of_talk_from(submitted_on: datetime.date) -> str:
    return f"Kies een dag vanaf het indienen, {plain_date(submitted_on)}."


class ActionPlan(models.Model):
    """What a school does this year, under the spearheads of the support plan, based on its support profile.

    Without a school it is the yearly work plan of the partnership itself. The words of its points are written in `draft`
    and, after the talk, in `discussed`; their state, notes and evaluation are kept until the plan is evaluated.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        SUBMITTED = "submitted", "ingediend"
        DISCUSSED = "discussed", "besproken"
        ADOPTED = "adopted", "vastgesteld"
        EVALUATED = "evaluated", "geëvalueerd"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="action_plans")
    school = models.ForeignKey("schools.School", models.PROTECT, null=True, related_name="action_plans")
    school_year = models.PositiveSmallIntegerField("schooljaar", validators=[MinValueValidator(2000)])
    profile = models.ForeignKey(SupportProfile, models.PROTECT, null=True, related_name="action_plans")
    support_plan = models.ForeignKey(SupportPlan, models.PROTECT, null=True, related_name="action_plans")
    introduction = models.TextField("aanleiding en samenvatting", blank=True)
    evaluation = models.TextField("evaluatie van het jaar", blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField("ingediend", null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField("reden van teruggeven", blank=True)
    discussed_on = models.DateField("besproken op", null=True)
    adopted_on = models.DateField("vastgesteld op", null=True)
    adopted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    evaluated_on = models.DateField("geëvalueerd op", null=True)
    shared_at = models.DateTimeField("gedeeld met de andere scholen", null=True)

    objects = PortalManager.from_queryset(ActionPlanQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("introduction",)
    MOST_POINTS: ClassVar[int] = 300  # far more than anybody carries out in a year

    class Meta:
        verbose_name = "actieplan"
        verbose_name_plural = "actieplannen"
        ordering = ["-school_year", "school"]
        constraints = [
            models.UniqueConstraint(
                "school", "school_year", condition=Q(school__isnull=False), name="plan_once_a_year"
            ),
            models.UniqueConstraint(
                "partnership", "school_year", condition=Q(school=None), name="work_plan_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "discussed"]) | Q(adopted_on__isnull=False),
                name="plan_adopted_on_a_day",
            ),
        ]
        indexes = [models.Index("partnership", "school_year", name="plan_partnership_year")]

    def __str__(self) -> str:
        return f"{self.kind} {school_years.label(self.school_year)}"

    def get_absolute_url(self) -> str:
        return reverse("actionplans:plan", args=[self.pk])

    @property
    def kind(self) -> str:
        return "actieplan" if self.school_id else "jaarwerkplan"

    @property
    def is_written(self) -> bool:
        """Whether the words of its points can be changed now."""
        return self.state in {self.State.DRAFT, self.State.DISCUSSED}

    @property
    def is_evaluated(self) -> bool:
        return self.state == self.State.EVALUATED

    @property
    def is_given_back(self) -> bool:
        """Whether the school changes it because the partnership asked for that."""
        return self.is_draft and bool(self.return_reason)

    @property
    def submitted_on(self) -> datetime.date | None:
        return timezone.localdate(self.submitted_at) if self.submitted_at else None

    def spearheads_from(self) -> int | None:
        """The support plan (its key) under whose spearheads the points stand; for a plan that was begun before there was
        one and is still written, the one that was adopted since."""
        if self.support_plan_id or not self.is_written:
            return self.support_plan_id
        adopted = SupportPlan.objects.for_year(self.partnership_id, self.school_year)
        return adopted.pk if adopted else None

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    # Rights ----------------------------------------------------------------------------------------------------------

    def is_own(self, user: "User | AnonymousUser") -> bool:
        """Whether this person works on this plan: at the school, or at the partnership for its own."""
        access = access_of(user)
        return self.school_id in access.schools if self.school_id else self.partnership_id in access.partnerships

    def is_led_by(self, user: "User | AnonymousUser") -> bool:
        """Whether this person submits and adopts it: the director or the deputy, or the partnership for its own."""
        access = access_of(user)
        return self.school_id in access.directs if self.school_id else self.partnership_id in access.partnerships

    def is_of_office(self, user: "User | AnonymousUser") -> bool:
        """Whether this person discusses it for the partnership."""
        return self.partnership_id in access_of(user).partnerships

    def may_write(self, user: "User | AnonymousUser") -> bool:
        return self.is_written and self.is_own(user)

    def _must_be_own(self, by: "User") -> None:
        if self.school_id:
            must_work_at(by, self.school_id)
        else:
            must_be_officer(by, self.partnership_id)

    def _must_lead(self, by: "User") -> None:
        if self.school_id:
            must_direct(by, self.school_id)
        else:
            must_be_officer(by, self.partnership_id)

    # Beginning -------------------------------------------------------------------------------------------------------

    @classmethod
    def begin(cls, by: "User", owner: "School | Partnership", school_year: int) -> "ActionPlan":
        """The plan of this school (or the work plan of this partnership) for this year; made when there is none.

        Based on the newest support profile up to that year, under the spearheads of the support plan that is adopted
        for that year.
        """
        plan = cls(school_year=school_year)
        plan._belong_to(owner)
        plan._must_be_own(by)
        return cls._get_or_make(by, owner, school_year)

    @classmethod
    def _get_or_make(cls, by: "User", owner: "School | Partnership", school_year: int) -> "ActionPlan":
        with transaction.atomic():
            type(owner).objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
            made = cls(school_year=school_year)
            made._belong_to(owner)
            existing = cls.objects.of_owner(made).filter(school_year=school_year).first()
            if existing is not None:
                existing.attach_support_plan(by)
                return existing
            made.support_plan = SupportPlan.objects.for_year(made.partnership_id, school_year)
            profiles = SupportProfile.objects.filter(school=made.school_id, school_year__lte=school_year)
            made.profile = profiles.order_by("-school_year").first() if made.school_id else None
            made.save()
            made.log("plan_begun", by, after="draft")
        return made

    def _belong_to(self, owner: "School | Partnership") -> None:
        if owner._meta.model_name == "school":
            self.school, self.partnership_id = owner, owner.partnership_id  # type: ignore[assignment, union-attr]
        else:
            self.school, self.partnership = None, owner  # type: ignore[assignment]

    @classmethod
    def for_agreement(cls, by: "User", owner: "School | Partnership", school_year: int) -> "ActionPlan":
        """The plan to which an agreement of a conversation in this year goes: the first one from this year on that is
        not evaluated yet, made when there is none, and locked. The caller has seen that `by` may bind this owner."""
        probe = cls(school_year=school_year)
        probe._belong_to(owner)
        plans = cls.objects.of_owner(probe).filter(school_year__gte=school_year).order_by("school_year")
        taken = school_year - 1
        for plan in plans:
            locked = plan.lock()
            if not locked.is_evaluated:
                return locked
            taken = plan.school_year
        return cls._get_or_make(by, owner, taken + 1).lock()

    def attach_support_plan(self, by: "User") -> None:
        """The support plan that was adopted after this plan was begun, while it is written. The caller holds the row or
        the owner's under lock."""
        found = self.spearheads_from()
        if found is None or found == self.support_plan_id:
            return
        self.support_plan_id = found
        self.save(update_fields=["support_plan"])
        self.log("plan_support_plan_attached", by, after=str(found))

    # Content ---------------------------------------------------------------------------------------------------------

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """The introduction. Raises Conflict."""
        with transaction.atomic():
            here = self.lock_to_write(by)
            for name, value in merge(values_of(here, self.EDITABLE), values, bases).items():
                setattr(here, name, value)
            here.save(update_fields=self.EDITABLE)
            here.log("plan_saved", by)

    def add_point(self, by: "User", **fields: Any) -> "ActionPoint":
        """A new point at the end; `fields` are those of `ActionPoint.EDITABLE`. The same goal under the same spearhead
        is the same point: the button was pressed twice."""
        with transaction.atomic():
            here = self.lock_to_write(by)
            already = here.points.filter(goal=fields.get("goal", ""), spearhead=fields.get("spearhead")).first()
            return already or here.append(by, **fields)

    def append(self, by: "User", **fields: Any) -> "ActionPoint":
        """A new point at the end of this plan, whose row the caller holds under lock and has checked."""
        self._must_have_room_for(1)
        last = self.points.aggregate(last=models.Max("position"))["last"] or 0
        point: ActionPoint = self.points.model(plan=self, position=last + 1, **fields)
        point.must_fit()
        point.keep_folded()
        point.save()
        self.log("point_added", by, obj=point)
        return point

    def add_points(self, by: "User", points: Iterable["ActionPoint"], key: str) -> int:
        """New points out of a file, at the end of the plan; how many were added.

        The same key twice is once. A goal that stands under that spearhead already is left out.
        """
        with transaction.atomic():
            here = self.lock_to_write(by)
            if LogEntry.objects.filter(
                object_type=self._meta.label_lower, object_id=self.pk, verb="points_imported", after=key
            ).exists():
                return 0
            there = {(point.spearhead_id, point.goal): point.position for point in here.points.all()}
            last = max(there.values(), default=0)
            new = [point for point in points if (point.spearhead_id, point.goal) not in there]
            here._must_have_room_for(len(new))
            for position, point in enumerate(new, start=last + 1):
                point.plan, point.position = here, position
                point.must_fit()
                point.keep_folded()
            here.points.model.objects.bulk_create(new)
            LogEntry.objects.bulk_create(
                LogEntry(
                    verb="point_added",
                    object_type=point._meta.label_lower,
                    object_id=point.pk,
                    actor_id=by.pk,
                    partnership_id=here.partnership_id,
                )
                for point in new
            )
            here.log("points_imported", by, before=str(len(new)), after=key)
        return len(new)

    def _must_have_room_for(self, more: int) -> None:
        if self.points.count() + more > self.MOST_POINTS:
            raise IllegalTransition(f"In een plan passen hoogstens {self.MOST_POINTS} actiepunten.")

    def lock(self) -> "ActionPlan":
        return ActionPlan.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def lock_to_write(self, by: "User") -> "ActionPlan":
        self._must_be_own(by)
        here = self.lock()
        if not here.is_written:
            raise IllegalTransition(f"Dit plan is {here.get_state_display()}. De tekst van de actiepunten staat vast.")
        here.attach_support_plan(by)
        return here

    # From state to state ---------------------------------------------------------------------------------------------

    def submit(self, by: "User") -> None:
        """To the partnership, by the director. Each point needs a spearhead (where there are any) and a due date."""
        with transaction.atomic():
            here = self._lock(by, self.State.DRAFT, leads=True)
            here.attach_support_plan(by)
            points = list(here.points.all())
            if not points:
                raise IllegalTransition("Schrijf eerst ten minste één actiepunt op.")
            if here.support_plan_id and any(point.spearhead_id is None for point in points):
                raise IllegalTransition("Kies eerst bij elk actiepunt een speerpunt.")
            if any(point.due is None for point in points):
                raise IllegalTransition("Vul eerst bij elk actiepunt in wanneer het klaar is.")
            self.submitted_at, self.submitted_by, self.return_reason = timezone.now(), by, ""
            self._move(by, here, self.State.SUBMITTED, "submitted_at", "submitted_by", "return_reason")

    def take_back(self, by: "User") -> None:
        """The director changes something before it is discussed."""
        with transaction.atomic():
            here = self._lock(by, self.State.SUBMITTED, leads=True)
            self._move(by, here, self.State.DRAFT)

    def give_back(self, by: "User", reason: str) -> None:
        """The partnership asks the school to change it first, and says why."""
        with transaction.atomic():
            here = self._lock(by, self.State.SUBMITTED)
            self.return_reason = reason
            self._move(by, here, self.State.DRAFT, "return_reason")

    def discuss(self, by: "User", on: datetime.date) -> None:
        """The talk about it was on this day; the school works in what was said."""
        with transaction.atomic():
            here = self._lock(by, self.State.SUBMITTED)
            here._must_be_day_of_talk(on)
            self.discussed_on = on
            self._move(by, here, self.State.DISCUSSED, "discussed_on")

    def change_day_of_talk(self, by: "User", on: datetime.date) -> None:
        """The partnership wrote down another day than it was."""
        with transaction.atomic():
            here = self._lock(by, self.State.DISCUSSED)
            here._must_be_day_of_talk(on)
            if here.discussed_on == on:
                return
            self.discussed_on = on
            self.save(update_fields=["discussed_on"])
            self.log("plan_day_of_talk", by, before=str(here.discussed_on), after=str(on))

    def take_back_talk(self, by: "User") -> None:
        """The partnership said too early that it was discussed: it is submitted once more."""
        with transaction.atomic():
            here = self._lock(by, self.State.DISCUSSED)
            self.discussed_on = None
            self._move(by, here, self.State.SUBMITTED, "discussed_on")

    def _must_be_day_of_talk(self, on: datetime.date) -> None:
        if on > timezone.localdate():
            raise IllegalTransition("De bespreking kan niet in de toekomst liggen.")
        if self.submitted_on and on < self.submitted_on:
            raise IllegalTransition(day_of_talk_from(self.submitted_on))

    def adopt(self, by: "User") -> None:
        with transaction.atomic():
            here = self._lock(by, self.State.DISCUSSED, leads=True)
            self.adopted_on, self.adopted_by = timezone.localdate(), by
            self._move(by, here, self.State.ADOPTED, "adopted_on", "adopted_by")

    def evaluate(self, by: "User", text: str) -> None:
        """Close the year: every point has an evaluation, and this says what the year brought."""
        with transaction.atomic():
            here = self._lock(by, self.State.ADOPTED, leads=True)
            waiting = sum(not point.is_evaluated for point in here.points.all())
            if waiting:
                left = "één actiepunt" if waiting == 1 else f"{waiting} actiepunten"
                raise IllegalTransition(
                    f"Evalueer eerst elk actiepunt; er {'is' if waiting == 1 else 'zijn'} nog {left} te doen."
                )
            self.evaluation, self.evaluated_on = text, timezone.localdate()
            self._move(by, here, self.State.EVALUATED, "evaluation", "evaluated_on")

    def share(self, by: "User", *, shared: bool) -> None:
        """Let the other schools of the partnership read along, or no longer."""
        self._must_lead(by)
        with transaction.atomic():
            here = self.lock()
            if here.school_id is None:
                raise IllegalTransition("De scholen lezen het jaarwerkplan zodra het is vastgesteld.")
            if here.is_draft and shared:
                raise IllegalTransition("Dien het plan eerst in. Daarna kunt u het delen.")
            if bool(here.shared_at) == shared:
                return
            self.shared_at = timezone.now() if shared else None
            self.save(update_fields=["shared_at"])
            self.log("plan_shared" if shared else "plan_unshared", by)

    def _lock(self, by: "User", *states: str, leads: bool = False) -> "ActionPlan":
        if leads:
            self._must_lead(by)
        else:
            must_be_officer(by, self.partnership_id)
        here = self.lock()
        if here.state not in states:
            raise IllegalTransition(here.not_now(states[0]))
        return here

    def not_now(self, needed: str) -> str:
        """Why a step from the state `needed` cannot be taken in the present one."""
        order = self.State.values
        if order.index(self.state) > order.index(needed):
            return f"Het plan is al {self.get_state_display()}."
        return f"Het plan is nog niet {self.State(needed).label}."

    def _move(self, by: "User", here: "ActionPlan", state: str, *fields: str) -> None:
        self.state = self.State(state)
        self.save(update_fields=["state", *fields])
        self.log("plan_state", by, before=here.state, after=state)

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None) -> None:
        LogEntry.objects.record(verb, obj or self, by=by, partnership=self.partnership_id, before=before, after=after)
