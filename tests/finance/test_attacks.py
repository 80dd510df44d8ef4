"""What a hostile but signed-in person tries: markup and formulas in every text, files that grow, keys of others."""

import datetime
import io
import json
import re
import uuid
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from accounts.models import User
from actionplans.models import SupportPlan
from finance.forms.spending import BookForm
from finance.ledger import Ledger
from finance.models import (
    AccountSeal,
    Allocation,
    AllocationCorrection,
    Budget,
    BudgetLine,
    Category,
    Expenditure,
    Fund,
    FundAccount,
    FundYear,
    ImportMapping,
    Question,
    QuestionSet,
    SpendingImport,
)
from finance.models.funds import MOST_CENTS
from schools.models import Board, Partnership, School
from swvportal.lib.seal import canonical_bytes, seal_of
from swvportal.lib.spreadsheets import UnreadableFile
from tests import factories, money
from tests.access_table import rows
from tests.factories import PDF
from tests.test_access import address, in_state

MARKUP = "<img src=x onerror=alert(1)>\"'"
RAW = re.compile(r"<img src=x", re.I)
FIRM = {"key", "spearhead_key", "sha256", "state", "file", "content_type", "seal", "code", "brin", "branch", "email"}
FILE = re.compile(r'name="file" value="(?P<value>[^"]*)"')
CHOSEN = re.compile(r'name="chosen" value="(?P<value>[^"]*)"')


def upload(browser, budget, content, name="boekhouding.csv"):
    """The first step of the import."""
    return browser.post(
        reverse("finance:spending_import", args=[budget.pk]), {"file": SimpleUploadedFile(name, content)}
    )


def carried(where, page):
    found = where.search(page.content.decode())
    assert found is not None
    return found["value"]


