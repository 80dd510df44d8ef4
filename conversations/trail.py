"""The way of one euro: fund, budget line, action point, agreement, difference, and what came of it.

It starts from a budget line that this person reads. Each further step is read by its own rules, through `visible_to`;
what is not there, or not for this person to read, is said in a sentence (`Step.missing`). From the action point on it is
the thread (`conversations.thread`), followed upwards.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from actionplans.board import OutsideView, outside_view
from actionplans.models import ActionPoint, Spearhead, SupportPlan
from conversations.thread import Paid, PointInYear, Thread, load_thread
from finance.budgeting import FundBlock, LineRow, budget_page
from finance.figures import OTHER
from finance.models import Allocation, BudgetLine, FundAccount
from finance.rendered import rendered
from swvportal.lib import dates

if TYPE_CHECKING:
    from schools.querysets import Viewer

NO_POINT = "Deze regel hoort bij geen actiepunt."
UNREAD_POINT = "Deze regel betaalt een actiepunt dat u nog niet kunt lezen. Dat kan zodra het plan ver genoeg is."
READ_ALONG = (
    "U leest dit actiepunt alleen mee. Waar het vandaan komt, blijft bij de school en haar samenwerkingsverband."
)
NO_AGREEMENT = "Dit actiepunt komt niet uit een gesprek. Er is dus geen afspraak om bij te zetten."
CLOSED_AGREEMENT = "Bij dit actiepunt hoort een afspraak uit een gesprek. U kunt die niet lezen."
UNREAD_AGREEMENT = "Of het actiepunt uit een gesprek komt, leest u hier zodra u het actiepunt zelf kunt lezen."
WITHOUT_POINT = "Zonder actiepunt is er geen afspraak om bij te zetten."
NO_INDICATOR = "De afspraak gaat niet over één indicator. Er is dus geen verschil om bij te zetten."
NO_DIFFERENCE = "Zonder afspraak is er geen verschil om bij te zetten."
UNREAD_EFFECT = "Wat het actiepunt opleverde, leest u hier zodra u het kunt lezen."
NOT_EVALUATED = "Het actiepunt is nog niet geëvalueerd."


@dataclass(frozen=True, slots=True)
class Step:
    """One step in a word. `missing` is the sentence that stands in its place where there is nothing to show."""

    anchor: str
    name: str
    value: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Accounted:
    """What the school said of this money under this spearhead when it accounted for it; empty where it said nothing."""

    title: str
    state: str
    url: str
    done: str
    brought: str


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the point is read in full there are `thread` and `point`, where it is only shared `shared`."""

    line: BudgetLine
    block: FundBlock
    row: LineRow
    allocations: tuple[Allocation, ...]
    may_choose: bool
    spearhead: Spearhead | None
    spearhead_url: str
    shared: OutsideView | None
    thread: Thread | None
    point: PointInYear | None
    together: tuple[Paid, ...]
    accounted: tuple[Accounted, ...]
    steps: tuple[Step, ...]

    @property
    def step(self) -> dict[str, Step]:
        """By the name of its place on the page."""
        return {step.anchor: step for step in self.steps}


def load_trail(line: BudgetLine, user: "Viewer", today: datetime.date) -> Trail | None:
    """The trail of this line (fetched `for_page()`, from `visible_to(user)`); None where it was removed meanwhile."""
    budget = line.budget
    page = budget_page(budget, user, today)
    found = next(((block, row) for block in page.blocks for row in block.rows if row.line.pk == line.pk), None)
    if found is None:
        return None
    block, row = found
    inside, shared = _point(line, user, is_readable=row.point_readable)
    thread = load_thread(inside, user) if inside else None
    point = next((each for each in thread.points if each.is_asked), None) if thread else None
    head = line.under if row.point_readable else line.spearhead
    is_unread = line.action_point_id is not None and not row.point_readable
    key = head.key if head else "" if is_unread else OTHER
    accounted = _accounted(line, key, user)
    steps = (
        Step("geldstroom", "De geldstroom", line.fund.name),
        Step("regel", "De begrotingsregel", line.category.name),
        _point_step(line, point, shared),
        _agreement_step(line, inside, shared, thread),
        _difference_step(thread),
        _effect_step(line, point, shared, accounted),
    )
    return Trail(
        line=line,
        block=block,
        row=row,
        allocations=_allocations(line, user),
        may_choose=budget.may_write(user),
        spearhead=head,
        spearhead_url=_spearhead_url(head, user),
        shared=shared,
        thread=thread,
        point=point,
        together=tuple(paid for paid in point.paid if paid.pk != line.pk) if point else (),
        accounted=accounted,
        steps=steps,
    )


