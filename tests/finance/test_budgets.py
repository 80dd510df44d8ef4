"""How the money of a year stands, one budget against what there is, and its way from draft to adopted."""

import csv
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import Allocation, Budget, BudgetLine, Fund
from finance.todos.budgets import todos_for
from records.models import LogEntry, Message
from schools.access import forget_access
from schools.models import Role
from swvportal.lib.merging import bases_of, values_of
from tests import factories, money, plans
from tests.money import LAST, YEAR
from tests.test_query_counts import CEILING


@pytest.fixture(autouse=True)
def _in_the_autumn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The school year of the scene runs."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: datetime.date(YEAR, 11, 25))


def page(client, name, *args, **query):
    return client.get(reverse(f"finance:{name}", args=args), query)


def text(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def post(client, name, *args, **data):
    return client.post(reverse(f"finance:{name}", args=args), data, follow=True)


def draft(world, **fields):
    money.fund_year(money.fund(world), world)
    return money.budget(world, world.alice, world.school, **fields)


# The year -------------------------------------------------------------------------------------------------------------


def test_a_director_sees_per_fund_what_there_is_and_what_went(world, as_alice):
    made = draft(world, state="adopted")
    money.book(world.alice, money.lines(made)[0], 1_234_56, datetime.date(YEAR, 9, 30))
    shown = text(page(as_alice, "budgets"))
    for words in ("Ondersteuning licht", "€ 69.000", "€ 50.000", "€ 1.234,56", "€ 67.765,44"):
        assert words in shown
    assert "De Horizon" not in shown


def test_a_school_without_a_budget_begins_it_here(world, as_alice):
    money.fund_year(money.fund(world), world)
    assert "Begroting beginnen" in text(page(as_alice, "budgets"))
    answer = post(as_alice, "budget_begin", school=world.school.pk, school_year=YEAR)
    made = Budget.objects.get()
    assert answer.redirect_chain == [(made.get_absolute_url(), 302)]
    post(as_alice, "budget_begin", school=world.school.pk, school_year=YEAR)
    assert Budget.objects.count() == 1


@pytest.mark.parametrize("asked", [{}, {"school": "x"}, {"school": 1, "school_year": 1999}, {"school": 2**70}])
def test_a_begin_that_no_page_posts_is_refused(as_alice, asked):
    assert as_alice.post(reverse("finance:budget_begin"), asked).status_code == 400


def test_the_office_sees_how_far_a_draft_is_and_nothing_of_it(world, as_petra):
    made = draft(world)
    shown = text(page(as_petra, "budgets"))
    assert "concept" in shown
    assert "€ 50.000" not in shown
    made.submit(world.alice)
    shown = text(page(as_petra, "budgets"))
    assert "€ 50.000" in shown
    assert "het SWV: vaststellen" in shown


def test_the_board_sees_its_schools_in_every_partnership(world, as_dirk):
    elsewhere = factories.school(world.other_partnership, world.board, "77AA", "De Overkant")
    shown = text(page(as_dirk, "budgets"))
    assert "De Overkant" in shown
    assert "Het Kompas" in shown
    only = text(page(as_dirk, "budgets", swv=world.other_partnership.code))
    assert elsewhere.name in only
    assert "Het Kompas" not in only


def test_an_auditor_sees_what_was_adopted(world, as_aisha):
    made = draft(world, state="submitted")
    assert "Het Kompas" not in text(page(as_aisha, "budgets"))
    made.adopt(world.petra)
    shown = text(page(as_aisha, "budgets"))
    assert "Het Kompas" in shown
    assert "De Horizon" not in shown


def test_the_filter_shows_the_schools_of_one_state(world, as_petra):
    draft(world, state="submitted")
    for number in range(3):
        factories.school(world.partnership, world.board, f"0{number}XX", f"School {number}")
    shown = text(page(as_petra, "budgets", stand="submitted"))
    assert "Het Kompas" in shown
    assert "De Horizon" not in shown
    assert "De Horizon" in text(page(as_petra, "budgets", stand="bestaat-niet"))


def test_a_correction_counts_and_the_boards_own_money_stands_apart(world, as_alice):
    made = draft(world, amounts=(69_000_00,))
    lumpsum = money.fund(world, "Lumpsum", source=Fund.Source.BOARD)
    made.add_line(
        world.alice, fund=lumpsum, category=money.category(world), description="Extra", amount_cents=11_000_00
    )
    shown = text(page(as_alice, "budget", made.pk))
    together = shown[shown.index('id="samen"') :]
    for words in ("€ 69.000", "€ 11.000", "€ 80.000"):
        assert f'data-label="Begroot">{words}<' in together
    assert "te veel" not in shown
    assert "Nog niets gepubliceerd" not in shown, "the board's money is never published"
    overview = text(page(as_alice, "budgets"))
    assert "Eigen geld van het schoolbestuur" in overview
    assert "te veel" not in overview


def test_a_year_that_is_over_asks_for_no_more_bookings(world, as_alice, as_petra):
    money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    draft(world, state="adopted")
    assert "besteden en boeken" in text(page(as_alice, "budgets"))
    for client in (as_alice, as_petra):
        shown = text(page(client, "budgets", jaar=LAST))
        assert "het jaar is voorbij" in shown
        assert "besteden en boeken" not in shown


def test_the_office_sees_what_is_left_of_every_school_that_has_not_begun(world, as_petra):
    """So that the column adds up to its total; of a draft it cannot know."""
    draft(world, state="draft")
    many_schools(world)
    shown = text(page(as_petra, "budgets"))
    assert '<td role="cell" class="num inline" data-label="Over">€ 41.000</td>' in shown, "De Horizon has not begun"
    assert '<td role="cell" class="num inline" data-label="Over">€ 69.000</td>' not in shown, "Het Kompas writes"
    assert "in het totaal is daar nog alles over" in shown


def test_spent_too_much_is_more_than_a_hundred_percent(world, as_petra):
    made = draft(world, state="adopted")
    many_schools(world)
    money.book(world.alice, money.lines(made)[0], 138_000_00, datetime.date(YEAR, 9, 30))
    assert "200%" in text(page(as_petra, "budgets"))


def test_an_office_that_granted_nothing_yet_reads_how_to_begin(world, as_petra, as_alice):
    shown = text(page(as_petra, "budgets"))
    assert f"Voor {YEAR}-{YEAR + 1} is nog niets toegekend" in shown
    assert "Publiceer de toekenningen" in shown
    assert "Publiceer de toekenningen" not in text(page(as_alice, "budgets"))
    money.fund_year(money.fund(world), world)
    assert "nog niets toegekend" not in text(page(as_petra, "budgets"))


def many_schools(world) -> None:
    for number in range(3):
        factories.school(world.partnership, world.board, f"0{number}XX", f"School {number}")


@pytest.mark.parametrize("who", ["alice", "dirk", "petra", "aisha"])
def test_as_many_queries_at_two_schools_as_at_eight(world, who):
    money.set_up(world, "after")
    client = Client()
    client.force_login(getattr(world, who))

    def counted() -> int:
        page(client, "budgets")
        with CaptureQueriesContext(connection) as caught:
            assert page(client, "budgets").status_code == 200
        return len(caught)

    before = counted()
    for number in range(6):
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number}")
        factories.member(world.alice, Role.DIRECTOR, school=school)
        money.grow(world, world.alice, school)
    forget_access(world.alice)
    assert counted() == before < CEILING


