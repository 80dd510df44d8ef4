"""Budgets beside each other: the rules worked out by hand, and who sees what."""

import datetime
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from finance.comparing import AMOUNT, HIGH, PER_PUPIL, Amount, Spread, fences, grid, roughly, spread, spreads, unusual
from finance.models import Budget, BudgetLine
from schools.models import PupilCount, Role, School
from swvportal.lib import spreadsheets
from swvportal.lib.flow import Path, layout
from tests import factories, money, plans
from tests.money import YEAR


@pytest.fixture(autouse=True)
def _in_the_autumn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: datetime.date(YEAR, 11, 25))


def page(client, name, *args, **query):
    response = client.get(reverse(f"finance:{name}", args=args), query)
    assert response.status_code == 200
    return response


def text(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def more_schools(world, number, amount=10_000_00, state="submitted"):
    """So many more schools of the partnership, each with one line and 100 pupils."""
    made = []
    for at in range(number):
        school = factories.school(world.partnership, world.board, f"{60 + at}XX", f"School {at + 1}")
        director = factories.user(f"hoofd{at}")
        factories.member(director, Role.DIRECTOR, school=school)
        PupilCount.record(world.petra, school, datetime.date(YEAR, 10, 1), 100)
        money.budget(world, director, school, state=state, amounts=(amount + at * 1_000_00,))
        made.append(school)
    return made


# Worked out by hand ------------------------------------------------------------------------------------------------------


def test_tukeys_fences_by_hand():
    """Of 10, 12, 13, 14, 40 the hinges are 12 and 14: 12 - 3 = 9 and 14 + 3 = 17."""
    assert fences([Fraction(value) for value in (40, 10, 13, 12, 14)]) == (Fraction(9), Fraction(17))
    assert unusual({1: Fraction(40), 2: Fraction(10), 3: Fraction(13), 4: Fraction(12), 5: Fraction(14)}) == {1: HIGH}


def test_of_an_even_number_the_halves_share_no_school():
    """Of 1, 2, 3, 4, 5, 6 the hinges are 2 and 5: 2 - 4.5 and 5 + 4.5."""
    assert fences([Fraction(value) for value in range(1, 7)]) == (Fraction(-5, 2), Fraction(19, 2))


def test_of_four_schools_none_is_unusual():
    assert unusual({1: Fraction(1), 2: Fraction(1), 3: Fraction(1), 4: Fraction(99)}) == {}


def test_what_is_unusual_goes_by_the_amount_per_pupil_whatever_is_shown():
    amounts = [Amount(school, "a", 100_00) for school in range(1, 6)]
    found = grid(amounts, ["a"], [1, 2, 3, 4, 5], {1: 100, 2: 100, 3: 100, 4: 100, 5: 10}, AMOUNT)
    assert [value.unusual for value in found.lines[0].values] == ["", "", "", "", HIGH]
    assert found.sums.total.number == 500_00


def test_less_than_a_euro_per_pupil_is_not_unusual():
    amounts = [Amount(school, "a", 800_00 + cents) for school, cents in enumerate((0, 10, 0, 10, 99_00))]
    pupils = dict.fromkeys(range(5), 100)
    assert not any(value.unusual for value in grid(amounts, ["a"], range(5), pupils, AMOUNT).lines[0].values)


def test_the_sum_per_pupil_leaves_out_who_has_no_count():
    amounts = [Amount(1, "a", 100_00), Amount(2, "a", 500_00)]
    found = grid(amounts, ["a"], [1, 2], {1: 20}, PER_PUPIL)
    assert [value.number for value in found.lines[0].values] == [5_00, None]
    assert found.lines[0].total.number == 5_00


def test_middle_and_spread_by_hand():
    """Of 100, 210, 300, 430, 999 euros the middle half is 210, 300 and 430, on average 313.33; low is 155, high 714.50.
    Those are rounded to 10, 20 and 50 euros."""
    cents = [Fraction(euros * 100) for euros in (999, 100, 300, 210, 430)]
    assert spread(cents) == Spread(5, 160_00, 320_00, 700_00)


def test_rough_is_a_step_of_at_most_a_tenth():
    shown = {euros: roughly(Fraction(euros * 100)) // 100 for euros in (3, 19, 38, 49, 61, 133, 260, 1234)}
    assert shown == {3: 3, 19: 19, 38: 38, 49: 50, 61: 60, 133: 130, 260: 260, 1234: 1200}


def test_a_number_that_is_one_schools_own_is_not_shown():
    assert spread([Fraction(100_00)] * 5) is None
    assert spread([Fraction(euros * 100) for euros in (999, 100, 300, 200, 400)]) is None, "300 is the middle too"
    assert spread([Fraction(euros * 100) for euros in (999, 160, 150, 210, 430)]) is None, "low is shown as 160"


def test_where_all_are_nearly_the_same_nothing_is_shown():
    assert spread([Fraction(cents) for cents in (100_10, 100_20, 100_30, 100_40, 100_70)]) is None


@given(st.lists(st.integers(1, 90_000_00), max_size=20))
def test_nothing_is_shown_of_fewer_than_five_and_no_number_is_that_of_one_school(cents):
    amounts = [Amount(school, "a", value) for school, value in enumerate(cents)]
    found = spreads(amounts, ["a"], dict.fromkeys(range(len(cents)), 100), range(len(cents))).get("a")
    if found is None:
        return
    assert found.schools >= 5
    counted = sorted(Fraction(value, 100) for value in cents[: found.schools])
    assert found.low >= sum(counted[:2]) / 2 * Fraction(19, 20) - 50, "as far as rounding takes it, or further in"
    assert found.high <= sum(counted[-2:]) / 2 * Fraction(21, 20) + 50
    assert not {found.low, found.middle, found.high} & set(counted)


@given(st.lists(st.integers(1, 900_00), min_size=5, max_size=20), st.integers(1, 900_00))
def test_one_budget_more_changes_nothing_until_there_are_three(cents, one_more):
    before = spread([Fraction(value) for value in cents])
    after = spread([Fraction(value) for value in [*cents, one_more]])
    if (len(cents) + 1 - 5) % 3:
        assert before == after
    elif before and after:
        assert after.schools == before.schools + 3


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("de"), st.sampled_from("fgh"), st.integers(-5, 9_999)))
)
def test_a_flow_keeps_every_cent_in_each_column(found):
    drawn = layout(Path((a, b, c), amount) for a, b, c, amount in found)
    whole = sum(amount for *_, amount in found if amount > 0)
    for column in range(3):
        assert sum(node.amount for node in drawn.nodes if node.column == column) == whole
    assert sum(ribbon.amount for ribbon in drawn.ribbons) == 2 * whole


