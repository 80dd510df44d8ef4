"""Spending (bestedingen): what was booked on the lines of a budget, by hand or from a file."""

import datetime
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from finance.models.budgets import Budget, BudgetLine
from finance.models.funds import MOST_CENTS, Fund
from finance.querysets import ExpenditureQuerySet, SpendingDocumentQuerySet, SpendingImportQuerySet
from records.models import LogEntry, StoredFile, sha256_of
from schools.rights import must_work_at
from swvportal.lib import school_year as school_years
from swvportal.lib.dates import plain_date
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.querysets import PortalManager, locked

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking before it is made. Without a date it counts 5/12 and 7/12 in the two calendar years."""

    line: BudgetLine
    amount_cents: int
    description: str
    on: datetime.date | None = None
    reference: str = ""


class Expenditure(models.Model):
    """One booking. Never changed and never removed, in the database too: a mistake is booked back by a counter-entry
    (`reverses`), so that the trail stays whole and two people who book at once lose nothing."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="entries")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    on = models.DateField("datum", null=True)
    amount_cents = models.BigIntegerField("bedrag")
    description = models.CharField("omschrijving", max_length=200)
    reference = models.CharField("boekstuk", max_length=60, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField("reden", max_length=500, blank=True)
    source = models.ForeignKey("SpendingImport", models.PROTECT, null=True, related_name="entries")
    booked_at = models.DateTimeField("geboekt", default=timezone.now, editable=False)
    booked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(ExpenditureQuerySet)()

    class Meta:
        verbose_name = "besteding"
        verbose_name_plural = "bestedingen"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="expenditure_not_zero"),
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(reason=""), name="expenditure_reversed_why"),
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return reverse("finance:line", args=[self.line_id])

    @classmethod
    def book(cls, by: "User", entry: Entry, key: uuid.UUID | None = None) -> "Expenditure":
        """Money spent (or, negative, received back) on a line of a submitted or adopted budget.

        The same `key` with the same content is the same booking: the button was pressed twice. Raises IllegalTransition for a date outside
        the school year, and where the period is accounted for.
        """
        with transaction.atomic():
            budget = lock_to_book(by, entry.line.budget)
            (entry,) = _as_they_stand(budget, [entry])
            already = cls.objects.filter(key=key).first() if key else None
            if already is not None:
                if already.line_id == entry.line.pk and already.says(entry):
                    return already
                key = None  # somebody changed the form and pressed again: one booking more, so that nothing is lost
            _must_be_bookable(budget, entry)
            made = cls(key=key or uuid.uuid4(), booked_by=by, **_fields(entry))
            made.save(force_insert=True)
            budget.log("expenditure_booked", by, obj=made, after=str(made.amount_cents))
        return made

    def says(self, entry: Entry) -> bool:
        return (self.on, self.amount_cents, self.description, self.reference) == _same(entry)

    def reverse(self, by: "User", reason: str) -> "Expenditure":
        """Book it back. Twice is once (AlreadyDone)."""
        with transaction.atomic():
            budget = lock_to_book(by, self.line.budget)
            here: Expenditure = locked(Expenditure.objects.for_list(), self.pk)
            if not reason.strip():
                raise IllegalTransition("Vul in waarom u deze boeking terugboekt.")
            if here.reverses_id is not None:
                raise IllegalTransition("Dit is zelf een terugboeking. Boek het bedrag opnieuw als dat nodig is.")
            if Expenditure.objects.filter(reverses=here).exists():
                raise AlreadyDone("Deze boeking is al teruggeboekt.")
            _must_be_bookable(budget, Entry(here.line, here.amount_cents, here.description, here.on))
            counter = here.counter_entry(by, reason.strip())
            counter.save(force_insert=True)
            budget.log("expenditure_reversed", by, obj=here, after=str(counter.amount_cents))
        return counter

    def counter_entry(self, by: "User", reason: str) -> "Expenditure":
        """Not saved yet."""
        return Expenditure(
            line=self.line,
            on=self.on,
            amount_cents=-self.amount_cents,
            description=self.description,
            reference=self.reference,
            reverses=self,
            reason=reason,
            booked_by=by,
        )

    def attach(self, by: "User", upload: "UploadedFile", content_type: str) -> "SpendingDocument":
        """An invoice or the like beside this booking. `content_type` comes from `indicators.uploads.checked_type`."""
        with transaction.atomic():
            budget = lock_to_book(by, self.line.budget)
            digest = sha256_of(upload)
            already = self.documents.filter(sha256=digest).first()
            if already is not None:
                return already
            if self.documents.count() >= SpendingDocument.MOST:
                raise IllegalTransition(f"Bij één boeking passen hoogstens {SpendingDocument.MOST} bestanden.")
            document = SpendingDocument.take(upload, content_type, entry=self, uploaded_by=by)
            budget.log("document_added", by, obj=document, after=digest)
        return document


