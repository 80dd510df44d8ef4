"""Two people who book at once, and a booking while the account of its fund is handed in."""

import datetime
import uuid

import pytest

from finance.models import BudgetLine, Entry, Expenditure, FundAccount, SpendingImport
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from tests import money
from tests.actionplans.test_at_once import anew
from tests.money import LAST
from tests.test_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.date(LAST, 9, 30)


def line_of(world):
    money.fund_year(money.fund(world), world, LAST)
    return money.lines(money.budget(world, world.alice, world.school, year=LAST, state="adopted"))[0]


def spent(line):
    return BudgetLine.objects.with_spent().get(pk=line.pk).spent_cents


def test_two_people_on_one_line_lose_nothing_and_one_key_is_one_booking(world):
    line, key = line_of(world), uuid.uuid4()
    entry = Entry(line, 5_00, "Factuur", DAY)
    results = together(
        [
            lambda: Expenditure.book(anew(world.alice), entry, key).pk,
            lambda: Expenditure.book(anew(world.alice), entry, key).pk,
            lambda: money.book(anew(world.bob), line, 7_00, DAY).pk,
        ]
    )
    assert all(isinstance(each, int) for each in results), results
    assert spent(line) == 12_00


def test_one_file_pressed_twice_at_once_is_booked_once(world):
    line = line_of(world)
    entries = [Entry(line, 10_00, f"Rij {n}", DAY) for n in range(20)]

    def read(who):
        return SpendingImport.book(anew(who), line.budget, entries, name="b.csv", sha256="b" * 64).pk

    results = together([lambda: read(world.alice), lambda: read(world.bob)])
    assert sum(isinstance(each, AlreadyDone) for each in results) == 1, results
    assert spent(line) == 200_00


def test_a_booking_while_the_account_is_handed_in_is_in_it_or_refused(world):
    line = line_of(world)
    account = money.account(world, world.alice, world.school, money.fund_year(money.fund(world), world, LAST))
    submit = FundAccount.objects.for_page().get(pk=account.pk)
    results = together(
        [
            lambda: submit.submit(anew(world.alice), uuid.uuid4()),
            lambda: money.book(anew(world.bob), line, 7_00, DAY).pk,
        ]
    )
    assert results[0] is None, results
    after = FundAccount.objects.for_page().get(pk=account.pk)
    if isinstance(results[1], IllegalTransition):
        assert spent(line) == 0
    else:
        assert after.spent_cents == spent(line) == 7_00
