"""The thread: a difference in the forms, the agreement about it, the action point that carries it out, and its effect.

It starts from an action point, and reads what this person may read: everything comes through `visible_to`.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPoint
from conversations.agenda import mark_of
from conversations.models import Agreement, Conclusion
from finance.models import BudgetLine
from indicators.comparing import ComparisonCell, ComparisonRow, FormComparison, load_comparison
from indicators.discrepancy import DimensionResult, Outcome
from indicators.models import Participation
from swvportal.lib import school_year as school_years
from swvportal.lib.charts import Step

if TYPE_CHECKING:
    from schools.querysets import Viewer

NOT_YET = "nog niet bekend: het volgende formulier is nog niet uitgewisseld"


@dataclass(frozen=True, slots=True)
class Rated:
    """One indicator as both parties rated it in one year."""

    year: str
    exchanged_at: datetime.datetime | None
    title: str
    text: str
    levels: tuple[Step, ...]
    ordinal: bool
    cells: tuple[tuple[ComparisonCell, str], ...]
    url: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreement, with the talk it was made in."""

    text: str
    who: str
    due: datetime.date | None
    held_at: datetime.datetime
    indicator: str
    conclusion: str
    url: str


@dataclass(frozen=True, slots=True)
class Noted:
    on: datetime.date
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A budget line that pays for an action point."""

    pk: int
    fund: str
    description: str
    budgeted_cents: int
    spent_cents: int
    url: str


@dataclass(frozen=True, slots=True)
class PointInYear:
    """The action in one year; carried over it is a point in each."""

    pk: int
    year: str
    plan_url: str
    plan_kind: str
    url: str
    goal: str
    measure: str
    who: str
    due: datetime.date | None
    is_late: bool
    spearhead: str
    state: str
    is_open: bool
    notes: tuple[Noted, ...]
    result: str
    learned: str
    is_asked: bool
    paid: tuple[Paid, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One dimension then and now, in words: "school: van S naar U"."""

    dimension: str
    parties: tuple[str, ...]
    difference: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of the indicator. `unknown` says why there is nothing to compare; then the rest is empty."""

    unknown: str = ""
    rated: Rated | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """`agreed` is None for a point that did not come from a conversation, `difference` also where the agreement is
    about no indicator in particular. `points` runs from the first year to the last."""

    goal: str
    owner: str
    point_url: str
    difference: Rated | None
    agreed: Agreed | None
    points: tuple[PointInYear, ...]
    effect: Effect

    @property
    def evaluated(self) -> tuple[PointInYear, ...]:
        return tuple(point for point in self.points if point.result)


def load_thread(point: ActionPoint, user: "Viewer") -> Thread:
    """The thread through this point (fetched `for_page()`, from `inside_to(user)`)."""
    chain = _chain(point, user)
    agreement = _agreement_of([each.pk for each in chain if each.plan.school_year <= point.plan.school_year], user)
    difference, effect = None, Effect()
    if agreement is not None and agreement.indicator is not None:
        participation = agreement.conversation.participation
        then = load_comparison(participation, user)
        row = _row(then, agreement.indicator.key)
        difference = _rated(then, row)
        effect = _effect(then, row, _next_exchanged(participation, user), user)
    today, paid = timezone.localdate(), _paid(chain, user)
    return Thread(
        goal=point.goal,
        owner=point.plan.school.name if point.plan.school else point.plan.partnership.name,
        point_url=point.get_absolute_url(),
        difference=difference,
        agreed=_agreed(agreement) if agreement else None,
        points=tuple(_in_year(each, today, paid.get(each.pk, []), is_asked=each.pk == point.pk) for each in chain),
        effect=effect,
    )


# The action over the years -------------------------------------------------------------------------------------------


def _chain(point: ActionPoint, user: "Viewer") -> list[ActionPoint]:
    """This point with those it was carried over from and to, as far as this person reads them; the first year first.

    Two queries, however many years: who carries over stays within the plans of one owner.
    """
    plan = point.plan
    own = Q(plan__school=plan.school_id) if plan.school_id else Q(plan__school=None, plan__partnership=plan.partnership)
    visible = ActionPoint.objects.inside_to(user).filter(own)
    links = visible.filter(carried_from__isnull=False).order_by().values_list("pk", "carried_from")
    before = {then: first for then, first in links if first is not None}
    after = {first: then for then, first in before.items()}
    keys = _followed(point.pk, before) | _followed(point.pk, after)
    found = visible.filter(pk__in=keys).for_list().prefetch_related("notes__author")
    return sorted(found, key=lambda each: each.plan.school_year)


def _followed(start: int, links: dict[int, int]) -> set[int]:
    found, here = {start}, links.get(start)
    while here is not None and here not in found:
        found.add(here)
        here = links.get(here)
    return found


def _paid(chain: list[ActionPoint], user: "Viewer") -> dict[int, list[Paid]]:
    """By action point the budget lines that this person may read; one query."""
    lines = BudgetLine.objects.visible_to(user).filter(action_point__in=[point.pk for point in chain])
    found: dict[int, list[Paid]] = {}
    for line in lines.select_related("fund").with_spent().order_by("position", "pk"):
        url = reverse("conversations:trail", args=[line.pk])
        paid = Paid(line.pk, line.fund.name, line.description, line.amount_cents, line.spent_cents, url)
        if line.action_point_id:
            found.setdefault(line.action_point_id, []).append(paid)
    return found


def _in_year(point: ActionPoint, today: datetime.date, paid: list[Paid], *, is_asked: bool) -> PointInYear:
    return PointInYear(
        pk=point.pk,
        year=school_years.label(point.plan.school_year),
        plan_url=point.plan.get_absolute_url(),
        plan_kind=point.plan.kind,
        url=point.get_absolute_url(),
        goal=point.goal,
        measure=point.measure,
        who=point.who,
        due=point.due,
        is_late=point.is_late(today),
        spearhead=f"{point.spearhead.number}. {point.spearhead.title}" if point.spearhead else "",
        state=point.get_state_display(),
        is_open=point.is_open,
        notes=tuple(Noted(note.on, note.text, note.author.name) for note in reversed(point.notes.all())),
        result=point.get_result_display() if point.result else "",
        learned=point.learned,
        is_asked=is_asked,
        paid=tuple(paid),
    )


# The agreement and the difference ------------------------------------------------------------------------------------


def _agreement_of(points: list[int], user: "Viewer") -> Agreement | None:
    """Of these points (the asked one and those before it), the agreement behind the latest one that has any."""
    agreements = Agreement.objects.visible_to(user).for_page().filter(action_point__in=points)
    found: Agreement | None = agreements.order_by("-action_point__plan__school_year").first()
    return found


def _agreed(agreement: Agreement) -> Agreed:
    conversation, indicator = agreement.conversation, agreement.indicator
    concluded = Conclusion.objects.filter(conversation=conversation, indicator=indicator).first() if indicator else None
    return Agreed(
        text=agreement.text,
        who=agreement.who_and_side,
        due=agreement.due,
        held_at=conversation.held_at,
        indicator=f"{indicator.code} {indicator.name}" if indicator else "",
        conclusion=concluded.text if concluded else "",
        url=reverse("conversations:conversation", args=[conversation.participation_id]) + "#afspraken",
    )


def _row(comparison: FormComparison, key: str) -> ComparisonRow | None:
    return next((row for row in comparison.rows if row.key == key), None)


def _rated(comparison: FormComparison, row: ComparisonRow | None) -> Rated | None:
    if row is None:
        return None
    participation = comparison.participation
    return Rated(
        year=school_years.label(participation.round.school_year),
        exchanged_at=participation.exchanged_at,
        title=f"{row.code} {row.name}",
        text=row.text,
        levels=comparison.levels,
        ordinal=comparison.ordinal,
        cells=tuple((cell, mark_of(cell.result)) for cell in row.cells),
        url=reverse("indicators:comparison", args=[participation.pk]) + f"#{row.code}",
    )


# The effect ----------------------------------------------------------------------------------------------------------


def _next_exchanged(participation: Participation, user: "Viewer") -> Participation | None:
    """The first one of the same school and partnership in a later school year of which the forms were exchanged."""
    later = Participation.objects.visible_to(user).filter(
        school=participation.school_id,
        round__partnership=participation.round.partnership_id,
        round__school_year__gt=participation.round.school_year,
        exchanged_at__isnull=False,
    )
    found: Participation | None = later.select_related("round").order_by("round__school_year", "exchanged_at").first()
    return found


def _effect(then: FormComparison, before: ComparisonRow | None, later: Participation | None, user: "Viewer") -> Effect:
    if later is None or before is None:
        return Effect(unknown=NOT_YET)
    now = load_comparison(later, user)
    after = _row(now, before.key)
    if after is None:
        year = school_years.label(later.round.school_year)
        return Effect(unknown=f"niet te vergelijken: deze indicator staat niet in het formulier van {year}")
    last = {cell.dimension.key: cell.result for cell in before.cells}
    changes = tuple(_change(cell, last[cell.dimension.key]) for cell in after.cells if cell.dimension.key in last)
    return Effect(rated=_rated(now, after), changes=changes)


def _change(cell: ComparisonCell, then: DimensionResult) -> Change:
    now = cell.result
    return Change(
        dimension=cell.dimension.title,
        parties=(_moved("school", then.school, now.school), _moved("SWV", then.partnership, now.partnership)),
        difference=_compared(_distance(then), _distance(now)),
    )


def _moved(party: str, then: str | None, now: str | None) -> str:
    """ "school: van S naar U" """
    if then is None and now is None:
        return f"{party}: beide keren niets gekozen"
    if then is None:
        return f"{party}: eerst niets gekozen, nu {now}"
    if now is None:
        return f"{party}: was {then}, nu niets gekozen"
    return f"{party}: bleef {then}" if then == now else f"{party}: van {then} naar {now}"


def _distance(result: DimensionResult) -> str:
    """How far apart both were: "gelijk", "2 niveaus"."""
    if result.is_missing:
        return "niet te bepalen"
    if result.outcome is Outcome.EQUAL:
        return "gelijk"
    if result.distance is None:
        return "verschillend"
    return f"{result.distance} {'niveau' if result.distance == 1 else 'niveaus'}"


def _compared(then: str, now: str) -> str:
    """ "verschil was 2 niveaus, nu gelijk" """
    if then == now:
        return "bleef gelijk" if now == "gelijk" else f"verschil bleef {now}"
    return f"was gelijk, nu {now} verschil" if then == "gelijk" else f"verschil was {then}, nu {now}"