def lift_triggers() -> None:
    """Gone until the test is rolled back: what the database keeps is not what this is about."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")


def write_everywhere(text: str) -> int:
    """This text at the end of every free text of money, and of the names around it."""
    changed = 0
    around: list[Any] = [School, Board, Partnership, User]
    for model in [*apps.get_app_config("finance").get_models(), *around]:
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices or field.name in FIRM:
                continue
            if isinstance(field, models.SlugField | models.EmailField | models.FileField) or field.unique:
                continue
            most = field.max_length or 10_000
            for row in model._base_manager.exclude(**{field.name: ""}):
                value = getattr(row, field.name)
                if value is not None and field.name != "password":
                    shorter = f"{value}"[: max(0, most - len(text))] + text
                    model._base_manager.filter(pk=row.pk).update(**{field.name: shorter[:most]})
                    changed += 1
    return changed


def write_into_seals(text: str) -> None:
    """The same in what was sealed: pages of what was handed in are made of that alone."""

    def written(value, name=""):
        if isinstance(value, dict):
            return {key: written(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [written(each) for each in value]
        return f"{value}{text}" if isinstance(value, str) and value and name not in FIRM else value

    for seal in AccountSeal.objects.all():
        content = json.dumps(written(seal.sealed_content())).encode()
        AccountSeal.objects.filter(pk=seal.pk).update(content=content)


@pytest.mark.parametrize("state", ["draft", "after"])
def test_markup_in_any_text_stays_text_on_every_page(world, state):
    in_state(world, state)
    only = money.fund(world, "Schoolmaatschappelijk werk", earmarked=True, categories=[money.category(world)])
    asked = [
        (name, address(world, name), expected)
        for name, method, when, expected in rows()
        if method == "GET" and when == state and name.startswith(("finance:", "reports:", "conversations:", "home"))
    ]
    lift_triggers()
    assert only.earmarked and write_everywhere(MARKUP) > 50
    write_into_seals(MARKUP)
    found, seen = [], 0
    for who in ("alice", "dirk", "petra", "aisha"):
        client = Client()
        client.force_login(User.objects.get(pk=getattr(world, who).pk))
        for name, url, expected in asked:
            if expected[who] != "200":
                continue
            response = client.get(url)
            assert response.status_code == 200, url
            if not response["Content-Type"].startswith("text/html"):
                continue
            shown = response.content.decode()
            seen += "&lt;img src=x" in shown
            found += [f"{name}, {who}: {shown[max(0, at.start() - 150) : at.end()]}" for at in RAW.finditer(shown)]
    assert not found, "\n".join(found)
    assert seen > 50


def test_markup_in_a_file_stays_text_in_every_step_of_the_import(world, as_alice):
    in_state(world, "after")
    budget = world.money.alices_budget
    content = f'"Bedrag{MARKUP[:-2]}";"Tekst";"Post{MARKUP[:-2]}"\n"12,50";"Factuur{MARKUP[:-2]}";"P{MARKUP[:-2]}"\n'
    content += f'"fout{MARKUP[:-2]}";"Factuur";"Q"\n'
    pages = [upload(as_alice, budget, content.encode(), name=f"{MARKUP[:-2]}.csv")]
    file = carried(FILE, pages[-1])
    columns = {"file": file, "amount": "0", "description": "1", "post": "2"}
    pages.append(as_alice.post(reverse("finance:spending_import_columns", args=[budget.pk]), columns))
    chosen = carried(CHOSEN, pages[-1])
    line = str(world.money.alices_line.key)
    posts = {"chosen": chosen, "post-0": line, "post-1": line}
    pages.append(as_alice.post(reverse("finance:spending_import_posts", args=[budget.pk]), posts))
    for page in pages:
        assert page.status_code in {200, 422}
        assert "&lt;img src=x" in page.content.decode() and not RAW.search(page.content.decode())


def test_a_small_file_that_repeats_one_text_a_million_times_is_refused_before_it_grows():
    """Half a kilobyte, of which the page would have to carry gigabytes."""
    row = "<table:table-row{}><table:table-cell{}><text:p>{}</text:p></table:table-cell></table:table-row>"
    head = row.format("", ' table:number-columns-repeated="2"', "Kop")
    repeated = row.format(' table:number-rows-repeated="4998"', ' table:number-columns-repeated="200"', "ab " * 300)
    with pytest.raises(UnreadableFile, match="te veel tekst"):
        Ledger.read(SimpleUploadedFile("klein.ods", ods(head + repeated)))


def ods(rows):
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="a">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return stream.getvalue()


# Reading --------------------------------------------------------------------------------------------------------------


def returned_once(world):
    """An account that was handed in with a first statement, given back, handed in with another one and approved."""
    in_state(world, "half")
    account = world.money.alices_account
    first = account.statements.get()
    account.give_back(world.petra, "De verklaring hoort bij een andere school.")
    account.attach_statement(world.alice, SimpleUploadedFile("goed.pdf", PDF + b"2"), "application/pdf")
    account.submit(world.alice, uuid.uuid4())
    account.approve(world.petra)
    return account, first


def test_an_auditor_reads_what_was_approved_and_not_what_was_given_back(world, as_aisha, as_alice, as_petra, as_dirk):
    account, first = returned_once(world)
    earlier = reverse("finance:account_seal_download", args=[account.pk, 1])
    newest = reverse("finance:account_seal_download", args=[account.pk, 2])
    replaced = reverse("finance:account_statement_download", args=[first.token])
    for browser in (as_alice, as_petra, as_dirk):
        assert [browser.get(url).status_code for url in (earlier, newest, replaced)] == [200, 200, 200]
    assert [as_aisha.get(url).status_code for url in (earlier, newest, replaced)] == [404, 200, 404]
    page = as_aisha.get(account.get_absolute_url()).content.decode()
    assert newest in page and earlier not in page


def test_an_auditor_whose_term_has_ended_reads_nothing_of_money(world, as_aisha):
    in_state(world, "after")
    assert as_aisha.get(world.money.alices_account.get_absolute_url()).status_code == 200
    world.aisha.memberships.update(valid_until=datetime.date(2026, 1, 1))
    for name, method, when, expected in rows():
        if (
            method == "GET"
            and when == "after"
            and name.startswith(("finance:", "reports:"))
            and expected["oscar"] == "404"
        ):
            assert as_aisha.get(address(world, name)).status_code == 404, name


def test_what_is_remembered_of_the_school_s_accounts_does_not_grow_for_ever(world):
    in_state(world, "after")
    budget = world.money.alices_budget
    for number in range(10):
        posts = {f"{number}-{post}": "-" for post in range(300)}
        ImportMapping.remember(world.bob, budget, {}, posts)
    known = ImportMapping.objects.get().posts
    assert len(known) == ImportMapping.MOST_POSTS and posts.items() <= known.items()


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_document_with_a_long_name_in_accents_stands_beside_its_booking(world, as_alice):
    in_state(world, "draft")
    entry, name = world.money.alices_entry, f"{'é' * 190}.pdf"
    upload = SimpleUploadedFile(name, PDF + b"3", "application/pdf")
    assert as_alice.post(reverse("finance:document_add", args=[entry.pk]), {"file": upload}).status_code == 302
    assert entry.documents.get(name=name).file.size


def test_what_xml_cannot_hold_stays_out_of_the_word_document(world, as_dirk):
    """Also where it came in with the name of the board."""
    in_state(world, "after")
    lift_triggers()
    write_everywhere("\x01\x0b\ufffe")
    QuestionSet.objects.update(introduction="")
    response = as_dirk.get(reverse("reports:narrative_download", args=[world.money.question_set.pk]))
    assert response.status_code == 200
    assert Document(io.BytesIO(response.content)).paragraphs


# The database ---------------------------------------------------------------------------------------------------------


def refused(change):
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_nothing_is_moved_into_what_was_published_nor_changed_beside_it(world):
    in_state(world, "draft")
    scene = world.money
    statement = scene.alices_account.statements.get()
    made = SpendingImport.objects.for_page().get(budget__school=world.school)
    drafted, published = scene.question_set_draft, scene.question_set
    in_draft = Allocation.objects.filter(fund_year=scene.draft_year)
    later = factories.school(world.partnership, world.board, "03AA", "Later")
    Allocation.objects.create(fund_year=scene.draft_year, school=later, proposed_cents=5, amount_cents=5)
    moves = {
        "an allocation into a published year": lambda: in_draft.filter(school=later).update(fund_year=scene.this),
        "a question into a published set": lambda: drafted.questions.update(question_set=published),
        "a set back to draft": lambda: QuestionSet.objects.filter(pk=published.pk).update(state="draft"),
        "the introduction of a set": lambda: QuestionSet.objects.filter(pk=published.pk).update(introduction="x"),
        "the hash of a statement": lambda: type(statement).objects.update(sha256="0" * 64),
        "the file of a statement": lambda: type(statement).objects.update(file="elders"),
        "a statement": statement.delete,
        "many statements": lambda: type(statement).objects.all()._raw_delete("default"),
        "the hash of an import": lambda: SpendingImport.objects.filter(pk=made.pk).update(sha256="0" * 64),
        "the total of imports": lambda: SpendingImport.objects.update(total_cents=1),
        "an import": lambda: SpendingImport.objects.filter(pk=made.pk)._raw_delete("default"),
    }
    assert [what for what, change in moves.items() if not refused(change)] == []
    made.reverse(world.alice, "Verkeerd bestand.")
    assert refused(lambda: SpendingImport.objects.filter(pk=made.pk).update(reversed_at=None))


def test_nothing_published_booked_or_sealed_is_changed_or_taken_away(world):
    in_state(world, "after")
    scene = world.money
    Allocation.correct(world.petra, scene.this, world.school, 1_00, "Rest.")
    rows = {
        Allocation: {"amount_cents": 1, "proposed_cents": 1, "reason": "x", "school": world.other_school},
        AllocationCorrection: {"delta_cents": 1, "reason": "x"},
        Expenditure: {"amount_cents": 1, "on": None, "description": "x", "reason": "x", "line": scene.carlas_line},
        AccountSeal: {"content": b"{}", "salt": b"x", "seal": "0" * 64, "number": 9},
        Question: {"text": "x", "position": 9},
    }
    for model, fields in rows.items():
        keys = {Allocation: "fund_year__state", Question: "question_set__state"}
        of = model._base_manager.filter(**{keys[model]: "published"} if model in keys else {})
        assert of.exists()
        for name, value in fields.items():
            assert refused(lambda of=of, name=name, value=value: of.update(**{name: value})), (model, name)
        assert refused(lambda of=of: of._raw_delete("default")), model
    for name, value in {"rate_cents": 1, "counted_on": "2020-01-01", "state": "draft", "year": 2199}.items():
        years = FundYear.objects.filter(pk=scene.this.pk)
        assert refused(lambda years=years, name=name, value=value: years.update(**{name: value})), name
    assert refused(
        lambda: Allocation.objects.bulk_update(
            [Allocation(pk=Allocation.objects.filter(fund_year=scene.this)[0].pk, amount_cents=3)], ["amount_cents"]
        )
    )


def verified():
    out = io.StringIO()
    try:
        call_command("verify_account_seals", stdout=out)
    except CommandError:
        return [line.partition(": ")[2] for line in out.getvalue().splitlines()[:-1]]
    return []


def test_whoever_gets_past_the_triggers_is_found_by_the_seals_and_the_log(world):
    account, _ = returned_once(world)
    assert verified() == []
    lift_triggers()

    def found_after(change):
        with transaction.atomic():
            change()
            found = verified()
            transaction.set_rollback(True)
        return found

    seals = AccountSeal.objects.filter(account=account)
    newest = seals.get(number=2)
    forged = newest.sealed_content() | {"spent": 1}
    content = canonical_bytes(forged)

    def forge():
        seals.filter(number=2).update(content=content, seal=seal_of(bytes(newest.salt), content))
        FundAccount.objects.filter(pk=account.pk).update(spent_cents=1)

    assert found_after(lambda: seals.filter(number=2).update(content=content)) == [
        "zegel 2 past niet bij de bewaarde bytes",
        "de bedragen bij de verantwoording wijken af van wat is verzegeld",
    ]
    assert found_after(forge) == ["zegel 2 is een ander dan in het logboek staat"]
    assert "er ontbreekt een zegel" in found_after(lambda: seals.filter(number=2)._raw_delete("default"))
    assert "er ontbreekt een zegel" in found_after(lambda: seals.filter(number=1)._raw_delete("default"))
    sha = account.statements.filter(replaced=False)
    assert found_after(lambda: sha.update(sha256="0" * 64))
    assert found_after(lambda: sha._raw_delete("default"))
    assert found_after(lambda: account.texts.all()[:1].get().__class__.objects.update(done="Anders."))
    assert verified() == []


# Writing --------------------------------------------------------------------------------------------------------------


def elsewhere(world):
    """A fund with its year, and a support plan, of the other partnership."""
    theirs = world.other_partnership
    fund = Fund.begin(world.otto, theirs, name="Geheime geldstroom")
    days = {"counted_on": datetime.date(2025, 10, 1), "account_due": datetime.date(2027, 10, 15)}
    year = FundYear.begin(world.otto, fund, money.YEAR, available_cents=1, **days)
    plan = SupportPlan.begin(world.otto, theirs, title="Geheim plan", first_year=2025, last_year=2028)
    return fund, year, plan.add_spearhead(world.otto, title="Geheim speerpunt")


def test_a_key_of_others_is_no_choice_in_a_budget_line_and_tells_nothing(world, as_alice):
    in_state(world, "draft")
    fund, year, head = elsewhere(world)
    gone = Category.add(world.petra, world.partnership, "Vervallen categorie")
    gone.set_ended(world.petra, ended=True)
    ended = money.fund(world, "Beëindigde geldstroom")
    ended.set_ended(world.petra, ended=True)
    line = world.money.alices_line
    good = {"fund": line.fund_id, "category": line.category_id, "description": "x", "amount_cents": "1"}
    foreign = {
        "fund": [fund.pk, ended.pk],
        "category": [Category.objects.filter(partnership=world.other_partnership)[0].pk, gone.pk],
        "spearhead": [head.pk],
        "action_point": [world.plans.carlas_point.pk],
    }
    before = line.budget.lines.count()
    for url in (
        reverse("finance:budget_line_add", args=[line.budget_id]),
        reverse("finance:budget_line_edit", args=[line.pk]),
    ):
        for field, keys in foreign.items():
            for key in keys:
                response = as_alice.post(url, {**good, field: key})
                assert response.status_code == 422, (url, field)
                assert "Geheim" not in response.content.decode()
    assert line.budget.lines.count() == before
    begin = {"school": world.school.pk, "fund_year": year.pk}
    assert as_alice.post(reverse("finance:account_begin"), begin).status_code == 404
    begin = {"school": world.other_school.pk, "fund_year": world.money.last.pk}
    assert as_alice.post(reverse("finance:account_begin"), begin).status_code in {403, 404}


def test_an_officer_allocates_and_decides_within_the_own_partnership_alone(world, as_petra, as_otto):
    in_state(world, "half")
    fund, year, _ = elsewhere(world)
    scene = world.money
    for browser, names in (
        (as_otto, {"fund_year": scene.this.pk, "allocations_publish": scene.draft_year.pk, "fund_edit": scene.fund.pk}),
        (as_petra, {"fund_year": year.pk, "allocations_publish": year.pk, "fund_edit": fund.pk}),
    ):
        for name, key in names.items():
            assert browser.post(reverse(f"finance:{name}", args=[key])).status_code in {404, 405}
    correct = {"how": "verschil", "amount": "5", "reason": "x", "seen": "0", "step": "confirm"}
    own = reverse("finance:allocation_correct", args=[scene.this.pk, world.school.pk])
    assert as_otto.post(own, correct).status_code == 404
    new = factories.school(world.other_partnership, world.board, "09XX", "Elders")
    assert (
        as_petra.post(reverse("finance:allocation_correct", args=[scene.this.pk, new.pk]), correct).status_code == 404
    )
    assert not AllocationCorrection.objects.exists()
    for name in ("budget_adopt", "budget_give_back"):
        assert (
            as_otto.post(reverse(f"finance:{name}", args=[scene.alices_budget.pk]), {"reason": "x"}).status_code == 404
        )
    for name in ("account_approve", "account_give_back"):
        url = reverse(f"finance:{name}", args=[scene.alices_account.pk])
        assert as_otto.post(url, {"reason": "x"}).status_code == 404


def test_a_school_that_moves_takes_its_own_books_and_leaves_nothing_of_them_with_its_new_partnership(
    world, as_alice, as_petra, as_otto
):
    in_state(world, "after")
    scene = world.money
    School.objects.filter(pk=world.school.pk).update(partnership=world.other_partnership)
    pages = [
        scene.alices_budget.get_absolute_url(),
        scene.alices_line.get_absolute_url(),
        scene.alices_account.get_absolute_url(),
        scene.last.get_absolute_url(),
        scene.fund.get_absolute_url(),
        reverse("finance:budget_entries", args=[scene.alices_budget.pk]),
        reverse("finance:budget_export", args=[scene.alices_budget.pk, "csv"]),
        reverse("finance:account_seal_download", args=[scene.alices_account.pk, 1]),
    ]
    assert [as_alice.get(url).status_code for url in pages] == [200] * len(pages)
    assert [as_petra.get(url).status_code for url in pages] == [200] * len(pages)
    assert [as_otto.get(url).status_code for url in pages] == [404] * len(pages)
    for browser in (as_alice, as_petra, as_otto):
        for name in ("budgets", "accounts", "funds", "flow", "budget_comparison", "narratives"):
            assert browser.get(reverse(f"finance:{name}")).status_code == 200, name
        assert browser.get("/").status_code == 200
    begun = as_alice.post(reverse("finance:budget_begin"), {"school": world.school.pk, "school_year": "2027"})
    assert Budget.objects.get(school_year=2027).partnership_id == world.other_partnership.pk
    assert as_alice.get(begun["Location"]).status_code == 200
    assert as_alice.post(f"{begun['Location']}overnemen/").status_code == 302
    assert as_petra.get(begun["Location"]).status_code == 404


def test_a_school_that_closes_keeps_its_books_and_is_allocated_nothing_new(world, as_alice, as_petra):
    in_state(world, "half")
    scene = world.money
    School.objects.filter(pk=world.school.pk).update(closed_on=datetime.date(2026, 11, 1))
    for page in (scene.alices_budget, scene.alices_line, scene.alices_account):
        assert as_petra.get(page.get_absolute_url()).status_code == 200
        assert as_alice.get(page.get_absolute_url()).status_code == 200
    scene.alices_account.approve(world.petra)
    Allocation.propose(world.petra, scene.draft_year)
    assert not scene.draft_year.allocations.filter(school=world.school).exists()
    assert as_petra.get(reverse("finance:accounts")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1.234,567", None), ("٣", None), ("NaN", None), ("1e9", None), ("Infinity", None), ("--1", None), ("-", None),
        ("0", None), ("-0", None), ("0,00", None), ("1.23", None), ("1,234.56", None), ("100.000.000.000,01", None),
        ("999999999999999", None), ("１２", None), ("1\u00a0234", 1_234_00), ("-0,01", -1), ("€ 12,5-", None),
        ("100.000.000.000", 10**13), ("-100.000.000.000", -(10**13)), (" 1 ", 1_00), ("12,-", 12_00),
    ],
)  # fmt: skip
def test_an_amount_is_what_it_says_or_refused(typed, cents):
    form = BookForm({"key": str(uuid.uuid4()), "amount_cents": typed, "description": "x"})
    assert form.is_valid() == (cents is not None), form.errors
    assert cents is None or form.cleaned_data["amount_cents"] == cents


def test_the_largest_amounts_add_up_on_every_page(world, as_alice, as_petra):
    in_state(world, "half")
    scene = world.money
    budget = scene.alices_budget
    lines = [
        BudgetLine(budget=budget, position=n, fund=scene.fund, category=scene.alices_line.category, description="Groot", amount_cents=MOST_CENTS)
        for n in range(10, Budget.MOST_LINES)
    ]  # fmt: skip
    BudgetLine.objects.bulk_create(lines)
    for line in lines[:50]:
        money.book(world.alice, line, MOST_CENTS, datetime.date(2026, 9, 1) if line.position % 2 else None)
    for browser in (as_alice, as_petra):
        for url in (
            budget.get_absolute_url(),
            reverse("finance:budgets"),
            reverse("finance:flow"),
            reverse("finance:annual"),
            reverse("finance:budget_export", args=[budget.pk, "xlsx"]),
            reverse("finance:budgets_export", args=[2026, "xlsx"]),
            reverse("finance:annual_export", args=[2026, "xlsx"]),
        ):
            assert browser.get(url).status_code == 200, url
