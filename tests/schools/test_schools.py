"""The list of schools and a school's own page."""

import datetime
import re

import pytest
from django.urls import reverse

from indicators.models import ConversationRound
from schools.models import School
from tests import factories

pytestmark = pytest.mark.django_db


def more_schools(world, last, first=0):
    for i in range(first, last):
        factories.school(world.partnership, world.board, f"{i:02d}ZZ", f"School {i:02d}")


def test_a_director_sees_the_own_school_and_no_other(world, as_alice):
    page = as_alice.get(reverse("schools:list")).content.decode()
    assert world.school.name in page
    assert world.other_school.name not in page


def test_the_partnership_and_the_board_see_every_school_of_theirs(world, as_petra, as_dirk):
    for client in (as_petra, as_dirk):
        page = client.get(reverse("schools:list")).content.decode()
        assert world.school.name in page
        assert world.other_school.name in page


def test_another_partnership_sees_none_of_them(world, as_otto):
    page = as_otto.get(reverse("schools:list")).content.decode()
    assert world.school.name not in page
    assert as_otto.get(reverse("school", args=[world.school.pk])).status_code == 404


def test_the_beheerder_of_a_partnership_without_schools_is_not_sent_to_the_beheerder(world, client):
    nora = factories.user("nora")
    new = factories.partnership("VO9901", "Nieuw")
    factories.member(nora, factories.Role.ADMINISTRATOR, partnership=new)
    client.force_login(nora)
    page = client.get(reverse("schools:list")).content.decode()
    assert "Uw samenwerkingsverband heeft nog geen scholen." in page
    assert "Vraag de beheerder" not in page


def test_a_search_minds_neither_case_nor_accents(world, as_petra):
    School.objects.filter(pk=world.other_school.pk).update(name="Bahûrim")
    page = as_petra.get(reverse("schools:list"), {"q": "BAHURIM"}).content.decode()
    assert "Bahûrim" in page
    assert world.school.name not in page


def test_a_search_without_result_shows_the_way_back(world, as_petra):
    page = as_petra.get(reverse("schools:list"), {"q": "xyz<b>"}).content.decode()
    assert "Geen enkele school past bij" in page
    assert "xyz<b>" not in page


def test_the_list_is_cut_into_pages(world, as_petra):
    more_schools(world, 60)
    first = as_petra.get(reverse("schools:list")).content.decode()
    second = as_petra.get(reverse("schools:list"), {"pagina": 2}).content.decode()
    assert "Bladzijde 1 van 2" in first
    assert "School 59" not in first
    assert "School 59" in second


def test_the_list_costs_as_many_queries_for_eighty_schools_as_for_eight(
    world, as_petra, django_assert_num_queries, django_assert_max_num_queries
):
    more_schools(world, 6)
    with django_assert_max_num_queries(5) as few:
        as_petra.get(reverse("schools:list"))
    more_schools(world, 80, first=6)
    with django_assert_num_queries(len(few)):
        as_petra.get(reverse("schools:list"))


# A school's own page --------------------------------------------------------------------------------------------------


def own_page(client, world):
    response = client.get(reverse("school", args=[world.school.pk]))
    assert response.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_a_schools_page_gathers_its_years(world, as_alice):
    world.last_year()
    page = own_page(as_alice, world)
    assert page.index("2026-2027") < page.index("2025-2026"), "the newest first"
    assert page.count("bekijken<") == 1, "only last year's comparison is open"


def test_a_schools_page_is_the_same_whatever_the_swv_has_typed(world, as_alice):
    before = own_page(as_alice, world)
    world.fill("partnership", "p")
    assert own_page(as_alice, world) == before


def test_colleagues_and_the_partnership_see_who_works_there_an_auditor_does_not(world, as_bob, as_petra, as_aisha):
    for client in (as_bob, as_petra):
        assert "schooldirecteur" in own_page(client, world)
    assert "Bob" not in own_page(as_aisha, world)


def test_an_auditor_sees_a_round_once_it_is_exchanged(world, as_aisha):
    assert "Voorjaarsronde" not in own_page(as_aisha, world)
    world.exchange()
    assert "Voorjaarsronde" in own_page(as_aisha, world)


def test_imported_facts_name_their_source(world, as_alice):
    assert "DUO" not in own_page(as_alice, world)
    School.objects.filter(pk=world.school.pk).update(postcode="3811AA", municipality="Amersfoort")
    assert "DUO" in own_page(as_alice, world)


def test_the_page_costs_the_same_for_more_years(world, as_petra, django_assert_num_queries):
    world.last_year()
    with django_assert_num_queries(14):
        own_page(as_petra, world)
    for year in range(2010, 2020):
        old = ConversationRound.prepare(world.petra, world.indicator_set, school_year=year, title="Ronde")
        old.add_school(world.petra, world.school, responsible=world.petra, deadline=datetime.date(year, 11, 1))
    with django_assert_num_queries(14):
        own_page(as_petra, world)
