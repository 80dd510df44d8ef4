"""Many bookings: what a page shows of them, however many there are, and that each of them is found."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import Entry, Expenditure, SpendingImport
from finance.views.entries import PER_PAGE
from finance.views.spending import PER_PAGE as PER_LINE
from tests import money
from tests.finance.test_spending import text
from tests.money import YEAR

FIRST = datetime.date(YEAR, 8, 1)
MANY = 2_500


@pytest.fixture
def budget(world):
    money.fund_year(money.fund(world), world)
    return money.budget(world, world.alice, world.school, state="submitted")


def read_many(by, budget, number, start=0):
    line = money.lines(budget)[0]
    entries = [
        Entry(line, 100 + n, f"Nummer {n}", FIRST + datetime.timedelta(days=n % 300), f"F-{n}")
        for n in range(start, start + number)
    ]
    SpendingImport.book(by, budget, entries, name=f"boek{start}.csv", sha256=f"{start:064}")


def to_entries(budget):
    return reverse("finance:budget_entries", args=[budget.pk])


def measured(client, address):
    with CaptureQueriesContext(connection) as caught:
        response = client.get(address)
    assert response.status_code == 200
    return len(caught), len(response.content), response


def test_pages_stay_as_small_and_ask_as_much_with_thousands_of_bookings(world, budget, as_bob):
    line = money.lines(budget)[0].get_absolute_url()
    read_many(world.alice, budget, PER_PAGE + 1)
    before = {address: measured(as_bob, address) for address in (line, to_entries(budget))}
    read_many(world.alice, budget, MANY, PER_PAGE + 1)
    for address, (queries, size, _) in before.items():
        now, bytes_now, response = measured(as_bob, address)
        assert now <= queries < 30
        assert bytes_now < size * 1.1
        assert len(response.context["page"]) == (PER_LINE if address == line else PER_PAGE)


def test_every_booking_of_a_line_is_on_one_of_its_pages_the_newest_on_top(world, budget, as_bob):
    read_many(world.alice, budget, PER_LINE)
    line = money.lines(budget)[0]
    money.book(world.alice, line, 5_00, text="Zonder datum")
    first, second = (as_bob.get(f"{line.get_absolute_url()}?pagina={number}") for number in (1, 2))
    assert "Bladzijde 1 van 2" in text(first) and f"{PER_LINE + 1} boekingen" in text(first)
    seen = [entry.description for entry in (*first.context["page"], *second.context["page"])]
    assert seen == ["Zonder datum", *(f"Nummer {n}" for n in reversed(range(PER_LINE)))]
    assert f'href="{line.get_absolute_url()}?pagina=2"' in first.content.decode()
    for wrong in ("x", "0", "999", "\0"):
        assert as_bob.get(line.get_absolute_url(), {"pagina": wrong}).status_code == 200


def test_a_booking_that_is_refused_leads_to_the_pages_of_the_line(world, budget, as_bob):
    read_many(world.alice, budget, PER_LINE + 1)
    line = money.lines(budget)[0]
    response = as_bob.post(reverse("finance:line_book", args=[line.pk]), {"amount_cents": "x"})
    assert response.status_code == 422
    assert f'href="{line.get_absolute_url()}?pagina=2"' in response.content.decode()


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("nummer 1", 12),
        ("F-7", 11),
        ("1,07", 1),
        ("-1,07", 1),
        ("regel 1", 101),
        ("50%", 0),
        ("\0", 101),
        ("9" * 40, 0),
    ],
)
def test_bookings_are_found_by_words_voucher_line_or_amount(world, budget, as_bob, words, count):
    read_many(world.alice, budget, 101)
    response = as_bob.get(to_entries(budget), {"q": words})
    assert response.context["page"].paginator.count == count
    assert response.context["count"] == 101


def test_the_words_stay_while_one_turns_the_pages(world, budget, as_bob):
    read_many(world.alice, budget, PER_PAGE + 1)
    page = as_bob.get(to_entries(budget), {"q": "Nummer"})
    assert f'href="{to_entries(budget)}?q=Nummer&amp;pagina=2"' in page.content.decode()
    assert "samen € 151,50" in text(page)


def test_nobody_finds_the_bookings_of_another_school(world, budget, as_bob, as_carla):
    read_many(world.alice, budget, 1)
    theirs = money.budget(world, world.carla, world.other_school, state="submitted", amounts=(5_000_00,))
    assert as_carla.get(to_entries(budget), {"q": "Nummer"}).status_code == 404
    assert as_carla.get(to_entries(theirs), {"q": "Nummer"}).context["page"].paginator.count == 0
    assert Expenditure.objects.visible_to(world.carla).count() == 0
