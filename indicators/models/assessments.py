"""A filled-in form: saving without losing anything, submitting under seal, handing back."""

import hmac
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from indicators.canonical import form_content
from indicators.models.rounds import Participation
from indicators.models.sets import Dimension, Indicator, RatingLevel
from indicators.querysets import (
    AnswerQuerySet,
    AssessmentQuerySet,
    EvidenceFileQuerySet,
    ParticipationQuerySet,
    RatingQuerySet,
)
from records.models import LogEntry, StoredFile
from schools.access import access_of
from swvportal.lib import dates
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.querysets import PortalManager
from swvportal.lib.seal import canonical_bytes, new_salt, normalise_text, seal_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Party(models.TextChoices):
    SCHOOL = "school", "school"
    PARTNERSHIP = "partnership", "SWV"

    @property
    def other(self) -> "Party":
        return Party.PARTNERSHIP if self is Party.SCHOOL else Party.SCHOOL


class AssessmentState(models.TextChoices):
    DRAFT = "draft", "concept"
    SUBMITTED = "submitted", "ingediend"
    EXCHANGED = "exchanged", "uitgewisseld"
    CLOSED = "closed", "ongelezen gesloten"


class StaleAnswer(Exception):
    """Somebody else saved in between. `current` holds what stands there now, so that both texts can be shown."""

    def __init__(self, current: Any) -> None:
        super().__init__("Twee mensen schreven hier tegelijk. Beide teksten zijn bewaard.")
        self.current = current


