"""The exchange of plans: reading along, who works on what, and taking an action over."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from actionplans.models import ActionPlan, ActionPoint
from conversations.models import Conversation
from schools.models import Role
from swvportal.lib.merging import bases_of
from tests import factories, plans
from tests.actionplans.test_signals import _in_the_year  # noqa: F401
from tests.factories import World

DUE = datetime.date(plans.YEAR + 1, 6, 1)
YEAR = plans.YEAR
SECRETS = ("Geheim-wie", "Geheim-notitie")


def url(name: str, *args: Any) -> str:
    return reverse(f"actionplans:{name}", args=args)


def page(client: Client, asked: str = "") -> str:
    return client.get(url("exchange") + asked).content.decode()


@pytest.fixture
def shared(world: World) -> ActionPlan:
    """Carla's plan, adopted and shared, with everything in it that stays at her school."""
    made = plans.plan(world, world.carla, world.other_school, state="adopted", goals=("Minder verzuim.",))
    point = plans.points(made)[0]
    point.change(world.carla, {"who": SECRETS[0]}, bases_of({"who": "Bob"}))
    point.add_note(world.carla, SECRETS[1])
    made.share(world.carla, shared=True)
    return ActionPlan.objects.for_page().get(pk=made.pk)


def test_a_shared_plan_is_read_by_the_other_school(world: World, as_alice: Client, shared: ActionPlan) -> None:
    found = page(as_alice)
    assert "Minder verzuim." in found
    assert "Lijst van de scholing" in found
    assert world.other_school.name in found
    assert shared.get_absolute_url() in found


def test_what_is_not_shared_is_not_read(world: World, as_alice: Client, as_otto: Client, shared: ActionPlan) -> None:
    assert "Minder verzuim." not in page(as_otto)
    shared.share(world.carla, shared=False)
    assert "Minder verzuim." not in page(as_alice)
    assert "Nog geen enkele andere school deelt" in page(as_alice)


def test_who_does_it_notes_and_agreements_stay_with_the_school(
    world: World, as_alice: Client, shared: ActionPlan
) -> None:
    texts = [page(as_alice), page(as_alice, "?q=verzuim")]
    texts += [as_alice.get(url("points_export", YEAR, kind)).content.decode("utf-8-sig") for kind in ("csv",)]
    texts.append(as_alice.get(url("points_export", YEAR, "csv") + f"?plan={shared.pk}").content.decode("utf-8-sig"))
    for text in texts:
        assert "Minder verzuim." in text
        for secret in SECRETS:
            assert secret not in text


def test_nobody_else_reads_that_a_point_carries_out_an_agreement(
    world: World, as_carla: Client, as_petra: Client
) -> None:
    plans.support_plan(world)
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    agreement = conversation.add_agreement(
        world.petra, text="Mentoren scholen", who="Geheim-wie", due=DUE, indicator=None, side="school"
    )
    point = agreement.make_action_point(world.petra)
    point.classify(world.alice, plans.spearheads(world)[0])
    plan = ActionPlan.objects.get(pk=point.plan_id)
    plan.submit(world.alice)
    plan.share(world.alice, shared=True)
    year = plan.school_year
    assert "Mentoren scholen" in page(as_carla, f"?jaar={year}")
    assert "Geheim-wie" not in page(as_carla, f"?jaar={year}")
    exported = {
        who: client.get(url("points_export", year, "csv")).content.decode("utf-8-sig")
        for who, client in (("carla", as_carla), ("petra", as_petra))
    }
    assert exported["petra"].rstrip().endswith(";ja")
    assert exported["carla"].rstrip().endswith(";")
    assert "Geheim-wie" in exported["petra"]
    assert "Geheim-wie" not in exported["carla"]


def test_a_search_does_not_find_by_what_one_may_not_read(as_alice: Client, shared: ActionPlan) -> None:
    """Neither who does it nor a note can be guessed by searching."""
    for secret in SECRETS:
        assert "Minder verzuim." not in page(as_alice, f"?q={secret}")


def test_who_works_on(world: World, as_alice: Client, shared: ActionPlan) -> None:
    assert "Minder verzuim." in page(as_alice, "?q=VERZUIM")
    assert "Minder verzuim." in page(as_alice, "?q=lijst+verzuim")
    assert "Geen actiepunt gevonden met “fietsen”." in page(as_alice, "?q=fietsen")
    key = plans.spearheads(world)[0].key
    assert "Minder verzuim." in page(as_alice, f"?speerpunt={key}")
    assert "Minder verzuim." in page(as_alice, "?speerpunt=onzin"), "no such spearhead is no filter"
    assert "Minder verzuim." not in page(as_alice, f"?jaar={YEAR - 1}")


