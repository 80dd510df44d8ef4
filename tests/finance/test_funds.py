"""Funds, categories, the rules of a year and the allocations, through the front door."""

import datetime
import io
import json
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import Allocation, AllocationCorrection, Category, Fund, FundYear
from finance.todos.funds import todos_for
from records.models import LogEntry, Message
from schools.models import PupilCount
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.merging import bases_of, values_of
from tests import factories, money
from tests.factories import World
from tests.money import YEAR

RULES = {
    "year": str(YEAR),
    "available_cents": "120.000",
    "rate_cents": "80",
    "fixed_cents": "5.000",
    "pupil_kind": "all",
    "counted_on": f"{YEAR - 1}-10-01",
    "account_due": f"{YEAR + 1}-10-15",
    "bases": "{}",
}


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ")


def url(name: str, *args: object) -> str:
    return reverse(f"finance:{name}", args=args)


def draft(world: World, **fields: Any) -> FundYear:
    return money.fund_year(money.fund(world), world, published=False, **fields)


def allocation(year: FundYear, school: Any) -> Allocation:
    found: Allocation = Allocation.objects.for_list().get(fund_year=year, school=school)
    return found


# Funds ----------------------------------------------------------------------------------------------------------------


def test_the_empty_page_ships_the_usual_funds_in_one_press(world: World, as_petra: Client) -> None:
    page = text_of(as_petra.get(url("funds")))
    assert "Begin de eerste geldstroom" in page
    for _ in range(2):
        assert as_petra.post(url("funds_ship")).status_code == 302
    names = list(Fund.objects.filter(partnership=world.partnership).values_list("name", flat=True))
    assert names == [
        "Ondersteuning licht", "Ondersteuning zwaar", "Professionalisering", "Schoolmaatschappelijk werk", "LWOO",
        "Lumpsum",
    ]  # fmt: skip
    assert not Fund.objects.get(name="Lumpsum").is_allocated
    page = text_of(as_petra.get(url("funds")))
    assert all(name in page for name in names)
    assert "Begin de eerste geldstroom" not in page


def test_looking_at_the_form_of_the_first_fund_changes_nothing(world: World, as_petra: Client) -> None:
    page = text_of(as_petra.get(url("fund_new")))
    assert "Formatie zorgmedewerkers" in page
    assert not Category.objects.exists()


def test_a_fund_is_begun_with_its_categories(world: World, as_petra: Client) -> None:
    posted: dict[str, Any] = {
        "name": "Scholing", "source": "partnership", "year_kind": "calendar", "earmarked": "on",
        "threshold_percent": "15", "bases": "{}",
    }  # fmt: skip
    answer = as_petra.post(url("fund_new"), posted)
    assert answer.status_code == 422
    assert "Kies waaraan" in text_of(answer)
    answer = as_petra.post(url("fund_new"), {**posted, "categories": ["professionalisering", "nt2"]})
    fund = Fund.objects.get(name="Scholing")
    assert answer["Location"] == fund.get_absolute_url()
    assert [category.key for category in fund.categories.all()] == ["nt2", "professionalisering"]
    answer = as_petra.post(url("fund_new"), {**posted, "name": "scholing", "categories": ["nt2"]})
    assert "Er is al een geldstroom" in text_of(answer)
    assert 'value="scholing"' in text_of(answer)  # what was typed stays


def test_two_officers_who_change_one_fund_lose_nothing(world: World, as_petra: Client, as_bea: Client) -> None:
    fund = money.fund(world)
    names = (
        "name",
        "description",
        "source",
        "year_kind",
        "earmarked",
        "carry_over",
        "needs_statement",
        "threshold_percent",
    )
    shown = json.dumps(bases_of({**values_of(fund, names), "categories": []}))
    posted = {
        "name": fund.name, "source": "partnership", "year_kind": "school", "threshold_percent": "10", "bases": shown,
    }  # fmt: skip
    assert as_petra.post(url("fund_edit", fund.pk), {**posted, "description": "Van Petra."}).status_code == 302
    assert as_bea.post(url("fund_edit", fund.pk), {**posted, "categories": ["nt2"]}).status_code == 302
    fund.refresh_from_db()
    assert (fund.description, [each.key for each in fund.categories.all()]) == ("Van Petra.", ["nt2"])
    answer = as_bea.post(url("fund_edit", fund.pk), {**posted, "description": "Van Bea."})
    assert answer.status_code == 409
    assert "Van Petra." in text_of(answer)
    assert "Van Bea." in text_of(answer)


