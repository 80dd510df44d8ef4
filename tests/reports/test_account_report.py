"""The PDF of an account: what it says, and that it passes both standards whatever people typed."""

import re
import uuid

import pytest

from finance.models import AccountText, FundAccount
from reports.account_contents import account_content
from reports.contents import fingerprint
from reports.money_rendering import account_pdf
from swvportal.lib.merging import bases_of
from tests import money
from tests.money import LAST
from tests.reports.test_conversation_report import MADE_AT, ODD, text_of
from tests.reports.test_profile_and_plan import CODE, LONG, check

pytestmark = pytest.mark.django_db


def content_of(account):
    here = FundAccount.objects.for_page().get(pk=account.pk)
    seal = here.newest_seal()
    assert seal is not None
    return account_content(here, seal)


def drawn(account):
    return account_pdf(content_of(account), version=1, code=CODE, made_at=MADE_AT)


def scene(world, text="Zo is het gegaan.", *, amounts=(30_000_00, 20_000_00), spent=(36_000_00, 19_500_00)):
    """Alice's account of a fund that asks for a statement, with one deviation; handed in."""
    strict = money.fund(world, "LWOO", needs_statement=True, carry_over=True)
    last = money.fund_year(strict, world, LAST)
    budget = money.budget(world, world.alice, world.school, year=LAST, of=strict, amounts=amounts, state="adopted")
    for line, cents in zip(money.lines(budget), spent, strict=True):
        money.book(world.alice, line, cents)
    made = money.account(world, world.alice, world.school, last)
    money.statement(world.bob, made)
    standing = made.standing()
    made.save_content(world.alice, dict.fromkeys(standing, text or "x"), bases_of(standing))
    made.submit(world.alice, uuid.uuid4())
    return made


def test_the_same_content_gives_the_same_bytes_and_the_approval_another_document(world):
    made = scene(world)
    first = content_of(made)
    assert fingerprint(first) == fingerprint(content_of(made)) and drawn(made) == drawn(made)
    made.approve(world.petra)
    assert fingerprint(content_of(made)) != fingerprint(first)


def test_what_is_written_past_the_verbs_changes_nothing_either(world):
    made = scene(world)
    before = drawn(made)
    AccountText.objects.update(done="Achteraf", brought="Achteraf")
    FundAccount.objects.filter(pk=made.pk).update(general="Achteraf", spent_cents=1)
    assert drawn(made) == before


@pytest.mark.pdf
def test_the_document_says_what_was_spent_on_what_and_what_it_brought(world, tmp_path):
    made = scene(world, "Er is een studiecoach aangesteld.")
    pdf = drawn(made)
    check(pdf, tmp_path)
    text = text_of(pdf, tmp_path)
    cover, minute, *_ = text.split("\f")
    for said in (
        "Verantwoording",
        "Het Kompas",
        "LWOO, schooljaar 2025-2026",
        "nog niet goedgekeurd",
        "door Alice",
        CODE,
    ):
        assert said in cover
    for said in (
        "Nog niet goedgekeurd.",
        "€ 69.000",
        "€ 55.500",
        "€ 13.500",
        "Mentoraat",
        "+20 %",
        "NT2",
        "-3 %",
        "80 %",
    ):
        assert said.replace(" ", "") in re.sub(r"\s", "", minute), said
    for said in (
        "Er is een studiecoach aangesteld.",
        "Uitleg van afwijkingen",
        "controleverklaring.pdf",
        "Geen speerpunt",
    ):
        assert said in text
    assert all("Nog niet goedgekeurd" in page for page in text.removesuffix("\f").split("\f")[1:])
    made.approve(world.petra)
    approved = text_of(drawn(made), tmp_path)
    assert "nog niet goedgekeurd" not in approved.lower() and "door Petra" in approved


@pytest.mark.pdf
@pytest.mark.parametrize("text", [ODD, LONG[:5000], "w" * 3000, "regel\n\nnog een"])
def test_whatever_people_type_the_document_passes_both_standards(world, tmp_path, text):
    check(drawn(scene(world, text)), tmp_path)


@pytest.mark.pdf
def test_nothing_budgeted_and_nothing_spent_is_a_document_too(world, tmp_path):
    last = money.fund_year(money.fund(world), world, LAST)
    made = money.account(world, world.alice, world.school, last, state="submitted")
    pdf = drawn(made)
    check(pdf, tmp_path)
    assert "niets begroot en niets besteed" in text_of(pdf, tmp_path)
