"""The support profile of a school, from its beginning to what everybody reads."""

import datetime
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ItemState, Provision, SupportProfile
from schools.models import Role
from swvportal.lib import dates
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import bases_of
from tests import factories, plans
from tests.plans import GROUPS, YEAR


def url(name, world, year=YEAR, school=None):
    return reverse(f"actionplans:{name}", args=[(school or world.school).pk, year])


def whole_form(page, **changed):
    """What the browser posts when only these fields were changed."""
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in fields.items() if value not in (None, "")} | changed


def read(world):
    return SupportProfile.objects.for_page().with_content().get(school=world.school, school_year=YEAR)


def test_whoever_works_there_begins_a_profile(world, as_bob, as_petra):
    page = as_bob.get(url("profile", world))
    assert "nog geen lijst" in page.text
    assert "Profiel beginnen" not in page.text
    plans.catalogue(world)
    assert "Profiel beginnen" in as_bob.get(url("profile", world)).text
    assert "Profiel beginnen" in as_bob.get(reverse("school", args=[world.school.pk])).text
    page = as_petra.get(url("profile", world))
    assert "nog geen profiel" in page.text
    assert "Profiel beginnen" not in page.text
    response = as_bob.post(url("profile_begin", world))
    assert response["Location"] == url("profile_edit", world)
    assert read(world).is_draft
    assert "werkt aan haar profiel" in as_petra.get(url("profile", world)).text


def test_without_a_list_there_is_nothing_to_begin(world, as_alice):
    page = as_alice.post(url("profile_begin", world), follow=True)
    assert "nog geen lijst met basisondersteuning gepubliceerd" in page.text
    assert not SupportProfile.objects.exists()


def test_a_profile_begins_as_a_copy_of_last_years(world, as_alice):
    before = plans.profile(world, world.alice, world.school, year=YEAR - 1, items=ItemState.DEVELOPING)
    plans.add_provision(before, world.alice, "Time-outplek", GROUPS[0], places=4)
    assert "kopie van uw profiel van 2025-2026" in as_alice.get(url("profile", world)).text
    as_alice.post(url("profile_begin", world))
    now = read(world)
    assert now.description == before.description
    assert {row.state for row in now.items.all()} == {"developing"}
    (provision,) = now.provisions.all()
    assert (provision.name, provision.places) == ("Time-outplek", 4)
    assert [group.name for group in provision.target_groups.all()] == [GROUPS[0]]


def test_what_changed_since_last_year_is_said(world, as_alice):
    before = plans.profile(world, world.alice, world.school, year=YEAR - 1, items=ItemState.DEVELOPING)
    plans.add_provision(before, world.alice, "Time-outplek", GROUPS[0], places=4)
    now = plans.profile(world, world.alice, world.school)
    plans.add_provision(now, world.alice, "Huiskamer", GROUPS[1])
    now.provisions.get(name="Time-outplek").remove(world.alice)
    page = as_alice.get(url("profile", world))
    assert "Mentoraat: aanwezig, was in ontwikkeling" in page.context["changes"]
    assert "Nieuwe voorziening: Huiskamer" in page.context["changes"]
    assert "Voorziening vervallen: Time-outplek" in page.context["changes"]
    assert url("profile", world, YEAR - 1) in page.text


def test_filling_in_shows_last_year_beside_it_and_how_far_one_is(world, as_alice):
    before = plans.profile(world, world.alice, world.school, year=YEAR - 1, items=ItemState.ABSENT)
    row = before.items.all()[0]
    plans.save(before, world.alice, **{f"item-{row.item_id}-explanation": "Vorig jaar nog niet."})
    as_alice.post(url("profile_begin", world))
    page = as_alice.get(url("profile_edit", world))
    assert "Vorig jaar nog niet." in page.text
    assert (page.context["filled"], page.context["parts"]) == (7, 12)
    assert "van 12 onderdelen ingevuld" in page.text


def test_one_button_saves_everything(world, as_bob):
    profile = plans.profile(world, world.alice, world.school)
    item = profile.items.all()[0].item_id
    page = as_bob.get(url("profile_edit", world))
    posted = whole_form(
        page, limits="Geen medische handelingen.\r\nWel vervoer.",
        **{f"item-{item}-state": "developing", f"item-{item}-explanation": "Net begonnen."},
    )  # fmt: skip
    assert as_bob.post(url("profile_edit", world), posted).status_code == 302
    now = read(world)
    assert now.limits == "Geen medische handelingen.\nWel vervoer."
    assert (now.items.all()[0].state, now.items.all()[0].explanation) == ("developing", "Net begonnen.")
    assert now.description == profile.description


