"""A school that goes to another partnership: its old years stay where they were, for itself and for those who paid."""

import pytest
from django.urls import reverse

from finance.models import Budget
from tests import money
from tests.money import LAST, YEAR


@pytest.fixture
def moved(world):
    """Last year accounted for in the old partnership, a lumpsum line among it; nothing of this year yet."""
    last = money.fund_year(money.fund(world), world, LAST)
    lumpsum = money.fund(world, "Lumpsum", source="board")
    made = money.budget(world, world.alice, world.school, year=LAST)
    made.add_line(
        world.alice, fund=lumpsum, category=money.category(world), description="Eigen geld", amount_cents=5_000_00,
        spearhead=None,
    )  # fmt: skip
    money.bring_budget(world, made, world.alice, "adopted")
    move(world)
    return last


def move(world):
    type(world.school).objects.filter(pk=world.school.pk).update(partnership=world.other_partnership)


def row_of(client, world, year, **query):
    page = client.get(reverse("finance:budgets"), {"jaar": year, **query})
    assert page.status_code == 200
    return next((row for row in page.context["money"].rows if row.school == world.school), None)


def test_its_old_funds_are_all_there(world, moved, as_alice, as_bob, as_dirk, as_petra):
    for client in (as_alice, as_bob, as_dirk, as_petra):
        row = row_of(client, world, LAST)
        assert (row.total.allocated_cents, row.total.budgeted_cents) == (69_000_00, 50_000_00)
        assert row.own.budgeted_cents == 5_000_00
        assert row.partnership == world.partnership
        assert row_of(client, world, LAST, swv=world.partnership.code) is not None
    page = as_alice.get(reverse("finance:funds"))
    assert "Van een eerder samenwerkingsverband" in page.text
    for fund in page.context["left_behind"]:
        assert as_alice.get(fund.get_absolute_url()).status_code == 200
    assert {fund.name for fund in page.context["left_behind"]} == {"Ondersteuning licht", "Lumpsum"}
    assert "Van een eerder samenwerkingsverband" not in as_petra.get(reverse("finance:funds")).text


def test_the_old_partnership_keeps_what_it_gave_also_where_no_budget_was_made(world, as_petra, as_alice, as_otto):
    money.fund_year(money.fund(world), world, LAST)
    move(world)
    row = row_of(as_petra, world, LAST)
    assert row.total.allocated_cents == 69_000_00 and row.state == "geen"
    assert row_of(as_alice, world, LAST).total.allocated_cents == 69_000_00
    assert row_of(as_otto, world, LAST).total.allocated_cents == 0


def test_the_new_partnership_sees_nothing_of_it_and_is_not_told_to_wait_for_it(world, moved, as_otto):
    assert row_of(as_otto, world, LAST) is None
    assert row_of(as_otto, world, YEAR).state == "geen"
    assert row_of(as_otto, world, YEAR).partnership == world.other_partnership
    assert as_otto.get(reverse("finance:budget", args=[Budget.objects.get().pk])).status_code == 404
    assert as_otto.get(moved.fund.get_absolute_url()).status_code == 404
