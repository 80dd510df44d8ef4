"""Sums, splits and corrections always reconcile to the cent; the rules as an accountant would check them by hand."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from finance.figures import Granted, deviates, means_of
from finance.models import Allocation, Budget, Entry, Expenditure, Fund, FundAccount, FundYear, SpendingImport
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.money import split
from swvportal.lib.school_year import over_calendar_years, over_school_years
from tests import money
from tests.money import LAST, YEAR

CENTS = st.integers(-(10**13), 10**13)


@given(CENTS, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(sum))
def test_a_split_adds_up_and_is_off_by_less_than_a_cent(cents, weights):
    parts = split(cents, *weights)
    assert sum(parts) == cents
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - cents * weight) < sum(weights)


@given(CENTS)
def test_both_ways_over_the_years_add_up(cents):
    assert sum(over_calendar_years(cents)) == sum(over_school_years(cents)) == cents
    assert over_calendar_years(-cents) == tuple(-part for part in over_calendar_years(cents))


def test_a_school_year_gives_five_twelfths_to_the_first_calendar_year():
    assert over_calendar_years(1200_00) == (500_00, 700_00)
    assert over_school_years(1200_00) == (700_00, 500_00)
    assert over_calendar_years(1) == (0, 1)
    assert over_calendar_years(100) == (42, 58)


@given(st.lists(st.tuples(st.integers(2020, 2030), st.integers(0, 10**9), CENTS), unique_by=lambda row: row[0]))
def test_calendar_years_are_shared_out_over_school_years_without_a_cent_left(rows):
    granted = [Granted(1, 1, "calendar", year, total, carried) for year, total, carried in rows]
    shared = 0
    for school_year in range(2018, 2033):
        drawn_on = [row for row in granted if row.year in {school_year, school_year + 1}]
        shared += sum(means.total_cents for means in means_of(drawn_on, school_year).values())
    assert shared == sum(total + carried for _, total, carried in rows)


def test_the_example_worked_by_hand(world):
    """800 x 80 + 5.000 = 69.000; 450 x 80 + 5.000 = 41.000; of 120.000 there is 10.000 left."""
    year = money.fund_year(money.fund(world), world)
    amounts = {row.school.name: row.total_cents for row in Allocation.objects.for_list().filter(fund_year=year)}
    assert amounts == {"Het Kompas": 69_000_00, "De Horizon": 41_000_00}
    counted = FundYear.objects.with_totals().get(pk=year.pk)
    assert (counted.granted_cents, counted.left_cents, counted.schools) == (110_000_00, 10_000_00, 2)


def test_a_correction_stands_beside_what_was_published(world):
    year = money.fund_year(money.fund(world), world)
    Allocation.correct(world.petra, year, world.school, -1_000_01, "Telling hersteld.")
    Allocation.correct(world.petra, year, world.school, 500_00, "Extra.")
    row = Allocation.objects.for_list().get(fund_year=year, school=world.school)
    assert (row.amount_cents, row.corrected_cents, row.total_cents) == (69_000_00, -500_01, 68_499_99)
    assert FundYear.objects.with_totals().get(pk=year.pk).left_cents == 10_000_00 + 500_01
    with pytest.raises(IllegalTransition, match="negatief"):
        Allocation.correct(world.petra, year, world.school, -70_000_00, "Te veel.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(pk=row.pk).update(amount_cents=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.corrections.update(delta_cents=1)


def test_more_than_there_is_needs_a_confirmation(world):
    year = money.fund_year(money.fund(world), world, published=False, available_cents=100_000_00)
    with pytest.raises(IllegalTransition, match=r"€.10\.000 meer"):
        Allocation.publish(world.petra, year)
    Allocation.publish(world.petra, year, over=True)
    assert year.is_published


def test_an_adjustment_keeps_its_reason_when_the_proposal_is_made_anew(world):
    year = money.fund_year(money.fund(world), world, published=False)
    row = Allocation.objects.for_list().get(fund_year=year, school=world.school)
    with pytest.raises(IllegalTransition, match="waarom"):
        row.adjust(world.petra, 1, " ")
    row.adjust(world.petra, 60_000_00, "Kleine groepen.")
    Allocation.propose(world.petra, year)
    row = Allocation.objects.for_list().get(pk=row.pk)
    assert (row.amount_cents, row.proposed_cents, row.reason) == (60_000_00, 69_000_00, "Kleine groepen.")


def test_a_line_over_the_allocation_needs_an_explanation(world):
    money.fund_year(money.fund(world), world)
    made = money.budget(world, world.alice, world.school, amounts=(60_000_00, 9_000_00, 1))
    with pytest.raises(IllegalTransition, match="“Regel 3”"):
        made.submit(world.alice)
    line = money.lines(made)[2]
    line.change(world.alice, {"explanation": "De directeur legt bij."}, {})
    made.submit(world.alice)
    assert made.state == Budget.State.SUBMITTED


def test_the_boards_own_money_has_no_allocation(world):
    lumpsum = money.fund(world, "Lumpsum", source=Fund.Source.BOARD)
    with pytest.raises(IllegalTransition, match="niet toegekend"):
        money.fund_year(lumpsum, world)
    money.budget(world, world.alice, world.school, of=lumpsum, state="submitted")


def test_an_earmarked_fund_pays_for_its_categories_alone(world):
    training = money.fund(world, "Scholing", earmarked=True, categories=[money.category(world, "Professionalisering")])
    made = money.budget(world, world.alice, world.school, amounts=())
    with pytest.raises(IllegalTransition, match="mag niet aan NT2"):
        made.add_line(
            world.alice, fund=training, category=money.category(world, "NT2"), description="Les", amount_cents=1
        )


def test_last_years_lines_are_copied_once(world):
    money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    made = Budget.begin(world.alice, world.school, YEAR)
    assert (made.copy_from_last_year(world.alice), made.copy_from_last_year(world.alice)) == (2, 0)
    assert [line.amount_cents for line in money.lines(made)] == [30_000_00, 20_000_00]


# Booking --------------------------------------------------------------------------------------------------------------


def test_a_booking_never_changes_and_is_booked_back(world):
    made = money.budget(world, world.alice, world.school, state="submitted")
    entry = money.book(world.bob, money.lines(made)[0], 250_00, datetime.date(YEAR, 9, 1))
    entry.reverse(world.alice, "Dubbel.")
    with pytest.raises(AlreadyDone):
        entry.reverse(world.alice, "Dubbel.")
    line = made.lines.with_spent().order_by("pk")[0]
    assert line.spent_cents == 0
    for change in (lambda: Expenditure.objects.update(amount_cents=1), lambda: Expenditure.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_booking_belongs_to_the_school_year(world):
    made = money.budget(world, world.alice, world.school, state="submitted")
    with pytest.raises(IllegalTransition, match="valt buiten schooljaar 2026-2027"):
        money.book(world.alice, money.lines(made)[0], 1, datetime.date(YEAR, 7, 31))


def test_a_file_is_booked_once_and_as_a_whole(world):
    made = money.budget(world, world.alice, world.school, state="submitted")
    first = money.lines(made)[0]
    good = Entry(first, 100_00, "Goed", datetime.date(YEAR, 9, 1))
    with pytest.raises(IllegalTransition, match="“Fout”"):
        SpendingImport.book(
            world.alice, made, [good, Entry(first, 1, "Fout", datetime.date(2020, 1, 1))], name="a.csv", sha256="a" * 64
        )
    assert not Expenditure.objects.exists()
    SpendingImport.book(world.alice, made, [good, good], name="a.csv", sha256="a" * 64)
    with pytest.raises(AlreadyDone):
        SpendingImport.book(world.alice, made, [good], name="b.csv", sha256="a" * 64)
    assert Expenditure.objects.count() == 2


# Accounts -------------------------------------------------------------------------------------------------------------


def test_an_account_is_sealed_and_its_books_stand_still(world):
    money.set_up(world, "half")
    made = FundAccount.objects.for_page().get(pk=world.money.alices_account.pk)
    seal = made.seals.get()
    assert seal.holds()
    content = seal.sealed_content()
    assert (content["allocated"], content["budgeted"], content["spent"]) == (69_000_00, 50_000_00, 48_000_00)
    assert sum(row["spent"] for row in content["categories"]) == sum(row["spent"] for row in content["spearheads"])
    line = world.money.alices_entry.line
    with pytest.raises(IllegalTransition, match="al verantwoording"):
        money.book(world.alice, line, 1, datetime.date(LAST, 12, 1))
    with pytest.raises(IllegalTransition, match="al verantwoord"):
        Allocation.correct(world.petra, world.money.last, world.school, 1, "Extra.")
    made.give_back(world.petra, "Het mentoraat klopt niet.")
    money.book(world.alice, line, 1, datetime.date(LAST, 12, 1))
    made = FundAccount.objects.for_page().get(pk=made.pk)
    made.submit(world.alice, uuid.uuid4())
    assert [seal.sealed_content()["spent"] for seal in made.seals.order_by("number")] == [48_000_00, 48_000_01]


def test_what_is_left_goes_along_where_that_is_the_rule(world):
    kept = money.fund(world, "Zwaar", carry_over=True)
    last = money.fund_year(kept, world, LAST)
    money.fund_year(kept, world, YEAR)
    before = money.budget(world, world.alice, world.school, year=LAST, of=kept, state="adopted")
    money.book(world.alice, money.lines(before)[0], 30_000_00)
    money.account(world, world.alice, world.school, last, state="approved")
    means = Budget.objects.means_of(world.school.pk, YEAR)[kept.pk]
    assert (means.allocated_cents, means.carried_cents) == (69_000_00, 39_000_00)


def test_a_calendar_year_takes_its_part_of_two_budgets(world):
    """Of 12.000 undated in 2024-2025 7/12, of 12.000 in 2025-2026 5/12; a dated booking counts in its own year alone."""
    by_year = money.fund(world, "Kalender", year_kind=Fund.YearKind.CALENDAR)
    of_year = money.fund_year(by_year, world, LAST)
    for year in (LAST - 1, LAST):
        made = money.budget(
            world, world.alice, world.school, year=year, of=by_year, amounts=(12_000_00,), state="adopted"
        )
        line = money.lines(made)[0]
        money.book(world.alice, line, 12_000_00)
        money.book(world.alice, line, 100_00, datetime.date(year, 12, 31))
    figures = money.account(world, world.alice, world.school, of_year).figures()
    assert figures.budgeted_cents == 7_000_00 + 5_000_00
    assert figures.spent_cents == 7_000_00 + 5_000_00 + 100_00


@pytest.mark.parametrize(
    ("budgeted", "spent", "explained"),
    [(100, 110, False), (100, 111, True), (100, 89, True), (0, 0, False), (0, 1, True)],
)
def test_a_deviation_over_the_threshold_is_explained(budgeted, spent, explained):
    assert deviates(budgeted, spent, 10) is explained


def test_the_statement_is_asked_where_the_fund_asks_it(world):
    strict = money.fund(world, "LWOO", needs_statement=True)
    last = money.fund_year(strict, world, LAST)
    money.budget(world, world.alice, world.school, year=LAST, of=strict, amounts=(0,), state="adopted")
    made = money.account(world, world.alice, world.school, last)
    with pytest.raises(IllegalTransition, match="controleverklaring"):
        made.submit(world.alice, uuid.uuid4())
    money.statement(world.bob, made)
    made.submit(world.alice, uuid.uuid4())
    assert made.seals.get().sealed_content()["statement"]["name"] == "controleverklaring.pdf"


def test_the_texts_of_last_year_stand_beside_those_of_this_year(world):
    before = money.question_set(world, LAST)
    money.narrative(world.alice, world.school, before, state="submitted")
    now = money.question_set(world, YEAR)
    assert [q.text for q in now.questions.all()] == [q.text for q in before.questions.all()]
    made = money.narrative(world.alice, world.school, now)
    assert made.last_year()["vraag-1"] == "Het Kompas over vraag-1."
