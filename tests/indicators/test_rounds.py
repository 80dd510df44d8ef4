"""Making, opening and closing a round, planning a school in it, and beginning without a form."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.models import Assessment, ConversationRound, Participation, Party
from records.models import LogEntry, Message
from schools.models import School
from swvportal.lib.errors import IllegalTransition
from tests import factories

pytestmark = pytest.mark.django_db


def page(client, name, *args):
    response = client.get(reverse(f"indicators:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def new_round(world, **over):
    data = {
        "title": "Najaarsronde",
        "school_year": timezone.localdate().year if timezone.localdate().month > 7 else timezone.localdate().year - 1,
        "indicator_set": world.indicator_set.pk,
        "responsible": world.petra.pk,
        "appointment_at": "2038-03-25T13:30",
        "deadline": "",
        "schools": [world.school.pk, world.other_school.pk],
    }
    return {key: value for key, value in (data | over).items() if value is not None}


def planning(world, **over):
    here = world.participation
    data = {
        "appointment_at": timezone.localtime(here.appointment_at).strftime("%Y-%m-%dT%H:%M"),
        "duration_minutes": 90,
        "location": here.location,
        "deadline": here.deadline.isoformat(),
        "responsible": here.responsible_id,
    }
    return data | over


def in_round(world, number, first=0):
    for i in range(first, number):
        school = factories.school(world.partnership, world.board, f"{i:02d}ZZ", f"School {i:02d}")
        world.round.add_school(
            world.petra, school, responsible=world.petra, appointment_at=timezone.now() + datetime.timedelta(days=i + 9)
        )


# Making a round -------------------------------------------------------------------------------------------------------


def test_petra_makes_a_round_and_the_deadline_is_a_week_before_the_conversation(world, as_petra, as_alice):
    response = as_petra.post(reverse("indicators:round_new"), new_round(world))
    made = ConversationRound.objects.get(title="Najaarsronde")
    assert response.url == made.get_absolute_url()
    assert made.state == "draft"
    assert {p.deadline for p in made.participations.all()} == {datetime.date(2038, 3, 18)}
    assert Assessment.objects.filter(participation__round=made).count() == 4
    assert as_alice.get(made.get_absolute_url()).status_code == 404, "schools see a round once it is open"


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"deadline": "2026-01-01"}, "Deze dag is al geweest."),
        ({"appointment_at": ""}, "Vul de datum van het gesprek in, of de uiterste inleverdatum."),
        ({"deadline": "2038-04-01"}, "De uiterste inleverdatum ligt na het gesprek."),
        ({"schools": None}, "Kies ten minste één school."),
        ({"title": "Voorjaarsronde", "school_year": 2026}, "Er is in dit schooljaar al een ronde met deze titel."),
    ],
)
def test_a_mistake_in_a_new_round_is_named_at_its_field(world, as_petra, over, message):
    response = as_petra.post(reverse("indicators:round_new"), new_round(world, **over))
    assert response.content.decode().count(message) == 2, "in the summary and at the field"
    assert ConversationRound.objects.count() == 1


def test_another_partnerships_school_cannot_be_put_in(world, as_petra):
    elsewhere = factories.school(world.other_partnership, world.board, "99ZZ", "Elders")
    as_petra.post(reverse("indicators:round_new"), new_round(world, schools=[elsewhere.pk]))
    assert ConversationRound.objects.count() == 1


def test_only_the_partnership_makes_rounds(world, as_alice, as_dirk, as_aisha):
    for client in (as_alice, as_dirk, as_aisha):
        assert client.get(reverse("indicators:round_new")).status_code == 403
        assert client.post(reverse("indicators:round_new"), new_round(world)).status_code == 403


def test_schools_go_in_and_out_while_the_round_is_in_preparation(world, as_petra):
    as_petra.post(reverse("indicators:round_new"), new_round(world))
    made = ConversationRound.objects.get(title="Najaarsronde")
    change = {"title": "Herfst", "indicator_set": world.indicator_set.pk, "schools": [world.school.pk], "deadline": ""}
    as_petra.post(reverse("indicators:round_edit", args=[made.pk]), change)
    made.refresh_from_db()
    assert made.title == "Herfst"
    assert [p.school_id for p in made.participations.all()] == [world.school.pk]


def test_a_school_joins_an_open_round_but_none_leaves(world, as_petra):
    change = {"title": "Voorjaarsronde", "schools": [world.other_school.pk], "deadline": "2038-02-01"}
    as_petra.post(reverse("indicators:round_edit", args=[world.round.pk]), change)
    taking_part = set(world.round.participations.values_list("school", flat=True))
    assert taking_part == {world.school.pk, world.other_school.pk}


def test_a_school_that_closed_meanwhile_stays_until_it_is_taken_out(world, as_petra):
    made = ConversationRound.prepare(world.petra, world.indicator_set, school_year=2026, title="Najaarsronde")
    made.add_school(world.petra, world.school, responsible=world.petra, deadline=timezone.localdate())
    School.objects.filter(pk=world.school.pk).update(closed_on=timezone.localdate())
    address = reverse("indicators:round_edit", args=[made.pk])
    form = as_petra.get(address).context["form"]
    as_petra.post(
        address, {"title": "Nieuw", "indicator_set": made.indicator_set_id, "schools": form["schools"].value()}
    )
    assert [p.school_id for p in made.participations.all()] == [world.school.pk]


def test_the_newest_round_stands_first(world, as_petra):
    world.last_year()
    text = page(as_petra, "rounds")
    assert text.index("2026-2027") < text.index("2025-2026")


def test_opening_asks_first_and_then_the_school_sees_the_round(world, as_petra, as_alice, as_carla):
    as_petra.post(reverse("indicators:round_new"), new_round(world))
    made = ConversationRound.objects.get(title="Najaarsronde")
    assert "Ronde openen" in page(as_petra, "open_round", made.pk)
    made.refresh_from_db()
    assert made.state == "draft"
    as_petra.post(reverse("indicators:open_round", args=[made.pk]))
    assert "Najaarsronde" in page(as_alice, "rounds")
    assert world.school.name not in page(as_carla, "round", made.pk)


def test_a_closed_round_says_so_and_stays_as_it_is(world, as_petra):
    assert "nog niet uitgewisseld" in page(as_petra, "close_round", world.round.pk)
    as_petra.post(reverse("indicators:close_round", args=[world.round.pk]))
    assert "Er verandert niets meer" in page(as_petra, "round", world.round.pk)
    as_petra.post(
        reverse("indicators:participation_edit", args=[world.participation.pk]), planning(world, location="X")
    )
    assert Participation.objects.get(pk=world.participation.pk).location == world.participation.location


# The table of a round -------------------------------------------------------------------------------------------------


def test_the_table_shows_whether_forms_are_in_and_never_how_far_they_are(world, as_petra):
    empty = page(as_petra, "round", world.round.pk)
    world.fill("school")
    assert page(as_petra, "round", world.round.pk) == empty
    world.submit("school")
    assert page(as_petra, "round", world.round.pk) != empty


def test_a_late_form_is_called_late(world, as_petra):
    world.pass_deadline()
    assert "1 dag te laat" in page(as_petra, "round", world.round.pk)


def test_the_table_costs_as_many_queries_for_eighty_schools_as_for_eight(
    world, as_petra, django_assert_num_queries, django_assert_max_num_queries
):
    in_round(world, 7)
    with django_assert_max_num_queries(8) as few:
        page(as_petra, "round", world.round.pk)
    in_round(world, 79, first=7)
    with django_assert_num_queries(len(few)):
        page(as_petra, "round", world.round.pk)


@pytest.mark.parametrize("name", ["rounds", "round_edit"])
def test_the_other_pages_cost_the_same_for_more_schools(
    world, as_petra, name, django_assert_num_queries, django_assert_max_num_queries
):
    args = [world.round.pk] if name == "round_edit" else []
    in_round(world, 7)
    with django_assert_max_num_queries(8) as few:
        page(as_petra, name, *args)
    in_round(world, 79, first=7)
    with django_assert_num_queries(len(few)):
        page(as_petra, name, *args)


# A school in a round --------------------------------------------------------------------------------------------------


def test_both_parties_see_each_others_seal_but_not_each_others_name(world, as_alice, as_petra):
    seal = world.fill("school") and world.submit("school").seal
    for client in (as_alice, as_petra):
        assert seal[:8] in page(client, "participation", world.participation.pk)
    assert "door Alice" in page(as_alice, "participation", world.participation.pk)
    assert "door Alice" not in page(as_petra, "participation", world.participation.pk)


def test_the_page_is_the_same_whatever_the_other_party_has_typed(world, as_alice):
    before = page(as_alice, "participation", world.participation.pk)
    world.fill("partnership", "p")
    assert page(as_alice, "participation", world.participation.pk) == before


def test_after_the_exchange_the_page_leads_to_the_comparison(world, as_alice, as_dirk, as_aisha):
    address = reverse("indicators:participation", args=[world.participation.pk])
    assert as_aisha.get(address).status_code == 404, "an auditor sees what was exchanged"
    world.exchange()
    for client in (as_alice, as_dirk, as_aisha):
        assert reverse("indicators:comparison", args=[world.participation.pk]) in client.get(address).content.decode()


def test_an_outsider_finds_no_participation(world, as_otto, as_carla):
    for client in (as_otto, as_carla):
        for name in ("participation", "participation_edit", "start_without"):
            assert client.get(reverse(f"indicators:{name}", args=[world.participation.pk])).status_code == 404


def test_a_new_appointment_moves_the_deadline_and_both_parties_are_told(world, as_petra):
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    as_petra.post(address, planning(world, appointment_at="2038-04-08T10:00", location="Kamer 3"))
    here = Participation.objects.get(pk=world.participation.pk)
    assert here.deadline == datetime.date(2038, 4, 1)
    told = Message.objects.filter(key__startswith="planned-")
    assert {message.to for message in told} == {world.alice.email, world.petra.email}
    assert all("donderdag 8 april 2038, 10.00 uur" in message.body for message in told)
    logged = LogEntry.objects.filter(object_id=here.pk, verb="deadline_changed").get()
    assert logged.after == "2038-04-01"
    assert not LogEntry.objects.filter(after__contains="Kamer").exists()
    history = page(as_petra, "participation_edit", here.pk)
    assert "Petra wijzigde" in history
    assert "in donderdag 8 april 2038, 10.00 uur" in history


def test_a_deadline_of_ones_own_stays(world, as_petra):
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    as_petra.post(address, planning(world, appointment_at="2038-04-08T10:00", deadline="2038-04-06"))
    assert Participation.objects.get(pk=world.participation.pk).deadline == datetime.date(2038, 4, 6)


def test_nobody_brings_the_deadline_to_a_day_that_has_passed(world, as_petra):
    """Or the partnership would read the school's form the same minute, without handing in its own."""
    world.fill("school")
    world.submit("school")
    before = world.participation.deadline
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    answer = as_petra.post(address, planning(world, deadline=yesterday.isoformat()))
    assert "Deze dag is al geweest" in answer.content.decode()
    with pytest.raises(IllegalTransition):
        world.participation.plan(world.petra, responsible=world.petra, appointment_at=None, deadline=yesterday)
    assert Participation.objects.get(pk=world.participation.pk).deadline == before
    assert as_petra.get(reverse("indicators:form", args=[world.participation.pk, Party.SCHOOL])).status_code == 404