def test_ones_own_points_are_not_of_others(world: World, as_carla: Client, shared: ActionPlan) -> None:
    assert "Minder verzuim." not in page(as_carla)


def test_result_and_lesson_are_for_everybody(world: World, as_alice: Client, shared: ActionPlan) -> None:
    plans.evaluate(shared, world.carla)
    found = page(as_alice)
    assert "gehaald" in found
    assert "Klein beginnen werkt." in found


def test_the_partnership_reads_what_was_handed_in_and_sees_who_shares(
    world: World, as_petra: Client, shared: ActionPlan
) -> None:
    mine = plans.plan(world, world.alice, world.school, state="submitted", goals=("Meer rust.",))
    found = page(as_petra)
    assert "Meer rust." in found
    assert "Wie deelt zijn plan?" in found
    assert as_petra.get(url("exchange")).context["plans"] == sorted(
        [shared, mine], key=lambda plan: plan.school.name if plan.school else ""
    )
    mine.take_back(world.alice)
    assert "Meer rust." not in page(as_petra), "a draft"


def test_a_director_who_does_not_share_is_asked(world: World, as_alice: Client, as_bob: Client) -> None:
    mine = plans.plan(world, world.alice, world.school)
    assert "Dien het eerst in" in page(as_alice)
    mine.submit(world.alice)
    assert "Wilt u het delen?" in page(as_alice)
    assert "Wilt u het delen?" not in page(as_bob)
    mine.share(world.alice, shared=True)
    assert "Wilt u het delen?" not in page(as_alice)


def test_taking_over(world: World, as_alice: Client, shared: ActionPlan) -> None:
    source = plans.points(shared)[0]
    response = as_alice.post(url("point_take_over", source.pk), follow=True)
    taken = ActionPoint.objects.select_related("plan", "source", "spearhead").get(plan__school=world.school)
    assert (taken.source, taken.source_name, taken.state) == (source, world.other_school.name, "planned")
    assert (taken.goal, taken.measure, taken.who) == ("Minder verzuim.", "Lijst van de scholing", "")
    assert taken.plan.state == "draft"
    assert f"href='{taken.get_absolute_url()}'" in response.content.decode()
    assert f"in het actieplan {YEAR}-{YEAR + 1} van {world.school.name}." in response.content.decode()
    again = as_alice.post(url("point_take_over", source.pk), follow=True).content.decode()
    assert ActionPoint.objects.filter(plan__school=world.school).count() == 1, "twice is once"
    assert f"Deze actie stond al in uw plan van {YEAR}-{YEAR + 1} van {world.school.name}." in again


@pytest.mark.parametrize("state", ["submitted", "adopted"])
def test_no_plan_of_another_year_is_opened_unasked(
    world: World, as_alice: Client, shared: ActionPlan, state: str
) -> None:
    plans.plan(world, world.alice, world.school, state=state)
    source = plans.points(shared)[0]
    asked = as_alice.post(url("point_take_over", source.pk), {"jaar": YEAR}).content.decode()
    words = {"submitted": "ingediend", "adopted": "vastgesteld"}[state]
    assert f"Uw actieplan van {YEAR}-{YEAR + 1} is al {words}." in asked
    assert f"Wilt u deze actie overnemen in het actieplan van {YEAR + 1}-{YEAR + 2}?" in asked
    assert ActionPlan.objects.filter(school=world.school).count() == 1
    answer = {"naar": f"{world.school.pk}-{YEAR + 1}"}
    assert f'value="{answer["naar"]}"' in asked
    done = as_alice.post(url("point_take_over", source.pk), answer, follow=True).content.decode()
    assert f"in het actieplan {YEAR + 1}-{YEAR + 2} van {world.school.name}." in done
    assert ActionPoint.objects.select_related("plan").get(source=source.pk).plan.school_year == YEAR + 1
    again = as_alice.post(url("point_take_over", source.pk), {"jaar": YEAR}, follow=True).content.decode()
    assert f"Deze actie stond al in uw plan van {YEAR + 1}-{YEAR + 2}" in again
    assert ActionPoint.objects.filter(source=source.pk).count() == 1


def test_when_both_plans_stand_firm_nothing_is_taken_over(world: World, as_alice: Client, shared: ActionPlan) -> None:
    for year in (YEAR, YEAR + 1):
        plans.plan(world, world.alice, world.school, state="submitted", year=year)
    response = as_alice.post(url("point_take_over", plans.points(shared)[0].pk), {"jaar": YEAR}, follow=True)
    assert (
        f"Actieplan {YEAR + 1}-{YEAR + 2} van {world.school.name}: dit plan is ingediend" in response.content.decode()
    )
    assert not ActionPoint.objects.exclude(source=None).exists()


