"""Actions that recur in several schools: gathered by the partnership, and what the portal suggests."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from actionplans.alike import Wording, meaningful, suggestions
from actionplans.models import ActionGroup, ActionPoint
from schools.models import Role
from tests import factories, plans
from tests.actionplans.test_signals import _in_the_year  # noqa: F401
from tests.factories import World

YEAR = plans.YEAR


def url(name: str, *args: Any) -> str:
    return reverse(f"actionplans:{name}", args=args)


@pytest.fixture
def points(world: World) -> dict[str, list[ActionPoint]]:
    """Two of Alice's, two of Carla's, handed in."""
    mine = ("Alle mentoren zijn geschoold in gesprekken.", "Meer rust in de gang.")
    others = ("Elke mentor is geschoold voor gesprekken met ouders.", "Minder verzuim.")
    alices = plans.plan(world, world.alice, world.school, state="submitted", goals=mine)
    carlas = plans.plan(world, world.carla, world.other_school, state="submitted", goals=others)
    return {"alice": plans.points(alices), "carla": plans.points(carlas)}


def gather(client: Client, title: str, *points: ActionPoint) -> Any:
    posted = {"title": title, "points": [point.pk for point in points]}
    return client.post(url("groups") + f"?jaar={YEAR}", posted, follow=True)


def test_points_of_two_schools_under_one_title(world: World, as_petra: Client, points: Any) -> None:
    response = gather(as_petra, "Mentoren scholen", points["alice"][0], points["carla"][0])
    group = ActionGroup.objects.get()
    assert (group.title, group.school_year, group.points.count()) == ("Mentoren scholen", YEAR, 2)
    assert "2 actiepunten van 2 scholen" in response.content.decode()
    assert "verslag van de ronde" in response.content.decode()


def test_choosing_the_points_of_two_groups_merges_them(world: World, as_petra: Client, points: Any) -> None:
    gather(as_petra, "Scholing", points["alice"][0], points["carla"][0])
    gather(as_petra, "Sfeer", points["alice"][1], points["carla"][1])
    assert ActionGroup.objects.count() == 2
    gather(as_petra, "Alles", *points["alice"], *points["carla"])
    assert [group.title for group in ActionGroup.objects.all()] == ["Alles"]
    assert ActionGroup.objects.get().points.count() == 4


def test_one_point_is_no_group(world: World, as_petra: Client, points: Any) -> None:
    response = gather(as_petra, "Alleen", points["alice"][0])
    assert "Kies ten minste twee actiepunten." in response.content.decode()
    assert not ActionGroup.objects.exists()


def test_what_was_ticked_stays_ticked_when_the_title_is_missing(world: World, as_petra: Client, points: Any) -> None:
    response = gather(as_petra, "", points["alice"][0], points["carla"][0])
    assert response.context["chosen"] == {points["alice"][0].pk, points["carla"][0].pk}
    assert response.content.decode().count(" checked>") == 2


def test_a_draft_is_not_gathered(world: World, as_petra: Client, points: Any) -> None:
    work_plan = plans.ActionPlan.begin(world.petra, world.partnership, YEAR)
    own = work_plan.add_point(world.petra, goal="Een verzuimkaart.")
    page = as_petra.get(url("groups") + f"?jaar={YEAR}").content.decode()
    assert "Een verzuimkaart." not in page
    assert "Meer rust in de gang." in page
    gather(as_petra, "Samen", own, points["alice"][0])
    assert not ActionGroup.objects.exists()


def test_points_of_another_partnership_are_not_gathered(world: World, as_otto: Client, points: Any) -> None:
    page = gather(as_otto, "Gestolen", points["alice"][0], points["carla"][0]).content.decode()
    assert not ActionGroup.objects.exists()
    assert "geschoold" not in page


def test_renaming_and_dissolving(world: World, as_petra: Client, points: Any) -> None:
    gather(as_petra, "Scholing", points["alice"][0], points["carla"][0])
    group = ActionGroup.objects.get()
    as_petra.post(url("group_rename", group.pk), {"title": "Mentoren scholen"})
    group.refresh_from_db()
    assert group.title == "Mentoren scholen"
    assert "opheffen?" in as_petra.get(url("group_dissolve", group.pk)).content.decode()
    assert ActionGroup.objects.exists()
    as_petra.post(url("group_dissolve", group.pk))
    assert not ActionGroup.objects.exists()
    assert ActionPoint.objects.count() == 4


def test_what_looks_alike_is_suggested_and_chosen_with_one_click(world: World, as_petra: Client, points: Any) -> None:
    page = as_petra.get(url("groups") + f"?jaar={YEAR}")
    [alike] = page.context["alike"]
    expected = {points["alice"][0].pk, points["carla"][0].pk}
    assert {point.pk for point in alike.points} == expected
    assert "ten minste twee woorden delen" in page.content.decode(), "the rule stands on the page"
    chosen = as_petra.get(url("groups") + alike.url.partition("#")[0])
    assert chosen.context["chosen"] == expected
    gather(as_petra, "Scholing", points["alice"][0], points["carla"][0])
    assert as_petra.get(url("groups") + f"?jaar={YEAR}").context["alike"] == []


def test_points_that_stand_together_are_not_suggested_again(world: World, as_petra: Client, points: Any) -> None:
    """Not even beside one that is like them and stands alone."""
    third = factories.school(world.partnership, world.board, "09XX", "De Driesprong")
    factories.member(world.alice, Role.DIRECTOR, school=third)
    like = "Een mentor is geschoold in gesprekken met leerlingen."
    thirds = plans.points(
        plans.plan(world, User.objects.get(pk=world.alice.pk), third, state="submitted", goals=(like,))
    )
    [alike] = as_petra.get(url("groups") + f"?jaar={YEAR}").context["alike"]
    assert len(alike.points) == 3
    gather(as_petra, "Scholing", points["alice"][0], points["carla"][0])
    assert as_petra.get(url("groups") + f"?jaar={YEAR}").context["alike"] == []
    gather(as_petra, "Rest", points["alice"][1], points["carla"][1])
    response = gather(as_petra, "Rust", points["alice"][0], points["alice"][1], points["carla"][1], *thirds)
    said = response.content.decode()
    assert "1 actiepunt verhuisde uit “Scholing”." in said
    assert "2 actiepunten verhuisden uit “Rest”." in said


@pytest.mark.parametrize("kies", ["x", "1,,2", "9" * 50, "-1", "٣", "%00"])
def test_a_choice_that_no_page_makes_chooses_nothing(world: World, as_petra: Client, points: Any, kies: str) -> None:
    assert as_petra.get(url("groups") + f"?jaar={YEAR}&kies={kies}").status_code == 200


def test_the_export(world: World, as_petra: Client, points: Any) -> None:
    gather(as_petra, "Mentoren scholen", points["alice"][0], points["carla"][0])
    text = as_petra.get(url("groups_export", YEAR, "csv")).content.decode("utf-8-sig")
    assert "Mentoren scholen;2;" in text
    assert "Meer rust" not in text


# What looks alike --------------------------------------------------------------------------------------------------------


def wording(pk: int, owner: int, goal: str, spearhead: str = "a") -> Wording:
    return Wording(pk, owner, spearhead, goal)


def test_common_words_and_endings_do_not_count() -> None:
    assert meaningful("Alle leerlingen van de school kunnen beter lezen") == {"lezen"}
    assert meaningful("Mentoren") == meaningful("een mentor")
    assert meaningful("Taalbeleid voor íedereen") == {"taalbe"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (wording(1, 1, "Mentoren scholen in gesprekken"), wording(2, 2, "Gesprekken: elke mentor geschoold"), True),
        (wording(1, 1, "Mentoren voeren gesprekken"), wording(2, 2, "Mentor leert pubers begrijpen"), False),
        (wording(1, 1, "Mentoren voeren gesprekken"), wording(2, 1, "Mentoren voeren gesprekken"), False),
        (wording(1, 1, "Mentoren voeren gesprekken"), wording(2, 2, "Mentoren voeren gesprekken", "b"), False),
        (wording(1, 1, "Rust"), wording(2, 2, "Rust"), False),
        (
            wording(1, 1, "Verzuim binnen dagen bellen, huisbezoek, jeugdarts, gesprek ouders"),
            wording(2, 2, "Verzuim melden leerplicht, dagen tellen, protocol, training mentoren"),
            False,
        ),
    ],
)
def test_when_two_actions_are_alike(one: Wording, other: Wording, alike: bool) -> None:
    assert suggestions([one, other]) == ([(1, 2)] if alike else [])


WORDS = st.lists(st.sampled_from(["mentor", "gesprekken", "verzuim", "rust", "taal", "de", "training"]), max_size=5)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab"), WORDS), max_size=12))
def test_suggestions_keep_their_rule(rows: list[tuple[int, str, list[str]]]) -> None:
    wordings = [wording(pk, owner, " ".join(words), spearhead) for pk, (owner, spearhead, words) in enumerate(rows)]
    by_pk = {each.pk: each for each in wordings}
    found = suggestions(wordings, most=100)
    named = [pk for group in found for pk in group]
    assert len(named) == len(set(named)), "each action in one group at most"
    for group in found:
        assert len({by_pk[pk].owner for pk in group}) > 1
        assert len({by_pk[pk].spearhead for pk in group}) == 1
    assert suggestions(list(reversed(wordings)), most=100) == found, "whatever the order"
