"""What a plan says and allows on its way: days that cannot be, steps that are undone, sharing, and who is addressed."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint, SupportPlan
from records.models import LogEntry
from tests import plans
from tests.factories import World

pytestmark = pytest.mark.django_db
PERIOD = f"Kies een datum in of rond schooljaar {plans.YEAR}-{plans.YEAR + 1}."


def to(name: str, pk: int) -> str:
    return reverse(f"actionplans:{name}", args=[pk])


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def told(client: Client, url: str, **data: object) -> str:
    return client.post(url, data, follow=True).content.decode()


def anew(plan: ActionPlan) -> ActionPlan:
    return ActionPlan.objects.for_page().get(pk=plan.pk)


# Days -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["start", "due"])
def test_the_days_of_a_point_lie_in_or_around_the_year(world: World, as_bob: Client, field: str) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=())
    add = to("point_add", plan.pk)
    for day in (f"{plans.YEAR - 1}-12-31", f"{plans.YEAR + 2}-08-01", "0001-01-01", "9999-12-31"):
        response = as_bob.post(add, {"goal": "Rust", field: day})
        assert response.status_code == 422
        assert PERIOD in response.content.decode()
    for day in (f"{plans.YEAR}-01-01", f"{plans.YEAR + 2}-07-31"):
        assert as_bob.post(add, {"goal": f"Rust {day}", field: day}).status_code == 302


def test_the_date_of_an_agreement_may_stay(world: World, as_bob: Client) -> None:
    point = plans.points(plans.plan(world, world.alice, world.school))[0]
    far = datetime.date(plans.YEAR + 4, 1, 1)
    ActionPoint.objects.filter(pk=point.pk).update(due=far)
    same = {"goal": "Meer rust", "spearhead": point.spearhead_id, "due": far.isoformat()}
    assert as_bob.post(to("point_edit", point.pk), same).status_code in {302, 409}
    assert as_bob.post(to("point_edit", point.pk), {**same, "due": "2031-01-01"}).status_code == 422


def test_the_talk_is_not_before_the_plan_was_submitted(world: World, as_petra: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    before = timezone.localdate() - datetime.timedelta(days=1)
    response = as_petra.post(to("plan_discuss", plan.pk), {"on": before.isoformat()})
    assert response.status_code == 422
    assert "Kies een dag vanaf het indienen, " in response.content.decode()
    assert anew(plan).state == "submitted"


def test_the_partnership_mends_the_day_and_takes_the_talk_back(
    world: World, as_petra: Client, as_alice: Client
) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    today = timezone.localdate()
    week = timezone.now() - datetime.timedelta(days=7)
    ActionPlan.objects.filter(pk=plan.pk).update(submitted_at=week)
    as_petra.post(to("plan_discuss", plan.pk), {"on": today.isoformat()})
    page = read(as_petra, plan.get_absolute_url())
    assert "Datum wijzigen" in page
    assert "Terug naar ingediend" in page
    assert "Datum wijzigen" not in read(as_alice, plan.get_absolute_url())
    other = today - datetime.timedelta(days=3)
    assert "De datum is gewijzigd." in told(as_petra, to("plan_change_day", plan.pk), on=other.isoformat())
    assert anew(plan).discussed_on == other
    too_early = {"on": (today - datetime.timedelta(days=9)).isoformat()}
    assert as_petra.post(to("plan_change_day", plan.pk), too_early).status_code == 422
    assert "Terug naar ingediend" in read(as_petra, to("plan_take_back_talk", plan.pk))
    as_petra.post(to("plan_take_back_talk", plan.pk))
    assert (anew(plan).state, anew(plan).discussed_on) == ("submitted", None)
    assert LogEntry.objects.filter(object_id=plan.pk, verb="plan_day_of_talk").count() == 1
    anew(plan).discuss(world.petra, today)
    anew(plan).adopt(world.alice)
    for name in ("plan_change_day", "plan_take_back_talk"):
        assert "Het plan is al vastgesteld." in told(as_petra, to(name, plan.pk), on=today.isoformat())
    assert anew(plan).discussed_on == today


def test_a_target_lies_in_the_years_of_its_plan_and_old_dates_are_counted(world: World, as_petra: Client) -> None:
    plan = SupportPlan.begin(world.petra, world.partnership, title="Plan", first_year=2026, last_year=2029)
    plan.add_spearhead(world.petra, title="Een")
    for day in ("2026-07-31", "2031-08-01"):
        response = as_petra.post(to("target_add", plan.pk), {"text": "Iets", "reached_by": day})
        assert "Kies een datum in de jaren van dit plan: van 1 augustus 2026" in response.content.decode()
    assert "vóór dit plan" not in read(as_petra, to("support_plan_adopt", plan.pk))
    for text in ("Minder verzuim", "Meer rust"):
        plan.add_target(world.petra, text=text, reached_by=datetime.date(2025, 8, 1))
    page = read(as_petra, to("support_plan_adopt", plan.pk))
    assert "Twee resultaten hebben een datum vóór dit plan." in page
    assert to("target_edit", plan.targets.get(text="Meer rust").pk) in page


# A page with a mistake, loaded once more ------------------------------------------------------------------------------


def test_what_only_takes_a_post_leads_back(world: World, as_alice: Client, as_petra: Client) -> None:
    plan = plans.plan(world, world.alice, world.school)
    point = plans.points(plan)[0]
    for name in ("point_note", "point_state", "point_classify", "point_carry_over"):
        response = as_alice.get(to(name, point.pk))
        assert response["Location"].partition("#")[0] == point.get_absolute_url(), name
    assert as_petra.get(reverse("actionplans:work_plan"))["Location"] == reverse("actionplans:support_plans")
    assert not point.notes.exists()
    assert not ActionPlan.objects.filter(school=None).exists()


# Sharing and giving back ----------------------------------------------------------------------------------------------


def test_sharing_is_asked_first(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    asked = read(as_alice, to("plan_share", plan.pk))
    assert "Dit lezen de andere scholen" in asked
    assert anew(plan).shared_at is None
    as_alice.post(to("plan_share", plan.pk), {"gedeeld": "ja"})
    assert "met de andere scholen" in read(as_alice, plan.get_absolute_url())
    anew(plan).take_back(world.alice)
    page = read(as_alice, plan.get_absolute_url())
    assert "weer zodra u het plan indient" in page
    assert "met de andere scholen <small>" not in page


def test_given_back_is_said_on_top(world: World, as_bob: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="submitted")
    plan.give_back(world.petra, "Hoe meet u dit?")
    page = read(as_bob, plan.get_absolute_url())
    assert "Het samenwerkingsverband gaf dit plan terug." in page
    assert page.index("Hoe meet u dit?") < page.index('id="punten"')


# Evaluating, and who is addressed -------------------------------------------------------------------------------------


def test_the_year_is_evaluated_when_every_point_is(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted", year=plans.YEAR)
    is_may = timezone.localdate() >= datetime.date(plans.YEAR + 1, 5, 1)
    assert ("Jaar evalueren" in read(as_alice, plan.get_absolute_url())) is is_may
    assert as_alice.get(to("plan_evaluate", plan.pk)).status_code == 200, "the page itself stays"
    (point,) = plans.points(plan)
    point.evaluate(world.alice, result="partly", learned="Eerder beginnen.")
    assert "Jaar evalueren" in read(as_alice, plan.get_absolute_url())
    page = read(as_alice, point.get_absolute_url())
    assert "Dit actiepunt is geëvalueerd: deels gehaald." in page
    assert "<dt>Uitkomst</dt>" in page


def test_who_only_reads_is_not_asked_to_do(world: World, as_dirk: Client, as_petra: Client, as_aisha: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, state="adopted")
    for client in (as_dirk, as_petra, as_aisha):
        page = read(client, plan.get_absolute_url())
        assert "de school houdt per actiepunt bij hoe het gaat" in page
        assert "houdt u bij" not in page


def test_a_step_names_itself(world: World, as_alice: Client) -> None:
    plan = plans.plan(world, world.alice, world.school, goals=("Rust.",))
    ActionPoint.objects.filter(plan=plan).update(due=None)
    page = read(as_alice, to("plan_submit", plan.pk))
    assert "indienen?" in page
    assert 'aria-current="page">Indienen<' in page
    assert "</a>” een einddatum" in page


# A support plan that came later ---------------------------------------------------------------------------------------


def test_a_plan_that_was_begun_first_gets_its_spearheads(world: World, as_bob: Client, as_alice: Client) -> None:
    plan = ActionPlan.begin(world.alice, world.school, plans.YEAR)
    plan.add_point(world.bob, goal="Rust", due=datetime.date(plans.YEAR + 1, 6, 1))
    assert anew(plan).support_plan is None
    first = plans.spearheads(world)[0]
    assert "een speerpunt" in read(as_alice, to("plan_submit", plan.pk))
    form = read(as_bob, to("point_add", plan.pk))
    assert "Zonder speerpunt kunt u het plan niet indienen." in form
    assert first.title in form
    as_bob.post(to("point_add", plan.pk), {"goal": "Stilte", "spearhead": first.pk, "due": f"{plans.YEAR + 1}-06-01"})
    assert anew(plan).support_plan == plans.support_plan(world)
    assert LogEntry.objects.filter(object_id=plan.pk, verb="plan_support_plan_attached").count() == 1
    rust = ActionPoint.objects.get(goal="Rust")
    as_bob.post(to("point_classify", rust.pk), {"spearhead": first.pk})
    assert "Het plan is ingediend." in told(as_alice, to("plan_submit", plan.pk))


def test_a_plan_that_stands_firm_keeps_to_what_it_was_adopted_under(world: World, as_alice: Client) -> None:
    plan = ActionPlan.begin(world.alice, world.school, plans.YEAR)
    plan.add_point(world.bob, goal="Rust", due=datetime.date(plans.YEAR + 1, 6, 1))
    plans.bring_plan(world, plan, world.alice, "adopted")
    plans.support_plan(world)
    ActionPlan.begin(world.alice, world.school, plans.YEAR)
    assert anew(plan).support_plan is None
    assert "Speerpunt kiezen" not in read(as_alice, plans.points(plan)[0].get_absolute_url())


def test_a_target_is_said_in_words(world: World, as_alice: Client) -> None:
    plan = SupportPlan.begin(world.petra, world.partnership, title="Plan", first_year=2026, last_year=2029)
    plan.add_spearhead(world.petra, title="Een")
    day = datetime.date(2027, 8, 1)
    for text, bound, value, unit in (
        ("Niemand thuis", "most", 0, "leerlingen"),
        ("Weinig thuis", "most", Decimal("0.4"), "% van de leerlingen"),
        ("Niets boven", "most", 0, "%"),
    ):
        plan.add_target(world.petra, text=text, bound=bound, value=Decimal(value), unit=unit, reached_by=day)
    plan.adopt(world.petra, timezone.localdate())
    page = read(as_alice, plan.get_absolute_url())
    for words in ("geen leerlingen", "hoogstens 0,4 % van de leerlingen", "hoogstens 0 %"):
        assert f"Doel: <b>{words}</b>, uiterlijk 1 augustus 2027" in page
