"""The yearly accountability questions: what schools answer, and the summary that their board writes of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from finance.querysets import (
    BoardNarrativeQuerySet,
    NarrativeAnswerQuerySet,
    QuestionSetQuerySet,
    SchoolNarrativeQuerySet,
)
from records.models import LogEntry
from records.tasks import queue_message
from schools.access import access_of
from schools.rights import AtSchool, must_be_on_board, must_direct, must_work_at
from swvportal.lib.dates import long_date
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager, locked, related

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import Board, Partnership, School

# What the minister asked all boards for secondary education in November 2021, for the annual report.
QUESTIONS = (
    "Geef een toelichting op de doelen in het kader van passend onderwijs waarvoor de middelen vanuit de lumpsum zijn "
    "uitgegeven.",
    "Geef een toelichting hoe, in samenwerking met stakeholders, tot de doelen gekomen is.",
    "Hoe wordt geborgd dat het ondersteuningsaanbod in de school op papier aansluit op de praktijk?",
)


USED = "used-"


def _directors_of(schools: "models.QuerySet[School]") -> list[tuple[int, str]]:
    """The key of each school with the address of each of its directors."""
    members = related(schools.model, "memberships").current().filter(school__in=schools.order_by().values("pk"))
    found = members.filter(role="director", user__is_active=True).order_by("school", "user__email")
    return list(dict.fromkeys(found.values_list("school", "user__email")))


class QuestionSet(models.Model):
    """The questions that a board asks its schools about one calendar year (boekjaar), for its annual report.

    The first set holds `QUESTIONS`; each next one begins as a copy of the newest. Questions keep their key, so that last
    year's answer stands beside this year's.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "uitgezet"

    board = models.ForeignKey("schools.Board", models.PROTECT, related_name="question_sets")
    year = models.PositiveSmallIntegerField("boekjaar", validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    introduction = models.TextField("inleiding voor de scholen", max_length=5000, blank=True)
    due = models.DateField("antwoorden vóór of op", null=True, blank=True)
    state = models.CharField("stand", max_length=9, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField("uitgezet", null=True)

    objects = PortalManager.from_queryset(QuestionSetQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("introduction", "due")
    MOST: ClassVar[int] = 20

    class Meta:
        verbose_name = "vragenset"
        verbose_name_plural = "vragensets"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint("board", "year", name="question_set_once")]

    def __str__(self) -> str:
        return f"toelichting uitvoering doelen {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("finance:question_set", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @classmethod
    def begin(cls, by: "User", board: "Board", year: int) -> "QuestionSet":
        """The set of this year; made when there is none, as a copy of the newest before it."""
        must_be_on_board(by, board.pk)
        with transaction.atomic():
            type(board).objects.select_for_update(no_key=True).get(pk=board.pk)
            existing = cls.objects.filter(board=board, year=year).first()
            if existing is not None:
                return existing
            last = cls.objects.filter(board=board, year__lt=year).order_by("-year").first()
            made = cls.objects.create(board=board, year=year, introduction=last.introduction if last else "")
            texts = (
                [(question.key, question.text) for question in last.questions.all()]
                if last
                else [(f"vraag-{number}", text) for number, text in enumerate(QUESTIONS, start=1)]
            )
            for position, (key, text) in enumerate(texts, start=1):
                Question.objects.create(question_set=made, key=key, position=position, text=text)
            made.log("question_set_begun", by, after=str(year))
        return made

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """Introduction and last day; the day also after publishing. Raises Conflict."""
        must_be_on_board(by, self.board_id)
        with transaction.atomic():
            here = self.lock()
            changes = merge(values_of(here, values), values, bases)
            if set(changes) - {"due"}:
                here.must_be_draft()
            for name, value in changes.items():
                setattr(here, name, value)
            here.save(update_fields=list(values))
            here.log("question_set_saved", by)

    def add_question(self, by: "User", text: str) -> "Question":
        must_be_on_board(by, self.board_id)
        with transaction.atomic():
            here = self.lock()
            here.must_be_draft()
            same = here.questions.filter(text=text).first()
            if same is not None:
                return same
            if here.questions.count() >= self.MOST:
                raise IllegalTransition(f"Er passen hoogstens {self.MOST} vragen in.")
            used = set(Question.objects.filter(question_set__board=here.board_id).values_list("key", flat=True))
            key = next(f"vraag-{n}" for n in range(1, len(used) + 2) if f"vraag-{n}" not in used)
            last = here.questions.aggregate(last=models.Max("position"))["last"] or 0
            question = Question.objects.create(question_set=here, key=key, position=last + 1, text=text)
            here.log("question_added", by, obj=question)
        return question

    def publish(self, by: "User") -> None:
        """Ask the schools, by mail to their directors. From now on the questions stand firm."""
        must_be_on_board(by, self.board_id)
        with transaction.atomic():
            here = QuestionSet.objects.select_for_update(of=("self",)).select_related("board").get(pk=self.pk)
            here.must_be_draft()
            if not here.questions.exists():
                raise IllegalTransition("Schrijf eerst ten minste één vraag op.")
            if here.due is None:
                raise IllegalTransition("Kies eerst wanneer de scholen klaar moeten zijn.")
            self.state, self.published_at = self.State.PUBLISHED, timezone.now()
            self.save(update_fields=["state", "published_at"])
            self.log("question_set_published", by, before="draft", after="published")
            for address in sorted({address for _, address in _directors_of(here._asked())}):
                here._ask(address)

    def is_of(self, user: "User | AnonymousUser") -> bool:
        """Whether this is somebody of the board that asks."""
        return self.board_id in access_of(user).boards

    def schools(self) -> "models.QuerySet[School]":
        """The schools of the board that these questions are for, and those that began to answer them and left since."""
        schools = related(related(QuestionSet, "board").model, "schools")
        asked = schools.filter(
            models.Q(board=self.board_id, closed_on=None) | models.Q(narratives__question_set=self.pk)
        )
        found: models.QuerySet[School] = asked.distinct().select_related("partnership")
        return found.order_by("partnership__code", "name", "pk")

    def remind(self, by: "User") -> int:
        """Mail the directors of the schools that have not submitted; a school at most once a day. Returns how many
        schools were written to now."""
        must_be_on_board(by, self.board_id)
        with transaction.atomic():
            here = QuestionSet.objects.select_for_update(of=("self",)).select_related("board").get(pk=self.pk)
            if here.is_draft:
                raise IllegalTransition("De vragen zijn nog niet uitgezet.")
            done = here.narratives.filter(state=SchoolNarrative.State.SUBMITTED).values("school")
            waiting = here._asked().exclude(pk__in=done)
            told = {school for school, address in _directors_of(waiting) if here._remind(school, address)}
            if told:
                here.log("narrative_reminded", by, after=str(len(told)))
        return len(told)

    def _asked(self) -> "models.QuerySet[School]":
        """The schools that have to answer."""
        return self.schools().filter(board=self.board_id, closed_on=None)

    def _ask(self, address: str) -> None:
        """Once for who leads several schools."""
        queue_message(
            f"narrative-asked-{self.pk}-{address}",
            address,
            f"{self.board.name} vraagt een toelichting over {self.year}",
            f"{self.board.name} vraagt de scholen een toelichting over {self.year}, voor het jaarverslag.{self._until()}\n\n"
            f"Beantwoord de vragen: {settings.SITE_URL}{reverse('finance:narratives')}\n",
        )

    def _until(self) -> str:
        return f" Dat kan tot en met {long_date(self.due)}." if self.due else ""

    def _remind(self, school: int, address: str) -> bool:
        return queue_message(
            f"narrative-reminder-{self.pk}-{school}-{timezone.localdate().isoformat()}-{address}",
            address,
            f"Herinnering: {self}",
            f"{self.board.name} wacht nog op de toelichting van uw school over {self.year}.{self._until()}\n\n"
            f"Beantwoord de vragen: {settings.SITE_URL}{reverse('finance:narratives')}\n",
        )

    def lock(self) -> "QuestionSet":
        return QuestionSet.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def must_be_draft(self) -> None:
        if not self.is_draft:
            raise IllegalTransition("De vragen zijn uitgezet en veranderen niet meer.")

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None) -> None:
        LogEntry.objects.record(verb, obj or self, by=by, before=before, after=after)


class Question(models.Model):
    """One question; `key` lasts over the years."""

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField("volgorde")
    text = models.TextField("vraag", max_length=1000)

    objects = PortalManager()

    class Meta:
        verbose_name = "vraag"
        verbose_name_plural = "vragen"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("question_set", "key", name="question_key_once")]

    def __str__(self) -> str:
        return self.text

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """The text. Raises Conflict."""
        with transaction.atomic():
            here = self._lock_set(by)
            now = Question.objects.get(pk=self.pk)
            for name, value in merge(values_of(now, values), values, bases).items():
                setattr(now, name, value)
            now.save(update_fields=["text"])
            here.log("question_changed", by, obj=self)

    def move(self, by: "User", *, up: bool) -> None:
        """Change places with the one before or after it; the first does not go up, nor the last down."""
        with transaction.atomic():
            here = self._lock_set(by)
            rows = list(here.questions.all())
            at = next(number for number, row in enumerate(rows) if row.pk == self.pk)
            to = at - 1 if up else at + 1
            if not 0 <= to < len(rows):
                return
            rows[at], rows[to] = rows[to], rows[at]
            for position, row in enumerate(rows, start=1):
                row.position = position
            Question.objects.bulk_update(rows, ["position"])
            here.log("question_moved", by, obj=self, after="up" if up else "down")

    def remove(self, by: "User") -> None:
        with transaction.atomic():
            here = self._lock_set(by)
            here.log("question_removed", by, obj=self)
            here.questions.filter(position__gt=self.position).update(position=models.F("position") - 1)
            self.delete()

    def _lock_set(self, by: "User") -> QuestionSet:
        must_be_on_board(by, self.question_set.board_id)
        here = self.question_set.lock()
        here.must_be_draft()
        locked(Question.objects.select_for_update(of=("self",)), self.pk)
        return here


