"""What goes into a document, as plain frozen values: the same content is the same document.

The documents of profiles and plans stand in modules of their own, and what is common to all in this one.

Nothing here depends on the clock, on keys of the database or on who asks. What changes after the conversation without
changing what was said there, such as an agreement that is ticked off, stays out.
"""

import dataclasses
import datetime
import hashlib
from typing import Any

from conversations.agenda import mark_of
from conversations.models import Conversation
from indicators.comparing import ComparisonCell, ComparisonRow, FormComparison, FormText, Words, load_comparison
from indicators.discrepancy import Gap
from indicators.models import IndicatorSet
from reports.account_contents import AccountContent
from reports.budget_contents import Money, money_of
from reports.narrative_contents import NarrativeContent
from reports.plan_contents import PlanContent
from reports.profile_contents import ProfileContent
from swvportal.lib.charts import Cell as HistogramCell
from swvportal.lib.charts import Step
from swvportal.lib.seal import canonical_bytes

FORMAT = 2
"""Part of the fingerprint. A change in what a document says about the same conversation is a new number."""

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    name: str
    function: str


@dataclasses.dataclass(frozen=True, slots=True)
class Level:
    letter: str
    color: str
    label: str
    description: str

    @property
    def step(self) -> Step:
        return Step(self.letter, self.color, self.label)


@dataclasses.dataclass(frozen=True, slots=True)
class Dimension:
    name: str
    short_name: str
    description: str


@dataclasses.dataclass(frozen=True, slots=True)
class FormVersion:
    """The version of the form that both parties filled in."""

    title: str
    version: int
    source: str
    ordinal: bool
    levels: tuple[Level, ...]
    dimensions: tuple[Dimension, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(level.step for level in self.levels)


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    name: str
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What one party wrote about one indicator; `gap` says what it sees ahead, paper or practice."""

    explanation: str
    evidence: tuple[Evidence, ...]
    gap: str


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """Both ratings on one dimension, as places on the scale from 0; `mark` is how the verdict is drawn."""

    school: int | None
    partnership: int | None
    verdict: str
    mark: str

    @property
    def party(self) -> str:
        """Whose mark stands before a difference of one level; larger ones have a shape of their own."""
        return "school" if self.mark.endswith("-school diff-1") else "swv" if self.mark.endswith("-swv diff-1") else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One indicator. `group` and `rank` are its place in the conversation."""

    code: str
    name: str
    text: str
    theme: str
    group: str
    rank: int
    cells: tuple[Cell, ...]
    school: Said
    partnership: Said
    conclusion: str

    @property
    def title(self) -> str:
        return f"{self.code} {self.name}"


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """One party's form as a whole, with its seal."""

    submitted_at: datetime.datetime
    submitted_by: str
    seal: str
    follow_up: str
    planning: str


@dataclasses.dataclass(frozen=True, slots=True)
class Agreed:
    text: str
    who: str
    due: datetime.date | None
    code: str


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    total: int
    equal: int
    different: int
    missing: int
    school_higher: int
    partnership_higher: int


@dataclasses.dataclass(frozen=True, slots=True)
class ConversationContent:
    """The report of one managementgesprek; `rows` in the order of the form."""

    format: int
    partnership: str
    partnership_code: str
    school: str
    school_location: str
    school_code: str
    board: str
    round: str
    school_year: int
    held_at: datetime.datetime
    duration_minutes: int
    location: str
    people: tuple[Person, ...]
    exchanged_at: datetime.datetime
    missing_party: str
    started_reason: str
    form: FormVersion
    school_form: Form | None
    partnership_form: Form | None
    counts: Counts
    priority_rule: str
    pictures: tuple[tuple[HistogramCell, ...], ...]
    rows: tuple[Row, ...]
    summary: str
    money: Money
    budget_notes: str
    plan_notes: str
    agreements: tuple[Agreed, ...]


type Content = ConversationContent | ProfileContent | PlanContent | AccountContent | NarrativeContent


def fingerprint(content: Content) -> str:
    """SHA-256 over the canonical JSON of a content: what makes two documents the same."""
    return hashlib.sha256(canonical_bytes(_plain(dataclasses.asdict(content)))).hexdigest()


def control_code(content_fingerprint: str, version: int) -> str:
    """A code such as 7QK4-M2RD-9XWA, known before the file is made, because the file shows it.

    60 bits of a hash in Crockford's base 32, which leaves out I, L, O and U: nobody has to guess what a sign was.
    """
    digest = hashlib.sha256(f"{content_fingerprint}:{version}".encode()).digest()
    number = int.from_bytes(digest[:8]) >> 4
    signs = [CROCKFORD[(number >> 5 * place) & 31] for place in reversed(range(CODE_LENGTH))]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, CODE_LENGTH, 4))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def conversation_content(conversation: Conversation) -> ConversationContent:
    """The content of a conversation's report (fetched `for_page().with_record()`), from what the exchange opened."""
    participation = conversation.participation
    assert participation.exchanged_at is not None, "a conversation begins after the exchange"
    school, round_ = participation.school, participation.round
    comparison = load_comparison(participation)
    counts = comparison.compared.counts
    conclusions = {
        conclusion.indicator.key: conclusion.text for conclusion in conversation.conclusions.select_related("indicator")
    }
    return ConversationContent(
        format=FORMAT,
        partnership=round_.partnership.name,
        partnership_code=round_.partnership.code_dashed,
        school=school.name,
        school_location=school.location,
        school_code=school.code,
        board=school.board.name,
        round=round_.title,
        school_year=round_.school_year,
        held_at=conversation.held_at,
        duration_minutes=conversation.duration_minutes,
        location=conversation.location,
        people=tuple(Person(*row) for row in conversation.participant_rows()),
        exchanged_at=participation.exchanged_at,
        missing_party=participation.missing_party,
        started_reason=participation.started_reason,
        form=_form_version(round_.indicator_set),
        school_form=_form(comparison.school),
        partnership_form=_form(comparison.partnership),
        counts=Counts(
            counts.total,
            counts.equal,
            counts.different,
            counts.missing,
            counts.school_higher,
            counts.partnership_higher,
        ),
        priority_rule=comparison.compared.priority_rule_nl,
        pictures=_pictures(comparison),
        rows=tuple(_row(row, conclusions.get(row.key, "")) for row in comparison.rows),
        summary=conversation.summary,
        money=money_of(conversation),
        budget_notes=conversation.budget_notes,
        plan_notes=conversation.plan_notes,
        agreements=tuple(
            Agreed(a.text, a.who_and_side, a.due, a.indicator.code if a.indicator else "")
            for a in conversation.agreements.all()
        ),
    )


