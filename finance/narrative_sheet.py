"""The answers of a year as a sheet, for the board that asked."""

from collections.abc import Iterable

from django.utils import timezone

from finance.models import NarrativeAnswer, QuestionSet
from swvportal.lib.spreadsheets import Sheet

COLUMNS = (
    "Boekjaar",
    "Code SWV",
    "Samenwerkingsverband",
    "School",
    "Vestiging",
    "BRIN",
    "Nummer",
    "Vraag",
    "Antwoord",
    "Verwerkt",
    "Ingediend op",
)


def answers_sheet(asked: QuestionSet, answers: Iterable[NarrativeAnswer]) -> Sheet:
    """`answers` comes `for_list()`, with `used_in`."""
    numbers = {question.pk: number for number, question in enumerate(asked.questions.all(), start=1)}
    rows = [
        (
            asked.year,
            each.narrative.partnership.code_dashed,
            each.narrative.partnership.name,
            each.narrative.school.name,
            each.narrative.school.location,
            each.narrative.school.code,
            numbers.get(each.question_id, 0),
            each.question.text,
            each.text,
            "ja" if each.used_in.all() else "nee",
            timezone.localdate(each.narrative.submitted_at) if each.narrative.submitted_at else None,
        )
        for each in answers
    ]
    return Sheet("Antwoorden", COLUMNS, rows)
