"""The lines of a draft: what the form asks, what it refuses, and that nothing typed is lost."""

import json
import re
import uuid

import pytest
from django.urls import reverse

from accounts.models import User
from finance.models import Budget, BudgetLine, Category, Fund
from swvportal.lib.merging import bases_of, values_of
from tests import money, plans
from tests.money import LAST, YEAR
from tests.test_concurrency import together


def text(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def draft(world, **fields):
    money.fund_year(money.fund(world), world)
    return money.budget(world, world.alice, world.school, **fields)


def adding(world, **values):
    """What the page of a new line posts."""
    return {
        "key": str(uuid.uuid4()),
        "fund": money.fund(world).pk,
        "category": money.category(world).pk,
        "description": "Mentoren leerjaar 1",
        "amount_cents": "1.250,50",
        **values,
    }


def add(client, budget, data):
    return client.post(reverse("finance:budget_line_add", args=[budget.pk]), data)


def editing(client, line, **values):
    """The page of this line as somebody has it open, with these changes."""
    page = client.get(reverse("finance:budget_line_edit", args=[line.pk])).content.decode()
    shown = values_of(line, [name for name in BudgetLine.EDITABLE if f'name="{name}"' in page])
    return {
        "fund": line.fund_id,
        "category": line.category_id,
        "spearhead": line.spearhead_id or "",
        "description": line.description,
        "amount_cents": str(line.amount_cents // 100),
        "bases": json.dumps(bases_of(shown)),
        **values,
    }


def edit(client, line, data):
    return client.post(reverse("finance:budget_line_edit", args=[line.pk]), data)


def test_a_line_with_everything(world, as_bob):
    made = draft(world, amounts=())
    head = plans.spearheads(world)[0]
    assert add(as_bob, made, adding(world, fte_hundredths="0,8", spearhead=head.pk)).status_code == 302
    line = money.lines(made)[0]
    assert (line.amount_cents, line.fte_hundredths, line.spearhead) == (1_250_50, 80, head)
    page = as_bob.get(reverse("finance:budget", args=[made.pk]))
    assert "0,8" in text(page)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"amount_cents": ""}, "Vul een bedrag in"),
        ({"amount_cents": "-5"}, "nul of meer"),
        ({"amount_cents": "12.50"}, "komma voor de centen"),
        ({"amount_cents": "999999999999"}, "te groot"),
        ({"fund": ""}, "Kies uit welke geldstroom"),
        ({"category": "0"}, "geldige keuze"),
        ({"description": ""}, "Schrijf op waarvoor"),
        ({"fte_hundredths": "half"}, "bijvoorbeeld 0,8"),
        ({"fte_hundredths": "0,875"}, "bijvoorbeeld 0,8"),
        ({"fte_hundredths": "1001"}, "te groot"),
        ({"fte_hundredths": "²"}, "bijvoorbeeld 0,8"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, as_alice, values, complaint):
    made = draft(world, amounts=())
    answer = add(as_alice, made, adding(world, **{"description": "Iets bijzonders", **values}))
    assert answer.status_code == 422
    assert complaint in text(answer)
    assert "Iets bijzonders" in text(answer) or "description" in values
    assert not made.lines.exists()


def test_an_earmarked_fund_says_what_is_allowed(world, as_alice):
    made = draft(world, amounts=())
    only = [money.category(world, "Professionalisering"), money.category(world, "NT2")]
    training = money.fund(world, "Scholing", earmarked=True, categories=only)
    answer = add(as_alice, made, adding(world, fund=training.pk))
    assert answer.status_code == 422
    assert "Scholing mag alleen worden besteed aan NT2 of Professionalisering." in text(answer)
    assert add(as_alice, made, adding(world, fund=training.pk, category=only[0].pk)).status_code == 302


