"""The account (verantwoording) that a school renders of one fund in one year, with the auditor's statement."""

import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from finance.figures import AccountFigures, account_figures
from finance.models.budgets import Budget
from finance.models.funds import Category, FundYear
from finance.querysets import FundAccountQuerySet, StatementQuerySet
from records.models import LogEntry, StoredFile, sha256_of
from records.tasks import queue_message
from schools.access import access_of
from schools.rights import AtSchool, must_be_officer, must_direct, must_work_at
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge
from swvportal.lib.querysets import PortalManager
from swvportal.lib.seal import canonical_bytes, new_salt, seal_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from schools.models import Membership, School

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between an account and its submit, and the address where it is put right."""

    sentence: str
    url: str


class FundAccount(AtSchool, models.Model):
    """What a school did with the money of one fund in one year. The figures fill themselves; the school explains.

    At the submit the canonical bytes of figures and texts are sealed as a form is (`AccountSeal`), and the bookings of
    that fund and year stand still. The partnership approves, or gives back with a reason.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        SUBMITTED = "submitted", "ingediend"
        APPROVED = "approved", "goedgekeurd"

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="accounts")
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="+")
    fund_year = models.ForeignKey(FundYear, models.PROTECT, related_name="accounts")
    general = models.TextField("algemene toelichting", max_length=10_000, blank=True)
    state = models.CharField("stand", max_length=9, choices=State, default=State.DRAFT)
    submit_key = models.UUIDField(null=True, editable=False)
    submitted_at = models.DateTimeField("ingediend", null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField("reden van teruggeven", blank=True)
    approved_at = models.DateTimeField("goedgekeurd", null=True)
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    # As sealed at the last submit: what there was for this fund and year, and what was spent of it.
    means_cents = models.BigIntegerField(null=True, editable=False)
    spent_cents = models.BigIntegerField(null=True, editable=False)

    objects = PortalManager.from_queryset(FundAccountQuerySet)()

    class Meta:
        verbose_name = "verantwoording"
        verbose_name_plural = "verantwoordingen"
        ordering = ["-fund_year__year", "fund_year__fund", "school"]
        constraints = [
            models.UniqueConstraint("school", "fund_year", name="account_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False, means_cents__isnull=False),
                name="account_submitted_with_figures",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False), name="account_approved_at"
            ),
        ]
        indexes = [models.Index("partnership", "fund_year", name="account_partnership_year")]

    def __str__(self) -> str:
        return f"verantwoording {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("finance:account", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def is_given_back(self) -> bool:
        return self.is_draft and bool(self.return_reason)

    @property
    def remainder_cents(self) -> int:
        """What was left (or, negative, overspent) at the last submit."""
        return (self.means_cents or 0) - (self.spent_cents or 0)

    # Rights ----------------------------------------------------------------------------------------------------------

    def may_write(self, user: "User | AnonymousUser") -> bool:
        return self.is_draft and self.is_own(user)

    # Content ---------------------------------------------------------------------------------------------------------

    @classmethod
    def begin(cls, by: "User", school: "School", fund_year: FundYear) -> "FundAccount":
        """The account of this school; made when there is none. Raises IllegalTransition before the fund's year is
        published, and for a school that got nothing."""
        must_work_at(by, school.pk)
        with transaction.atomic():
            type(school).objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
            existing = cls.objects.filter(school=school, fund_year=fund_year).first()
            if existing is not None:
                return existing
            if not fund_year.is_published or not fund_year.allocations.filter(school=school).exists():
                raise IllegalTransition("Voor deze geldstroom is aan uw school niets toegekend.")
            made = cls.objects.create(school=school, partnership_id=fund_year.fund.partnership_id, fund_year=fund_year)
            made.log("account_begun", by, after="draft")
        return made

    def figures(self) -> AccountFigures:
        """What stands in the books now. Of an account that was handed in, pages and documents show what was sealed
        (`newest_seal`), whatever the books say later."""
        return account_figures(self)

    def newest_seal(self) -> "AccountSeal | None":
        return self.seals.select_related("sealed_by").order_by("-number").first()

    def seals_for(self, user: "User | AnonymousUser") -> "models.QuerySet[AccountSeal]":
        """Newest first. Whoever reads it only because it was approved reads what was approved: the newest."""
        mine = self.is_own(user) or self.is_of_office(user) or self.school.board_id in access_of(user).boards
        return self.seals.all() if mine else self.seals.filter(number=self.seals.aggregate(n=models.Max("number"))["n"])

    def standing(self) -> dict[str, str]:
        """Every text by its field: `general`, `done-<spearhead>`, `brought-<spearhead>` (by the lasting key of the
        spearhead, `other` for money under none), and `deviation-<category>` for what must be explained, and for what was
        explained without need."""
        return self._texts_beside(self.figures())

    def writable(self) -> dict[str, str]:
        """`standing`, and beside it an explanation for every category: while somebody types, a booking of somebody else
        may take the deviation away, and what was typed is kept."""
        figures = self.figures()
        found = {f"deviation-{row.key}": "" for row in figures.categories}
        return found | self._texts_beside(figures)

    def _texts_beside(self, figures: AccountFigures) -> dict[str, str]:
        found = {"general": self.general}
        texts = {text.spearhead_key: text for text in self.texts.all()}
        for part in figures.spearheads:
            text = texts.get(part.key)
            found[f"done-{part.key}"] = text.done if text else ""
            found[f"brought-{part.key}"] = text.brought if text else ""
        explained = {each.category_id: each.explanation for each in self.deviations.all()}
        for row in figures.categories:
            if row.deviates or explained.get(row.pk, "").strip():
                found[f"deviation-{row.key}"] = explained.get(row.pk, "")
        return found

    def last_year(self) -> dict[str, str]:
        """What the school wrote a year earlier, by field: of what was handed in the newest, else what stands there."""
        before = (
            FundAccount.objects.for_page()
            .filter(
                school=self.school_id, fund_year__fund=self.fund_year.fund_id, fund_year__year=self.fund_year.year - 1
            )
            .first()
        )
        if before is None:
            return {}
        seal = before.newest_seal()
        texts: dict[str, str] = seal.sealed_content()["texts"] if seal else before.standing()
        return {name: text for name, text in texts.items() if text.strip()}

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """`values` of fields of `writable()`. Raises Conflict."""
        must_work_at(by, self.school_id)
        with transaction.atomic():
            here = self.lock()
            here._must_be_draft()
            standing = here.writable()
            known = {name: value for name, value in values.items() if name in standing}
            changes = merge(standing, known, bases)
            categories = {row.key: row.pk for row in here.figures().categories}
            for name, value in changes.items():
                here._keep(name, value, categories)
            if changes:
                here.log("account_saved", by)

    def _keep(self, name: str, value: str, categories: Mapping[str, int]) -> None:
        what, _, key = name.partition("-")
        if what == "general":
            self.general = value
            self.save(update_fields=["general"])
        elif what == "deviation":
            self.deviations.update_or_create(category_id=categories[key], defaults={"explanation": value})
        else:
            self.texts.update_or_create(spearhead_key=key, defaults={what: value})

    def attach_statement(self, by: "User", upload: "UploadedFile", content_type: str) -> "AuditorStatement":
        """The statement of the school's accountant, in the place of the one there was."""
        must_work_at(by, self.school_id)
        with transaction.atomic():
            here = self.lock()
            here._must_be_draft()
            digest = sha256_of(upload)
            standing = here.statements.filter(replaced=False).first()
            if standing is not None and standing.sha256 == digest:
                return standing
            here.statements.update(replaced=True)
            statement = AuditorStatement.take(upload, content_type, account=here, uploaded_by=by)
            here.log("statement_attached", by, obj=statement, after=digest)
        return statement

    def missing(self) -> list["Missing"]:
        """What has to be done before it can be submitted, in the order of the page."""
        figures = self.figures()
        standing = self._texts_beside(figures)
        found = []
        for part in figures.spearheads:
            empty = [name for name in (f"done-{part.key}", f"brought-{part.key}") if not standing[name].strip()]
            if empty:
                sentence = f"Leg bij “{part.title}” uit wat er is gedaan en wat het opbracht."
                found.append(Missing(sentence, self._at(empty[0])))
        for row in figures.categories:
            if row.deviates and not standing[f"deviation-{row.key}"].strip():
                found.append(Missing(f"Leg de afwijking bij {row.name} uit.", self._at(f"deviation-{row.key}")))
        for budget in figures.open_budgets:
            sentence = f"De begroting {budget.year_label} is nog een concept. Dien haar eerst in."
            found.append(Missing(sentence, budget.get_absolute_url()))
        if self.fund_year.fund.needs_statement and not self.statements.filter(replaced=False).exists():
            found.append(Missing("Voeg de controleverklaring van de accountant toe.", self._at("file")))
        return found

    def _at(self, field: str) -> str:
        """Where this field stands on the page on which one writes."""
        return f"{reverse('finance:account_edit', args=[self.pk])}#id_{field}"

    # From state to state ---------------------------------------------------------------------------------------------

    def submit(self, by: "User", key: uuid.UUID) -> None:
        """Seal it and hand it in, by the director, once the year is over. Pressed twice with one `key` it is one submit.

        Locks the school (no budget is begun meanwhile), the year, then the budgets, then the account: no booking slips in
        between figures and seal.
        """
        with transaction.atomic():
            must_direct(by, self.school_id)
            type(self.school).objects.select_for_update(of=("self",), no_key=True).get(pk=self.school_id)
            FundYear.objects.locked(self.fund_year_id)
            list(Budget.objects.select_for_update(of=("self",)).filter(school=self.school_id).order_by("pk"))
            here = self.lock()
            if here.submit_key == key:
                return
            here._must_be_draft()
            if here.fund_year.bounds[1] >= timezone.localdate():
                raise IllegalTransition(f"{here.fund_year.year_label} is nog niet voorbij. Verantwoorden kan daarna.")
            if missing := here.missing():
                raise IllegalTransition(" ".join(each.sentence for each in missing))
            figures = here.figures()
            self.submit_key, self.submitted_at, self.submitted_by = key, timezone.now(), by
            self.return_reason, self.means_cents, self.spent_cents = "", figures.means_cents, figures.spent_cents
            self._move(
                by, here, self.State.SUBMITTED,
                "submit_key", "submitted_at", "submitted_by", "return_reason", "means_cents", "spent_cents",
            )  # fmt: skip
            self._seal(by)

    def _seal(self, by: "User") -> None:
        full = FundAccount.objects.for_page().get(pk=self.pk)
        salt, content = new_salt(), canonical_bytes(account_content(full))
        number = self.seals.count() + 1
        seal = AccountSeal.objects.create(
            account=self, number=number, salt=salt, content=content, seal=seal_of(salt, content), sealed_by=by
        )
        self.log("account_sealed", by, obj=seal, after=seal.seal)
        full.tell(
            f"account-sealed-{seal.pk}",
            full.office(),
            f"verantwoording ingediend: {full.fund_year.label}",
            f"{full.school.name} heeft de verantwoording over {full.fund_year.label} ingediend. Keur haar goed of geef haar "
            f"terug met een reden.\n\nZegel: {seal.seal}",
        )
        full.tell(
            f"account-sealed-school-{seal.pk}",
            full.directors(),
            f"verantwoording ingediend: {full.fund_year.label}",
            f"De verantwoording over {full.fund_year.label} is ingediend en verzegeld.\n\nZegel: {seal.seal}",
        )

    def give_back(self, by: "User", reason: str) -> None:
        """The partnership asks the school to mend it, and says why; after the approval too. The seals stay."""
        with transaction.atomic():
            must_be_officer(by, self.partnership_id)
            here = self.lock()
            if here.is_draft:
                raise IllegalTransition("De verantwoording is nog niet ingediend.")
            if not reason.strip():
                raise IllegalTransition("Vul in wat de school moet aanpassen.")
            self.return_reason, self.approved_at, self.approved_by = reason.strip(), None, None
            self.submit_key = None
            self._move(by, here, self.State.DRAFT, "return_reason", "approved_at", "approved_by", "submit_key")
            here.tell(
                f"account-returned-{here.pk}-{here.seals.count()}",
                here.directors(),
                f"verantwoording teruggegeven: {here.fund_year.label}",
                f"Het samenwerkingsverband vraagt u de verantwoording over {here.fund_year.label} aan te passen en opnieuw "
                f"in te dienen.\n\n{self.return_reason}",
            )

    def approve(self, by: "User") -> None:
        """By somebody of the partnership who does not also work at the school."""
        with transaction.atomic():
            must_be_officer(by, self.partnership_id)
            here = self.lock()
            if here.school_id in access_of(by).schools:
                raise PermissionDenied("Wie aan de school werkt, keurt de verantwoording van die school niet goed.")
            if here.state != self.State.SUBMITTED:
                raise IllegalTransition(
                    "De verantwoording is al goedgekeurd."
                    if here.is_approved
                    else "De verantwoording is nog niet ingediend."
                )
            self.approved_at, self.approved_by = timezone.now(), by
            self._move(by, here, self.State.APPROVED, "approved_at", "approved_by")
            here.tell(
                f"account-approved-{here.pk}-{here.seals.count()}",
                here.directors(),
                f"verantwoording goedgekeurd: {here.fund_year.label}",
                f"Het samenwerkingsverband heeft de verantwoording over {here.fund_year.label} goedgekeurd.",
            )

    def lock(self) -> "FundAccount":
        return FundAccount.objects.select_for_update(of=("self",)).for_page().get(pk=self.pk)

    def _must_be_draft(self) -> None:
        if not self.is_draft:
            raise IllegalTransition(f"Deze verantwoording is {self.get_state_display()} en staat vast.")

    def _move(self, by: "User", here: "FundAccount", state: str, *fields: str) -> None:
        self.state = self.State(state)
        self.save(update_fields=["state", *fields])
        self.log("account_state", by, before=here.state, after=state)

    # Mail to the other side ------------------------------------------------------------------------------------------

    def directors(self) -> "models.QuerySet[Membership]":
        return self.school.memberships.current().filter(role="director")

    def office(self) -> "models.QuerySet[Membership]":
        return self.partnership.memberships.current().filter(role__in=["policy_officer", "administrator"])

    def tell(self, key: str, whom: "models.QuerySet[Membership]", subject: str, text: str) -> None:
        """In the transaction of the verb; `self` fetched `for_page()`."""
        body = f"{text}\n\nBekijk de verantwoording: {settings.SITE_URL}{self.get_absolute_url()}\n"
        addresses = whom.filter(user__is_active=True).order_by().values_list("user__email", flat=True)
        for address in sorted(set(addresses)):
            queue_message(
                f"{key}-{address}", address, f"{self.school.name}: {subject}", body, partnership=self.partnership_id
            )

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None) -> None:
        LogEntry.objects.record(verb, obj or self, by=by, partnership=self.partnership_id, before=before, after=after)