# Who sees what ---------------------------------------------------------------------------------------------------------


def test_the_partnership_sees_schools_beside_each_other_but_no_draft(world, as_petra):
    money.budget(world, world.alice, world.school)
    money.budget(world, world.carla, world.other_school, state="submitted", amounts=(25_000_00, 10_000_00))
    shown = text(page(as_petra, "budget_comparison", per="categorie"))
    assert "De Horizon" in shown
    assert "€ 25.000" in shown
    assert "Het Kompas" not in shown


def test_an_auditor_sees_what_was_adopted(world, as_aisha):
    money.budget(world, world.alice, world.school, state="submitted", amounts=(31_000_00,))
    money.budget(world, world.carla, world.other_school, state="adopted", amounts=(25_000_00,))
    shown = text(page(as_aisha, "budget_comparison"))
    assert "€ 25.000" in shown
    assert "€ 31.000" not in shown


def test_an_unusual_amount_is_marked_in_words(world, as_petra):
    more_schools(world, 4)
    odd = more_schools_of(world, "Torenvalk", 90_000_00)
    response = page(as_petra, "budget_comparison", toon="leerling")
    assert text(response).count("opvallend hoog") == 2  # its row and its total
    assert odd.name in text(response)


def more_schools_of(world, name, amount):
    school = factories.school(world.partnership, world.board, "88XX", name)
    director = factories.user(name.lower())
    factories.member(director, Role.DIRECTOR, school=school)
    PupilCount.record(world.petra, school, datetime.date(YEAR, 10, 1), 100)
    money.budget(world, director, school, state="adopted", amounts=(amount,))
    return school


