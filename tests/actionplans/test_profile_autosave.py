"""What the browser gets back when the profile saves itself (static/js/autosave.js)."""

import json

from django.urls import reverse

from actionplans.models import SupportProfile
from tests import plans
from tests.plans import YEAR


def address(world):
    return reverse("actionplans:profile_edit", args=[world.school.pk, YEAR])


class Page:
    """An open form: what it shows and the bases that it carries."""

    def __init__(self, client, world):
        self.client, self.url = client, address(world)
        form = client.get(self.url).context["form"]
        self.fields = {name: form[name].value() or "" for name in form.fields}

    def save(self):
        response = self.client.post(self.url, self.fields, headers={"X-Autosave": "1"})
        if response.status_code == 200:
            self.fields["bases"] = response.json()["bases"]
        return response


def now(world):
    return SupportProfile.objects.get(school=world.school, school_year=YEAR)


def test_a_save_answers_with_the_time_and_the_new_bases(world, as_alice):
    plans.profile(world, world.alice, world.school)
    page = Page(as_alice, world)
    page.fields["limits"] = "Eerst."
    answer = page.save()
    assert answer.status_code == 200
    assert set(answer.json()) == {"bases", "at"}
    page.fields["limits"] = "Eerst. En verder."
    assert page.save().status_code == 200
    assert now(world).limits == "Eerst. En verder."


def test_a_field_that_somebody_else_changed_is_not_put_back_by_the_next_save(world, as_alice, as_bob):
    """The page still shows the old text there: it must keep the base of what it shows."""
    plans.profile(world, world.alice, world.school)
    hers, his = Page(as_alice, world), Page(as_bob, world)
    his.fields["partners"] = "De GGD."
    assert his.save().status_code == 200
    for text in ("Een.", "Een. Twee."):
        hers.fields["limits"] = text
        assert hers.save().status_code == 200
    assert (now(world).partners, now(world).limits) == ("De GGD.", "Een. Twee.")


def test_a_conflict_names_the_field_and_saves_nothing(world, as_alice, as_bob):
    plans.profile(world, world.alice, world.school)
    hers, his = Page(as_alice, world), Page(as_bob, world)
    hers.fields["limits"] = "Van Alice."
    hers.save()
    his.fields |= {"limits": "Van Bob.", "partners": "De GGD."}
    answer = his.save()
    assert answer.status_code == 409
    assert "Van Alice." in answer.json()["conflicts"]["limits"]
    assert (now(world).limits, now(world).partners) == ("Van Alice.", "")
    assert his.save().status_code == 409, "not by itself"
    assert "bases" not in answer.json()


def test_a_mistake_names_the_field(world, as_alice):
    plans.profile(world, world.alice, world.school)
    page = Page(as_alice, world)
    page.fields["limits"] = "x" * (SupportProfile.TEXT_MAX + 1)
    answer = page.save()
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["limits"]


def test_a_profile_that_went_to_the_mr_meanwhile_says_so(world, as_alice):
    profile = plans.profile(world, world.alice, world.school)
    page = Page(as_alice, world)
    SupportProfile.objects.filter(pk=profile.pk).update(state="with_mr", mr_on="2026-10-01")
    page.fields["limits"] = "Te laat."
    answer = page.save()
    assert answer.status_code == 409
    assert "geen concept meer" in json.dumps(answer.json(), ensure_ascii=False)


def test_the_page_brings_the_script_and_works_without_it(world, as_alice):
    plans.profile(world, world.alice, world.school)
    text = as_alice.get(address(world)).text
    assert "js/autosave.js" in text
    assert "data-autosave" in text
    assert 'type="submit" form="profiel"' in text
