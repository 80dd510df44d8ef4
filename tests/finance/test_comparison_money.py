"""Allocated, budgeted and spent beside each other: that it agrees to the cent with the pages it comes from, and what of it
is left out where."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from finance.models import Allocation, BudgetLine
from schools.models import Board, Partnership, PupilCount, Role
from swvportal.lib.merging import bases_of
from swvportal.lib.money import euro
from tests import factories, money
from tests.money import LAST, YEAR


@pytest.fixture(autouse=True)
def _in_the_autumn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: datetime.date(YEAR, 11, 25))


@pytest.fixture
def books(world):
    """Alice's budget is adopted and over what there is, Carla's still a draft; two funds, one by the calendar year; a
    correction; what was left of last year; the board's own money; something spent."""
    money.set_up(world, "half")
    scene = world.money
    scene.fund.change(world.petra, {"carry_over": True}, bases_of({"carry_over": False}))
    Allocation.correct(world.petra, scene.this, world.school, 1_234_56, "Later geteld.")
    calendar = money.fund(world, "Zwaar", year_kind="calendar")
    for year in (YEAR, YEAR + 1):
        money.fund_year(calendar, world, year, rate_cents=33_33, fixed_cents=1_01)
    own_line(world, scene.alices_budget, 7_777_77)
    return scene


def own_line(world, budget, cents):
    budget.take_back(world.alice)
    made = budget.add_line(
        world.alice,
        fund=world.money.lumpsum,
        category=money.category(world),
        spearhead=None,
        description="Uit eigen geld",
        amount_cents=cents,
    )
    budget.submit(world.alice)
    money.book(world.alice, made, 1_111_11, datetime.date(YEAR, 9, 30))
    return made


def page(client, **query):
    response = client.get(reverse("finance:budget_comparison"), query)
    assert response.status_code == 200
    return response


