"""The partnership's support plan (ondersteuningsplan): its period, numbered spearheads, and what they must bring."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from actionplans.querysets import SupportPlanQuerySet
from records.models import LogEntry
from schools.rights import must_be_officer
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager, locked
from swvportal.lib.school_year import bounds, label

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import Partnership


class SupportPlan(models.Model):
    """One version. It lasts from `first_year` up to and including `last_year` (start years of school years).

    A plan needs the consent of the OPR (ondersteuningsplanraad) before it is adopted; then it does not change any more.
    A next version copies spearheads and targets with their keys.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        ADOPTED = "adopted", "vastgesteld"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="support_plans")
    version = models.PositiveSmallIntegerField("versie", default=1)
    title = models.CharField("titel", max_length=120)
    first_year = models.PositiveSmallIntegerField(
        "eerste schooljaar", validators=[MinValueValidator(2000), MaxValueValidator(2098)]
    )
    last_year = models.PositiveSmallIntegerField(
        "laatste schooljaar", validators=[MinValueValidator(2000), MaxValueValidator(2098)]
    )
    introduction = models.TextField("inleiding", blank=True)
    state = models.CharField("stand", max_length=8, choices=State, default=State.DRAFT)
    opr_consent_on = models.DateField("instemming van de OPR", null=True, blank=True)
    adopted_at = models.DateTimeField("vastgesteld", null=True, editable=False)
    adopted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = PortalManager.from_queryset(SupportPlanQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("title", "first_year", "last_year", "introduction")

    class Meta:
        verbose_name = "ondersteuningsplan"
        verbose_name_plural = "ondersteuningsplannen"
        ordering = ["partnership", "-version"]
        constraints = [
            models.UniqueConstraint("partnership", "version", name="support_plan_version_once"),
            models.UniqueConstraint("partnership", condition=Q(state="draft"), name="support_plan_one_draft"),
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="support_plan_period"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opr_consent_on__isnull=False), name="support_plan_consent_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, versie {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("actionplans:support_plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def period(self) -> str:
        """ "2026 – 2030": from the first August to the last July."""
        return f"{self.first_year} – {self.last_year + 1}"

    @property
    def years(self) -> list[str]:
        return [label(year) for year in range(self.first_year, self.last_year + 1)]

    @property
    def days_of_targets(self) -> tuple[datetime.date, datetime.date]:
        """From the first day of the plan till a year after its last."""
        return bounds(self.first_year)[0], bounds(self.last_year + 1)[1]

    @classmethod
    def begin(
        cls, by: "User", partnership: "Partnership", *, title: str, first_year: int, last_year: int
    ) -> "SupportPlan":
        """The draft: the one there is, else a copy of the newest version with its spearheads, else an empty one."""
        must_be_officer(by, partnership.pk)
        with transaction.atomic():
            type(partnership).objects.select_for_update(no_key=True).get(pk=partnership.pk)
            newest = cls.objects.filter(partnership=partnership).order_by("-version").first()
            if newest is not None and newest.is_draft:
                return newest
            draft = cls.objects.create(
                partnership=partnership,
                version=newest.version + 1 if newest else 1,
                title=title,
                first_year=first_year,
                last_year=last_year,
                introduction=newest.introduction if newest else "",
            )
            copies: dict[int, Spearhead] = {}
            for spearhead in newest.spearheads.all() if newest else ():
                old = spearhead.pk
                spearhead.pk, spearhead.plan = None, draft
                spearhead.save(force_insert=True)
                copies[old] = spearhead
            for target in newest.targets.all() if newest else ():
                target.spearhead = copies[target.spearhead_id] if target.spearhead_id else None
                target.pk, target.plan = None, draft
                target.save(force_insert=True)
            draft.log("support_plan_begun", by, after=f"v{draft.version}")
        return draft

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """Title, period and introduction. Raises Conflict."""
        with transaction.atomic():
            here = self.lock_draft(by)
            for name, value in merge(values_of(here, self.EDITABLE), values, bases).items():
                setattr(here, name, value)
            if here.last_year < here.first_year:
                raise IllegalTransition("Het laatste schooljaar ligt vóór het eerste. Er is niets gewijzigd.")
            here.save(update_fields=self.EDITABLE)
            here.log("support_plan_saved", by)

    def add_spearhead(self, by: "User", *, title: str, description: str = "") -> "Spearhead":
        """The next number, under a key that no version of this partnership used before."""
        with transaction.atomic():
            here = self.lock_draft(by)
            last = here.spearheads.aggregate(last=models.Max("number"))["last"] or 0
            spearhead = Spearhead.objects.create(
                plan=here, key=_new_key(here, title), number=last + 1, title=title, description=description
            )
            here.log("spearhead_added", by, obj=spearhead)
        return spearhead

    def add_target(
        self,
        by: "User",
        *,
        text: str,
        spearhead: "Spearhead | None" = None,
        bound: str = "",
        value: Decimal | None = None,
        unit: str = "",
        reached_by: datetime.date | None = None,
    ) -> "Target":
        """What must be reached: in words, and as a number where it is one."""
        with transaction.atomic():
            here = self.lock_draft(by)
            last = here.targets.aggregate(last=models.Max("position"))["last"] or 0
            target = Target(plan=here, key=f"doel-{_free_number(here)}", position=last + 1)
            for name, given in (
                ("text", text),
                ("spearhead", spearhead),
                ("bound", bound),
                ("value", value),
                ("unit", unit),
                ("reached_by", reached_by),
            ):
                setattr(target, name, given)
            target.must_fit()
            target.save()
            here.log("target_added", by, obj=target)
        return target

    def adopt(self, by: "User", opr_consent_on: datetime.date) -> None:
        """From now on action plans of its years are made under its spearheads."""
        with transaction.atomic():
            here = self.lock_draft(by)
            if not here.spearheads.exists():
                raise IllegalTransition("Schrijf eerst ten minste één speerpunt op.")
            if opr_consent_on > timezone.localdate():
                raise IllegalTransition("De instemming van de OPR kan niet in de toekomst liggen.")
            self.state = self.State.ADOPTED
            self.opr_consent_on = opr_consent_on
            self.adopted_at, self.adopted_by = timezone.now(), by
            self.save(update_fields=["state", "opr_consent_on", "adopted_at", "adopted_by"])
            self.log("support_plan_adopted", by, before="draft", after="adopted")

    def lock_draft(self, by: "User") -> "SupportPlan":
        must_be_officer(by, self.partnership_id)
        here = SupportPlan.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if not here.is_draft:
            raise IllegalTransition(
                "Dit ondersteuningsplan is vastgesteld. Maak een nieuwe versie om iets te wijzigen."
            )
        return here

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None) -> None:
        LogEntry.objects.record(verb, obj or self, by=by, partnership=self.partnership_id, before=before, after=after)


