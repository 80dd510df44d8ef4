"""What the conversation page shows, as plain values: the subjects in talking order, and each text with its state."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from conversations.models import Agreement, Conversation
from indicators.comparing import ComparisonCell, ComparisonRow, FormComparison
from indicators.discrepancy import DimensionResult, Outcome
from swvportal.lib.seal import normalise_text

if TYPE_CHECKING:
    from schools.querysets import Viewer

LABELS = {
    "budget_notes": (
        "Wat is besproken over het ondersteuningsbudget?",
        "Waar ging het geld naartoe, en wat heeft het opgebracht? Noem geen leerlingen.",
    ),
    "plan_notes": (
        "Wat is besproken over het actieplan?",
        "Hoe past het actieplan (ambitieplan) bij het ondersteuningsplan van het SWV?",
    ),
    "summary": (
        "Wat zijn de belangrijkste uitkomsten en prioriteiten?",
        "Drie tot vijf zinnen. Deze tekst staat vooraan in het verslag.",
    ),
}


@dataclass(frozen=True, slots=True)
class TextItem:
    """A text that is saved on its own, under `name` in the page's form.

    `shown` tells what the page showed when it was made, so that a text that nobody touched is not saved again. With a
    conflict `theirs` is what stands there now, and `text` what this person wrote.
    """

    name: str
    label: str
    hint: str
    text: str
    version: int
    theirs: str | None = None
    error: str = ""
    saved: bool = False

    @property
    def shown(self) -> str:
        return digest(self.text if self.theirs is None and not self.error else "")

    @property
    def conclusion_of(self) -> int | None:
        """The key of the indicator this is the conclusion of."""
        return int(self.name.removeprefix("conclusion-")) if self.name.startswith("conclusion-") else None


@dataclass(frozen=True, slots=True)
class Line:
    """An agreement as one reads it elsewhere: what, how it goes, and where to read on."""

    text: str
    who: str
    standing: str
    is_open: bool
    is_late: bool
    school_year: int
    url: str
    is_thread: bool

    @classmethod
    def of(cls, agreement: Any, today: datetime.date) -> "Line":
        """Of an agreement fetched `for_list().for_reader(user)`."""
        participation = agreement.conversation.participation
        url = reverse("conversations:conversation", args=[participation.pk]) + "#afspraken"
        if agreement.sees_thread:
            url = reverse("conversations:thread", args=[agreement.action_point_id])
        return cls(
            text=agreement.text,
            who=agreement.who_and_side,
            standing=agreement.standing,
            is_open=agreement.is_open,
            is_late=agreement.is_late(today),
            school_year=participation.round.school_year,
            url=url,
            is_thread=agreement.sees_thread,
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """One indicator on the agenda, with what is agreed about it now and what was agreed about it the last time."""

    row: ComparisonRow
    cells: tuple[tuple[ComparisonCell, str], ...]
    item: TextItem
    agreed: tuple[Line, ...] = ()
    before: tuple[Line, ...] = ()


def digest(text: str) -> str:
    return hashlib.sha256(normalise_text(text).encode()).hexdigest()[:16]


def text_items(conversation: Conversation, indicators: Mapping[str, tuple[int, str]]) -> dict[str, TextItem]:
    """Every text of a conversation by its name. `indicators` gives (key in the database, name) by the form's key."""
    items = {
        field: TextItem(field, label, hint, getattr(conversation, field), getattr(conversation, f"{field}_version"))
        for field, (label, hint) in LABELS.items()
    }
    conclusions = {conclusion.indicator_id: conclusion for conclusion in conversation.conclusions.all()}
    for pk, name in indicators.values():
        standing = conclusions.get(pk)
        text, version = (standing.text, standing.version) if standing else ("", 0)
        item = TextItem(f"conclusion-{pk}", f"Conclusie bij {name}", "", text, version)
        items[item.name] = item
    return items


type Lines = Mapping[str, tuple[Line, ...]]


def agreed_before(conversation: Conversation, user: "Viewer", today: datetime.date) -> Lines:
    """What was agreed the last year before this one in which there were agreements, by the indicator's lasting key."""
    participation = conversation.participation
    round_ = participation.round
    earlier = Agreement.objects.visible_to(user).for_list().for_reader(user).filter(indicator__isnull=False)
    found = list(earlier.of_earlier_years(participation.school_id, round_.partnership_id, round_.school_year))
    last = found[0].conversation.participation.round.school_year if found else None
    return by_indicator([each for each in found if each.conversation.participation.round.school_year == last], today)


def by_indicator(agreements: Iterable[Agreement], today: datetime.date) -> Lines:
    found: dict[str, tuple[Line, ...]] = defaultdict(tuple)
    for agreement in agreements:
        if agreement.indicator is not None:
            found[agreement.indicator.key] += (Line.of(agreement, today),)
    return found


def subjects(
    comparison: FormComparison,
    indicators: Mapping[str, tuple[int, str]],
    items: Mapping[str, TextItem],
    agreed: Lines,
    before: Lines,
) -> list[Subject]:
    """All indicators, what most needs talking about first."""
    return [
        Subject(
            row,
            tuple((cell, mark_of(cell.result)) for cell in row.cells),
            items[f"conclusion-{indicators[row.key][0]}"],
            agreed.get(row.key, ()),
            before.get(row.key, ()),
        )
        for row in comparison.in_conversation_order()
    ]


def to_discuss(everything: Iterable[Subject]) -> list[Subject]:
    """What differs, what has a conclusion already, and what something was agreed about."""
    return [
        subject
        for subject in everything
        if subject.row.compared.is_differing
        or subject.item.text
        or subject.item.theirs
        or subject.agreed
        or subject.before
    ]


def mark_of(result: DimensionResult) -> str:
    """The classes of the word that says who rates higher."""
    if result.outcome is Outcome.EQUAL:
        return "diff diff-0"
    if result.is_missing:
        return "diff diff-missing"
    if result.distance is None:
        return "diff"
    party = "school" if result.higher == "school" else "swv"
    return f"diff diff-{party} diff-{min(result.distance, 5)}"


def with_saved(item: TextItem, text: str, version: int) -> TextItem:
    return replace(item, text=text, version=version, saved=True, theirs=None, error="")