def text(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def sheet(client, name="comparison_money_export", **query):
    """The rows of the CSV, by head; amounts as cents."""
    response = client.get(reverse(f"finance:{name}", args=["csv"]), query)
    assert response.status_code == 200
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    return [dict(row) for row in rows]


def cents(value: str) -> int:
    return int(Decimal(value.replace(",", ".")).scaleb(2)) if value else 0


def added(rows, head, **narrowed) -> int:
    return sum(cents(row[head]) for row in rows if all(row[name] == value for name, value in narrowed.items()))


def feet(response, which="money") -> dict[str, dict[str, str]]:
    table = response.context[which]
    return {row.head.name: {head: cell.text.replace("\u00a0", " ") for head, cell in row.under} for row in table.feet}


# To the cent -------------------------------------------------------------------------------------------------------------


def test_what_was_allocated_is_what_the_allocation_page_says(books, world, as_petra):
    year = as_petra.get(books.this.get_absolute_url()).context["year"]
    rows = sheet(as_petra, jaar=YEAR)
    assert added(rows, "Toegekend", Geldstroom=books.fund.name) == year.granted_cents
    assert {row["School"] for row in rows} == {"Het Kompas", "De Horizon"}


def test_two_school_years_have_all_of_a_calendar_year(books, world, as_petra):
    calendar = money.fund(world, "Zwaar")
    here = as_petra.get(money.fund_year(calendar, world, YEAR).get_absolute_url()).context["year"]
    after = as_petra.get(money.fund_year(calendar, world, YEAR + 1).get_absolute_url()).context["year"]
    whole = here.granted_cents + after.granted_cents
    shown = sum(
        added(sheet(as_petra, jaar=year), "Toegekend", Geldstroom="Zwaar") for year in (YEAR - 1, YEAR, YEAR + 1)
    )
    assert shown == whole
    assert whole % 12, "a sum that cannot be split evenly"


def test_it_agrees_with_the_page_of_the_budget_and_the_overview(books, world, as_petra):
    own = as_petra.get(books.alices_budget.get_absolute_url()).context["page"]
    rows = [row for row in sheet(as_petra, jaar=YEAR, geld="alles") if row["School"] == "Het Kompas"]
    assert added(rows, "Toegekend") + added(rows, "Meegenomen") == own.means_cents
    assert added(rows, "Begroot") == own.realised.budgeted_cents == own.own_cents + own.board_cents
    assert added(rows, "Besteed") == own.realised.spent_cents
    assert added(rows, "Verschil") == own.means_cents - own.own_cents
    total = as_petra.get(reverse("finance:budgets"), {"jaar": YEAR}).context["money"].total
    rows = sheet(as_petra, jaar=YEAR)
    assert added(rows, "Toegekend") == total.allocated_cents
    assert added(rows, "Meegenomen") == total.carried_cents
    assert added(rows, "Begroot") == total.budgeted_cents
    assert added(rows, "Besteed") == total.spent_cents


def test_what_was_left_of_last_year_is_in_it(books, world, as_petra, as_carla):
    (row,) = [row for row in sheet(as_petra, jaar=YEAR, per="fonds") if row["School"] == "De Horizon"][:1]
    account = books.carlas_account
    assert cents(row["Meegenomen"]) == account.means_cents - account.spent_cents != 0
    assert cents(row["Verschil"]) == cents(row["Toegekend"]) + cents(row["Meegenomen"]) - cents(row["Begroot"])
    assert "Meegenomen" in text(page(as_petra, per="fonds"))


def test_every_total_is_the_sum_of_what_stands_above_it(books, world, as_petra, as_dirk):
    for client in (as_petra, as_dirk):
        for money_asked in ("swv", "bestuur", "alles"):
            response = page(client, geld=money_asked, per="fonds")
            by_fund, by_school = response.context["money"], response.context["schools"]
            if money_asked == "bestuur":
                assert by_school is None, "one school alone has own money"
                continue
            assert [row.under for row in by_fund.feet] == [row.under for row in by_school.feet]
            for at, head in enumerate(by_fund.columns):
                whole = amount(by_fund.feet[-1].under[at][1].text)
                for table in (by_fund, by_school):
                    assert sum(amount(row.under[at][1].text) for row in table.rows) == whole, head


def amount(shown: str) -> int:
    plain = shown.replace("\u00a0", "").replace("€", "").replace(".", "").replace(" ", "")
    return cents(plain) if any(sign.isdigit() for sign in plain) else 0


def test_a_budget_that_one_may_not_read_leaves_the_difference_open(books, world, as_petra):
    books.carlas_budget.refresh_from_db()
    books.carlas_budget.give_back(world.petra, "Nog eens kijken.")
    rows = {row["School"]: row for row in sheet(as_petra, jaar=YEAR) if row["Geldstroom"] == books.fund.name}
    assert rows["De Horizon"]["Begroot"] == rows["De Horizon"]["Verschil"] == ""
    assert cents(rows["De Horizon"]["Toegekend"]) > 0
    shown = text(page(as_petra))
    assert "Van één school kunt u de begroting nog niet lezen" in shown
    assert "nog zonder begroting" in shown


def test_over_what_there_is_is_marked_in_words(books, as_petra, world):
    BudgetLine.objects.filter(budget=books.carlas_budget).update(amount_cents=90_000_00)
    over = as_petra.get(reverse("finance:budgets"), {"jaar": YEAR}).context["money"].total.over_cents
    assert over > 0
    assert f"{euro(over)} te veel".replace("\u00a0", " ") in text(page(as_petra)), "as the overview says"


def test_years_before_stand_beside_it(books, as_petra):
    response = page(as_petra, per="fonds")
    heads = [(head.name, head.small) for head in response.context["money"].columns]
    assert [head for head in heads if head[1]] == [("Begroot", f"{LAST}-{YEAR}"), ("Besteed", f"{LAST}-{YEAR}")]
    assert feet(response)["Totaal"][f"Begroot {LAST}-{YEAR}"] == "€ 85.000"


def test_what_is_not_published_is_said(books, world, as_petra, as_alice):
    training = money.fund(world, "Professionalisering", year_kind="calendar")
    line = money.lines(books.carlas_budget)[0]
    BudgetLine.objects.filter(pk=line.pk).update(fund=training)
    assert "nog niet alles gepubliceerd" in text(page(as_petra))


def test_per_pupil_too(books, world, as_petra):
    PupilCount.record(world.petra, world.school, datetime.date(YEAR, 10, 1), 1000)
    response = page(as_petra, toon="leerling", per="fonds")
    row = next(row for row in response.context["schools"].rows if row.head.name == "Het Kompas")
    assert dict(row.under)["Begroot"].text.replace("\u00a0", " ") == "€ 50"


# What is left out ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["categorie", "speerpunt"])
def test_a_category_has_no_allocation_and_the_page_says_why(books, as_petra, by):
    response = page(as_petra, per=by)
    assert [head.name for head in response.context["money"].columns][:2] == ["Begroot", "Besteed"]
    assert response.context["schools"] is None
    assert "geld wordt toegekend per geldstroom" in text(response)
    assert "Toegekend" not in sheet(as_petra, per=by)[0]


def test_the_boards_own_money_has_no_allocation_and_counts_apart(books, as_petra):
    response = page(as_petra, geld="alles", per="fonds")
    shown = feet(response)
    assert list(shown) == ["Van het samenwerkingsverband", "Van het schoolbestuur zelf", "Totaal"]
    assert shown["Van het schoolbestuur zelf"]["Toegekend"] == "geen toekenning"
    assert shown["Van het schoolbestuur zelf"]["Verschil"] == "–"
    assert shown["Van het schoolbestuur zelf"]["Begroot"] == "€ 7.777,77"
    assert shown["Totaal"]["Toegekend"] == shown["Van het samenwerkingsverband"]["Toegekend"]
    alone = page(as_petra, geld="bestuur")
    assert feet(alone)["Totaal"]["Besteed"] == "€ 1.111,11"
    assert "Eigen geld van het schoolbestuur heeft geen toekenning" in text(alone)
    assert "€ 7.777,77" not in text(page(as_petra))


def test_own_money_stands_in_the_matrix_like_every_fund(books, as_petra):
    table = page(as_petra, geld="alles", per="fonds").context["table"]
    assert [row.head.name for row in table.rows] == [books.fund.name, "Lumpsum"]


def test_a_school_finds_its_own_and_no_other_schools_allocation(books, world, as_alice, as_carla):
    rows = sheet(as_alice, per="fonds", geld="alles")
    mine = as_alice.get(books.alices_budget.get_absolute_url()).context["page"]
    (total,) = [row for row in rows if row["Geldstroom"] == "Totaal"]
    assert cents(total["Toegekend"]) == mine.means_cents - mine.carried_cents
    assert "School" not in total
    assert page(as_alice, per="fonds").context["schools"] is None


def test_a_board_comes_to_the_partnership_where_its_money_is(books, world, as_dirk):
    """The first by name has no budget of this board."""
    first = Partnership.objects.create(code="VO0001", name="A eerste")
    factories.school(first, world.board, "55XX", "Elders")
    response = page(as_dirk)
    assert "Het Kompas" in text(response)
    assert as_dirk.get(reverse("finance:flow")).context["paths"]


# The file of the flow ------------------------------------------------------------------------------------------------------


def test_the_file_of_the_flow_holds_real_numbers_that_add_up(books, as_petra, world):
    rows = sheet(as_petra, "flow_export")
    shown = as_petra.get(reverse("finance:flow")).context["total"]
    assert added(rows, "Begroot") == shown
    assert added(rows, "Begroot", **{"Geld van": "schoolbestuur"}) == 7_777_77
    assert added(rows, "Besteed") == as_petra.get(reverse("finance:flow"), {"wat": "besteed"}).context["total"]
    for kind in ("xlsx", "ods"):
        assert as_petra.get(reverse("finance:flow_export", args=[kind])).status_code == 200
    assert as_petra.get(reverse("finance:flow_export", args=["exe"])).status_code == 404


def test_the_file_of_the_flow_of_one_fund(books, as_petra):
    rows = sheet(as_petra, "flow_export", fonds=books.lumpsum.pk)
    assert {row["Geldstroom"] for row in rows} == {"Lumpsum"}


def test_the_file_of_the_flow_holds_what_one_may_read(books, world, as_alice, as_otto):
    own = BudgetLine.objects.filter(budget=books.alices_budget)
    assert added(sheet(as_alice, "flow_export"), "Begroot") == sum(line.amount_cents for line in own)
    assert sheet(as_otto, "flow_export", swv=world.partnership.code) == []


def test_spearheads_stand_by_number_in_the_picture(books, as_petra):
    nodes = [node.name for node in as_petra.get(reverse("finance:flow")).context["picture"].nodes if node.column == 2]
    assert nodes[-1] == "Geen speerpunt"


def test_a_formula_stays_text_in_the_files(books, world, as_petra):
    type(books.fund).objects.filter(pk=books.fund.pk).update(name="=1+1")
    for name in ("flow_export", "comparison_money_export"):
        assert {row["Geldstroom"] for row in sheet(as_petra, name)} & {"'=1+1"}


def test_a_single_school_of_a_board_needs_no_table_per_school(books, world, client):
    board = Board.objects.create(name="Stichting Alleen")
    type(world.school).objects.filter(pk=world.school.pk).update(board=board)
    somebody = factories.user("eva")
    factories.member(somebody, Role.BOARD_MEMBER, board=board)
    client.force_login(somebody)
    response = page(client, geld="alles")
    assert response.context["schools"] is None
    assert feet(response)["Van het schoolbestuur zelf"]["Begroot"] == "€ 7.777,77"
    assert "De Horizon" not in text(response)
