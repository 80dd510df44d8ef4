"""The account of a fund: who has accounted for what, writing it, the seal, and what the partnership decides."""

import datetime
import hashlib
import io
import json
import re
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans.models import Spearhead
from finance.accounted import Coverage
from finance.models import Allocation, AuditorStatement, Budget, Fund, FundAccount
from finance.todos.accounts import todos_for
from records.models import LogEntry, Message
from reports.account_contents import account_content as document
from reports.models import Report
from schools.models import Role
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import bases_of, values_of
from tests import factories, money
from tests.factories import PDF
from tests.money import LAST, YEAR


@pytest.fixture
def scene(world):
    money.set_up(world, "draft")
    return world.money


def url(account, name="account"):
    return reverse(f"finance:{name}", args=[account.pk])


def anew(account) -> FundAccount:
    return FundAccount.objects.for_page().get(pk=account.pk)


def posted(account, **values):
    """What the page of the form posts: every text as it stands, and these changed."""
    standing = anew(account).writable()
    return {**standing, "bases": json.dumps(bases_of(standing)), **values}


def shown(text: str) -> str:
    """A page without the tokens that are different each time."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r'hx-headers="[^"]*"', "", text)


# Who has accounted for what -------------------------------------------------------------------------------------------


def test_the_office_sees_who_is_late_and_how_much_is_covered(world, scene, as_petra):
    page = as_petra.get(reverse("finance:accounts"))
    rows = page.context["rows"]
    assert [(row.school.name, row.state, row.is_late) for row in rows] == [
        ("Het Kompas", "draft", True),
        ("De Horizon", "approved", False),
    ]
    (coverage,) = page.context["coverage"]
    assert (coverage.granted_cents, coverage.covered_cents, coverage.percent) == (110_000_00, 41_000_00, 37)
    assert (coverage.approved, coverage.late, coverage.schools) == (1, 1, 2)
    assert "nog bij de school" in page.text and "Zo is het gegaan" not in page.text
    assert [row.state for row in as_petra.get("/middelen/verantwoording/?stand=approved").context["rows"]] == [
        "approved"
    ]
    every = as_petra.get("/middelen/verantwoording/?jaar=alle").context["rows"]
    assert len(every) == 4 and every[0].is_late


def test_the_school_sees_its_own_years_and_what_to_do_next(world, scene, as_alice):
    page = as_alice.get(reverse("finance:accounts"))
    assert {row.school.name for row in page.context["rows"]} == {"Het Kompas"}
    assert not page.context["coverage"]
    assert "uiterlijk donderdag 15 oktober" in page.text and "Alvast beginnen" in page.text
    assert "Verder invullen" in page.text


def test_auditors_see_what_was_approved(world, scene, as_aisha):
    page = as_aisha.get(reverse("finance:accounts"))
    assert [(row.school.name, row.state) for row in page.context["rows"]] == [("De Horizon", "approved")]
    assert as_aisha.get(url(scene.alices_account)).status_code == 404


def test_a_whole_percent_says_that_nothing_is_missing(scene):
    assert Coverage(scene.last, 2, 1, 0, 1, 10_000_00, 9_999_99).percent == 99
    assert Coverage(scene.last, 0, 0, 0, 0, 0, 0).percent == 0


def test_beginning_is_for_the_school_and_happens_once(world, scene, as_bob, as_carla, as_petra):
    data = {"school": world.school.pk, "fund_year": scene.this.pk}
    assert as_carla.post(reverse("finance:account_begin"), data).status_code == 404
    assert as_petra.post(reverse("finance:account_begin"), data).status_code == 403
    first = as_bob.post(reverse("finance:account_begin"), data)
    assert first.headers["Location"] == as_bob.post(reverse("finance:account_begin"), data).headers["Location"]
    assert FundAccount.objects.filter(school=world.school, fund_year=scene.this).count() == 1
    for wrong in ({}, {"school": "x", "fund_year": "1"}, {"school": "9" * 30, "fund_year": "1"}):
        assert as_bob.post(reverse("finance:account_begin"), wrong).status_code == 400


def test_the_overview_asks_as_much_at_many_schools(world, scene, as_petra):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert as_petra.get(reverse("finance:accounts")).status_code == 200
            assert as_petra.get(reverse("finance:annual"), {"jaar": LAST}).status_code == 200
        return len(caught)

    queries()
    before = queries()
    for number in range(4):
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number:02}")
        factories.member(world.alice, Role.DIRECTOR, school=school)
        money.grow(world, world.alice, school)
    assert queries() == before < 40


# Writing --------------------------------------------------------------------------------------------------------------


def test_the_figures_fill_themselves_and_the_texts_are_saved(world, scene, as_bob):
    page = as_bob.get(url(scene.alices_account, "account_edit"))
    assert "€\u00a069.000" in page.text and "€\u00a048.000" in page.text
    answer = as_bob.post(url(scene.alices_account, "account_edit"), posted(scene.alices_account, general="Samen."))
    assert answer.status_code == 302
    assert anew(scene.alices_account).general == "Samen."
    answer = as_bob.post(
        url(scene.alices_account, "account_edit"), posted(scene.alices_account, general="Vanzelf."),
        headers={"X-Autosave": "1"},
    )  # fmt: skip
    assert answer.status_code == 200 and json.loads(answer.json()["bases"])["general"]
    assert anew(scene.alices_account).general == "Vanzelf."


def test_two_people_in_one_text_lose_nothing(world, scene, as_alice, as_bob):
    before = posted(scene.alices_account)
    as_alice.post(url(scene.alices_account, "account_edit"), {**before, "general": "Van Alice."})
    other = as_bob.post(url(scene.alices_account, "account_edit"), {**before, "general": "Van Bob."})
    assert other.status_code == 409
    assert "Van Alice." in other.text and "Van Bob." in other.text
    found = re.search(r'name="general-seen" value="([0-9a-f]+)"', other.text)
    assert found is not None
    seen = found[1]
    again = {**before, "general": "Van Bob.", "general-seen": seen, "general-choice": "both"}
    assert as_bob.post(url(scene.alices_account, "account_edit"), again).status_code == 302
    assert anew(scene.alices_account).general == "Van Alice.\n\nVan Bob."


def test_what_is_too_long_is_said_and_not_lost(world, scene, as_bob):
    answer = as_bob.post(
        url(scene.alices_account, "account_edit"), posted(scene.alices_account, **{"done-other": "w" * 5001})
    )
    assert answer.status_code == 422 and "w" * 5001 in answer.text


def deviate(world, scene):
    """Of Mentoraat much more is spent than budgeted."""
    line = scene.alices_entry.line
    return money.book(world.alice, line, 20_000_00, datetime.date(LAST, 12, 1), "Duur")


def test_a_deviation_is_asked_for_and_kept_when_it_goes_away_while_somebody_types(world, scene, as_alice):
    assert 'name="deviation-' not in as_alice.get(url(scene.alices_account, "account_edit")).text
    entry = deviate(world, scene)
    page = as_alice.get(url(scene.alices_account, "account_edit"))
    assert 'name="deviation-mentoraat"' in page.text
    assert "Leg de afwijking bij Mentoraat uit." in as_alice.get(url(scene.alices_account, "account_review")).text
    data = posted(scene.alices_account, **{"deviation-mentoraat": "Meer uren."})
    entry.reverse(world.bob, "Verkeerde school.")
    assert as_alice.post(url(scene.alices_account, "account_edit"), data).status_code == 302
    assert anew(scene.alices_account).writable()["deviation-mentoraat"] == "Meer uren."
    assert "Meer uren." in as_alice.get(url(scene.alices_account, "account_edit")).text


def test_a_text_for_which_there_is_no_place_is_shown_and_not_thrown_away(world, scene, as_alice):
    answer = as_alice.post(
        url(scene.alices_account, "account_edit"), posted(scene.alices_account, **{"done-weg": "Mijn lange tekst."})
    )
    assert answer.status_code == 422 and "Mijn lange tekst." in answer.text


def test_what_is_still_missing_leads_to_its_field(world, scene, as_bob):
    account = scene.alices_account
    account.texts.all().delete()
    account.deviations.all().delete()
    Fund.objects.filter(pk=scene.fund.pk).update(needs_statement=True)
    account.statements.update(replaced=True)
    Budget.objects.filter(school=world.school, school_year=LAST).update(state="draft", adopted_at=None)
    edit = as_bob.get(url(account, "account_edit")).text
    missing = anew(account).missing()
    assert len(missing) == 4
    for address in (each.url for each in missing):
        assert f'href="{address}"' in as_bob.get(url(account)).text
        assert f'href="{address}"' in as_bob.get(url(account, "account_review")).text
        page, _, field = address.partition("#")
        assert as_bob.get(page).status_code == 200
        assert not field or f'id="{field}"' in edit


def test_a_deviation_that_is_explained_is_no_longer_asked_for(world, scene, as_bob):
    account = scene.alices_account
    money.book(world.alice, scene.alices_entry.line, -20_000_00, datetime.date(LAST, 12, 1), "Terug")
    assert "uitleg nodig" in as_bob.get(url(account)).text
    assert " uitgelegd</span>" not in as_bob.get(url(account)).text
    name = next(key for key in anew(account).standing() if key.startswith("deviation-"))
    as_bob.post(url(account, "account_edit"), posted(account, **{name: "De mentor was ziek."}))
    for address in (url(account), url(account, "account_review"), url(account, "account_edit")):
        page = as_bob.get(address).text
        assert "uitleg nodig" not in page and " uitgelegd</span>" in page


def test_last_years_texts_stand_beside_the_fields(world, scene, as_carla):
    now = money.account(world, world.carla, world.other_school, scene.this)
    assert anew(now).last_year()["general"] == "Zo is het gegaan."
    page = as_carla.get(url(now, "account_edit")).text
    assert "Tekst van 2025-2026" in page and "Zo is het gegaan." in page


# The auditor's statement ----------------------------------------------------------------------------------------------


def upload(name="verklaring.pdf", content=PDF):
    return {"file": SimpleUploadedFile(name, content, "application/pdf")}


def test_the_statement_is_attached_replaced_and_given_out_as_an_attachment(world, scene, as_bob, as_dirk, as_petra):
    account = scene.alices_account
    as_bob.post(url(account, "account_statement"), upload())
    as_bob.post(url(account, "account_statement"), upload("nieuwer.pdf", PDF + b"\n"))
    first, second = AuditorStatement.objects.order_by("pk")
    assert (first.replaced, second.replaced) == (True, False)
    where = reverse("finance:account_statement_download", args=[second.token])
    given = as_dirk.get(where)
    assert given.getvalue() == PDF + b"\n"
    assert given["Content-Disposition"].startswith("attachment") and given["X-Content-Type-Options"] == "nosniff"
    assert as_petra.get(where).status_code == 404  # a draft is the school's own
    assert "nieuwer.pdf" in as_bob.get(url(account, "account_edit")).text


def test_what_is_no_statement_is_refused_in_words(world, scene, as_bob):
    before = list(AuditorStatement.objects.values_list("pk", "replaced"))
    answer = as_bob.post(url(scene.alices_account, "account_statement"), upload("x.pdf", b"<html>"), follow=True)
    assert "is geen PDF" in answer.text
    answer = as_bob.post(url(scene.alices_account, "account_statement"), {}, follow=True)
    assert "Kies eerst een bestand." in answer.text
    assert list(AuditorStatement.objects.values_list("pk", "replaced")) == before


# Handing in -----------------------------------------------------------------------------------------------------------


def submitted(world, scene, client):
    page = client.get(url(scene.alices_account, "account_review"))
    key = page.context["form"].initial["key"]
    answer = client.post(url(scene.alices_account, "account_submit"), {"key": key})
    assert answer.status_code == 302
    return key


def test_handing_in_seals_and_tells_both_sides(world, scene, as_alice, as_bob, as_petra):
    assert "Alleen de directeur" in as_bob.get(url(scene.alices_account, "account_review")).text
    key = submitted(world, scene, as_alice)
    again = as_alice.post(url(scene.alices_account, "account_submit"), {"key": key})
    assert again.status_code == 302
    account = anew(scene.alices_account)
    seal = account.seals.get()
    page = as_petra.get(url(account)).text
    assert seal.seal in page and "Goedkeuren" in page
    mails = {m.to: m.body for m in Message.objects.filter(key__startswith="account-sealed") if str(seal.pk) in m.key}
    assert {"petra@voorbeeld.nl", "bea@voorbeeld.nl", "alice@voorbeeld.nl"} <= set(mails)
    assert all(seal.seal in body for body in mails.values())
    assert as_alice.post(url(account, "account_submit"), {"key": "geen"}).status_code == 400


def test_what_is_missing_is_said_and_stops_it(world, scene, as_alice):
    standing = anew(scene.alices_account).standing()
    anew(scene.alices_account).save_content(world.alice, {"done-other": " "}, bases_of(standing))
    page = as_alice.get(url(scene.alices_account, "account_review"))
    assert "Leg bij" in page.text and "Verantwoording indienen" not in page.text
    answer = as_alice.post(url(scene.alices_account, "account_submit"), {"key": str(uuid.uuid4())}, follow=True)
    assert "Leg bij" in answer.text and anew(scene.alices_account).is_draft


def test_the_year_must_be_over(world, scene, as_carla):
    now = money.account(world, world.carla, world.other_school, scene.this)
    assert "loopt nog" in as_carla.get(url(now)).text
    answer = as_carla.post(url(now, "account_submit"), {"key": str(uuid.uuid4())}, follow=True)
    assert "nog niet voorbij" in answer.text


def test_the_seal_file_is_checked_with_nothing_but_sha256(world, scene, as_alice, as_petra):
    submitted(world, scene, as_alice)
    seal = anew(scene.alices_account).seals.get()
    given = as_petra.get(reverse("finance:account_seal_download", args=[scene.alices_account.pk, 1]))
    archive = zipfile.ZipFile(io.BytesIO(given.content))
    both = archive.read("zout.bin") + archive.read("verantwoording.json")
    assert hashlib.sha256(both).hexdigest() == seal.seal == archive.read("zegel.txt").decode().strip()
    assert seal.seal in archive.read("LEESMIJ.txt").decode()
    assert json.loads(archive.read("verantwoording.json"))["spent"] == 48_000_00


# Nothing changes what was sealed --------------------------------------------------------------------------------------


def test_nothing_that_happens_afterwards_changes_the_page_or_the_document(world, scene, as_alice, as_petra):
    """Refused, or without effect: bookings, corrections, budgets, documents, thresholds, names."""
    entry = scene.alices_entry
    entry.attach(world.alice, SimpleUploadedFile("factuur.pdf", PDF, "application/pdf"), "application/pdf")
    attached = entry.documents.select_related(
        "entry__line__budget__school", "entry__line__budget__partnership", "entry__line__fund"
    ).get()
    as_alice.post(url(scene.alices_account, "account_statement"), upload())
    submitted(world, scene, as_alice)

    def seen():
        account = anew(scene.alices_account)
        seal = account.newest_seal()
        assert seal is not None
        pages = [shown(client.get(url(account)).text) for client in (as_alice, as_petra)]
        return pages, document(account, seal)

    before = seen()
    line = entry.line
    for refused in (
        lambda: money.book(world.alice, line, 5_00, datetime.date(LAST, 12, 1)),
        lambda: entry.reverse(world.alice, "Fout."),
        lambda: Allocation.correct(world.petra, scene.last, world.school, 1_00, "Extra."),
        lambda: Budget.objects.for_page().get(pk=line.budget_id).give_back(world.petra, "Anders."),
        lambda: line.change(world.alice, {"amount_cents": 1}, {}),
        lambda: attached.remove(world.alice),
        lambda: anew(scene.alices_account).attach_statement(
            world.alice, SimpleUploadedFile("x.pdf", PDF + b" "), "application/pdf"
        ),
        lambda: anew(scene.alices_account).save_content(world.alice, {"general": "Anders."}, {}),
    ):
        with pytest.raises(IllegalTransition):
            refused()
    fund = scene.fund
    new = {"threshold_percent": 0, "name": "Anders genoemd", "carry_over": True}
    fund.change(world.petra, new, bases_of(values_of(fund, new)))
    money.category(world, "Mentoraat").rename(world.petra, "Anders")
    Spearhead.objects.update(title="Iets anders", number=9)
    type(world.school).objects.filter(pk=world.school.pk).update(location="Verhuisd")
    Budget.begin(world.alice, world.school, LAST - 1)
    after = seen()
    assert after[1] == before[1]
    for was, now in zip(before[0], after[0], strict=True):
        assert part(now) == part(was)


def part(page: str) -> str:
    """Of the page, from its heading to its end."""
    return page[page.index("<h1") : page.index("</main>")]


def test_when_the_books_say_something_else_the_sealed_figures_stay_and_it_is_said(world, as_alice, as_petra):
    """Carry-over: the year before is approved only after this one was handed in."""
    kept = money.fund(world, "Zwaar", carry_over=True)
    years = [money.fund_year(kept, world, year) for year in (LAST - 1, LAST)]
    made = []
    for year, of in zip((LAST - 1, LAST), years, strict=True):
        money.budget(world, world.alice, world.school, year=year, of=kept, state="adopted", amounts=(10_000_00,))
        made.append(money.account(world, world.alice, world.school, of, state="submitted"))
    sealed = as_alice.get(url(made[1]))
    assert not sealed.context["differs"] and sealed.context["shown"].carried_cents == 0
    made[0].approve(world.petra)
    page = as_petra.get(url(made[1]))
    assert page.context["differs"] and "bij het indienen is verzegeld" in page.text
    assert page.context["shown"].carried_cents == 0
    assert anew(made[1]).figures().carried_cents == 69_000_00


# What the partnership decides -----------------------------------------------------------------------------------------


def test_the_partnership_approves_once(world, scene, as_alice, as_petra, as_aisha):
    submitted(world, scene, as_alice)
    account = scene.alices_account
    assert as_aisha.get(url(account)).status_code == 404
    assert as_alice.post(url(account, "account_approve")).status_code == 403
    as_petra.post(url(account, "account_approve"))
    again = as_petra.post(url(account, "account_approve"), follow=True)
    assert "al goedgekeurd" in again.text
    assert LogEntry.objects.filter(verb="account_state", after="approved", object_id=account.pk).count() == 1
    assert as_aisha.get(url(account)).status_code == 200
    assert (
        Message.objects.filter(key__startswith=f"account-approved-{account.pk}-1", to="alice@voorbeeld.nl").count() == 1
    )


def test_giving_back_needs_a_reason_and_the_seals_stay(world, scene, as_alice, as_petra):
    submitted(world, scene, as_alice)
    account = scene.alices_account
    assert as_petra.post(url(account, "account_give_back"), {"reason": " "}).status_code == 422
    data = {"reason": "Het mentoraat klopt niet."}
    as_petra.post(url(account, "account_give_back"), data)
    twice = as_petra.post(url(account, "account_give_back"), data, follow=True)
    assert "ligt bij de school" in twice.text
    page = as_alice.get(url(account)).text
    assert "Het mentoraat klopt niet." in page and anew(account).seals.get().seal in page
    mail = Message.objects.get(key__startswith=f"account-returned-{account.pk}-1", to="alice@voorbeeld.nl")
    assert "Het mentoraat klopt niet." in mail.body
    assert as_petra.get(url(account)).status_code == 404
    assert "teruggegeven" in as_petra.get(reverse("finance:accounts")).text
    submitted(world, scene, as_alice)
    assert [seal.number for seal in anew(account).seals.all()] == [2, 1]


def test_who_works_at_the_school_does_not_approve_it(world, scene, as_alice, client):
    submitted(world, scene, as_alice)
    factories.member(world.petra, Role.STAFF, school=world.school)
    client.force_login(type(world.petra).objects.get(pk=world.petra.pk))
    assert client.post(url(scene.alices_account, "account_approve")).status_code == 403
    assert client.get(url(scene.alices_account, "account_approve")).status_code == 403
    assert ">Goedkeuren<" not in client.get(url(scene.alices_account)).text


# Tasks ----------------------------------------------------------------------------------------------------------------


def titles(who):
    return [(todo.title, todo.due) for todo in todos_for(type(who).objects.get(pk=who.pk))]


def test_the_school_has_it_among_its_tasks_and_then_the_partnership(world, scene, as_alice):
    due = datetime.date(YEAR, 10, 15)
    assert titles(world.alice) == [("Verantwoording Ondersteuning licht 2025-2026 afmaken en indienen", due)]
    assert titles(world.bob) == titles(world.petra) == titles(world.aisha) == []
    submitted(world, scene, as_alice)
    assert titles(world.alice) == []
    assert titles(world.petra) == [("Verantwoording Ondersteuning licht 2025-2026 beoordelen", None)]
    anew(scene.alices_account).give_back(world.petra, "Nog eens.")
    assert "teruggegeven" in titles(world.alice)[0][0]


def test_an_account_that_was_not_begun_is_a_task_from_the_end_of_the_year(world):
    money.fund_year(money.fund(world), world, YEAR)
    assert titles(world.alice) == []
    money.fund_year(money.fund(world), world, LAST)
    assert "beginnen" in titles(world.alice)[0][0]


def test_many_schools_are_one_task(world):
    of = money.fund_year(money.fund(world), world, LAST)
    for number in range(7):
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number:02}")
        factories.member(world.alice, Role.DIRECTOR, school=school)
        Allocation.correct(world.petra, of, school, 1_00, "Later.")
    with CaptureQueriesContext(connection) as caught:
        todos = todos_for(type(world.alice).objects.get(pk=world.alice.pk))
    assert [todo.title for todo in todos] == ["Verantwoording Ondersteuning licht 2025-2026 beginnen voor 8 scholen"]
    assert len(caught) <= 4  # the person, the roles, and two of ours


# Its document ---------------------------------------------------------------------------------------------------------


def test_the_document_is_made_by_the_worker_and_says_whether_it_is_approved(
    world, scene, as_alice, as_aisha, as_petra, run_worker
):
    account = scene.alices_account
    page = as_alice.get(reverse("reports:account_report", args=[account.pk])).text
    assert "Dien de verantwoording eerst in." in page
    submitted(world, scene, as_alice)
    make = reverse("reports:make_account", args=[account.pk])
    as_alice.post(make)
    run_worker()
    first = Report.objects.get()
    assert first.kind == "account" and first.subject_state == "submitted"
    anew(account).approve(world.petra)
    assert (
        "iets gewijzigd in de verantwoording" in as_petra.get(reverse("reports:account_report", args=[account.pk])).text
    )
    as_petra.post(make)
    run_worker()
    second = Report.objects.get(version=2)
    statuses = [as_aisha.get(reverse("reports:download", args=[each.pk])).status_code for each in (first, second)]
    assert statuses == [404, 200], "an auditor reads what was approved at the making"
    as_petra.post(make)
    assert Report.objects.count() == 2
    anew(account).give_back(world.petra, "Toch niet.")
    page = as_alice.get(reverse("reports:account_report", args=[account.pk]))
    assert page.status_code == 200 and "PDF maken" not in page.text


def test_what_became_a_draft_meanwhile_is_not_made(world, scene, as_alice, run_worker):
    submitted(world, scene, as_alice)
    as_alice.post(reverse("reports:make_account", args=[scene.alices_account.pk]))
    anew(scene.alices_account).give_back(world.petra, "Toch niet.")
    run_worker()
    assert not Report.objects.exists()


# Checking the seals ---------------------------------------------------------------------------------------------------


def verified() -> list[str]:
    out = io.StringIO()
    try:
        call_command("verify_account_seals", stdout=out)
    except CommandError:
        return out.getvalue().splitlines()[:-1]
    return []


def test_the_seals_are_checked_from_the_command_line(world, scene, as_alice):
    as_alice.post(url(scene.alices_account, "account_statement"), upload())
    submitted(world, scene, as_alice)
    scene.fund.change(world.petra, {"name": "Anders"}, bases_of(values_of(scene.fund, {"name": ""})))
    assert verified() == []
    account = FundAccount.objects.filter(pk=scene.alices_account.pk)
    account.update(general="Achteraf.", spent_cents=1)
    assert [line.partition(": ")[2] for line in verified()] == [
        "de bedragen bij de verantwoording wijken af van wat is verzegeld",
        "1 teksten wijken af van wat is verzegeld",
    ]
    statement = AuditorStatement.objects.get()
    with open(statement.file.path, "ab") as stored:
        stored.write(b"!")
    assert any("is veranderd" in line for line in verified())
