"""What accounts ask of somebody: the school to begin, finish or mend one, the partnership to approve."""

from collections.abc import Iterator
from functools import partial

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from finance.models import AccountQuestion, Allocation, FundAccount
from schools.access import Access, access_of
from swvportal.lib.todo import Todo, grouped

STEPS = {"": "beginnen", "draft": "afmaken en indienen", "returned": "aanpassen: teruggegeven door het SWV"}


def todos_for(user: User) -> list[Todo]:
    """At most two queries for who directs a school, three where an account was handed in, one for the partnership."""
    access = access_of(user)
    found: list[Todo] = []
    if access.directs:
        accounts = list(FundAccount.objects.filter(school__in=access.directs).for_overview())
        if any(account.state == FundAccount.State.SUBMITTED for account in accounts):
            found += _to_answer(access)
        found += _to_render(access, accounts)
    if access.partnerships:
        found += _to_approve(user, access)
    return found


def _to_render(access: Access, every: list[FundAccount]) -> Iterator[Todo]:
    """From the end of the fund's year on, until it is handed in."""
    today = timezone.localdate()
    accounts = {(account.school_id, account.fund_year_id): account for account in every}
    published = Allocation.objects.filter(school__in=access.directs, fund_year__state="published")
    rows: dict[tuple[int, str], list[tuple[Allocation, FundAccount | None]]] = {}
    for row in published.select_related("school", "fund_year__fund").order_by("fund_year__account_due", "pk"):
        account = accounts.get((row.school_id, row.fund_year_id))
        if row.fund_year.bounds[1] < today and (account is None or account.is_draft):
            rows.setdefault((row.fund_year_id, _step(account)), []).append((row, account))
    for (_, step), group in rows.items():
        yield from grouped(group, partial(_one, step), partial(_many, step))


def _step(account: FundAccount | None) -> str:
    if account is None:
        return ""
    return "returned" if account.submitted_at else "draft"


def _one(step: str, pair: tuple[Allocation, FundAccount | None]) -> Todo:
    row, account = pair
    return Todo(
        f"Verantwoording {row.fund_year.label} {STEPS[step]}",
        account.get_absolute_url() if account else reverse("finance:accounts"),
        "Verder invullen" if account else "Beginnen",
        row.school.name,
        row.school.where,
        due=row.fund_year.account_due,
    )


def _many(step: str, pairs: list[tuple[Allocation, FundAccount | None]]) -> Todo:
    fund_year = pairs[0][0].fund_year
    return Todo(
        f"Verantwoording {fund_year.label} {STEPS[step]} voor {len(pairs)} scholen",
        f"{reverse('finance:accounts')}?jaar={fund_year.year}&geldstroom={fund_year.fund_id}",
        "Bekijken",
        due=fund_year.account_due,
    )


def _to_answer(access: Access) -> list[Todo]:
    asked = AccountQuestion.objects.open().filter(account__school__in=access.directs).for_page()
    return grouped(list(asked), _answer_one, _answer_many)


def _answer_one(asked: AccountQuestion) -> Todo:
    account = asked.account
    return Todo(
        f"Vraag over de verantwoording {account.fund_year.label} beantwoorden",
        asked.get_absolute_url(),
        "Beantwoorden",
        account.school.name,
        account.school.where,
    )


def _answer_many(asked: list[AccountQuestion]) -> Todo:
    return Todo(
        f"{len(asked)} vragen over verantwoordingen beantwoorden",
        f"{reverse('finance:accounts')}?jaar=alle&stand=submitted",
        "Bekijken",
    )


def _to_approve(user: User, access: Access) -> list[Todo]:
    waiting = (
        FundAccount.objects.visible_to(user)
        .filter(state="submitted", partnership__in=access.partnerships)
        .exclude(school__in=access.schools)  # who works there does not approve it
        .select_related("school", "fund_year__fund")
        .order_by("submitted_at", "pk")
    )
    return grouped(list(waiting), _approve_one, _approve_many)


def _approve_one(account: FundAccount) -> Todo:
    return Todo(
        f"Verantwoording {account.fund_year.label} beoordelen",
        account.get_absolute_url(),
        "Beoordelen",
        account.school.name,
        account.school.where,
    )


def _approve_many(waiting: list[FundAccount]) -> Todo:
    return Todo(
        f"{len(waiting)} verantwoordingen beoordelen",
        f"{reverse('finance:accounts')}?jaar=alle&stand=submitted",
        "Bekijken",
    )