def test_funds_and_categories_that_ended_are_not_offered_but_stay_where_they_are(world, as_alice):
    made = draft(world, amounts=(1_00,))
    line = money.lines(made)[0]
    Fund.objects.get(pk=line.fund_id).set_ended(world.petra, ended=True)
    Category.objects.get(pk=line.category_id).set_ended(world.petra, ended=True)
    assert add(as_alice, made, adding(world)).status_code == 422
    assert edit(as_alice, line, editing(as_alice, line, description="Anders")).status_code == 302
    assert money.lines(made)[0].description == "Anders"


def test_an_explanation_is_asked_once_the_line_is_over(world, as_alice):
    made = draft(world, amounts=(60_000_00,))
    page = as_alice.get(reverse("finance:budget_line_add", args=[made.pk]))
    assert 'name="explanation"' not in text(page)
    data = adding(world, amount_cents="10.000")
    answer = add(as_alice, made, data)
    assert answer.status_code == 422
    assert "Hiermee begroot u € 1.000 meer uit Ondersteuning licht dan er is" in text(answer)
    assert 'name="explanation"' in text(answer)
    assert made.lines.count() == 1
    assert add(as_alice, made, data | {"explanation": "Het bestuur legt bij."}).status_code == 302
    line = money.lines(made)[1]
    assert line.explanation == "Het bestuur legt bij."
    assert 'name="explanation"' in text(as_alice.get(reverse("finance:budget_line_edit", args=[line.pk])))


def test_a_line_that_became_over_asks_when_it_is_changed(world, as_alice):
    made = draft(world, amounts=(69_000_00,))
    line = money.lines(made)[0]
    answer = edit(as_alice, line, editing(as_alice, line, amount_cents="70.000"))
    assert answer.status_code == 422
    data = editing(as_alice, line, amount_cents="70.000", explanation="Tekort.")
    assert edit(as_alice, line, data).status_code == 302
    assert (money.lines(made)[0].amount_cents, money.lines(made)[0].explanation) == (70_000_00, "Tekort.")


def test_a_page_without_the_explanation_does_not_wipe_it(world, as_alice):
    """A colleague explained while this page, which did not ask, was open."""
    made = draft(world, amounts=(60_000_00,))
    line = money.lines(made)[0]
    data = editing(as_alice, line, description="Anders")
    assert "explanation" not in json.loads(data["bases"])
    line.change(world.bob, {"explanation": "Van Bob."}, {})
    answer = edit(as_alice, line, data)
    assert answer.status_code == 409
    assert "Van Bob." in text(answer)
    assert money.lines(made)[0].explanation == "Van Bob."


def test_an_action_point_under_another_spearhead_is_refused(world, as_alice):
    made = draft(world, amounts=())
    point = plans.plan(world, world.alice, world.school).points.select_related("spearhead").exclude(spearhead=None)[0]
    other = next(head for head in plans.spearheads(world) if head.pk != point.spearhead_id)
    answer = add(as_alice, made, adding(world, action_point=point.pk, spearhead=other.pk))
    assert answer.status_code == 422
    assert "Dit actiepunt valt onder" in text(answer)
    assert add(as_alice, made, adding(world, action_point=point.pk)).status_code == 302
    assert money.lines(made)[0].action_point_id == point.pk


def test_an_action_point_of_another_school_is_not_offered(world, as_alice):
    made = draft(world, amounts=())
    point = plans.plan(world, world.carla, world.other_school, state="adopted", shared=True).points.all()[0]
    assert add(as_alice, made, adding(world, action_point=point.pk)).status_code in {302, 422}
    assert not BudgetLine.objects.filter(action_point=point.pk).exists()


def test_pressed_twice_is_one_line_and_another_content_is_one_more(world, as_alice):
    made = draft(world, amounts=())
    data = adding(world)
    add(as_alice, made, data)
    add(as_alice, made, data)
    assert made.lines.count() == 1
    add(as_alice, made, data | {"description": "Met de terugknop"})
    assert [line.description for line in money.lines(made)] == ["Mentoren leerjaar 1", "Met de terugknop"]


