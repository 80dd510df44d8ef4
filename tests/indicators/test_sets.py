"""Versions of the form: Bijlage 8 as it ships, publishing with open eyes, and what is published stays as it is."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from indicators.bijlage8 import ship_to
from indicators.models import Dimension, Indicator, IndicatorSet, RatingLevel, Theme
from records.models import LogEntry
from schools.models import Role
from swvportal.lib.errors import IllegalTransition
from tests import factories


@pytest.fixture
def draft(world):
    """The form of a partnership that has just begun; Otto is made its beheerder."""
    factories.member(world.otto, Role.ADMINISTRATOR, partnership=world.other_partnership)
    shipped = ship_to(world.other_partnership)
    return IndicatorSet.objects.with_parts().get(pk=shipped.pk)


def test_the_form_of_bijlage_8_ships_as_a_draft(draft):
    assert draft.state == "draft"
    assert [(theme.number, theme.title) for theme in draft.themes.all()] == [
        ("1", "Beleid"),
        ("2", "Kwaliteitszorg"),
        ("3", "Resultaten"),
    ]
    assert [indicator.code for indicator in draft.indicators.all()] == [
        *("1A", "1B", "1C", "1D"),
        *("2A", "2B", "2C", "2D"),
        *("3A", "3B", "3C", "3D"),
    ]
    assert all(indicator.code[0] == indicator.theme.number for indicator in draft.indicators.all())
    assert [level.letter for level in draft.levels.all()] == ["V", "U", "S", "P"]
    assert [level.label for level in draft.levels.all()] == ["Voltooid", "In uitvoering", "Startfase", "Planfase"]
    assert [dimension.name for dimension in draft.dimensions.all()] == [
        "Schriftelijk vastgelegd/aantoonbaar geregeld",
        "Effectief geïmplementeerd",
    ]
    assert draft.ordinal


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("1D", "Er is samenhang tussen het ondersteunings-, verzuim- en veiligheidsbeleid."),
        ("2A", "Vroegsignalering: mentor, teamleider en zorgcoördinator werken samen in signalering."),
        ("3A", "Ketenpartners: de specifieke expertise van ketenpartners is gekend en wordt benut."),
        (
            "3C",
            "De school heeft een scholingsplan opgesteld voor alle medewerkers. De scholing is gericht op het "
            "versterken van het primaire proces.",
        ),
    ],
)
def test_the_texts_are_those_of_the_source(draft, code, text):
    assert next(i.text for i in draft.indicators.all() if i.code == code) == text


def test_what_is_a_reconstruction_is_flagged(draft):
    flagged = {indicator.code for indicator in draft.indicators.all() if indicator.needs_review}
    assert flagged == {"1A", "1B", "1C"}
    assert draft.scale_to_confirm
    assert draft.flags() == {"scale", "beleid", "visie", "basisondersteuning", "ondersteuningsaanbod"}


def test_shipping_twice_keeps_the_first(world, draft):
    assert ship_to(world.other_partnership).pk == draft.pk
    assert IndicatorSet.objects.filter(partnership=world.other_partnership).count() == 1


@pytest.mark.parametrize("forgotten", ["scale", "beleid", "visie", "basisondersteuning", "ondersteuningsaanbod"])
def test_publishing_asks_for_each_flag(world, draft, forgotten):
    with pytest.raises(IllegalTransition, match="Bevestig"):
        draft.publish(world.otto, draft.flags() - {forgotten})
    draft.refresh_from_db(fields=["state"])
    assert draft.state == "draft"


def test_publishing_takes_the_flags_away_and_is_logged(world, draft):
    draft.publish(world.otto, draft.flags())
    published = IndicatorSet.objects.with_parts().get(pk=draft.pk)
    assert published.is_published
    assert published.flags() == set()
    assert published.published_at is not None
    entry = LogEntry.objects.get(verb="set_published", object_id=draft.pk)
    assert (entry.actor_id, entry.before, entry.after) == (world.otto.pk, "draft", "published")
    with pytest.raises(IllegalTransition, match="al gepubliceerd"):
        published.publish(world.otto, set())


@pytest.mark.parametrize("who", ["petra", "alice", "aisha", "oscar", "otto"])
def test_only_the_beheerder_of_the_partnership_publishes_and_copies(world, who):
    form = world.indicator_set
    with pytest.raises(PermissionDenied):
        form.publish(getattr(world, who), form.flags())
    with pytest.raises(PermissionDenied):
        form.new_version(getattr(world, who))


@pytest.mark.parametrize("part", [Indicator, Dimension, RatingLevel])
def test_a_form_without_parts_cannot_be_published(world, draft, part):
    part.objects.filter(indicator_set=draft).delete()
    with pytest.raises(IllegalTransition, match="nodig"):
        IndicatorSet.objects.with_parts().get(pk=draft.pk).publish(world.otto, draft.flags())


PARTS = ["theme", "indicator", "dimension", "ratinglevel"]
FROZEN = [
    "UPDATE indicators_indicatorset SET title = 'x' WHERE id = {form}",
    "UPDATE indicators_indicatorset SET state = 'draft' WHERE id = {form}",
    "UPDATE indicators_indicatorset SET ordinal = NOT ordinal WHERE id = {form}",
    "DELETE FROM indicators_indicatorset WHERE id = {form}",
    *[f"UPDATE indicators_{part} SET position = 99 WHERE indicator_set_id = {{form}}" for part in PARTS],
    *[f"UPDATE indicators_{part} SET indicator_set_id = {{draft}} WHERE indicator_set_id = {{form}}" for part in PARTS],
    *[f"UPDATE indicators_{part} SET indicator_set_id = {{form}} WHERE indicator_set_id = {{draft}}" for part in PARTS],
    *[f"DELETE FROM indicators_{part} WHERE indicator_set_id = {{form}}" for part in PARTS],
]


@pytest.mark.parametrize("statement", FROZEN)
def test_the_database_keeps_a_published_form_as_it_is(world, draft, statement):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(form=world.indicator_set.pk, draft=draft.pk))


@pytest.mark.parametrize("part", [Theme, Dimension, RatingLevel])
def test_nothing_is_added_to_a_published_form(world, part):
    fields = {"key": "nieuw", "position": 99, "indicator_set": world.indicator_set}
    fields |= {"letter": "X", "label": "x"} if part is RatingLevel else {}
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        part.objects.create(**fields)


def test_a_draft_may_change(draft):
    Indicator.objects.filter(indicator_set=draft, code="1A").update(text="Onze eigen tekst.")
    Theme.objects.filter(indicator_set=draft).update(needs_review=False)
    assert Indicator.objects.get(indicator_set=draft, code="1A").text == "Onze eigen tekst."


def test_a_new_version_keeps_the_keys(world):
    first = world.indicator_set
    second = IndicatorSet.objects.with_parts().get(pk=first.new_version(world.bea).pk)
    assert (second.version, second.state, second.title) == (first.version + 1, "draft", first.title)
    for parts in ("themes", "indicators", "dimensions", "levels"):
        before = [(p.key, p.position) for p in getattr(first, parts).all()]
        assert [(p.key, p.position) for p in getattr(second, parts).all()] == before
        assert {p.pk for p in getattr(second, parts).all()}.isdisjoint(p.pk for p in getattr(first, parts).all())
    assert all(i.theme.indicator_set_id == second.pk for i in second.indicators.all())
    assert second.flags() == set()


def test_a_copy_of_the_copy_gets_the_next_number(world):
    world.indicator_set.new_version(world.bea)
    assert world.indicator_set.new_version(world.bea).version == 3
