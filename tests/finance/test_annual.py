"""The year of the partnership: whatever is split adds up to the cent, and the tables to their totals."""

import datetime
import io

from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from finance.annual import Available, Grant, Line, Totals, reconciled, share, year_of
from finance.models import Allocation, Fund
from tests import factories, money
from tests.money import LAST, YEAR

CENTS = st.integers(-(10**12), 10**12)
KINDS = st.sampled_from(["school", "calendar"])
GRANTS = st.lists(
    st.builds(
        Grant,
        school=st.integers(1, 3),
        fund=st.integers(1, 2),
        year_kind=KINDS,
        year=st.just(2025),
        allocated_cents=CENTS,
        corrections=st.lists(CENTS, max_size=3).map(tuple),
    ),
    max_size=6,
)
AVAILABLE = st.lists(st.builds(Available, st.integers(1, 2), KINDS, st.just(2025), CENTS), max_size=3)
LINES = st.lists(
    st.builds(
        Line,
        school=st.integers(1, 3),
        fund=st.integers(1, 2),
        year_kind=KINDS,
        school_year=st.just(2025),
        budgeted_cents=CENTS,
        undated_cents=CENTS,
        dated=st.lists(st.tuples(st.sampled_from([2025, 2026]), CENTS), max_size=3).map(tuple),
        approved=st.frozensets(st.sampled_from([2025, 2026])),
    ),
    max_size=6,
)


@given(AVAILABLE, GRANTS, LINES)
def test_two_calendar_years_give_the_school_year_back_to_the_cent(available, grants, lines):
    both = year_of(2025, available, grants, lines).whole + year_of(2026, available, grants, lines).whole
    assert both.available_cents == sum(each.cents for each in available)
    assert both.allocated_cents == sum(each.allocated_cents for each in grants)
    assert both.corrected_cents == sum(sum(each.corrections) for each in grants)
    assert both.budgeted_cents == sum(each.budgeted_cents for each in lines)
    assert both.spent_cents == sum(each.spent_cents for each in lines)
    assert both.undated_cents == sum(each.undated_cents for each in lines)
    for empty in (2024, 2027):
        assert year_of(empty, available, grants, lines).whole == Totals()


@given(AVAILABLE, GRANTS, LINES, st.sampled_from([2025, 2026]))
def test_the_rows_add_up_to_the_totals_and_reconcile(available, grants, lines, year):
    found = year_of(year, available, grants, lines)
    schools = sum(found.by_school.values(), Totals())
    there = sum(share(each.cents, each.year_kind, each.year, year) for each in available)
    assert schools + Totals(available_cents=there) == found.whole
    assert found.whole.available_cents == (
        found.whole.unallocated_cents + found.whole.spent_cents + found.whole.left_cents
    )
    assert found.whole.accounted_cents + found.whole.unaccounted_cents == found.whole.spent_cents
    rows = reconciled(year, available, grants, lines)
    assert [row.difference_cents for row in rows] == [0] * len(rows)
    for what, total in (("besteed", found.whole.spent_cents), ("begroot", found.whole.budgeted_cents)):
        assert sum(row.here_cents for row in rows if row.what == what) == total


def test_what_is_accounted_follows_the_year_of_the_fund():
    """A school-year fund by its school year; a calendar-year fund by the calendar year in which the money went."""

    def line(year_kind: str) -> Line:
        dated = ((2025, 100), (2026, 200))
        return Line(1, 1, year_kind, 2025, budgeted_cents=0, dated=dated, approved=frozenset({2025}))

    by_school, by_calendar = line("school"), line("calendar")
    assert [year_of(y, [], [], [by_school]).whole.accounted_cents for y in (2025, 2026)] == [100, 200]
    assert [year_of(y, [], [], [by_calendar]).whole.accounted_cents for y in (2025, 2026)] == [100, 0]


def scene(world):
    """A correction, an undated booking, and of the year 2026 two school years."""
    money.set_up(world, "after")
    Allocation.correct(world.petra, world.money.this, world.other_school, -1_000_01, "Telling hersteld.")
    money.book(world.carla, world.money.carlas_line, 100_00)
    return world


def test_the_office_sees_the_year_worked_by_hand(world, as_petra):
    scene(world)
    page = as_petra.get(reverse("finance:annual"), {"jaar": YEAR})
    total = page.context["total"]
    assert total.available_cents == 120_000_00
    assert total.allocated_cents == 110_000_00  # the same allocation in both school years
    assert total.corrected_cents == -416_67  # 5/12 of 1.000,01
    # Everything of 2025-2026 was booked in November 2025; in 2026 1.234,56 and 2.500 dated, 100 undated of which 5/12.
    assert total.spent_cents == 1_234_56 + 2_500_00 + 41_67
    assert total.accounted_cents == 0
    assert "€\u00a0120.000" in page.text and "Telling hersteld." in page.text
    before = as_petra.get(reverse("finance:annual"), {"jaar": LAST}).context["total"]
    assert before.accounted_cents == before.spent_cents == 29_000_00 + 19_000_00 + 24_000_00 + 9_000_00
    assert before.available_cents == 50_000_00  # nothing of 2024-2025 is in the portal