def lock_to_book(by: "User", budget: Budget) -> Budget:
    """The budget under lock, for somebody of the school, past its draft."""
    must_work_at(by, budget.school_id)
    here = budget.lock()
    if here.is_draft:
        raise IllegalTransition("De begroting is nog een concept. Dien haar eerst in; daarna kunt u boeken.")
    return here


def _as_they_stand(budget: Budget, entries: Iterable[Entry]) -> list[Entry]:
    """With their lines as those are under the lock of the budget: since a page showed them it may have been taken back,
    changed and handed in again."""
    lines = {line.pk: line for line in budget.lines.select_related("fund")}
    found = []
    for entry in entries:
        if entry.line.budget_id != budget.pk:
            raise ValueError("a line of another budget")
        if entry.line.pk not in lines:
            raise IllegalTransition("Een begrotingsregel is intussen verwijderd. Er is niets geboekt.")
        found.append(replace(entry, line=lines[entry.line.pk]))
    return found


def _must_be_bookable(budget: Budget, entry: Entry, accounted: "Accounted | None" = None) -> None:
    first, last = school_years.bounds(budget.school_year)
    if not entry.amount_cents:
        raise IllegalTransition("Vul een bedrag in dat niet nul is.")
    if abs(entry.amount_cents) > MOST_CENTS:
        raise IllegalTransition("Dit bedrag is te groot.")
    if entry.on is not None and not first <= entry.on <= last:
        raise IllegalTransition(
            f"De datum valt buiten schooljaar {budget.year_label}: kies een dag van {plain_date(first)} tot en met "
            f"{plain_date(last)}."
        )
    if (accounted or Accounted.of(budget)).covers(entry):
        raise IllegalTransition(f"Over {entry.line.fund.name} is voor deze periode al verantwoording afgelegd.")


@dataclass(frozen=True, slots=True)
class Accounted:
    """Which periods of which funds an account was handed in about: pairs of fund and year."""

    handed_in: frozenset[tuple[int, int]]
    school_year: int

    @classmethod
    def of(cls, budget: Budget) -> "Accounted":
        """Under the lock of the budget, which a submit of an account takes too."""
        found = budget.handed_in_accounts().values_list("fund_year__fund", "fund_year__year")
        return cls(frozenset(found), budget.school_year)

    def covers(self, entry: Entry) -> bool:
        fund = entry.line.fund
        by_date = fund.year_kind != Fund.YearKind.SCHOOL and entry.on is not None
        years = [entry.on.year] if by_date and entry.on else self._years(fund)
        return any((fund.pk, year) in self.handed_in for year in years)

    def years(self, fund: Fund) -> list[int]:
        """The years of this fund in the school year over which account was rendered."""
        return [year for year in self._years(fund) if (fund.pk, year) in self.handed_in]

    def closes(self, fund: Fund) -> bool:
        """Whether nothing can be booked on its lines any more."""
        return self.years(fund) == self._years(fund)

    def _years(self, fund: Fund) -> list[int]:
        if fund.year_kind == Fund.YearKind.SCHOOL:
            return [self.school_year]
        return [self.school_year, self.school_year + 1]


def _same(entry: Entry) -> tuple[Any, ...]:
    """By what one booking is the same as another."""
    return entry.on, entry.amount_cents, entry.description, entry.reference


def _taken(left: "Counter[Any]", row: tuple[Any, ...]) -> bool:
    """One of these rows, where there is one left."""
    found = left[row] > 0
    left[row] -= found
    return found


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "line": entry.line,
        "on": entry.on,
        "amount_cents": entry.amount_cents,
        "description": entry.description,
        "reference": entry.reference,
    }


