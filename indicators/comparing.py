"""The comparison of one school's two forms with every text beside it: what the page and the report both show.

`load_comparison` fetches, `indicators.discrepancy` compares, and what comes out is plain and frozen. Only forms that
the exchange opened are read; a form that was closed unread counts as missing for everybody, its writer included.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from indicators.discrepancy import (
    Comparison,
    DimensionResult,
    Gap,
    IndicatorComparison,
    IndicatorInput,
    Outcome,
    Scale,
    Trend,
    compare,
    trend,
)
from indicators.models import (
    Answer,
    Assessment,
    AssessmentState,
    Dimension,
    EvidenceFile,
    Indicator,
    Participation,
    Party,
    Rating,
    RatingLevel,
)
from swvportal.lib import school_year
from swvportal.lib.charts import Cell as HistogramCell
from swvportal.lib.charts import Step

if TYPE_CHECKING:
    from schools.querysets import Viewer


@dataclass(frozen=True, slots=True)
class DimensionText:
    key: str
    name: str
    short_name: str
    description: str

    @property
    def heading(self) -> str:
        """The name as far as the head of a column has room: "Schriftelijk vastgelegd"."""
        return self.name.partition("/")[0]

    @property
    def title(self) -> str:
        """ "Op papier" """
        return self.short_name[:1].upper() + self.short_name[1:]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    token: uuid.UUID
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Words:
    """What one party wrote about one indicator."""

    explanation: str = ""
    evidence: tuple[EvidenceItem, ...] = ()
    confirmed_unchanged: bool = False

    def __bool__(self) -> bool:
        return bool(self.explanation or self.evidence)


@dataclass(frozen=True, slots=True)
class FormText:
    """One party's form as a whole. `pk` is its key; the seal covers every answer in it."""

    pk: int
    party: Party
    submitted_at: datetime.datetime | None
    submitted_by: str
    seal: str
    follow_up: str
    planning: str


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    """One indicator on one dimension; the positions are places on the scale from 0, for the pictures."""

    dimension: DimensionText
    result: DimensionResult
    last: DimensionResult | None
    school_position: int | None
    partnership_position: int | None

    @property
    def verdict(self) -> str:
        return verdict_nl(self.result)

    @property
    def last_verdict(self) -> str:
        return verdict_nl(self.last) if self.last else ""

    @property
    def last_letters(self) -> str:
        """Both letters of last year: "School U, SWV S"."""
        if self.last is None:
            return ""
        return f"School {self.last.school or 'ontbreekt'}, SWV {self.last.partnership or 'ontbreekt'}"

    @property
    def higher(self) -> str:
        """Whose mark stands before the verdict, as the pictures call it: "school", "swv", or nobody's."""
        return {"school": "school", "partnership": "swv"}.get(self.result.higher or "", "")

    @property
    def css(self) -> str:
        if self.result.is_missing:
            return "diff diff-missing"
        if self.result.outcome is Outcome.EQUAL:
            return "diff diff-0"
        if self.result.distance is None:
            return "diff diff-other"
        return f"diff diff-{self.higher} diff-{min(self.result.distance, 5)}"


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonRow:
    """One indicator with its texts. Group, rank and gaps are in `compared`."""

    code: str
    key: str
    name: str
    text: str
    theme_number: str
    theme_title: str
    compared: IndicatorComparison
    cells: tuple[ComparisonCell, ...]
    school: Words
    partnership: Words

    @property
    def last_nl(self) -> str:
        """Both letters of last year, per question that was asked then: "op papier School U, SWV S"."""
        return "; ".join(f"{cell.dimension.short_name} {cell.last_letters}" for cell in self.cells if cell.last)

    @property
    def school_gap_nl(self) -> str:
        return gap_nl(self.compared.school_gap)

    @property
    def partnership_gap_nl(self) -> str:
        return gap_nl(self.compared.partnership_gap)

    @property
    def school_gap_css(self) -> str:
        return _gap_css(self.compared.school_gap)

    @property
    def partnership_gap_css(self) -> str:
        return _gap_css(self.compared.partnership_gap)