def test_fields_that_do_not_arrive_stay_as_they_are(world, as_alice):
    profile = plans.profile(world, world.alice, world.school)
    bases = json.dumps(bases_of(profile.standing()))
    as_alice.post(url("profile_edit", world), {"ambitions": "Meer rust.", "bases": bases})
    now = read(world)
    assert now.ambitions == "Meer rust."
    assert now.description == profile.description
    assert {row.state for row in now.items.all()} == {"present"}


def test_two_people_in_different_fields_merge(world, as_alice, as_bob):
    plans.profile(world, world.alice, world.school)
    hers, his = (client.get(url("profile_edit", world)) for client in (as_alice, as_bob))
    as_alice.post(url("profile_edit", world), whole_form(hers, partners="De GGD."))
    as_bob.post(url("profile_edit", world), whole_form(his, limits="Geen verpleging."))
    now = read(world)
    assert (now.partners, now.limits) == ("De GGD.", "Geen verpleging.")


def test_two_people_in_one_field_see_both_texts_and_lose_neither(world, as_alice, as_bob):
    plans.profile(world, world.alice, world.school)
    hers, his = (client.get(url("profile_edit", world)) for client in (as_alice, as_bob))
    as_alice.post(url("profile_edit", world), whole_form(hers, limits="Van Alice."))
    page = as_bob.post(url("profile_edit", world), whole_form(his, limits="Van Bob.", partners="De GGD."))
    assert page.status_code == 200
    assert "Van Alice." in page.text
    assert "Van Bob." in page.text
    as_bob.post(url("profile_edit", world), whole_form(page))
    now = read(world)
    assert (now.limits, now.partners) == ("Van Alice.", ""), "before the choice"


def test_from_draft_to_published(world, as_alice, as_carla, as_petra):
    plans.profile(world, world.alice, world.school)
    assert as_carla.get(url("profile", world)).status_code == 404
    day = timezone.localdate()
    as_alice.post(url("profile_to_mr", world), {"mr_on": day.isoformat()})
    assert as_petra.get(url("profile", world)).status_code == 200
    as_alice.post(url("profile_adopt", world))
    assert as_carla.get(url("profile", world)).status_code == 404
    as_alice.post(url("profile_publish", world))
    now = read(world)
    assert now.is_published
    assert (now.mr_on, now.adopted_on, now.adopted_by) == (day, day, world.alice)
    page = as_carla.get(url("profile", world))
    assert page.status_code == 200
    for action in ("profile_edit", "profile_back", "profile_check"):
        assert url(action, world) not in page.text
    assert url("profile_back", world) in as_alice.get(url("profile", world)).text


def test_what_is_missing_is_shown_with_links_and_stops_the_mr(world, as_alice):
    profile = plans.profile(world, world.alice, world.school, items="")
    page = as_alice.get(url("profile_to_mr", world))
    assert "Mentoraat" in page.text
    anchor = f"{url('profile_edit', world)}#i-{profile.items.all()[0].item_id}"
    assert anchor in page.text
    page = as_alice.post(url("profile_to_mr", world), {"mr_on": timezone.localdate().isoformat()}, follow=True)
    assert "Vul eerst in: Mentoraat" in page.text
    assert read(world).is_draft


@pytest.mark.parametrize("state", ["draft", "with_mr"])
def test_nothing_is_published_that_did_not_pass_the_mr_and_the_director(world, as_alice, state):
    plans.profile(world, world.alice, world.school, state=state)
    page = as_alice.post(url("profile_publish", world), follow=True)
    assert "Dit kan nu niet" in page.text
    assert read(world).state == state
    if state == "draft":
        as_alice.post(url("profile_adopt", world))
        assert read(world).is_draft


def test_the_director_waits_for_the_day_of_the_mr(world, as_alice):
    plans.profile(world, world.alice, world.school)
    later = timezone.localdate() + datetime.timedelta(days=3)
    as_alice.post(url("profile_to_mr", world), {"mr_on": later.isoformat()})
    words = f"U kunt vaststellen vanaf {dates.long_day(later)}."
    page = as_alice.get(url("profile", world)).text
    assert words in page
    assert url("profile_adopt", world) not in page
    assert f"bespreking op {dates.long_day(later)}" in page
    assert words in as_alice.get(url("profile_adopt", world)).text
    assert words in as_alice.post(url("profile_adopt", world), follow=True).text
    assert read(world).state == "with_mr"


