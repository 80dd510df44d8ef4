"""The list of profiles, the matrix with its decisions, the provisions and what stops with one of them."""

import csv
import io
import re
from collections.abc import Iterable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans.models import CatalogueItem, ItemState, Provision, SupportCatalogue, SupportDecision, SupportProfile
from records.models import LogEntry
from schools.models import Board, Role, School
from tests import factories, plans
from tests.factories import World

YEAR = plans.YEAR


def get(client: Client, name: str, *args: object, **query: str | int) -> str:
    response = client.get(reverse(f"actionplans:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def set_items(profile: SupportProfile, by: object, **states: str) -> None:
    """Other states for the items of these keys, whatever the state of the profile."""
    for row in profile.items.select_related("item"):
        key = row.item.key.replace("-", "_")
        if key in states:
            type(row).objects.filter(pk=row.pk).update(state=states[key])


def another_school(world: World, number: int, *, state: str = "published", year: int = YEAR) -> School:
    """One more school of the partnership, directed by Carla, with a profile and a provision."""
    school = factories.school(world.partnership, world.board, f"{number:02}ZZ", f"School {number:02}")
    factories.member(world.carla, Role.DIRECTOR, school=school)
    draft = plans.profile(world, world.carla, school, year=year)
    plans.add_provision(draft, world.carla, f"Voorziening {number}", plans.GROUPS[0], places=number)
    plans.profile(world, world.carla, school, state=state, year=year)
    return school


# The list -------------------------------------------------------------------------------------------------------------


def test_the_partnership_sees_how_far_every_school_is_and_reads_no_draft(world: World, as_petra: Client) -> None:
    plans.profile(world, world.alice, world.school)
    plans.profile(world, world.carla, world.other_school, state="published")
    third = factories.school(world.partnership, world.board, "03CC", "De Laatste")
    page = get(as_petra, "profiles")
    assert words_of(page).count("nog niet begonnen") == 1
    assert reverse("actionplans:profile", args=[world.other_school.pk, YEAR]) in page
    assert reverse("actionplans:profile", args=[world.school.pk, YEAR]) not in page
    only = get(as_petra, "profiles", stand="draft")
    assert world.school.name in only
    assert third.name not in only
    assert "1 van 3" in words_of(only)


def test_a_school_sees_its_own_and_an_auditor_what_was_adopted(
    world: World, as_alice: Client, as_aisha: Client
) -> None:
    plans.profile(world, world.alice, world.school)
    plans.profile(world, world.carla, world.other_school, state="adopted")
    own = get(as_alice, "profiles")
    assert reverse("actionplans:profile", args=[world.school.pk, YEAR]) in own
    assert world.other_school.name not in own
    audited = get(as_aisha, "profiles")
    assert world.other_school.name in audited
    assert world.school.name not in audited


def test_an_auditor_of_one_school_gets_that_one(world: World) -> None:
    world.aisha.memberships.all().delete()
    factories.member(
        world.aisha,
        Role.AUDITOR,
        school=world.other_school,
        valid_until=world.participation.deadline.replace(year=2090),
    )
    plans.profile(world, world.alice, world.school, state="published")
    plans.profile(world, world.carla, world.other_school, state="published")
    client = Client()
    client.force_login(world.aisha)
    assert world.school.name not in get(client, "profiles")
    assert world.other_school.name in get(client, "profiles")


def test_a_closed_school_keeps_its_place_in_the_years_of_its_profile(world: World, as_petra: Client) -> None:
    plans.profile(world, world.carla, world.other_school, state="published", year=YEAR - 1)
    School.objects.filter(pk=world.other_school.pk).update(closed_on="2026-08-01")
    assert world.other_school.name not in get(as_petra, "profiles")
    assert world.other_school.name in get(as_petra, "profiles", jaar=YEAR - 1)


def test_nonsense_in_the_address_shows_this_year(world: World, as_petra: Client) -> None:
    for year in ("", "abc", "20260", "٢٠٢٦", "1999"):
        assert f"{YEAR}-{YEAR + 1}" in get(as_petra, "profiles", jaar=year)


def test_a_school_sees_its_own_profile_on_top_and_what_others_published(
    world: World, as_alice: Client, as_dirk: Client
) -> None:
    plans.profile(world, world.alice, world.school)
    plans.profile(world, world.carla, world.other_school, state="published")
    neighbour = another_school(world, 30)
    third = another_school(world, 31)
    SupportProfile.objects.filter(school=third).update(state="adopted", published_at=None)
    for client in (as_alice, as_dirk):
        page = get(client, "profiles").split("<tbody>")[1]
        assert page.index(world.school.name) < page.index(neighbour.name)
        assert (third.name in page) == (client is as_dirk and third.board_id == world.school.board_id)
    assert "1 van 3" not in words_of(get(as_alice, "profiles"))
    assert "Gepubliceerd 2 van 3 scholen" in words_of(get(as_alice, "profiles"))


# The matrix -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(world: World) -> list[School]:
    """Three schools with a published profile: Faalangsttraining at one, Dyslexiebeleid at none, Mentoraat at all."""
    alices = plans.profile(world, world.alice, world.school, state="published")
    carlas = plans.profile(world, world.carla, world.other_school, state="published")
    third = another_school(world, 30)
    set_items(alices, world.alice, faalangsttraining=ItemState.ABSENT, dyslexiebeleid=ItemState.DEVELOPING)
    set_items(carlas, world.carla, faalangsttraining=ItemState.DEVELOPING, dyslexiebeleid=ItemState.ABSENT)
    last = SupportProfile.objects.get(school=third)
    set_items(last, world.carla, dyslexiebeleid="")
    return [world.other_school, world.school, third]


def test_the_matrix_says_who_does_not_count_yet(world: World, as_petra: Client, as_carla: Client) -> None:
    """Only who may know hears which schools those are."""
    plans.profile(world, world.alice, world.school)
    plans.profile(world, world.carla, world.other_school, state="published")
    assert f"Tellen mee 1 van 2 scholen nog niet: {world.school.name}" in words_of(get(as_petra, "matrix"))
    page = words_of(get(as_carla, "matrix"))
    assert "Tellen mee 1 school alle profielen die u kunt lezen" in page
    assert world.school.name not in page
    assert "van de scholen die meetellen" in page


@pytest.mark.usefixtures("three")
def test_the_matrix_says_what_stands_out(as_petra: Client) -> None:
    page = words_of(get(as_petra, "matrix"))
    assert "Tellen mee 3 scholen" in page
    assert "Niemand biedt dit 1" in page
    assert "Eén school 1" in page
    assert "Verschillen 1" in page
    gaps = get(as_petra, "matrix", toon="gaten")
    assert "Dyslexiebeleid" in gaps
    assert "Mentoraat" not in gaps
    risks = get(as_petra, "matrix", toon="risico")
    assert "Faalangsttraining" in risks
    assert "Dyslexiebeleid" not in risks


def test_the_cells_stand_under_their_own_school(world: World, as_petra: Client, three: list[School]) -> None:
    head, *rows = list(csv.reader(io.StringIO(export(as_petra, "vergelijking")), delimiter=";"))
    found = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    training = found["Faalangsttraining"]
    assert [training[f"{school.name} ({school.code})"] for school in three] == [
        "in ontwikkeling",
        "niet aanwezig",
        "aanwezig",
    ]
    assert (training["Aanwezig"], training["Valt op"]) == ("1", "één school")
    assert found["Dyslexiebeleid"]["Valt op"] == "niemand biedt dit"
    assert found["Dyslexiebeleid"][f"{three[2].name} ({three[2].code})"] == "niet ingevuld"


def test_only_profiles_that_one_may_read_count(world: World, as_petra: Client, as_carla: Client) -> None:
    plans.profile(world, world.alice, world.school)
    plans.profile(world, world.carla, world.other_school, state="published")
    assert "Tellen mee 1 van 2 scholen" in words_of(get(as_petra, "matrix"))
    assert world.school.name not in get(as_carla, "matrix")
    plans.profile(world, world.alice, world.school, state="with_mr")
    assert "Tellen mee 2 scholen" in words_of(get(as_petra, "matrix"))
    assert "Tellen mee 1 school" in words_of(get(as_carla, "matrix"))


def test_a_neighbours_unpublished_answer_does_not_leak(world: World, as_alice: Client) -> None:
    """Carla's profile is adopted, not published: Alice sees neither school nor counts of it."""
    plans.profile(world, world.alice, world.school, state="published")
    plans.profile(world, world.carla, world.other_school, state="adopted", items=ItemState.ABSENT)
    page = get(as_alice, "matrix")
    assert world.other_school.name not in page
    assert "1 van 1" in words_of(page)
    assert world.other_school.name not in export(as_alice, "vergelijking")
    assert world.other_school.name not in export(as_alice, "profielen")


def test_year_on_year_by_the_lasting_key_in_a_new_version_of_the_list(world: World, as_petra: Client) -> None:
    plans.profile(world, world.alice, world.school, state="published", year=YEAR - 1, items=ItemState.ABSENT)
    plans.profile(world, world.carla, world.other_school, state="published", year=YEAR - 1, items=ItemState.ABSENT)
    draft = SupportCatalogue.begin(world.bea, world.partnership)
    draft.items.filter(key="mentoraat").update(name="Mentor voor elke leerling")
    draft.add_item(world.bea, kind=CatalogueItem.Kind.BASIC, heading="In de les", name="Time-out", description="")
    draft.publish(world.bea)
    plans.profile(world, world.alice, world.school, state="published")
    plans.profile(world, world.carla, world.other_school, state="published")
    another_school(world, 30)
    page = words_of(get(as_petra, "matrix"))
    assert "Mentor voor elke leerling" in page
    assert "Mentoraat" not in page
    assert "2 scholen meer" in page
    assert "3 scholen meer" not in page, "a school without a profile last year is no change"
    assert page.count("nieuw op de lijst") == 2  # in the table and in the list for narrow screens
    before = words_of(get(as_petra, "matrix", jaar=YEAR - 1))
    assert "Mentoraat" in before
    assert "nog niet mogelijk" in before


def test_the_target_groups_have_a_matrix_of_their_own(world: World, as_petra: Client) -> None:
    plans.profile(world, world.alice, world.school, state="published")
    page = get(as_petra, "matrix", soort="doelgroepen")
    assert plans.GROUPS[0] in page
    assert "Mentoraat" not in page


def test_without_a_list_or_a_profile_the_page_says_what_to_do(world: World, as_petra: Client, as_otto: Client) -> None:
    assert "De beheerder van het samenwerkingsverband maakt en publiceert die lijst" in get(as_otto, "matrix")
    plans.catalogue(world)
    assert "kunt u nog geen enkel profiel lezen" in get(as_petra, "matrix")


# Decisions ------------------------------------------------------------------------------------------------------------

DECISION = {"choice": "reduce", "reason": "Overal dichtbij.", "decided_on": "2026-11-02"}


def decision_url(key: str = "faalangsttraining", year: int = YEAR) -> str:
    return reverse("actionplans:decision", args=[year, key])


@pytest.mark.usefixtures("three")
def test_the_partnership_decides_and_everybody_reads_why(
    world: World, as_petra: Client, as_alice: Client, as_dirk: Client, as_aisha: Client
) -> None:
    assert "besloten op" in get(as_petra, "decision", YEAR, "faalangsttraining").lower()
    response = as_petra.post(decision_url(), DECISION)
    assert response["Location"].endswith("#i-faalangsttraining")
    made = SupportDecision.objects.get()
    assert (made.choice, made.decided_by_id) == ("reduce", world.petra.pk)
    assert LogEntry.objects.filter(verb="support_decision").exists()
    for client in (as_petra, as_alice, as_dirk, as_aisha):
        page = get(client, "matrix")
        assert "Verschillen verkleinen" in page
        assert "Overal dichtbij." in page
        assert "Overal dichtbij." in export(client, "vergelijking")
    assert "Overal dichtbij." not in get(as_petra, "matrix", jaar=YEAR - 1)


@pytest.mark.usefixtures("three")
def test_two_people_who_decide_at_once_both_see_both_reasons(world: World, as_petra: Client, as_bea: Client) -> None:
    bases = re.search(r'name="bases" value="([^"]*)"', as_bea.get(decision_url()).content.decode())
    assert bases
    as_petra.post(decision_url(), DECISION)
    answer = {**DECISION, "reason": "Te duur.", "bases": bases[1].replace("&quot;", '"')}
    response = as_bea.post(decision_url(), answer)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Overal dichtbij." in page
    assert "Te duur." in page
    assert SupportDecision.objects.get().reason == "Overal dichtbij."


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "wrong", [{"choice": ""}, {"choice": "weg"}, {"reason": " "}, {"decided_on": "2090-01-01"}, {"decided_on": "x"}]
)
def test_a_decision_needs_a_choice_a_reason_and_a_day_that_has_been(as_petra: Client, wrong: dict[str, str]) -> None:
    response = as_petra.post(decision_url(), DECISION | wrong)
    assert response.status_code == 422
    assert not SupportDecision.objects.exists()


def test_no_decision_about_what_is_not_on_the_list(world: World, as_petra: Client) -> None:
    plans.catalogue(world)
    assert as_petra.get(decision_url("bestaat-niet")).status_code == 404
    assert as_petra.get(decision_url(year=99999)).status_code == 404


# Provisions and the scenario ------------------------------------------------------------------------------------------


@pytest.fixture
def provided(world: World) -> dict[str, Provision]:
    """Huiskamer (autism, 12 places), Time-outplek (autism and language, 4), Plusklas (autism, no number)."""
    for by, school, name, groups, places in (
        (world.carla, world.other_school, "Huiskamer", plans.GROUPS[:1], 12),
        (world.alice, world.school, "Time-outplek", plans.GROUPS[:2], 4),
        (world.alice, world.school, "Plusklas", plans.GROUPS[:1], None),
    ):
        draft = plans.profile(world, by, school)
        plans.add_provision(draft, by, name, *groups, places=places)
    for by, school in ((world.carla, world.other_school), (world.alice, world.school)):
        plans.profile(world, by, school, state="published")
    return {provision.name: provision for provision in Provision.objects.all()}


@pytest.mark.usefixtures("provided")
def test_provisions_by_target_group_with_what_nobody_has_first(as_petra: Client) -> None:
    page = words_of(get(as_petra, "provisions"))
    assert "Doelgroepen zonder 1 van 3" in page
    table = page.partition("Per doelgroep")[2]
    places = [table.index(group) for group in (plans.GROUPS[2], plans.GROUPS[0], plans.GROUPS[1])]
    assert places == sorted(places)
    assert "Voor deze doelgroep is er nergens een voorziening" in page
    assert "16 en 1 zonder aantal" in page


def test_what_if_a_provision_stops(as_carla: Client, provided: dict[str, Provision]) -> None:
    page = words_of(get(as_carla, "scenario", voorziening=provided["Time-outplek"].pk))
    without, _, left = page.partition("Wat er overblijft")
    assert plans.GROUPS[1] in without.partition("Zonder voorziening")[2]
    assert plans.GROUPS[1] not in left
    assert plans.GROUPS[0] in left
    assert "12 van 16" in left
    assert "Hoe we dit bepalen" in page


def test_a_scenario_is_about_what_one_may_read(
    world: World, as_petra: Client, as_carla: Client, as_otto: Client, provided: dict[str, Provision]
) -> None:
    SupportProfile.objects.get(school=world.school).back_to_draft(world.alice)
    pk = provided["Time-outplek"].pk
    for client in (as_petra, as_carla, as_otto):
        assert client.get(reverse("actionplans:scenario"), {"voorziening": pk}).status_code == 404
    assert "Time-outplek" not in get(as_carla, "scenario")
    assert "Time-outplek" not in get(as_petra, "provisions")


@pytest.mark.parametrize("wrong", ["abc", "-1", "9" * 30, "0"])
def test_a_provision_that_cannot_be_is_not_found(as_petra: Client, wrong: str) -> None:
    assert as_petra.get(reverse("actionplans:scenario"), {"voorziening": wrong}).status_code == 404


# Downloads and several partnerships -----------------------------------------------------------------------------------


def export(client: Client, what: str, kind: str = "csv", **query: str | int) -> str:
    response = client.get(reverse("actionplans:profiles_export", args=[what, kind]), query)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return response.content.decode("utf-8-sig", errors="replace")


@pytest.mark.usefixtures("provided")
def test_every_table_comes_in_every_kind(as_petra: Client) -> None:
    for what in ("profielen", "vergelijking", "voorzieningen"):
        for kind in ("csv", "xlsx", "ods"):
            assert export(as_petra, what, kind)
    assert "nergens een voorziening" in export(as_petra, "voorzieningen")
    for what, kind in (("profielen", "pdf"), ("geheim", "csv")):
        url = reverse("actionplans:profiles_export", args=[what, kind])
        assert as_petra.get(url).status_code == 404


def test_who_works_for_two_partnerships_chooses(world: World, as_petra: Client) -> None:
    factories.member(world.petra, Role.POLICY_OFFICER, partnership=world.other_partnership)
    theirs = factories.school(
        world.other_partnership, Board.objects.create(number="40002", name="Elders"), "09ZZ", "Ver weg"
    )
    plans.profile(world, world.carla, world.other_school, state="published")
    here = get(as_petra, "profiles", swv=world.partnership.code)
    there = get(as_petra, "profiles", swv=world.other_partnership.code)
    assert world.other_school.name in here
    assert theirs.name not in here
    assert theirs.name in there
    assert world.other_school.name not in there
    assert world.other_school.name not in get(as_petra, "matrix", swv=world.other_partnership.code)


# What the pages cost --------------------------------------------------------------------------------------------------


def queries(client: Client, urls: Iterable[str]) -> dict[str, int]:
    found = {}
    for url in urls:
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        found[url] = len(caught)
    return found


def test_the_pages_cost_the_same_with_three_times_as_many_schools(world: World, as_petra: Client) -> None:
    for number in range(30, 33):
        another_school(world, number, year=YEAR - 1)
    schools = list(School.objects.filter(name__startswith="School 3"))
    for school in schools:
        plans.profile(world, world.carla, school, state="published")
    provision = Provision.objects.filter(profile__school_year=YEAR).earliest("pk")
    urls = [
        reverse("actionplans:profiles"),
        reverse("actionplans:matrix"),
        decision_url(),
        reverse("actionplans:provisions"),
        f"{reverse('actionplans:scenario')}?voorziening={provision.pk}",
        reverse("actionplans:profiles_export", args=["vergelijking", "csv"]),
        reverse("actionplans:finder") + "?q=voorziening",
        reverse("actionplans:public_finder", args=[world.partnership.code]),
    ]
    few = queries(as_petra, urls)
    for number in range(40, 46):
        another_school(world, number)
    assert queries(as_petra, urls) == few
    assert max(few.values()) <= 20, few