def test_source_and_kind_of_year_are_not_asked_once_there_is_a_year(world: World, as_petra: Client) -> None:
    fund = money.fund(world)
    money.fund_year(fund, world)
    page = text_of(as_petra.get(url("fund_edit", fund.pk)))
    assert 'name="year_kind"' not in page
    assert 'name="threshold_percent"' in page


def test_a_fund_and_a_category_end_and_come_back(world: World, as_petra: Client) -> None:
    fund, category = money.fund(world), money.category(world)
    for name, row in (("fund_end", fund), ("category_end", category)):
        for ended in (True, False):
            as_petra.post(url(name, row.pk), {"ended": "1" if ended else "0"})
            row.refresh_from_db()
            assert row.ended is ended
        assert as_petra.post(url(name, row.pk), {"ended": "x"}).status_code == 400


def test_a_category_is_not_renamed_to_another_one(world: World, as_petra: Client) -> None:
    category = money.category(world)
    answer = as_petra.post(url("category_edit", category.pk), {"name": "nt2"})
    assert "Er is al een categorie" in text_of(answer)
    as_petra.post(url("category_edit", category.pk), {"name": "Mentoren"})
    category.refresh_from_db()
    assert category.name == "Mentoren"
    for name in ("Mentoraat", "??", "!!", "mentoraat"):  # the name is free again; its key is not
        as_petra.post(url("categories"), {"name": name})
    names = set(Category.objects.values_list("name", flat=True))
    assert {"Mentoren", "Mentoraat", "??", "!!"} <= names
    assert len(names) == Category.objects.count() == 9


# The rules of a year --------------------------------------------------------------------------------------------------


def test_from_rules_to_published_allocations(world: World, as_petra: Client, as_alice: Client) -> None:
    fund = money.fund(world)
    for school, number in ((world.school, 800), (world.other_school, 450)):
        PupilCount.record(world.petra, school, datetime.date(YEAR - 1, 10, 1), number)
    as_petra.post(url("fund_year_new", fund.pk), RULES)
    year = FundYear.objects.for_page().get(fund=fund)
    assert as_alice.get(url("fund_year", year.pk)).status_code == 404
    assert not todos_for(world.petra)
    as_petra.post(url("allocations_propose", year.pk))
    page = text_of(as_petra.get(url("fund_year", year.pk)))
    assert "Het voorstel geeft € 110.000 aan 2 scholen." in page
    assert "Er blijft € 10.000 over." in page
    assert [todo.title for todo in todos_for(world.petra)] == ["Toekenningen publiceren: Ondersteuning licht 2026-2027"]
    assert not todos_for(world.alice)
    page = text_of(as_petra.get(url("allocations_publish", year.pk)))
    assert "800 leerlingen × € 80 + € 5.000" in page
    for _ in range(2):  # pressed twice
        as_petra.post(url("allocations_publish", year.pk), {"seen": Allocation.seen_in(year)})
    assert Message.objects.filter(subject__startswith="Het Kompas: toekenning").count() == 1
    assert not todos_for(world.petra)


