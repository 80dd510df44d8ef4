"""The way of a euro: every step for who may read it, a sentence for who may not, and back from every step."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from conversations.models import Agreement, Conversation
from finance.models import BudgetLine, Fund
from schools.access import forget_access
from schools.models import Role
from swvportal.lib.merging import bases_of, values_of
from tests import factories, money, plans
from tests.conversations.test_thread import next_year, rated, read
from tests.factories import World
from tests.money import LAST, YEAR

pytestmark = pytest.mark.django_db

SECRET = "Niemand anders mag dit lezen."


def trail(line: BudgetLine) -> str:
    return reverse("conversations:trail", args=[line.pk])


def agreed(world: World) -> ActionPoint:
    """The point of an agreement about 2C, on which the school stands two levels above the partnership."""
    rated(world, world.participation, "u", "p")
    conversation = Conversation.start(world.petra, world.participation)
    indicator = next(i for i in world.indicators() if i.code == "2C")
    conversation.save_conclusion(world.petra, indicator, version=0, text="Het staat nergens op papier.")
    made = conversation.add_agreement(
        world.petra, text="Het handelingsplan opschrijven.", who="Bob", due=None, indicator=indicator, side="school"
    )
    point = Agreement.objects.for_page().get(pk=made.pk).make_action_point(world.alice)
    return ActionPoint.objects.for_page().get(pk=point.pk)


def paid(world: World, point: ActionPoint | None, state: str = "adopted", **fields: Any) -> BudgetLine:
    """The first of two lines of Alice's budget, which pays for this point."""
    made = money.budget(world, world.alice, world.school, amounts=(30_000_00, 2_000_00))
    line = money.lines(made)[0]
    values = {"action_point": point, **fields}
    line.change(world.alice, values, bases_of(values_of(line, values)))
    money.bring_budget(world, made, world.alice, state)
    return money.lines(made)[0]


def point_of(line: BudgetLine) -> ActionPoint:
    assert line.action_point is not None
    return ActionPoint.objects.for_page().get(pk=line.action_point.pk)


@pytest.fixture
def line(world: World) -> BudgetLine:
    """Adopted, allocated, with a booking, and a point behind it that an agreement made."""
    money.fund_year(money.fund(world), world)
    found = paid(world, agreed(world))
    money.book(world.alice, found, 4_000_00, datetime.date(YEAR, 10, 1))
    return found


# The chain -----------------------------------------------------------------------------------------------------------


def test_from_the_euro_to_what_it_brought(world: World, line: BudgetLine, as_alice: Client, as_petra: Client) -> None:
    point = point_of(line)
    point.add_note(world.alice, "De eerste versie ligt er.", datetime.date(2027, 1, 14))
    chain = [
        "1. De geldstroom",
        "Er is € 69.000",
        "2. De begrotingsregel",
        "Begroot is € 30.000, besteed is € 4.000, over is € 26.000.",
        "3. Het actiepunt",
        "Het handelingsplan opschrijven.",
        "4. De afspraak",
        "Het staat nergens op papier.",
        "5. Het verschil",
        "School 2 hoger",
        "6. Wat het opleverde",
        "De eerste versie ligt er.",
        "nog niet geëvalueerd",
        "het volgende formulier is nog niet uitgewisseld",
    ]
    seen = read(as_alice, trail(line)).replace("\xa0", " ")
    steps = seen[seen.index("1. De geldstroom") :]
    places = [steps.find(step) for step in chain]
    assert -1 not in places, chain[places.index(-1)]
    assert places == sorted(places)
    # The plan is a draft still, but the point carries out an agreement with the partnership.
    assert "School 2 hoger" in read(as_petra, trail(line))
    page = as_alice.get(trail(line)).text
    for there in (
        line.fund.get_absolute_url(),
        line.get_absolute_url(),
        line.budget.get_absolute_url(),
        point.get_absolute_url(),
        reverse("conversations:conversation", args=[world.participation.pk]) + "#afspraken",
        reverse("indicators:comparison", args=[world.participation.pk]) + "#2C",
    ):
        assert f'href="{there}"' in page


