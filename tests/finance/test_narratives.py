"""The yearly accountability questions: asking, answering, summing up, and who sees what of it."""

import datetime
import html
import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from finance.models import BoardNarrative, Question, QuestionSet, SchoolNarrative
from finance.todos.narratives import todos_for
from records.models import Message
from schools.models import Board, Role
from swvportal.lib import spreadsheets
from swvportal.lib.merging import Conflict, bases_of
from tests import factories, money
from tests.money import LAST, YEAR


@pytest.fixture
def asked(world):
    return money.question_set(world)


def page(client, name, *args, **query):
    answer = client.get(reverse(f"finance:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def text(shown):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def post(client, name, *args, **data):
    return client.post(reverse(f"finance:{name}", args=args), data, follow=True)


def second_board(world):
    """Another board with a school in the same partnership, its answers submitted."""
    other = Board.objects.create(number="40002", name="Stichting De Kim")
    school = factories.school(world.partnership, other, "88AA", "Het Vreemde")
    erik, fenna = factories.user("erik"), factories.user("fenna")
    factories.member(erik, Role.BOARD_MEMBER, board=other)
    factories.member(fenna, Role.DIRECTOR, school=school)
    made = QuestionSet.begin(erik, other, LAST)
    made.save_content(erik, {"due": datetime.date(LAST + 1, 3, 1)}, bases_of({"due": None}))
    made.publish(erik)
    return erik, fenna, money.narrative(fenna, school, made, state="submitted")


def ten_partnerships(world, asked, *, state="submitted"):
    """The board gets a school in nine more; the codes are not made in their order."""
    found = []
    for number in (9, 1, 8, 2, 7, 3, 6, 4, 5):
        partnership = factories.partnership(f"VO300{number}", f"Samenwerkingsverband {number}")
        school = factories.school(partnership, world.board, f"3{number}AA", f"School {number}")
        director = factories.user(f"directeur{number}")
        factories.member(director, Role.DIRECTOR, school=school)
        money.narrative(director, school, asked, state=state)
        found.append(partnership)
    return found


# Asking ---------------------------------------------------------------------------------------------------------------


def test_a_board_begins_with_the_three_questions_and_next_year_with_a_copy(world, as_dirk):
    assert "U hebt nog geen vragen gesteld" in text(page(as_dirk, "narratives"))
    year = timezone.localdate().year
    post(as_dirk, "question_set_begin", board=world.board.pk, year=year)
    first = QuestionSet.objects.get()
    assert first.questions.count() == 3
    post(as_dirk, "question_add", first.pk, text="Wat kostte het?")
    post(as_dirk, "question_set_begin", board=world.board.pk, year=year + 1)
    second = QuestionSet.objects.get(year=year + 1)
    assert [q.key for q in second.questions.all()] == [q.key for q in first.questions.all()]
    post(as_dirk, "question_set_begin", board=world.board.pk, year=year + 1)
    assert QuestionSet.objects.count() == 2


def test_questions_are_changed_moved_and_removed_until_they_are_asked(world, as_dirk):
    draft = money.question_set(world, YEAR, published=False)
    first, second, third = draft.questions.all()
    post(as_dirk, "question_move", third.pk, direction="up")
    assert [q.key for q in draft.questions.order_by("position")] == [first.key, third.key, second.key]
    post(as_dirk, "question_move", first.pk, direction="up")  # the first stays where it is
    post(as_dirk, "question_edit", second.pk, text="Anders", bases=json.dumps(bases_of({"text": second.text})))
    assert Question.objects.get(pk=second.pk).text == "Anders"
    assert "Weghalen" in page(as_dirk, "question_remove", third.pk)
    post(as_dirk, "question_remove", third.pk)
    assert list(draft.questions.values_list("key", "position")) == [(first.key, 1), (second.key, 2)]
    late = post(as_dirk, "question_set_publish", draft.pk)
    assert "Kies eerst wanneer" in text(late.content.decode())
    post(as_dirk, "question_set_edit", draft.pk, introduction="Lees dit.", due=f"{YEAR + 1}-03-18")
    assert "donderdag 18 maart" in text(page(as_dirk, "question_set_publish", draft.pk))
    post(as_dirk, "question_set_publish", draft.pk)
    assert not QuestionSet.objects.get(pk=draft.pk).is_draft
    again = post(as_dirk, "question_edit", second.pk, text="Toch anders")
    assert "veranderen niet meer" in text(again.content.decode())
    assert Question.objects.get(pk=second.pk).text == "Anders"


def test_two_who_change_one_question_lose_nothing(world, as_dirk):
    question = money.question_set(world, YEAR, published=False).questions.all()[0]
    bases = bases_of({"text": question.text})
    question.change(world.dirk, {"text": "Van de een"}, bases)
    answer = as_dirk.post(
        reverse("finance:question_edit", args=[question.pk]), {"text": "Van de ander", "bases": json.dumps(bases)}
    )
    assert answer.status_code == 409
    assert "Van de een" in answer.content.decode() and "Van de ander" in answer.content.decode()


def test_the_directors_that_are_asked_get_one_mail_each(world, as_dirk):
    """Nobody else: no staff, no school that closed, none of another board, and once for who leads two schools."""
    draft = money.question_set(world, YEAR, published=False)
    second_board(world)
    closed = factories.school(world.partnership, world.board, "77AA", "Gesloten")
    type(closed).objects.filter(pk=closed.pk).update(closed_on=datetime.date(YEAR, 1, 1))
    gone = factories.user("gerda")
    factories.member(gone, Role.DIRECTOR, school=closed)
    factories.member(
        world.alice, Role.DIRECTOR, school=factories.school(world.partnership, world.board, "78AA", "Twee")
    )
    post(as_dirk, "question_set_edit", draft.pk, introduction="", due=f"{YEAR + 1}-03-18")
    told = Message.objects.filter(key__startswith=f"narrative-asked-{draft.pk}-")
    assert "de directeuren krijgen een e-mail" in text(page(as_dirk, "question_set_publish", draft.pk))
    assert not told.exists()
    for _ in range(2):
        post(as_dirk, "question_set_publish", draft.pk)
    assert sorted(message.to for message in told) == sorted([world.alice.email, world.carla.email])
    mail = told.get(to=world.alice.email)
    assert world.board.name in mail.subject and "Dat kan tot en met donderdag 18 maart" in mail.body
    assert reverse("finance:narratives") in mail.body


def test_who_has_not_submitted_is_reminded_once_a_day(world, as_dirk, asked):
    money.narrative(world.carla, world.other_school, asked, state="submitted")
    before = Message.objects.count()
    assert "1 school krijgt" in text(post(as_dirk, "question_set_remind", asked.pk).content.decode())
    told = Message.objects.filter(key__startswith="narrative-reminder")
    assert [message.to for message in told] == [world.alice.email]
    assert "niemand om te herinneren" in text(post(as_dirk, "question_set_remind", asked.pk).content.decode())
    assert Message.objects.count() == before + 1


def test_the_board_sees_of_a_draft_only_that_it_is_there(world, as_dirk, asked):
    mine = money.narrative(world.alice, world.school, asked)
    shown = text(page(as_dirk, "question_set", asked.pk))
    assert "mee bezig" in shown
    assert "Het Kompas over vraag-1" not in shown
    assert as_dirk.get(mine.get_absolute_url()).status_code == 404


# Answering ------------------------------------------------------------------------------------------------------------


def test_a_school_answers_and_its_director_submits_and_the_board_hears_once(world, as_alice, as_bob, asked):
    post(as_bob, "narrative_begin", school=world.school.pk, question_set=asked.pk)
    mine = SchoolNarrative.objects.get()
    keys = [question.key for question in asked.questions.all()]
    empty = json.dumps(bases_of(dict.fromkeys(keys, "")))
    post(as_bob, "narrative_edit", mine.pk, **{keys[0]: "Eén"}, bases=empty)
    refused = post(as_alice, "narrative_submit", mine.pk)
    assert "Beantwoord eerst elke vraag" in text(refused.content.decode())
    post(as_alice, "narrative_edit", mine.pk, **dict.fromkeys(keys[1:], "Twee"), bases=empty)
    assert SchoolNarrative.objects.for_page().get().standing() == {keys[0]: "Eén", keys[1]: "Twee", keys[2]: "Twee"}
    assert as_bob.post(reverse("finance:narrative_submit", args=[mine.pk])).status_code == 403
    post(as_alice, "narrative_submit", mine.pk)
    post(as_alice, "narrative_submit", mine.pk)
    post(as_alice, "narrative_take_back", mine.pk)
    post(as_alice, "narrative_submit", mine.pk)
    told = Message.objects.filter(key__startswith="narrative-submitted")
    assert [message.to for message in told] == [world.dirk.email]
    assert "Eén" not in told.get().body


def test_two_who_write_at_once_see_both_texts(world, as_bob, asked):
    mine = money.narrative(world.alice, world.school, asked)
    standing = mine.standing()
    bases = bases_of(standing)
    mine.save_content(world.alice, {"vraag-1": "Van Alice"}, bases)
    address = reverse("finance:narrative_edit", args=[mine.pk])
    data = {**standing, "vraag-1": "Van Bob", "bases": json.dumps(bases)}
    answer = as_bob.post(address, data)
    assert answer.status_code == 409
    assert "Van Alice" in answer.content.decode() and "Van Bob" in answer.content.decode()
    by_script = as_bob.post(address, data, headers={"X-Autosave": "1"})
    assert by_script.status_code == 409 and "Van Alice" in by_script.json()["conflicts"]["vraag-1"]
    fine = as_bob.post(address, {"vraag-2": "Los", "bases": json.dumps(bases)}, headers={"X-Autosave": "1"})
    assert fine.status_code == 200
    assert SchoolNarrative.objects.for_page().get(pk=mine.pk).standing()["vraag-2"] == "Los"


def test_last_years_answer_is_put_in_below_what_was_typed(world, as_alice, asked):
    money.narrative(world.alice, world.school, asked, state="submitted")
    this = money.question_set(world, YEAR)
    mine = SchoolNarrative.begin(world.alice, world.school, this)
    shown = page(as_alice, "narrative_edit", mine.pk)
    assert "Het Kompas over vraag-1." in shown and "Overnemen" in shown
    standing = SchoolNarrative.objects.for_page().get(pk=mine.pk).standing()
    data = {**standing, "vraag-1": "Nieuw.", "vraag-2": "Ook bewaard.", "bases": json.dumps(bases_of(standing))}
    post(as_alice, "narrative_edit", mine.pk, **data, take="vraag-1")
    now = SchoolNarrative.objects.for_page().get(pk=mine.pk).standing()
    assert now["vraag-1"] == "Nieuw.\n\nHet Kompas over vraag-1."
    assert now["vraag-2"] == "Ook bewaard."
    post(as_alice, "narrative_edit", mine.pk, **now, bases=json.dumps(bases_of(now)), take="vraag-1")
    assert SchoolNarrative.objects.for_page().get(pk=mine.pk).standing() == now
    long = {**now, "vraag-1": "x" * 9_990, "bases": json.dumps(bases_of(now)), "take": "vraag-1"}
    answer = as_alice.post(reverse("finance:narrative_edit", args=[mine.pk]), long)
    assert answer.status_code == 422 and "x" * 9_990 in answer.content.decode()


def test_nothing_is_taken_back_once_the_board_published(world, as_alice, asked):
    mine = money.narrative(world.alice, world.school, asked, state="submitted")
    assert "Terughalen" in page(as_alice, "narrative", mine.pk)
    money.summary(world, asked, state="published")
    assert "Terughalen" not in page(as_alice, "narrative", mine.pk)
    answer = post(as_alice, "narrative_take_back", mine.pk)
    assert "al gepubliceerd" in text(answer.content.decode())
    assert not SchoolNarrative.objects.get(pk=mine.pk).is_draft


# Summing up -----------------------------------------------------------------------------------------------------------


def test_the_writer_sees_the_answers_marks_them_and_publishes(world, as_dirk, asked):
    given = money.narrative(world.carla, world.other_school, asked, state="submitted")
    money.narrative(world.alice, world.school, asked)
    post(as_dirk, "summary_begin", question_set=asked.pk, partnership=world.partnership.pk)
    made = BoardNarrative.objects.for_page().get()
    shown = text(page(as_dirk, "summary_edit", made.pk))
    assert "De Horizon over vraag-1." in shown and "Het Kompas over" not in shown
    assert "Nog niet ingediend: Het Kompas (mee bezig)" in shown
    assert "0 van 3 antwoorden verwerkt" in shown
    first = given.answers.order_by("question__position")[0]
    (shown_bases,) = re.findall(r'name="bases" value="([^"]*)"', page(as_dirk, "summary_edit", made.pk))
    bases = html.unescape(shown_bases)
    assert json.loads(bases) == bases_of(made.standing())
    answer = post(
        as_dirk, "summary_edit", made.pk, text="Samengevat.", **{f"used-{first.pk}": "on"}, bases=bases, per="school"
    )
    assert "1 van 3 antwoorden verwerkt" in text(answer.content.decode())
    assert answer.redirect_chain[0][0].endswith("?per=school")
    assert [each.pk for each in made.used.all()] == [first.pk]
    assert "1 van 3 antwoorden zijn verwerkt" in text(page(as_dirk, "summary_publish", made.pk))
    post(as_dirk, "summary_publish", made.pk)
    post(as_dirk, "summary_publish", made.pk)
    assert not BoardNarrative.objects.get(pk=made.pk).is_draft
    post(as_dirk, "summary_reopen", made.pk)
    assert BoardNarrative.objects.get(pk=made.pk).is_draft


def test_two_members_mark_different_answers_at_once(world, asked):
    given = money.narrative(world.carla, world.other_school, asked, state="submitted")
    made = money.summary(world, asked)
    one, two, _ = (f"used-{each.pk}" for each in given.answers.order_by("pk"))
    before = made.standing()
    bases = bases_of(before)
    made.save_content(world.dirk, {**before, one: True}, bases)
    made.save_content(world.dirk, {**before, two: True}, bases)
    assert made.used.count() == 2
    made.save_content(world.dirk, {"text": "Een"}, bases)
    with pytest.raises(Conflict):
        made.save_content(world.dirk, {"text": "Twee"}, bases)


def test_an_answer_taken_back_while_somebody_writes_stops_nothing(world, as_dirk, asked):
    given = money.narrative(world.carla, world.other_school, asked, state="submitted")
    made = money.summary(world, asked)
    bases = json.dumps(bases_of(made.standing()))
    key = given.answers.all()[0].pk
    given.take_back(world.carla)
    post(as_dirk, "summary_edit", made.pk, text="Verder", bases=bases, **{f"used-{key}": "on"})
    made.refresh_from_db()
    assert made.text == "Verder" and not made.used.exists()


# Who sees what --------------------------------------------------------------------------------------------------------


def test_a_board_sees_all_its_schools_everywhere_and_nothing_of_another_board(world, as_dirk, asked):
    erik, _, foreign = second_board(world)
    ten_partnerships(world, asked)
    money.narrative(world.carla, world.other_school, asked, state="submitted")
    shown = text(page(as_dirk, "narratives"))
    codes = re.findall(r"VO-\d\d-\d\d", shown)
    assert list(dict.fromkeys(codes)) == ["VO-27-08", *(f"VO-30-0{number}" for number in range(1, 10))]
    for strange in ("Het Vreemde", "De Kim"):
        assert strange not in shown
        assert strange not in text(page(as_dirk, "question_set", asked.pk))
    assert as_dirk.get(foreign.get_absolute_url()).status_code == 404
    assert as_dirk.get(foreign.question_set.get_absolute_url()).status_code == 404
    made = money.summary(world, asked)
    assert "Het Vreemde" not in text(page(as_dirk, "summary_edit", made.pk))
    theirs = Client()
    theirs.force_login(erik)
    assert "De Waaier" not in text(page(theirs, "narratives"))
    for each in (made, asked):
        assert theirs.get(each.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):  # a partnership in which that board has no school
        BoardNarrative.begin(erik, foreign.question_set, world.other_partnership)


def test_a_school_of_another_board_in_the_same_partnership_is_a_stranger(world, asked):
    _, fenna, _ = second_board(world)
    given = money.narrative(world.carla, world.other_school, asked, state="submitted")
    made = money.summary(world, asked, state="published")
    client = Client()
    client.force_login(fenna)
    assert "De Horizon" not in text(page(client, "narratives"))
    for each in (given, made, asked):
        assert client.get(each.get_absolute_url()).status_code == 404


def test_the_office_and_auditors_read_what_was_submitted_and_published(world, as_petra, as_aisha, asked):
    money.narrative(world.carla, world.other_school, asked, state="submitted")
    money.narrative(world.alice, world.school, asked)
    made = money.summary(world, asked)
    for client in (as_petra, as_aisha):
        shown = text(page(client, "narratives"))
        assert "De Horizon" in shown and "Het Kompas" not in shown and "Samenvattingen van besturen" not in shown
    made.publish(world.dirk)
    for client in (as_petra, as_aisha):
        assert "Samenvattingen van besturen" in text(page(client, "narratives"))
        assert "verwerkt" not in text(page(client, "summary", made.pk)).lower()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_board_downloads_all_answers_of_a_year(world, as_dirk, asked, kind):
    _, _, foreign = second_board(world)
    money.narrative(world.carla, world.other_school, asked, state="submitted")
    money.narrative(world.alice, world.school, asked)
    answer = as_dirk.get(reverse("finance:narratives_export", args=[asked.pk, kind]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == spreadsheets.CONTENT_TYPES[kind]
    if kind == "csv":
        said = answer.content.decode("utf-8-sig")
        assert "De Horizon over vraag-1." in said and "VO-27-08" in said
        assert "Het Kompas" not in said and foreign.school.name not in said


# How many queries -----------------------------------------------------------------------------------------------------


def counted(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["alice", "dirk", "petra", "aisha"])
def test_as_many_queries_with_ten_partnerships_and_many_schools_as_with_one(world, who, asked):
    money.narrative(world.carla, world.other_school, asked, state="submitted")
    made = money.summary(world, asked, state="published")
    addresses = [reverse("finance:narratives"), asked.get_absolute_url(), made.get_absolute_url()]
    if who == "dirk":
        made.reopen(world.dirk)
        addresses[2] = reverse("finance:summary_edit", args=[made.pk])
        addresses.append(reverse("reports:narrative_report", args=[asked.pk]))
    client = Client()
    client.force_login(getattr(world, who))
    reads = [each for each in addresses if client.get(each).status_code == 200]
    before = [counted(client, each) for each in reads]
    ten_partnerships(world, asked)
    for number in range(10):
        school = factories.school(world.partnership, world.board, f"5{number}AA", f"Erbij {number}")
        director = factories.user(f"erbij{number}")
        factories.member(director, Role.DIRECTOR, school=school)
        money.narrative(director, school, asked, state="submitted")
    assert [counted(client, each) for each in reads] == before
    assert max(before) < 30


# Mijn taken -----------------------------------------------------------------------------------------------------------


def titles(user):
    return [todo.title for todo in todos_for(user)]


def test_what_a_school_has_to_do(world, asked):
    due = timezone.localdate() + datetime.timedelta(days=20)
    asked.save_content(world.dirk, {"due": due}, bases_of({"due": asked.due}))
    assert titles(world.alice) == titles(world.bob) == [f"Toelichting passend onderwijs {LAST} beginnen"]
    mine = SchoolNarrative.begin(world.alice, world.school, asked)
    assert titles(world.bob) == [f"Toelichting passend onderwijs {LAST} afmaken"]
    money.narrative(world.alice, world.school, asked)
    assert titles(world.alice) == [f"Toelichting passend onderwijs {LAST} nakijken en indienen"]
    assert titles(world.bob) == []
    assert todos_for(world.alice)[0].due == due
    SchoolNarrative.objects.for_page().get(pk=mine.pk).submit(world.alice)
    assert titles(world.alice) == []
    assert titles(world.petra) == []


def test_what_a_board_has_to_do(world, asked):
    due = timezone.localdate() + datetime.timedelta(days=20)
    asked.save_content(world.dirk, {"due": due}, bases_of({"due": asked.due}))
    money.question_set(world, YEAR, published=False)
    draft = f"Vragen aan scholen over {YEAR} uitzetten"
    assert titles(world.dirk) == [draft]
    money.narrative(world.carla, world.other_school, asked, state="submitted")
    assert titles(world.dirk) == [draft]  # Het Kompas has time yet
    money.narrative(world.alice, world.school, asked, state="submitted")
    assert titles(world.dirk) == [draft, f"Samenvatting {LAST} over VO-27-08 schrijven of publiceren"]
    money.summary(world, asked, state="published")
    assert titles(world.dirk) == [draft]


def test_tasks_cost_two_queries_and_many_are_one(world, asked):
    ten_partnerships(world, asked)
    asked.save_content(world.dirk, {"due": timezone.localdate()}, bases_of({"due": asked.due}))
    todos_for(world.dirk)
    for who in (world.dirk, world.alice, world.petra):
        with CaptureQueriesContext(connection) as queries:
            found = todos_for(who)
        assert len(queries) <= 3, who  # one of them asks for the roles
        assert len(found) <= 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("question_set_begin", {}),
        ("question_set_begin", {"board": "x", "year": "2026"}),
        ("narrative_begin", {"school": "\0", "question_set": 2**70}),
        ("summary_begin", {"question_set": "x"}),
    ],
)
def test_what_no_page_posts_is_refused(as_dirk, name, data):
    assert as_dirk.post(reverse(f"finance:{name}"), data).status_code == 400
