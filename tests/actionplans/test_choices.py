"""Two people in one field: both texts at the field, nothing saved without a choice, and the choice carried out."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actionplans.models import ActionPoint, SupportProfile
from tests import plans
from tests.factories import World
from tests.plans import YEAR

HERS, HIS = "Van Alice.", "Van Bob."


def whole(response: Any) -> dict[str, Any]:
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def seen(response: Any, name: str) -> dict[str, str]:
    """The hidden field with what the choice is about."""
    (found,) = re.findall(rf'name="{name}-seen" value="(\w+)"', response.content.decode())
    return {f"{name}-seen": found}


@pytest.fixture
def clash(world: World, as_alice: Client, as_bob: Client) -> tuple[str, dict[str, Any], Any]:
    """Alice saved the limits first; then Bob. Where, what Bob posts, and what he gets to see."""
    plans.profile(world, world.alice, world.school)
    url = reverse("actionplans:profile_edit", args=[world.school.pk, YEAR])
    hers, his = (whole(client.get(url)) for client in (as_alice, as_bob))
    as_alice.post(url, {**hers, "limits": HERS})
    posted = {**his, "limits": HIS, "partners": "De GGD."}
    return url, posted, as_bob.post(url, posted)


def read(world: World) -> SupportProfile:
    return SupportProfile.objects.get(school=world.school, school_year=YEAR)


def test_both_texts_stand_at_the_field_with_a_choice(world: World, clash: tuple[str, dict[str, Any], Any]) -> None:
    text = clash[2].content.decode()
    assert "Twee mensen schreven hier tegelijk. Beide teksten zijn bewaard." in text
    assert f"<blockquote>{HERS}</blockquote>" in text
    assert f"{HIS}</textarea>" in text
    assert re.search(r'name="limits-choice" value="mine" checked', text)
    assert text.count('role="alert"') == 1
    assert (read(world).limits, read(world).partners) == (HERS, "")


@pytest.mark.parametrize(("choice", "stands"), [("mine", HIS), ("theirs", HERS), ("both", f"{HERS}\n\n{HIS}")])
def test_the_choice_decides(
    world: World, as_bob: Client, clash: tuple[str, dict[str, Any], Any], choice: str, stands: str
) -> None:
    url, posted, page = clash
    again = {**posted, **seen(page, "limits"), "limits-choice": choice}
    for _ in range(2):  # the button pressed twice
        as_bob.post(url, again)
        assert (read(world).limits, read(world).partners) == (stands, "De GGD.")


@pytest.mark.parametrize("choice", [{}, {"limits-choice": "nonsense"}, {"limits-choice": "mine", "limits-seen": "x"}])
def test_without_a_choice_nothing_is_lost(
    world: World, as_bob: Client, clash: tuple[str, dict[str, Any], Any], choice: dict[str, str]
) -> None:
    url, posted, _ = clash
    assert "Beide teksten zijn bewaard." in as_bob.post(url, {**posted, **choice}).content.decode()
    assert read(world).limits == HERS


def test_a_third_text_is_asked_about_once_more(
    world: World, as_alice: Client, as_bob: Client, clash: tuple[str, dict[str, Any], Any]
) -> None:
    url, posted, page = clash
    as_alice.post(url, {**whole(as_alice.get(url)), "limits": "Nog iets."})
    for choice in ("mine", "both"):
        answer = as_bob.post(url, {**posted, **seen(page, "limits"), "limits-choice": choice})
        assert "<blockquote>Nog iets.</blockquote>" in answer.content.decode()
        assert read(world).limits == "Nog iets."


def test_a_choice_outlives_a_mistake_elsewhere(
    world: World, as_bob: Client, clash: tuple[str, dict[str, Any], Any]
) -> None:
    url, posted, page = clash
    wrong = {**posted, **seen(page, "limits"), "limits-choice": "theirs", "ambitions": "x" * 20_001}
    answer = as_bob.post(url, wrong)
    assert re.search(r'name="limits-choice" value="theirs" checked', answer.content.decode())
    assert read(world).limits == HERS


def test_both_must_fit(world: World, as_bob: Client, clash: tuple[str, dict[str, Any], Any]) -> None:
    url, posted, page = clash
    long = {**posted, "limits": "x" * 19_995, **seen(page, "limits"), "limits-choice": "both"}
    assert "Samen zijn de teksten te lang" in as_bob.post(url, long).content.decode()
    assert read(world).limits == HERS


def test_a_choice_of_an_item_is_one_of_two(world: World, as_alice: Client, as_bob: Client) -> None:
    item = plans.profile(world, world.alice, world.school).items.all()[0].item_id
    url = reverse("actionplans:profile_edit", args=[world.school.pk, YEAR])
    name = f"item-{item}-state"
    his = whole(as_bob.get(url))
    as_alice.post(url, {**his, name: "developing"})
    page = as_bob.post(url, {**his, name: "absent"})
    assert "Twee mensen kozen hier tegelijk." in page.content.decode()
    assert f'name="{name}-choice" value="both"' not in page.content.decode()
    as_bob.post(url, {**his, name: "absent", **seen(page, name), f"{name}-choice": "theirs"})
    assert read(world).items.get(item=item).state == "developing"


def test_a_point_asks_too(world: World, as_alice: Client, as_bob: Client) -> None:
    plan = plans.plan(world, world.alice, world.school)
    point = plans.points(plan)[0]
    url = reverse("actionplans:point_edit", args=[point.pk])
    his = whole(as_bob.get(url))
    as_alice.post(url, {**his, "measure": HERS})
    page = as_bob.post(url, {**his, "measure": HIS})
    assert f"<blockquote>{HERS}</blockquote>" in page.content.decode()
    as_bob.post(url, {**his, "measure": HIS, **seen(page, "measure"), "measure-choice": "both"})
    assert ActionPoint.objects.get(pk=point.pk).measure == f"{HERS}\n\n{HIS}"


def test_who_gives_up_an_empty_field_for_the_other_text_may_do_so(
    world: World, as_alice: Client, as_bob: Client
) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school))[0]
    url = reverse("actionplans:point_edit", args=[point.pk])
    his = whole(as_bob.get(url))
    as_alice.post(url, {**his, "goal": HERS})
    page = as_bob.post(url, {**his, "goal": HIS})
    as_bob.post(url, {**his, "goal": "", **seen(page, "goal"), "goal-choice": "theirs", "who": "Bob"})
    point = ActionPoint.objects.get(pk=point.pk)
    assert (point.goal, point.who) == (HERS, "Bob")


def test_the_script_gets_what_is_asked_at_the_field(world: World, as_alice: Client, as_bob: Client) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school))[0]
    url = reverse("actionplans:point_edit", args=[point.pk])
    his = whole(as_bob.get(url))
    as_alice.post(url, {**his, "who": "Alice"})
    answer = as_bob.post(url, {**his, "who": "Carla"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    assert 'id="botsing-who"' in answer.json()["conflicts"]["who"]
    assert "Beide onder elkaar" not in answer.json()["conflicts"]["who"], "one line holds one answer"
