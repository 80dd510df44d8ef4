"""Two who cross each other with what they saw a moment ago; and a process that dies in the middle of a file."""

import datetime
import uuid
from functools import partial

import pytest
from django.db import connection

from finance.models import Allocation, Budget, BudgetLine, Entry, Expenditure, FundAccount, SpendingImport
from records.models import LogEntry
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.merging import bases_of, values_of
from tests import money
from tests.money import LAST
from tests.test_concurrency import die, killed, together

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.date(LAST, 9, 30)


def anew(user):
    """The same person in another request."""
    return type(user).objects.get(pk=user.pk)


def again(row):
    return type(row).objects.for_page().get(pk=row.pk)


def submitted(world):
    return money.budget(world, world.alice, world.school, year=LAST, state="submitted")


# A page that was opened before the budget was taken back --------------------------------------------------------------


def test_a_booking_with_a_line_that_became_one_of_another_fund_counts_there_or_not_at_all(world):
    """Alice has the page of a line open; Bob takes the budget back, gives the line another fund and hands it in again.
    Of that fund the year is accounted for: nothing may be booked on it any more."""
    year = money.fund_year(money.fund(world, "Ander geld"), world, LAST)
    line = money.lines(submitted(world))[0]
    account = money.account(world, world.alice, world.school, year)
    seen = again(line)
    budget = Budget.objects.for_page().get(pk=line.budget_id)
    budget.take_back(world.alice)
    values = {"fund": year.fund}
    again(line).change(world.alice, values, bases_of(values_of(line, values)))
    again(budget).submit(world.alice)
    money.write_account(again(account), world.alice)
    again(account).submit(world.alice, uuid.uuid4())
    sealed = again(account).spent_cents
    with pytest.raises(IllegalTransition, match="al verantwoording afgelegd"):
        Expenditure.book(world.bob, Entry(seen, 5_00, "Factuur", DAY))
    with pytest.raises(IllegalTransition, match="al verantwoording afgelegd"):
        SpendingImport.book(world.bob, seen.budget, [Entry(seen, 5_00, "Factuur", DAY)], name="b.csv", sha256="b" * 64)
    assert again(account).figures().spent_cents == sealed


def test_a_booking_on_a_line_that_is_gone_is_told_so(world):
    line = money.lines(submitted(world))[1]
    seen = again(line)
    budget = Budget.objects.for_page().get(pk=line.budget_id)
    budget.take_back(world.alice)
    again(line).remove(world.alice)
    again(budget).submit(world.alice)
    with pytest.raises(IllegalTransition, match="verwijderd"):
        Expenditure.book(world.bob, Entry(seen, 5_00, "Factuur", DAY))
    with pytest.raises(IllegalTransition, match="verwijderd"):
        SpendingImport.book(world.bob, seen.budget, [Entry(seen, 5_00, "Factuur", DAY)], name="b.csv", sha256="b" * 64)
    assert not Expenditure.objects.exists() and not SpendingImport.objects.exists()


# Killed ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["half of the bookings", "before the log", "before the commit"])
def test_a_file_of_five_thousand_rows_whose_process_is_killed_was_never_read(world, monkeypatch, point):
    line = money.lines(submitted(world))[0]
    entries = [Entry(line, 1_00, f"Rij {n}", DAY) for n in range(5000)]

    def read():
        SpendingImport.book(anew(world.bob), line.budget, entries, name="b.csv", sha256="b" * 64)

    def half(rows):
        Expenditure.objects.get_queryset().bulk_create(list(rows)[:2500])
        die()

    def work():
        if point == "half of the bookings":
            monkeypatch.setattr(Expenditure.objects, "bulk_create", half)
        elif point == "before the log":
            monkeypatch.setattr(Budget, "log", lambda *_, **__: die())
        else:
            connection.commit = die  # type: ignore[method-assign]
            connection.ensure_connection()
        read()

    assert killed(work)
    assert (Expenditure.objects.count(), SpendingImport.objects.count()) == (0, 0)
    assert not LogEntry.objects.filter(verb="spending_imported").exists()
    read()
    assert BudgetLine.objects.with_spent().get(pk=line.pk).spent_cents == 5000_00


# At the same time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", range(3))
def test_adopting_while_it_is_taken_back_or_changed_leaves_one_of_the_two(world, run):
    budget = submitted(world)
    line = money.lines(budget)[0]

    def change():
        again(budget).take_back(anew(world.alice))
        values = {"amount_cents": 1_00}
        again(line).change(anew(world.alice), values, bases_of({"amount_cents": 30_000_00}))

    results = together([lambda: again(budget).adopt(anew(world.petra)), change])
    assert sum(isinstance(each, IllegalTransition) for each in results) == 1, results
    here = again(budget)
    assert (here.state, again(line).amount_cents) in {("adopted", 30_000_00), ("draft", 1_00)}


def test_the_budget_stands_still_while_its_account_is_handed_in(world):
    year = money.fund_year(money.fund(world), world, LAST)
    budget = money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    account = money.account(world, world.alice, world.school, year)
    results = together(
        [
            lambda: again(account).submit(anew(world.alice), uuid.uuid4()),
            lambda: again(budget).give_back(anew(world.petra), "Toch anders."),
        ]
    )
    assert sum(isinstance(each, IllegalTransition) for each in results) == 1, results
    assert (again(account).is_draft, again(budget).is_draft) in {(True, True), (False, False)}


def test_a_correction_while_the_account_is_handed_in_is_sealed_or_refused(world):
    year = money.fund_year(money.fund(world), world, LAST)
    money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    account = money.account(world, world.alice, world.school, year)
    results = together(
        [
            lambda: again(account).submit(anew(world.alice), uuid.uuid4()),
            lambda: Allocation.correct(anew(world.petra), again(year), world.school, 7_00, "Rest.").pk,
        ]
    )
    assert results[0] is None and (isinstance(results[1], int | IllegalTransition)), results
    here = again(account)
    assert here.means_cents == here.figures().means_cents == 69_000_00 + 7_00 * isinstance(results[1], int)


def test_one_key_at_once_on_two_lines_is_two_bookings(world):
    """Whoever copies a page by hand: the key is not his alone."""
    first, second = money.lines(submitted(world))[:2]
    key = uuid.uuid4()
    calls = [
        partial(lambda line: Expenditure.book(anew(world.bob), Entry(line, 5_00, "Factuur", DAY), key).pk, line)
        for line in (first, second)
    ]
    assert all(isinstance(each, int) for each in together(calls))
    assert Expenditure.objects.count() == 2


def test_a_file_booked_back_twice_at_once_is_booked_back_once(world):
    line = money.lines(submitted(world))[0]
    made = money.read_in(world.alice, line, 5_00, DAY)
    calls = [partial(lambda who: again(made).reverse(anew(who), "Fout."), who) for who in (world.alice, world.bob)]
    results = together(calls)
    assert sum(isinstance(each, AlreadyDone) for each in results) == 1, results
    assert BudgetLine.objects.with_spent().get(pk=line.pk).spent_cents == 0


def test_two_accounts_of_one_year_cannot_be_and_one_is_approved_or_given_back(world):
    year = money.fund_year(money.fund(world), world, LAST)
    money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    money.account(world, world.alice, world.school, year, state="submitted")
    account = FundAccount.objects.for_page().get()
    results = together(
        [
            lambda: again(account).approve(anew(world.petra)),
            lambda: again(account).give_back(anew(world.bea), "Nog eens."),
        ]
    )
    assert not any(isinstance(each, Exception) and not isinstance(each, IllegalTransition) for each in results), results
    assert again(account).is_draft and again(account).approved_at is None