def test_the_meeting_of_the_mr_moves_to_another_day(world, as_alice, as_bob):
    plans.profile(world, world.alice, world.school)
    today = timezone.localdate()
    as_alice.post(url("profile_to_mr", world), {"mr_on": (today + datetime.timedelta(days=3)).isoformat()})
    assert url("profile_to_mr", world) in as_alice.get(url("profile", world)).text
    assert as_bob.post(url("profile_to_mr", world), {"mr_on": today.isoformat()}).status_code == 403
    page = as_alice.post(url("profile_to_mr", world), {"mr_on": today.isoformat()}, follow=True)
    assert f"De MR bespreekt het profiel op {dates.long_day(today)}." in page.text
    assert (read(world).mr_on, read(world).state) == (today, "with_mr")
    assert url("profile_adopt", world) in page.text


@pytest.mark.parametrize("day", ["2025-07-31", "2027-08-01", "2062-01-01"])
def test_the_mr_meets_in_or_shortly_before_the_school_year(world, as_alice, day):
    profile = plans.profile(world, world.alice, world.school)
    page = as_alice.post(url("profile_to_mr", world), {"mr_on": day})
    assert "Kies een datum in of kort voor schooljaar 2026-2027." in page.text
    with pytest.raises(IllegalTransition, match="Kies een datum"):
        profile.send_to_mr(world.alice, datetime.date.fromisoformat(day))
    assert read(world).is_draft
    with_mr = plans.profile(world, world.carla, world.other_school, state="with_mr")
    with pytest.raises(IllegalTransition, match="Kies een datum"):
        with_mr.move_mr(world.carla, datetime.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("state", "name", "words"),
    [
        ("published", "profile_publish", "Het profiel is al gepubliceerd."),
        ("published", "profile_adopt", "Het profiel is al gepubliceerd."),
        ("adopted", "profile_adopt", "Het profiel is al vastgesteld."),
        ("adopted", "profile_to_mr", "Het profiel is al vastgesteld."),
        ("with_mr", "profile_to_mr", "Het profiel gaat al langs de MR"),
        ("draft", "profile_back", "Het profiel is al een concept."),
    ],
)
def test_a_button_pressed_twice_is_no_mistake(world, as_alice, state, name, words):
    plans.profile(world, world.alice, world.school, state=state)
    page = as_alice.post(url(name, world), {"mr_on": timezone.localdate().isoformat()}, follow=True)
    (message,) = page.context["messages"]
    assert (message.level_tag, str(message)[: len(words)]) == ("info", words)
    assert read(world).state == state


def test_the_next_profile_is_offered_when_it_may_begin(world, as_alice):
    plans.profile(world, world.alice, world.school, state="published")
    assert "Volgend schooljaar begint u" in as_alice.get(url("profile", world)).text
    plans.profile(world, world.alice, world.school, year=plans.YEAR + 1, state="published")
    for year in (plans.YEAR, plans.YEAR + 1):
        page = as_alice.get(reverse("actionplans:profile", args=[world.school.pk, year]))
        assert "Volgend schooljaar begint u" not in page.text


def test_a_deputy_moves_it_and_staff_do_not(world, as_bob):
    plans.profile(world, world.alice, world.school)
    deputy = factories.user("deborah")
    factories.member(deputy, Role.STAFF, school=world.school, deputy=True)
    browser = Client()
    browser.force_login(deputy)
    today = {"mr_on": timezone.localdate().isoformat()}
    assert as_bob.post(url("profile_to_mr", world), today).status_code == 403
    assert "Naar de MR brengen" not in as_bob.get(url("profile", world)).text
    assert browser.post(url("profile_to_mr", world), today).status_code == 302
    assert read(world).state == "with_mr"


def test_back_to_draft_passes_everything_again(world, as_alice, as_carla):
    plans.profile(world, world.alice, world.school, state="published")
    assert "vinden de andere scholen het niet" in as_alice.get(url("profile_back", world)).text
    as_alice.post(url("profile_back", world))
    now = read(world)
    assert now.is_draft
    assert now.mr_on is now.adopted_on is None
    assert as_carla.get(url("profile", world)).status_code == 404


def test_a_profile_that_left_the_draft_is_not_changed(world, as_alice):
    plans.profile(world, world.alice, world.school, state="with_mr")
    page = as_alice.post(url("profile_edit", world), {"limits": "Toch nog.", "bases": ""}, follow=True)
    assert "geen concept meer" in page.text
    assert read(world).limits == ""