def test_a_budget_costs_the_same_with_more_lines(world, as_alice):
    made = draft(world, amounts=(1_00, 2_00))

    def counted() -> list[int]:
        found = []
        for name, key in (
            ("budget", made.pk),
            ("budget_submit", made.pk),
            ("budget_line_edit", money.lines(made)[0].pk),
        ):
            with CaptureQueriesContext(connection) as caught:
                assert page(as_alice, name, key).status_code == 200
            found.append(len(caught))
        return found

    page(as_alice, "budget", made.pk)
    before = counted()
    for number in range(10):
        fund, category = money.fund(world), money.category(world)
        made.add_line(world.alice, fund=fund, category=category, description=f"Nog {number}", amount_cents=1)
    assert counted() == before
    assert max(before) < CEILING


# One budget -----------------------------------------------------------------------------------------------------------


def test_what_is_spent_is_shown_with_what_lags(world, as_alice, monkeypatch):
    made = draft(world, state="adopted")
    first, _ = money.lines(made)
    money.book(world.alice, first, 20_000_00, datetime.date(YEAR, 9, 30))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: datetime.date(YEAR + 1, 4, 1))
    shown = text(page(as_alice, "budget", made.pk))
    assert shown.count("blijft achter</span>") == 1
    assert "€ 30.000" in shown
    assert reverse("finance:line", args=[first.pk]) in shown