def test_two_people_who_changed_one_field_see_both(world, as_alice, as_bob):
    made = draft(world, amounts=(10_000_00,))
    line = money.lines(made)[0]
    mine, theirs = editing(as_alice, line, amount_cents="11.000"), editing(as_bob, line, amount_cents="12.000")
    assert edit(as_bob, line, theirs).status_code == 302
    answer = edit(as_alice, line, mine)
    assert answer.status_code == 409
    assert "€ 12.000" in text(answer)
    assert "11.000" in text(answer)
    assert money.lines(made)[0].amount_cents == 12_000_00


def test_two_people_in_different_fields_keep_both(world, as_alice, as_bob):
    made = draft(world, amounts=(10_000_00,))
    line = money.lines(made)[0]
    mine, theirs = editing(as_alice, line, amount_cents="11.000"), editing(as_bob, line, description="Van Bob")
    assert edit(as_bob, line, theirs).status_code == edit(as_alice, line, mine).status_code == 302
    after = money.lines(made)[0]
    assert (after.amount_cents, after.description) == (11_000_00, "Van Bob")


def test_removed_by_a_colleague_meanwhile(world, as_alice):
    made = draft(world, amounts=(10_000_00,))
    line = money.lines(made)[0]
    data = editing(as_alice, line, amount_cents="11.000")
    as_alice.post(reverse("finance:budget_line_remove", args=[line.pk]))
    assert edit(as_alice, line, data).status_code == 404
    assert not made.lines.exists()


def test_a_line_with_bookings_stays_and_keeps_its_fund(world, as_alice):
    made = draft(world, amounts=(10_000_00,), state="submitted")
    line = money.lines(made)[0]
    money.book(world.alice, line, 100_00)
    made.take_back(world.alice)
    answer = as_alice.post(reverse("finance:budget_line_remove", args=[line.pk]), follow=True)
    assert "al geboekt" in text(answer)
    lumpsum = money.fund(world, "Lumpsum", source=Fund.Source.BOARD)
    answer = edit(as_alice, line, editing(as_alice, line, fund=lumpsum.pk, description="Typwerk dat blijft"))
    assert answer.status_code == 422
    assert "al geboekt" in text(answer)
    assert "Typwerk dat blijft" in text(answer)


def test_what_stands_firm_is_not_changed(world, as_alice):
    made = draft(world, state="submitted")
    line = money.lines(made)[0]
    answer = as_alice.post(reverse("finance:budget_line_remove", args=[line.pk]), follow=True)
    assert "De regels staan vast" in text(answer)
    assert made.lines.count() == 2


def test_lines_move_within_their_fund(world, as_alice):
    made = draft(world, amounts=(1_00, 2_00, 3_00))
    last = money.lines(made)[2]
    for where in ("op", "op", "op"):
        as_alice.post(reverse("finance:budget_line_move", args=[last.pk]), {"richting": where})
    assert [line.amount_cents for line in money.lines(made)] == [3_00, 1_00, 2_00]
    as_alice.post(reverse("finance:budget_line_move", args=[last.pk]), {"richting": "neer"})
    assert [line.amount_cents for line in money.lines(made)] == [1_00, 3_00, 2_00]
    assert as_alice.post(reverse("finance:budget_line_move", args=[last.pk]), {"richting": "opzij"}).status_code == 400


def test_last_years_lines_are_taken_over_once(world, as_alice):
    money.budget(world, world.alice, world.school, year=LAST, state="adopted")
    made = Budget.begin(world.alice, world.school, YEAR)
    address = reverse("finance:budget", args=[made.pk])
    assert "Regels van vorig jaar overnemen" in text(as_alice.get(address))
    copy = reverse("finance:budget_copy", args=[made.pk])
    assert "2 regels zijn overgenomen" in text(as_alice.post(copy, follow=True))
    assert "stond er al" in text(as_alice.post(copy, follow=True))
    assert made.lines.count() == 2
    assert "Regels van vorig jaar overnemen" not in text(as_alice.get(address))


