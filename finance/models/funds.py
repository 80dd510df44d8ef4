"""Funds (ondersteuningsmiddelen): where money comes from, what it may be spent on, and its rules per year."""

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from finance.querysets import CategoryQuerySet, FundQuerySet, FundYearQuerySet
from records.models import LogEntry
from schools.models import PupilCount, PupilKind
from schools.rights import must_be_officer
from swvportal.lib import school_year as school_years
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import Partnership

# What the schools of the spring round spend their support money on.
CATEGORIES = (
    ("formatie-zorgmedewerkers", "Formatie zorgmedewerkers"),
    ("trajectvoorziening", "Uitbreiding trajectvoorziening"),
    ("mentoraat", "Mentoraat"),
    ("studiecoaches", "Studiecoaches"),
    ("nt2", "NT2"),
    ("professionalisering", "Professionalisering"),
)
MOST_CENTS = 10**13


class Category(models.Model):
    """What money is spent on. Every partnership begins with the six of `CATEGORIES` and may add its own."""

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="categories")
    key = models.SlugField(max_length=60)
    name = models.CharField("naam", max_length=120)
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    ended = models.BooleanField("niet meer in gebruik", default=False)

    objects = PortalManager.from_queryset(CategoryQuerySet)()

    class Meta:
        verbose_name = "categorie"
        verbose_name_plural = "categorieën"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("partnership", "key", name="category_key_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def ship_to(cls, by: "User", partnership: "Partnership") -> None:
        """The six defaults, where this partnership has no categories yet."""
        must_be_officer(by, partnership.pk)
        with transaction.atomic():
            _lock(partnership)
            if cls.objects.filter(partnership=partnership).exists():
                return
            for position, (key, name) in enumerate(CATEGORIES, start=1):
                cls.objects.create(partnership=partnership, key=key, name=name, position=position)
            LogEntry.objects.record("categories_shipped", partnership, by=by, partnership=partnership)

    @classmethod
    def add(cls, by: "User", partnership: "Partnership", name: str) -> "Category":
        """At the end; a name that is there already (perhaps ended) is that one, in use again."""
        must_be_officer(by, partnership.pk)
        with transaction.atomic():
            _lock(partnership)
            own = cls.objects.filter(partnership=partnership)
            key = slugify(name)[:60] or "categorie"
            found = own.filter(Q(key=key) | Q(name__iexact=name)).first()
            if found is None:
                last = own.aggregate(last=models.Max("position"))["last"] or 0
                found = cls.objects.create(partnership=partnership, key=key, name=name, position=last + 1)
                LogEntry.objects.record("category_added", found, by=by, partnership=partnership)
            elif found.ended:
                found.set_ended(by, ended=False)
        return found

    def rename(self, by: "User", name: str) -> None:
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            self.name = name
            self.save(update_fields=["name"])
            LogEntry.objects.record("category_renamed", self, by=by, partnership=self.partnership_id)

    def set_ended(self, by: "User", *, ended: bool) -> None:
        """New budget lines cannot choose it any more (or again); what was budgeted keeps it."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            self.ended = ended
            self.save(update_fields=["ended"])
            LogEntry.objects.record(
                "category_ended", self, by=by, partnership=self.partnership_id, after=str(ended).lower()
            )


class Fund(models.Model):
    """A source of money with its lasting rules. What it pays in one year stands in a `FundYear`.

    The money of the partnership is allocated to schools and accounted for; the board's own (lumpsum) has no allocation
    and only appears in budgets and spending.
    """

    class Source(models.TextChoices):
        PARTNERSHIP = "partnership", "van het samenwerkingsverband"
        BOARD = "board", "van het schoolbestuur zelf (lumpsum)"

    class YearKind(models.TextChoices):
        SCHOOL = "school", "schooljaar"
        CALENDAR = "calendar", "kalenderjaar"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="funds")
    name = models.CharField("naam", max_length=120)
    description = models.TextField("waarvoor is het bedoeld?", max_length=2000, blank=True)
    source = models.CharField("herkomst", max_length=12, choices=Source, default=Source.PARTNERSHIP)
    year_kind = models.CharField("loopt per", max_length=8, choices=YearKind, default=YearKind.SCHOOL)
    earmarked = models.BooleanField(
        "geoormerkt", default=False, help_text="Mag alleen aan de gekozen categorieën worden besteed."
    )
    categories = models.ManyToManyField(
        Category, blank=True, related_name="funds", verbose_name="mag worden besteed aan"
    )
    carry_over = models.BooleanField(
        "wat overblijft mag mee naar het volgende jaar", default=False, help_text="Anders gaat het terug naar het SWV."
    )
    needs_statement = models.BooleanField("controleverklaring van een accountant nodig", default=False)
    threshold_percent = models.PositiveSmallIntegerField(
        "afwijking die moet worden toegelicht, in procenten",
        default=10,
        validators=[MaxValueValidator(100)],
        help_text="Per categorie, van het begrote bedrag.",
    )
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    ended = models.BooleanField("niet meer in gebruik", default=False)

    objects = PortalManager.from_queryset(FundQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = (
        "name", "description", "source", "year_kind", "earmarked", "carry_over", "needs_statement", "threshold_percent",
    )  # fmt: skip

    class Meta:
        verbose_name = "geldstroom"
        verbose_name_plural = "geldstromen"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("partnership", "name", name="fund_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("finance:fund", args=[self.pk])

    @property
    def is_allocated(self) -> bool:
        """Whether schools get it from the partnership, and account for it."""
        return self.source == self.Source.PARTNERSHIP

    def year_label(self, year: int) -> str:
        """ "2026-2027" or "2026" """
        return school_years.label(year) if self.year_kind == self.YearKind.SCHOOL else str(year)

    @classmethod
    def begin(
        cls, by: "User", partnership: "Partnership", *, categories: Iterable[Category] = (), **fields: Any
    ) -> "Fund":
        """A new fund at the end; `fields` are those of `EDITABLE`. A name that is taken raises IllegalTransition."""
        must_be_officer(by, partnership.pk)
        Category.ship_to(by, partnership)
        with transaction.atomic():
            _lock(partnership)
            own = cls.objects.filter(partnership=partnership)
            if own.filter(name__iexact=fields["name"]).exists():
                raise IllegalTransition("Er is al een geldstroom met deze naam.")
            last = own.aggregate(last=models.Max("position"))["last"] or 0
            fund = cls(partnership=partnership, position=last + 1, **fields)
            fund._must_be_right()
            fund.save()
            fund.set_categories(by, categories)
            fund.log("fund_begun", by)
        return fund

    def change(
        self,
        by: "User",
        values: Mapping[str, Any],
        bases: Mapping[str, str],
        categories: Iterable[Category] | None = None,
    ) -> None:
        """`values` of `EDITABLE` fields. Raises Conflict; IllegalTransition for source or kind of year of a fund that
        has years or budget lines already."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            here = Fund.objects.select_for_update(of=("self",), no_key=True).get(pk=self.pk)
            changes = merge(values_of(here, values), values, bases)
            if {"source", "year_kind"} & set(changes) and (here.years.exists() or here.budget_lines.exists()):
                raise IllegalTransition(
                    "Herkomst en soort jaar staan vast zodra er een jaar of een begroting is. Begin een nieuwe geldstroom."
                )
            for name, value in changes.items():
                setattr(here, name, value)
            here._must_be_right()
            others = Fund.objects.filter(partnership=here.partnership_id, name__iexact=here.name).exclude(pk=here.pk)
            if others.exists():
                raise IllegalTransition("Er is al een geldstroom met deze naam.")
            here.save(update_fields=list(values))
            if categories is not None:
                here.set_categories(by, categories)
            here.log("fund_changed", by, after=",".join(sorted(changes)))

    def set_categories(self, by: "User", categories: Iterable[Category]) -> None:
        chosen = list(categories)
        if any(category.partnership_id != self.partnership_id for category in chosen):
            raise ValueError("a category of another partnership")
        if self.earmarked and not chosen:
            raise IllegalTransition("Kies waaraan een geoormerkte geldstroom mag worden besteed.")
        self.categories.set(chosen)

    def set_ended(self, by: "User", *, ended: bool) -> None:
        """New budget lines cannot choose it any more (or again); what there is stays."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            self.ended = ended
            self.save(update_fields=["ended"])
            self.log("fund_ended", by, after=str(ended).lower())

    def may_pay(self, category: Category) -> bool:
        """Whether money of this fund may go to that category. Fetch with `with_rules`."""
        return not self.earmarked or any(each.pk == category.pk for each in self.categories.all())

    def _must_be_right(self) -> None:
        if not self.is_allocated and (self.needs_statement or self.carry_over or self.earmarked):
            raise IllegalTransition("Voor geld van het schoolbestuur zelf stelt het samenwerkingsverband geen regels.")

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "") -> None:
        LogEntry.objects.record(verb, self, by=by, partnership=self.partnership_id, before=before, after=after)


class FundYear(models.Model):
    """The rules of an allocated fund for one year: what there is, and how it is shared out.

    `year` is the calendar year, or the one in which the school year begins. Each open school is proposed
    pupils on the reference date x `rate_cents` + `fixed_cents`, whole cents (see docs/beheer/toekenning.md for an
    example worked by hand). Once published it stands firm; later changes are corrections beside it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField("jaar", validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    available_cents = models.BigIntegerField("beschikbaar bij het SWV", validators=[MinValueValidator(0)])
    rate_cents = models.BigIntegerField("bedrag per leerling", default=0, validators=[MinValueValidator(0)])
    fixed_cents = models.BigIntegerField("vast bedrag per vestiging", default=0, validators=[MinValueValidator(0)])
    pupil_kind = models.CharField("leerlingen", max_length=4, choices=PupilKind, default=PupilKind.ALL)
    counted_on = models.DateField("teldatum")
    account_due = models.DateField("verantwoorden vóór of op")
    state = models.CharField("stand", max_length=9, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField("gepubliceerd", null=True)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    # Of `with_totals`.
    granted_cents: int
    left_cents: int
    schools: int

    objects = PortalManager.from_queryset(FundYearQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = (
        "available_cents", "rate_cents", "fixed_cents", "pupil_kind", "counted_on", "account_due",
    )  # fmt: skip

    class Meta:
        verbose_name = "jaar van een geldstroom"
        verbose_name_plural = "jaren van geldstromen"
        ordering = ["-year", "fund"]
        constraints = [
            models.UniqueConstraint("fund", "year", name="fund_year_once"),
            models.CheckConstraint(
                condition=Q(available_cents__gte=0, rate_cents__gte=0, fixed_cents__gte=0), name="fund_year_amounts"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="fund_year_published_at"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("finance:fund_year", args=[self.pk])

    @property
    def label(self) -> str:
        """ "Ondersteuning licht 2026-2027" """
        return f"{self.fund.name} {self.year_label}"

    @property
    def year_label(self) -> str:
        return self.fund.year_label(self.year)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def bounds(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day of the year."""
        if self.fund.year_kind == Fund.YearKind.SCHOOL:
            return school_years.bounds(self.year)
        return datetime.date(self.year, 1, 1), datetime.date(self.year, 12, 31)

    @classmethod
    def begin(cls, by: "User", fund: Fund, year: int, **fields: Any) -> "FundYear":
        """The rules of this year, in draft; `fields` are those of `EDITABLE`. Raises IllegalTransition when they are
        there already, and for a fund that is not allocated."""
        must_be_officer(by, fund.partnership_id)
        with transaction.atomic():
            here = Fund.objects.select_for_update(of=("self",), no_key=True).get(pk=fund.pk)
            if not here.is_allocated:
                raise IllegalTransition("Geld van het schoolbestuur zelf wordt niet toegekend.")
            if here.years.filter(year=year).exists():
                raise IllegalTransition(f"De regels voor {here.year_label(year)} zijn er al.")
            made = cls.objects.create(fund=here, year=year, **fields)
            made.log("fund_year_begun", by, after=str(year))
        return made

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """`values` of `EDITABLE` fields. Raises Conflict. Of a published year only what is available and the date of
        accounting may still change."""
        with transaction.atomic():
            here = self.lock(by)
            changes = merge(values_of(here, values), values, bases)
            if here.is_published and set(changes) - {"available_cents", "account_due"}:
                raise IllegalTransition(
                    "De toekenningen zijn gepubliceerd. De regels staan vast; wijzig een bedrag met een correctie."
                )
            for name, value in changes.items():
                setattr(here, name, value)
            here.save(update_fields=list(values))
            for name in changes:
                here.log(f"fund_year_{name}", by, after=str(changes[name]))

    def lock(self, by: "User") -> "FundYear":
        """This row under lock, for an officer. First in the order: fund year, budgets, lines, account."""
        must_be_officer(by, self.fund.partnership_id)
        return FundYear.objects.locked(self.pk)

    def remove(self, by: "User") -> None:
        """A draft that was begun by mistake, with its proposals."""
        with transaction.atomic():
            here = self.lock(by)
            here.must_be_draft()
            here.log("fund_year_removed", by)
            here.allocations.all().delete()
            here.delete()

    def pupil_numbers(self) -> dict[int, int]:
        """Pupils on the reference date by school (its key), of the kind that this year counts; schools of which no count
        is known are left out."""
        counts = PupilCount.objects.filter(
            school__partnership=self.fund.partnership_id, counted_on=self.counted_on, kind=self.pupil_kind
        )
        return dict(counts.order_by().values_list("school", "pupils"))

    def must_be_draft(self) -> None:
        if self.is_published:
            raise IllegalTransition("De toekenningen zijn gepubliceerd. Wijzig een bedrag met een correctie.")

    def mark_published(self, by: "User") -> None:
        """See `Allocation.publish`, which has checked everything."""
        self.state, self.published_at, self.published_by = self.State.PUBLISHED, timezone.now(), by
        self.save(update_fields=["state", "published_at", "published_by"])
        self.log("allocations_published", by, before="draft", after="published")

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "") -> None:
        LogEntry.objects.record(verb, self, by=by, partnership=self.fund.partnership_id, before=before, after=after)


def _lock(partnership: "Partnership") -> None:
    type(partnership).objects.select_for_update(no_key=True).get(pk=partnership.pk)
