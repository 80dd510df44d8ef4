"""What docs/beheer/toekenning.md works out by hand is what the portal does; and it always adds up, to the cent."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from finance.models import Allocation, Fund, FundYear
from schools.models import PupilCount
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.money import parse_euro
from swvportal.lib.school_year import over_school_years
from tests import money
from tests.factories import World
from tests.money import YEAR

DOC = Path(settings.BASE_DIR) / "docs" / "beheer" / "toekenning.md"


def table_under(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table after this text, without its head."""
    found = re.search(r"(?:^\|.*\|\n)+", text.split(heading, 1)[1], re.MULTILINE)
    assert found, heading
    rows = [line.strip("|") for line in found[0].splitlines()]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return cells[2:]


def cents(written: str) -> int:
    return parse_euro(written.replace("−", "-"))


@pytest.fixture
def doc() -> str:
    return DOC.read_text(encoding="utf-8")


def rules_in(doc: str) -> dict[str, int]:
    found = {}
    for name, label in (
        ("available_cents", "Beschikbaar"),
        ("rate_cents", "Per leerling"),
        ("fixed_cents", "Per vestiging"),
    ):
        match = re.search(rf"{label}: (€ [0-9.,]*[0-9])", doc)
        assert match, label
        found[name] = cents(match[1])
    return found


def worked_out(world: World, doc: str) -> FundYear:
    rows = {row[0]: row for row in table_under(doc, "## Voorbeeld")}
    counted_on = datetime.date(YEAR - 1, 10, 1)
    for school in (world.school, world.other_school):
        PupilCount.record(world.petra, school, counted_on, int(rows[school.name][1]))
    rules: dict[str, Any] = {**rules_in(doc), "counted_on": counted_on, "account_due": datetime.date(YEAR + 1, 10, 15)}
    year = FundYear.begin(world.petra, money.fund(world), YEAR, **rules)
    Allocation.propose(world.petra, year)
    return FundYear.objects.for_page().with_totals().get(pk=year.pk)


def test_the_example_of_the_doc_is_what_the_portal_proposes(world: World, doc: str) -> None:
    year = worked_out(world, doc)
    rows = {row[0]: row for row in table_under(doc, "## Voorbeeld")}
    for allocation in Allocation.objects.for_list().filter(fund_year=year):
        _, pupils, sum_in_words, amount = rows.pop(allocation.school.name)
        assert allocation.pupils == int(pupils)
        assert allocation.proposed_cents == allocation.amount_cents == cents(amount)
        words = allocation.proposal_in_words().replace("\u00a0", " ")
        assert words == sum_in_words.replace(f"{pupils} ×", f"{pupils} leerlingen ×")
    assert year.granted_cents == cents(rows.pop("samen")[3])
    assert not rows
    (left,) = re.findall(r"^Over: .* = (€ [0-9.,]*[0-9])\.$", doc, re.MULTILINE)
    assert year.left_cents == cents(left)


def test_the_corrections_of_the_doc(world: World, doc: str) -> None:
    year = worked_out(world, doc)
    Allocation.publish(world.petra, year)
    rows = {row[0]: cents(row[1]) for row in table_under(doc, "een correctie van")}
    for name in ("correctie 1", "correctie 2"):
        Allocation.correct(world.petra, year, world.school, rows[name], "Zie het voorbeeld.")
    here = Allocation.objects.for_list().get(fund_year=year, school=world.school)
    assert (here.amount_cents, here.total_cents) == (rows["toekenning"], rows["wat Het Kompas krijgt"])
    assert FundYear.objects.with_totals().get(pk=year.pk).left_cents == rows["wat overblijft"]


def test_the_twelfths_of_the_doc(doc: str) -> None:
    rows = table_under(doc, "## Kalenderjaar en schooljaar")
    assert len(rows) == 2
    for whole, spring, autumn in rows:
        assert over_school_years(cents(whole)) == (cents(spring), cents(autumn))