def test_the_evaluation_and_the_next_ratings_close_the_chain(
    world: World, line: BudgetLine, as_petra: Client, as_alice: Client
) -> None:
    ActionPlan.objects.update(state="adopted", adopted_on=timezone.localdate())
    point = point_of(line)
    point.evaluate(world.alice, result="partly", learned="Klein beginnen werkt.")
    later = next_year(world)
    world.fill("school", "s", participation=later)
    world.submit("school", later)
    for client in (as_alice, as_petra):
        seen = read(client, trail(line))
        assert "deels gehaald. Klein beginnen werkt." in seen
        assert "naar S" not in seen and "Nog niet bekend" in seen, "the secrecy of the exchange holds here too"


def test_the_ratings_of_the_next_round_once_exchanged(world: World, line: BudgetLine, as_petra: Client) -> None:
    rated(world, next_year(world), "v", "v")
    assert "school: van U naar V; SWV: van P naar V. Verschil was 2 niveaus, nu gelijk." in read(as_petra, trail(line))


def test_what_the_school_accounted_for(world: World, as_alice: Client, as_petra: Client) -> None:
    money.set_up(world, "draft")
    last = BudgetLine.objects.for_page().get(
        budget__school=world.school, budget__school_year=LAST, spearhead__isnull=False
    )
    assert "nog geen verantwoording die u kunt lezen" in read(as_alice, trail(last)), "a draft says nothing yet"
    money.bring_account(world, world.money.alices_account, world.alice, "submitted")
    for client in (as_alice, as_petra):
        seen = read(client, trail(last))
        assert "Wat heeft het gebracht? Zo is het gegaan." in seen
        assert world.money.alices_account.get_absolute_url() in client.get(trail(last)).text


def test_other_lines_that_pay_for_the_same_point(world: World, as_alice: Client) -> None:
    point = agreed(world)
    first = paid(world, point, "draft")
    second = money.lines(first.budget)[1]
    second.change(world.alice, {"action_point": point}, {})
    page = as_alice.get(trail(first)).text
    assert "Dit actiepunt wordt ook betaald uit" in page and f'href="{trail(second)}"' in page


# Steps that are missing ----------------------------------------------------------------------------------------------


def test_a_line_without_a_point_says_where_to_choose_one(world: World, as_alice: Client, as_petra: Client) -> None:
    made = money.budget(world, world.alice, world.school)
    under, bare = money.lines(made)
    edit = reverse("finance:budget_line_edit", args=[bare.pk])
    seen = read(as_alice, trail(bare))
    for sentence in (
        "De toekenning voor 2026-2027 is nog niet gepubliceerd.",
        "Deze regel hoort bij geen actiepunt.",
        "Zonder actiepunt is er geen afspraak om bij te zetten.",
        "Zonder afspraak is er geen verschil om bij te zetten.",
        "De begroting is nog een concept; er is nog niets geboekt.",
    ):
        assert sentence in seen
    assert edit in as_alice.get(trail(bare)).text
    assert "Zij valt wel onder een speerpunt: 1. Trajectvoorziening ontwikkelen." in read(as_alice, trail(under))
    made.submit(world.alice)
    assert edit not in as_alice.get(trail(bare)).text and edit not in as_petra.get(trail(bare)).text


def test_the_boards_own_money_has_no_allocation(world: World, as_alice: Client) -> None:
    own = money.fund(world, "Lumpsum", source=Fund.Source.BOARD)
    line = money.lines(money.budget(world, world.alice, world.school, of=own))[0]
    seen = read(as_alice, trail(line))
    assert "Dit is eigen geld van het schoolbestuur." in seen and "Over eigen geld legt de school geen" in seen


