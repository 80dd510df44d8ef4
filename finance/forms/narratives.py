"""The yearly accountability questions, the answers of a school, and the board's summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms

from actionplans.forms.profiles import NO_PUPILS, Text
from finance.models import BoardNarrative, NarrativeAnswer, Question, QuestionSet, SchoolNarrative
from finance.models.narratives import USED
from swvportal.lib.dates import must_be_plausible
from swvportal.lib.forms import DATE, MergingForm
from swvportal.lib.merging import values_of


def _key() -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=2**63 - 1)


class BeginSetForm(forms.Form):
    board = _key()
    year = forms.IntegerField(min_value=2000, max_value=2200)


class BeginNarrativeForm(forms.Form):
    school = _key()
    question_set = _key()


class BeginSummaryForm(forms.Form):
    question_set = _key()
    partnership = _key()


class MoveForm(forms.Form):
    direction = forms.ChoiceField(choices=[("up", "omhoog"), ("down", "omlaag")])


class QuestionSetForm(MergingForm):
    introduction = Text(
        rows=6,
        label="Inleiding",
        max_length=5000,
        help_text="Staat boven de vragen, en bovenaan het document voor het jaarverslag. Dit mag leeg blijven.",
    )
    due = forms.DateField(
        label="Uiterlijk ingediend op",
        required=False,
        widget=DATE,
        validators=[must_be_plausible],
        help_text="De laatste dag waarop een school op tijd is. Deze dag mag u ook na het uitzetten nog verschuiven.",
    )

    def __init__(self, *args: Any, question_set: QuestionSet, **kwargs: Any) -> None:
        self.question_set = question_set
        super().__init__(*args, **kwargs)
        if not question_set.is_draft:  # the schools have read it
            del self.fields["introduction"]
            self.fields["due"].required = True

    def standing(self) -> dict[str, Any]:
        names = QuestionSet.EDITABLE if self.question_set.is_draft else ("due",)
        return values_of(self.question_set, names)


class QuestionForm(MergingForm):
    text = forms.CharField(
        label="Vraag",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Schrijf op wat u van de scholen wilt weten."},
    )

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        self.question = question
        super().__init__(*args, **kwargs)

    def standing(self) -> dict[str, Any]:
        return {"text": self.question.text if self.question else ""}


# A school answers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A question with the field for its answer and what the school wrote a year earlier."""

    number: int
    question: Question
    field: forms.BoundField
    was: str


class NarrativeForm(MergingForm):
    """One text per question. `before` holds last year's answers by the key of the question."""

    use_required_attribute = False

    def __init__(self, *args: Any, narrative: SchoolNarrative, before: dict[str, str], **kwargs: Any) -> None:
        self.narrative, self.before = narrative, before
        super().__init__(*args, **kwargs)
        for number, question in enumerate(self.questions, start=1):
            self.fields[question.key] = Text(
                rows=8, needed=True, label=f"Antwoord op vraag {number}", max_length=10_000, help_text=NO_PUPILS
            )

    @property
    def questions(self) -> Iterable[Question]:
        return self.narrative.question_set.questions.all()

    @cached_property
    def _standing(self) -> dict[str, str]:
        return self.narrative.standing()

    def standing(self) -> dict[str, Any]:
        return self._standing

    def values(self) -> dict[str, Any]:
        """Only what was posted: what did not stand on this person's page stays as it is."""
        return {name: value for name, value in super().values().items() if self.add_prefix(name) in self.data}

    def answers(self) -> list[AnswerField]:
        return [
            AnswerField(number, question, self[question.key], self.before.get(question.key, ""))
            for number, question in enumerate(self.questions, start=1)
        ]

    def filled(self) -> int:
        return sum(bool((self[question.key].value() or "").strip()) for question in self.questions)


def with_last_year(posted: dict[str, str], key: str, was: str) -> dict[str, str]:
    """What the page posts once last year's answer is put in: below what stands there, and not twice."""
    here = posted.get(key, "").replace("\r\n", "\n").rstrip()
    if was.strip() in here:
        return posted
    return {**posted, key: f"{here}\n\n{was}" if here else was}


# The board sums up ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UsedAnswer:
    """An answer with the box that says whether it was worked in; no box where nothing can be changed."""

    answer: NarrativeAnswer
    box: forms.BoundField | None


class SummaryForm(MergingForm):
    """The text, and a box for each answer. `standing` is what the database holds: see `BoardNarrative.standing`."""

    use_required_attribute = False
    text = Text(
        rows=22,
        needed=True,
        label="Samenvatting",
        max_length=20_000,
        help_text=f"Zo komt de tekst in het document. Een lege regel begint een nieuwe alinea. {NO_PUPILS}",
    )

    def __init__(self, *args: Any, summary: BoardNarrative, answers: list[NarrativeAnswer], **kwargs: Any) -> None:
        self.summary, self.answers = summary, answers
        super().__init__(*args, **kwargs)
        for answer in answers:
            whose = answer.narrative.school.name
            self.fields[f"{USED}{answer.pk}"] = forms.BooleanField(
                required=False, label=f"Verwerkt: {whose}, vraag {answer.question.position}"
            )

    @cached_property
    def _standing(self) -> dict[str, Any]:
        return self.summary.standing()

    def standing(self) -> dict[str, Any]:
        """Of the answers that stood on the page; what was handed in or taken back meanwhile is left alone."""
        names = {"text", *(f"{USED}{answer.pk}" for answer in self.answers)}
        return {name: value for name, value in self._standing.items() if name in names}

    def shown(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "verwerkt" if value else "niet verwerkt"
        return super().shown(name, value)

    def used(self) -> int:
        return sum(bool(self[f"{USED}{answer.pk}"].value()) for answer in self.answers)

    def box_of(self, answer: NarrativeAnswer) -> UsedAnswer:
        return UsedAnswer(answer, self[f"{USED}{answer.pk}"])
