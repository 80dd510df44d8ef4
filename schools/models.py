"""Partnerships, boards and schools, and who has which role there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from records.models import LogEntry
from schools.access import access_of
from schools.querysets import (
    ArrangementStatementQuerySet,
    BoardQuerySet,
    MembershipQuerySet,
    PartnershipQuerySet,
    PupilCountQuerySet,
    SchoolQuerySet,
)
from schools.rights import must_be_officer
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import bases_of, merge
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    import datetime

    from accounts.models import User


class Partnership(models.Model):
    """A samenwerkingsverband: the tenant."""

    code = models.CharField("code", max_length=6, unique=True, help_text="Bijvoorbeeld VO2708.")
    name = models.CharField("naam", max_length=160)
    number = models.CharField("bestuursnummer", max_length=5, blank=True)
    website = models.CharField(max_length=200, blank=True)
    contact = models.CharField(
        "contact voor scholen", max_length=160, blank=True, help_text="Staat onder aan elke pagina."
    )
    profiles_public = models.BooleanField("gepubliceerde profielen zijn zonder inloggen te lezen", default=False)

    objects = PortalManager.from_queryset(PartnershipQuerySet)()

    class Meta:
        verbose_name = "samenwerkingsverband"
        verbose_name_plural = "samenwerkingsverbanden"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def code_dashed(self) -> str:
        """VO2708 as VO-27-08, the way it is written in annual reports."""
        if not self.code.startswith("VO"):
            return self.code  # a partnership that goes by its board number until its code is known
        return f"{self.code[:2]}-{self.code[2:4]}-{self.code[4:]}"

    def open_profiles(self, by: "User", *, public: bool) -> None:
        """Let everybody read the published support profiles without signing in, or only who has a role here."""
        if self.pk not in access_of(by).administers:
            raise PermissionDenied("Alleen de beheerder van het samenwerkingsverband kan dit kiezen.")
        with transaction.atomic():
            locked = Partnership.objects.select_for_update(no_key=True).get(pk=self.pk)
            if locked.profiles_public == public:
                return
            self.profiles_public = public
            self.save(update_fields=["profiles_public"])
            LogEntry.objects.record("profiles_public", self, by=by, partnership=self, after=str(public).lower())


class Board(models.Model):
    """A schoolbestuur (bevoegd gezag): the legal owner of schools, in one or more partnerships."""

    number = models.CharField("bestuursnummer", max_length=5, unique=True)
    name = models.CharField("naam", max_length=160)

    objects = PortalManager.from_queryset(BoardQuerySet)()

    class Meta:
        verbose_name = "schoolbestuur"
        verbose_name_plural = "schoolbesturen"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    """One location of a school: BRIN and branch number. Never deleted; `closed_on` says when it ended."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="schools", verbose_name="SWV")
    board = models.ForeignKey(Board, models.PROTECT, related_name="schools", verbose_name="bestuur")
    brin = models.CharField("BRIN", max_length=4, validators=[RegexValidator(r"^\d{2}[A-Z]{2}$")])
    branch = models.CharField("vestiging", max_length=2, default="00", validators=[RegexValidator(r"^\d{2}$")])
    name = models.CharField("naam", max_length=160)
    location = models.CharField("naam van de vestiging", max_length=160, blank=True)
    street = models.CharField("straat en huisnummer", max_length=160, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    city = models.CharField("plaats", max_length=80, blank=True)
    municipality = models.CharField("gemeente", max_length=80, blank=True)
    province = models.CharField("provincie", max_length=40, blank=True)
    denomination = models.CharField("denominatie", max_length=60, blank=True)
    structure = models.CharField("onderwijsstructuur", max_length=80, blank=True)
    phone = models.CharField("telefoon", max_length=30, blank=True)
    website = models.CharField(max_length=200, blank=True)
    secretariat_email = models.EmailField("e-mail van het secretariaat", blank=True)
    closed_on = models.DateField("gesloten op", null=True, blank=True)

    objects = PortalManager.from_queryset(SchoolQuerySet)()

    class Meta:
        verbose_name = "school"
        verbose_name_plural = "scholen"
        ordering = ["name", "location", "brin", "branch"]
        constraints = [models.UniqueConstraint("brin", "branch", name="school_brin_branch")]
        indexes = [models.Index("partnership", "name", name="school_by_partnership")]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """02QZ-00: BRIN and branch."""
        return f"{self.brin}-{self.branch}"

    @property
    def address(self) -> str:
        return ", ".join(filter(None, [self.street, self.city]))

    @property
    def where(self) -> str:
        """What tells it from the other locations of one name; a school may have a dozen of those."""
        return ", ".join(filter(None, [self.code, self.street, self.city]))


class PupilKind(models.TextChoices):
    """Which pupils are counted: all of a location, or those of one kind of education."""

    ALL = "all", "alle leerlingen"
    LWOO = "lwoo", "leerlingen met LWOO"
    PRO = "pro", "leerlingen in het praktijkonderwijs"
    VAVO = "vavo", "leerlingen in het vavo"


class PupilCount(models.Model):
    """How many pupils a location had on a reference date (teldatum). Numbers that are public already."""

    school = models.ForeignKey(School, models.PROTECT, related_name="pupil_counts")
    counted_on = models.DateField("teldatum")
    kind = models.CharField("welke leerlingen", max_length=4, choices=PupilKind, default=PupilKind.ALL)
    pupils = models.PositiveIntegerField("aantal leerlingen", validators=[MaxValueValidator(20_000)])
    source = models.CharField("bron", max_length=80, default="ingevuld door het SWV")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PortalManager.from_queryset(PupilCountQuerySet)()

    class Meta:
        verbose_name = "leerlingaantal"
        verbose_name_plural = "leerlingaantallen"
        ordering = ["school", "-counted_on", "kind"]
        constraints = [models.UniqueConstraint("school", "counted_on", "kind", name="pupils_counted_once")]

    def __str__(self) -> str:
        return f"{self.pupils} op {self.counted_on:%Y-%m-%d}"

    @classmethod
    def record(
        cls, by: "User", school: School, counted_on: "datetime.date", pupils: int, kind: str = PupilKind.ALL
    ) -> "PupilCount":
        """The partnership of the school writes down a count; a number that stood there is replaced, and logged."""
        must_be_officer(by, school.partnership_id)
        with transaction.atomic():
            School.objects.select_for_update(no_key=True).get(pk=school.pk)
            standing = cls.objects.filter(school=school, counted_on=counted_on, kind=kind).first()
            if standing is not None and standing.pupils == pupils:
                return standing
            count = standing or cls(school=school, counted_on=counted_on, kind=kind)
            before = str(standing.pupils) if standing else ""
            count.pupils, count.source, count.recorded_at = pupils, "ingevuld door het SWV", timezone.now()
            count.save()
            LogEntry.objects.record(
                "pupils_counted", count, by=by, partnership=school.partnership_id, before=before, after=str(pupils)
            )
        return count

    @classmethod
    def record_all(
        cls,
        by: "User",
        partnership: Partnership,
        counted_on: "datetime.date",
        kind: str,
        numbers: Mapping[int, int],
        *,
        bases: Mapping[str, str] | None = None,
        source: str = "ingevuld door het SWV",
    ) -> int:
        """The counts of many schools (by their keys) at once, all or nothing; how many changed, each of them logged.

        With `bases` (by the key as text) a number that somebody else changed in between raises Conflict. A school that
        is not of this partnership raises ValueError.
        """
        must_be_officer(by, partnership.pk)
        with transaction.atomic():
            own = School.objects.filter(partnership=partnership, pk__in=numbers)
            schools = {school.pk: school for school in own.order_by("pk").select_for_update(no_key=True)}
            if len(schools) < len(numbers):
                raise ValueError("a school of another partnership")
            rows = cls.objects.filter(school__in=schools, counted_on=counted_on, kind=kind)
            standing = {count.school_id: count for count in rows}
            new = {str(pk): pupils for pk, pupils in numbers.items()}
            now = {str(pk): standing[pk].pupils if pk in standing else None for pk in numbers}
            changes = merge(now, new, bases_of(now) if bases is None else bases)
            for key, pupils in changes.items():
                school = schools[int(key)]
                count = standing.get(school.pk) or cls(school=school, counted_on=counted_on, kind=kind)
                count.pupils, count.source, count.recorded_at = pupils, source, timezone.now()
                count.save()
                LogEntry.objects.record(
                    "pupils_counted",
                    count,
                    by=by,
                    partnership=partnership,
                    before="" if now[key] is None else str(now[key]),
                    after=str(pupils),
                )
        return len(changes)


class Role(models.TextChoices):
    DIRECTOR = "director", "schooldirecteur"
    STAFF = "staff", "schoolmedewerker"
    BOARD_MEMBER = "board_member", "schoolbestuurder"
    POLICY_OFFICER = "policy_officer", "beleidsmedewerker"
    ADMINISTRATOR = "administrator", "beheerder"
    AUDITOR = "auditor", "auditor"


class Membership(models.Model):
    """A role of a person at exactly one school, board or partnership."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="memberships", verbose_name="wie")
    role = models.CharField("rol", max_length=16, choices=Role)
    partnership = models.ForeignKey(Partnership, models.CASCADE, null=True, blank=True, related_name="memberships")
    board = models.ForeignKey(Board, models.CASCADE, null=True, blank=True, related_name="memberships")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="memberships")
    deputy = models.BooleanField(
        "plaatsvervanger", default=False, help_text="Mag indienen en akkoord geven namens de directeur."
    )
    valid_until = models.DateField("tot en met", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PortalManager.from_queryset(MembershipQuerySet)()

    class Meta:
        verbose_name = "rol"
        verbose_name_plural = "rollen"
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role__in=["director", "staff"], school__isnull=False, board=None, partnership=None)
                    | Q(role="board_member", board__isnull=False, school=None, partnership=None)
                    | Q(
                        role__in=["policy_officer", "administrator"],
                        partnership__isnull=False,
                        school=None,
                        board=None,
                    )
                    | Q(role="auditor", partnership__isnull=False, school=None, board=None)
                    | Q(role="auditor", school__isnull=False, partnership=None, board=None)
                ),
                name="membership_one_scope",
                violation_error_message="Deze rol hoort bij precies één school, bestuur of samenwerkingsverband.",
            ),
            models.CheckConstraint(
                condition=~Q(role="auditor") | Q(valid_until__isnull=False),
                name="membership_auditor_until",
                violation_error_message="Een auditor heeft een einddatum nodig.",
            ),
            models.CheckConstraint(condition=Q(deputy=False) | Q(role="staff"), name="membership_deputy_is_staff"),
            models.UniqueConstraint(
                "user", "role", "school", condition=Q(school__isnull=False), name="membership_once_per_school"
            ),
            models.UniqueConstraint(
                "user", "role", "board", condition=Q(board__isnull=False), name="membership_once_per_board"
            ),
            models.UniqueConstraint(
                "user",
                "role",
                "partnership",
                condition=Q(partnership__isnull=False),
                name="membership_once_per_partnership",
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()

    @property
    def scope(self) -> School | Board | Partnership:
        scope = self.school or self.board or self.partnership
        assert scope is not None, "the database keeps exactly one scope"
        return scope


class ArrangementStatement(models.Model):
    """What a school hands in beside the form: pupils with an arrangement by kind, with the money given for each.

    Numbers only. The partnership is the one of that year: a school that moves leaves its history behind.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="arrangement_statements")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    school_year = models.PositiveSmallIntegerField("schooljaar", validators=[MinValueValidator(2000)])
    handed_in_at = models.DateTimeField("doorgegeven", null=True)
    handed_in_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = PortalManager.from_queryset(ArrangementStatementQuerySet)()

    class Meta:
        verbose_name = "opgave arrangementen"
        verbose_name_plural = "opgaven arrangementen"
        constraints = [models.UniqueConstraint("school", "school_year", name="arrangements_once_a_year")]
        indexes = [models.Index("partnership", "school_year", name="arrangements_partnership_year")]

    def __str__(self) -> str:
        return f"{self.school_id} {self.school_year}"

    @property
    def is_handed_in(self) -> bool:
        return self.handed_in_at is not None

    def replace_counts(self, by: "User", counts: list["ArrangementCount"]) -> None:
        """Put these rows in the place of what stood here. All or nothing; refused after handing in."""
        if self.school_id not in access_of(by).schools:
            raise PermissionDenied("Alleen de school vult de aantallen in.")
        with transaction.atomic():
            locked = ArrangementStatement.objects.select_for_update().get(pk=self.pk)
            if locked.is_handed_in:
                raise IllegalTransition("Deze opgave is al doorgegeven. Haal haar eerst terug om iets te wijzigen.")
            self.counts.all().delete()
            for position, count in enumerate(counts):
                count.statement = self
                count.position = position
            ArrangementCount.objects.bulk_create(counts)
            LogEntry.objects.record("arrangements_saved", self, by=by, partnership=self.partnership_id)

    def hand_in(self, by: "User") -> None:
        self._move(by, handed_in=True, verb="arrangements_handed_in")

    def take_back(self, by: "User") -> None:
        self._move(by, handed_in=False, verb="arrangements_taken_back")

    def _move(self, by: "User", *, handed_in: bool, verb: str) -> None:
        if self.school_id not in access_of(by).directs:
            raise PermissionDenied("Alleen de directeur of de plaatsvervanger geeft de aantallen door.")
        with transaction.atomic():
            locked = ArrangementStatement.objects.select_for_update().get(pk=self.pk)
            if locked.is_handed_in == handed_in:
                return
            self.handed_in_at = timezone.now() if handed_in else None
            self.handed_in_by = by if handed_in else None
            self.save(update_fields=["handed_in_at", "handed_in_by"])
            LogEntry.objects.record(verb, self, by=by, partnership=self.partnership_id)


class ArrangementCount(models.Model):
    """One kind of arrangement in a statement: how many pupils, how much support money (in eurocents)."""

    statement = models.ForeignKey(ArrangementStatement, models.CASCADE, related_name="counts")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("soort arrangement", max_length=120)
    pupils = models.PositiveIntegerField("aantal leerlingen", validators=[MaxValueValidator(5000)])
    amount_cents = models.BigIntegerField("ondersteuningsgeld", default=0, validators=[MinValueValidator(0)])

    objects = PortalManager()

    class Meta:
        verbose_name = "arrangement"
        verbose_name_plural = "arrangementen"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("statement", "kind", name="arrangement_kind_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="arrangement_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return self.kind
