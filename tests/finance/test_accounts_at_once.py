"""Two people at once: nothing is lost, nothing is approved twice, and no booking slips in between figures and seal."""

import datetime
import uuid
from functools import partial

import pytest

from finance.models import Budget, Entry, Expenditure, FundAccount
from records.models import LogEntry
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import Conflict, bases_of
from tests import money
from tests.money import LAST
from tests.test_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


def anew(user):
    """The same person in another request."""
    return type(user).objects.get(pk=user.pk)


@pytest.fixture
def account(world):
    last = money.fund_year(money.fund(world), world, LAST)
    money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    return money.account(world, world.alice, world.school, last)


def load(account):
    return FundAccount.objects.for_page().get(pk=account.pk)


def explain(account, world):
    """Nothing was booked yet: every category deviates."""
    standing = load(account).standing()
    load(account).save_content(world.alice, dict.fromkeys(standing, "Uitgelegd."), bases_of(standing))


@pytest.mark.parametrize("run", range(3))
def test_what_is_booked_during_the_submit_is_in_the_seal_or_refused(world, account, run):
    line = money.lines(Budget.objects.get(school=world.school, school_year=LAST))[0]

    def book():
        entry = Entry(line=line, amount_cents=1_00, description="Laat", on=datetime.date(LAST, 12, 1))
        return Expenditure.book(anew(world.bob), entry)

    results = together([lambda: load(account).submit(anew(world.alice), uuid.uuid4()), book])
    assert not [
        result for result in results if isinstance(result, Exception) and not isinstance(result, IllegalTransition)
    ]
    here = load(account)
    sealed = here.newest_seal().sealed_content()["spent"]
    booked = sum(Expenditure.objects.values_list("amount_cents", flat=True))
    assert sealed == booked == here.figures().spent_cents == here.spent_cents


def test_no_budget_is_begun_and_booked_on_between_figures_and_seal(world, account):
    def begin():
        return Budget.begin(anew(world.bob), world.school, LAST + 1)

    results = together([lambda: load(account).submit(anew(world.alice), uuid.uuid4()), begin])
    assert not [result for result in results if isinstance(result, Exception)]


def test_submitted_twice_with_one_key_is_one_seal(world, account):
    key = uuid.uuid4()
    results = together([lambda: load(account).submit(anew(world.alice), key) for _ in range(2)])
    assert results == [None, None]
    assert load(account).seals.count() == 1


def test_approved_twice_at_once_is_approved_once(world, account):
    load(account).submit(world.alice, uuid.uuid4())

    def approve(who):
        load(account).approve(anew(who))

    results = together([partial(approve, world.petra), partial(approve, world.bea)])
    (refused,) = [result for result in results if result is not None]
    assert isinstance(refused, IllegalTransition) and "al goedgekeurd" in str(refused)
    assert LogEntry.objects.filter(verb="account_state", after="approved").count() == 1


def test_approving_and_giving_back_at_once_leaves_one_state(world, account):
    load(account).submit(world.alice, uuid.uuid4())
    together(
        [
            lambda: load(account).approve(anew(world.petra)),
            lambda: load(account).give_back(anew(world.bea), "Nog eens."),
        ]
    )
    here = load(account)
    assert here.is_draft and here.approved_at is None and here.is_given_back


def test_two_people_in_different_texts_lose_nothing_and_in_one_text_neither(world, account):
    explain(account, world)
    standing = load(account).standing()
    shown = bases_of(standing)

    def write(who, **values):
        load(account).save_content(anew(who), {**standing, **values}, shown)

    results = together(
        [lambda: write(world.alice, general="Van Alice."), lambda: write(world.bob, **{"done-other": "Van Bob."})]
    )
    assert results == [None, None]
    after = load(account).standing()
    assert (after["general"], after["done-other"]) == ("Van Alice.", "Van Bob.")
    shown = bases_of(after)
    results = together(
        [
            lambda: load(account).save_content(anew(world.alice), {"general": "Een."}, shown),
            lambda: load(account).save_content(anew(world.bob), {"general": "Twee."}, shown),
        ]
    )
    (conflict,) = [result for result in results if isinstance(result, Conflict)]
    assert conflict.theirs == {"general": load(account).general}


def test_begun_twice_at_once_is_one_account(world):
    last = money.fund_year(money.fund(world), world, LAST)

    def begin(who):
        return FundAccount.begin(anew(who), world.school, last).pk

    assert len(set(together([partial(begin, world.alice), partial(begin, world.bob)]))) == 1
    assert FundAccount.objects.count() == 1