class AccountText(models.Model):
    """What was done under one spearhead with this money, and what it brought. `other` holds money under no spearhead."""

    OTHER: ClassVar[str] = "other"

    account = models.ForeignKey(FundAccount, models.CASCADE, related_name="texts")
    spearhead_key = models.SlugField(max_length=60)
    done = models.TextField("wat is er gedaan?", max_length=5000, blank=True)
    brought = models.TextField("wat heeft het gebracht?", max_length=5000, blank=True)

    objects = PortalManager()

    class Meta:
        verbose_name = "toelichting bij een speerpunt"
        verbose_name_plural = "toelichtingen bij speerpunten"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("account", "spearhead_key", name="account_text_once")]

    def __str__(self) -> str:
        return self.spearhead_key


class AccountDeviation(models.Model):
    """Why a category came out so differently from its budget."""

    account = models.ForeignKey(FundAccount, models.CASCADE, related_name="deviations")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    explanation = models.TextField("uitleg van de afwijking", max_length=5000, blank=True)

    objects = PortalManager()

    class Meta:
        verbose_name = "uitleg van een afwijking"
        verbose_name_plural = "uitleg van afwijkingen"
        ordering = ["category__position"]
        constraints = [models.UniqueConstraint("account", "category", name="account_deviation_once")]

    def __str__(self) -> str:
        return str(self.category_id)


