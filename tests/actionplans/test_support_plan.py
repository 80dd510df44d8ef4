"""The support plan: written by the partnership, adopted after the OPR's consent, read by everybody."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, Spearhead, SupportPlan, Target
from swvportal.lib.school_year import school_year_of
from tests import plans
from tests.access_rows.plans import shown
from tests.factories import World

pytestmark = pytest.mark.django_db
OVERVIEW = "/ondersteuningsplan/"


def read(client: Client, url: str) -> str:
    response = client.get(url, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def to(name: str, pk: int) -> str:
    return reverse(f"actionplans:{name}", args=[pk])


def test_from_the_first_words_to_the_page_that_schools_read(world: World, as_petra: Client, as_alice: Client) -> None:
    assert "nog geen ondersteuningsplan" in read(as_alice, OVERVIEW)
    begun = {"title": "Samen passend", "first_year": "2026", "last_year": "2029"}
    as_petra.post(reverse("actionplans:support_plan_begin"), begun)
    plan = SupportPlan.objects.get()
    for title in ("Verzuim terugdringen", "Trajecten"):
        as_petra.post(to("spearhead_add", plan.pk), {"title": title, "description": "Samen."})
    second = plan.spearheads.get(number=2)
    as_petra.post(to("spearhead_move", second.pk), {"richting": "omhoog"})
    assert [spearhead.title for spearhead in plan.spearheads.all()] == ["Trajecten", "Verzuim terugdringen"]
    target = {
        "text": "Weinig thuiszitters", "bound": "most", "value": "0,4", "unit": "% van de leerlingen",
        "spearhead": plan.spearheads.get(number=2).pk, "reached_by": "2030-07-31",
    }  # fmt: skip
    as_petra.post(to("target_add", plan.pk), target)
    as_petra.post(to("target_add", plan.pk), {"text": "Tevreden ouders"})
    edit = {"title": "Samen passend", "first_year": "2026", "last_year": "2029", "introduction": "De rode draad."}
    as_petra.post(to("support_plan_edit", plan.pk), {**edit, "bases": shown(plan, SupportPlan.EDITABLE)})
    assert as_alice.get(plan.get_absolute_url()).status_code == 404
    assert as_petra.get(to("support_plan_adopt", plan.pk)).status_code == 200
    as_petra.post(to("support_plan_adopt", plan.pk), {"opr_consent_on": timezone.localdate().isoformat()})

    page = read(as_alice, OVERVIEW)
    for words in ("De rode draad.", "hoogstens 0,4 % van de leerlingen", "Tevreden ouders", "Trajecten"):
        assert words in page
    assert "beoordeeld voor het hele samenwerkingsverband" in page
    assert page.index("Trajecten") < page.index("Verzuim terugdringen") < page.index("hoogstens 0,4 %")
    assert "Wijzigen" not in page


def test_adopted_is_adopted(world: World, as_petra: Client, as_alice: Client) -> None:
    plan = plans.support_plan(world)
    spearhead, target = Spearhead.objects.filter(plan=plan).first(), Target.objects.get(plan=plan)
    assert spearhead is not None
    addresses = [
        *((name, plan.pk) for name in ("support_plan_edit", "support_plan_adopt", "spearhead_add", "target_add")),
        *((name, spearhead.pk) for name in ("spearhead_edit", "spearhead_remove")),
        *((name, target.pk) for name in ("target_edit", "target_remove")),
    ]
    for name, pk in addresses:
        for answer in (as_petra.get, as_petra.post):
            response = answer(to(name, pk), follow=True)
            assert "Dit ondersteuningsplan is vastgesteld." in response.content.decode(), name
        assert as_alice.get(to(name, pk)).status_code == 403, name
    assert Spearhead.objects.filter(plan=plan).count() == 2


def test_the_next_version_copies_and_the_present_one_stays(world: World, as_petra: Client, as_alice: Client) -> None:
    old = plans.support_plan(world)
    asked = read(as_petra, reverse("actionplans:support_plan_begin"))
    assert "kopie van versie 1" in asked
    begun = {"title": "Samen verder", "first_year": "2029", "last_year": "2032"}
    as_petra.post(reverse("actionplans:support_plan_begin"), begun)
    draft = SupportPlan.objects.get(version=2)
    assert draft.spearheads.count() == old.spearheads.count()
    assert as_petra.get(reverse("actionplans:support_plan_begin"))["Location"] == draft.get_absolute_url()
    assert as_alice.get(OVERVIEW)["Location"] == old.get_absolute_url()
    versions = as_alice.get(OVERVIEW, {"toon": "versies"}).content.decode()
    assert "Samen passend" in versions
    assert "Samen verder" not in versions
    spearhead = draft.spearheads.get(number=2)
    asked = read(as_petra, to("spearhead_remove", spearhead.pk))
    assert "verdwijnt ook dit resultaat" in asked
    assert "Weinig thuiszitters" in asked
    as_petra.post(to("spearhead_remove", spearhead.pk))
    assert draft.targets.count() == 0
    assert old.targets.count() == 1


def test_consent_first(world: World, as_petra: Client) -> None:
    plan = SupportPlan.begin(world.petra, world.partnership, title="Plan", first_year=2026, last_year=2029)
    url = to("support_plan_adopt", plan.pk)
    assert "Schrijf eerst een speerpunt op." in read(as_petra, url)
    plan.add_spearhead(world.petra, title="Een")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for day in ("", tomorrow.isoformat()):
        as_petra.post(url, {"opr_consent_on": day, "x": "1"})
        plan.refresh_from_db()
        assert plan.is_draft


def test_a_number_needs_a_bound_and_a_period_an_order(world: World, as_petra: Client) -> None:
    plan = SupportPlan.begin(world.petra, world.partnership, title="Plan", first_year=2026, last_year=2029)
    for wrong in ({"value": "3"}, {"bound": "most"}, {"bound": "most", "value": "NaN"}):
        assert as_petra.post(to("target_add", plan.pk), {"text": "Iets", **wrong}).status_code == 422
    assert not Target.objects.exists()
    turned = {"title": "Plan", "first_year": "2029", "last_year": "2026"}
    assert as_petra.post(to("support_plan_edit", plan.pk), turned).status_code == 422


def test_two_people_who_each_change_half_of_a_number_get_no_error_page(
    world: World, as_petra: Client, as_bea: Client
) -> None:
    plan = SupportPlan.begin(world.petra, world.partnership, title="Plan", first_year=2026, last_year=2029)
    target = plan.add_target(world.petra, text="Weinig verzuim", bound="most", value=Decimal(3))
    target = Target.objects.get(pk=target.pk)
    bases = shown(target, Target.EDITABLE)
    same = {"text": target.text, "bases": bases}
    as_petra.post(to("target_edit", target.pk), same)  # no number any more
    response = as_bea.post(to("target_edit", target.pk), {**same, "bound": "least", "value": "3"})
    assert response.status_code in {302, 409}
    target.refresh_from_db()
    assert bool(target.bound) == (target.value is not None)


def test_both_texts_of_an_introduction_are_shown(world: World, as_petra: Client, as_bea: Client) -> None:
    plan = SupportPlan.begin(world.petra, world.partnership, title="Plan", first_year=2026, last_year=2029)
    url, bases = to("support_plan_edit", plan.pk), shown(plan, SupportPlan.EDITABLE)
    same = {"title": "Plan", "first_year": "2026", "last_year": "2029", "bases": bases}
    as_petra.post(url, {**same, "introduction": "Van Petra"})
    response = as_bea.post(url, {**same, "introduction": "Van Bea"})
    assert response.status_code == 409
    assert "Van Petra" in response.content.decode()
    assert "Van Bea" in response.content.decode()
    plan.refresh_from_db()
    assert plan.introduction == "Van Petra"


def test_the_work_plan_is_begun_from_here_once(world: World, as_petra: Client, as_alice: Client) -> None:
    plan = plans.support_plan(world)
    year = school_year_of(timezone.localdate())
    assert f"Jaarwerkplan {year}-{year + 1} beginnen" in read(as_petra, plan.get_absolute_url())
    assert "beginnen" not in read(as_alice, plan.get_absolute_url())
    for _ in range(2):
        response = as_petra.post(reverse("actionplans:work_plan"), {"school_year": year})
        assert response["Location"] == ActionPlan.objects.get(school=None).get_absolute_url()
    assert as_petra.post(reverse("actionplans:work_plan"), {"school_year": "1999"}).status_code == 400