def test_a_fund_by_the_calendar_year_says_where_its_parts_come_from(world, as_alice):
    training = money.fund(world, "Professionalisering", year_kind=Fund.YearKind.CALENDAR)
    money.fund_year(training, world, YEAR, rate_cents=0, fixed_cents=12_000_00)
    made = money.budget(world, world.alice, world.school, of=training, amounts=(9_000_00,))
    shown = text(page(as_alice, "budget", made.pk))
    assert "Van 2026 telt 5/12 mee: € 5.000 van € 12.000." in shown
    assert "Van 2027 is nog niets gepubliceerd" in shown
    assert "te veel" not in shown
    money.fund_year(training, world, YEAR + 1, rate_cents=0, fixed_cents=6_000_00)
    shown = text(page(as_alice, "budget", made.pk))
    assert "Van 2027 telt 7/12 mee: € 3.500 van € 6.000." in shown
    assert "€ 500 te veel" in shown


def test_a_fund_of_which_nothing_is_published_says_so(world, as_alice):
    money.fund_year(money.fund(world), world, published=False)
    made = money.budget(world, world.alice, world.school)
    shown = text(page(as_alice, "budget", made.pk))
    assert "De toekenning voor 2026-2027 is nog niet gepubliceerd" in shown
    assert "€ 69.000" not in shown


def test_an_action_point_of_a_draft_plan_stays_with_the_school(world, as_alice, as_petra):
    made = draft(world)
    plan = plans.plan(world, world.alice, world.school)
    point = plan.points.all()[0]
    line = money.lines(made)[1]
    line.change(world.alice, {"action_point": point}, {})
    made.submit(world.alice)
    assert point.goal[:40] in text(page(as_alice, "budget", made.pk))
    shown = text(page(as_petra, "budget", made.pk))
    assert point.goal[:40] not in shown
    assert "Actiepunt uit een plan dat nog bij de school ligt" in shown
    sheet = page(as_petra, "budget_export", made.pk, "csv").content.decode("utf-8-sig")
    assert point.goal[:40] not in sheet


# From state to state --------------------------------------------------------------------------------------------------


def test_from_draft_to_adopted_and_each_side_gets_a_mail(world, as_alice, as_petra):
    made = draft(world)
    assert "Begroting indienen" in text(page(as_alice, "budget_submit", made.pk))
    assert "ingediend" in text(post(as_alice, "budget_submit", made.pk))
    assert "al ingediend" in text(post(as_alice, "budget_submit", made.pk))
    mails = Message.objects.filter(subject__contains="begroting 2026-2027 ingediend")
    assert set(mails.values_list("to", flat=True)) == {world.petra.email, world.bea.email}
    assert "vastgesteld" in text(post(as_petra, "budget_adopt", made.pk))
    assert "al vastgesteld" in text(post(as_petra, "budget_adopt", made.pk))
    mails = Message.objects.filter(subject__contains="vastgesteld")
    assert list(mails.values_list("to", flat=True)) == [world.alice.email]
    assert LogEntry.objects.filter(verb="budget_state").count() == 2


