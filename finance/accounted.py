"""Who has accounted for what: every school with an allocation of a published year, and how far its account is."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finance.models import Allocation, FundAccount, FundYear
from schools.access import Access, access_of

if TYPE_CHECKING:
    from schools.models import School
    from schools.querysets import Viewer

NOT_BEGUN, RETURNED = "geen", "teruggegeven"
STATES = {
    NOT_BEGUN: "nog niet begonnen",
    "draft": "concept",
    RETURNED: "teruggegeven",
    "submitted": "ingediend",
    "approved": "goedgekeurd",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One school, fund and year. `ours`: one works there, or it is of one's board or partnership."""

    school: "School"
    fund_year: FundYear
    granted_cents: int
    account: FundAccount | None
    readable: bool
    works_here: bool
    ours: bool
    today: datetime.date

    @property
    def state(self) -> str:
        if self.account is None:
            return NOT_BEGUN
        given_back = self.account.is_draft and self.account.submitted_at is not None
        return RETURNED if given_back else self.account.state

    @property
    def state_nl(self) -> str:
        return STATES[self.state]

    @property
    def is_with_school(self) -> bool:
        return self.account is None or self.account.is_draft

    @property
    def is_over(self) -> bool:
        return self.fund_year.bounds[1] < self.today

    @property
    def is_late(self) -> bool:
        return self.is_with_school and self.is_over and self.fund_year.account_due < self.today

    @property
    def waits_for(self) -> str:
        """Whose move it is, in words."""
        if not self.is_over and self.is_with_school:
            return "niemand: het jaar loopt nog"
        return {
            NOT_BEGUN: "de school: beginnen",
            "draft": "de school: indienen",
            RETURNED: "de school: aanpassen",
            "submitted": "het SWV: goedkeuren",
            "approved": "niemand: het is klaar",
        }[self.state]

    @property
    def rank(self) -> tuple[int, datetime.date, int, str, str]:
        """Late ones first, then what waits for the partnership, then what is still to come."""
        order = 0 if self.is_late else 1 if self.state == "submitted" else 2
        if order == 2 and self.is_with_school and not self.is_over:
            order = 3
        if self.state == "approved":
            order = 4
        return order, self.fund_year.account_due, self.fund_year.fund.position, self.school.name, self.school.location


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a fund in a year is covered by approved accounts."""

    fund_year: FundYear
    schools: int
    approved: int
    submitted: int
    late: int
    granted_cents: int
    covered_cents: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 says that nothing is missing."""
        return self.covered_cents * 100 // self.granted_cents if self.granted_cents > 0 else 0


def rows_for(user: "Viewer", today: datetime.date) -> list[Row]:
    """Everything one may know of, in three queries. Of a school that is not one's own, auditors see what was approved."""
    access = access_of(user)
    standing = {_key(account): account for account in FundAccount.objects.standing_for(user)}
    readable = {_key(account): account for account in FundAccount.objects.visible_to(user).for_overview()}
    granted = Allocation.objects.visible_to(user).for_list().filter(fund_year__state="published")
    found = []
    for allocation in granted:
        key = (allocation.school_id, allocation.fund_year_id)
        found.append(
            Row(
                school=allocation.school,
                fund_year=allocation.fund_year,
                granted_cents=allocation.total_cents,
                account=standing.get(key) or readable.get(key),
                readable=key in readable,
                works_here=allocation.school_id in access.schools,
                ours=_is_ours(allocation, access),
                today=today,
            )
        )
    return sorted(found, key=lambda row: row.rank)


def _key(account: FundAccount) -> tuple[int, int]:
    return account.school_id, account.fund_year_id


def _is_ours(allocation: Allocation, access: Access) -> bool:
    return (
        allocation.school_id in access.schools
        or allocation.school.board_id in access.boards
        or allocation.fund_year.fund.partnership_id in access.partnerships
    )


def coverage_of(rows: Iterable[Row], access: Access) -> list[Coverage]:
    """Per fund and year of a partnership of which one sees every school."""
    whole = access.partnerships | access.audited_partnerships
    by_year: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.fund_year.fund.partnership_id in whole:
            by_year[row.fund_year.pk].append(row)
    found = [_coverage(group) for group in by_year.values()]
    return sorted(found, key=lambda each: (-each.fund_year.year, each.fund_year.fund.position, each.fund_year.fund_id))


def _coverage(rows: list[Row]) -> Coverage:
    return Coverage(
        fund_year=rows[0].fund_year,
        schools=len(rows),
        approved=sum(row.state == "approved" for row in rows),
        submitted=sum(row.state == "submitted" for row in rows),
        late=sum(row.is_late for row in rows),
        granted_cents=sum(row.granted_cents for row in rows),
        covered_cents=sum(row.granted_cents for row in rows if row.state == "approved"),
    )
