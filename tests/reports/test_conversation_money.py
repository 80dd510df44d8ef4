"""The money in the report of a conversation: as it stood that day, for everybody who may read the report."""

import datetime
import re
import subprocess
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actionplans.models import ActionPoint
from conversations.models import Conversation
from finance.models import BudgetLine
from reports.budget_contents import Money, money_of
from reports.contents import conversation_content, fingerprint
from reports.models import Report
from reports.rendering import conversation_pdf
from swvportal.demo.clock import clock_at
from swvportal.lib.merging import bases_of, values_of
from tests import money, plans
from tests.factories import World
from tests.reports.test_conversation_report import MADE_AT, ODD, VERAPDF, Worker, ask, page, recorded, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(world: World) -> Conversation:
    world.exchange()
    Conversation.start(world.petra, world.participation)
    return held(world, datetime.timedelta(days=1))


def held(world: World, ago: datetime.timedelta) -> Conversation:
    Conversation.objects.update(held_at=timezone.now() - ago)
    return recorded(world)


def budgeted(world: World, state: str = "adopted", plan_state: str = "adopted") -> BudgetLine:
    """Alice's, of which the first line pays for a point; last week € 1.234,56 was booked on it, and something noted."""
    with clock_at(timezone.now() - datetime.timedelta(days=7)):
        plan = plans.plan(world, world.alice, world.school, state=plan_state)
        point = plans.points(plan)[0]
        made = money.budget(world, world.alice, world.school, amounts=(30_000_00, 20_000_00))
        line = money.lines(made)[0]
        values = {"action_point": point, "explanation": "Na overleg."}
        line.change(world.alice, values, bases_of(values_of(line, values)))
        money.bring_budget(world, made, world.alice, state)
        if state != "draft":
            money.book(world.alice, line, 1_234_56)
        point.add_note(world.alice, "Zes mentoren zijn begonnen.")
    return money.lines(made)[0]


def shown(world: World, tmp_path: Path) -> str:
    pdf = conversation_pdf(conversation_content(recorded(world)), version=1, code="X", made_at=MADE_AT)
    return re.sub(r"\s+", " ", text_of(pdf, tmp_path).replace("\xa0", " "))


def test_lines_by_fund_and_what_they_are_to_bring(world: World, conversation: Conversation) -> None:
    line = budgeted(world)
    made = money_of(recorded(world))
    assert [(fund.name, fund.budgeted_cents, fund.spent_cents) for fund in made.funds] == [
        ("Ondersteuning licht", 50_000_00, 1_234_56)
    ]
    first, second = made.funds[0].lines
    assert (first.description, first.category, first.spearhead, first.left_cents, first.explanation) == (
        line.description, "Mentoraat", "1. Trajectvoorziening ontwikkelen", 28_765_44, "Na overleg.",
    )  # fmt: skip
    assert (second.spearhead, second.spent_cents) == ("", 0)
    (effect,) = made.effects
    assert (effect.goal, effect.state, effect.result) == ("Alle mentoren zijn geschoold.", "gepland", "")
    assert (effect.note, effect.budgeted_cents, effect.spent_cents) == (
        "Zes mentoren zijn begonnen.", 30_000_00, 1_234_56,
    )  # fmt: skip


@pytest.mark.parametrize("state", [None, "draft", "submitted"])
def test_what_is_not_adopted_stays_out(world: World, conversation: Conversation, state: str | None) -> None:
    """Auditors read the report, and no budget that is not adopted."""
    if state:
        budgeted(world, state)
    assert money_of(recorded(world)) == Money()


def test_a_point_of_a_plan_that_is_not_adopted_stays_out(world: World, conversation: Conversation) -> None:
    line = budgeted(world, plan_state="submitted")
    BudgetLine.objects.filter(pk=line.pk).update(spearhead=None)
    made = money_of(recorded(world))
    assert not made.effects and made.funds[0].lines[0].spearhead == ""


def test_the_budget_of_another_partnership_stays_out(world: World, conversation: Conversation) -> None:
    line = budgeted(world)
    type(line.budget).objects.filter(pk=line.budget_id).update(partnership=world.other_partnership)
    assert money_of(recorded(world)) == Money()