@dataclass(frozen=True, slots=True)
class FormComparison:
    """Both forms side by side. `rows` stand in the order of the form; a form that is not there is None.

    `last_year` is the start year of the school year that `ComparisonCell.last` speaks of: the latest one before this
    in which the school's forms were exchanged.
    """

    participation: Participation
    levels: tuple[Step, ...]
    dimensions: tuple[DimensionText, ...]
    compared: Comparison
    rows: tuple[ComparisonRow, ...]
    school: FormText | None
    partnership: FormText | None
    last_year: int | None = None

    @property
    def ordinal(self) -> bool:
        return self.compared.scale.ordinal

    @property
    def last_year_label(self) -> str:
        return "" if self.last_year is None else school_year.label(self.last_year)

    @property
    def has_gaps(self) -> bool:
        """Whether the form asks about paper and practice, so that one can be ahead of the other."""
        return len(self.dimensions) > 1

    def in_conversation_order(self) -> tuple[ComparisonRow, ...]:
        return tuple(sorted(self.rows, key=lambda row: row.compared.rank))

    @property
    def missing_forms(self) -> tuple[Party, ...]:
        """The parties whose form was never exchanged: then all its ratings are missing."""
        return tuple(p for p, form in zip(Party, (self.school, self.partnership), strict=True) if form is None)

    def verdict(self) -> tuple[str, str]:
        """What to talk about first, in one sentence, and why."""
        if self.missing_forms:
            absent = self.missing_forms[0]
            present, absent_nl = WITH_ARTICLE[absent.other], WITH_ARTICLE[absent]
            return f"Alleen het formulier van {present} is er.", f"Vraag in het gesprek hoe {absent_nl} het ziet."
        codes = self.compared.discuss_first()
        if not codes:
            return "School en SWV kozen overal hetzelfde.", "Bespreek samen wat de volgende stap is."
        first = next(row for row in self.rows if row.code == codes[0]).compared
        if first.is_far_apart:
            why = "Daar is het verschil het grootst."
        elif first.has_missing:
            why = "Daar ontbreekt een waardering."
        elif self.ordinal:
            why = "Nergens is het verschil groter dan 1 niveau."
        else:
            why = "Daar verschillen de meeste antwoorden."
        return f"Bespreek eerst {_listed(codes)}.", why

    def missing_nl(self) -> str:
        """Which ratings are missing, and whose: "3D op papier, van het SWV"."""
        if self.missing_forms:
            return "het formulier van " + " en ".join(WITH_ARTICLE[party] for party in self.missing_forms)
        cells = [(row.code, cell) for row in self.rows for cell in row.cells if cell.result.is_missing]
        said = []
        for outcome, whose in MISSING_OF.items():
            theirs = [f"{code} {cell.dimension.short_name}" for code, cell in cells if cell.result.outcome is outcome]
            if theirs:
                said.append(f"{_listed(theirs)}, van {whose}")
        return "; ".join(said)

    def histogram_cells(self, dimension: int) -> tuple[HistogramCell, ...]:
        """What `charts.histogram` draws of the dimension at this place; only an ordinal scale has distances."""
        return tuple((row.code, _signed(row.cells[dimension].result)) for row in self.rows)


WITH_ARTICLE = {Party.SCHOOL: "de school", Party.PARTNERSHIP: "het SWV"}
MISSING_OF = {
    Outcome.MISSING_SCHOOL: "de school",
    Outcome.MISSING_PARTNERSHIP: "het SWV",
    Outcome.MISSING_BOTH: "beide",
}


def _listed(words: Sequence[str]) -> str:
    """ "2C, 3A en 2A" """
    return " en ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def verdict_nl(result: DimensionResult) -> str:
    """The outcome in words: who rates higher, and by how many levels."""
    if result.outcome is Outcome.DIFFERENT:
        if result.distance is None:
            return "verschillend"
        return f"{'School' if result.higher == 'school' else 'SWV'} {result.distance} hoger"
    return {
        Outcome.EQUAL: "gelijk",
        Outcome.MISSING_SCHOOL: "School ontbreekt",
        Outcome.MISSING_PARTNERSHIP: "SWV ontbreekt",
        Outcome.MISSING_BOTH: "beide ontbreken",
    }[result.outcome]


def gap_nl(gap: Gap | None) -> str:
    """What one party sees ahead, paper or practice."""
    if gap is None:
        return "niet te bepalen"
    if not gap.differs:
        return "gelijk"
    if gap.ahead is None:
        return "verschillend"
    return f"{'papier' if gap.ahead == 'paper' else 'praktijk'} {gap.levels} voor"