def test_more_than_twelve_schools_stand_in_rows(world, as_petra):
    more_schools(world, 13)
    response = page(as_petra, "budget_comparison")
    assert response.context["table"].first == "School"
    assert len(response.context["table"].rows) == 13
    assert text(response).count('<svg width="160"') == 1, "one fund, in a picture beside the table"


def test_a_school_sees_the_middle_of_five_others_and_no_school_by_itself(world, as_alice):
    money.budget(world, world.alice, world.school, amounts=(30_000_00,))
    PupilCount.record(world.petra, world.school, datetime.date(YEAR, 10, 1), 100)
    euros = (10_050, 10_450, 13_010, 16_550, 20_050)
    for school, amount in zip(more_schools(world, 5, state="adopted"), euros, strict=True):
        BudgetLine.objects.filter(budget__school=school).update(amount_cents=amount * 100)
    response = page(as_alice, "budget_comparison")
    (row,) = response.context["table"].rows
    shown = [cell.text.replace("\u00a0", " ") for cell in row.cells]
    assert shown == ["€ 300", "€ 100", "€ 130", "€ 180", "5"]
    assert "School 1" not in text(response)
    assert all(not cell.text for cell in response.context["table"].sums.cells[1:]), "a total would give the parts away"


@pytest.mark.parametrize(
    "asked",
    [
        {"toon": "bedrag"},
        {"toon": "deel"},
        {"per": "fonds"},
        {"per": "speerpunt"},
        {"wat": "besteed"},
        {"geld": "bestuur"},
        {"geld": "alles"},
    ],
)
def test_others_are_shown_in_one_form_only(world, as_alice, asked):
    money.budget(world, world.alice, world.school, amounts=(30_000_00,))
    more_schools(world, 5)
    response = as_alice.get(reverse("finance:budget_comparison"), {"jaar": YEAR, **asked})
    assert {len(row.cells) for row in response.context["table"].rows} <= {1}
    if response.context["table"].rows:
        assert "Naar het midden van de andere scholen" in response.text


def test_a_director_of_two_schools_counts_neither_among_the_others(world, as_alice):
    money.budget(world, world.alice, world.school, amounts=(30_000_00,))
    more_schools(world, 5, state="adopted")
    factories.member(world.alice, Role.DIRECTOR, school=School.objects.order_by("-pk")[0])
    lines = BudgetLine.objects.of_others(world.alice, world.partnership.pk, YEAR)
    assert lines.values("budget__school").distinct().count() == 4


def test_with_four_others_a_school_sees_only_its_own(world, as_alice):
    money.budget(world, world.alice, world.school, amounts=(30_000_00,))
    more_schools(world, 4, state="adopted")
    more_schools_of_draft(world)
    shown = page(as_alice, "budget_comparison")
    (row,) = shown.context["table"].rows
    assert len(row.cells) == 1
    assert "staan hier nog niet" in shown.content.decode()


def more_schools_of_draft(world):
    """A fifth whose budget is still a draft does not count."""
    money.budget(world, world.carla, world.other_school, amounts=(40_000_00,))


def test_a_board_sees_its_own_schools_beside_each_other(world, as_dirk):
    money.budget(world, world.alice, world.school, amounts=(30_000_00,))
    shown = text(page(as_dirk, "budget_comparison"))
    assert "Het Kompas" in shown
    assert "concept" in shown


def test_the_file_holds_real_numbers(world, as_petra):
    money.budget(world, world.carla, world.other_school, state="submitted", amounts=(25_000_50,))
    response = page(as_petra, "budget_comparison_export", "csv")
    assert "25000,50" in response.content.decode("utf-8-sig")
    for kind in spreadsheets.KINDS:
        page(as_petra, "budget_comparison_export", kind, toon="deel", per="speerpunt", wat="besteed")


