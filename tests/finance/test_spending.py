"""Bookings by hand: what a line shows, that nothing doubles or is lost, and who may do it."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from finance.models import BudgetLine, Entry, Expenditure, Fund, FundAccount, SpendingImport
from finance.todos.spending import todos_for
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from tests import factories, money
from tests.factories import PDF
from tests.money import LAST, YEAR


def text(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def line_of(world, state="submitted"):
    money.fund_year(money.fund(world), world)
    return money.lines(money.budget(world, world.alice, world.school, state=state))[0]


def typed(**values):
    return {
        "key": str(uuid.uuid4()),
        "amount_cents": "1.234,56",
        "description": "Factuur",
        "on": "2026-09-30",
        **values,
    }


def book(client, line, data):
    return client.post(reverse("finance:line_book", args=[line.pk]), data)


def test_what_was_booked_stands_on_the_line(world, as_bob):
    line = line_of(world)
    assert book(as_bob, line, typed()).status_code == 302
    assert book(as_bob, line, typed(amount_cents="-234,56", on="")).status_code == 302
    page = text(as_bob.get(line.get_absolute_url()))
    assert "€ 1.234,56" in page and "-€ 234,56" in page and "geen datum" in page
    assert "Besteed</dt><dd>€ 1.000" in page


def test_a_double_press_is_one_booking_and_other_words_are_another(world, as_bob):
    line, data = line_of(world), typed()
    for _ in range(2):
        book(as_bob, line, data)
    assert Expenditure.objects.count() == 1
    book(as_bob, line, {**data, "description": "Een andere factuur"})
    assert Expenditure.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"amount_cents": "0"}, "niet nul"),
        ({"amount_cents": "twaalf"}, "bijvoorbeeld 1.234,56"),
        ({"on": "2025-09-30"}, "buiten schooljaar"),
        ({"description": ""}, "Schrijf op"),
        ({"key": "x"}, "UUID"),
    ],
)
def test_nothing_typed_is_lost(world, as_bob, values, complaint):
    line = line_of(world)
    response = book(as_bob, line, typed(reference="F-77", **values))
    assert response.status_code == 422
    assert complaint in text(response) and "F-77" in text(response)
    assert not Expenditure.objects.exists()


def test_a_booking_is_booked_back_once_with_a_reason(world, as_bob):
    line = line_of(world)
    entry = money.book(world.alice, line, 100_00)
    url = reverse("finance:entry_reverse", args=[entry.pk])
    assert as_bob.post(url, {"reason": " "}).status_code == 422
    for _ in range(2):
        assert as_bob.post(url, {"reason": "Dubbel geboekt."}).status_code == 302
    assert sorted(Expenditure.objects.values_list("amount_cents", flat=True)) == [-100_00, 100_00]
    assert "Teruggeboekt: Dubbel geboekt." in text(as_bob.get(line.get_absolute_url()))


def test_a_document_comes_as_an_attachment_and_only_to_who_reads_the_booking(world, as_bob, as_carla):
    entry = money.book(world.alice, line_of(world), 100_00)
    add = reverse("finance:document_add", args=[entry.pk])
    wrong = as_bob.post(add, {"file": SimpleUploadedFile("x.html", b"<script>", "text/html")})
    assert wrong.status_code == 422
    as_bob.post(add, {"file": SimpleUploadedFile("factuur.pdf", PDF, "text/html")})
    url = reverse("finance:document_download", args=[entry.documents.get().token])
    response = as_bob.get(url)
    assert response["Content-Type"] == "application/pdf" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert as_carla.get(url).status_code == 404
    remove = reverse("finance:document_remove", args=[entry.documents.get().token])
    assert as_bob.get(remove).status_code == 200
    as_bob.post(remove)
    assert not entry.documents.exists()


def test_a_file_is_booked_back_as_a_whole_and_can_then_be_read_again(world):
    line = line_of(world)
    entries = [Entry(line, cents, "Rij", datetime.date(YEAR, 9, 1)) for cents in (10_00, 20_00, -5_00)]
    made = SpendingImport.book(world.alice, line.budget, entries, name="boekhouding.csv", sha256="a" * 64)
    first = Expenditure.objects.for_list().filter(source=made).order_by("pk")[0]
    first.reverse(world.bob, "Deze was fout.")
    with pytest.raises(IllegalTransition):
        made.reverse(world.alice, " ")
    assert made.reverse(world.alice, "Verkeerde kolom.") == 2
    assert BudgetLine.objects.with_spent().get(pk=line.pk).spent_cents == 0
    with pytest.raises(AlreadyDone):
        made.reverse(world.alice, "Nog eens.")
    again = SpendingImport.book(world.alice, line.budget, entries, name="boekhouding.csv", sha256="a" * 64)
    assert again.pk != made.pk
    with pytest.raises(AlreadyDone):
        SpendingImport.book(world.alice, line.budget, entries, name="boekhouding.csv", sha256="a" * 64)


def test_pages_say_so_once_the_year_is_accounted_for(world, as_bob, as_petra):
    """Of both funds nothing is booked any more; of one that runs by the calendar year half of it may be."""
    last = money.fund_year(money.fund(world), world, LAST)
    training = money.fund(world, "Professionalisering", year_kind=Fund.YearKind.CALENDAR)
    first = money.fund_year(training, world, LAST, available_cents=200_000_00)
    made = money.budget(world, world.alice, world.school, year=LAST)
    made.add_line(
        world.alice, fund=training, category=money.category(world), description="Cursus", amount_cents=1_000_00,
        spearhead=None,
    )  # fmt: skip
    money.bring_budget(world, made, world.alice, "adopted")
    light, _, course = money.lines(made)
    entry = money.book(world.alice, light, 5_00, datetime.date(LAST, 9, 1))
    assert "Boek per regel wat u uitgeeft. Moet er iets anders?" in text(as_bob.get(made.get_absolute_url()))
    money.account(world, world.alice, world.school, last, state="submitted")
    page = text(as_bob.get(made.get_absolute_url()))
    assert "Over Ondersteuning licht is al verantwoording afgelegd" in page and "Boekhouding inlezen" in page
    assert "Vraag het samenwerkingsverband haar terug" not in page
    page = text(as_bob.get(light.get_absolute_url()))
    assert "op deze regel wordt niet meer geboekt" in page and "Terugboeken" not in page
    assert 'name="amount_cents"' not in page and reverse("finance:document_add", args=[entry.pk]) in page
    money.account(world, world.alice, world.school, first, state="submitted")
    page = text(as_bob.get(course.get_absolute_url()))
    assert "Over 2025 is al verantwoording afgelegd" in page and 'name="amount_cents"' in page
    money.account(world, world.alice, world.school, money.fund_year(training, world, YEAR))
    FundAccount.objects.filter(state="draft").update(state="submitted", submitted_at=timezone.now(), means_cents=0)
    for client in (as_bob, as_petra):
        page = text(client.get(made.get_absolute_url()))
        assert "de regels en de boekingen staan vast" in page and "Boek per regel" not in page
        assert "Boekhouding inlezen" not in page


def test_half_a_year_without_bookings_asks_to_book_once_per_school(world, monkeypatch):
    line = line_of(world)
    day = datetime.date(YEAR + 1, 1, 31)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: day)
    assert todos_for(world.alice) == []
    day = datetime.date(YEAR + 1, 2, 1)
    assert [(todo.title, todo.note) for todo in todos_for(world.bob)] == [
        ("Bestedingen bijwerken", "2 regels blijven achter.")
    ]
    assert todos_for(world.petra) == [] == todos_for(world.carla)
    for each in money.lines(line.budget):
        money.book(world.alice, each, each.amount_cents // 2)
    assert todos_for(world.alice) == []


def test_what_lags_is_told_on_the_budget_while_the_year_runs(world, as_bob, as_petra, monkeypatch):
    line = line_of(world)
    first, second = money.lines(line.budget)
    money.book(world.alice, first, first.amount_cents // 2)
    day = datetime.date(YEAR + 1, 3, 1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: day)
    for client, advice in ((as_bob, True), (as_petra, False)):
        page = text(client.get(line.budget.get_absolute_url()))
        assert "Eén regel blijft achter" in page and ("Boek wat al is uitgegeven" in page) == advice
        assert "</a>: € 0 van € 20.000 besteed" in page and "Verwacht" in page
    assert "Deze regel blijft achter" in text(as_bob.get(second.get_absolute_url()))
    assert "blijft achter" not in text(as_bob.get(first.get_absolute_url()))
    day = datetime.date(YEAR + 1, 8, 1)
    page = text(as_bob.get(line.budget.get_absolute_url()))
    assert "achter" not in page and "niets</span>" in page and "Verwacht" not in page
    page = text(as_bob.get(second.get_absolute_url()))
    assert "minder dan de helft besteed" in page and "Verwacht" not in page


class SumTest(TestCase):
    @given(st.lists(st.one_of(st.integers(-(10**9), 10**9).filter(bool), st.none()), max_size=8))
    def test_line_and_budget_show_the_sum_of_all_that_stands(self, steps):
        """A number is booked; None books back the last one that still stands."""
        world = factories.build()
        line, standing = line_of(world), []
        for step in steps:
            if step is not None:
                standing.append(money.book(world.alice, line, step))
            elif standing:
                standing.pop().reverse(world.alice, "Fout.")
        spent = sum(entry.amount_cents for entry in standing)
        assert BudgetLine.objects.with_spent().get(pk=line.pk).spent_cents == spent