def _point(line: BudgetLine, user: "Viewer", *, is_readable: bool) -> tuple[ActionPoint | None, OutsideView | None]:
    """The action point for who reads it in full, or else as far as it is shared."""
    point = line.action_point
    if point is None or not is_readable:
        return None, None
    inside: ActionPoint | None = ActionPoint.objects.inside_to(user).for_page().filter(pk=point.pk).first()
    return (inside, None) if inside else (None, outside_view(point))


# The steps ------------------------------------------------------------------------------------------------------------


def _point_step(line: BudgetLine, point: PointInYear | None, shared: OutsideView | None) -> Step:
    value, missing = "geen", ""
    if point or shared:
        value = point.state if point else shared.state if shared else ""
    elif line.action_point_id:
        value, missing = "nog niet te lezen", UNREAD_POINT
    else:
        missing = NO_POINT
    return Step("actiepunt", "Het actiepunt", value, missing)


def _agreement_step(
    line: BudgetLine, inside: ActionPoint | None, shared: OutsideView | None, thread: Thread | None
) -> Step:
    value, missing = "geen", ""
    if thread and thread.agreed:
        value = f"gesprek van {dates.plain_date(thread.agreed.held_at)}"
    elif inside is not None:
        value, missing = ("niet te lezen", CLOSED_AGREEMENT) if inside.agreed else ("geen", NO_AGREEMENT)
    elif shared:
        value, missing = "niet te lezen", READ_ALONG
    elif line.action_point_id:
        value, missing = "nog niet te lezen", UNREAD_AGREEMENT
    else:
        missing = WITHOUT_POINT
    return Step("afspraak", "De afspraak", value, missing)


def _difference_step(thread: Thread | None) -> Step:
    if thread and thread.difference:
        return Step("verschil", "Het verschil", thread.difference.title)
    return Step("verschil", "Het verschil", "geen", NO_INDICATOR if thread and thread.agreed else NO_DIFFERENCE)


def _effect_step(
    line: BudgetLine, point: PointInYear | None, shared: OutsideView | None, accounted: tuple[Accounted, ...]
) -> Step:
    value, missing = "nog niet bekend", ""
    result = point.result if point else shared.result if shared else ""
    if result:
        value = result
    elif any(each.done or each.brought for each in accounted):
        value = "zie de verantwoording"
    if line.action_point_id and not result:
        missing = NOT_EVALUATED if point or shared else UNREAD_EFFECT
    return Step("effect", "Wat het opleverde", value, missing)


# What stands beside them ----------------------------------------------------------------------------------------------


def _allocations(line: BudgetLine, user: "Viewer") -> tuple[Allocation, ...]:
    """What was allocated to the school from this fund, of the years that this budget draws on."""
    budget = line.budget
    rows = Allocation.objects.visible_to(user).for_list().drawn_on(budget.school_year)
    return tuple(rows.filter(school=budget.school_id, fund_year__fund=line.fund_id).order_by("fund_year__year"))


def _spearhead_url(head: Spearhead | None, user: "Viewer") -> str:
    if head is None or not SupportPlan.objects.visible_to(user).filter(pk=head.plan_id).exists():
        return ""
    return reverse("actionplans:support_plan", args=[head.plan_id])


def _accounted(line: BudgetLine, key: str, user: "Viewer") -> tuple[Accounted, ...]:
    """The accounts of this fund that rest on this budget, as far as they were handed in (two years at the most), with
    what was sealed about the spearhead of this key; without a key about none."""
    accounts = FundAccount.objects.visible_to(user).for_page().filter(pk__in=line.budget.handed_in_accounts())
    found = []
    for account in accounts.filter(fund_year__fund=line.fund_id).order_by("fund_year__year"):
        parts = rendered(account, account.newest_seal()).spearheads if key else ()
        part = next((part for part in parts if part.key == key), None)
        found.append(
            Accounted(
                title=account.fund_year.label,
                state=account.get_state_display(),
                url=account.get_absolute_url(),
                done=part.done if part else "",
                brought=part.brought if part else "",
            )
        )
    return tuple(found)
