"""Mijn taken: each role lands on something useful, and learns nothing it may not know."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation
from indicators.bijlage8 import ship_to
from indicators.models import ConversationRound, IndicatorSet
from schools.models import ArrangementStatement, Membership, Partnership, School
from swvportal.lib.todo import Todo
from tests import factories

pytestmark = pytest.mark.django_db


def home(client):
    response = client.get(reverse("home"))
    assert response.status_code == 200
    return response


def todos(client) -> list[Todo]:
    found = home(client).context["home"].todos
    assert all(isinstance(todo, Todo) for todo in found)
    return list(found)


def titles(client):
    return [todo.title for todo in todos(client)]


def more_schools(world, last, first=0):
    """Schools of the same board in the same round, Alice directing each of them."""
    for i in range(first, last):
        school = factories.school(world.partnership, world.board, f"{i:02d}ZZ", f"School {i:02d}")
        factories.member(world.alice, factories.Role.DIRECTOR, school=school)
        world.round.add_school(
            world.petra, school, responsible=world.petra, appointment_at=timezone.now() + datetime.timedelta(days=20)
        )


# The school -----------------------------------------------------------------------------------------------------------


def test_alice_is_asked_to_fill_in_and_submit_by_the_deadline(world, as_alice):
    form, arrangements = sorted(todos(as_alice), key=lambda todo: todo.title, reverse=True)
    assert form.title == "Formulier indicatoren invullen en indienen"
    assert form.due == world.participation.deadline
    assert form.note == "Bob vult ook in. Alleen u kunt indienen."
    assert (form.state, form.total) == ("Niet begonnen", None)
    assert arrangements.title == "Aantallen arrangementen doorgeven"
    assert arrangements.due == world.participation.deadline
    page = home(as_alice).content.decode()
    assert "Twee taken voor Het Kompas." in page
    assert "Waar staat deze ronde?" in page


def test_bob_is_told_who_submits(world, as_bob):
    notes = {todo.title: todo.note for todo in todos(as_bob)}
    assert notes["Formulier indicatoren invullen"] == "Alleen Alice kan indienen."


def test_the_deputy_submits_too(world, as_bob, as_alice):
    Membership.objects.filter(user=world.bob).update(deputy=True)
    form = next(todo for todo in todos(as_bob) if "Formulier" in todo.title)
    assert form.note == "U of Alice kan indienen."


def test_progress_counts_what_a_submit_would_accept(world, as_bob):
    world.answer("school", "1A", levels={"vastgelegd": "v", "geimplementeerd": "u"}, by=world.bob)
    world.answer("school", "1B", levels={"vastgelegd": "v"}, by=world.bob)
    world.answer("school", "1C", explanation="Dat weten wij nog niet.", by=world.bob)
    form = next(todo for todo in todos(as_bob) if "Formulier" in todo.title)
    assert (form.done, form.total, form.state) == (2, 12, "2 van 12 indicatoren klaar")
    assert form.action == "Verder invullen"


def test_a_full_form_leads_the_director_to_the_submit(world, as_alice, as_bob):
    world.fill("school")
    assert reverse("indicators:review", args=[world.participation.pk, "school"]) in [t.url for t in todos(as_alice)]
    assert reverse("indicators:form", args=[world.participation.pk, "school"]) in [t.url for t in todos(as_bob)]


def test_what_is_handed_in_is_no_task_any_more(world, as_alice):
    world.fill("school")
    world.submit("school")
    statement = ArrangementStatement.objects.create(
        school=world.school, partnership=world.partnership, school_year=world.round.school_year
    )
    assert titles(as_alice) == ["Aantallen arrangementen doorgeven"]
    statement.hand_in(world.alice)
    assert titles(as_alice) == []
    assert "U hebt nu niets te doen. Het volgende gesprek is op" in home(as_alice).content.decode()


def test_a_late_form_is_late_in_words(world, as_alice):
    world.pass_deadline()
    page = home(as_alice).content.decode()
    assert "Twee zijn te laat." in page
    assert "1 dag te laat" in page


def test_carla_whose_school_takes_no_part_is_told_what_comes(world, as_carla):
    assert titles(as_carla) == []
    assert "Zodra het samenwerkingsverband een ronde opent, staat zij hier." in home(as_carla).content.decode()


def test_home_is_the_same_whatever_the_swv_has_typed(world, as_alice, as_dirk):
    before = [home(client).content for client in (as_alice, as_dirk)]
    world.fill("partnership", "p")
    assert [home(client).content for client in (as_alice, as_dirk)] == before


# The partnership ------------------------------------------------------------------------------------------------------


def test_petra_fills_in_for_the_schools_she_is_responsible_for_soonest_first(world, as_petra, as_bea):
    soon = timezone.now() + datetime.timedelta(days=10)
    world.round.add_school(world.petra, world.other_school, responsible=world.petra, appointment_at=soon)
    assert titles(as_petra) == [
        "Formulier over De Horizon invullen en indienen",
        "Formulier over Het Kompas invullen en indienen",
    ]
    assert titles(as_bea) == []
    assert "zodra er een ronde open is" not in home(as_bea).content.decode(), "there is one"
    assert "0 van 2 scholen uitgewisseld" in home(as_bea).content.decode()


def test_petra_learns_that_the_school_is_in_and_never_how_far_it_is(world, as_petra):
    before = home(as_petra).content
    world.fill("school")
    assert home(as_petra).content == before
    world.submit("school")
    assert todos(as_petra)[0].note.startswith("De school heeft al ingediend.")


def test_petra_may_begin_without_a_school_that_is_late(world, as_petra):
    world.fill("partnership")
    world.submit("partnership")
    assert titles(as_petra) == []
    world.pass_deadline()
    assert titles(as_petra) == ["Formulier van Het Kompas is niet ingediend: wat doet u?"]


def test_a_conversation_without_a_date_is_planned(world, as_petra):
    world.round.add_school(world.petra, world.other_school, responsible=world.petra, deadline=timezone.localdate())
    assert "Gesprek met De Horizon plannen" in titles(as_petra)


def test_many_conversations_without_a_date_are_one_task(world, as_petra):
    for i in range(6):
        school = factories.school(world.partnership, world.board, f"{i:02d}ZZ", f"School {i:02d}")
        world.round.add_school(world.petra, school, responsible=world.petra, deadline=timezone.localdate())
    planning = [todo for todo in todos(as_petra) if todo.action == "Plannen"]
    assert [(todo.title, todo.url) for todo in planning] == [
        ("Gesprekken plannen met 6 scholen", world.round.get_absolute_url())
    ]


def test_petra_begins_at_the_top_of_a_long_list_and_may_see_all_of_it(world, as_petra):
    more_schools(world, 40)
    page = home(as_petra).content.decode()
    assert page.count('<div class="go">') == 25
    assert "Toon alle 41 taken" in page
    assert as_petra.get("/?toon=alles").content.decode().count('<div class="go">') == 41


def test_schools_of_one_name_are_told_apart(world, as_petra):
    """Real names: eleven locations of one school in one town, each with the same name."""
    assert "16NZ-01" not in home(as_petra).content.decode()
    for branch, street in (("01", "Polderweg 3"), ("02", "Nassaukade 12")):
        school = School.objects.create(
            partnership=world.partnership, board=world.board, brin="16NZ", branch=branch, name="Esprit", street=street
        )
        world.round.add_school(
            world.petra, school, responsible=world.petra, appointment_at=timezone.now() + datetime.timedelta(days=20)
        )
    page = home(as_petra).content.decode()
    assert page.count("16NZ-01, Polderweg 3") == page.count("16NZ-02, Nassaukade 12") == 1
    assert world.school.where not in page, "its name says enough"


def test_a_round_in_preparation_waits_to_be_opened(world, as_petra, as_alice):
    ConversationRound.prepare(world.petra, world.indicator_set, school_year=2026, title="Najaarsronde")
    assert "Najaarsronde 2026-2027 openen" in titles(as_petra)
    assert "Najaarsronde" not in home(as_alice).content.decode()


def test_the_beheerder_of_a_new_partnership_is_led_to_the_first_round(world, client):
    new = Partnership.objects.create(code="VO9901", name="Nieuw")
    nora = factories.user("nora")
    factories.member(nora, factories.Role.ADMINISTRATOR, partnership=new)
    client.force_login(nora)
    assert titles(client) == ["Formulier klaarzetten"]
    draft = IndicatorSet.objects.with_parts().get(pk=ship_to(new).pk)
    assert titles(client) == ["Formulier nakijken en publiceren: versie 1"]
    without = "Zonder gepubliceerd formulier kan er geen ronde zijn."
    assert without in home(client).content.decode()
    draft.publish(nora, draft.flags())
    assert titles(client) == ["Eerste gespreksronde maken"]
    draft.new_version(nora)
    assert "Formulier nakijken en publiceren: versie 2" in titles(client)
    assert without not in home(client).content.decode(), "the first version is there"


def test_somebody_on_both_sides_has_the_schools_tasks_only(world, as_petra):
    factories.member(world.petra, factories.Role.STAFF, school=world.school)
    assert "Formulier indicatoren invullen" in titles(as_petra)
    assert not any("over Het Kompas" in title for title in titles(as_petra))


def test_after_the_exchange_petra_prepares_the_conversation(world, as_petra):
    world.exchange()
    assert titles(as_petra) == ["Gesprek voorbereiden"]


def test_agreements_of_the_last_conversation_only(world, as_alice):
    for participation, text in ((world.last_year(), "Oude afspraak"), (world.exchange(), "Nieuwe afspraak")):
        conversation = Conversation.start(world.petra, participation)
        conversation.agreements.create(text=text, who="Alice")
        page = home(as_alice).content.decode()
        assert text in page, "the last one so far"
    assert "Oude afspraak" not in page


# Who reads ------------------------------------------------------------------------------------------------------------


def test_dirk_sees_how_the_schools_of_his_board_stand(world, as_dirk):
    world.round.add_school(world.petra, world.other_school, responsible=world.petra, deadline=timezone.localdate())
    page = home(as_dirk).content.decode()
    assert "Stand van uw scholen" in page
    assert world.school.name in page
    assert world.other_school.name in page
    assert titles(as_dirk) == []
    assert "Formulier invullen" not in page, "he reads; the schools fill in"


def test_aisha_sees_what_is_new_once_it_is_exchanged(world, as_aisha):
    assert world.school.name not in home(as_aisha).content.decode()
    world.exchange()
    assert f"De formulieren van {world.school.name} zijn uitgewisseld." in home(as_aisha).content.decode()


def test_oscar_the_operator_is_led_to_the_admin(world, as_oscar):
    page = home(as_oscar).content.decode()
    assert reverse("admin:index") in page
    assert world.school.name not in page


def test_somebody_without_a_role_is_told_whom_to_ask(client, world):
    client.force_login(factories.user("nieuw"))
    assert "U hebt nog geen rol" in home(client).content.decode()


def test_otto_sees_nothing_of_another_partnership(world, as_otto):
    world.exchange()
    assert world.school.name not in home(as_otto).content.decode()


# The page -------------------------------------------------------------------------------------------------------------


def test_one_button_stands_out(world, as_alice):
    assert len(re.findall(r"btn-primary", home(as_alice).content.decode())) == 1


@pytest.mark.parametrize("name", ["alice", "petra", "dirk", "aisha", "bea"])
def test_home_costs_as_many_queries_for_eighty_schools_as_for_eight(
    world, client, name, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(getattr(world, name))
    more_schools(world, 7)
    world.exchange()
    with django_assert_max_num_queries(28) as few:
        home(client)
    more_schools(world, 79, first=7)
    with django_assert_num_queries(len(few)):
        home(client)
