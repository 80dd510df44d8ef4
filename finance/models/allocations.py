"""What each school gets from a fund in a year, and what was changed about it afterwards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from finance.models.funds import FundYear
from finance.querysets import AllocationQuerySet, CorrectionQuerySet
from records.models import LogEntry
from records.tasks import queue_message
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.merging import fingerprint, merge
from swvportal.lib.money import euro
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import School


class Allocation(models.Model):
    """A toekenning. `proposed_cents` follows from the rules; `amount_cents` is what was published, with a reason where
    it differs. What holds today is that plus the corrections (`total_cents` of `with_totals`)."""

    fund_year = models.ForeignKey(FundYear, models.PROTECT, related_name="allocations")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="allocations")
    pupils = models.PositiveIntegerField("leerlingen op de teldatum", null=True)
    proposed_cents = models.BigIntegerField("voorstel")
    amount_cents = models.BigIntegerField("toekenning")
    reason = models.CharField("reden van de aanpassing", max_length=500, blank=True)

    # Of `with_totals` and `with_carried`.
    total_cents: int
    corrected_cents: int
    carried_cents: int

    objects = PortalManager.from_queryset(AllocationQuerySet)()

    class Meta:
        verbose_name = "toekenning"
        verbose_name_plural = "toekenningen"
        ordering = ["school__name", "school__location", "pk"]
        constraints = [
            models.UniqueConstraint("fund_year", "school", name="allocation_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="allocation_not_negative"),
            models.CheckConstraint(
                condition=Q(amount_cents=models.F("proposed_cents")) | ~Q(reason=""), name="allocation_adjusted_why"
            ),
        ]
        indexes = [models.Index("school", "fund_year", name="allocation_of_school")]

    def __str__(self) -> str:
        return f"toekenning {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("finance:allocation", args=[self.pk])

    @property
    def is_adjusted(self) -> bool:
        return self.amount_cents != self.proposed_cents

    @property
    def adjusted_cents(self) -> int:
        return self.amount_cents - self.proposed_cents

    @property
    def follows_from_rules(self) -> bool:
        """False for a school that came later: when the others were told, it got nothing."""
        return self.proposed_cents == self.fund_year.proposal_for(self.pupils)

    def proposal_in_words(self) -> str:
        """ "800 leerlingen × € 80 + € 5.000" """
        return self.fund_year.proposal_in_words(self.pupils) if self.follows_from_rules else "geen voorstel"

    @classmethod
    def propose(cls, by: "User", fund_year: FundYear) -> int:
        """Work out the proposal of every open school anew; how many schools there are.

        An amount that was adjusted keeps its amount and its reason beside the new proposal; a school that closed
        disappears from the proposal.
        """
        with transaction.atomic():
            here = fund_year.lock(by)
            here.must_be_draft()
            pupils = here.pupil_numbers()
            schools = here.fund.partnership.schools.open()
            standing = {allocation.school_id: allocation for allocation in here.allocations.all()}
            for school in schools:
                number = pupils.get(school.pk)
                proposed = here.proposal_for(number)
                row = standing.pop(school.pk, None) or cls(fund_year=here, school=school)
                if not row.reason:
                    row.amount_cents = proposed
                row.pupils, row.proposed_cents = number, proposed
                if row.amount_cents == proposed:
                    row.reason = ""
                row.save()
            cls.objects.filter(pk__in=[row.pk for row in standing.values()]).delete()
            here.log("allocations_proposed", by, after=str(len(schools)))
        return len(schools)

    @classmethod
    def is_outdated(cls, fund_year: FundYear) -> bool:
        """Whether rules, pupil numbers or schools of a draft changed since its proposal was worked out."""
        pupils = fund_year.pupil_numbers()
        schools = fund_year.fund.partnership.schools.open().values_list("pk", flat=True)
        expected = {pk: (pupils.get(pk), fund_year.proposal_for(pupils.get(pk))) for pk in schools}
        rows = fund_year.allocations.order_by().values_list("school", "pupils", "proposed_cents")
        return {school: (number, proposed) for school, number, proposed in rows} != expected

    def adjust(self, by: "User", amount_cents: int, reason: str, bases: Mapping[str, str] | None = None) -> None:
        """Another amount than the rules give, before publishing. Back to the proposal needs no reason. With `bases`
        raises Conflict when somebody else adjusted it in between."""
        with transaction.atomic():
            here = self.fund_year.lock(by)
            here.must_be_draft()
            row = Allocation.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
            if row is None:
                raise IllegalTransition("Deze school staat niet meer in het voorstel.")
            if bases is not None:
                new = {"amount_cents": amount_cents, "reason": reason.strip()}
                now = {"amount_cents": row.amount_cents, "reason": row.reason}
                changes = merge(now, new, bases)
                amount_cents, reason = changes.get("amount_cents", row.amount_cents), changes.get("reason", row.reason)
            if amount_cents != row.proposed_cents and not reason.strip():
                raise IllegalTransition("Vul in waarom het bedrag afwijkt van het voorstel.")
            self.amount_cents = amount_cents
            self.reason = reason.strip() if amount_cents != row.proposed_cents else ""
            self.save(update_fields=["amount_cents", "reason"])
            self._log("allocation_adjusted", by, before=str(row.amount_cents), after=str(amount_cents))

    @classmethod
    def seen_in(cls, fund_year: FundYear) -> str:
        """A fingerprint of what a page shows of every allocation, to publish what was looked over and nothing else."""
        return fingerprint(list(fund_year.allocations.order_by("pk").values_list("school", "amount_cents", "reason")))

    @classmethod
    def must_be_publishable(cls, fund_year: FundYear) -> None:
        fund_year.must_be_draft()
        if not fund_year.allocations.exists():
            raise IllegalTransition("Maak eerst een voorstel.")
        if cls.is_outdated(fund_year):
            raise IllegalTransition(
                "De regels, de leerlingaantallen of de scholen zijn gewijzigd. Bereken het voorstel eerst opnieuw."
            )

    @classmethod
    def publish(cls, by: "User", fund_year: FundYear, *, over: bool = False, seen: str | None = None) -> None:
        """Tell the schools. `over`: the person confirmed that more is given than there is. `seen` (of `seen_in`): what
        the person looked over; when something else stands there by now, nothing happens and they are told."""
        with transaction.atomic():
            here = fund_year.lock(by)
            cls.must_be_publishable(here)
            if seen is not None and seen != cls.seen_in(here):
                raise IllegalTransition("Iemand wijzigde intussen een bedrag. Kijk de toekenningen opnieuw na.")
            rows = list(here.allocations.select_related("school"))
            total = sum(row.amount_cents for row in rows)
            if total > here.available_cents and not over:
                raise IllegalTransition(
                    f"U kent {euro(total - here.available_cents)} meer toe dan er is. Bevestig dat, of pas bedragen aan."
                )
            here.mark_published(by)
            for row in rows:
                row._tell_school(here, f"allocated-{row.pk}", "toegekend", row.amount_cents)
        fund_year.refresh_from_db(fields=["state", "published_at", "published_by"])

    @classmethod
    def correct(
        cls,
        by: "User",
        fund_year: FundYear,
        school: "School",
        delta_cents: int,
        reason: str,
        *,
        seen_cents: int | None = None,
    ) -> "AllocationCorrection":
        """More or less than was published, as a line beside it. A school that had nothing yet gets its first amount.

        `seen_cents`: the total that the person saw. When it is another one by now, nothing happens and they are told.
        Raises IllegalTransition for a draft, without a reason, below zero, and while the school's account of this fund
        and year is handed in.
        """
        with transaction.atomic():
            here = fund_year.lock(by)
            if not here.is_published:
                raise IllegalTransition("De toekenningen zijn nog niet gepubliceerd. Pas het bedrag zelf aan.")
            if not reason.strip():
                raise IllegalTransition("Vul in waarom u het bedrag corrigeert.")
            if not delta_cents:
                raise IllegalTransition("Vul een bedrag in dat niet nul is.")
            had = here.allocations.filter(school=school).exists()
            if school.partnership_id != here.fund.partnership_id and not had:  # a school that moved keeps what it got
                raise ValueError("a school of another partnership")
            if here.accounts.filter(school=school).exclude(state="draft").exists():
                raise IllegalTransition("De school heeft dit jaar al verantwoord. Geef eerst de verantwoording terug.")
            row, _ = cls.objects.get_or_create(
                fund_year=here, school=school, defaults={"proposed_cents": 0, "amount_cents": 0}
            )
            row.fund_year, row.school = here, school
            standing = cls.objects.with_totals().get(pk=row.pk).total_cents
            if seen_cents is not None and seen_cents != standing:
                row._must_not_be_done(by, delta_cents, reason.strip(), standing - seen_cents)
                raise IllegalTransition(
                    f"De toekenning is intussen gewijzigd: van {euro(seen_cents)} naar {euro(standing)}. "
                    "Kijk na of uw correctie nog klopt."
                )
            total = standing + delta_cents
            if total < 0:
                raise IllegalTransition("Met deze correctie wordt de toekenning negatief.")
            correction = AllocationCorrection.objects.create(
                allocation=row, delta_cents=delta_cents, reason=reason.strip(), made_by=by
            )
            row._log("allocation_corrected", by, before=str(total - delta_cents), after=str(total))
            row._tell_school(here, f"corrected-{correction.pk}", "gecorrigeerd naar", total)
        return correction

    def _must_not_be_done(self, by: "User", delta_cents: int, reason: str, changed_cents: int) -> None:
        """The same correction by the same person: a button that was pressed twice."""
        last = self.corrections.order_by("-pk").first()
        pressed = (by.pk, delta_cents, reason)
        if last and (last.made_by_id, last.delta_cents, last.reason) == pressed and changed_cents == delta_cents:
            raise AlreadyDone("Deze correctie is al vastgelegd.")

    def _tell_school(self, fund_year: FundYear, key: str, what: str, cents: int) -> None:
        school = self.school
        link = settings.SITE_URL + reverse("finance:budgets")
        body = f"Voor {fund_year.label} is {euro(cents)} {what}.\n\nBekijk de toekenningen en de begroting: {link}\n"
        directors = school.memberships.current().filter(role="director", user__is_active=True)
        for address in sorted(set(directors.values_list("user__email", flat=True))):
            subject = f"{school.name}: toekenning {fund_year.label}"
            queue_message(f"{key}-{address}", address, subject, body, partnership=fund_year.fund.partnership_id)

    def _log(self, verb: str, by: "User", *, before: str = "", after: str = "") -> None:
        partnership = self.fund_year.fund.partnership_id
        LogEntry.objects.record(verb, self, by=by, partnership=partnership, before=before, after=after)


class AllocationCorrection(models.Model):
    """A change beside a published allocation. Never changed, never removed; a mistake is corrected by another one."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="corrections")
    delta_cents = models.BigIntegerField("verschil")
    reason = models.CharField("reden", max_length=500)
    made_at = models.DateTimeField("wanneer", default=timezone.now, editable=False)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(CorrectionQuerySet)()

    class Meta:
        verbose_name = "correctie"
        verbose_name_plural = "correcties"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(delta_cents=0), name="correction_not_zero")]

    def __str__(self) -> str:
        return f"correctie {self.pk}"