def test_the_file_reconciles_with_real_numbers(world, as_petra):
    scene(world)
    answer = as_petra.get(reverse("finance:annual_export", args=[YEAR, "xlsx"]))
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == [
        "Totalen 2026", "Per school", "Correcties", "Zonder datum", "Aansluiting", "Over kalenderjaren", "Toelichting",
    ]  # fmt: skip

    def rows(name):
        return [[cell.value for cell in row] for row in book[name].iter_rows()]

    head, *body, total = rows("Totalen 2026")
    for column, name in enumerate(head[2:], start=2):
        assert round(sum(row[column] for row in body), 2) == round(total[column], 2), name
    head_schools, *_, total_schools = rows("Per school")
    assert total_schools[head_schools.index("Besteed")] == total[head.index("Besteed")] == 3776.23
    undated = rows("Zonder datum")
    assert undated[-1][-2:] == [100, 41.67]
    assert rows("Correcties")[-1][-2:] == [-1000.01, -416.67]
    assert {row[-1] for row in rows("Over kalenderjaren")[1:]} == {0}
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(not str(cell.value).startswith("=") for cell in row)
    for kind in ("csv", "ods"):
        assert as_petra.get(reverse("finance:annual_export", args=[YEAR, kind])).status_code == 200


def test_a_draft_counts_for_nobody_and_is_mentioned(world, as_petra):
    money.set_up(world, "draft")
    page = as_petra.get(reverse("finance:annual"), {"jaar": YEAR})
    assert page.context["books"].drafts == 1 and "nog een concept" in page.text
    # 7/12 of both budgets of last year and 5/12 of Carla's of this year, line by line; Alice's draft is not there.
    last_year = 17_500_00 + 11_666_67 + 14_583_33 + 5_833_33
    assert page.context["total"].budgeted_cents == last_year + 10_416_67 + 4_166_67


def test_a_board_sees_its_own_schools_and_not_what_the_partnership_has(world, as_dirk):
    scene(world)
    elsewhere = factories.school(
        world.partnership, factories.Board.objects.create(number="99999", name="Ander"), "99XX", "Elders"
    )
    Allocation.correct(world.petra, world.money.last, elsewhere, 77_777_00, "Later bijgekomen.")
    page = as_dirk.get(reverse("finance:annual"), {"jaar": YEAR})
    assert not page.context["books"].whole and "Beschikbaar" not in page.text
    assert "Elders" not in page.text and "Later bijgekomen." not in page.text
    assert page.context["total"].allocated_cents == 110_000_00


def test_another_partnership_is_not_mixed_in(world, as_otto):
    scene(world)
    page = as_otto.get(reverse("finance:annual"), {"jaar": YEAR, "swv": world.partnership.code})
    assert "Ondersteuning licht" not in page.text
    assert as_otto.get(reverse("finance:annual_export", args=[YEAR, "xlsx"])).status_code == 404


def test_the_calendar_year_fund_counts_in_its_own_year(world, as_petra):
    by_year = money.fund(world, "Kalender", year_kind=Fund.YearKind.CALENDAR)
    money.fund_year(by_year, world, LAST)
    made = money.budget(world, world.alice, world.school, year=LAST, of=by_year, amounts=(12_000_00,), state="adopted")
    money.book(world.alice, money.lines(made)[0], 100_00, datetime.date(LAST + 1, 1, 1))
    page = as_petra.get(reverse("finance:annual"), {"jaar": LAST})
    row = {fund.name: totals for fund, totals in page.context["books"].fund_rows}["Kalender"]
    assert (row.available_cents, row.granted_cents, row.budgeted_cents) == (120_000_00, 110_000_00, 5_000_00)
    assert row.spent_cents == 0


def test_a_calendar_year_that_was_not_published_is_said_to_be_missing(world, as_petra):
    """Half of the school year lies in a year of the fund that is not in the portal."""
    of = money.fund(world, "Professionalisering", year_kind=Fund.YearKind.CALENDAR)
    money.fund_year(of, world, year=YEAR, account_due=datetime.date(YEAR + 1, 3, 1))
    money.fund_year(money.fund(world), world, year=LAST)
    money.budget(world, world.alice, world.school, year=LAST, of=of, state="adopted")
    page = as_petra.get(reverse("finance:annual"), {"jaar": LAST})
    assert f"Professionalisering {LAST}" in page.context["books"].incomplete
    assert (
        f"Professionalisering {YEAR}"
        not in as_petra.get(reverse("finance:annual"), {"jaar": YEAR}).context["books"].incomplete
    )
