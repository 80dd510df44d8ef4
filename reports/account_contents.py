"""What goes into the document of an account; see `reports.contents` for what holds for every document.

All of it is what was sealed at the submit: nothing that happens in the books, or to the names of things, alters it. Only
the approval stands beside the seal.
"""

import dataclasses
import datetime

from django.utils import timezone

from finance.models import AccountSeal, FundAccount
from finance.rendered import Rendered, rendered_from

FORMAT = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """One submit: the number, the day, who, and the seal."""

    number: int
    on: datetime.date
    by: str
    seal: str


@dataclasses.dataclass(frozen=True, slots=True)
class AccountContent:
    """The account of one school about one fund in one year. `approved_on` is empty until the partnership approves."""

    format: int
    account: Rendered
    sealed: Sealed
    state: str
    state_nl: str
    approved_on: datetime.date | None
    approved_by: str

    @property
    def is_approved(self) -> bool:
        return self.approved_on is not None


def account_content(account: FundAccount, seal: AccountSeal) -> AccountContent:
    """Of an account (fetched `for_page()`) and its newest seal, which comes with `sealed_by`."""
    shown = rendered_from(seal.sealed_content())
    return AccountContent(
        format=FORMAT,
        account=shown,
        sealed=Sealed(seal.number, timezone.localdate(seal.sealed_at), shown.submitted_by, seal.seal),
        state=account.state,
        state_nl=account.get_state_display(),
        approved_on=timezone.localdate(account.approved_at) if account.approved_at else None,
        approved_by=account.approved_by.name if account.approved_by else "",
    )