def test_a_school_sees_its_own_allocation_and_no_totals(world: World, as_alice: Client, as_dirk: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    for client in (as_alice, as_dirk):
        for address in (url("funds"), url("fund", year.fund_id), year.get_absolute_url()):
            page = text_of(client.get(address))
            assert "€ 69.000" in page or client is as_dirk
            assert "120.000" not in page, address
            assert "€ 10.000" not in page, address
            assert "Publiceren" not in page
    for address in (url("funds"), year.get_absolute_url()):
        assert "41.000" not in text_of(as_alice.get(address))
    assert "€ 110.000" in text_of(as_dirk.get(url("funds")))  # both are of the board
    theirs = allocation(year, world.other_school)
    assert as_alice.get(theirs.get_absolute_url()).status_code == 404
    page = text_of(as_alice.get(allocation(year, world.school).get_absolute_url()))
    assert "800 leerlingen × € 80 + € 5.000" in page


def test_next_year_proposes_the_rules_of_last_year(world: World, as_petra: Client) -> None:
    fund = money.fund(world)
    page = text_of(as_petra.get(url("fund_year_new", fund.pk)))
    assert f'value="{YEAR - 1}-10-01"' in page  # 1 October of the year before
    money.fund_year(fund, world)
    page = text_of(as_petra.get(url("fund_year_new", fund.pk)))
    assert f'<option value="{YEAR + 1}" selected' in page
    assert f'value="{YEAR}"' not in page
    assert 'value="5.000"' in page
    assert f'value="{YEAR}-10-01"' in page
    assert f'value="{YEAR + 2}-10-15"' in page


def test_a_year_twice_or_due_too_early_is_refused_and_what_was_typed_stays(world: World, as_petra: Client) -> None:
    fund = money.fund(world)
    answer = as_petra.post(url("fund_year_new", fund.pk), {**RULES, "account_due": f"{YEAR}-12-01"})
    assert answer.status_code == 422
    assert 'value="120.000"' in text_of(answer)
    for wrong in ("12.50", "-5", "x" * 40, "999.999.999.999"):
        assert as_petra.post(url("fund_year_new", fund.pk), {**RULES, "rate_cents": wrong}).status_code == 422
    assert not FundYear.objects.exists()
    assert as_petra.post(url("fund_year_new", fund.pk), RULES).status_code == 302
    assert as_petra.post(url("fund_year_new", fund.pk), RULES).status_code == 422
    assert FundYear.objects.count() == 1


def test_of_a_published_year_only_means_and_last_day_change(world: World, as_petra: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    page = text_of(as_petra.get(url("fund_year_edit", year.pk)))
    assert 'name="available_cents"' in page
    assert 'name="rate_cents"' not in page
    shown = bases_of(values_of(year, ("available_cents", "account_due")))
    posted = {"available_cents": "100.000", "account_due": year.account_due.isoformat(), "bases": json.dumps(shown)}
    assert as_petra.post(url("fund_year_edit", year.pk), posted).status_code == 302
    assert "Dat is € 10.000 meer dan er is." in text_of(as_petra.get(year.get_absolute_url()))


def test_a_draft_is_removed_and_a_published_year_stays(world: World, as_petra: Client) -> None:
    year = draft(world)
    assert "niet ongedaan" in text_of(as_petra.get(url("fund_year_remove", year.pk)))
    as_petra.post(url("fund_year_remove", year.pk))
    assert not FundYear.objects.exists()
    year = money.fund_year(money.fund(world), world)
    assert as_petra.get(url("fund_year_remove", year.pk)).status_code == 302
    as_petra.post(url("fund_year_remove", year.pk))
    assert FundYear.objects.filter(pk=year.pk).exists()


# Proposal and publishing ----------------------------------------------------------------------------------------------


def test_a_missing_count_is_marked_with_the_way_to_fill_it_in(world: World, as_petra: Client) -> None:
    year = draft(world)
    PupilCount.objects.filter(school=world.other_school).delete()
    Allocation.propose(world.petra, year)
    page = text_of(as_petra.get(year.get_absolute_url()))
    assert "Van één school is geen leerlingaantal bekend" in page
    assert f"#school-{world.other_school.pk}" in page
    assert allocation(year, world.other_school).proposed_cents == 5_000_00
    assert "De Horizon" in text_of(as_petra.get(url("allocations_publish", year.pk))).split("Dat telt als nul")[1]


@pytest.mark.parametrize("what", ["count", "rules", "school"])
def test_an_outdated_proposal_is_not_published(world: World, as_petra: Client, what: str) -> None:
    year = draft(world)
    if what == "count":
        PupilCount.record(world.petra, world.school, year.counted_on, 801)
    elif what == "rules":
        year.change(world.petra, {"rate_cents": 81_00}, bases_of({"rate_cents": 80_00}))
    else:
        type(world.school).objects.filter(pk=world.other_school.pk).update(closed_on=datetime.date(2026, 1, 1))
    year = FundYear.objects.for_page().get(pk=year.pk)
    assert "Het voorstel klopt niet meer" in text_of(as_petra.get(year.get_absolute_url()))
    assert as_petra.get(url("allocations_publish", year.pk)).status_code == 302
    as_petra.post(url("allocations_publish", year.pk))
    with pytest.raises(IllegalTransition, match="opnieuw"):
        Allocation.publish(world.petra, year)
    Allocation.propose(world.petra, year)
    Allocation.publish(world.petra, year)


def test_more_than_there_is_asks_a_tick(world: World, as_petra: Client) -> None:
    year = draft(world, available_cents=100_000_00)
    page = text_of(as_petra.get(url("allocations_publish", year.pk)))
    assert "U kent € 10.000 meer toe dan er is" in page
    assert as_petra.post(url("allocations_publish", year.pk), {"seen": Allocation.seen_in(year)}).status_code == 422
    assert not FundYear.objects.get(pk=year.pk).is_published
    as_petra.post(url("allocations_publish", year.pk), {"over": "on", "seen": Allocation.seen_in(year)})
    assert FundYear.objects.get(pk=year.pk).is_published


def test_only_what_was_looked_over_is_published(world: World, as_petra: Client) -> None:
    year = draft(world)
    page = text_of(as_petra.get(url("allocations_publish", year.pk)))
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen
    allocation(year, world.school).adjust(world.bea, 60_000_00, "Kleine groepen.")
    answer = as_petra.post(url("allocations_publish", year.pk), {"seen": seen[1]}, follow=True)
    assert "Iemand wijzigde intussen een bedrag" in text_of(answer)
    assert not FundYear.objects.get(pk=year.pk).is_published


def test_an_amount_is_adjusted_with_a_reason_before_publishing(world: World, as_petra: Client, as_bea: Client) -> None:
    year = draft(world)
    row = allocation(year, world.school)
    shown = json.dumps(bases_of({"amount_cents": row.amount_cents, "reason": ""}))
    address = url("allocation_adjust", row.pk)
    answer = as_petra.post(address, {"amount_cents": "60.000", "reason": " ", "bases": shown})
    assert answer.status_code == 422
    assert 'value="60.000"' in text_of(answer)
    posted = {"amount_cents": "60.000", "reason": "Kleine groepen.", "bases": shown}
    assert as_petra.post(address, posted).status_code == 302
    answer = as_bea.post(address, {"amount_cents": "70.000", "reason": "Grote groepen.", "bases": shown})
    assert answer.status_code == 409
    assert "Kleine groepen." in text_of(answer)
    row = allocation(year, world.school)
    assert (row.amount_cents, row.reason) == (60_000_00, "Kleine groepen.")
    assert "Aangepast: Kleine groepen." in text_of(as_petra.get(year.get_absolute_url()))


# Corrections ----------------------------------------------------------------------------------------------------------

CORRECT = {"how": "verschil", "amount": "-1.000,01", "reason": "Telling hersteld.", "seen": "6900000"}


def test_a_correction_is_looked_over_first(world: World, as_petra: Client, as_alice: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    address = url("allocation_correct", year.pk, world.school.pk)
    page = text_of(as_petra.post(address, {**CORRECT, "step": "preview"}))
    assert "€ 67.999,99" in page
    assert "€ 11.000,01" in page  # what is left of the fund then
    assert not AllocationCorrection.objects.exists()
    page = text_of(as_petra.post(address, {**CORRECT, "step": "change"}))
    assert "Uitkomst bekijken" in page
    assert "Telling hersteld." in page
    answer = as_petra.post(address, {**CORRECT, "step": "confirm"})
    row = allocation(year, world.school)
    assert answer["Location"] == row.get_absolute_url()
    assert row.total_cents == 67_999_99
    page = text_of(as_alice.get(row.get_absolute_url()))
    assert "Telling hersteld." in page
    assert "-€ 1.000,01" in page
    assert "Petra" in page


def test_pressed_twice_it_is_one_correction(world: World, as_petra: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    address = url("allocation_correct", year.pk, world.school.pk)
    for _ in range(2):
        assert as_petra.post(address, {**CORRECT, "step": "confirm"}).status_code == 302
    assert AllocationCorrection.objects.count() == 1


def test_a_new_total_is_worked_out_from_what_was_seen(world: World, as_petra: Client, as_bea: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    address = url("allocation_correct", year.pk, world.school.pk)
    Allocation.correct(world.bea, year, world.school, 500_00, "Intussen.")
    posted = {**CORRECT, "how": "totaal", "amount": "65.000", "step": "confirm"}
    answer = as_petra.post(address, posted)
    assert answer.status_code == 422
    assert "van € 69.000 naar € 69.500" in text_of(answer)
    assert 'value="65.000"' in text_of(answer)
    assert 'value="6950000"' in text_of(answer)  # and now one starts from what stands there
    as_petra.post(address, {**posted, "seen": "6950000"})
    assert allocation(year, world.school).total_cents == 65_000_00


def test_what_a_correction_cannot_be(world: World, as_petra: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    address = url("allocation_correct", year.pk, world.school.pk)
    for wrong in (
        {"amount": "-69.000,01"},
        {"amount": "0"},
        {"reason": " "},
        {"how": "x"},
        {"seen": "x"},
        {"amount": "x"},
    ):
        for step in ("preview", "confirm"):
            assert as_petra.post(address, {**CORRECT, **wrong, "step": step}).status_code == 422, wrong
    assert not AllocationCorrection.objects.exists()
    assert as_petra.get(url("allocation_correct", year.pk, 0)).status_code == 404


def test_a_school_that_came_later_gets_its_first_amount(world: World, as_petra: Client) -> None:
    type(world.school).objects.filter(pk=world.other_school.pk).update(closed_on=datetime.date(2026, 1, 1))
    year = money.fund_year(money.fund(world), world)
    type(world.school).objects.filter(pk=world.other_school.pk).update(closed_on=None)
    assert "Alsnog toekennen" in text_of(as_petra.get(year.get_absolute_url()))
    address = url("allocation_correct", year.pk, world.other_school.pk)
    as_petra.post(address, {**CORRECT, "amount": "12.000", "seen": "0", "step": "confirm"})
    row = allocation(year, world.other_school)
    assert (row.amount_cents, row.total_cents) == (0, 12_000_00)
    assert "kreeg nog niets" in text_of(as_petra.get(row.get_absolute_url()))


def test_a_school_that_moved_away_is_still_corrected(world: World, as_petra: Client, as_alice: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    type(world.school).objects.filter(pk=world.school.pk).update(partnership=world.other_partnership)
    address = url("allocation_correct", year.pk, world.school.pk)
    assert as_petra.post(address, {**CORRECT, "step": "confirm"}).status_code == 302
    assert allocation(year, world.school).total_cents == 67_999_99
    row = allocation(year, world.school)
    for way in (row.get_absolute_url(), year.get_absolute_url(), year.fund.get_absolute_url()):
        assert as_alice.get(way).status_code == 200  # and what it got stays to be read
    assert as_alice.get(allocation(year, world.other_school).get_absolute_url()).status_code == 404


def test_a_page_from_before_is_told_so(world: World) -> None:
    year = money.fund_year(money.fund(world), world)
    Allocation.correct(world.petra, year, world.school, -100, "Fout.", seen_cents=69_000_00)
    with pytest.raises(AlreadyDone):
        Allocation.correct(world.petra, year, world.school, -100, "Fout.", seen_cents=69_000_00)
    with pytest.raises(IllegalTransition, match="intussen"):
        Allocation.correct(world.bea, year, world.school, -100, "Fout.", seen_cents=69_000_00)
    assert LogEntry.objects.filter(verb="allocation_corrected").count() == 1


# The file -------------------------------------------------------------------------------------------------------------


def test_the_export_holds_what_the_reader_may_see(world: World, as_petra: Client, as_alice: Client) -> None:
    year = money.fund_year(money.fund(world), world)
    Allocation.correct(world.petra, year, world.school, -1_000_01, "=1+1")
    Allocation.correct(world.petra, year, world.other_school, 5, "Cent.")
    book = openpyxl.load_workbook(io.BytesIO(as_petra.get(url("allocations_export", year.pk, "xlsx")).content))
    rows = {row[2]: row for row in book["Toekenningen"].iter_rows(min_row=2, values_only=True)}
    assert rows["Het Kompas"][6:] == (800, 69000, 69000, None, -1000.01, 67999.99)
    corrections = list(book["Correcties"].iter_rows(min_row=2, values_only=True))
    assert {row[5] for row in corrections} == {"'=1+1", "Cent."}
    assert {Decimal(str(row[4])) for row in corrections} == {Decimal("-1000.01"), Decimal("0.05")}
    mine = openpyxl.load_workbook(io.BytesIO(as_alice.get(url("allocations_export", year.pk, "xlsx")).content))
    assert [row[2] for row in mine["Toekenningen"].iter_rows(min_row=2, values_only=True)] == ["Het Kompas"]
    assert [row[0] for row in mine["Correcties"].iter_rows(min_row=2, values_only=True)] == ["Het Kompas"]
    assert as_petra.get(url("allocations_export", year.pk, "pdf")).status_code == 404
    for kind in ("csv", "ods"):
        assert as_petra.get(url("allocations_export", year.pk, kind)).status_code == 200


# As many questions of the database for many schools as for few -------------------------------------------------------


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200, address
    return len(caught)


def test_queries_do_not_grow_with_the_schools(world: World, as_petra: Client, as_dirk: Client) -> None:
    this, last = money.fund_year(money.fund(world), world), money.fund_year(money.fund(world), world, money.LAST)
    coming = money.fund_year(money.fund(world, "Zwaar"), world, published=False)
    addresses = [
        url("funds"), url("fund", this.fund_id), this.get_absolute_url(), last.get_absolute_url(),
        coming.get_absolute_url(), url("allocations_publish", coming.pk), url("pupil_counts"),
        url("allocations_export", this.pk, "csv"), url("allocation_correct", this.pk, world.school.pk), "/",
    ]  # fmt: skip
    seen_by_dirk = addresses[:4]

    def count() -> dict[str, int]:
        found = {address: queries(as_petra, address) for address in addresses}
        return found | {f"dirk {address}": queries(as_dirk, address) for address in seen_by_dirk}

    few = count()
    for number in range(20):
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number:02}")
        PupilCount.record(world.petra, school, this.counted_on, 100 + number)
        Allocation.correct(world.petra, this, school, 1_000_00, "Later.")
    Allocation.propose(world.petra, coming)
    assert count() == few
    assert max(few.values()) <= 30, few


def test_a_school_that_accounted_is_not_corrected(world: World, as_petra: Client) -> None:
    last = money.fund_year(money.fund(world), world, money.LAST)
    (line, *_) = money.lines(money.budget(world, world.alice, world.school, year=money.LAST, state="adopted"))
    money.book(world.alice, line, line.amount_cents, datetime.date(money.LAST, 11, 5))
    account = money.account(world, world.alice, world.school, last, state="submitted")
    address = url("allocation_correct", last.pk, world.school.pk)
    page = text_of(as_petra.get(address))
    assert account.get_absolute_url() in page
    assert "Uitkomst bekijken" not in page
    assert as_petra.post(address, {**CORRECT, "step": "confirm"}).status_code == 422
    assert not AllocationCorrection.objects.exists()


def test_a_board_in_two_partnerships_begins_where_there_is_money(world: World, as_dirk: Client) -> None:
    factories.school(world.other_partnership, world.board, "09XX", "School elders")
    assert "Er zijn nog geen geldstromen" in text_of(as_dirk.get(url("funds")))
    Fund.begin(world.otto, world.other_partnership, name="Ondersteuning elders")
    assert "Ondersteuning elders" in text_of(as_dirk.get(url("funds")))
    assert "Er zijn nog geen geldstromen" in text_of(as_dirk.get(url("funds"), {"swv": world.partnership.code}))


def test_numbers_that_are_missing_come_before_the_proposal(world: World, as_petra: Client) -> None:
    year = FundYear.begin(
        world.petra,
        money.fund(world),
        YEAR,
        available_cents=1_000_00,
        rate_cents=10_00,
        fixed_cents=0,
        counted_on=datetime.date(YEAR - 1, 10, 1),
        account_due=datetime.date(YEAR + 1, 10, 15),
    )
    shown = text_of(as_petra.get(url("fund_year", year.pk)))
    assert re.search(r'class="btn btn-primary"[^>]*>Leerlingaantallen invullen<', shown)
    assert re.search(r'class="btn btn-secondary"[^>]*>Voorstel berekenen<', shown)
