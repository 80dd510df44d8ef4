"""Versions of the form: ready-made, looked over, published, copied, printed."""

import pytest
from django.urls import reverse

from indicators.bijlage8 import ship_to
from indicators.models import IndicatorSet
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    """The form of Bijlage 8 as another partnership has it before anybody looked at it; Bea is its beheerder too."""
    factories.member(world.bea, factories.Role.ADMINISTRATOR, partnership=world.other_partnership)
    return IndicatorSet.objects.with_parts().get(pk=ship_to(world.other_partnership).pk)


def page(client, name, pk):
    response = client.get(reverse(f"indicators:{name}", args=[pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_beheerder_without_a_form_gets_the_one_of_bijlage_8_once(world, as_bea):
    factories.member(world.bea, factories.Role.ADMINISTRATOR, partnership=world.other_partnership)
    assert "Formulier klaarzetten" in as_bea.get(reverse("indicators:sets")).content.decode()
    assert not IndicatorSet.objects.filter(partnership=world.other_partnership).exists(), "looking changes nothing"
    for _ in range(2):
        as_bea.post(reverse("indicators:sets"))
    assert IndicatorSet.objects.filter(partnership=world.other_partnership).count() == 1
    assert IndicatorSet.objects.filter(partnership=world.partnership).count() == 1
    assert "Formulier klaarzetten" not in as_bea.get(reverse("indicators:sets")).content.decode()


def test_nobody_else_can_have_it_shipped(world, as_otto, as_alice):
    for client in (as_otto, as_alice):
        assert client.post(reverse("indicators:sets")).status_code == 403
    assert not IndicatorSet.objects.filter(partnership=world.other_partnership).exists()


def test_a_draft_shows_every_text_and_what_has_to_be_checked(draft, as_bea):
    text = page(as_bea, "set", draft.pk)
    assert text.count("tekst controleren") == 4, "theme 1, 1A, 1B and 1C"
    assert "betekenis door het SWV te bevestigen" in text
    for indicator in draft.indicators.all():
        assert indicator.text in text


def test_publishing_asks_to_confirm_each_point(draft, as_bea):
    address = reverse("indicators:publish_set", args=[draft.pk])
    flags = draft.flags()
    almost = dict.fromkeys(flags - {"visie"}, "on")
    refused = as_bea.post(address, almost).content.decode()
    assert refused.count("Kruis aan dat u dit hebt gecontroleerd.") == 2, "in the summary and at the box"
    assert ".: Kruis aan" not in refused, "what one confirms is a sentence of its own"
    assert not IndicatorSet.objects.get(pk=draft.pk).is_published
    as_bea.post(address, dict.fromkeys(flags, "on"))
    assert IndicatorSet.objects.get(pk=draft.pk).is_published
    assert "tekst controleren" not in page(as_bea, "set", draft.pk)


def test_a_policy_officer_reads_the_draft_and_does_not_publish_it(draft, as_otto):
    assert "De beheerder publiceert het." in page(as_otto, "set", draft.pk)
    address = reverse("indicators:publish_set", args=[draft.pk])
    assert as_otto.get(address).status_code == 403
    assert as_otto.post(address, dict.fromkeys(draft.flags(), "on")).status_code == 403
    assert as_otto.post(reverse("indicators:new_version", args=[draft.pk])).status_code == 403


def test_another_partnerships_form_is_nowhere(draft, as_petra, as_alice):
    for client in (as_petra, as_alice):
        for name in ("set", "publish_set", "blank_form"):
            assert client.get(reverse(f"indicators:{name}", args=[draft.pk])).status_code == 404
        assert client.post(reverse("indicators:new_version", args=[draft.pk])).status_code == 404


def test_a_published_form_is_not_published_again(world, as_bea):
    response = as_bea.post(reverse("indicators:publish_set", args=[world.indicator_set.pk]), follow=True)
    assert "al gepubliceerd" in response.content.decode()


def test_a_new_version_is_a_draft_with_the_same_keys(world, as_bea):
    address = reverse("indicators:new_version", args=[world.indicator_set.pk])
    assert as_bea.get(address).status_code == 405
    as_bea.post(address)
    copy = IndicatorSet.objects.get(partnership=world.partnership, version=2)
    assert copy.state == "draft"
    assert [i.key for i in copy.indicators.all()] == [i.key for i in world.indicators()]


def test_the_school_reads_and_prints_the_form_of_its_round(world, as_alice):
    assert world.indicator_set.title in as_alice.get(reverse("indicators:sets")).content.decode()
    assert "Nakijken en publiceren" not in page(as_alice, "set", world.indicator_set.pk)
    blank = page(as_alice, "blank_form", world.indicator_set.pk)
    for indicator in world.indicators():
        assert indicator.text in blank


@pytest.mark.parametrize("name", ["set", "blank_form"])
def test_a_form_costs_few_queries(world, as_petra, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        page(as_petra, name, world.indicator_set.pk)