class SchoolNarrative(AtSchool, models.Model):
    """One school's answers to one set. The school's own until it submits; then its board and its partnership read it."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        SUBMITTED = "submitted", "ingediend"

    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="narratives")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="narratives")
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="+")
    state = models.CharField("stand", max_length=9, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField("ingediend", null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = PortalManager.from_queryset(SchoolNarrativeQuerySet)()

    class Meta:
        verbose_name = "toelichting van een school"
        verbose_name_plural = "toelichtingen van scholen"
        ordering = ["-question_set__year", "school"]
        constraints = [models.UniqueConstraint("question_set", "school", name="narrative_once")]
        indexes = [models.Index("partnership", "question_set", name="narrative_partnership")]

    def __str__(self) -> str:
        return f"toelichting {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("finance:narrative", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def may_write(self, user: "User | AnonymousUser") -> bool:
        return self.is_draft and self.is_own(user)

    @classmethod
    def begin(cls, by: "User", school: "School", question_set: QuestionSet) -> "SchoolNarrative":
        """The answers of this school; made when there are none."""
        must_work_at(by, school.pk)
        with transaction.atomic():
            type(school).objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
            existing = cls.objects.filter(question_set=question_set, school=school).first()
            if existing is not None:
                return existing
            if question_set.is_draft or question_set.board_id != school.board_id:
                raise IllegalTransition("Deze vragen zijn niet aan uw school gesteld.")
            made = cls.objects.create(question_set=question_set, school=school, partnership_id=school.partnership_id)
            made.log("narrative_begun", by, after="draft")
        return made

    def standing(self) -> dict[str, str]:
        """Every answer by the key of its question."""
        given = {answer.question_id: answer.text for answer in self.answers.all()}
        return {question.key: given.get(question.pk, "") for question in self.question_set.questions.all()}

    def last_year(self) -> dict[str, str]:
        """What this school submitted in its newest earlier set, by the key of the question."""
        before = SchoolNarrative.objects.filter(
            school=self.school_id, question_set__year__lt=self.question_set.year, state=self.State.SUBMITTED
        )
        last = before.for_page().order_by("-question_set__year").first()
        return last.standing() if last else {}

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """`values` by key of the question. Raises Conflict."""
        must_work_at(by, self.school_id)
        with transaction.atomic():
            here = self.lock()
            here._must_be_draft()
            questions = {question.key: question for question in here.question_set.questions.all()}
            known = {key: value for key, value in values.items() if key in questions}
            for key, text in merge(here.standing(), known, bases).items():
                here.answers.update_or_create(question=questions[key], defaults={"text": text})
            here.log("narrative_saved", by)

    def submit(self, by: "User") -> None:
        """To the board, by the director; every question has an answer."""
        must_direct(by, self.school_id)
        with transaction.atomic():
            here = self.lock()
            here._must_be_draft()
            if any(not text.strip() for text in here.standing().values()):
                raise IllegalTransition("Beantwoord eerst elke vraag.")
            self.submitted_at, self.submitted_by = timezone.now(), by
            self._move(by, here, self.State.SUBMITTED)
            here._tell_board()

    def take_back(self, by: "User") -> None:
        """The director mends something, as long as the board's summary of it is not published."""
        must_direct(by, self.school_id)
        with transaction.atomic():
            here = self.lock()
            if here.is_draft:
                raise IllegalTransition("De toelichting is nog niet ingediend.")
            if here.question_set.summaries.filter(partnership=here.partnership_id, state="published").exists():
                raise IllegalTransition("Het bestuur heeft de samenvatting al gepubliceerd.")
            self.submitted_at, self.submitted_by = None, None
            self._move(by, here, self.State.DRAFT)

    def _tell_board(self) -> None:
        """Once, however often it is taken back and handed in again."""
        members = self.question_set.board.memberships.current().filter(role="board_member", user__is_active=True)
        body = (
            f"{self.school.name} heeft de toelichting over {self.question_set.year} ingediend.\n\n"
            f"Lees de antwoorden: {settings.SITE_URL}{self.get_absolute_url()}\n"
        )
        for address in sorted(set(members.order_by().values_list("user__email", flat=True))):
            queue_message(
                f"narrative-submitted-{self.pk}-{address}",
                address,
                f"{self.school.name}: {self.question_set} ingediend",
                body,
                partnership=self.partnership_id,
            )

    def is_published_on(self) -> bool:
        """Whether the board's summary of it stands firm, so that nothing is taken back."""
        summaries = BoardNarrative.objects.filter(question_set=self.question_set_id, partnership=self.partnership_id)
        return summaries.filter(state=BoardNarrative.State.PUBLISHED).exists()

    def lock(self) -> "SchoolNarrative":
        SchoolNarrative.objects.select_for_update(of=("self",)).get(pk=self.pk)
        return SchoolNarrative.objects.for_page().get(pk=self.pk)

    def _must_be_draft(self) -> None:
        if not self.is_draft:
            raise IllegalTransition("De toelichting is ingediend en staat vast.")

    def _move(self, by: "User", here: "SchoolNarrative", state: str) -> None:
        self.state = self.State(state)
        self.save(update_fields=["state", "submitted_at", "submitted_by"])
        self.log("narrative_state", by, before=here.state, after=state)

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "") -> None:
        LogEntry.objects.record(verb, self, by=by, partnership=self.partnership_id, before=before, after=after)