def test_amounts_and_fte_come_back_as_they_were_typed(world, as_alice):
    made = draft(world, amounts=())
    add(as_alice, made, adding(world, fte_hundredths="1,05"))
    page = as_alice.get(reverse("finance:budget_line_edit", args=[money.lines(made)[0].pk])).content.decode()
    assert re.search(r'name="amount_cents"[^>]*value="1\.250,50"|value="1\.250,50"[^>]*name="amount_cents"', page)
    assert re.search(r'name="fte_hundredths"[^>]*value="1,05"|value="1,05"[^>]*name="fte_hundredths"', page)


# At once --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_once_is_one_line(world):
    made = draft(world, amounts=())
    key, fund, category = uuid.uuid4(), money.fund(world), money.category(world)

    def press():
        here = Budget.objects.get(pk=made.pk)
        who = User.objects.get(pk=world.alice.pk)
        return here.add_line(who, key=key, fund=fund, category=category, description="Een", amount_cents=1).pk

    results = together([press, press, press])
    assert len(set(results)) == 1, results
    assert made.lines.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_change_one_line_at_once(world):
    made = draft(world, amounts=(10_000_00,))
    line = money.lines(made)[0]
    shown = bases_of(values_of(line, BudgetLine.EDITABLE))

    def write(name, **values):
        mine = BudgetLine.objects.for_page().get(pk=line.pk)
        everything = values_of(line, ("description", "amount_cents", "fte_hundredths")) | values
        mine.change(User.objects.get(pk=getattr(world, name).pk), everything, shown)

    results = together([lambda: write("alice", amount_cents=11_000_00), lambda: write("bob", fte_hundredths=80)])
    assert results == [None, None]
    after = money.lines(made)[0]
    assert (after.amount_cents, after.fte_hundredths) == (11_000_00, 80)
    shown = bases_of(values_of(after, BudgetLine.EDITABLE))
    results = together([lambda: write("alice", amount_cents=1), lambda: write("bob", amount_cents=2)])
    assert [type(result).__name__ for result in results].count("Conflict") == 1


@pytest.mark.django_db(transaction=True)
def test_a_line_added_while_the_director_submits(world):
    """Either the line is in what was submitted, or it is refused."""
    made = draft(world, amounts=(1_00,))
    fund, category = money.fund(world), money.category(world)

    def act(what):
        here = Budget.objects.get(pk=made.pk)
        who = User.objects.get(pk=world.alice.pk)
        if what == "submit":
            return here.submit(who)
        return here.add_line(who, fund=fund, category=category, description="Laat", amount_cents=70_000_00)

    results = together([lambda: act("submit"), lambda: act("add")])
    state, lines = Budget.objects.get(pk=made.pk).state, made.lines.count()
    refused = [type(result).__name__ for result in results].count("IllegalTransition")
    assert refused == 1, results
    assert (state, lines) in {("submitted", 1), ("draft", 2)}


def test_the_form_says_what_is_free_and_when_an_explanation_is_needed(world, as_alice):
    made = draft(world, amounts=(30_000_00, 40_000_00))
    money.fund(world, "Lumpsum", source=Fund.Source.BOARD)
    shown = text(as_alice.get(reverse("finance:budget_line_add", args=[made.pk])))
    assert "Nog vrij: Ondersteuning licht € 0." in shown
    first, second = money.lines(made)
    page = text(as_alice.get(reverse("finance:budget_line_edit", args=[second.pk])))
    assert "Nog vrij zonder deze regel: Ondersteuning licht € 39.000." in page
    assert 'Toelichting <span class="optional">(als u meer begroot dan er is)</span>' in page
    assert "Toelichting" not in text(as_alice.get(reverse("finance:budget_line_edit", args=[first.pk])))