class AuditorStatement(StoredFile):
    """The controleverklaring. A newer one takes its place; the older ones stay, marked as replaced."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(FundAccount, models.PROTECT, related_name="statements")
    replaced = models.BooleanField(default=False, editable=False)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(StatementQuerySet)()

    class Meta:
        verbose_name = "controleverklaring"
        verbose_name_plural = "controleverklaringen"
        ordering = ["-pk"]


class AccountSeal(models.Model):
    """One submit of an account, as it was: the canonical bytes, the salt and the seal. Never changed."""

    account = models.ForeignKey(FundAccount, models.PROTECT, related_name="seals")
    number = models.PositiveSmallIntegerField("keer")
    salt = models.BinaryField()
    content = models.BinaryField()
    seal = models.CharField("zegel", max_length=64)
    sealed_at = models.DateTimeField("verzegeld", default=timezone.now, editable=False)
    sealed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager()

    class Meta:
        verbose_name = "zegel van een verantwoording"
        verbose_name_plural = "zegels van verantwoordingen"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("account", "number", name="account_seal_once")]

    def __str__(self) -> str:
        return self.seal

    def holds(self) -> bool:
        """Whether the stored bytes give the stored seal."""
        return hmac.compare_digest(seal_of(bytes(self.salt), bytes(self.content)), self.seal)

    def sealed_content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(bytes(self.content))
        return found


def account_content(account: FundAccount) -> dict[str, Any]:
    """What the seal covers (fetched `for_page()`): who, what, every figure in eurocents, every text, the statement's
    hash. Pages and documents of an account that was handed in are made of this alone, so that names and rules as they were
    go along."""
    fund_year, figures, school = account.fund_year, account.figures(), account.school
    statement = account.statements.filter(replaced=False).first()
    return {
        "format": FORMAT,
        "partnership": fund_year.fund.partnership.code,
        "partnership_name": account.partnership.name,
        "school": school.code,
        "school_name": school.name,
        "school_location": school.location,
        "board": school.board.name,
        "fund": fund_year.fund.name,
        "year": fund_year.year_label,
        "year_kind": fund_year.fund.get_year_kind_display(),
        "submitted_by": account.submitted_by.name if account.submitted_by else "",
        "allocated": figures.allocated_cents,
        "carried": figures.carried_cents,
        "budgeted": figures.budgeted_cents,
        "spent": figures.spent_cents,
        "threshold": fund_year.fund.threshold_percent,
        "categories": [
            {
                "key": row.key,
                "name": row.name,
                "budgeted": row.budgeted_cents,
                "spent": row.spent_cents,
                "deviates": row.deviates,
            }
            for row in figures.categories
        ],
        "spearheads": [
            {"key": part.key, "title": part.title, "budgeted": part.budgeted_cents, "spent": part.spent_cents}
            for part in figures.spearheads
        ],
        "texts": account._texts_beside(figures),
        "carry_over": fund_year.fund.carry_over,
        "needs_statement": fund_year.fund.needs_statement,
        "statement": {"name": statement.name, "sha256": statement.sha256} if statement else None,
    }