def _gap_css(gap: Gap | None) -> str:
    if gap is None or not gap.differs:
        return "none"
    return "is-big" if gap.is_wide else ""


def load_comparison(participation: Participation, user: "Viewer | None" = None) -> FormComparison:
    """The comparison of an exchanged participation (with its round), as this person may see it.

    Without a person (for work in the background) it reads whatever the exchange opened. One query finds the forms;
    seven more, however long they are, read what this process has not compared yet. Raises ValueError when no form is
    open to this person.
    """
    now, before = _open_forms(participation, user)
    if now is None:
        raise ValueError("a participation that was not exchanged has no comparison")
    content = _content(now.key, before.key if before else None)
    return FormComparison(
        participation=participation,
        levels=content.levels,
        dimensions=content.dimensions,
        compared=content.compared,
        rows=content.rows,
        school=now.forms.get(Party.SCHOOL),
        partnership=now.forms.get(Party.PARTNERSHIP),
        last_year=before.key.school_year if before else None,
    )


def forms_in(participation: Participation) -> dict[Party, bool]:
    """Whether each party's form is in: all that anybody may know of the other one before the exchange."""
    states = participation.assessments.values_list("party", "state")
    return {Party(party): state in {AssessmentState.SUBMITTED, AssessmentState.EXCHANGED} for party, state in states}


# Fetching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _YearKey:
    """Which forms were exchanged in one round: per form its key, party and seal."""

    school_year: int
    set_id: int
    ordinal: bool
    forms: tuple[tuple[int, Party, str], ...]


@dataclass(frozen=True, slots=True)
class _Year:
    key: _YearKey
    forms: dict[Party, FormText]


@dataclass(frozen=True, slots=True)
class _Content:
    """What two years of sealed forms say; the same for everybody who may read them."""

    levels: tuple[Step, ...]
    dimensions: tuple[DimensionText, ...]
    compared: Comparison
    rows: tuple[ComparisonRow, ...]


@dataclass(frozen=True, slots=True)
class _IndicatorText:
    code: str
    key: str
    position: int
    name: str
    text: str
    theme_number: str
    theme_title: str


@dataclass(slots=True)
class _Parts:
    """The parts of one version of the form."""

    indicators: list[_IndicatorText] = field(default_factory=list)
    dimensions: list[DimensionText] = field(default_factory=list)
    levels: list[Step] = field(default_factory=list)


type _Ratings = dict[int, dict[tuple[str, str], str | None]]


def _open_forms(participation: Participation, user: "Viewer | None") -> tuple[_Year | None, _Year | None]:
    """The exchanged forms of this participation, and of the school's latest one in an earlier school year."""
    year = participation.round.school_year
    visible = Assessment.objects.all() if user is None else Assessment.objects.visible_to(user)
    opened = visible.filter(
        Q(participation=participation) | Q(participation__round__school_year__lt=year),
        state=AssessmentState.EXCHANGED,
        participation__school=participation.school_id,
        participation__round__partnership=participation.round.partnership_id,
    ).order_by("-participation__round__school_year", "-participation__exchanged_at", "pk")
    found: dict[int, _Year] = {}
    for here, school_year_, set_id, ordinal, pk, party, at, by, seal, follow_up, planning in opened.values_list(
        "participation",
        "participation__round__school_year",
        "participation__round__indicator_set",
        "participation__round__indicator_set__ordinal",
        *("pk", "party", "submitted_at", "submitted_by__name", "seal", "follow_up", "planning"),
    ):
        form = FormText(pk, Party(party), at, by or "", seal, follow_up, planning)
        forms = found[here].forms if here in found else {}
        forms[form.party] = form
        sealed = tuple((each.pk, each.party, each.seal) for each in forms.values())
        found[here] = _Year(_YearKey(school_year_, set_id, ordinal, sealed), forms)
    now = found.pop(participation.pk, None)
    return now, next(iter(found.values()), None)


@lru_cache(maxsize=64)
def _content(now: _YearKey, before: _YearKey | None) -> _Content:
    """Kept by the seals: they cover every answer, and what was exchanged never changes, so this cannot grow old."""
    parts = _load_parts({year.set_id for year in (now, before) if year})
    ratings = _load_ratings([pk for year in (now, before) if year for pk, _, _ in year.forms])
    compared = _compare(now, parts[now.set_id], ratings)
    trends = trend(_compare(before, parts[before.set_id], ratings), compared) if before else {}
    own = parts[now.set_id]
    rows = _rows(own, compared, trends, _load_words(now))
    return _Content(tuple(own.levels), tuple(own.dimensions), compared, rows)