class Assessment(models.Model):
    """One party's form in one participation.

    At the submit the canonical bytes, a random salt and the seal are stored; see `indicators.canonical`. Salt and
    bytes stay closed until the exchange. The database keeps state and seal together.
    """

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="assessments")
    party = models.CharField("partij", max_length=12, choices=Party)
    state = models.CharField("stand", max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT)
    follow_up = models.TextField("vervolgafspraken", blank=True)
    follow_up_version = models.PositiveIntegerField(default=0, editable=False)
    planning = models.TextField("planning van de beoogde ontwikkeling", blank=True)
    planning_version = models.PositiveIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField("ingediend", null=True, editable=False)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")
    submit_key = models.UUIDField(null=True, editable=False)
    salt = models.BinaryField(null=True, editable=False)
    sealed_bytes = models.BinaryField(null=True, editable=False)
    seal = models.CharField("zegel", max_length=64, blank=True, editable=False)

    objects = PortalManager.from_queryset(AssessmentQuerySet)()

    CLOSING_TEXTS: ClassVar[tuple[str, ...]] = ("follow_up", "planning")

    class Meta:
        verbose_name = "ingevuld formulier"
        verbose_name_plural = "ingevulde formulieren"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("participation", "party", name="assessment_once_per_party"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "closed"],
                    seal="",
                    salt=None,
                    sealed_bytes=None,
                    submitted_at=None,
                    submitted_by=None,
                    submit_key=None,
                )
                | Q(
                    state__in=["submitted", "exchanged"],
                    salt__isnull=False,
                    sealed_bytes__isnull=False,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    submit_key__isnull=False,
                )
                & ~Q(seal=""),
                name="assessment_sealed_when_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"formulier {self.pk} van {self.get_party_display()}"

    def get_absolute_url(self) -> str:
        return reverse("indicators:form", args=[self.participation_id, self.party])

    # What the state allows -------------------------------------------------------------------------------------------

    @property
    def is_submitted(self) -> bool:
        return self.state == AssessmentState.SUBMITTED

    @property
    def is_open(self) -> bool:
        """Whether the other party may read it."""
        return self.state == AssessmentState.EXCHANGED

    @property
    def is_draft(self) -> bool:
        return self.state == AssessmentState.DRAFT

    def may_edit(self, user: "User | AnonymousUser") -> bool:
        """Whether this person fills in for this party; says nothing of the state."""
        access = access_of(user)
        school = self.participation.school
        if self.party == Party.SCHOOL:
            return school.pk in access.schools
        return self.participation.round.partnership_id in access.partnerships and not access.on_school_side(school)

    def may_submit(self, user: "User | AnonymousUser") -> bool:
        """For a school the director or the deputy; for the partnership everybody who fills in."""
        if self.party == Party.SCHOOL:
            return self.participation.school_id in access_of(user).directs
        return self.may_edit(user)

    # Filling in ------------------------------------------------------------------------------------------------------

    def save_answer(
        self,
        by: "User",
        indicator: Indicator,
        *,
        version: int,
        levels: Mapping[str, str | None],
        explanation: str,
        confirmed_unchanged: bool = False,
    ) -> "Answer":
        """Save one row of the form, and return it with its new version.

        `version` is the one the person started from (0 for a row not saved before), `levels` gives a level's key per
        dimension's key. What is saved already in the same words is accepted whatever the version, so that a repeated
        request does no harm. Raises StaleAnswer when somebody else saved something different in between.
        """
        explanation = normalise_text(explanation)
        chosen = {key: value for key, value in levels.items() if value}
        with transaction.atomic():
            here = self._lock_for_editing(by)
            answer = here._answer_for(indicator)
            levels_before = answer.levels()
            wanted = (chosen, explanation, confirmed_unchanged)
            if answer.pk is not None and answer.content() == wanted:
                return answer
            if answer.version != version:
                raise StaleAnswer(answer)
            answer.explanation = explanation
            answer.confirmed_unchanged = confirmed_unchanged
            answer.version += 1
            answer.updated_at = timezone.now()
            answer.updated_by = by
            answer.save()
            if chosen != levels_before:
                answer.set_levels(chosen)
            here._log(f"answer_saved_{here.party}", by, after=f"{indicator.key} v{answer.version}", obj=answer)
        return answer

    def save_closing_text(self, by: "User", field: str, *, version: int, text: str) -> int:
        """Save *vervolgafspraken* (`follow_up`) or *planning* (`planning`); returns the new version.

        Raises StaleAnswer, with this form as it stands now, when somebody else saved something different in between.
        """
        if field not in self.CLOSING_TEXTS:
            raise ValueError(field)
        text = normalise_text(text)
        with transaction.atomic():
            here = self._lock_for_editing(by)
            current: int = getattr(here, f"{field}_version")
            if getattr(here, field) == text:
                return current
            if current != version:
                raise StaleAnswer(here)
            setattr(here, field, text)
            setattr(here, f"{field}_version", current + 1)
            here.save(update_fields=[field, f"{field}_version"])
            here._log(f"{field}_saved_{here.party}", by, after=f"v{current + 1}")
        setattr(self, field, text)
        setattr(self, f"{field}_version", current + 1)
        return current + 1

    def add_evidence(self, by: "User", indicator: Indicator, upload: Any, *, content_type: str) -> "EvidenceFile":
        """Put a checked upload (see `indicators.uploads`) beside an answer."""
        with transaction.atomic():
            here = self._lock_for_editing(by)
            answer = here._answer_for(indicator)
            if answer.pk is None:
                answer.updated_by = by
                answer.save()
            elif answer.evidence.count() >= EvidenceFile.MOST:
                raise IllegalTransition(f"Er staan al {EvidenceFile.MOST} bestanden. Verwijder er eerst een.")
            evidence = EvidenceFile.take(upload, content_type, answer=answer, uploaded_by=by)
            here._log("evidence_added", by, after=evidence.sha256, obj=evidence)
        return evidence

    def remove_evidence(self, by: "User", evidence: "EvidenceFile") -> None:
        """Take a file away again, from the disk too once the transaction stands."""
        with transaction.atomic():
            here = self._lock_for_editing(by)
            here._log("evidence_removed", by, before=evidence.sha256, obj=evidence)
            evidence.drop()

    def _lock_for_editing(self, by: "User") -> "Assessment":
        """This form as it is now, its participation and itself locked in that order; refuses who may not write.

        With no more of the participation than a save needs: it happens at every pause in somebody's typing.
        """
        here = self._lock(Participation.objects.select_related("school", "round"))
        here._must_be_editable(by)
        return here

    def _must_be_editable(self, by: "User") -> None:
        if not self.may_edit(by):
            raise PermissionDenied("U kunt dit formulier niet invullen.")
        if self.participation.round.state != "open":
            raise IllegalTransition("De ronde is niet open. U kunt nu niets wijzigen.")
        if not self.is_draft:
            raise IllegalTransition("Dit formulier is al ingediend. U kunt het niet meer wijzigen.")

    def _lock(self, participations: "ParticipationQuerySet | None" = None) -> "Assessment":
        rows = Participation.objects.for_page() if participations is None else participations
        participation = rows.select_for_update(of=("self",)).get(pk=self.participation_id)
        here = Assessment.objects.select_for_update(of=("self",)).get(pk=self.pk)
        here.participation = participation
        return here

    def _answer_for(self, indicator: Indicator) -> "Answer":
        if indicator.indicator_set_id != self.participation.round.indicator_set_id:
            raise ValueError("the indicator is not in this form")
        answer = (
            Answer.objects.filter(assessment=self.pk, indicator=indicator.pk)
            .prefetch_related(models.Prefetch("ratings", Rating.objects.select_related("level", "dimension")))
            .first()
        )
        answer = answer or Answer(assessment=self, indicator=indicator)
        answer.assessment = self
        answer.indicator = indicator
        return answer

    def _log(
        self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None
    ) -> None:
        partnership = self.participation.round.partnership_id
        LogEntry.objects.record(verb, obj or self, by=by, partnership=partnership, before=before, after=after)

    # Submitting ------------------------------------------------------------------------------------------------------

    def missing(self) -> list[tuple[Indicator, list[Dimension], bool]]:
        """Rows that are not complete: the indicator, the dimensions without a level, and whether that stops a submit.

        A level may be missing only where the explanation says why.
        """
        indicator_set = self.participation.round.indicator_set
        dimensions = list(indicator_set.dimensions.all())
        answers = {answer.indicator_id: answer for answer in self.answers.prefetch_related("ratings")}
        rows = []
        for indicator in indicator_set.indicators.all():
            answer = answers.get(indicator.pk)
            rated = {rating.dimension_id for rating in answer.ratings.all()} if answer else set()
            unrated = [dimension for dimension in dimensions if dimension.pk not in rated]
            unexplained = not (answer and answer.explanation)
            blocks = unexplained and (bool(unrated) or indicator.explanation_required)
            if unrated or blocks:
                rows.append((indicator, unrated, blocks))
        return rows

    def submit(self, by: "User", key: uuid.UUID) -> "Assessment":
        """Seal the form. With the other one in already, this is the exchange, in the same transaction.

        Pressed twice with the same `key` it is one submit. Raises IllegalTransition when a level is missing without an
        explanation, or when the form is not a draft.
        """
        with transaction.atomic():
            here = self._lock()
            if not here.may_submit(by):
                raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan indienen.")
            if here.submit_key == key:
                return here
            here._must_be_editable(by)
            if any(blocks for _, _, blocks in here.missing()):
                raise IllegalTransition("Kies bij elke vraag een niveau, of leg uit waarom u dat niet kunt.")
            here._seal(by, key)
            here._log("submitted", by, before="draft", after=here.seal)
            here._mail_submitted()
            here.participation.exchange_if_complete(by)
            here.refresh_from_db(fields=["state"])
        return here

    def _seal(self, by: "User", key: uuid.UUID) -> None:
        self.state = AssessmentState.SUBMITTED
        self.submitted_at = timezone.now()
        self.submitted_by = by
        self.submit_key = key
        self.salt = new_salt()
        self.sealed_bytes = canonical_bytes(self.content())
        self.seal = seal_of(self.salt, self.sealed_bytes)
        self.save()

    def content(self) -> dict[str, Any]:
        """What the seal covers, built from the rows as they are now."""
        full = Assessment.objects.for_page().with_answers().get(pk=self.pk)
        return form_content(full)

    def seal_holds(self) -> bool:
        """Whether the stored bytes give the stored seal."""
        if self.salt is None or self.sealed_bytes is None:
            return False
        return hmac.compare_digest(seal_of(bytes(self.salt), bytes(self.sealed_bytes)), self.seal)

    def hand_back(self, by: "User") -> None:
        """Back to draft, asked by the person who submitted it, before the exchange. Both parties are told."""
        with transaction.atomic():
            here = self._lock()
            if not here.may_submit(by) or here.submitted_by_id not in {None, by.pk}:
                raise PermissionDenied("Alleen wie het formulier indiende, kan het terughalen.")
            if not here.is_submitted:
                raise IllegalTransition("Dit formulier kan niet worden teruggehaald.")
            if here.participation.round.state != "open":
                raise IllegalTransition("De ronde is afgesloten. U kunt het formulier niet meer terughalen.")
            seal = here.seal
            here.state = AssessmentState.DRAFT
            here.seal = ""
            here.salt = here.sealed_bytes = None
            here.submitted_at = here.submitted_by = here.submit_key = None
            here.save()
            here._log("handed_back", by, before=seal, after="draft")
            here._mail_handed_back(seal)

    def open_to_other_party(self) -> None:
        """Part of the exchange; only the participation calls this."""
        self.state = AssessmentState.EXCHANGED
        self.save(update_fields=["state"])

    def close_unread(self) -> None:
        """Part of starting without this form; only the participation calls this. Its ratings count as missing."""
        self.state = AssessmentState.CLOSED
        self.save(update_fields=["state"])

    def _mail_submitted(self) -> None:
        assert self.submitted_at is not None
        when = dates.long_datetime(self.submitted_at)
        link = settings.SITE_URL + self.participation.get_absolute_url()
        self.participation.mail_both(
            f"submitted-{self.seal}",
            f"{self.participation.school.name}: het formulier van {self.with_article} is ingediend",
            f"{self.submitted_by} diende het formulier van {self.with_article} in op {when}.\n\n"
            f"Het zegel van dit formulier is:\n{self.seal}\n\nBewaar dit bericht. Na de uitwisseling kunt u met het "
            f"zegel nagaan dat er niets aan het formulier veranderd is.\n\nBekijk de stand: {link}\n",
        )

    def _mail_handed_back(self, seal: str) -> None:
        link = settings.SITE_URL + self.participation.get_absolute_url()
        self.participation.mail_both(
            f"handed-back-{seal}",
            f"{self.participation.school.name}: het formulier van {self.with_article} is teruggehaald",
            f"Wie het formulier indiende, heeft het teruggehaald om het te wijzigen. Het zegel {seal} vervalt. U krijgt "
            f"een nieuw zegel zodra het opnieuw wordt ingediend.\n\nBekijk de stand: {link}\n",
        )

    @property
    def with_article(self) -> str:
        return "de school" if self.party == Party.SCHOOL else "het SWV"


