"""The list with support that a partnership's profiles follow, version by version."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from actionplans import basic_support
from actionplans.models import CatalogueItem, SupportCatalogue
from indicators.bijlage8 import INDICATORS
from tests import plans

BEGIN = reverse("actionplans:catalogue_begin")


def url(name, row):
    return reverse(f"actionplans:{name}", args=[row.pk])


def begin(client, world, how="shipped"):
    client.post(BEGIN, {"swv": world.partnership.code, "begin": how})
    return SupportCatalogue.objects.get(state="draft")


def test_the_beheerder_begins_with_the_list_that_comes_along(world, as_bea, as_petra):
    page = as_bea.get(reverse("actionplans:catalogues"))
    assert "Beginnen met het voorbeeld" in page.text
    assert "Beginnen met het voorbeeld" not in as_petra.get(reverse("actionplans:catalogues")).text
    draft = begin(as_bea, world)
    items = list(draft.items.all())
    assert sum(item.kind == "basic" for item in items) == 14
    assert sum(item.kind == "target_group" for item in items) == 8
    assert next(item.heading for item in items if item.kind == "basic") == "In de les"
    keys = {item.indicator_key for item in items if item.indicator_key}
    assert keys <= {row[1] for row in INDICATORS}
    assert len(keys) >= 8
    page = as_bea.get(url("catalogue", draft))
    assert "2A Vroegsignalering" in page.text
    assert "Veiligheid en verzuim" in page.text


def test_beginning_twice_adds_nothing_twice(world, as_bea):
    first = begin(as_bea, world)
    assert begin(as_bea, world) == first
    assert first.items.count() == 22
    assert basic_support.begin_with_shipped(world.bea, world.partnership).items.count() == 22


def test_an_empty_list_cannot_be_published(world, as_bea):
    draft = begin(as_bea, world, "empty")
    page = as_bea.post(url("catalogue_publish", draft), follow=True)
    assert "ten minste één onderdeel" in page.text
    draft.refresh_from_db()
    assert not draft.is_published


def test_items_are_added_changed_moved_and_removed(world, as_bea):
    draft = begin(as_bea, world, "empty")
    add = url("catalogue_item_add", draft)
    fields = {"heading": "In de les", "description": "", "indicator_key": ""}
    for name in ("Eerste", "Tweede"):
        as_bea.post(add, {**fields, "name": name})
    as_bea.post(add + "?soort=target_group", {**fields, "name": "Nieuwkomers"})
    first, second, group = draft.items.all()
    assert (first.kind, group.kind) == ("basic", "target_group")

    page = as_bea.get(url("catalogue_item_edit", second))
    bases = page.context["form"]["bases"].value()
    assert "2A Vroegsignalering" in page.text
    as_bea.post(
        url("catalogue_item_edit", second),
        {**fields, "name": "Signaleren", "indicator_key": "vroegsignalering", "bases": bases},
    )
    as_bea.post(url("catalogue_item_move", second), {"richting": "omhoog"})
    assert [item.name for item in draft.items.filter(kind="basic")] == ["Signaleren", "Eerste"]
    second.refresh_from_db()
    assert second.indicator_key == "vroegsignalering"
    assert second.key == "tweede", "the key stays when the words change"

    as_bea.post(url("catalogue_item_remove", first))
    assert [item.name for item in draft.items.all()] == ["Signaleren", "Nieuwkomers"]
    assert as_bea.post(url("catalogue_item_move", second), {"richting": "opzij"}).status_code == 400


def test_a_new_item_comes_at_the_end_of_its_heading(world, as_bea):
    draft = begin(as_bea, world)
    fields = {"description": "", "indicator_key": ""}
    as_bea.post(url("catalogue_item_add", draft), {**fields, "name": "Coöperatief leren", "heading": "In de les"})
    as_bea.post(url("catalogue_item_add", draft), {**fields, "name": "Vervoer", "heading": "Rond de school"})
    basics = [item.heading for item in draft.items.filter(kind="basic")]
    assert basics == ["In de les"] * 5 + ["Begeleiding"] * 4 + ["Veiligheid en verzuim"] * 3 + ["Organisatie"] * 3 + [
        "Rond de school"
    ]
    assert [item.name for item in draft.items.filter(kind="basic")][4] == "Coöperatief leren"


def test_two_people_in_one_item_see_both_texts(world, as_bea):
    draft = begin(as_bea, world)
    item = draft.items.first()
    page = as_bea.get(url("catalogue_item_edit", item))
    bases = page.context["form"]["bases"].value()
    CatalogueItem.objects.filter(pk=item.pk).update(name="Van de ander")
    response = as_bea.post(
        url("catalogue_item_edit", item),
        {"name": "Van mij", "heading": item.heading, "description": item.description,
         "indicator_key": item.indicator_key, "bases": bases},
    )  # fmt: skip
    assert response.status_code == 200
    assert "Van de ander" in response.text
    assert "Van mij" in response.text
    item.refresh_from_db()
    assert item.name == "Van de ander"


def test_publishing_asks_first_and_freezes(world, as_bea, as_alice):
    draft = begin(as_bea, world)
    assert as_alice.get(url("catalogue", draft)).status_code == 404
    assert "verandert niet meer" in as_bea.get(url("catalogue_publish", draft)).text
    as_bea.post(url("catalogue_publish", draft))
    assert as_alice.get(url("catalogue", draft)).status_code == 200
    item = draft.items.first()
    for name in ("catalogue_item_edit", "catalogue_item_remove", "catalogue_item_move"):
        answer = as_bea.post(url(name, item), {"name": "Anders", "richting": "omhoog"}, follow=True)
        assert "verandert niet meer" in answer.text
    assert "Wijzigen" not in as_bea.get(url("catalogue", draft)).text
    assert draft.items.count() == 22


def test_the_next_version_keeps_the_keys(world, as_bea):
    before = plans.catalogue(world)
    draft = begin(as_bea, world, "copy")
    assert draft.version == 2
    assert {i.key for i in draft.items.all()} == {i.key for i in before.items.all()}
    as_bea.post(url("catalogue_item_remove", draft.items.get(name="Mentoraat")))
    assert before.items.filter(name="Mentoraat").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE actionplans_supportcatalogue SET version = 9 WHERE id = %s",
        "UPDATE actionplans_supportcatalogue SET state = 'draft' WHERE id = %s",
        "DELETE FROM actionplans_supportcatalogue WHERE id = %s",
        "UPDATE actionplans_catalogueitem SET name = 'x' WHERE catalogue_id = %s",
        "DELETE FROM actionplans_catalogueitem WHERE catalogue_id = %s",
        "INSERT INTO actionplans_catalogueitem"
        " (catalogue_id, key, kind, position, heading, name, description, indicator_key)"
        " VALUES (%s, 'nieuw', 'basic', 9, '', 'Nieuw', '', '')",
        "UPDATE actionplans_catalogueitem SET catalogue_id = %s WHERE catalogue_id <> 0 AND key = 'los'",
    ],
)
def test_the_database_keeps_a_published_list_as_it_is(world, sql):
    published = plans.catalogue(world)
    draft = SupportCatalogue.begin(world.bea, world.partnership)
    CatalogueItem.objects.filter(catalogue=draft).update(heading="Mag nog")
    draft.add_item(world.bea, kind="basic", heading="", name="Los", description="")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [published.pk])


def test_the_beheerder_opens_and_closes_public_reading(world, as_bea, as_petra):
    plans.catalogue(world)
    open_to_all = reverse("actionplans:profiles_open")
    as_bea.post(open_to_all, {"swv": world.partnership.code, "public": "ja"})
    world.partnership.refresh_from_db()
    assert world.partnership.profiles_public
    as_bea.post(open_to_all, {"swv": world.partnership.code, "public": "nee"})
    world.partnership.refresh_from_db()
    assert not world.partnership.profiles_public
    assert as_petra.post(open_to_all, {"public": "ja"}).status_code == 403
    assert as_bea.post(open_to_all, {"public": "misschien"}).status_code == 400


def test_the_first_does_not_go_up_nor_the_last_down(world, as_bea):
    plans.catalogue(world)
    draft = begin(as_bea, world, "copy")
    page = as_bea.get(url("catalogue", draft)).text
    for kind in ("basic", "target_group"):
        names = list(draft.items.filter(kind=kind).order_by("position").values_list("name", flat=True))
        for word, not_at in (("Omhoog", names[0]), ("Omlaag", names[-1])):
            shown = [name for name in names if f'{word}<span class="visually-hidden">: {name}</span>' in page]
            assert shown == [name for name in names if name != not_at]