def test_who_also_works_at_the_school_does_not_adopt_its_budget(world, as_petra):
    made = draft(world, state="submitted")
    factories.member(world.petra, Role.STAFF, school=world.school)
    assert reverse("finance:budget_adopt", args=[made.pk]) not in as_petra.get(made.get_absolute_url()).content.decode()
    for method in (as_petra.get, as_petra.post):
        assert method(reverse("finance:budget_adopt", args=[made.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        made.adopt(world.petra)
    assert "begroting is ingediend" in text(as_petra.get(made.get_absolute_url(), follow=True))


def test_given_back_with_a_reason_that_the_school_reads(world, as_alice, as_petra):
    made = draft(world, state="submitted")
    answer = as_petra.post(reverse("finance:budget_give_back", args=[made.pk]), {"reason": " "})
    assert answer.status_code == 422
    answer = post(as_petra, "budget_give_back", made.pk, reason="Het mentoraat is dubbel begroot.")
    assert answer.redirect_chain[0][0] == f"{reverse('finance:budgets')}?jaar={YEAR}"
    assert "Het mentoraat is dubbel begroot." in text(page(as_alice, "budget", made.pk))
    assert (
        "Het mentoraat is dubbel begroot." in Message.objects.get(to=world.alice.email, key__startswith="budget").body
    )
    assert "Het mentoraat is dubbel begroot." in next(todo.note for todo in todos_for(world.alice))
    post(as_alice, "budget_submit", made.pk)
    assert "Het mentoraat is dubbel begroot." not in text(page(as_alice, "budget", made.pk))


def test_the_page_before_a_submit_says_what_is_missing(world, as_alice):
    made = draft(world, amounts=(60_000_00, 9_000_00, 1_000_00))
    shown = text(page(as_alice, "budget_submit", made.pk))
    assert "Regel 3</a>: € 1.000 meer dan er is" in shown
    assert "Begroting indienen</button>" not in shown
    assert "Leg uit waarom u meer begroot" in text(post(as_alice, "budget_submit", made.pk))
    assert Budget.objects.get().is_draft


def test_nothing_is_submitted_without_a_line(world, as_alice):
    made = draft(world, amounts=())
    assert "Schrijf eerst een regel op" in text(page(as_alice, "budget_submit", made.pk))
    assert "ten minste één regel" in text(post(as_alice, "budget_submit", made.pk))


def test_what_is_accounted_for_is_not_taken_back_or_given_back(world, as_petra):
    money.set_up(world, "half")
    before = Budget.objects.get(school=world.school, school_year=LAST)
    shown = text(page(as_petra, "budget_give_back", before.pk))
    assert "Over dit jaar is al verantwoording afgelegd" in shown
    answer = text(post(as_petra, "budget_give_back", before.pk, reason="Toch anders."))
    assert "al verantwoording afgelegd" in answer
    assert Budget.objects.get(pk=before.pk).state == "adopted"


# Todos ----------------------------------------------------------------------------------------------------------------


def titles(who) -> list[str]:
    forget_access(who)
    return [todo.title for todo in todos_for(who)]


def test_who_has_to_do_what(world):
    year = money.fund_year(money.fund(world), world, published=False)
    assert titles(world.alice) == []
    Allocation.publish(world.petra, year)
    assert titles(world.alice) == ["Begroting 2026-2027 beginnen"]
    assert titles(world.bob) == []
    made = Budget.begin(world.bob, world.school, YEAR)
    assert titles(world.alice) == ["Begroting 2026-2027 invullen"]
    money.budget(world, world.alice, world.school)
    assert titles(world.alice) == ["Begroting 2026-2027 indienen"]
    assert titles(world.petra) == []
    made.submit(world.alice)
    assert titles(world.alice) == []
    assert titles(world.petra) == titles(world.bea) == ["Begroting 2026-2027 vaststellen"]
    assert titles(world.otto) == titles(world.dirk) == titles(world.aisha) == []
    made.give_back(world.petra, "Anders.")
    assert titles(world.alice) == ["Begroting aanpassen: teruggegeven door het SWV"]


def test_next_year_is_begun_once_its_own_money_is_published(world):
    money.fund_year(money.fund(world), world, YEAR)
    money.fund_year(money.fund(world), world, YEAR + 1)
    money.budget(world, world.alice, world.school, state="submitted")
    assert titles(world.alice) == ["Begroting 2027-2028 beginnen"]


# Files ----------------------------------------------------------------------------------------------------------------


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_lines_as_a_sheet_with_real_amounts(world, as_alice):
    made = draft(world, amounts=(30_000_50,))
    line = money.lines(made)[0]
    bases = bases_of(values_of(line, ("description",)))
    line.change(world.alice, {"description": "=1+1", "fte_hundredths": 80}, bases)
    rows = rows_of(page(as_alice, "budget_export", made.pk, "csv"))
    assert [(row["Omschrijving"], row["Fte"], row["Begroot"]) for row in rows] == [("'=1+1", "0,80", "30000,50")]
    for kind in ("xlsx", "ods"):
        assert page(as_alice, "budget_export", made.pk, kind).status_code == 200
    assert page(as_alice, "budget_export", made.pk, "exe").status_code == 404


def test_all_budgets_as_a_sheet_hold_what_one_may_read(world, as_petra, as_carla):
    draft(world)
    money.budget(world, world.carla, world.other_school, state="submitted", amounts=(1_00,))
    for client in (as_petra, as_carla):
        rows = rows_of(page(client, "budgets_export", YEAR, "csv"))
        assert {row["School"] for row in rows} == {"De Horizon"}
    assert page(as_petra, "budgets_export", 1900, "csv").status_code == 404


# The school's own page ------------------------------------------------------------------------------------------------


def test_the_school_page_shows_the_budget_to_who_may_see_it(world, as_alice, as_petra, as_dirk):
    address = reverse("school", args=[world.school.pk])
    assert "Begroting beginnen" in text(as_alice.get(address))
    assert "Begroting beginnen" not in text(as_petra.get(address))
    made = draft(world)
    for client in (as_alice, as_dirk):
        assert f'<a href="{made.get_absolute_url()}">Begroting 2026-2027</a>: concept' in text(client.get(address))
    shown = text(as_petra.get(address))
    assert "Begroting 2026-2027: concept, nog bij de school" in shown
    assert made.get_absolute_url() not in shown
    assert BudgetLine.objects.count() == 2