def _new_key(plan: SupportPlan, title: str) -> str:
    base = slugify(title)[:34] or "speerpunt"
    used = set(Spearhead.objects.filter(plan__partnership=plan.partnership_id).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if key not in used)


def _free_number(plan: SupportPlan) -> int:
    """One that no target of any version of this partnership has or had next to the ones that are left."""
    keys = Target.objects.filter(plan__partnership=plan.partnership_id).values_list("key", flat=True)
    return 1 + max((int(key.removeprefix("doel-")) for key in keys), default=0)


class Spearhead(models.Model):
    """A numbered goal (speerpunt) of a support plan. `key` lasts across versions."""

    plan = models.ForeignKey(SupportPlan, models.CASCADE, related_name="spearheads")
    key = models.SlugField("sleutel", max_length=40)
    number = models.PositiveSmallIntegerField("nummer", validators=[MinValueValidator(1), MaxValueValidator(99)])
    title = models.CharField("titel", max_length=160)
    description = models.TextField("toelichting", blank=True)

    objects = PortalManager()

    EDITABLE: ClassVar[tuple[str, ...]] = ("title", "description")

    class Meta:
        verbose_name = "speerpunt"
        verbose_name_plural = "speerpunten"
        ordering = ["number", "pk"]
        constraints = [models.UniqueConstraint("plan", "key", name="spearhead_key_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        with transaction.atomic():
            plan = self.plan.lock_draft(by)
            here = locked(Spearhead.objects.select_for_update(of=("self",)), self.pk)
            for name, value in merge(values_of(here, self.EDITABLE), values, bases).items():
                setattr(here, name, value)
            here.save(update_fields=self.EDITABLE)
            plan.log("spearhead_changed", by, obj=here)

    def move(self, by: "User", *, up: bool) -> None:
        """Change places with the neighbour, and count again from 1."""
        with transaction.atomic():
            plan = self.plan.lock_draft(by)
            locked(plan.spearheads, self.pk)
            order = list(plan.spearheads.all())
            index = next(i for i, spearhead in enumerate(order) if spearhead.pk == self.pk)
            other = index - 1 if up else index + 1
            if 0 <= other < len(order):
                order[index], order[other] = order[other], order[index]
            _number(order)
            plan.log("spearhead_moved", by, obj=self)

    def remove(self, by: "User") -> None:
        """With the targets under it that are of this spearhead alone; the rest is counted again."""
        with transaction.atomic():
            plan = self.plan.lock_draft(by)
            plan.log("spearhead_removed", by, obj=self)
            self.delete()
            _number(list(plan.spearheads.all()))


def _number(order: list[Spearhead]) -> None:
    for number, spearhead in enumerate(order, start=1):
        spearhead.number = number
    Spearhead.objects.bulk_update(order, ["number"])


class Target(models.Model):
    """A target result (beoogd resultaat): in words, and as a number, such as "hoogstens 0,4 %".

    A percentage of a partnership says little about one school: 0.4 % of 800 pupils is three. It is judged at the level
    of the partnership.
    """

    class Bound(models.TextChoices):
        MOST = "most", "hoogstens"
        LEAST = "least", "ten minste"
        EXACT = "exact", "precies"

    plan = models.ForeignKey(SupportPlan, models.CASCADE, related_name="targets")
    spearhead = models.ForeignKey(
        Spearhead, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name="bij speerpunt"
    )
    key = models.SlugField("sleutel", max_length=40)
    position = models.PositiveSmallIntegerField("volgorde")
    text = models.CharField("wat moet er bereikt zijn?", max_length=300)
    bound = models.CharField("grens", max_length=6, choices=Bound, blank=True)
    value = models.DecimalField("getal", max_digits=9, decimal_places=2, null=True, blank=True)
    unit = models.CharField("eenheid", max_length=40, blank=True, help_text="Bijvoorbeeld: % of leerlingen.")
    reached_by = models.DateField("uiterlijk", null=True, blank=True)

    objects = PortalManager()

    EDITABLE: ClassVar[tuple[str, ...]] = ("text", "spearhead", "bound", "value", "unit", "reached_by")

    class Meta:
        verbose_name = "beoogd resultaat"
        verbose_name_plural = "beoogde resultaten"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("plan", "key", name="target_key_once"),
            models.CheckConstraint(
                condition=Q(bound="", value=None) | Q(value__isnull=False) & ~Q(bound=""),
                name="target_number_with_bound",
                violation_error_message="Vul bij een getal ook in of het hoogstens, ten minste of precies is.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def number(self) -> str:
        """ "hoogstens 0,4 %"; empty where the target is words alone."""
        if self.value is None:
            return ""
        if not self.value and self.bound != self.Bound.LEAST and self.unit and not self.unit.startswith("%"):
            return f"geen {self.unit}"
        plain = format(self.value.normalize(), "f").replace(".", ",")
        return " ".join(part for part in (self.get_bound_display(), plain, self.unit) if part)

    def is_before_its_plan(self, plan: SupportPlan) -> bool:
        """A date that was copied from the version before."""
        return self.reached_by is not None and self.reached_by < plan.days_of_targets[0]

    def must_fit(self) -> None:
        if self.spearhead is not None and self.spearhead.plan_id != self.plan_id:
            raise ValueError("a spearhead of another plan")
        if bool(self.bound) != (self.value is not None):
            raise IllegalTransition("Vul bij een getal ook in of het hoogstens, ten minste of precies is.")

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        with transaction.atomic():
            plan = self.plan.lock_draft(by)
            here = locked(Target.objects.select_for_update(of=("self",)), self.pk)
            for name, value in merge(values_of(here, self.EDITABLE), values, bases).items():
                setattr(here, name, value)
            here.must_fit()
            here.save(update_fields=self.EDITABLE)
            plan.log("target_changed", by, obj=here)

    def remove(self, by: "User") -> None:
        with transaction.atomic():
            plan = self.plan.lock_draft(by)
            plan.log("target_removed", by, obj=self)
            self.delete()