class NarrativeAnswer(models.Model):
    narrative = models.ForeignKey(SchoolNarrative, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    text = models.TextField("antwoord", max_length=10_000, blank=True)

    objects = PortalManager.from_queryset(NarrativeAnswerQuerySet)()

    class Meta:
        verbose_name = "antwoord"
        verbose_name_plural = "antwoorden"
        ordering = ["question__position"]
        constraints = [models.UniqueConstraint("narrative", "question", name="narrative_answer_once")]

    def __str__(self) -> str:
        return f"antwoord {self.pk}"


class BoardNarrative(models.Model):
    """What a board makes of the answers of its schools in one partnership: one section of its "Toelichting uitvoering
    doelen op Passend Onderwijs". `used` are the answers that the writer worked in."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"

    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="summaries")
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="board_narratives")
    text = models.TextField("samenvatting", max_length=20_000, blank=True)
    used = models.ManyToManyField(NarrativeAnswer, blank=True, related_name="used_in")
    state = models.CharField("stand", max_length=9, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField("gepubliceerd", null=True)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = PortalManager.from_queryset(BoardNarrativeQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("text",)

    class Meta:
        verbose_name = "samenvatting van een bestuur"
        verbose_name_plural = "samenvattingen van besturen"
        ordering = ["partnership__code"]
        constraints = [models.UniqueConstraint("question_set", "partnership", name="board_narrative_once")]

    def __str__(self) -> str:
        return f"samenvatting {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("finance:summary", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def may_write(self, user: "User | AnonymousUser") -> bool:
        return self.is_draft and self.question_set.board_id in access_of(user).boards

    @classmethod
    def begin(cls, by: "User", question_set: QuestionSet, partnership: "Partnership") -> "BoardNarrative":
        """The section about this partnership, in which the board has a school; made when there is none."""
        must_be_on_board(by, question_set.board_id)
        with transaction.atomic():
            here = question_set.lock()
            if here.is_draft:
                raise IllegalTransition("De vragen zijn nog niet uitgezet.")
            answered = here.narratives.filter(partnership=partnership).exists()
            if not answered and not partnership.schools.filter(board=here.board_id).exists():
                raise PermissionDenied("Uw bestuur heeft geen school in dit samenwerkingsverband.")
            summary, created = cls.objects.get_or_create(question_set=here, partnership=partnership)
            if created:
                summary.log("summary_begun", by, after="draft")
        return summary

    def standing(self) -> dict[str, Any]:
        """The text, and of every answer (`used-<key>`) whether it was worked in."""
        used = set(self.used.values_list("pk", flat=True))
        marks = {f"{USED}{pk}": pk in used for pk in self.answers().order_by("pk").values_list("pk", flat=True)}
        return {**values_of(self, self.EDITABLE), **marks}

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """Text and marks, each field by itself; a mark at an answer that was taken back meanwhile is left alone.
        Raises Conflict."""
        with transaction.atomic():
            here = self._lock_draft(by)
            now = here.standing()
            known = {name: value for name, value in values.items() if name in now}
            changes = merge(now, known, bases)
            marks = {int(name.removeprefix(USED)): used for name, used in changes.items() if name.startswith(USED)}
            here.used.add(*[pk for pk, used in marks.items() if used])
            here.used.remove(*[pk for pk, used in marks.items() if not used])
            here.text = changes.get("text", here.text)
            here.save(update_fields=list(self.EDITABLE))
            here.log("summary_saved", by)

    def mark(self, by: "User", answer: NarrativeAnswer, *, used: bool) -> None:
        """Whether this answer was worked in."""
        with transaction.atomic():
            here = self._lock_draft(by)
            if not here.answers().filter(pk=answer.pk).exists():
                raise ValueError("an answer of another summary")
            if used:
                here.used.add(answer)
            else:
                here.used.remove(answer)
            here.log("answer_marked", by, after=f"{answer.pk} {str(used).lower()}")

    def answers(self) -> "models.QuerySet[NarrativeAnswer]":
        """What the schools of the board in this partnership submitted."""
        return NarrativeAnswer.objects.filter(
            narrative__question_set=self.question_set_id,
            narrative__partnership=self.partnership_id,
            narrative__state=SchoolNarrative.State.SUBMITTED,
        )

    def publish(self, by: "User") -> None:
        with transaction.atomic():
            here = self._lock_draft(by)
            if not here.text.strip():
                raise IllegalTransition("Schrijf eerst de samenvatting.")
            self.state, self.published_at, self.published_by = self.State.PUBLISHED, timezone.now(), by
            self.save(update_fields=["state", "published_at", "published_by"])
            self.log("summary_published", by, before="draft", after="published")

    def reopen(self, by: "User") -> None:
        """Back to draft, to mend it; documents that were made keep what they say."""
        must_be_on_board(by, self.question_set.board_id)
        with transaction.atomic():
            here = BoardNarrative.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if here.is_draft:
                raise IllegalTransition("De samenvatting is al een concept.")
            self.state, self.published_at, self.published_by = self.State.DRAFT, None, None
            self.save(update_fields=["state", "published_at", "published_by"])
            self.log("summary_reopened", by, before="published", after="draft")

    def _lock_draft(self, by: "User") -> "BoardNarrative":
        must_be_on_board(by, self.question_set.board_id)
        here = BoardNarrative.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if not here.is_draft:
            raise IllegalTransition("De samenvatting is gepubliceerd. Maak er eerst weer een concept van.")
        return here

    def log(self, verb: str, by: "User", *, before: str = "", after: str = "") -> None:
        LogEntry.objects.record(verb, self, by=by, partnership=self.partnership_id, before=before, after=after)
