"""The budget (begroting) of a school for one school year, line by line."""

import datetime
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPoint, Spearhead, SupportPlan
from finance.models.funds import MOST_CENTS, Category, Fund
from finance.querysets import BudgetLineQuerySet, BudgetQuerySet
from records.models import LogEntry
from records.tasks import queue_message
from schools.rights import AtSchool, must_be_officer, must_direct, must_work_at
from swvportal.lib import school_year as school_years
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, plain, values_of
from swvportal.lib.querysets import PortalManager, locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import Membership, School


class Budget(AtSchool, models.Model):
    """What a school means to do with its support money in one school year, whatever the fund's own year is.

    A fund that runs by the calendar year gives 7/12 of it to the school year that ends in it and 5/12 to the one that
    begins in it. The school writes and submits; the partnership adopts, or gives back with a reason. From the submit on
    money is booked on its lines.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        SUBMITTED = "submitted", "ingediend"
        ADOPTED = "adopted", "vastgesteld"

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="budgets")
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="budgets")
    school_year = models.PositiveSmallIntegerField(
        "schooljaar", validators=[MinValueValidator(2000), MaxValueValidator(2200)]
    )
    support_plan = models.ForeignKey(SupportPlan, models.PROTECT, null=True, related_name="budgets")
    state = models.CharField("stand", max_length=9, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField("ingediend", null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField("reden van teruggeven", blank=True)
    adopted_at = models.DateTimeField("vastgesteld", null=True)
    adopted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = PortalManager.from_queryset(BudgetQuerySet)()

    MOST_LINES: ClassVar[int] = 200

    class Meta:
        verbose_name = "begroting"
        verbose_name_plural = "begrotingen"
        ordering = ["-school_year", "school"]
        constraints = [
            models.UniqueConstraint("school", "school_year", name="budget_once_a_year"),
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(adopted_at__isnull=False), name="budget_adopted_at"
            ),
        ]
        indexes = [models.Index("partnership", "school_year", name="budget_partnership_year")]

    def __str__(self) -> str:
        return f"begroting {school_years.label(self.school_year)}"

    def get_absolute_url(self) -> str:
        return reverse("finance:budget", args=[self.pk])

    @property
    def year_label(self) -> str:
        return school_years.label(self.school_year)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_given_back(self) -> bool:
        return self.is_draft and bool(self.return_reason)

    # Rights ----------------------------------------------------------------------------------------------------------

    def may_write(self, user: "User | AnonymousUser") -> bool:
        return self.is_draft and self.is_own(user)

    def may_book(self, user: "User | AnonymousUser") -> bool:
        return not self.is_draft and self.is_own(user)

    # Beginning -------------------------------------------------------------------------------------------------------

    @classmethod
    def begin(cls, by: "User", school: "School", school_year: int) -> "Budget":
        """The budget of this school for this year; made, empty, when there is none."""
        must_work_at(by, school.pk)
        with transaction.atomic():
            type(school).objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
            existing = cls.objects.filter(school=school, school_year=school_year).first()
            if existing is not None:
                return existing
            made = cls.objects.create(
                school=school,
                partnership_id=school.partnership_id,
                school_year=school_year,
                support_plan=SupportPlan.objects.for_year(school.partnership_id, school_year),
            )
            made.log("budget_begun", by, after=str(school_year))
        return made

    def copy_from_last_year(self, by: "User") -> int:
        """The lines of last year's budget that are not here yet (by their lasting key); how many were added.

        Action points are of one year and are not copied; a spearhead is the one with the same key, a fund or category
        that is no longer in use is left out.
        """
        with transaction.atomic():
            here = self.lock_to_write(by)
            last = Budget.objects.filter(school=here.school_id, school_year=here.school_year - 1).first()
            if last is None:
                raise IllegalTransition("Er is geen begroting van vorig jaar.")
            there = set(here.lines.values_list("key", flat=True))
            copied = last.lines.for_list().filter(fund__ended=False, category__ended=False)
            lines = [
                line for line in copied if line.key not in there and line.fund.partnership_id == here.partnership_id
            ]
            heads = {head.key: head for head in here.spearheads()}
            here._must_have_room_for(len(lines))
            position = here.lines.aggregate(last=models.Max("position"))["last"] or 0
            for line in lines:
                position += 1
                BudgetLine.objects.create(
                    budget=here,
                    key=line.key,
                    position=position,
                    fund=line.fund,
                    category=line.category,
                    spearhead=heads.get(line.spearhead.key) if line.spearhead else None,
                    description=line.description,
                    fte_hundredths=line.fte_hundredths,
                    amount_cents=line.amount_cents,
                )
            here.log("budget_copied", by, after=str(len(lines)))
        return len(lines)

    def spearheads(self) -> "models.QuerySet[Spearhead]":
        """Those of the support plan of this year, in their order; an adopted plan may have come after the budget."""
        plan = self.support_plan_id
        if plan is None:
            adopted = SupportPlan.objects.for_year(self.partnership_id, self.school_year)
            plan = adopted.pk if adopted else None
        return Spearhead.objects.filter(plan=plan).order_by("number")

    # Content ---------------------------------------------------------------------------------------------------------

    def add_line(self, by: "User", *, key: uuid.UUID | None = None, **fields: Any) -> "BudgetLine":
        """A new line at the end; `fields` are those of `BudgetLine.EDITABLE`. The same `key` with the same content is
        the same line: the button was pressed twice. With other content it is one line more, so that nothing is lost."""
        with transaction.atomic():
            here = self.lock_to_write(by)
            already = here.lines.filter(key=key).first() if key else None
            if already is not None:
                if all(plain(value) == plain(fields[name]) for name, value in values_of(already, fields).items()):
                    return already
                key = None
            here._must_have_room_for(1)
            last = here.lines.aggregate(last=models.Max("position"))["last"] or 0
            line = BudgetLine(budget=here, position=last + 1, key=key or uuid.uuid4(), **fields)
            line.must_fit()
            line.save()
            here.log("budget_line_added", by, obj=line, after=str(line.amount_cents))
        return line

    def _must_have_room_for(self, more: int) -> None:
        if self.lines.count() + more > self.MOST_LINES:
            raise IllegalTransition(f"In een begroting passen hoogstens {self.MOST_LINES} regels.")

    def lock(self) -> "Budget":
        return Budget.objects.select_for_update(of=("self",)).select_related("school", "partnership").get(pk=self.pk)

    def lock_to_write(self, by: "User") -> "Budget":
        must_work_at(by, self.school_id)
        here = self.lock()
        if not here.is_draft:
            raise IllegalTransition(f"Deze begroting is {here.get_state_display()}. De regels staan vast.")
        if here.support_plan_id is None:
            here.support_plan = SupportPlan.objects.for_year(here.partnership_id, here.school_year)
            here.save(update_fields=["support_plan"])
        return here

    # From state to state ---------------------------------------------------------------------------------------------

    def submit(self, by: "User") -> None:
        """To the partnership, by the director. A line over the allocation of its fund needs an explanation."""
        with transaction.atomic():
            must_direct(by, self.school_id)
            here = self._lock_in(self.State.DRAFT)
            lines = list(here.lines.for_list())
            if not lines:
                raise IllegalTransition("Schrijf eerst ten minste één regel op.")
            unexplained = [line for line in over_allocation(here, lines) if not line.explanation.strip()]
            if unexplained:
                names = ", ".join(f"“{line.description}”" for line in unexplained[:3])
                raise IllegalTransition(f"Leg uit waarom u meer begroot dan is toegekend, bij {names}.")
            self.submitted_at, self.submitted_by, self.return_reason = timezone.now(), by, ""
            self._move(by, here, self.State.SUBMITTED, "submitted_at", "submitted_by", "return_reason")
            text = f"De {self} van {here.school.name} is ingediend. Lees haar en stel haar vast, of geef haar terug."
            here._tell(here._office(), f"{self} ingediend", text, self.submitted_at)

    def take_back(self, by: "User") -> None:
        """The director changes something before it is adopted."""
        with transaction.atomic():
            must_direct(by, self.school_id)
            here = self._lock_in(self.State.SUBMITTED)
            here.must_not_be_accounted()
            self._move(by, here, self.State.DRAFT)

    def give_back(self, by: "User", reason: str) -> None:
        """The partnership asks the school to change it, and says why; an adopted one too: that reopens it."""
        with transaction.atomic():
            must_be_officer(by, self.partnership_id)
            here = self._lock_in(self.State.SUBMITTED, self.State.ADOPTED)
            if not reason.strip():
                raise IllegalTransition("Vul in wat de school moet aanpassen.")
            here.must_not_be_accounted()
            self.return_reason, self.adopted_at, self.adopted_by = reason.strip(), None, None
            self._move(by, here, self.State.DRAFT, "return_reason", "adopted_at", "adopted_by")
            text = f"Het samenwerkingsverband vraagt u de {self} aan te passen:\n\n{self.return_reason}"
            here._tell(here._directors(), f"{self} teruggegeven", text, timezone.now())

    def adopt(self, by: "User") -> None:
        """By somebody of the partnership who does not also work at the school."""
        must_be_officer(by, self.partnership_id)
        self.must_not_be_own(by)
        with transaction.atomic():
            here = self._lock_in(self.State.SUBMITTED)
            self.adopted_at, self.adopted_by = timezone.now(), by
            self._move(by, here, self.State.ADOPTED, "adopted_at", "adopted_by")
            text = f"Het samenwerkingsverband heeft de {self} vastgesteld. De regels staan vast; u boekt erop."
            here._tell(here._directors(), f"{self} vastgesteld", text, self.adopted_at)

    def must_not_be_own(self, by: "User") -> None:
        if self.is_own(by):
            raise PermissionDenied("Wie aan de school werkt, stelt de begroting van die school niet vast.")

    def must_not_be_accounted(self) -> None:
        """An account that was handed in rests on these lines."""
        if self.handed_in_accounts().exists():
            raise IllegalTransition("Over dit jaar is al verantwoording afgelegd. De begroting verandert niet meer.")

    def handed_in_accounts(self) -> Any:
        """Accounts that were submitted or approved and rest on this budget: of funds by the school year those of this
        year, of funds by the calendar year those of both years that it touches."""
        years = Q(fund_year__fund__year_kind="school", fund_year__year=self.school_year) | Q(
            fund_year__fund__year_kind="calendar", fund_year__year__in=[self.school_year, self.school_year + 1]
        )
        return self.school.accounts.exclude(state="draft").filter(years)

    def _lock_in(self, *states: str) -> "Budget":
        here = self.lock()
        if here.state not in states:
            order = self.State.values
            needed = self.State(states[0])
            if order.index(here.state) > order.index(needed):
                raise IllegalTransition(f"De begroting is al {here.get_state_display()}.")
            raise IllegalTransition(f"De begroting is nog niet {needed.label}.")
        return here

    def _move(self, by: "User", here: "Budget", state: str, *fields: str) -> None:
        self.state = self.State(state)
        self.save(update_fields=["state", *fields])
        self.log("budget_state", by, before=here.state, after=state)

    def _office(self) -> "models.QuerySet[Membership]":
        return self.partnership.memberships.current().filter(role__in=["policy_officer", "administrator"])

    def _directors(self) -> "models.QuerySet[Membership]":
        return self.school.memberships.current().filter(Q(role="director") | Q(role="staff", deputy=True))

    def _tell(self, whom: "models.QuerySet[Membership]", subject: str, text: str, moment: datetime.datetime) -> None:
        """A mail in the transaction of the verb; `self` locked. `moment` tells one submit from the next one."""
        body = f"{text}\n\nBekijk de begroting: {settings.SITE_URL}{self.get_absolute_url()}\n"
        addresses = whom.filter(user__is_active=True).order_by().values_list("user__email", flat=True)
        for address in sorted(set(addresses)):
            key = f"budget-{self.pk}-{moment.isoformat()}-{address}"
            queue_message(key, address, f"{self.school.name}: {subject}", body, partnership=self.partnership_id)

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None) -> None:
        LogEntry.objects.record(verb, obj or self, by=by, partnership=self.partnership_id, before=before, after=after)


class BudgetLine(models.Model):
    """One thing that money is meant for. `key` lasts over the years: what was copied is the same line a year later."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="lines")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField("volgorde")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="budget_lines", verbose_name="geldstroom")
    category = models.ForeignKey(Category, models.PROTECT, related_name="budget_lines", verbose_name="categorie")
    spearhead = models.ForeignKey(
        Spearhead, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name="speerpunt"
    )
    action_point = models.ForeignKey(
        ActionPoint, models.SET_NULL, null=True, blank=True, related_name="budget_lines", verbose_name="actiepunt"
    )
    description = models.CharField("omschrijving", max_length=200)
    fte_hundredths = models.PositiveIntegerField("fte", null=True, blank=True)  # 0,80 fte is 80
    amount_cents = models.BigIntegerField("bedrag", validators=[MinValueValidator(0), MaxValueValidator(MOST_CENTS)])
    explanation = models.TextField("toelichting", max_length=1000, blank=True)

    # Of `with_spent` and `finance.figures.with_parts_of`.
    spent_cents: int
    dated_cents: int
    undated_cents: int
    last_on: datetime.date | None

    objects = PortalManager.from_queryset(BudgetLineQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = (
        "fund", "category", "spearhead", "action_point", "description", "fte_hundredths", "amount_cents", "explanation",
    )  # fmt: skip

    class Meta:
        verbose_name = "begrotingsregel"
        verbose_name_plural = "begrotingsregels"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("budget", "key", name="budget_line_key_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="budget_line_not_negative"),
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return reverse("finance:line", args=[self.pk])

    @property
    def fte(self) -> str:
        """ "0,8" for 80 hundredths, "1" for 100; nothing where it is no staff."""
        if self.fte_hundredths is None:
            return ""
        whole, rest = divmod(self.fte_hundredths, 100)
        return f"{whole},{rest:02d}".rstrip("0") if rest else str(whole)

    @property
    def left_cents(self) -> int:
        """Of a line fetched `with_spent`: below zero where more was spent than budgeted."""
        return self.amount_cents - self.spent_cents

    @property
    def under(self) -> Spearhead | None:
        """The spearhead: its own, or that of its action point. Fetch with `for_list`."""
        return self.spearhead or (self.action_point.spearhead if self.action_point else None)

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """`values` of `EDITABLE` fields, relations as rows or keys. Raises Conflict."""
        with transaction.atomic():
            budget = self.budget.lock_to_write(by)
            here = locked(BudgetLine.objects.select_for_update(of=("self",)).for_list(), self.pk)
            here.budget = budget
            changes = merge(values_of(here, values), values, bases)
            if {"fund"} & set(changes) and here.entries.exists():
                raise IllegalTransition("Op deze regel is al geboekt. De geldstroom kan niet meer veranderen.")
            for name, value in changes.items():
                setattr(here, name, value)
            here.must_fit()
            here.save(update_fields=list(values))
            for name in changes:
                amount = str(here.amount_cents) if name == "amount_cents" else ""
                budget.log(f"budget_line_{name}"[:40], by, obj=here, after=amount)

    def remove(self, by: "User") -> None:
        """Out of the budget, while that is a draft and nothing is booked on it."""
        with transaction.atomic():
            budget = self.budget.lock_to_write(by)
            here = locked(BudgetLine.objects.select_for_update(of=("self",)), self.pk)
            if here.entries.exists():
                raise IllegalTransition("Op deze regel is al geboekt. Zet het bedrag op nul als de regel vervalt.")
            budget.log("budget_line_removed", by, obj=here, before=str(here.amount_cents))
            here.delete()

    def move(self, by: "User", *, up: bool) -> None:
        """One place towards the top or the bottom of the lines of its fund; there already is where it stays."""
        with transaction.atomic():
            budget = self.budget.lock_to_write(by)
            lines = list(budget.lines.filter(fund=self.fund_id).select_for_update(of=("self",)))
            place = next((place for place, line in enumerate(lines) if line.pk == self.pk), None)
            if place is None:
                raise IllegalTransition("Dit is intussen door iemand anders verwijderd.")
            other = place - 1 if up else place + 1
            if not 0 <= other < len(lines):
                return
            here, there = lines[place], lines[other]
            here.position, there.position = there.position, here.position
            for line in (here, there):
                line.save(update_fields=["position"])
            budget.log("budget_line_moved", by, obj=here, after="up" if up else "down")

    def must_fit(self) -> None:
        """Raises IllegalTransition when the fund may not pay for the category; ValueError for rows from elsewhere."""
        budget = self.budget
        if {self.fund.partnership_id, self.category.partnership_id} != {budget.partnership_id}:
            raise ValueError("a fund or category of another partnership")
        if self.spearhead is not None and self.spearhead.plan_id != budget.support_plan_id:
            raise ValueError("a spearhead of another support plan")
        if self.action_point is not None:
            plan = self.action_point.plan
            if plan.school_id != budget.school_id or plan.school_year != budget.school_year:
                raise ValueError("an action point of another plan")
        if self.fund.earmarked and not self.fund.categories.filter(pk=self.category_id).exists():
            raise IllegalTransition(
                f"{self.fund.name} mag niet aan {self.category.name} worden besteed. Kies een andere categorie."
            )


def room_for(budget: Budget, fund: Fund, line: BudgetLine | None = None) -> int | None:
    """What the lines before this one (or, for a new one, all lines) leave of what there is of the fund; None where not
    all is published yet, or where nothing is allocated."""
    means = Budget.objects.means_of(budget.school_id, budget.school_year).get(fund.pk)
    if means is None or not means.is_whole:
        return None
    others = budget.lines.filter(fund=fund)
    if line is not None:
        before = Q(position__lt=line.position) | Q(position=line.position, pk__lt=line.pk)
        others = others.filter(before)
    return means.total_cents - (others.aggregate(total=models.Sum("amount_cents"))["total"] or 0)


def over_allocation(budget: Budget, lines: "list[BudgetLine]") -> "list[BudgetLine]":
    """The lines, in the order of the budget, with which the running total of their fund passes what is there for it.

    Where not all of a fund is published yet, nothing can be said: none of its lines is over.
    """
    there = Budget.objects.means_of(budget.school_id, budget.school_year)
    spent: dict[int, int] = {}
    found = []
    for line in lines:
        means = there.get(line.fund_id)
        if means is None or not means.is_whole:
            continue
        spent[line.fund_id] = spent.get(line.fund_id, 0) + line.amount_cents
        if line.amount_cents and spent[line.fund_id] > means.total_cents:
            found.append(line)
    return found