def _load_parts(sets: set[int]) -> dict[int, _Parts]:
    parts: dict[int, _Parts] = defaultdict(_Parts)
    indicators = Indicator.objects.filter(indicator_set__in=sets).order_by("position")
    for set_id, code, key, position, name, text, number, title in indicators.values_list(
        "indicator_set", "code", "key", "position", "name", "text", "theme__number", "theme__title"
    ):
        parts[set_id].indicators.append(_IndicatorText(code, key, position, name, text, number, title))
    dimensions = Dimension.objects.filter(indicator_set__in=sets).order_by("position")
    for set_id, key, name, short_name, description in dimensions.values_list(
        "indicator_set", "key", "name", "short_name", "description"
    ):
        parts[set_id].dimensions.append(DimensionText(key, name, short_name, description))
    levels = RatingLevel.objects.filter(indicator_set__in=sets).order_by("position")
    for set_id, letter, color, label in levels.values_list("indicator_set", "letter", "color", "label"):
        parts[set_id].levels.append(Step(letter, color, label))
    return parts


def _load_ratings(forms: list[int]) -> _Ratings:
    ratings: _Ratings = defaultdict(dict)
    for form, indicator, dimension, letter in (
        Rating.objects.filter(answer__assessment__in=forms)
        .order_by()
        .values_list("answer__assessment", "answer__indicator__key", "dimension__key", "level__letter")
    ):
        ratings[form][indicator, dimension] = letter
    return ratings


def _load_words(year: _YearKey) -> dict[tuple[Party, str], Words]:
    keys = {pk: party for pk, party, _ in year.forms}
    evidence: dict[int, list[EvidenceItem]] = defaultdict(list)
    files = EvidenceFile.objects.filter(answer__assessment__in=keys).order_by("pk")
    for answer, token, name, size, sha256 in files.values_list("answer", "token", "name", "size", "sha256"):
        evidence[answer].append(EvidenceItem(token, name, size, sha256))
    answers = Answer.objects.filter(assessment__in=keys).order_by()
    return {
        (keys[form], indicator): Words(explanation, tuple(evidence.get(pk, ())), unchanged)
        for pk, form, indicator, explanation, unchanged in answers.values_list(
            "pk", "assessment", "indicator__key", "explanation", "confirmed_unchanged"
        )
    }


def _compare(year: _YearKey, own: _Parts, ratings: _Ratings) -> Comparison:
    scale = Scale(tuple(level.letter for level in own.levels), year.ordinal)
    indicators = [IndicatorInput(i.code, i.key, i.position) for i in own.indicators]
    dimensions = [dimension.key for dimension in own.dimensions]
    by_party = {party: ratings[pk] for pk, party, _ in year.forms}
    school, partnership = (by_party.get(party, {}) for party in (Party.SCHOOL, Party.PARTNERSHIP))
    return compare(scale, indicators, dimensions, school, partnership)


def _rows(
    own: _Parts,
    compared: Comparison,
    trends: dict[tuple[str, str], Trend],
    words: dict[tuple[Party, str], Words],
) -> tuple[ComparisonRow, ...]:
    positions = {level.letter: index for index, level in enumerate(own.levels)}

    def cell(row: IndicatorComparison, dimension: DimensionText, result: DimensionResult) -> ComparisonCell:
        then = trends.get((row.key, dimension.key))
        places = (positions.get(letter) if letter else None for letter in (result.school, result.partnership))
        return ComparisonCell(dimension, result, then.previous if then else None, *places)

    return tuple(
        ComparisonRow(
            code=indicator.code,
            key=indicator.key,
            name=indicator.name,
            text=indicator.text,
            theme_number=indicator.theme_number,
            theme_title=indicator.theme_title,
            compared=row,
            cells=tuple(cell(row, *pair) for pair in zip(own.dimensions, row.results, strict=True)),
            school=words.get((Party.SCHOOL, row.key), Words()),
            partnership=words.get((Party.PARTNERSHIP, row.key), Words()),
        )
        for indicator, row in zip(own.indicators, compared.indicators, strict=True)
    )


def _signed(result: DimensionResult) -> int | None:
    if result.distance is None:
        return None
    return result.distance if result.higher == "school" else -result.distance