class SpendingDocument(StoredFile):
    """An invoice, a contract, a pay slip without names: what shows that the money went there."""

    MOST: ClassVar[int] = 10

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Expenditure, models.PROTECT, related_name="documents")
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(SpendingDocumentQuerySet)()

    class Meta:
        verbose_name = "document bij een besteding"
        verbose_name_plural = "documenten bij bestedingen"
        ordering = ["pk"]

    def remove(self, by: "User") -> None:
        """Somebody attached the wrong file; not once the period is accounted for. The log keeps its hash."""
        entry = self.entry
        with transaction.atomic():
            budget = lock_to_book(by, entry.line.budget)
            if Accounted.of(budget).covers(Entry(entry.line, entry.amount_cents, "", entry.on)):
                raise IllegalTransition("Over deze periode is al verantwoording afgelegd. Het bestand blijft bewaard.")
            budget.log("document_removed", by, obj=self, before=self.sha256)
            self.drop()


class Stands(Enum):
    """Whether what a file says is booked already. BACK is new too: it was booked, and booked back by itself."""

    NEW = "new"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    BACK = "back"


class SpendingImport(models.Model):
    """One reading of a file from the school's accounts, booked as a whole or not at all, and booked back as a whole.
    Of the same file, or one that has grown since, only what does not stand yet is booked: twice is once."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="imports")
    name = models.CharField("bestand", max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField("boekingen")
    total_cents = models.BigIntegerField("totaal")
    made_at = models.DateTimeField("ingelezen", default=timezone.now, editable=False)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField("teruggeboekt", null=True, editable=False)
    reversed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField("reden", max_length=500, blank=True)

    objects = PortalManager.from_queryset(SpendingImportQuerySet)()

    class Meta:
        verbose_name = "ingelezen bestand"
        verbose_name_plural = "ingelezen bestanden"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def book(
        cls,
        by: "User",
        budget: Budget,
        entries: list[Entry],
        *,
        name: str,
        sha256: str,
        leave: Collection[Stands] = (),
    ) -> "SpendingImport":
        """All of these, or none, but for those that `leave` names; of a file that was read before (and not booked back)
        never what stands already. Nothing left is AlreadyDone. Raises IllegalTransition that names the entry."""
        if not entries:
            raise IllegalTransition("In dit bestand staat geen enkele boeking.")
        with transaction.atomic():
            here = lock_to_book(by, budget)
            entries = _as_they_stand(here, entries)
            if cls.read_before(here, sha256) is not None:
                leave = {*leave, Stands.HERE}
            if leave:
                stand = cls.standing(here, entries)
                entries = [entry for entry, stands in zip(entries, stand, strict=True) if stands not in leave]
                if not entries:
                    raise AlreadyDone("Alles uit dit bestand staat er al. Er is niets dubbel geboekt.")
            accounted = Accounted.of(here)
            for entry in entries:
                try:
                    _must_be_bookable(here, entry, accounted)
                except IllegalTransition as error:
                    raise IllegalTransition(f"“{entry.description}”: {error}") from error
            made = cls.objects.create(
                budget=here,
                name=name[-200:],
                sha256=sha256,
                rows=len(entries),
                total_cents=sum(entry.amount_cents for entry in entries),
                made_by=by,
            )
            Expenditure.objects.bulk_create(
                Expenditure(booked_by=by, source=made, **_fields(entry)) for entry in entries
            )
            here.log("spending_imported", by, obj=made, before=str(made.rows), after=sha256)
        return made

    @classmethod
    def read_before(cls, budget: Budget, sha256: str) -> "SpendingImport | None":
        """The newest reading of this very file that was not booked back."""
        return cls.objects.filter(budget=budget, sha256=sha256, reversed_at=None).first()

    @staticmethod
    def standing(budget: Budget, entries: Iterable[Entry]) -> list[Stands]:
        """Per entry whether it is booked already, by date, amount, description and reference. Two of the same, of which
        one is booked, are one that stands and one that is new; a booking on the same line goes before one elsewhere."""
        booked = Expenditure.objects.filter(line__budget=budget, reverses=None).order_by()
        stand = booked.filter(reversed_by=None)
        here = Counter(stand.values_list("line", "on", "amount_cents", "description", "reference"))
        back = booked.filter(source__reversed_at=None).exclude(reversed_by=None)
        taken_back = Counter(back.values_list("on", "amount_cents", "description", "reference"))
        rows = [(entry.line.pk, *_same(entry)) for entry in entries]
        found = [Stands.HERE if _taken(here, row) else Stands.NEW for row in rows]
        elsewhere: Counter[Any] = Counter()
        for (_, *same), number in here.items():
            elsewhere[tuple(same)] += number
        for kind, left in ((Stands.ELSEWHERE, elsewhere), (Stands.BACK, taken_back)):
            found = [
                kind if stands is Stands.NEW and _taken(left, row[1:]) else stands
                for row, stands in zip(rows, found, strict=True)
            ]
        return found

    @staticmethod
    def problems(budget: Budget, entries: Iterable[Entry]) -> list[str]:
        """Per entry why it could not be booked now, or nothing."""
        accounted = Accounted.of(budget)
        found = []
        for entry in entries:
            try:
                _must_be_bookable(budget, entry, accounted)
            except IllegalTransition as error:
                found.append(str(error))
            else:
                found.append("")
        return found

    def reverse(self, by: "User", reason: str) -> int:
        """Book back what still stands of this file, all or nothing; how many bookings that were."""
        with transaction.atomic():
            budget = lock_to_book(by, self.budget)
            here = SpendingImport.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if not reason.strip():
                raise IllegalTransition("Vul in waarom u dit bestand terugboekt.")
            if here.reversed_at is not None:
                raise AlreadyDone("Dit bestand is al teruggeboekt.")
            standing = list(Expenditure.objects.select_related("line__fund").filter(source=here, reversed_by=None))
            accounted = Accounted.of(budget)
            for entry in standing:
                _must_be_bookable(budget, Entry(entry.line, entry.amount_cents, entry.description, entry.on), accounted)
            Expenditure.objects.bulk_create(entry.counter_entry(by, reason.strip()) for entry in standing)
            here.reversed_at, here.reversed_by, here.reason = timezone.now(), by, reason.strip()
            here.save(update_fields=["reversed_at", "reversed_by", "reason"])
            budget.log("spending_import_reversed", by, obj=here, before=str(len(standing)), after=here.sha256)
        return len(standing)


class ImportMapping(models.Model):
    """How the files of this school's accounts are read: remembered from the last one.

    `columns` maps our fields (date, amount, description, reference, post) to headings of the file; `posts` maps what
    stands in the column of the post (a cost centre, an account number) to the lasting key of a budget line.
    """

    school = models.OneToOneField("schools.School", models.CASCADE, related_name="import_mapping")
    columns = models.JSONField(default=dict)
    posts = models.JSONField(default=dict)

    objects = PortalManager()

    MOST_POSTS: ClassVar[int] = 2000

    class Meta:
        verbose_name = "indeling van de boekhouding"
        verbose_name_plural = "indelingen van de boekhouding"

    def __str__(self) -> str:
        return f"indeling van {self.school_id}"

    @classmethod
    def remember(cls, by: "User", budget: Budget, columns: Mapping[str, str], posts: Mapping[str, str]) -> None:
        """These columns from now on, and these posts beside the ones known already, as far as there is room."""
        must_work_at(by, budget.school_id)
        if len(posts) > cls.MOST_POSTS:
            raise PermissionDenied("Zoveel verschillende posten kan het portaal niet onthouden.")
        with transaction.atomic():
            type(budget.school).objects.select_for_update(of=("self",), no_key=True).get(pk=budget.school_id)
            mapping, _ = cls.objects.get_or_create(school_id=budget.school_id)
            mapping.columns = dict(columns)
            others = [post for post in mapping.posts.items() if post[0] not in posts]
            mapping.posts = dict([*posts.items(), *others][: cls.MOST_POSTS])
            mapping.save()
            LogEntry.objects.record("import_mapping", mapping, by=by, partnership=budget.partnership_id)
