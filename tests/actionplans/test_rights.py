"""Who may do what, asked of the verbs themselves: no page stands before them here."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionGroup, ActionPlan, ActionPoint, Signal, SignalTheme, SupportProfile
from conversations.models import Agreement, Conversation
from schools.models import Partnership, Role, School
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import bases_of
from tests import factories, plans
from tests.factories import World


def agreed(world: World, side: str) -> Agreement:
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    made = conversation.add_agreement(
        world.petra, text="Tussen ons gezegd", who="Petra", due=None, indicator=None, side=side
    )
    return Agreement.objects.for_page().get(pk=made.pk)


def test_a_school_that_moved_takes_no_agreement_along(world: World, as_petra: Client) -> None:
    agreement = agreed(world, "school")
    School.objects.filter(pk=world.school.pk).update(partnership=world.other_partnership)
    with pytest.raises(IllegalTransition, match="hoort niet meer bij"):
        Agreement.objects.for_page().get(pk=agreement.pk).make_action_point(world.petra)
    page = as_petra.post(reverse("conversations:make_action", args=[agreement.pk]), follow=True).content.decode()
    assert "hoort niet meer bij dit samenwerkingsverband" in page
    assert not ActionPlan.objects.exists()


def test_what_was_agreed_with_one_school_stays_out_of_the_work_plan_that_all_schools_read(
    world: World, as_carla: Client
) -> None:
    plans.support_plan(world)
    point = agreed(world, "partnership").make_action_point(world.petra)
    work_plan = ActionPlan.objects.for_page().get(pk=point.plan_id)
    first, due = plans.spearheads(world)[0], datetime.date(2027, 3, 1)
    work_plan.add_point(world.petra, goal="Een kaart voor iedereen.", due=due, spearhead=first)
    ActionPoint.objects.for_page().get(pk=point.pk).change(
        world.petra, {"spearhead": first, "due": due}, bases_of({"spearhead": None, "due": None})
    )
    plans.bring_plan(world, work_plan, world.petra, "adopted")
    page = as_carla.get(work_plan.get_absolute_url()).content.decode()
    assert "Een kaart voor iedereen." in page
    assert "Tussen ons gezegd" not in page
    searched = as_carla.get(f"{reverse('actionplans:exchange')}?q=tussen&jaar={plans.YEAR}").content.decode()
    assert "Tussen ons gezegd" not in searched


def test_the_partnership_chooses_a_spearhead_only_where_there_is_none(world: World) -> None:
    first, second = plans.spearheads(world)
    point = agreed(world, "school").make_action_point(world.petra)
    ActionPoint.objects.for_page().get(pk=point.pk).classify(world.petra, first)
    with pytest.raises(IllegalTransition):
        ActionPoint.objects.for_page().get(pk=point.pk).classify(world.petra, second)
    ActionPoint.objects.for_page().get(pk=point.pk).classify(world.bob, second)
    with pytest.raises(PermissionDenied):
        ActionPoint.objects.for_page().get(pk=point.pk).classify(world.carla, first)


def test_nobody_else_keeps_the_notes_of_a_plan(world: World) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school, state="adopted", shared=True))[0]
    for who in (world.carla, world.petra, world.dirk, world.aisha):
        with pytest.raises(PermissionDenied):
            point.add_note(who, "Ik ook.")


def test_the_work_plan_is_not_shared_before_it_is_adopted(world: World) -> None:
    plan = ActionPlan.begin(world.petra, world.partnership, plans.YEAR)
    with pytest.raises(IllegalTransition, match="jaarwerkplan"):
        plan.share(world.petra, shared=True)


def test_a_draft_stands_in_no_group_and_in_nobodys_exchange(world: World, as_petra: Client) -> None:
    draft = plans.points(plans.plan(world, world.alice, world.school))
    other = plans.points(plans.plan(world, world.carla, world.other_school, state="submitted"))
    with pytest.raises(ValueError, match="draft"):
        ActionGroup.gather(world.petra, world.partnership, plans.YEAR, title="Samen", points=draft + other)
    page = as_petra.get(reverse("actionplans:exchange"), {"jaar": plans.YEAR}).content.decode()
    assert "Het Kompas" not in page


def test_a_signal_is_given_for_a_school_of_this_partnership_only(world: World) -> None:
    elsewhere: Partnership = world.other_partnership
    with pytest.raises(PermissionDenied):
        Signal.note(
            world.alice, elsewhere, world.school, school_year=2026, theme=SignalTheme.OTHER, text="Hier.", strength=1
        )


def test_the_same_point_twice_is_one_point(world: World) -> None:
    plan = plans.plan(world, world.alice, world.school)
    first = plans.spearheads(world)[0]
    made = [plan.add_point(world.alice, goal="Rust in de klas.", spearhead=first).pk for _ in range(2)]
    assert made[0] == made[1]


def test_what_somebody_else_removed_is_told_kindly(world: World, as_alice: Client) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school))[0]
    ActionPoint.objects.filter(pk=point.pk).delete()
    with pytest.raises(IllegalTransition, match="verwijderd"):
        point.set_state(world.alice, ActionPoint.State.DONE)


def test_a_target_gets_a_number_of_its_own_after_one_was_removed(world: World) -> None:
    plan = plans.support_plan(world).begin(
        world.petra, world.partnership, title="Verder", first_year=2029, last_year=2032
    )
    added = [plan.add_target(world.petra, text=text) for text in ("a", "b")]
    added[0].remove(world.petra)
    plan.add_target(world.petra, text="c")
    keys = list(plan.targets.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


def test_the_auditor_of_one_school_finds_no_neighbour_by_the_public_address(world: World) -> None:
    plans.profile(world, world.carla, world.other_school, state="published")
    auditor = factories.user("sanne")
    until = timezone.localdate() + datetime.timedelta(days=30)
    factories.member(auditor, Role.AUDITOR, school=world.school, valid_until=until)
    client = Client()
    client.force_login(auditor)
    code = world.partnership.code
    assert client.get(reverse("actionplans:public_profile", args=[code, "02BB-00"])).status_code == 404
    assert "De Horizon" not in client.get(reverse("actionplans:public_finder", args=[code])).content.decode()


def test_how_far_a_draft_is_says_nothing_of_its_content_in_production_either(world: World, settings: object) -> None:
    settings.STRICT_FETCH = False  # type: ignore[attr-defined]
    plans.profile(world, world.alice, world.school)
    known = SupportProfile.objects.standing_for(world.petra).get()
    with pytest.raises(Exception, match="description"):
        _ = known.description


@pytest.mark.parametrize("bases", ["[" * 100_000, "{", '["a"]', "null"])
def test_bases_that_no_page_sends_are_no_bases(world: World, as_alice: Client, bases: str) -> None:
    profile = plans.profile(world, world.alice, world.school)
    url = reverse("actionplans:profile_edit", args=[world.school.pk, plans.YEAR])
    assert as_alice.post(url, {"description": profile.description, "bases": bases}).status_code in {200, 302, 409, 422}


@pytest.mark.parametrize(
    "path", ["/scholen/99999999999999999999/profiel/2026/", "/deelnames/99999999999999999999/gesprek/wijzigen/"]
)
def test_a_key_beyond_the_database_is_nobodys(world: World, as_petra: Client, path: str) -> None:
    assert as_petra.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/ondersteuning/%00/", "/ondersteuning/VO2708/%00-00/"])
def test_a_public_address_holds_letters_and_digits(db: None, client: Client, path: str) -> None:
    assert client.get(path).status_code in {302, 404}
