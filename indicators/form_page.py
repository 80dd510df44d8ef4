"""What the page of a form shows: a row per indicator with what was answered, what is open still, and last year's
answers of both parties beside it."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects
from django.forms import BoundField
from django.utils.safestring import SafeString

from indicators.forms.answers import AnswerForm, ClosingTextForm, content_print, level_fields
from indicators.forms.widgets import last_levels
from indicators.models import (
    Answer,
    Assessment,
    AssessmentState,
    Dimension,
    EvidenceFile,
    Indicator,
    Party,
    Rating,
    RatingLevel,
    Theme,
)
from indicators.parts import parts_of
from swvportal.lib import school_year

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class LastLevel:
    """A level as last year's version of the form wrote it."""

    key: str
    letter: str
    color: str
    label: str


@dataclass(slots=True)
class LastAnswer:
    """What one party answered last year, by the keys that last."""

    party: Party
    explanation: str
    levels: dict[str, LastLevel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LastYear:
    """The newest earlier round of the school that was exchanged."""

    school_year: int
    parties: tuple[Party, ...]
    answers: dict[tuple[str, str], LastAnswer]

    def of(self, party: str, indicator: Indicator) -> LastAnswer | None:
        return self.answers.get((party, indicator.key))


def last_year_of(assessment: Assessment, user: "User | AnonymousUser") -> LastYear | None:
    """Last year's exchanged forms of this school, as far as this person may see them."""
    participation = assessment.participation
    newest = list(
        Assessment.objects.visible_to(user)
        .filter(
            state=AssessmentState.EXCHANGED,
            participation__school=participation.school_id,
            participation__round__school_year__lt=participation.round.school_year,
        )
        .order_by("-participation__round__school_year", "-participation_id", "-party")
        .values_list("participation__round__school_year", "participation_id", "party", "pk", "seal")[:2]
    )
    if not newest:
        return None
    year, its_participation, *_ = newest[0]
    forms = {Party(party): (pk, seal) for _, where, party, pk, seal in newest if where == its_participation}
    found = {
        (party.value, key): answer
        for party, (pk, seal) in forms.items()
        for key, answer in _answers_under_seal(pk, seal, party).items()
    }
    return LastYear(year, tuple(forms), found)


@lru_cache(maxsize=256)
def _answers_under_seal(form: int, seal: str, party: Party) -> dict[str, LastAnswer]:
    """The answers of an exchanged form by the indicator's key. Nothing under a seal changes, so it is read once.

    Who may see it was asked before; the seal in the key tells this content from any other.
    """
    answers = Answer.objects.filter(assessment=form).values_list("indicator__key", "explanation")
    found = {indicator: LastAnswer(party, explanation) for indicator, explanation in answers}
    ratings = Rating.objects.filter(answer__assessment=form).order_by()
    for indicator, dimension, *level in ratings.values_list(
        "answer__indicator__key", "dimension__key",
        "level__key", "level__letter", "level__color", "level__label",
    ):  # fmt: skip
        found[indicator].levels[dimension] = LastLevel(*level)
    return found


def levels_to_confirm(
    last_year: LastYear | None,
    party: Party,
    indicator: Indicator,
    dimensions: Sequence[Dimension],
    levels: Sequence[RatingLevel],
) -> dict[str, str]:
    """One's own party's levels of last year, as far as this year's form still has them; empty: nothing to confirm."""
    last = last_year.of(party, indicator) if last_year else None
    if last is None:
        return {}
    still_there = {level.key for level in levels}
    return {
        dimension.key: last.levels[dimension.key].key
        for dimension in dimensions
        if dimension.key in last.levels and last.levels[dimension.key].key in still_there
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """One dimension of a row: the radio group, the chosen level, last year's levels."""

    dimension: Dimension
    control: BoundField
    chosen: RatingLevel | None
    last: tuple[tuple[Party, LastLevel | None], ...]

    @property
    def last_drawn(self) -> SafeString:
        return last_levels(
            tuple((party.value, (was.letter, was.color, was.label) if was else None) for party, was in self.last)
        )


@dataclass(frozen=True, slots=True)
class LevelClash:
    dimension: Dimension
    theirs: RatingLevel | None
    mine: RatingLevel | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people wrote in one row: both contents, for the person to choose from."""

    who: str
    at: datetime.datetime | None
    theirs: str
    mine: str
    levels: tuple[LevelClash, ...] = ()

    @property
    def texts_differ(self) -> bool:
        return self.theirs != self.mine


@dataclass(slots=True)
class Row:
    """One indicator on the page."""

    indicator: Indicator
    form: AnswerForm
    answer: Answer | None
    cells: list[Cell]
    last: list[LastAnswer]
    confirm_levels: dict[str, str]
    confirm_label: str
    conflict: Conflict | None = None
    upload_error: str = ""

    @property
    def key(self) -> str:
        return self.indicator.key

    @property
    def confirm_json(self) -> str:
        return json.dumps(self.confirm_levels)

    @property
    def evidence(self) -> list[EvidenceFile]:
        return list(self.answer.evidence.all()) if self.answer else []

    @property
    def unrated(self) -> list[Dimension]:
        return [cell.dimension for cell in self.cells if cell.chosen is None]

    @property
    def is_done(self) -> bool:
        """Every level is chosen, or the explanation says why one is not; the same rule as at the submit."""
        explained = self.answer is not None and self.answer.explanation != ""
        return explained or not (self.unrated or self.indicator.explanation_required)

    def point_out(self) -> list[tuple[str, str]]:
        """Mark what stops a submit at its field; gives the links for the summary."""
        if self.is_done:
            return []
        found = []
        for cell in self.cells:
            if cell.chosen is None:
                self._mark(cell.control.name, "Kies een niveau. Of leg bij de toelichting uit waarom u dat niet kunt.")
                text = f"{self.indicator}: kies een niveau bij ‘{cell.dimension.name}’"
                found.append((cell.control.auto_id, text))
        if not found:
            self._mark("explanation", "Vul een toelichting in. Bij deze indicator is die verplicht.")
            found.append((self.form["explanation"].auto_id, f"{self.indicator}: vul een toelichting in"))
        return found

    def _mark(self, name: str, mistake: str) -> None:
        self.form.errors[name] = self.form.error_class([mistake], field_id=self.form[name].auto_id)

    @property
    def is_touched(self) -> bool:
        return self.answer is not None and self.answer.version > 0

    @property
    def is_confirmed(self) -> bool:
        return self.answer is not None and self.answer.confirmed_unchanged


@dataclass(slots=True)
class ClosingRow:
    """One of the two texts at the end."""

    name: str
    form: ClosingTextForm
    text: str
    conflict: Conflict | None = None

    @property
    def key(self) -> str:
        return f"closing.{self.name}"

    @property
    def control(self) -> BoundField:
        return self.form["text"]


@dataclass(slots=True)
class FormPage:
    """Everything on the page of one form."""

    assessment: Assessment
    rows: list[Row]
    closing: list[ClosingRow]
    dimensions: list[Dimension]
    levels: list[RatingLevel]
    last_year: LastYear | None
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def themes(self) -> list[tuple[Theme, list[Row]]]:
        groups: dict[int, tuple[Theme, list[Row]]] = {}
        for row in self.rows:
            groups.setdefault(row.indicator.theme_id, (row.indicator.theme, []))[1].append(row)
        return list(groups.values())

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def is_closed_off(self) -> bool:
        """Both texts at the end are there; they may also stay empty."""
        return all(row.text for row in self.closing)

    @property
    def open_rows(self) -> list[Row]:
        return [row for row in self.rows if not row.is_done]

    @property
    def saved_at(self) -> datetime.datetime | None:
        return max((row.answer.updated_at for row in self.rows if row.answer and row.is_touched), default=None)

    @property
    def last_year_label(self) -> str:
        return school_year.label(self.last_year.school_year) if self.last_year else ""

    @property
    def has_conflict(self) -> bool:
        return any(row.conflict for row in self.rows) or any(text.conflict for text in self.closing)


class PageBuilder:
    """Loads what the page needs, in a fixed number of queries, and makes its rows."""

    def __init__(self, assessment: Assessment, user: "User | AnonymousUser") -> None:
        self.assessment = assessment
        load_for_page(assessment)
        indicator_set = assessment.participation.round.indicator_set
        self.dimensions = list(indicator_set.dimensions.all())
        self.levels = list(indicator_set.levels.all())
        self.level_fields = level_fields(self.dimensions, self.levels)
        self.level_of = {level.key: level for level in self.levels}
        self.answers = {answer.indicator_id: answer for answer in assessment.answers.all()}
        self.indicators = list(indicator_set.indicators.all())
        self.last_year = last_year_of(assessment, user)

    def page(self) -> FormPage:
        return FormPage(
            assessment=self.assessment,
            rows=[self.row(indicator) for indicator in self.indicators],
            closing=[self.closing_row(name) for name in Assessment.CLOSING_TEXTS],
            dimensions=self.dimensions,
            levels=self.levels,
            last_year=self.last_year,
        )

    def row(self, indicator: Indicator) -> Row:
        answer = self.answers.get(indicator.pk)
        form = self.fresh_form(indicator, answer)
        last = [found for party in self._last_parties() if (found := self._last(party, indicator))]
        confirm_levels = self.levels_to_confirm(indicator)
        return Row(
            indicator=indicator,
            form=form,
            answer=answer,
            cells=self.cells(indicator, form, answer),
            last=[found for found in last if found.explanation],
            confirm_levels=confirm_levels,
            confirm_label=_confirm_label([self.level_of[key] for key in confirm_levels.values()]),
        )

    def cells(self, indicator: Indicator, form: AnswerForm, answer: Answer | None) -> list[Cell]:
        chosen = answer.levels() if answer else {}
        last = {party: self._last(party, indicator) for party in self._last_parties()}
        return [
            Cell(
                dimension,
                form[form.level_names[dimension.key]],
                self.level_of.get(chosen.get(dimension.key, "")),
                tuple((party, found.levels.get(dimension.key) if found else None) for party, found in last.items()),
            )
            for dimension in self.dimensions
        ]

    def fresh_form(self, indicator: Indicator, answer: Answer | None) -> AnswerForm:
        levels = answer.levels() if answer else {}
        text = answer.explanation if answer else ""
        initial = {
            "version": answer.version if answer else 0,
            "base": content_print(levels, text),
            "explanation": text,
            "confirmed": "1" if answer and answer.confirmed_unchanged else "",
            **{f"level.{key}": value for key, value in levels.items()},
        }
        return AnswerForm(indicator, self.level_fields, initial=initial)

    def closing_row(self, name: str) -> ClosingRow:
        text = getattr(self.assessment, name)
        initial = {
            "version": getattr(self.assessment, f"{name}_version"),
            "base": content_print({}, text),
            "text": text,
        }
        return ClosingRow(name, ClosingTextForm(name, initial=initial), text)

    def levels_to_confirm(self, indicator: Indicator) -> dict[str, str]:
        return levels_to_confirm(self.last_year, Party(self.assessment.party), indicator, self.dimensions, self.levels)

    def _last_parties(self) -> Sequence[Party]:
        return self.last_year.parties if self.last_year else ()

    def _last(self, party: Party, indicator: Indicator) -> LastAnswer | None:
        return self.last_year.of(party, indicator) if self.last_year else None


def load_for_page(assessment: Assessment) -> None:
    """The parts of the form, the answers with their levels, and the evidence."""
    round_ = assessment.participation.round
    indicator_set = round_.indicator_set = parts_of(round_.indicator_set)
    prefetch_related_objects(
        [assessment],
        Prefetch("answers__ratings", Rating.objects.order_by("dimension__position")),
        Prefetch("answers__evidence", EvidenceFile.objects.select_related("uploaded_by")),
    )
    dimensions = {dimension.pk: dimension for dimension in indicator_set.dimensions.all()}
    levels = {level.pk: level for level in indicator_set.levels.all()}
    for answer in assessment.answers.all():
        for rating in answer.ratings.all():
            rating.dimension, rating.level = dimensions[rating.dimension_id], levels[rating.level_id]


def answer_conflict(
    mine: AnswerForm, theirs: Answer, who: str, dimensions: Sequence[Dimension], levels: Sequence[RatingLevel]
) -> Conflict:
    level_of = {level.key: level for level in levels}
    my_levels, their_levels = mine.levels(), theirs.levels()
    clashes = tuple(
        LevelClash(
            dimension, level_of.get(their_levels.get(dimension.key, "")), level_of.get(my_levels.get(dimension.key, ""))
        )
        for dimension in dimensions
        if their_levels.get(dimension.key) != my_levels.get(dimension.key)
    )
    return Conflict(who, theirs.updated_at, theirs.explanation, mine.text(), clashes)


def _confirm_label(levels: Sequence[RatingLevel]) -> str:
    """ "Nog steeds U" when all are the same, else "Nog steeds U en S"."""
    letters = list(dict.fromkeys(level.letter for level in levels))
    if not letters:
        return ""
    if len(letters) < 2:
        return f"Nog steeds {letters[0]}"
    letters = [level.letter for level in levels]
    return f"Nog steeds {', '.join(letters[:-1])} en {letters[-1]}"
