"""What the school hands in about its arrangements: numbers, no names."""

import pytest
from django.urls import reverse

from schools.models import ArrangementStatement

pytestmark = pytest.mark.django_db
YEAR = 2026


def url(world, name="arrangements", year=YEAR):
    return reverse(f"schools:{name}", args=[world.school.pk, year])


def rows(client, address, *filled):
    """The form as the browser sends it back: what stands on the page, with these rows typed over it."""
    formset = client.get(address).context["formset"]
    data = {"rij-TOTAL_FORMS": max(formset.total_form_count(), len(filled)), "rij-INITIAL_FORMS": 0}
    data["based_on"] = client.get(address).context["based_on"]
    for i, (kind, pupils, amount) in enumerate(filled):
        data |= {f"rij-{i}-kind": kind, f"rij-{i}-pupils": pupils, f"rij-{i}-amount": amount}
    return data


def hand_in(client, world, *filled, year=YEAR):
    data = rows(client, url(world, year=year), *filled)
    return client.post(url(world, "hand_in_arrangements", year), data)


def saved(year=YEAR):
    statement = ArrangementStatement.objects.prefetch_related("counts").get(school_year=year)
    return [(count.kind, count.pupils, count.amount_cents) for count in statement.counts.all()]


def test_bob_saves_a_draft_that_only_the_school_sees(world, as_bob, as_petra, as_aisha):
    data = rows(as_bob, url(world), ("Trajectgroep", "12", "€ 1.234,50"), ("", "", ""))
    assert as_bob.post(url(world), data).status_code == 302
    assert saved() == [("Trajectgroep", 12, 123450)]
    assert "Trajectgroep" in as_bob.get(url(world)).content.decode()
    for client in (as_petra, as_aisha):
        page = client.get(url(world)).content.decode()
        assert "Trajectgroep" not in page
        assert "nog niet doorgegeven" in page


def test_bob_cannot_hand_in_and_is_told_who_can(world, as_bob):
    assert hand_in(as_bob, world, ("Trajectgroep", "12", "100")).status_code == 403
    assert not ArrangementStatement.objects.exists()
    assert "De directeur geeft ze door" in as_bob.get(url(world)).content.decode()


def test_alice_hands_in_what_stands_on_the_screen_and_petra_sees_it(world, as_alice, as_petra):
    assert hand_in(as_alice, world, ("Trajectgroep", "2", "900"), ("Begeleiding", "30", "")).status_code == 302
    page = as_petra.get(url(world)).content.decode()
    assert "Trajectgroep" in page
    assert "€\xa0900" in page
    assert "afgeschermd" not in page


def test_board_and_auditor_cannot_work_out_a_small_number(world, as_alice, as_dirk, as_aisha):
    hand_in(as_alice, world, ("Trajectgroep", "3", "987"), ("Begeleiding", "31", "5000"), ("Coach", "9", "700"))
    for client in (as_dirk, as_aisha):
        page = client.get(url(world)).content.decode()
        assert "&lt;5" in page
        assert "31" in page
        for secret in ("987", "6.687", ">9<", ">3<"):
            assert secret not in page


def test_the_board_sees_numbers_that_point_at_nobody(world, as_alice, as_dirk):
    hand_in(as_alice, world, ("Begeleiding", "31", "5000"))
    page = as_dirk.get(url(world)).content.decode()
    assert "€\xa05.000" in page
    assert "afgeschermd" not in page


def test_what_is_handed_in_does_not_change_until_it_is_taken_back(world, as_alice, as_bob):
    data = rows(as_bob, url(world), ("Coach", "8", "10"))
    hand_in(as_alice, world, ("Begeleiding", "31", "5000"))
    as_bob.post(url(world), data)
    assert saved() == [("Begeleiding", 31, 500000)]
    assert as_bob.post(url(world, "take_back_arrangements")).status_code == 403
    as_alice.post(url(world, "take_back_arrangements"))
    assert ArrangementStatement.objects.get().handed_in_at is None


def test_who_saves_over_a_colleague_is_told_first(world, as_alice, as_bob):
    mine = rows(as_alice, url(world), ("Trajectgroep", "12", "100"))
    as_bob.post(url(world), rows(as_bob, url(world), ("Coach", "8", "10")))
    page = as_alice.post(url(world), mine).content.decode()
    assert "Een collega bewaarde intussen andere aantallen" in page
    assert "Trajectgroep" in page
    assert "Coach: 8 leerlingen" in page
    assert saved() == [("Coach", 8, 1000)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("Coach", "", "10"), "Vul het aantal leerlingen in"),
        (("", "8", "10"), "Vul in welk soort arrangement het is"),
        (("Coach", "acht", "10"), "Vul een heel getal in"),
        (("Coach", "8", "12.50"), "Gebruik een komma voor de centen"),
        (("Coach", "8", "-5"), "Vul een bedrag van nul of meer in"),
        (("Coach", "-8", "5"), "Vul een getal van nul of meer in"),
        (("begeleiding ", "8", "5"), "Dit soort staat al in een andere rij"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_saved(world, as_bob, row, message):
    page = as_bob.post(url(world), rows(as_bob, url(world), ("Begeleiding", "5", "1"), row)).content.decode()
    assert page.count(message) == 2, "in the summary and at the field"
    assert not ArrangementStatement.objects.exists()


def test_a_form_without_its_frame_is_malformed(world, as_alice):
    assert as_alice.post(url(world), {}).status_code == 400


def test_the_kinds_of_last_year_are_proposed_without_numbers(world, as_alice):
    hand_in(as_alice, world, ("Trajectgroep", "12", "100"), year=YEAR - 1)
    page = as_alice.get(url(world))
    assert page.context["formset"].forms[0].initial == {"kind": "Trajectgroep"}
    as_alice.post(url(world), rows(as_alice, url(world), ("Trajectgroep", "", ""), ("Coach", "6", "1")))
    assert saved() == [("Coach", 6, 100)]


def test_a_school_without_arrangements_hands_in_none(world, as_alice, as_petra):
    hand_in(as_alice, world)
    assert "geen arrangementen heeft" in as_petra.get(url(world)).content.decode()


def test_nobody_else_fills_in_and_outsiders_find_nothing(world, as_petra, as_dirk, as_carla, as_otto):
    for client in (as_petra, as_dirk):
        assert client.post(url(world), {"rij-TOTAL_FORMS": 0, "rij-INITIAL_FORMS": 0}).status_code == 403
    for client in (as_carla, as_otto):
        assert client.get(url(world)).status_code == 404
        assert client.post(url(world, "hand_in_arrangements")).status_code == 404
    assert as_petra.get(url(world, year=1890)).status_code == 404
