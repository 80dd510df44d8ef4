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
from schools.models import Partnership, PupilCount, PupilKind
from schools.rights import must_be_officer
from swvportal.lib import school_year as school_years
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, values_of
from swvportal.lib.money import euro
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from accounts.models import User

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
NO_CATEGORIES = "Kies waaraan een geoormerkte geldstroom mag worden besteed."
# What partnerships hand out, to begin with: name, what it is for, the categories it is earmarked for, other rules.
FUNDS: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("Ondersteuning licht", "Basisondersteuning en lichte ondersteuning op de school zelf.", (), {}),
    ("Ondersteuning zwaar", "Ondersteuning voor leerlingen die meer nodig hebben dan de basisondersteuning.", (), {}),
    ("Professionalisering", "Scholing van leraren en ondersteuners.", ("professionalisering",), {}),
    ("Schoolmaatschappelijk werk", "Schoolmaatschappelijk werk op de school.", ("formatie-zorgmedewerkers",), {}),
    ("LWOO", "Leerwegondersteunend onderwijs.", (), {}),
    ("Lumpsum", "Wat het schoolbestuur zelf aan ondersteuning uitgeeft.", (), {"source": "board"}),
)


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
            found = own.filter(name__iexact=name).first()
            if found is None:
                key = _free_key(slugify(name)[:55] or "categorie", set(own.values_list("key", flat=True)))
                last = own.aggregate(last=models.Max("position"))["last"] or 0
                found = cls.objects.create(partnership=partnership, key=key, name=name, position=last + 1)
                LogEntry.objects.record("category_added", found, by=by, partnership=partnership)
            elif found.ended:
                found.set_ended(by, ended=False)
        return found

    def rename(self, by: "User", name: str) -> None:
        """A name that is taken raises IllegalTransition."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            _lock(self.partnership_id)
            others = Category.objects.filter(partnership=self.partnership_id, name__iexact=name).exclude(pk=self.pk)
            if others.exists():
                raise IllegalTransition("Er is al een categorie met deze naam.")
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

    def rules_in_words(self) -> list[str]:
        """Each rule a Dutch sentence. Fetch with `with_rules`."""
        if not self.is_allocated:
            return ["Geld van het schoolbestuur zelf: het samenwerkingsverband kent het niet toe en stelt geen regels."]
        names = ", ".join(category.name for category in self.categories.all())
        spent_on = (
            f"Bedoeld voor {names}, maar niet geoormerkt." if names else "Niet geoormerkt: de school kiest waaraan."
        )
        return [
            f"Geoormerkt: alleen te besteden aan {names}." if self.earmarked else spent_on,
            "Wat overblijft, mag mee naar het volgende jaar."
            if self.carry_over
            else "Wat overblijft, gaat terug naar het samenwerkingsverband.",
            f"Per categorie licht de school een afwijking van meer dan {self.threshold_percent}% van de begroting toe.",
            "Bij de verantwoording hoort een controleverklaring van de accountant."
            if self.needs_statement
            else "Een controleverklaring is niet nodig.",
        ]

    @classmethod
    def ship_to(cls, by: "User", partnership: "Partnership") -> int:
        """The usual funds of the field as a starting point, where this partnership has none yet; how many were made."""
        must_be_officer(by, partnership.pk)
        with transaction.atomic():
            _lock(partnership)
            if cls.objects.filter(partnership=partnership).exists():
                return 0
            Category.ship_to(by, partnership)
            known = {category.key: category for category in Category.objects.filter(partnership=partnership).in_use()}
            for name, description, keys, rules in FUNDS:
                chosen = [known[key] for key in keys if key in known]
                cls.begin(
                    by,
                    partnership,
                    categories=chosen,
                    name=name,
                    description=description,
                    earmarked=bool(chosen),
                    **rules,
                )
        return len(FUNDS)

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
        """`values` of `EDITABLE` fields, and of `categories` (their keys) where a page shows them. Raises Conflict; IllegalTransition
        for source or kind of year of a fund that has years or budget lines already."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            here = Fund.objects.select_for_update(of=("self",), no_key=True).get(pk=self.pk)
            own = [name for name in values if name != "categories"]
            now = values_of(here, own)
            if "categories" in values:
                now["categories"] = list(here.categories.values_list("key", flat=True))
            changes = merge(now, values, bases)
            if (keys := changes.pop("categories", None)) is not None:
                categories = Category.objects.filter(partnership=here.partnership_id, key__in=keys)
            if {"source", "year_kind"} & set(changes) and here.is_in_books():
                raise IllegalTransition(
                    "Herkomst en soort jaar staan vast zodra er een jaar of een begroting is. Begin een nieuwe geldstroom."
                )
            for name, value in changes.items():
                setattr(here, name, value)
            here._must_be_right()
            others = Fund.objects.filter(partnership=here.partnership_id, name__iexact=here.name).exclude(pk=here.pk)
            if others.exists():
                raise IllegalTransition("Er is al een geldstroom met deze naam.")
            here.save(update_fields=own)
            if categories is not None:
                here.set_categories(by, categories)
            elif here.earmarked and not here.categories.exists():
                raise IllegalTransition(NO_CATEGORIES)
            here.log("fund_changed", by, after=",".join(sorted(changes)))

    def set_categories(self, by: "User", categories: Iterable[Category]) -> None:
        chosen = list(categories)
        if any(category.partnership_id != self.partnership_id for category in chosen):
            raise ValueError("a category of another partnership")
        if self.earmarked and not chosen:
            raise IllegalTransition(NO_CATEGORIES)
        self.categories.set(chosen)

    def set_ended(self, by: "User", *, ended: bool) -> None:
        """New budget lines cannot choose it any more (or again); what there is stays."""
        must_be_officer(by, self.partnership_id)
        with transaction.atomic():
            self.ended = ended
            self.save(update_fields=["ended"])
            self.log("fund_ended", by, after=str(ended).lower())

    def is_in_books(self) -> bool:
        """Whether it has years or budget lines; source and kind of year stand firm then."""
        return self.years.exists() or self.budget_lines.exists()

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
    def over_cents(self) -> int:
        """What is given too much (of `with_totals`)."""
        return max(0, -self.left_cents)

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

    def proposal_for(self, pupils: int | None) -> int:
        """What the rules give a school with so many pupils; unknown counts as none."""
        return (pupils or 0) * self.rate_cents + self.fixed_cents

    def rule_in_words(self) -> str:
        """ "€ 80 per leerling en € 5.000 per vestiging" """
        parts = [f"{euro(self.rate_cents)} per leerling"] if self.rate_cents else []
        parts += [f"{euro(self.fixed_cents)} per vestiging"] if self.fixed_cents else []
        return " en ".join(parts) or "geen vast bedrag: elke toekenning wordt apart bepaald"

    def proposal_in_words(self, pupils: int | None) -> str:
        """ "800 leerlingen × € 80 + € 5.000" """
        parts = []
        if self.rate_cents:
            number = (
                "0 leerlingen (aantal niet bekend)" if pupils is None else f"{pupils} leerling{'en' * (pupils != 1)}"
            )
            parts.append(f"{number} × {euro(self.rate_cents)}")
        if self.fixed_cents:
            parts.append(euro(self.fixed_cents))
        return " + ".join(parts) or euro(0)

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


def _free_key(key: str, taken: set[str]) -> str:
    """That key, or with a number where it is taken: by a category that was renamed, or has nearly the same name."""
    tries = [key, *(f"{key}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in tries if each not in taken)


def _lock(partnership: "Partnership | int") -> None:
    key = partnership if isinstance(partnership, int) else partnership.pk
    Partnership.objects.select_for_update(no_key=True).get(pk=key)