def test_what_happens_after_the_day_changes_nothing(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    line = budgeted(world)
    before = money_of(recorded(world))
    ask(as_petra, world)
    run_worker()
    kept = Report.objects.get().sha256
    point = ActionPoint.objects.for_page().get()
    point.set_state(world.alice, "running")
    point.add_note(world.alice, "Klaar.")
    point.evaluate(world.alice, result="reached", learned="Het kan.")
    entry = money.book(world.alice, line, 5_000_00)
    entry.reverse(world.alice, "Dubbel.")
    assert money_of(recorded(world)) == before
    assert "iets gewijzigd" not in as_petra.get(page(world)).text
    ask(as_petra, world)
    run_worker()
    assert Report.objects.get().sha256 == kept
    later = money_of(held(world, datetime.timedelta(0)))
    assert (later.effects[0].state, later.effects[0].result, later.effects[0].note) == ("gereed", "gehaald", "Klaar.")


def test_an_evaluation_after_the_day_is_not_told(world: World, conversation: Conversation) -> None:
    """It also makes an open point done: what it was before stands in the log."""
    budgeted(world)
    ActionPoint.objects.for_page().get().evaluate(world.alice, result="not", learned="Te groot begonnen.")
    (effect,) = money_of(recorded(world)).effects
    assert (effect.state, effect.result) == ("gepland", "")


def test_an_adopted_budget_that_changes_is_a_new_version_beside_the_old_one(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    ask(as_petra, world)
    run_worker()
    first = Report.objects.get()
    budgeted(world)
    assert "iets gewijzigd in het gesprek of de begroting" in as_petra.get(page(world)).text
    ask(as_petra, world)
    run_worker()
    assert [report.version for report in Report.objects.order_by("version")] == [1, 2]
    assert Report.objects.get(version=1).sha256 == first.sha256


def test_a_budget_adopted_after_the_conversation_says_so(world: World, conversation: Conversation) -> None:
    line = budgeted(world)
    assert not money_of(recorded(world)).adopted_afterwards
    line.budget.give_back(world.petra, "Graag een regel erbij.")
    type(line.budget).objects.for_page().get(pk=line.budget_id).submit(world.alice)
    type(line.budget).objects.for_page().get(pk=line.budget_id).adopt(world.petra)
    assert money_of(recorded(world)).adopted_afterwards


def test_it_counts_for_the_fingerprint_and_costs_the_same(world: World, conversation: Conversation) -> None:
    line = budgeted(world)
    before = fingerprint(conversation_content(recorded(world)))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            money_of(conversation)
        return len(caught)

    cost = queries()
    for number in range(4):
        BudgetLine.objects.create(
            budget=line.budget, fund=line.fund, category=line.category, action_point=line.action_point,
            position=10 + number, description=f"Meer {number}", amount_cents=1_00,
        )  # fmt: skip
    assert queries() == cost <= 4
    assert fingerprint(conversation_content(recorded(world))) != before


@pytest.mark.pdf
def test_the_report_shows_it(world: World, conversation: Conversation, tmp_path: Path) -> None:
    seen = shown(world, tmp_path)
    assert "Er is geen vastgestelde begroting 2026-2027 om in dit verslag op te nemen." in seen
    line = budgeted(world)
    seen = shown(world, tmp_path)
    for said in (
        "Begroot is € 50.000.",
        "is € 1.234,56 geboekt.",
        "Ondersteuning licht",
        line.description,
        "€ 28.765,44",
        "Alle mentoren zijn geschoold.",
        "gepland",
        "Zes mentoren zijn begonnen.",
    ):
        assert said in seen, said


@pytest.mark.pdf
@pytest.mark.parametrize("text", [ODD, "w" * 1000, "Een lange toelichting. " * 40])
def test_whatever_people_type_about_money_it_passes_both_standards(
    world: World, conversation: Conversation, tmp_path: Path, text: str
) -> None:
    line = budgeted(world)
    BudgetLine.objects.update(description=text[:200], explanation=text[:1000])
    ActionPoint.objects.update(goal=text[:1000])
    for number in range(60):
        BudgetLine.objects.create(
            budget=line.budget, fund=line.fund, category=line.category, position=10 + number,
            description=f"Meer {number}", amount_cents=1_00,
        )  # fmt: skip
    path = tmp_path / "report.pdf"
    content = conversation_content(recorded(world))
    path.write_bytes(conversation_pdf(content, version=1, code="7QK4-M2RD-9XWA", made_at=MADE_AT))
    done = subprocess.run([str(VERAPDF), str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