def test_an_earlier_appointment_leaves_at_least_today_for_the_forms(world, as_petra):
    soon = timezone.localtime() + datetime.timedelta(days=2)
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    as_petra.post(address, planning(world, appointment_at=soon.strftime("%Y-%m-%dT%H:%M")))
    here = Participation.objects.get(pk=world.participation.pk)
    assert (here.deadline, here.is_past_deadline()) == (timezone.localdate(), False)


def test_a_deadline_that_passed_by_itself_may_stay(world, as_petra):
    world.pass_deadline()
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    as_petra.post(address, planning(world, location="Kamer 3", deadline=world.participation.deadline.isoformat()))
    assert Participation.objects.get(pk=world.participation.pk).location == "Kamer 3"


def test_saving_without_a_change_mails_nobody(world, as_petra):
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    as_petra.post(address, planning(world, location="Kamer 3"))
    told = Message.objects.count()
    as_petra.post(address, planning(world, location="Kamer 3"))
    assert Message.objects.count() == told


def test_the_responsible_must_work_for_the_partnership(world, as_petra):
    address = reverse("indicators:participation_edit", args=[world.participation.pk])
    response = as_petra.post(address, planning(world, responsible=world.otto.pk))
    assert "notice-error" in response.content.decode()
    assert Participation.objects.get(pk=world.participation.pk).responsible_id == world.petra.pk