def test_a_point_that_came_from_no_conversation(world: World, as_alice: Client) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school))[0]
    seen = read(as_alice, trail(paid(world, point)))
    assert point.goal in seen and "Dit actiepunt komt niet uit een gesprek." in seen


def test_an_agreement_about_no_indicator(world: World, line: BudgetLine, as_alice: Client) -> None:
    Agreement.objects.update(indicator=None)
    assert "De afspraak gaat niet over één indicator." in read(as_alice, trail(line))


# Secrecy -------------------------------------------------------------------------------------------------------------


def test_a_point_of_a_draft_plan_is_a_sentence_for_the_partnership(
    world: World, as_alice: Client, as_petra: Client, as_aisha: Client
) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=(SECRET,))
    point = plans.points(plan)[0]
    point.add_note(world.alice, "Ook dit niet.")
    line = paid(world, point, spearhead=None)
    assert SECRET in read(as_alice, trail(line))
    for client in (as_petra, as_aisha):
        html = client.get(trail(line)).text
        assert "een actiepunt dat u nog niet kunt lezen" in html
        for hidden in (SECRET, "Ook dit niet.", point.get_absolute_url(), "Trajectvoorziening"):
            assert hidden not in html
    plan.submit(world.alice)
    assert SECRET in read(as_petra, trail(line))
    assert SECRET not in read(as_aisha, trail(line)), "auditors read what was adopted"


