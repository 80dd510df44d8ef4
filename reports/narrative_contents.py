"""What goes into a board's "Toelichting uitvoering doelen op Passend Onderwijs" of one year; see `reports.contents`.

One section for each partnership in which the board has schools, in the order of the codes; the text of a summary only
once it is published.
"""

import dataclasses
import datetime
import functools
import operator

from django.db.models import Q
from django.utils import timezone

from finance.models import BoardNarrative, QuestionSet
from schools.models import Partnership

FORMAT = 1
TITLE = "Toelichting uitvoering doelen op Passend Onderwijs"


@dataclasses.dataclass(frozen=True, slots=True)
class NarrativeSection:
    """One partnership; `text` is empty until the summary is published."""

    code: str
    name: str
    text: str
    published_on: datetime.date | None

    @property
    def heading(self) -> str:
        """ "VO-30-01 Samenwerkingsverband …" """
        return f"{self.code} {self.name}"


@dataclasses.dataclass(frozen=True, slots=True)
class NarrativeContent:
    format: int
    board: str
    year: int
    introduction: str
    questions: tuple[str, ...]
    sections: tuple[NarrativeSection, ...]

    @property
    def published(self) -> tuple[NarrativeSection, ...]:
        return tuple(each for each in self.sections if each.text)

    @property
    def missing(self) -> tuple[NarrativeSection, ...]:
        return tuple(each for each in self.sections if not each.text)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def narrative_content(asked: QuestionSet) -> NarrativeContent:
    """Of a set of questions, fetched `for_page()`. Two queries, whatever the number of schools."""
    summaries = asked.summaries.filter(state=BoardNarrative.State.PUBLISHED)
    published = {each.partnership_id: each for each in summaries}
    around = [asked.schools(), asked.narratives.all(), asked.summaries.all()]
    keys = [Q(pk__in=rows.order_by().values("partnership")) for rows in around]
    partnerships = Partnership.objects.filter(functools.reduce(operator.or_, keys)).order_by("code", "pk")
    return NarrativeContent(
        format=FORMAT,
        board=asked.board.name,
        year=asked.year,
        introduction=asked.introduction,
        questions=tuple(question.text for question in asked.questions.all()),
        sections=tuple(_section(each, published.get(each.pk)) for each in partnerships),
    )


def _section(partnership: Partnership, summary: BoardNarrative | None) -> NarrativeSection:
    day = timezone.localdate(summary.published_at) if summary and summary.published_at else None
    return NarrativeSection(partnership.code_dashed, partnership.name, summary.text if summary else "", day)
