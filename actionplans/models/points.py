"""Action points: what a plan consists of, how they go, and what several schools do alike."""

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from actionplans.models.plans import ActionPlan
from actionplans.models.supportplan import Spearhead
from actionplans.querysets import ActionGroupQuerySet, ActionPointQuerySet
from records.models import LogEntry
from schools.rights import must_be_officer
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.folding import fold
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager, locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import Partnership, School


class ActionGroup(models.Model):
    """Actions that recur in several schools, under one title of the policy officer's: "komt in meerdere gesprekken
    naar voren". Kept for the report of the round."""

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="action_groups")
    school_year = models.PositiveSmallIntegerField("schooljaar")
    spearhead_key = models.SlugField("speerpunt", max_length=40, blank=True)
    title = models.CharField("titel", max_length=200)

    objects = PortalManager.from_queryset(ActionGroupQuerySet)()

    class Meta:
        verbose_name = "gedeelde actie"
        verbose_name_plural = "gedeelde acties"
        ordering = ["school_year", "spearhead_key", "pk"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def gather(
        cls, by: "User", partnership: "Partnership", school_year: int, *, title: str, points: Iterable["ActionPoint"]
    ) -> "ActionGroup":
        """Put these points (of submitted plans of that year) under one title.

        Points that stood in other groups move; a group of which nothing is left disappears. So choosing all points of
        two groups merges them.
        """
        must_be_officer(by, partnership.pk)
        chosen = [point.pk for point in points]
        if len(chosen) < 2:
            raise IllegalTransition("Kies ten minste twee actiepunten.")
        with transaction.atomic():
            type(partnership).objects.select_for_update(no_key=True).get(pk=partnership.pk)
            rows = ActionPoint.objects.filter(
                pk__in=chosen, plan__partnership=partnership, plan__school_year=school_year
            ).exclude(plan__state="draft")
            found = list(rows.select_related("spearhead"))
            if len(found) != len(set(chosen)):
                raise ValueError("points of another year or partnership, or of a draft")
            key = next((point.spearhead.key for point in found if point.spearhead), "")
            group = cls.objects.create(partnership=partnership, school_year=school_year, spearhead_key=key, title=title)
            rows.update(group=group)
            cls.objects.filter(partnership=partnership, school_year=school_year, points=None).delete()
            LogEntry.objects.record("actions_grouped", group, by=by, partnership=partnership, after=str(len(found)))
        return group

    def rename(self, by: "User", title: str) -> None:
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            locked(ActionGroup.objects.select_for_update(), self.pk)
            self.title = title
            self.save(update_fields=["title"])
            LogEntry.objects.record("actions_renamed", self, by=by, partnership=self.partnership_id)

    def dissolve(self, by: "User") -> None:
        """The points stay; only their common title goes."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            LogEntry.objects.record("actions_ungrouped", self, by=by, partnership=self.partnership_id)
            self.delete()


class ActionPoint(models.Model):
    """One action under a spearhead: the goal, how one sees that it is reached, who, from when till when."""

    class State(models.TextChoices):
        PLANNED = "planned", "gepland"
        RUNNING = "running", "loopt"
        DONE = "done", "gereed"
        STOPPED = "stopped", "gestopt"

    class Result(models.TextChoices):
        REACHED = "reached", "gehaald"
        PARTLY = "partly", "deels gehaald"
        NOT = "not", "niet gehaald"

    OPEN: ClassVar[tuple[str, ...]] = (State.PLANNED, State.RUNNING)

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="points")
    spearhead = models.ForeignKey(
        Spearhead, models.PROTECT, null=True, blank=True, related_name="points", verbose_name="speerpunt"
    )
    position = models.PositiveSmallIntegerField("volgorde")
    goal = models.TextField("doel", max_length=1000)
    measure = models.TextField("hoe meten we dit?", max_length=1000, blank=True)
    who = models.CharField("wie", max_length=160, blank=True)
    start = models.DateField("begint op", null=True, blank=True)
    due = models.DateField("uiterlijk klaar", null=True, blank=True)
    state = models.CharField("stand", max_length=8, choices=State, default=State.PLANNED)
    result = models.CharField("uitkomst", max_length=8, choices=Result, blank=True)
    learned = models.TextField("wat is er geleerd?", max_length=2000, blank=True)
    carried_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="carried_to", verbose_name="vervolg op"
    )
    source = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="taken_over")
    source_name = models.CharField("overgenomen van", max_length=160, blank=True)
    group = models.ForeignKey(ActionGroup, models.SET_NULL, null=True, blank=True, related_name="points")
    folded = models.TextField(default="", editable=False)  # what "wie werkt aan" searches
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # Of `with_money`.
    budgeted_cents: int | None
    spent_cents: int

    objects = PortalManager.from_queryset(ActionPointQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("spearhead", "goal", "measure", "who", "start", "due")
    AFTERWARDS: ClassVar[tuple[str, ...]] = ("who", "start", "due")  # may be moved once the words stand firm

    class Meta:
        verbose_name = "actiepunt"
        verbose_name_plural = "actiepunten"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None) | Q(due=None) | Q(due__gte=F("start")),
                name="point_ends_after_it_begins",
                violation_error_message="De einddatum ligt vóór de begindatum.",
            ),
            models.CheckConstraint(condition=Q(result="") | ~Q(learned=""), name="point_result_with_lesson"),
        ]
        indexes = [
            models.Index("due", condition=Q(state__in=["planned", "running"]), name="point_due"),
        ]

    def __str__(self) -> str:
        return self.goal

    def get_absolute_url(self) -> str:
        return reverse("actionplans:point", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_evaluated(self) -> bool:
        return bool(self.result)

    def is_late(self, today: datetime.date) -> bool:
        return self.is_open and self.due is not None and self.due < today

    @property
    def agreed(self) -> Any:
        """The agreement of a conversation that this point carries out, or None. Fetch it with `for_page`."""
        return getattr(self, "agreement", None)

    # Rights ----------------------------------------------------------------------------------------------------------

    def may_follow(self, user: "User | AnonymousUser") -> bool:
        """Keep its state and notes: who works on the plan, and the partnership where the point carries out an
        agreement with it."""
        if self.plan.is_evaluated:
            return False
        return self.plan.is_own(user) or (self.agreed is not None and self.plan.is_of_office(user))

    def may_revise(self, user: "User | AnonymousUser") -> bool:
        """Change the words, or at least who and when."""
        return not self.plan.is_evaluated and self.plan.is_own(user)

    def may_evaluate(self, user: "User | AnonymousUser") -> bool:
        return self.plan.is_own(user) and self.plan.state in {ActionPlan.State.DISCUSSED, ActionPlan.State.ADOPTED}

    @property
    def revisable(self) -> tuple[str, ...]:
        """Which fields may be changed in the plan's present state."""
        return self.EDITABLE if self.plan.is_written else self.AFTERWARDS

    # Words -----------------------------------------------------------------------------------------------------------

    def must_fit(self) -> None:
        if self.spearhead is not None and self.spearhead.plan_id != self.plan.support_plan_id:
            raise ValueError("a spearhead of another support plan")
        if self.start and self.due and self.due < self.start:
            # Also when two people each moved one of the two days.
            raise IllegalTransition("De einddatum ligt vóór de begindatum. Er is niets gewijzigd.")

    def keep_folded(self) -> None:
        self.folded = fold(f"{self.goal} {self.measure}")

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """`values` of `revisable` fields. Raises Conflict; PermissionDenied for a field that stands firm."""
        with transaction.atomic():
            here = self._lock()
            if not here.may_revise(by):
                raise PermissionDenied("Alleen wie aan dit plan werkt, kan een actiepunt wijzigen.")
            if set(values) - set(here.revisable):
                raise IllegalTransition(
                    f"Het plan is {here.plan.get_state_display()}. Alleen wie en wanneer kunnen nog veranderen."
                )
            changes = merge(values_of(here, values), values, bases)
            here.plan.attach_support_plan(by)
            for name, value in changes.items():
                setattr(here, name, value)
            here.must_fit()
            here.keep_folded()
            here.save(update_fields=[*values, "folded"])
            for name in changes:
                here._log(f"point_{name}_changed", by)

    def classify(self, by: "User", spearhead: Spearhead) -> None:
        """Under a spearhead after all: for a point that came from an agreement and has none yet."""
        with transaction.atomic():
            here = self._lock()
            if not here.may_follow(by):
                raise PermissionDenied("Alleen wie aan dit plan werkt, kan een speerpunt kiezen.")
            if here.spearhead_id is not None and not here.plan.may_write(by):
                raise IllegalTransition("Dit actiepunt heeft al een speerpunt.")
            here.plan.attach_support_plan(by)
            here.spearhead = spearhead
            here.must_fit()
            here.save(update_fields=["spearhead"])
            here._log("point_spearhead_changed", by)

    def remove(self, by: "User") -> None:
        """Out of the plan, while its words can be changed. An agreement that it carried out stands on its own again."""
        with transaction.atomic():
            plan = self.plan.lock_to_write(by)
            plan.log("point_removed", by, obj=self)
            self.delete()

    # How it goes -----------------------------------------------------------------------------------------------------

    def set_state(self, by: "User", state: str) -> None:
        """Planned, running, done or stopped, until the plan is evaluated."""
        with transaction.atomic():
            here = self._lock()
            here._must_be_followed_by(by)
            if here.state == state:
                return
            self.state = self.State(state)
            self.save(update_fields=["state"])
            self._log("point_state", by, before=here.state, after=state)

    def add_note(self, by: "User", text: str, on: datetime.date | None = None) -> "ProgressNote":
        """How it goes, on this day (today)."""
        with transaction.atomic():
            here = self._lock()
            here._must_be_followed_by(by)
            note, created = ProgressNote.objects.get_or_create(
                point=here, text=text, on=on or timezone.localdate(), author=by
            )
            if created:
                here._log("note_added", by)
        return note

    def evaluate(self, by: "User", *, result: str, learned: str) -> None:
        """What it brought and what was learned; a point that was still open is done (or stopped, when not reached)."""
        with transaction.atomic():
            here = self._lock()
            if not here.may_evaluate(by):
                if here.plan.is_own(by):
                    raise IllegalTransition(
                        f"Het plan is {here.plan.get_state_display()}. Evalueren kan na het vaststellen."
                    )
                raise PermissionDenied("Alleen wie aan dit plan werkt, kan een actiepunt evalueren.")
            self.result, self.learned = self.Result(result), learned
            if here.is_open:
                self.state = self.State.STOPPED if result == self.Result.NOT else self.State.DONE
                self._log("point_state", by, before=here.state, after=self.state)
            self.save(update_fields=["result", "learned", "state"])
            self._log("point_evaluated", by, before=here.result, after=result)

    def carry_over(self, by: "User") -> "ActionPoint":
        """The same action in next year's plan (made when there is none), linked to this one. Twice is once."""
        with transaction.atomic():
            # First the owner's row, then plans: the order in which an agreement becomes a point.
            plan = ActionPlan.begin(by, _owner(self.plan), self.plan.school_year + 1)
            here = self._lock()
            already = ActionPoint.objects.filter(carried_from=here).first()
            if already is not None:
                return already
            plan = plan.lock_to_write(by)
            point = plan.append(by, **here._copied_for(plan), carried_from=here)
            here._log("point_carried_over", by, after=str(point.pk))
        return point

    def take_over(self, by: "User", school: "School", school_year: int) -> "ActionPoint":
        """As a draft in one's own plan of that year, with the source named. The caller has seen that `by` may read this point."""
        if school.pk == self.plan.school_id:
            raise IllegalTransition("Dit actiepunt staat al in een plan van uw school.")
        with transaction.atomic():
            plan = ActionPlan.begin(by, school, school_year).lock_to_write(by)
            already = plan.points.filter(source=self.pk).first()
            if already is not None:
                return already
            name = self.plan.school.name if self.plan.school else self.plan.partnership.name
            return plan.append(by, **self._copied_for(plan), source=self, source_name=name)

    def taken_by(self, school: "School", since: int) -> "ActionPoint | None":
        """What this school made of it already, in its plan of that year or a later one."""
        points = ActionPoint.objects.filter(source=self.pk, plan__school=school, plan__school_year__gte=since)
        return points.select_related("plan").order_by("plan__school_year", "pk").first()

    def _copied_for(self, plan: ActionPlan) -> dict[str, Any]:
        """Goal and measure, under the spearhead of that plan with the same key."""
        spearhead = None
        if self.spearhead is not None and plan.support_plan_id:
            spearhead = Spearhead.objects.filter(plan=plan.support_plan_id, key=self.spearhead.key).first()
        return {"goal": self.goal, "measure": self.measure, "spearhead": spearhead}

    def _lock(self) -> "ActionPoint":
        """This row as it is now, under the lock of its plan."""
        self.plan.lock()
        rows = ActionPoint.objects.select_for_update(of=("self",))
        found: ActionPoint = locked(
            rows.select_related("plan__school", "plan__partnership", "spearhead", "agreement"), self.pk
        )
        return found

    def _must_be_followed_by(self, by: "User") -> None:
        if self.plan.is_evaluated:
            raise IllegalTransition("Dit plan is geëvalueerd en verandert niet meer.")
        if not self.may_follow(by):
            raise PermissionDenied("Alleen wie aan dit plan werkt, kan de stand bijhouden.")

    def _log(self, verb: str, by: "User", *, before: str = "", after: str = "") -> None:
        self.plan.log(verb, by, before=before, after=after, obj=self)


def _owner(plan: ActionPlan) -> "School | Partnership":
    return plan.school if plan.school is not None else plan.partnership


class ProgressNote(models.Model):
    """How an action goes, dated."""

    point = models.ForeignKey(ActionPoint, models.CASCADE, related_name="notes")
    on = models.DateField("datum")
    text = models.TextField("hoe gaat het?", max_length=2000)
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="wie")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PortalManager()

    class Meta:
        verbose_name = "voortgang"
        verbose_name_plural = "voortgang"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