def test_an_agreement_that_one_may_not_read_is_a_sentence(
    world: World, line: BudgetLine, as_dirk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the point reads its agreement too, as the roles are now; the page does not count on it."""
    nothing = Agreement.objects.none()
    monkeypatch.setattr("conversations.querysets.AgreementQuerySet.visible_to", lambda self, user: nothing)
    html = as_dirk.get(trail(line)).text
    assert "Bij dit actiepunt hoort een afspraak uit een gesprek. U kunt die niet lezen." in html
    for hidden in ("Het staat nergens op papier.", "School 2 hoger", "komt niet uit een gesprek"):
        assert hidden not in html


def test_who_only_reads_along_gets_no_notes_and_no_agreement(world: World, line: BudgetLine, client: Client) -> None:
    """An auditor of the school who also works at another one: the plan is shared with her, and not adopted."""
    ActionPoint.objects.for_page().get().add_note(world.alice, SECRET)
    ActionPlan.objects.update(state="submitted", submitted_at=timezone.now(), shared_at=timezone.now())
    until = timezone.localdate() + datetime.timedelta(days=30)
    factories.member(world.carla, Role.AUDITOR, school=world.school, valid_until=until)
    forget_access(world.carla)
    client.force_login(world.carla)
    html = client.get(trail(line)).text
    assert "Het handelingsplan opschrijven." in html and "U leest dit actiepunt alleen mee." in html
    for hidden in (SECRET, "Het staat nergens op papier.", "School 2 hoger", "gesprek van", "Bob"):
        assert hidden not in html


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("bob", 200), ("dirk", 200), ("petra", 200), ("aisha", 200)]
    + [(who, 404) for who in ("carla", "oscar", "otto")],
)  # fmt: skip
def test_who_does_not_read_the_budget_does_not_read_its_way(
    world: World, line: BudgetLine, client: Client, who: str, status: int
) -> None:
    client.force_login(getattr(world, who))
    assert client.get(trail(line)).status_code == status


def test_a_draft_budget_is_the_schools_own(world: World, as_bob: Client, as_petra: Client) -> None:
    line = paid(world, agreed(world), "draft")
    assert as_bob.get(trail(line)).status_code == 200
    assert as_petra.get(trail(line)).status_code == 404


# Cost ----------------------------------------------------------------------------------------------------------------


def test_it_costs_the_same_whatever_happened(world: World, line: BudgetLine, as_alice: Client) -> None:
    rated(world, next_year(world), "v", "v")
    point = point_of(line)

    def queries() -> int:
        as_alice.get(trail(line))
        with CaptureQueriesContext(connection) as caught:
            assert as_alice.get(trail(line)).status_code == 200
        return len(caught)

    point.add_note(world.alice, "Begonnen.")
    point.carry_over(world.alice)
    before = queries()
    for number in range(5):
        point.add_note(world.alice, f"Stap {number}.")
        money.book(world.alice, line, 10_00, datetime.date(YEAR, 10, 2), f"Factuur {number}")
        BudgetLine.objects.create(
            budget=line.budget, fund=line.fund, category=line.category, action_point=point, position=10 + number,
            description=f"Meer {number}", amount_cents=1_00,
        )  # fmt: skip
    assert queries() == before <= 30


# And back ------------------------------------------------------------------------------------------------------------


def test_every_step_leads_to_the_way_of_its_euro(world: World, line: BudgetLine, as_alice: Client) -> None:
    point = line.action_point
    assert point is not None
    for page in (
        line.get_absolute_url(),
        line.budget.get_absolute_url(),
        reverse("finance:budget_entries", args=[line.budget_id]),
        point.get_absolute_url(),
        reverse("conversations:thread", args=[point.pk]),
        reverse("conversations:conversation", args=[world.participation.pk]),
    ):
        assert f'href="{trail(line)}"' in as_alice.get(page).text, page


# Money at the action point -------------------------------------------------------------------------------------------


def test_the_points_page_says_what_pays_for_it(world: World, line: BudgetLine, as_alice: Client) -> None:
    assert line.action_point is not None
    seen = read(as_alice, line.action_point.get_absolute_url()).replace("\xa0", " ")
    assert "Geld" in seen and "Regel 1" in seen
    assert "€ 30.000 € 4.000 € 26.000" in seen
    plan = reverse("actionplans:plan", args=[line.action_point.plan_id])
    listed = read(as_alice, f"{plan}?beeld=lijst").replace("\xa0", " ")
    assert "€ 30.000 begroot, € 4.000 besteed" in listed


def test_money_at_a_point_is_only_for_who_reads_the_budget(world: World, as_alice: Client, as_petra: Client) -> None:
    """The plan is with the partnership, the budget is a draft of the school."""
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    point = plans.points(plan)[0]
    address, listed = point.get_absolute_url(), f"{plan.get_absolute_url()}?beeld=lijst"
    assert "Kies het actiepunt bij een regel" in as_alice.get(address).text
    line = paid(world, point, "draft")
    for page in (address, listed):
        assert "30.000" in as_alice.get(page).text
        seen = as_petra.get(page).text
        assert "30.000" not in seen and "besteed" not in seen and trail(line) not in seen
    line.budget.submit(world.alice)
    for page in (address, listed):
        assert "30.000" in as_petra.get(page).text


def test_money_at_the_points_costs_one_query_and_no_more(world: World, line: BudgetLine, as_alice: Client) -> None:
    point = line.action_point
    assert point is not None
    pages = (point.get_absolute_url(), reverse("actionplans:plan", args=[point.plan_id]) + "?beeld=lijst")

    def queries() -> list[int]:
        found = []
        for page in pages:
            as_alice.get(page)
            with CaptureQueriesContext(connection) as caught:
                as_alice.get(page)
            found.append(len(caught))
        return found

    before = queries()
    for number in range(4):
        BudgetLine.objects.create(
            budget=line.budget, fund=line.fund, category=line.category, action_point=point, position=10 + number,
            description=f"Meer {number}", amount_cents=1_00,
        )  # fmt: skip
    assert queries() == before


def test_the_money_of_a_point_is_not_counted_twice(world: World, line: BudgetLine) -> None:
    """Two bookings on one line: the budget of it counts once."""
    money.book(world.alice, line, 1_00, datetime.date(YEAR, 10, 3), "Nog een")
    point = ActionPoint.objects.with_money(world.alice).get(pk=point_of(line).pk)
    assert (point.budgeted_cents, point.spent_cents) == (30_000_00, 4_001_00)
