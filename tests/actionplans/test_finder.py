"""Which school offers what: for who is signed in, and for visitors where the partnership opened its profiles."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from actionplans.models import ItemState, SupportProfile
from actionplans.passages import hits, passage, pieces
from schools.models import Partnership, Role, School
from swvportal.lib.folding import fold
from tests import factories, plans
from tests.factories import World


def search(client: Client, **query: str) -> str:
    response = client.get(reverse("actionplans:finder"), query)
    assert response.status_code == 200
    return response.content.decode()


def public(world: World, school: School | None = None) -> str:
    if school is None:
        return reverse("actionplans:public_finder", args=[world.partnership.code])
    return reverse("actionplans:public_profile", args=[world.partnership.code, school.code])


@pytest.fixture
def published(world: World) -> SupportProfile:
    """Carla's school has a Huiskamer for pupils with autism; Alice's writes and has not published."""
    draft = plans.profile(world, world.carla, world.other_school)
    draft.add_provision(
        world.carla,
        name="Huiskamer",
        description="Een rustige plek, ook in de pauze. Begeleiding door een coördinator.",
        places=12,
        target_groups=[item for item in draft.catalogue.items.all() if item.name == plans.GROUPS[0]],
    )
    plans.save(draft, world.carla, limits="Wij bieden geen verpleging.", expertise="Twee remedial teachers <b>.")
    plans.profile(world, world.alice, world.school, description="Ook bij ons een huiskamer.")
    return plans.profile(world, world.carla, world.other_school, state="published")


@pytest.mark.usefixtures("published")
def test_a_word_finds_the_school_and_shows_where_it_stands(world: World, as_alice: Client) -> None:
    page = search(as_alice, q="COORDINATOR rustige")
    assert world.other_school.name in page
    assert "<mark>coördinator</mark>" in page
    assert "<mark>rustige</mark>" in page
    assert "12 plaatsen; voor Leerlingen met autisme" in page
    assert "1 school" in page


@pytest.mark.usefixtures("published")
def test_no_blank_stands_before_a_bracket(as_alice: Client) -> None:
    page = search(as_alice, q="mentoraat")
    assert "(aanwezig)</span>" in page


@pytest.mark.usefixtures("published")
def test_next_years_profile_stands_beside_this_years(world: World, as_alice: Client) -> None:
    """Who publishes early hides nothing."""
    Partnership.objects.filter(pk=world.partnership.pk).update(profiles_public=True)
    coming = SupportProfile.begin(world.carla, world.other_school, plans.YEAR + 1)
    plans.save(coming, world.carla, description="Volgend jaar anders.")
    page = Client().get(public(world, world.other_school)).content.decode()
    assert "lees het nieuwe profiel" not in page
    plans.bring_profile(coming, world.carla, "published")
    found = search(as_alice, q="huiskamer")
    assert f"profiel {plans.YEAR}-{plans.YEAR + 1}" in found
    assert coming.get_absolute_url() in found
    assert "Volgend jaar anders." not in search(as_alice)
    address = public(world, world.other_school)
    assert f"{address}?jaar={plans.YEAR + 1}" in Client().get(public(world)).content.decode()
    page = Client().get(address).content.decode()
    assert "Volgend jaar anders." not in page
    assert f'Vanaf 2027-2028: <a href="?jaar={plans.YEAR + 1}">lees het nieuwe profiel</a>' in page
    assert "Volgend jaar anders." in Client().get(address, {"jaar": plans.YEAR + 1}).content.decode()
    assert "Volgend jaar anders." not in Client().get(address, {"jaar": "x"}).content.decode()


def test_a_first_profile_of_next_year_is_found_at_once(world: World, as_alice: Client) -> None:
    plans.profile(world, world.carla, world.other_school, year=plans.YEAR + 1, state="published")
    page = search(as_alice)
    assert world.other_school.name in page
    assert "lees het nieuwe profiel" not in page


@pytest.mark.usefixtures("published")
def test_only_published_profiles_are_searched_for_everybody(world: World, as_alice: Client, as_petra: Client) -> None:
    """Also by Alice herself, whose own draft has a huiskamer too."""
    for client in (as_alice, as_petra):
        page = search(client, q="huiskamer")
        assert "Ook bij ons een" not in page
        assert "1 school<" in page
    assert "Ook bij ons" not in search(as_alice)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("query", ["verpleging", "huiskamer bestaatniet", "x" * 101])
def test_what_nobody_offers_is_said_so(as_alice: Client, query: str) -> None:
    page = search(as_alice, q=query)
    assert (f"Niets gevonden met “{query}”." if len(query) < 100 else "Geen enkele school biedt dit") in page
    assert "toon alle scholen" in page


@pytest.mark.usefixtures("published")
def test_text_of_a_school_is_never_markup(as_alice: Client) -> None:
    page = search(as_alice, q="remedial")
    assert "&lt;b&gt;" in page
    assert "teachers <b>" not in page


@pytest.mark.usefixtures("published")
def test_choosing_a_target_group_or_an_item(world: World, as_alice: Client) -> None:
    profile = SupportProfile.objects.get(school=world.other_school)
    for row in profile.items.select_related("item"):
        if row.item.key in {"leerlingen-met-een-taalachterstand", "dyslexiebeleid"}:
            type(row).objects.filter(pk=row.pk).update(state=ItemState.ABSENT)
    assert "Huiskamer" in search(as_alice, doelgroep="leerlingen-met-autisme")
    assert "Geen enkele school" in search(as_alice, doelgroep="leerlingen-met-een-taalachterstand")
    assert "Mentoraat" in search(as_alice, onderdeel="mentoraat").partition("gevonden")[2]
    assert "Geen enkele school" in search(as_alice, onderdeel="dyslexiebeleid")
    assert "Niets gevonden" in search(as_alice, onderdeel="mentoraat", q="bestaatniet")
    assert "Dit klopt nog niet" in search(as_alice, onderdeel="bestaat-niet")


def test_the_newest_published_year_of_each_open_school(
    world: World, as_alice: Client, published: SupportProfile
) -> None:
    plans.profile(world, world.alice, world.school, state="published", year=plans.YEAR - 1)
    plans.profile(world, world.carla, world.other_school, year=plans.YEAR + 1)
    page = search(as_alice)
    assert "2 scholen" in page
    assert f"profiel {plans.YEAR - 1}-{plans.YEAR}" in page
    assert f"profiel {plans.YEAR + 1}" not in page
    School.objects.filter(pk=world.school.pk).update(closed_on="2026-08-01")
    assert "1 school<" in search(as_alice)


def test_without_any_published_profile_the_page_says_so(as_alice: Client) -> None:
    assert "Er is nog geen profiel gepubliceerd" in search(as_alice)


def test_a_school_that_moved_is_not_found_with_its_old_profile(
    world: World, as_alice: Client, as_otto: Client, published: SupportProfile
) -> None:
    School.objects.filter(pk=world.other_school.pk).update(partnership=world.other_partnership)
    assert world.other_school.name not in search(as_alice)
    assert world.other_school.name not in search(as_otto)


@pytest.mark.usefixtures("published")
def test_whatever_is_typed_gets_a_page(as_alice: Client) -> None:
    for typed in ("\0", "%", "_", "'\">", "a" * 100, "\u202e", "٣", "  "):
        search(as_alice, q=typed, doelgroep=typed, onderdeel=typed, pagina=typed)
        search(as_alice, q=typed)


# For visitors ---------------------------------------------------------------------------------------------------------


def test_visitors_get_404_until_the_partnership_opens_its_profiles(
    world: World, client: Client, as_otto: Client, as_alice: Client, published: SupportProfile
) -> None:
    for url in (public(world), public(world, world.other_school)):
        assert client.get(url).status_code == 404
        assert as_otto.get(url).status_code == 404
        assert "nog niet openbaar" in as_alice.get(url).content.decode()
    world.partnership.open_profiles(world.bea, public=True)
    for url in (public(world), public(world, world.other_school)):
        assert "nog niet openbaar" not in client.get(url).content.decode()
        assert as_otto.get(url).status_code == 200
    world.partnership.open_profiles(world.bea, public=False)
    assert client.get(public(world)).status_code == 404


@pytest.fixture
def opened(world: World, published: SupportProfile) -> SupportProfile:
    world.partnership.open_profiles(world.bea, public=True)
    return published


@pytest.mark.usefixtures("opened")
def test_visitors_search_and_read_without_a_cookie(world: World, client: Client) -> None:
    found = client.get(public(world), {"q": "huiskamer"})
    page = found.content.decode()
    assert f'href="{public(world, world.other_school)}"' in page
    assert "<mark>Huiskamer</mark>" in page
    assert world.school.name not in page
    assert world.partnership.contact in html.unescape(page)
    read = client.get(public(world, world.other_school))
    assert "Wij bieden geen verpleging." in read.content.decode()
    for response in (found, read):
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=300"
        assert "Cookie" in response["Vary"]
        assert "csrf" not in response.content.decode()


@pytest.mark.usefixtures("opened")
def test_what_somebody_signed_in_reads_is_kept_by_nobody(world: World, as_alice: Client) -> None:
    assert as_alice.get(public(world))["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("opened")
def test_a_public_page_names_nobody_and_leads_to_nothing_behind_the_sign_in(world: World, client: Client) -> None:
    for url in (public(world), public(world, world.other_school)):
        page = client.get(url).content.decode()
        assert not [person.name for person in world.people.values() if person.name in page]
        links = re.findall(r'<a[^>]* href="(/[^"#]*)"', page)
        assert {client.get(link).status_code for link in links if link != "/"} <= {200}


def test_only_what_is_published_is_public(world: World, client: Client, opened: SupportProfile) -> None:
    assert client.get(public(world, world.school)).status_code == 404
    opened.back_to_draft(world.carla)
    assert client.get(public(world, world.other_school)).status_code == 404
    assert world.other_school.name not in client.get(public(world)).content.decode()


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("code", ["02BB", "02BB-01", "-", "99ZZ-00", "02BB-00-", "x"])
def test_a_code_that_is_no_schools(world: World, client: Client, code: str) -> None:
    url = reverse("actionplans:public_profile", args=[world.partnership.code, code])
    assert client.get(url).status_code == 404


@pytest.mark.usefixtures("opened")
def test_the_finder_costs_the_same_with_three_times_as_many_schools(world: World, client: Client) -> None:
    def add(number: int) -> None:
        school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number:02}")
        factories.member(world.carla, Role.DIRECTOR, school=school)
        draft = plans.profile(world, world.carla, school)
        plans.add_provision(draft, world.carla, "Huiskamer", plans.GROUPS[0], places=3)
        plans.profile(world, world.carla, school, state="published")

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    urls = (f"{public(world)}?q=huiskamer", public(world, world.other_school))
    for number in range(30, 33):
        add(number)
    few = [cost(url) for url in urls]
    for number in range(40, 49):
        add(number)
    assert [cost(url) for url in urls] == few
    assert max(few) <= 12


# Passages -------------------------------------------------------------------------------------------------------------

texts = st.text(alphabet=st.sampled_from("aébßcﬁ \n\u0301İ"), max_size=60)
words = st.lists(st.text(alphabet=st.sampled_from("aebsfic"), min_size=1, max_size=3), max_size=3)


@given(texts, words)
def test_pieces_are_the_text_and_mark_what_was_found(text: str, asked: list[str]) -> None:
    found = pieces(text, asked)
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        if piece.marked:
            assert any(word in fold(piece.text) for word in asked)
    assert any(piece.marked for piece in found) == any(word in fold(text) for word in asked)


@given(st.text(max_size=400), st.text(max_size=5))
def test_a_passage_of_any_text_is_short(text: str, word: str) -> None:
    found = passage(text, fold(word).split())
    assert len("".join(piece.text for piece in found)) <= 190


def test_a_passage_begins_and_ends_at_a_word_and_holds_what_was_found() -> None:
    text = "Lang verhaal vooraf. " * 20 + "Hier staat de Coördinator van de school. " + "En nog veel meer. " * 20
    found = passage(text, ["coordinator"])
    assert [piece.text for piece in found if piece.marked] == ["Coördinator"]
    assert (found[0].text, found[-1].text) == ("… ", " …")
    shown = "".join(piece.text for piece in found[1:-1])
    assert f" {shown} " in f" {text} "
    assert hits(text, ["coordinator", "niets"]) == 1