class Answer(models.Model):
    """One row of a form: the explanation, and through `ratings` a level per dimension."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    explanation = models.TextField("toelichting", blank=True)
    confirmed_unchanged = models.BooleanField("ongewijzigd bevestigd", default=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = PortalManager.from_queryset(AnswerQuerySet)()

    class Meta:
        verbose_name = "antwoord"
        verbose_name_plural = "antwoorden"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("assessment", "indicator", name="answer_once")]

    def __str__(self) -> str:
        return f"antwoord {self.pk}"

    def levels(self) -> dict[str, str]:
        """The key of the chosen level per dimension's key."""
        return {rating.dimension.key: rating.level.key for rating in self.ratings.all()} if self.pk else {}

    def content(self) -> tuple[dict[str, str], str, bool]:
        return self.levels(), self.explanation, self.confirmed_unchanged

    def set_levels(self, chosen: Mapping[str, str]) -> None:
        """Make the ratings these, by key. Raises KeyError for a level or dimension that is not in the form."""
        dimensions, levels = self._parts()
        wanted = {key: Rating(answer=self, dimension=dimensions[key], level=levels[chosen[key]]) for key in chosen}
        self.ratings.exclude(dimension__in=[rating.dimension_id for rating in wanted.values()]).delete()
        Rating.objects.bulk_create(
            wanted.values(), update_conflicts=True, unique_fields=["answer", "dimension"], update_fields=["level"]
        )
        ratings = self.ratings.all()
        ratings._result_cache = list(wanted.values())
        self._prefetched_objects_cache = {"ratings": ratings}

    def _parts(self) -> tuple[dict[str, Dimension], dict[str, RatingLevel]]:
        """The form's dimensions and levels by key; without a query where the indicator came with its set."""
        if Indicator._meta.get_field("indicator_set").is_cached(self.indicator):
            parts = self.indicator.indicator_set
            return {d.key: d for d in parts.dimensions.all()}, {level.key: level for level in parts.levels.all()}
        set_id = self.indicator.indicator_set_id
        dimensions = Dimension.objects.filter(indicator_set=set_id)
        levels = RatingLevel.objects.filter(indicator_set=set_id)
        return {d.key: d for d in dimensions}, {level.key: level for level in levels}


class Rating(models.Model):
    """The level on one dimension of an answer."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="ratings")
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="+")
    level = models.ForeignKey(RatingLevel, models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(RatingQuerySet)()

    class Meta:
        verbose_name = "waardering"
        verbose_name_plural = "waarderingen"
        ordering = ["dimension__position"]
        constraints = [models.UniqueConstraint("answer", "dimension", name="rating_once")]

    def __str__(self) -> str:
        return f"waardering {self.pk}"


class EvidenceFile(StoredFile):
    """A file beside an answer, at most `MOST` of them. Served only to those who may see the answer.

    Its address is drawn at random: a counted one would tell each party how many files the other added in between.
    """

    MOST: ClassVar[int] = 20

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="evidence")
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(EvidenceFileQuerySet)()

    class Meta:
        verbose_name = "bewijsstuk"
        verbose_name_plural = "bewijsstukken"
        ordering = ["pk"]
