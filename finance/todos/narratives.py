"""What the accountability texts ask of somebody: a school to answer, a board to ask and to sum up."""

import datetime
from collections.abc import Iterator
from functools import partial
from typing import cast

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from finance.models import BoardNarrative, QuestionSet, SchoolNarrative
from schools.access import Access, access_of
from schools.models import School
from swvportal.lib.todo import Todo, grouped

STEPS = {"begin": "beginnen", "finish": "afmaken", "submit": "nakijken en indienen"}
BUTTONS = {"begin": "Beginnen", "finish": "Verder invullen", "submit": "Nakijken"}
# A year that was left out is not asked for for ever.
ASKED_FOR = datetime.timedelta(days=365)

type Waiting = dict[str, object]
type Open = tuple[School, QuestionSet, SchoolNarrative | None]


def todos_for(user: User) -> list[Todo]:
    """At most two queries for who works at a school, two for who is on a board."""
    access = access_of(user)
    found: list[Todo] = []
    if access.schools:
        found += _to_answer(access)
    if access.boards:
        found += [*_to_ask(access), *_to_sum_up(access)]
    return found


# A school -------------------------------------------------------------------------------------------------------------


def _to_answer(access: Access) -> Iterator[Todo]:
    members = [m.school for m in access.memberships if m.school is not None and m.school_id in access.schools]
    schools = {school.pk: school for school in members if school.closed_on is None}.values()
    sets = QuestionSet.objects.filter(
        board__in={school.board_id for school in schools},
        state=QuestionSet.State.PUBLISHED,
        due__gte=timezone.localdate() - ASKED_FOR,
    )
    found = list(sets.annotate(asked=Count("questions")).order_by("due", "pk"))
    if not found:
        return
    narratives = SchoolNarrative.objects.filter(school__in=access.schools, question_set__in=found)
    filled = Count("answers", filter=~Q(answers__text=""))
    given = {(each.school_id, each.question_set_id): each for each in narratives.annotate(filled=filled).order_by()}
    rows: dict[tuple[int, str], list[Open]] = {}
    for asked in found:
        for school in (each for each in schools if each.board_id == asked.board_id):
            narrative = given.get((school.pk, asked.pk))
            step = _step(asked, narrative, is_led=school.pk in access.directs)
            if step:
                rows.setdefault((asked.pk, step), []).append((school, asked, narrative))
    for (_, step), group in rows.items():
        yield from grouped(group, partial(_answer_one, step), partial(_answer_many, step))


def _step(asked: QuestionSet, narrative: SchoolNarrative | None, *, is_led: bool) -> str:
    """What comes next; nothing where it was submitted, or where it waits for the director."""
    if narrative is None:
        return "begin"
    if not narrative.is_draft:
        return ""
    if narrative.filled < asked.asked:  # type: ignore[attr-defined]
        return "finish"
    return "submit" if is_led else ""


def _answer_one(step: str, row: Open) -> Todo:
    school, asked, narrative = row
    url = reverse("finance:narratives")
    if narrative is not None:
        name = "finance:narrative" if step == "submit" else "finance:narrative_edit"
        url = reverse(name, args=[narrative.pk])
    title = f"Toelichting passend onderwijs {asked.year} {STEPS[step]}"
    return Todo(title, url, BUTTONS[step], school.name, school.where, due=asked.due)


def _answer_many(step: str, rows: list[Open]) -> Todo:
    asked = rows[0][1]
    title = f"Toelichting passend onderwijs {asked.year} {STEPS[step]} voor {len(rows)} scholen"
    return Todo(title, reverse("finance:narratives"), "Bekijken", due=asked.due)


# A board --------------------------------------------------------------------------------------------------------------


def _to_ask(access: Access) -> Iterator[Todo]:
    """A set that somebody prepared and that the schools do not see yet."""
    drafts = QuestionSet.objects.filter(board__in=access.boards, state=QuestionSet.State.DRAFT)
    for each in drafts.order_by("year", "pk"):
        yield Todo(f"Vragen aan scholen over {each.year} uitzetten", each.get_absolute_url(), "Bekijken")


def _to_sum_up(access: Access) -> list[Todo]:
    """A partnership of which every school of the board answered, or the last day has passed and one did."""
    today = timezone.localdate()
    published = BoardNarrative.objects.filter(
        question_set=OuterRef("question_set"), partnership=OuterRef("partnership"), state=BoardNarrative.State.PUBLISHED
    )
    schools = School.objects.filter(
        board=OuterRef("question_set__board"), partnership=OuterRef("partnership"), closed_on=None
    )
    count = schools.order_by().values("partnership").annotate(n=Count("pk")).values("n")
    rows = (
        SchoolNarrative.objects.filter(
            question_set__board__in=access.boards,
            state=SchoolNarrative.State.SUBMITTED,
            question_set__due__gte=today - ASKED_FOR,
        )
        .exclude(Exists(published))
        .order_by("question_set__year", "partnership__code")
        .values("question_set", "question_set__year", "question_set__due", "partnership", "partnership__code")
        .annotate(given=Count("pk"), asked=Coalesce(Subquery(count, output_field=IntegerField()), 0))
        .filter(Q(given__gte=F("asked")) | Q(question_set__due__lt=today))
    )
    by_set: dict[int, list[Waiting]] = {}
    for row in rows:
        by_set.setdefault(row["question_set"], []).append(cast("Waiting", row))
    return [todo for group in by_set.values() for todo in grouped(group, _sum_up_one, _sum_up_many)]


def _sum_up_one(row: Waiting) -> Todo:
    code = str(row["partnership__code"])
    dashed = f"{code[:2]}-{code[2:4]}-{code[4:]}" if code.startswith("VO") else code
    title = f"Samenvatting {row['question_set__year']} over {dashed} schrijven of publiceren"
    return Todo(title, reverse("finance:question_set", args=[row["question_set"]]), "Schrijven")


def _sum_up_many(rows: list[Waiting]) -> Todo:
    title = f"Samenvattingen {rows[0]['question_set__year']} over {len(rows)} samenwerkingsverbanden schrijven"
    return Todo(title, reverse("finance:question_set", args=[rows[0]["question_set"]]), "Bekijken")