def test_an_unknown_kind_of_file_is_not_there(as_petra, world):
    assert as_petra.get(reverse("finance:budget_comparison_export", args=["exe"])).status_code == 404


def test_nonsense_in_the_address_gives_the_page(world, as_petra, as_alice):
    for client in (as_petra, as_alice):
        for name in ("budget_comparison", "flow"):
            page(client, name, jaar="x", swv="\0", per="\0", toon="x", wat="x", fonds="\0", school="\0")


def test_other_partnerships_see_nothing_of_it(world, as_otto):
    money.budget(world, world.carla, world.other_school, state="adopted")
    for name in ("budget_comparison", "flow"):
        shown = text(page(as_otto, name, swv=world.partnership.code))
        assert "€ 30.000" not in shown


@pytest.mark.parametrize("name", ["budget_comparison", "flow"])
@pytest.mark.parametrize("who", ["as_petra", "as_alice"])
def test_the_number_of_queries_does_not_grow_with_the_schools(world, request, name, who):
    client = request.getfixturevalue(who)
    money.budget(world, world.alice, world.school, state="submitted")
    more_schools(world, 1)
    page(client, name)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, name)
        counts.append(len(queries))
        if len(counts) == 1:
            for school in range(5):
                more_schools_of_number(world, school)
    assert counts[0] == counts[1] < 30


def more_schools_of_number(world, number):
    school = factories.school(world.partnership, world.board, f"7{number}XX", f"Later {number}")
    director = factories.user(f"later{number}")
    factories.member(director, Role.DIRECTOR, school=school)
    money.budget(world, director, school, state="submitted")


# Where it goes ---------------------------------------------------------------------------------------------------------


def test_the_flow_shows_own_money_in_numbers_and_in_a_picture(world, as_alice):
    made = money.budget(world, world.alice, world.school, state="submitted")
    money.budget(world, world.carla, world.other_school, state="adopted", amounts=(44_000_00,))
    money.book(world.alice, money.lines(made)[0], 1_234_00, datetime.date(YEAR, 9, 30))
    shown = text(page(as_alice, "flow"))
    assert "<svg" in shown
    assert "€ 50.000" in shown
    assert "€ 44.000" not in shown
    assert "€ 1.234" in text(page(as_alice, "flow", wat="besteed"))
    assert Budget.objects.count() == 2


def test_the_flow_of_one_fund_leaves_the_others_out(world, as_alice):
    first = money.budget(world, world.alice, world.school, amounts=(30_000_00,))
    first.add_line(
        world.alice,
        fund=money.fund(world, "Lumpsum", source="board"),
        category=money.category(world),
        spearhead=None,
        description="Uit eigen geld",
        amount_cents=7_777_00,
    )
    assert "€ 7.777" in text(page(as_alice, "flow"))
    assert "€ 7.777" not in text(page(as_alice, "flow", fonds=money.fund(world).pk))
    assert "€ 7.777" not in text(page(as_alice, "budget_comparison"))


# The thread ------------------------------------------------------------------------------------------------------------


def test_the_thread_shows_what_pays_for_the_point_to_who_reads_the_budget(world, as_alice, as_petra):
    point = plans.plan(world, world.alice, world.school, state="adopted").points.all()[0]
    made = money.budget(world, world.alice, world.school)
    line = money.lines(made)[1]
    line.change(world.alice, {"action_point": point}, {})
    address = reverse("conversations:thread", args=[point.pk])
    assert "€ 20.000 begroot" in text(as_alice.get(address))
    shown = as_petra.get(address)
    assert shown.status_code == 200
    assert "€ 20.000" not in text(shown)
    made.submit(world.alice)
    money.book(world.alice, line, 1_234_56, datetime.date(YEAR, 9, 30))
    shown = text(as_petra.get(address))
    assert "Ondersteuning licht: € 20.000 begroot, € 1.234,56 besteed" in shown
    assert reverse("finance:line", args=[line.pk]) in shown