@pytest.mark.parametrize("asked", [{"jaar": "2098"}, {"jaar": "x"}, {"naar": ""}, {"naar": "1-2050"}, {"naar": "x"}])
def test_a_year_or_school_that_no_page_offers_is_refused(
    world: World, as_alice: Client, shared: ActionPlan, asked: dict[str, str]
) -> None:
    assert as_alice.post(url("point_take_over", plans.points(shared)[0].pk), asked).status_code == 400
    assert not ActionPlan.objects.filter(school=world.school).exists()


def test_who_has_several_schools_chooses_one(world: World, as_alice: Client, shared: ActionPlan) -> None:
    third = factories.school(world.partnership, world.board, "09XX", "De Driesprong")
    factories.member(world.alice, Role.STAFF, school=third)
    source = plans.points(shared)[0]
    assert "Overnemen in het plan van" in page(as_alice)
    asked = as_alice.post(url("point_take_over", source.pk), {"jaar": YEAR}).content.decode()
    assert f"De Driesprong, actieplan {YEAR}-{YEAR + 1}" in asked
    assert not ActionPoint.objects.filter(source=source.pk).exists()
    assert as_alice.post(url("point_take_over", source.pk), {"school": world.other_school.pk}).status_code == 400
    as_alice.post(url("point_take_over", source.pk), {"school": third.pk, "jaar": YEAR})
    assert ActionPoint.objects.get(source=source.pk).plan_id == ActionPlan.objects.get(school=third).pk


def test_ones_own_point_is_not_taken_over(world: World, as_carla: Client, shared: ActionPlan) -> None:
    response = as_carla.post(url("point_take_over", plans.points(shared)[0].pk), follow=True)
    assert "al in een plan van uw school" in response.content.decode()
    assert ActionPoint.objects.count() == 1


def test_a_point_that_one_may_not_read_is_not_taken_over(world: World, as_alice: Client, shared: ActionPlan) -> None:
    shared.share(world.carla, shared=False)
    assert as_alice.post(url("point_take_over", plans.points(shared)[0].pk)).status_code == 404


def test_names_in_the_message_are_no_markup(world: World, as_alice: Client, shared: ActionPlan) -> None:
    type(world.other_school).objects.filter(pk=world.other_school.pk).update(name="<b>De Horizon</b>")
    response = as_alice.post(url("point_take_over", plans.points(shared)[0].pk), follow=True)
    assert "<b>De Horizon</b>" not in response.content.decode()
    assert "&lt;b&gt;De Horizon" in response.content.decode()


def test_many_points_stand_on_several_pages(world: World, as_alice: Client) -> None:
    goals = tuple(f"Doel nummer {number}." for number in range(70))
    plans.plan(world, world.carla, world.other_school, state="submitted", goals=goals, shared=True)
    assert "Bladzijde 1 van 2" in page(as_alice)
    assert "Doel nummer 69." in page(as_alice, "?pagina=2")
    assert "q=nummer" in page(as_alice, "?q=nummer")


def test_the_count_names_the_partnership_too(
    world: World, as_alice: Client, as_carla: Client, shared: ActionPlan
) -> None:
    assert "1 actiepunt van 1 school." in page(as_alice, f"?jaar={YEAR}")
    work_plan = ActionPlan.begin(world.petra, world.partnership, YEAR)
    work_plan.add_point(
        world.petra, goal="Een verzuimkaart.", due=DUE, measure="x", spearhead=plans.spearheads(world)[0]
    )
    plans.bring_plan(world, work_plan, world.petra, "adopted")
    assert "2 actiepunten van 1 school en het SWV." in page(as_alice, f"?jaar={YEAR}")
    assert "1 actiepunt van het SWV." in page(as_carla, f"?jaar={YEAR}")


def test_the_lead_fits_who_reads(as_alice: Client, as_dirk: Client, as_aisha: Client, as_petra: Client) -> None:
    assert "Neem een actie over" in page(as_alice)
    assert "wat uw scholen in hun plannen schreven" in page(as_dirk)
    assert "Lees de vastgestelde plannen" in page(as_aisha)
    assert "ingediende plannen" in page(as_petra)
    for client in (as_dirk, as_aisha, as_petra):
        assert "Neem een actie over" not in page(client)
        assert "Deel uw eigen plan" not in page(client)


def test_downloads_have_one_form(world: World, as_alice: Client, shared: ActionPlan) -> None:
    plain = " ".join(strip_tags(page(as_alice, f"?jaar={YEAR}")).split())
    assert "Downloaden: Excel, OpenDocument of CSV" in plain
    file = as_alice.get(url("points_export", YEAR, "ods"))["Content-Disposition"]
    assert file == f'attachment; filename="actiepunten-{YEAR}-{YEAR + 1}.ods"'
