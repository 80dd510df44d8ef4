"""Two officers at once: no correction gets lost or counts twice, and nothing changes once the schools were told."""

import datetime
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from finance.models import Allocation, AllocationCorrection, Fund, FundYear
from records.models import Message
from schools.models import PupilCount
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.merging import Conflict, bases_of
from swvportal.lib.money import euro
from tests import money
from tests.factories import World
from tests.test_concurrency import PATIENCE, together

pytestmark = pytest.mark.django_db(transaction=True)


def anew(user: User) -> User:
    """The same person in another request."""
    return User.objects.get(pk=user.pk)


def year_again(year: FundYear) -> FundYear:
    return FundYear.objects.for_page().get(pk=year.pk)


def correct(world: World, year: FundYear, who: User, cents: int, **more: Any) -> AllocationCorrection:
    return Allocation.correct(anew(who), year_again(year), world.school, cents, f"Van {who.name}.", **more)


def total(world: World, year: FundYear) -> int:
    return int(Allocation.objects.with_totals().get(fund_year=year, school=world.school).total_cents)


def test_two_corrections_at_once_both_count(world: World) -> None:
    year = money.fund_year(money.fund(world), world)
    calls = [partial(correct, world, year, who, cents) for who, cents in ((world.petra, -100), (world.bea, 3))]
    results = together(calls)
    assert all(isinstance(result, AllocationCorrection) for result in results), results
    assert total(world, year) == 69_000_00 - 97


def test_two_corrections_from_the_same_page_are_one_and_a_question(world: World) -> None:
    """Both saw 69.000; the second one is asked to look again."""
    year = money.fund_year(money.fund(world), world)
    calls = [partial(correct, world, year, who, -100, seen_cents=69_000_00) for who in (world.petra, world.bea)]
    results = together(calls)
    assert sum(isinstance(result, IllegalTransition) for result in results) == 1, results
    assert total(world, year) == 69_000_00 - 100


def test_one_correction_pressed_twice_at_once_counts_once(world: World) -> None:
    year = money.fund_year(money.fund(world), world)
    results = together([partial(correct, world, year, world.petra, -100, seen_cents=69_000_00)] * 2)
    assert sum(isinstance(result, AlreadyDone) for result in results) == 1, results
    assert AllocationCorrection.objects.count() == 1


def test_corrections_at_once_never_go_below_zero(world: World) -> None:
    year = money.fund_year(money.fund(world), world)
    together([partial(correct, world, year, who, -40_000_00) for who in (world.petra, world.bea)])
    assert total(world, year) == 29_000_00


def test_two_first_amounts_for_a_school_that_came_later(world: World) -> None:
    type(world.school).objects.filter(pk=world.school.pk).update(closed_on=datetime.date(2026, 1, 1))
    year = money.fund_year(money.fund(world), world)
    results = together([partial(correct, world, year, who, 5_000_00) for who in (world.petra, world.bea)])
    assert all(isinstance(result, AllocationCorrection) for result in results), results
    assert total(world, year) == 10_000_00


def lingering(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but it takes a while before the lock is let go."""

    def slowly(*args: Any, **kwargs: Any) -> Any:
        result = act(*args, **kwargs)
        time.sleep(PATIENCE)
        return result

    return slowly


def test_a_proposal_while_somebody_publishes_changes_nothing_that_was_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever comes first: what the mails say is what stands."""
    year = money.fund_year(money.fund(world), world, published=False)
    monkeypatch.setattr(FundYear, "mark_published", lingering(FundYear.mark_published))
    monkeypatch.setattr(FundYear, "pupil_numbers", lingering(FundYear.pupil_numbers))
    results = together(
        [
            lambda: Allocation.publish(anew(world.petra), year_again(year)),
            lambda: Allocation.propose(anew(world.bea), year_again(year)),
        ]
    )
    assert all(result is None or isinstance(result, int | IllegalTransition) for result in results), results
    assert year_again(year).is_published
    told = {
        message.subject.partition(":")[0]: message.body
        for message in Message.objects.filter(subject__contains="toekenning")
    }
    for row in Allocation.objects.for_list().filter(fund_year=year):
        assert euro(row.total_cents) in told[row.school.name]
    assert len(told) == 2


def test_an_adjustment_while_somebody_publishes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    year = money.fund_year(money.fund(world), world, published=False)
    row = Allocation.objects.for_list().get(fund_year=year, school=world.school)
    monkeypatch.setattr(FundYear, "mark_published", lingering(FundYear.mark_published))
    together(
        [
            lambda: Allocation.publish(anew(world.petra), year_again(year)),
            lambda: Allocation.objects.for_list().get(pk=row.pk).adjust(anew(world.bea), 1_00, "Anders."),
        ]
    )
    row = Allocation.objects.for_list().get(pk=row.pk)
    message = Message.objects.get(subject__startswith="Het Kompas: toekenning")
    assert euro(row.total_cents) in message.body


def test_the_usual_funds_shipped_twice_at_once_are_there_once(world: World) -> None:
    results = together([partial(Fund.ship_to, anew(who), world.partnership) for who in (world.petra, world.bea)])
    assert sorted(results) == [0, 6]
    assert Fund.objects.count() == 6


def test_two_tables_of_numbers_at_once(world: World) -> None:
    """Different schools are merged; of one school's two numbers one is refused."""
    day = datetime.date(2025, 10, 1)
    one, other = world.school.pk, world.other_school.pk
    bases = bases_of({str(one): None, str(other): None})

    def record(who: User, numbers: dict[int, int]) -> int:
        return PupilCount.record_all(anew(who), world.partnership, day, "all", numbers, bases=bases)

    assert together([lambda: record(world.petra, {one: 800}), lambda: record(world.bea, {other: 450})]) == [1, 1]
    bases = bases_of({str(one): 800, str(other): 450})
    results = together([lambda: record(world.petra, {one: 801}), lambda: record(world.bea, {one: 802, other: 451})])
    assert sum(isinstance(result, Conflict) for result in results) == 1, results