@pytest.mark.parametrize("year", [1, 1999, 2100, 10**20])
def test_a_year_that_cannot_be_is_not_found(world, as_alice, year):
    plans.catalogue(world)
    assert as_alice.get(f"/scholen/{world.school.pk}/profiel/{year}/").status_code == 404
    assert as_alice.post(f"/scholen/{world.school.pk}/profiel/{year}/beginnen/").status_code == 404


def test_provisions_are_added_changed_and_removed(world, as_bob):
    profile = plans.profile(world, world.alice, world.school)
    autism, language, _ = profile.catalogue.items.filter(kind="target_group")
    as_bob.post(
        url("provision_add", world),
        {"name": "Rustplek", "places": "6", "description": "Even bijkomen.", "target_groups": [autism.pk]},
    )
    provision = Provision.objects.get()
    edit = reverse("actionplans:provision_edit", args=[provision.pk])
    bases = as_bob.get(edit).context["form"]["bases"].value()
    as_bob.post(edit, {"name": "Rustplek", "places": "", "target_groups": [language.pk], "bases": bases,
                       "description": "Even bijkomen."})  # fmt: skip
    provision.refresh_from_db()
    assert provision.places is None
    assert [group.pk for group in provision.target_groups.all()] == [language.pk]
    assert "Rustplek" in as_bob.get(url("profile", world)).text
    as_bob.post(reverse("actionplans:provision_remove", args=[provision.pk]))
    assert not Provision.objects.exists()


def test_two_people_in_the_target_groups_see_both_choices(world, as_alice, as_bob):
    profile = plans.profile(world, world.alice, world.school)
    plans.add_provision(profile, world.alice, "Rustplek", GROUPS[0])
    autism, language, ill = profile.catalogue.items.filter(kind="target_group")
    provision = Provision.objects.get()
    edit = reverse("actionplans:provision_edit", args=[provision.pk])
    bases = as_bob.get(edit).context["form"]["bases"].value()
    post = {"name": "Rustplek", "description": "", "places": "", "bases": bases}
    as_alice.post(edit, {**post, "target_groups": [autism.pk, language.pk]})
    page = as_bob.post(edit, {**post, "target_groups": [ill.pk]})
    assert f"{GROUPS[0]}, {GROUPS[1]}" in page.text
    assert provision.target_groups.count() == 2


def test_the_schools_page_lists_its_profiles(world, as_alice, as_petra, as_aisha):
    plans.profile(world, world.alice, world.school, year=YEAR - 1, state="published")
    plans.profile(world, world.alice, world.school)
    page = reverse("school", args=[world.school.pk])
    assert url("profile", world) in as_alice.get(page).text
    seen = as_petra.get(page).text
    assert "Profiel 2026-2027: concept, nog bij de school" in seen
    assert url("profile", world, YEAR - 1) in seen
    assert url("profile", world) not in as_aisha.get(page).text


@pytest.mark.parametrize("group", ["99999999999999999999", "x", "0"])
def test_a_target_group_that_is_not_on_the_list_is_refused(world, as_alice, group):
    plans.profile(world, world.alice, world.school)
    page = as_alice.post(url("provision_add", world), {"name": "Rustplek", "target_groups": [group]})
    assert "Kies een doelgroep van de lijst." in page.text
    assert not Provision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"name": ""}, "Schrijf de naam van de voorziening op."), ({"places": "-1"}, "Vul 0 of meer in.")],
)
def test_a_mistake_in_a_provision_says_what_to_do(world, as_alice, changed, words):
    plans.profile(world, world.alice, world.school)
    posted = {"name": "Rustplek", "description": "", "places": "", "bases": "", **changed}
    assert words in as_alice.post(url("provision_add", world), posted).text


@pytest.mark.parametrize(("day", "offered"), [("2027-02-28", 1), ("2027-03-01", 2), ("2027-08-01", 1)])
def test_the_page_of_the_school_offers_next_year_from_march(world, as_alice, as_petra, monkeypatch, day, offered):
    plans.catalogue(world)
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date.fromisoformat(day))
    page = reverse("school", args=[world.school.pk])
    profiles = as_alice.get(page).text.partition("Ondersteuningsprofiel")[2].partition("Begroting")[0]
    assert profiles.count(": nog niet begonnen.") == offered
    assert "nog niet begonnen." not in as_petra.get(page).text
