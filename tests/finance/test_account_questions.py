"""The partnership asks about an account that was handed in; the school answers; the seal stays."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from finance.models import AccountQuestion, FundAccount
from finance.todos.accounts import todos_for
from records.models import LogEntry, Message
from schools.access import forget_access
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from tests import money

WORDS = "Waarom bleef het mentoraat achter?"


@pytest.fixture
def account(world) -> FundAccount:
    money.set_up(world, "draft")
    money.bring_account(world, world.money.alices_account, world.alice, "submitted")
    return FundAccount.objects.for_page().get(pk=world.money.alices_account.pk)


def ask(client, account, question=WORDS):
    return client.post(reverse("finance:account_ask", args=[account.pk]), {"question": question}, follow=True)


def answer(client, asked, text="De begeleider begon in januari."):
    return client.post(reverse("finance:account_answer", args=[asked.pk]), {"answer": text}, follow=True)


def titles(user) -> list[str]:
    forget_access(user)
    return [todo.title for todo in todos_for(user)]


def test_a_question_and_its_answer_stand_beside_the_sealed_account(world, account, as_petra, as_alice, as_dirk):
    seal = account.newest_seal().seal
    assert "Vraag stellen" in as_petra.get(account.get_absolute_url()).text
    assert "De vraag is gesteld" in ask(as_petra, account).text
    asked = AccountQuestion.objects.get()
    assert any("Vraag over de verantwoording" in title for title in titles(world.alice))
    assert WORDS in as_alice.get(account.get_absolute_url()).text
    assert WORDS in as_alice.get(reverse("finance:account_answer", args=[asked.pk])).text
    assert "nog niet beantwoord" in as_petra.get(reverse("finance:account_approve", args=[account.pk])).text

    assert "Uw antwoord is verstuurd" in answer(as_alice, asked).text
    assert not any("Vraag over" in title for title in titles(world.alice))
    for reader in (as_petra, as_dirk, as_alice):
        page = reader.get(account.get_absolute_url()).text
        assert WORDS in page and "De begeleider begon in januari." in page
    assert "nog niet beantwoord" not in as_petra.get(reverse("finance:account_approve", args=[account.pk])).text
    account.refresh_from_db()
    assert (account.state, account.newest_seal().seal) == ("submitted", seal)


def test_each_side_gets_one_mail(world, account, as_petra, as_alice):
    before = Message.objects.count()
    ask(as_petra, account)
    assert "al gesteld" in ask(as_petra, account).text
    answer(as_alice, AccountQuestion.objects.get())
    assert "al beantwoord" in answer(as_alice, AccountQuestion.objects.get()).text
    told = list(Message.objects.order_by("pk")[before:].values_list("to", flat=True))
    assert sorted(told) == sorted([world.alice.email, world.petra.email, world.bea.email])
    verbs = LogEntry.objects.filter(verb__in=["account_asked", "account_answered"])
    assert sorted(verbs.values_list("verb", flat=True)) == ["account_answered", "account_asked"]


def test_of_two_colleagues_who_answer_one_is_kept_and_the_other_reads_why(world, account, as_petra, as_alice, as_bob):
    ask(as_petra, account)
    asked = AccountQuestion.objects.get()
    answer(as_bob, asked, "Van Bob.")
    late = as_alice.post(reverse("finance:account_answer", args=[asked.pk]), {"answer": "Van Alice."})
    assert late.status_code == 422
    assert "Een collega heeft deze vraag al beantwoord" in late.text and "Van Alice." in late.text
    asked.refresh_from_db()
    assert asked.answer == "Van Bob."


def test_an_empty_question_or_answer_is_refused_in_words(world, account, as_petra, as_alice):
    assert "Vul in wat u wilt weten." in ask(as_petra, account, "  ").text
    ask(as_petra, account)
    assert "Vul een antwoord in." in answer(as_alice, AccountQuestion.objects.get(), " ").text
    assert AccountQuestion.objects.get().answer == ""


def test_only_while_the_partnership_decides(world, account, as_petra, as_alice):
    asked = AccountQuestion.ask(world.petra, account, WORDS)
    account.give_back(world.petra, "Pas het mentoraat aan.")
    with pytest.raises(IllegalTransition):
        AccountQuestion.ask(world.petra, account, "Nog iets?")
    with pytest.raises(IllegalTransition, match="ligt weer bij de school"):
        asked.give_answer(world.alice, "Te vroeg.")
    assert not any("Vraag over" in title for title in titles(world.alice))
    money.bring_account(world, FundAccount.objects.for_page().get(pk=account.pk), world.alice, "approved")
    with pytest.raises(IllegalTransition, match="al goedgekeurd"):
        asked.give_answer(world.alice, "Te laat.")
    refused = as_alice.post(reverse("finance:account_answer", args=[asked.pk]), {"answer": "Te laat."})
    assert refused.status_code == 422 and "Te laat." in refused.text
    assert "Vraag stellen" not in as_petra.get(account.get_absolute_url()).text


def test_nobody_else_asks_answers_or_reads(world, account, as_carla, as_otto, as_aisha, as_alice, as_petra):
    assert ask(as_alice, account).status_code == 403
    ask(as_petra, account)
    asked = AccountQuestion.objects.for_page().get()
    assert answer(as_petra, asked).status_code == 403
    for stranger in (as_carla, as_otto, as_aisha):  # an auditor reads what is approved
        assert answer(stranger, asked).status_code == 404
        assert WORDS not in stranger.get(account.get_absolute_url()).text
    asked.give_answer(world.alice, "Om deze reden.")
    account.approve(world.petra)
    assert "Om deze reden." in as_aisha.get(account.get_absolute_url()).text


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Iets anders"},
        {"answer": "Iets anders"},
        {"asked_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
    ],
)
def test_the_database_keeps_what_was_asked_and_answered(world, account, change):
    asked = AccountQuestion.ask(world.petra, account, WORDS)
    asked.give_answer(world.alice, "Om deze reden.")
    with pytest.raises(AlreadyDone):
        asked.give_answer(world.alice, "Om deze reden.")
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        AccountQuestion.objects.filter(pk=asked.pk).update(**change)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        AccountQuestion.objects.filter(pk=asked.pk)._raw_delete("default")