def _form_version(indicator_set: IndicatorSet) -> FormVersion:
    levels = indicator_set.levels.values_list("letter", "color", "label", "description")
    dimensions = indicator_set.dimensions.values_list("name", "short_name", "description")
    return FormVersion(
        indicator_set.title,
        indicator_set.version,
        indicator_set.source,
        indicator_set.ordinal,
        tuple(Level(*row) for row in levels),
        tuple(Dimension(*row) for row in dimensions),
    )


def _form(form: FormText | None) -> Form | None:
    if form is None or form.submitted_at is None:
        return None
    return Form(form.submitted_at, form.submitted_by, form.seal, form.follow_up, form.planning)


def _pictures(comparison: FormComparison) -> tuple[tuple[HistogramCell, ...], ...]:
    """A histogram per dimension; a scale without an order has no distances to draw."""
    if not comparison.ordinal:
        return ()
    return tuple(comparison.histogram_cells(place) for place in range(len(comparison.dimensions)))


def _row(row: ComparisonRow, conclusion: str) -> Row:
    return Row(
        code=row.code,
        name=row.name,
        text=row.text,
        theme=f"{row.theme_number}. {row.theme_title}",
        group=row.compared.priority_group,
        rank=row.compared.rank,
        cells=tuple(_cell(cell) for cell in row.cells),
        school=_said(row.school, row.compared.school_gap),
        partnership=_said(row.partnership, row.compared.partnership_gap),
        conclusion=conclusion,
    )


def _cell(cell: ComparisonCell) -> Cell:
    return Cell(cell.school_position, cell.partnership_position, cell.verdict, mark_of(cell.result))


def _said(words: Words, gap: Gap | None) -> Said:
    """Only a gap that is worth talking about is named."""
    ahead = gap.ahead if gap is not None and gap.is_wide and gap.ahead else ""
    return Said(words.explanation, tuple(Evidence(e.name, e.sha256) for e in words.evidence), ahead)
