"""Who sees which profile, plan, point and signal, in every state."""

import datetime

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint, Signal, SupportCatalogue, SupportPlan, SupportProfile
from conversations.models import Conversation
from schools.models import Role
from tests import factories, plans
from tests.factories import World

PEOPLE = ("alice", "bob", "carla", "dirk", "petra", "bea", "aisha", "oscar", "otto")
SCHOOL = {"alice", "bob", "dirk"}
OFFICE = {"petra", "bea"}
NEIGHBOURS = {"carla"}


def who_sees(world: World, model: type, pk: int, how: str = "visible_to") -> set[str]:
    return {name for name in PEOPLE if getattr(model.objects, how)(getattr(world, name)).filter(pk=pk).exists()}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("draft", SCHOOL),
        ("with_mr", SCHOOL | OFFICE),
        ("adopted", SCHOOL | OFFICE | {"aisha"}),
        ("published", SCHOOL | OFFICE | {"aisha"} | NEIGHBOURS),
    ],
)
def test_a_profile(world: World, state: str, expected: set[str]) -> None:
    made = plans.profile(world, world.alice, world.school, state=state)
    assert who_sees(world, SupportProfile, made.pk) == expected
    assert who_sees(world, SupportProfile, made.pk, "standing_for") == SCHOOL | OFFICE


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("draft", SCHOOL),
        ("submitted", SCHOOL | OFFICE),
        ("discussed", SCHOOL | OFFICE),
        ("adopted", SCHOOL | OFFICE | {"aisha"}),
        ("evaluated", SCHOOL | OFFICE | {"aisha"}),
    ],
)
def test_a_plan_and_its_points(world: World, state: str, expected: set[str], shared: bool) -> None:
    made = plans.plan(world, world.alice, world.school, state=state, shared=shared and state != "draft")
    point = plans.points(made)[0]
    readers = expected | NEIGHBOURS if shared and state != "draft" else expected
    assert who_sees(world, ActionPlan, made.pk) == readers
    assert who_sees(world, ActionPoint, point.pk) == readers
    assert who_sees(world, ActionPlan, made.pk, "inside_to") == expected
    assert who_sees(world, ActionPoint, point.pk, "inside_to") == expected


def test_the_partnership_sees_what_it_agreed_even_in_a_draft(world: World) -> None:
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    agreement = conversation.add_agreement(
        world.petra, text="Mentoren scholen", who="Alice", due=None, indicator=None, side="school"
    )
    point = agreement.make_action_point(world.petra)
    assert point.plan.school_id == world.school.pk
    assert who_sees(world, ActionPoint, point.pk) == SCHOOL | OFFICE
    assert who_sees(world, ActionPlan, point.plan_id) == SCHOOL


def test_the_work_plan_of_the_partnership(world: World) -> None:
    plans.support_plan(world)
    made = ActionPlan.begin(world.petra, world.partnership, plans.YEAR)
    assert who_sees(world, ActionPlan, made.pk) == OFFICE


def test_the_support_plan_and_the_catalogue(world: World) -> None:
    everybody = SCHOOL | OFFICE | NEIGHBOURS | {"aisha"}
    assert who_sees(world, SupportPlan, plans.support_plan(world).pk) == everybody
    assert who_sees(world, SupportCatalogue, plans.catalogue(world).pk) == everybody
    draft = SupportCatalogue.begin(world.bea, world.partnership)
    assert who_sees(world, SupportCatalogue, draft.pk) == OFFICE


def test_a_signal(world: World) -> None:
    made = plans.signal(world, world.alice, world.school)
    assert who_sees(world, Signal, made.pk) == SCHOOL | OFFICE | NEIGHBOURS


def test_the_auditor_of_one_school_reads_what_it_adopted_and_nothing_of_its_neighbours(world: World) -> None:
    auditor = factories.user("sanne")
    until = timezone.localdate() + datetime.timedelta(days=30)
    factories.member(auditor, Role.AUDITOR, school=world.school, valid_until=until)
    own = plans.plan(world, world.alice, world.school, state="adopted")
    shared = plans.plan(world, world.carla, world.other_school, state="adopted", shared=True)
    published = plans.profile(world, world.carla, world.other_school, state="published")
    signal = plans.signal(world, world.carla, world.other_school)
    assert list(ActionPlan.objects.visible_to(auditor)) == [own]
    assert not ActionPoint.objects.visible_to(auditor).filter(plan=shared.pk).exists()
    assert not SupportProfile.objects.visible_to(auditor).filter(pk=published.pk).exists()
    assert not Signal.objects.visible_to(auditor).filter(pk=signal.pk).exists()
    assert SupportPlan.objects.visible_to(auditor).exists()
    assert SupportCatalogue.objects.visible_to(auditor).exists()