def test_what_goes_along_in_the_doc(world: World, doc: str) -> None:
    (means, spent, left) = re.findall(
        r"van (€ [\d.]+) gaf Het Kompas (€ [\d.]+) uit.*?(€ [\d.]*\d) bij\.", doc, re.DOTALL
    )[0]
    light = money.fund(world, carry_over=True)
    last = money.fund_year(light, world, money.LAST)
    (line,) = money.lines(
        money.budget(world, world.alice, world.school, year=money.LAST, state="adopted", amounts=(cents(spent),))
    )
    money.book(world.alice, line, cents(spent), datetime.date(money.LAST, 11, 5))
    money.account(world, world.alice, world.school, last, state="approved")
    this = money.fund_year(light, world)
    assert Allocation.objects.with_totals().get(fund_year=last, school=world.school).total_cents == cents(means)
    here = Allocation.objects.with_totals().with_carried().get(fund_year=this, school=world.school)
    assert here.carried_cents == cents(left) == 2_000_00


# It always adds up ----------------------------------------------------------------------------------------------------

AMOUNT = st.integers(0, 10**9)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("count"), st.booleans(), st.integers(0, 3000)),
        st.tuples(st.just("propose"), st.booleans(), st.just(0)),
        st.tuples(st.just("adjust"), st.booleans(), AMOUNT),
        st.tuples(st.just("publish"), st.booleans(), st.just(0)),
        st.tuples(st.just("correct"), st.booleans(), st.integers(-(10**9), 10**9)),
    ),
    max_size=15,
)


def move(world: World, year: FundYear, what: str, first: bool, number: int) -> None:
    school = world.school if first else world.other_school
    row = Allocation.objects.for_list().filter(fund_year=year, school=school).first()
    if what == "count":
        PupilCount.record(world.petra, school, year.counted_on, number)
    elif what == "propose":
        Allocation.propose(world.petra, year)
    elif what == "adjust" and row is not None:
        row.adjust(world.petra, number, "Anders.")
    elif what == "publish":
        Allocation.publish(world.petra, year, over=True)
    elif what == "correct":
        Allocation.correct(world.petra, year, school, number, "Hersteld.")


def must_add_up(year: FundYear) -> None:
    """The database's sums against a plain addition of every row there is."""
    counted = FundYear.objects.with_totals().get(pk=year.pk)
    rows = list(Allocation.objects.filter(fund_year=year).prefetch_related("corrections"))
    given = sum(row.amount_cents + sum(each.delta_cents for each in row.corrections.all()) for row in rows)
    assert counted.granted_cents == given
    assert given + counted.left_cents == counted.available_cents
    totals = {row.pk: row.total_cents for row in Allocation.objects.with_totals().filter(fund_year=year)}
    assert sum(totals.values()) == given
    assert all(total >= 0 for total in totals.values())


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(available=AMOUNT, rate=st.integers(0, 10**6), fixed=AMOUNT, moves=MOVES)
def test_whatever_happens_it_adds_up(
    world: World, available: int, rate: int, fixed: int, moves: list[tuple[str, bool, int]]
) -> None:
    with transaction.atomic():
        fund = Fund.begin(world.petra, world.partnership, name="Proef")
        year = FundYear.begin(
            world.petra,
            fund,
            YEAR,
            available_cents=available,
            rate_cents=rate,
            fixed_cents=fixed,
            counted_on=datetime.date(YEAR - 1, 10, 1),
            account_due=datetime.date(YEAR + 1, 10, 15),
        )
        for what, first, number in moves:
            here = FundYear.objects.for_page().get(pk=year.pk)
            published = here.is_published and dict(here.allocations.values_list("school", "amount_cents"))
            try:
                with transaction.atomic():
                    move(world, here, what, first, number)
            except IllegalTransition:
                pass
            if published:  # what was published stands; who comes later begins with nothing
                now = dict(here.allocations.values_list("school", "amount_cents"))
                assert now == dict.fromkeys(now, 0) | published
            must_add_up(here)
        transaction.set_rollback(True)
