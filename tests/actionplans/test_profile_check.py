""" "Klopt het nog?": the profile beside the ratings of school and SWV."""

from django.urls import reverse

from indicators.models import IndicatorSet
from tests import plans
from tests.plans import YEAR


def url(world, year=YEAR):
    return reverse("actionplans:profile_check", args=[world.school.pk, year])


def rate(world, code, *, school="v", partnership="v"):
    """Both forms filled in with the best level, but this row."""
    for party, level in (("school", school), ("partnership", partnership)):
        world.fill(party, "v")
        keys = [dimension.key for dimension in world.indicator_set.dimensions.all()]
        world.answer(party, code, levels={keys[0]: "v", keys[1]: level}, explanation=f"Praktijk volgens {party}.")
    return world.exchange()


def test_before_the_exchange_the_page_explains_and_shows_nothing(world, as_alice):
    plans.profile(world, world.alice, world.school)
    world.fill("partnership", "p")
    world.submit("partnership")
    page = as_alice.get(url(world))
    assert page.status_code == 200
    assert "nog niet uitgewisseld" in page.text
    assert "Toelichting bij" not in page.text


def test_present_but_rated_low_comes_first(world, as_alice):
    plans.profile(world, world.alice, world.school)
    rate(world, "2C", school="u", partnership="s")
    page = as_alice.get(url(world))
    first, second, *rest = page.context["rows"]
    assert first.item.item.name == "Dyslexiebeleid"
    assert first.needs_a_look
    assert first.low == ("het SWV",)
    assert second.item.item.name == "Mentoraat"
    assert not second.needs_a_look
    assert all(row.item is None for row in rest)
    assert len(rest) == 10
    assert "Kijk hier samen naar" in page.text
    assert "Praktijk volgens partnership." in page.text
    assert "Praktijk volgens school." in page.text


def test_what_is_still_growing_needs_no_look(world, as_alice):
    plans.profile(world, world.alice, world.school, items="developing")
    rate(world, "2C", school="p", partnership="p")
    assert not any(row.needs_a_look for row in as_alice.get(url(world)).context["rows"])


def test_a_scale_without_an_order_has_no_lower_half(world, as_alice, monkeypatch):
    from indicators.comparing import FormComparison

    plans.profile(world, world.alice, world.school)
    rate(world, "2C", school="p", partnership="p")
    monkeypatch.setattr(FormComparison, "ordinal", property(lambda self: False))
    page = as_alice.get(url(world))
    assert not any(row.needs_a_look for row in page.context["rows"])
    assert "hebben geen volgorde" in page.text


def test_an_earlier_exchange_serves_a_later_profile_and_not_the_other_way_round(world, as_alice):
    plans.profile(world, world.alice, world.school, year=YEAR - 1)
    plans.profile(world, world.alice, world.school)
    before = world.last_year()
    assert as_alice.get(url(world)).context["participation"] == before
    exchanged = world.exchange()
    assert as_alice.get(url(world)).context["participation"] == exchanged
    assert as_alice.get(url(world, YEAR - 1)).context["participation"] == before


def test_neighbours_read_the_profile_and_not_the_ratings(world, as_carla, as_petra):
    plans.profile(world, world.alice, world.school, state="published")
    world.exchange()
    assert as_carla.get(reverse("actionplans:profile", args=[world.school.pk, YEAR])).status_code == 200
    assert as_carla.get(url(world)).status_code == 404
    assert as_petra.get(url(world)).status_code == 200


def test_its_queries_do_not_grow_with_the_list(world, as_alice, django_assert_max_num_queries):
    plans.profile(world, world.alice, world.school)
    world.exchange()
    assert IndicatorSet.objects.count() == 1
    with django_assert_max_num_queries(26):
        as_alice.get(url(world))
