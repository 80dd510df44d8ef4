"""The school's accounts out of a file: its columns, its posts, every mistake by row and column, all or nothing."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from finance.ledger import amount
from finance.models import Expenditure, Fund, ImportMapping, SpendingImport
from swvportal.lib.spreadsheets import Formula, Sheet, render
from tests import money
from tests.money import YEAR

HEADS = ("Boekdatum", "Bedrag", "Omschrijving", "Stuknummer", "Kostenplaats")
ROWS: list[tuple[Any, ...]] = [
    (datetime.date(YEAR, 9, 1), Decimal("1234.56"), "Mentoruren", "F-1", "410"),
    (datetime.date(YEAR, 9, 2), Decimal("-34.56"), "Creditnota", "F-2", "410"),
    (datetime.date(YEAR, 10, 3), Decimal(500), "Taalles", "F-3", "420"),
    (datetime.date(YEAR, 10, 4), Decimal(99), "Koffie", "F-4", "999"),
]


def text(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def carried(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())
    assert found, text(response)
    return found[1]


@pytest.fixture
def budget(world):
    money.fund_year(money.fund(world), world)
    return money.budget(world, world.alice, world.school, state="submitted")


def to(name, budget):
    return reverse(f"finance:{name}", args=[budget.pk])


def file_of(rows, kind="xlsx", heads=HEADS):
    return SimpleUploadedFile(f"boekhouding.{kind}", render([Sheet("Blad", heads, rows)], kind))


def csv(*lines):
    return SimpleUploadedFile("boekhouding.csv", "\r\n".join([";".join(HEADS), *lines]).encode())


COLUMNS = {"date": "0", "amount": "1", "description": "2", "reference": "3", "post": "4"}


def upload(client, budget, file):
    response = client.post(to("spending_import", budget), {"file": file})
    assert response.status_code == 200, text(response)
    return response


def choose_columns(client, budget, file, **columns):
    data = {"file": carried(upload(client, budget, file), "file"), **(columns or COLUMNS)}
    return client.post(to("spending_import_columns", budget), data)


def check(client, budget, file, posts=None, **columns):
    """`posts`: per post, in the order of the page, the place of a line or None."""
    page = choose_columns(client, budget, file, **columns)
    lines = money.lines(budget)
    told = (0, 1, None) if posts is None else posts
    data = {f"post-{n}": "-" if place is None else str(lines[place].key) for n, place in enumerate(told)}
    return client.post(to("spending_import_posts", budget), {"chosen": carried(page, "chosen"), **data})


def confirm(client, budget, checked, **more):
    data = {"checked": carried(checked, "checked"), **more}
    return client.post(to("spending_import_confirm", budget), data, follow=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_file_is_looked_over_and_then_booked(budget, as_bob, kind):
    checked = check(as_bob, budget, file_of(ROWS, kind))
    seen = text(checked)
    assert checked.status_code == 200 and not Expenditure.objects.exists()
    assert "€ 1.700 <small>3 boekingen" in seen and "Niet overgenomen: 1 (€ 99)" in seen
    done = text(confirm(as_bob, budget, checked))
    assert "3 boekingen zijn ingelezen: € 1.700." in done and "boekhouding." in done
    booked = Expenditure.objects.order_by("pk").values_list("on", "amount_cents", "description", "reference")
    assert list(booked) == [
        (datetime.date(YEAR, 9, 1), 1_234_56, "Mentoruren", "F-1"),
        (datetime.date(YEAR, 9, 2), -34_56, "Creditnota", "F-2"),
        (datetime.date(YEAR, 10, 3), 500_00, "Taalles", "F-3"),
    ]
    lines = money.lines(budget)
    assert list(Expenditure.objects.order_by("pk").values_list("line", flat=True)) == [
        lines[0].pk, lines[0].pk, lines[1].pk
    ]  # fmt: skip


def test_columns_and_posts_are_proposed_as_the_last_time(budget, as_bob):
    heads = ("Wanneer", "Hoeveel", "Wat", "Nr", "Waar")
    check(as_bob, budget, file_of(ROWS, heads=heads))
    mapping = ImportMapping.objects.get()
    assert mapping.columns == {
        "date": "Wanneer",
        "amount": "Hoeveel",
        "description": "Wat",
        "reference": "Nr",
        "post": "Waar",
    }
    key = str(money.lines(budget)[1].key)
    assert (mapping.posts["420"], mapping.posts["999"]) == (key, "-")
    moved = [(*row[::-1],) for row in [*ROWS, (datetime.date(YEAR, 11, 1), Decimal(1), "Nog een", "F-5", "430")]]
    page = upload(as_bob, budget, file_of(moved, heads=heads[::-1]))
    assert page.context["form"].initial == {
        "date": "4",
        "amount": "3",
        "description": "2",
        "reference": "1",
        "post": "0",
    }
    posts = as_bob.post(
        to("spending_import_columns", budget), {"file": carried(page, "file"), **page.context["form"].initial}
    )
    assert [(post.text, told, is_new) for _, post, told, is_new in posts.context["posts"]] == [
        ("410", mapping.posts["410"], False),
        ("420", key, False),
        ("430", "-", True),
        ("999", "-", False),
    ]


def test_columns_are_recognised_by_their_usual_names(budget, as_bob):
    page = upload(as_bob, budget, file_of(ROWS))
    assert page.context["form"].initial == COLUMNS
    heads = ("Datum", "Debet", "Credit", "Omschrijving", "Saldo")
    page = upload(as_bob, budget, file_of([(None, 1, None, "a", 2)], heads=heads))
    assert page.context["form"].initial == {"date": "0", "debit": "1", "credit": "2", "description": "3"}


def test_debit_minus_credit_and_no_post(budget, as_bob):
    rows = [("10,00", "", "In"), ("", "2,50", "Uit"), ("5", "1", "Allebei"), ("0", "0", "Niets")]
    file = file_of(rows, "csv", ("Debet", "Credit", "Tekst"))
    checked = check(as_bob, budget, file, [1], debit="0", credit="1", description="2")
    assert "Nul euro: 1." in text(checked)
    confirm(as_bob, budget, checked)
    assert list(Expenditure.objects.order_by("pk").values_list("amount_cents", flat=True)) == [10_00, -2_50, 4_00]
    assert set(Expenditure.objects.values_list("on", "line")) == {(None, money.lines(budget)[1].pk)}
    assert ImportMapping.objects.get().posts == {}


def test_every_mistake_by_row_and_column_and_nothing_is_booked(budget, as_bob):
    file = csv(
        "01-09-2026;10,00;Goed;F-1;410",
        "31-02-2026;10,00;Datum;F-2;410",
        "01-09-2026;12.50;Bedrag;F-3;410",
        ";10,00;Totaal;;410",
        "01-09-2026;10,00;;F-5;410",
        "onzin;onzin;;;999",
    )
    checked = check(as_bob, budget, file, [0, None])
    seen = text(checked)
    assert checked.status_code == 422 and 'name="checked"' not in seen and "4 fouten" in seen
    for place, words in (
        ("rij 3, kolom Boekdatum", "vul een datum in"),
        ("rij 4, kolom Bedrag", "gebruik een komma"),
        ("rij 5, kolom Boekdatum", "vul een datum in. Is dit een rij met een totaal"),
        ("rij 6, kolom Omschrijving", "vul een omschrijving in"),
    ):
        assert f"blad boekhouding, {place}: {words}" in seen
    assert "bij 1 staat geen leesbaar bedrag" in seen
    assert not Expenditure.objects.exists() and ImportMapping.objects.exists()


def test_a_period_that_is_accounted_for_is_a_mistake(world, budget, as_bob):
    last = money.fund_year(money.fund(world), world, money.LAST)
    before = money.budget(world, world.alice, world.school, year=money.LAST, state="adopted")
    money.account(world, world.alice, world.school, last, state="submitted")
    checked = check(as_bob, before, csv("01-09-2025;10,00;Te laat;F-1;410"), [0])
    assert checked.status_code == 422
    assert "rij 2, kolom Boekdatum: over Ondersteuning licht is voor deze periode al verantwoording" in text(checked)


def test_all_or_nothing_when_an_account_is_handed_in_meanwhile(world, budget, as_bob):
    last = money.fund_year(money.fund(world), world, money.LAST)
    before = money.budget(world, world.alice, world.school, year=money.LAST, state="adopted")
    checked = check(as_bob, before, csv("01-09-2025;10,00;Net op tijd;F-1;410"), [0])
    money.account(world, world.alice, world.school, last, state="submitted")
    assert "Er is niets ingelezen." in text(confirm(as_bob, before, checked))
    assert not SpendingImport.objects.exists() and not Expenditure.objects.exists()


def test_the_same_file_and_a_double_press_book_once(budget, as_bob):
    checked = check(as_bob, budget, file_of(ROWS))
    confirm(as_bob, budget, checked)
    assert "Alles uit dit bestand staat er al" in text(confirm(as_bob, budget, checked))
    assert "staat er al" in text(confirm(as_bob, budget, checked, again="ja"))
    again = check(as_bob, budget, file_of(ROWS))
    assert "al ingelezen" in text(again) and "niets nieuws" in text(again) and "Inlezen en boeken" not in text(again)
    assert Expenditure.objects.count() == 3


def test_the_rest_of_a_file_is_read_later(budget, as_bob):
    """A post that was left the first time; what was booked stays, and the rest can be booked back by itself."""
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS), [0, None, None]))
    checked = check(as_bob, budget, file_of(ROWS), [0, 1, None])
    seen = text(checked)
    assert "al ingelezen. Alleen wat er nog niet staat, wordt nu geboekt" in seen and 'name="again"' not in seen
    assert "Staat er al: 2 (€ 1.200)" in seen and "€ 500 <small>1 boeking</small>" in seen
    done = text(confirm(as_bob, budget, checked))
    assert "1 boeking is ingelezen: € 500. Overgeslagen omdat het er al stond: 2." in done
    assert [made.rows for made in SpendingImport.objects.order_by("pk")] == [2, 1]
    SpendingImport.objects.for_page().order_by("pk")[0].reverse(budget.submitted_by, "Verkeerde regel.")
    assert sum(Expenditure.objects.values_list("amount_cents", flat=True)) == 500_00


def test_rows_of_another_school_year_are_left_out_by_choice(budget, as_bob):
    file = csv(
        "31-07-2026;40,00;Vorig jaar;F-0;410",
        "01-09-2026;10,00;Goed;F-1;410",
        "01-08-2027;onzin;;F-2;410",
        "01-01-2025;5,00;Niet van ons;F-3;999",
    )
    first = check(as_bob, budget, file, [0, None])
    seen = text(first)
    assert first.status_code == 422 and 'name="checked"' not in seen and "Er is niets geboekt" in seen
    assert "Buiten schooljaar 2026-2027: 2 rijen" in seen and "Rijen 2, 4." in seen
    assert "Samen € 40 (bij 1 staat geen leesbaar bedrag), van 31 juli 2026 tot en met 1 augustus 2027" in seen
    told = dict(re.findall(r'name="(post-[0-9]+)" value="([^"]+)"', first.content.decode()))
    assert [told["post-0"], told["post-1"]] == [str(money.lines(budget)[0].key), "-"]
    data = {"chosen": carried(first, "chosen"), **told, "outside": "leave"}
    checked = as_bob.post(to("spending_import_posts", budget), data)
    seen = text(checked)
    assert checked.status_code == 200 and "Niet overgenomen: 1 (€ 5)" in seen
    assert "Buiten schooljaar 2026-2027: 2 (€ 40; bij 1 staat geen leesbaar bedrag). U laat dit weg." in seen
    done = text(confirm(as_bob, budget, checked))
    assert "1 boeking is ingelezen: € 10. Weggelaten omdat het buiten het schooljaar valt: 2 (€ 40)." in done
    assert [entry.description for entry in Expenditure.objects.all()] == ["Goed"]


def test_to_leave_out_rows_does_not_hide_the_other_mistakes(budget, as_bob):
    file = csv("31-07-2026;40,00;Vorig jaar;F-0;410", "01-09-2026;12.50;Fout;F-1;410")
    for outside in ({}, {"outside": "leave"}):
        page = choose_columns(as_bob, budget, file)
        data = {"chosen": carried(page, "chosen"), "post-0": str(money.lines(budget)[0].key), **outside}
        seen = as_bob.post(to("spending_import_posts", budget), data)
        assert seen.status_code == 422 and "rij 3, kolom Bedrag" in text(seen) and 'name="checked"' not in text(seen)
        file.seek(0)


def test_a_post_that_moves_to_another_line_is_not_booked_twice(budget, as_bob):
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    more = [*ROWS, (datetime.date(YEAR, 11, 1), Decimal(7), "Nieuw", "F-9", "410")]
    checked = check(as_bob, budget, file_of(more), [1, 1, None])
    seen = text(checked)
    assert "Staat er al: 1 (€ 500)" in seen and "Staat al op een andere begrotingsregel: 2 (€ 1.200)" in seen
    assert "1 boeking is ingelezen: € 7." in text(confirm(as_bob, budget, checked))
    assert Expenditure.objects.count() == 4
    checked = check(as_bob, budget, file_of(more, "csv"), [1, 1, None])
    confirm(as_bob, budget, checked, elsewhere="ja")
    confirm(as_bob, budget, checked, elsewhere="ja")
    assert Expenditure.objects.filter(description="Mentoruren").count() == 2


def test_two_rows_alike_on_two_lines_are_two_bookings(budget, as_bob):
    twins = [ROWS[0], (*ROWS[0][:4], "420")]
    confirm(as_bob, budget, check(as_bob, budget, file_of(twins), [None, 1]))
    checked = check(as_bob, budget, file_of(twins), [0, 1])
    assert "Staat er al: 1" in text(checked) and "andere begrotingsregel" not in text(checked)
    confirm(as_bob, budget, checked)
    lines = money.lines(budget)
    assert list(Expenditure.objects.order_by("pk").values_list("line", flat=True)) == [lines[1].pk, lines[0].pk]


def test_what_was_booked_back_by_hand_is_told_before_it_comes_again(world, budget, as_bob):
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    Expenditure.objects.for_list().get(description="Taalles").reverse(world.bob, "Hoort hier niet.")
    checked = check(as_bob, budget, file_of(ROWS))
    assert "Eerder met de hand teruggeboekt: 1 (€ 500). Dat wordt nu opnieuw geboekt." in text(checked)
    confirm(as_bob, budget, checked)
    assert sum(Expenditure.objects.values_list("amount_cents", flat=True)) == 1_700_00


def test_what_stands_in_a_period_that_was_accounted_for_stops_no_grown_file(world, as_bob):
    """Of a fund by the calendar year the first half of the school year is closed while the second half runs."""
    fund = money.fund(world, "Professionalisering", year_kind=Fund.YearKind.CALENDAR)
    accounted = money.fund_year(fund, world, money.LAST)
    before = money.budget(world, world.alice, world.school, year=money.LAST, state="submitted", of=fund)
    row = "01-09-2025;10,00;Cursus;F-1;410"
    confirm(as_bob, before, check(as_bob, before, csv(row), [0]))
    money.budget(world, world.alice, world.school, year=money.LAST - 1, state="submitted", of=fund)
    money.account(world, world.alice, world.school, accounted, state="submitted")
    checked = check(as_bob, before, csv(row, "01-03-2026;20,00;Cursus;F-2;410"), [0])
    assert checked.status_code == 200 and "1 boeking is ingelezen" in text(confirm(as_bob, before, checked))
    late = check(as_bob, before, csv(row, "01-10-2025;20,00;Te laat;F-3;410"), [0])
    assert late.status_code == 422 and "rij 3, kolom Boekdatum: over Professionalisering" in text(late)


def test_what_stands_already_is_left_out_and_said(budget, as_bob):
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    more = [*ROWS, ROWS[2], (datetime.date(YEAR, 11, 1), Decimal(7), "Nieuw", "F-9", "420")]
    checked = check(as_bob, budget, file_of(more))
    assert "Staat er al: 3" in text(checked)
    done = text(confirm(as_bob, budget, checked))
    assert "2 boekingen zijn ingelezen: € 507. Overgeslagen omdat het er al stond: 3" in done
    assert Expenditure.objects.filter(description="Taalles").count() == 2


def test_what_stands_already_may_be_booked_again_on_purpose(budget, as_bob):
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    checked = check(as_bob, budget, file_of(ROWS, "csv"))
    assert "niets nieuws" in text(checked)
    assert "staat er al. Er is niets dubbel" in text(confirm(as_bob, budget, checked))
    confirm(as_bob, budget, checked, again="ja")
    assert Expenditure.objects.count() == 6


def test_a_file_is_booked_back_with_a_reason_and_may_come_again(budget, as_bob, as_petra):
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    url = reverse("finance:spending_import_reverse", args=[SpendingImport.objects.get().pk])
    assert as_bob.post(url, {"reason": " "}).status_code == 422
    assert as_petra.post(url, {"reason": "Nee."}).status_code == 403
    assert "3 boekingen zijn teruggeboekt." in text(as_bob.post(url, {"reason": "Fout."}, follow=True))
    assert "al teruggeboekt" in text(as_bob.post(url, {"reason": "Fout."}, follow=True))
    assert sum(Expenditure.objects.values_list("amount_cents", flat=True)) == 0
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    assert Expenditure.objects.count() == 9


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("spending_import_columns", "file"),
        ("spending_import_columns", "chosen"),
        ("spending_import_posts", "chosen"),
        ("spending_import_confirm", "checked"),
    ],
)
def test_what_was_changed_on_the_way_is_refused(world, budget, as_bob, name, field):
    first = upload(as_bob, budget, file_of(ROWS))
    read = carried(first, "file")
    page = choose_columns(as_bob, budget, file_of(ROWS))
    chosen = carried(page, "chosen")
    checked = carried(check(as_bob, budget, file_of(ROWS)), "checked")
    blobs = {"file": read, "chosen": chosen, "checked": checked}
    mine = blobs.pop(field)
    other = money.budget(world, world.alice, world.school, year=money.LAST, state="adopted")
    changed = [mine[:-1] + ("A" if mine[-1] != "A" else "B"), "", "\0", *blobs.values()]
    for value in changed:
        assert as_bob.post(to(name, budget), {field: value, **COLUMNS}).status_code == 400
    assert as_bob.post(to(name, other), {field: mine, **COLUMNS}).status_code == 400
    assert not Expenditure.objects.exists()


def test_a_line_of_another_school_cannot_be_chosen(world, budget, as_bob):
    foreign = money.lines(money.budget(world, world.carla, world.other_school, amounts=(25_000_00,)))[0]
    page = choose_columns(as_bob, budget, file_of(ROWS))
    for key in (str(foreign.key), str(foreign.pk), "", "x"):
        data = {"chosen": carried(page, "chosen"), "post-0": key, "post-1": "-", "post-2": "-"}
        assert as_bob.post(to("spending_import_posts", budget), data).status_code == 400
    assert str(foreign.key) not in page.content.decode()


def test_after_an_hour_the_file_is_asked_again(budget, as_bob, monkeypatch):
    checked = check(as_bob, budget, file_of(ROWS))
    monkeypatch.setattr("finance.views.spending_import.HOUR", -1)
    assert "te lang geleden" in text(confirm(as_bob, budget, checked))
    assert not Expenditure.objects.exists()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"amount": "1"}, "Kies de kolom met de omschrijving."),
        ({"description": "2"}, "Kies de kolom met het bedrag"),
        ({"amount": "1", "debit": "0", "description": "2"}, "maar niet allebei"),
        ({"amount": "2", "description": "2"}, "koos u al voor iets anders"),
        ({"amount": "77", "description": "2"}, "77"),
    ],
)
def test_columns_that_cannot_be(budget, as_bob, columns, words):
    response = choose_columns(as_bob, budget, file_of(ROWS), **columns)
    assert response.status_code == 422 and words in text(response)


def test_too_many_posts_and_none_that_is_taken(budget, as_bob):
    many = [f"01-09-2026;1;Rij;F;{number}" for number in range(301)]
    response = choose_columns(as_bob, budget, csv(*many))
    assert response.status_code == 422 and "meer dan 300 verschillende posten" in text(response)
    none = check(as_bob, budget, file_of(ROWS), [None, None, None])
    assert none.status_code == 422 and "ten minste één post" in text(none)
    assert not ImportMapping.objects.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04rommel", b"alleen\r\neen\r\nkolom", b"a;b"])
def test_a_file_that_is_no_table(budget, as_bob, content):
    response = as_bob.post(to("spending_import", budget), {"file": SimpleUploadedFile("b.csv", content)})
    assert response.status_code == 422


def test_titles_above_the_heading_are_passed_over(budget, as_bob):
    file = SimpleUploadedFile("b.csv", b"Grootboekkaart;;\r\n;;\r\nDatum;Bedrag;Tekst\r\n1-9-2026;x;Een\r\n")
    checked = check(as_bob, budget, file, [0], date="0", amount="1", description="2")
    assert "rij 4, kolom Bedrag" in text(checked)


def test_a_draft_takes_no_file(world, as_bob):
    money.fund_year(money.fund(world), world)
    draft = money.budget(world, world.alice, world.school)
    for response in (
        as_bob.get(to("spending_import", draft), follow=True),
        as_bob.post(to("spending_import", draft), {"file": file_of(ROWS)}, follow=True),
        as_bob.post(to("spending_import_confirm", draft), {"checked": "x"}, follow=True),
    ):
        assert "nog een concept" in text(response)
    assert "inlezen" not in text(as_bob.get(draft.get_absolute_url()))


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("1.234,56", 1_234_56), ("-1.234,56", -1_234_56), ("€ 12,-", 12_00), ("12,50-", -12_50), (12, 12_00),
        (-0.1, -10), (1234.5600000000001, 1_234_56), (Decimal("0.07"), 7), ("'-5", -5_00), ("\u22125", -5_00),
    ],
)  # fmt: skip
def test_amounts(cell, cents):
    assert amount(cell) == cents


@pytest.mark.parametrize(
    "cell",
    ["12.50", "x", "", None, True, 0.001, float("nan"), float("inf"), 10**400, "9" * 13, Formula("=1+1"), "--5", "-5-"],
)
def test_no_amounts(cell):
    with pytest.raises(ValueError, match=r".+\."):
        amount(cell)


def test_all_bookings_of_a_budget_as_a_page_and_as_files(budget, as_bob, as_carla, as_petra):
    confirm(as_bob, budget, check(as_bob, budget, file_of(ROWS)))
    page = text(as_petra.get(to("budget_entries", budget)))
    assert "Mentoruren" in page and "€ 1.700" in page and "Terugboeken" not in page
    assert "Terugboeken" in text(as_bob.get(to("budget_entries", budget)))
    for kind in ("csv", "xlsx", "ods"):
        url = reverse("finance:budget_entries_export", args=[budget.pk, kind])
        assert as_bob.get(url).status_code == 200 and as_carla.get(url).status_code == 404
    lines = as_bob.get(reverse("finance:budget_entries_export", args=[budget.pk, "csv"])).content.decode("utf-8-sig")
    assert "Creditnota" in lines and "-34,56" in lines
    assert as_bob.get(reverse("finance:budget_entries_export", args=[budget.pk, "exe"])).status_code == 404
