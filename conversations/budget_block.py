"""The school's support budget of the round's year, its use and its effect, for the second subject of the conversation."""

import dataclasses
import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from finance.budgeting import BudgetPage, FundBlock, LineRow, budget_page
from finance.models import Budget, FundAccount
from swvportal.lib import school_year as school_years

if TYPE_CHECKING:
    from indicators.models import Participation
    from schools.querysets import Viewer


@dataclass(frozen=True, slots=True)
class AccountLine:
    """How far the account of one fund about the year before is; `left_cents` only where it was handed in."""

    fund: str
    state: str
    is_approved: bool
    left_cents: int | None
    url: str


@dataclass(frozen=True, slots=True)
class BudgetBlock:
    """`absent` says why there is no budget to show; then `page` is None. `accounts` are those of last year."""

    year: str
    absent: str = ""
    state: str = ""
    url: str = ""
    page: BudgetPage | None = None
    last_year: str = ""
    accounts: tuple[AccountLine, ...] = ()

    @property
    def funds(self) -> tuple[FundBlock, ...]:
        return self.page.blocks if self.page else ()

    @property
    def attention(self) -> list[LineRow]:
        """Lines to talk about: more spent than budgeted, more budgeted than there is, or lagging."""
        rows = self.page.rows if self.page else []
        return [row for row in rows if row.over_cents or row.realised.over or row.realised.lags]

    @property
    def effects(self) -> list[LineRow]:
        """Lines that pay for an action point which this person reads."""
        return [row for row in (self.page.rows if self.page else []) if row.point_readable]


def budget_block(participation: "Participation", user: "Viewer", today: datetime.date) -> BudgetBlock:
    """Of the budget as this person may read it; of a draft the partnership learns that there is one."""
    year = participation.round.school_year
    mine = {"school": participation.school_id, "school_year": year}
    accounts = _accounts(participation.school_id, year - 1, user)
    begun = BudgetBlock(school_years.label(year), last_year=school_years.label(year - 1), accounts=accounts)
    budget = Budget.objects.visible_to(user).for_page().filter(**mine).first()
    if budget is None:
        drafted = Budget.objects.standing_for(user).filter(**mine).exists()
        return dataclasses.replace(begun, absent=_absent(begun.year, drafted=drafted))
    return dataclasses.replace(
        begun,
        state=budget.get_state_display(),
        url=reverse("finance:budget", args=[budget.pk]),
        page=budget_page(budget, user, today),
    )


def _absent(year: str, *, drafted: bool) -> str:
    if drafted:
        return f"De school schrijft nog aan de begroting {year}. U leest haar zodra zij is ingediend."
    return f"Er is nog geen begroting {year} die u kunt lezen."


def _accounts(school: int, year: int, user: "Viewer") -> tuple[AccountLine, ...]:
    rows = FundAccount.objects.visible_to(user).for_page().filter(school=school, fund_year__year=year)
    return tuple(
        AccountLine(
            fund=row.fund_year.label,
            state=row.get_state_display(),
            is_approved=row.is_approved,
            left_cents=None if row.is_draft else row.remainder_cents,
            url=row.get_absolute_url(),
        )
        for row in rows.order_by("fund_year__fund__position", "pk")
    )