def test_the_school_does_not_plan(world, as_alice, as_dirk):
    for client in (as_alice, as_dirk):
        assert client.get(reverse("indicators:participation_edit", args=[world.participation.pk])).status_code == 403


# Beginning without a form ---------------------------------------------------------------------------------------------


def test_petra_begins_without_the_school_after_the_deadline_with_a_reason(world, as_petra, as_alice):
    world.fill("partnership")
    world.submit("partnership")
    address = reverse("indicators:start_without", args=[world.participation.pk])
    assert as_petra.get(address).status_code == 302, "not before the deadline"
    world.pass_deadline()
    assert "Beginnen zonder het formulier van de school" in as_petra.get(address).content.decode()
    assert "Vul een reden in" in as_petra.post(address, {"reason": " "}).content.decode()
    response = as_petra.post(address, {"reason": "De directeur is ziek."})
    assert response.url == reverse("indicators:comparison", args=[world.participation.pk])
    assert "De directeur is ziek." in page(as_alice, "participation", world.participation.pk)


def test_beginning_without_is_the_partnerships_alone(world, as_alice, as_dirk):
    world.pass_deadline()
    for client in (as_alice, as_dirk):
        address = reverse("indicators:start_without", args=[world.participation.pk])
        assert client.post(address, {"reason": "Nee"}).status_code == 403


def test_somebody_on_both_sides_is_on_the_schools_side(world, client):
    factories.member(world.petra, factories.Role.DIRECTOR, school=world.school)
    world.fill("school", by=world.alice)
    world.form("school").submit(world.alice, factories.uuid.uuid4())
    world.pass_deadline()
    client.force_login(world.petra)
    address = reverse("indicators:start_without", args=[world.participation.pk])
    assert client.post(address, {"reason": "Nee"}).status_code == 403


def test_closed_schools_are_not_offered(world, as_petra):
    School.objects.filter(pk=world.other_school.pk).update(closed_on=timezone.localdate())
    assert world.other_school.name not in page(as_petra, "round_new")
