"""`manage.py verify_seals` finds whatever was changed behind the portal's back, and nothing else."""

import io
import os

import pytest
from django.core.management import CommandError, call_command

from indicators.models import Answer, Assessment, EvidenceFile, Rating, RatingLevel
from schools.models import School


def verify(*args):
    """What the command prints, and whether it found everything in order."""
    out = io.StringIO()
    try:
        call_command("verify_seals", *args, stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


@pytest.fixture
def sealed(world):
    """Alice handed in her form with a piece of evidence; Petra is still writing hers."""
    world.fill("school")
    world.add_evidence("school", "1A")
    world.fill("partnership", "s")
    return world.submit("school")


def test_untouched_forms_are_in_order(world, sealed):
    assert verify() == ("1 formulieren gecontroleerd, 0 met een probleem\n", True)
    world.exchange()
    assert verify() == ("2 formulieren gecontroleerd, 0 met een probleem\n", True)


def test_a_new_name_of_the_school_breaks_no_seal(world, sealed):
    School.objects.filter(pk=world.school.pk).update(name="Het Nieuwe Kompas")
    type(world.partnership).objects.filter(pk=world.partnership.pk).update(name="SWV Nieuwe Naam")
    assert verify()[1]


def test_another_title_of_the_round_breaks_no_seal_and_another_year_does(world, sealed):
    world.round.revise(world.petra, title="Lenteronde")
    assert verify()[1]
    type(world.round).objects.filter(pk=world.round.pk).update(school_year=2031)
    assert "(round)" in verify()[0]


def test_another_brin_is_another_school(world, sealed):
    School.objects.filter(pk=world.school.pk).update(brin="99ZZ")
    out, fine = verify()
    assert not fine
    assert "(school)" in out


def change_explanation(form):
    Answer.objects.filter(assessment=form, indicator__code="2C").update(explanation="Iets heel anders.")


def change_rating(form):
    other = RatingLevel.objects.get(indicator_set=form.participation.round.indicator_set, key="p")
    ratings = Rating.objects.filter(answer__assessment=form, answer__indicator__code="2C")
    ratings.filter(dimension__position=1).update(level=other)


def drop_rating(form):
    Rating.objects.filter(answer__assessment=form, answer__indicator__code="2C").delete()


def tick_unchanged(form):
    Answer.objects.filter(assessment=form, indicator__code="2C").update(confirmed_unchanged=True)


def drop_row(form):
    Answer.objects.filter(assessment=form, indicator__code="2C").delete()


@pytest.mark.parametrize("change", [change_explanation, change_rating, drop_rating, tick_unchanged, drop_row])
def test_a_changed_answer_is_found_and_its_text_stays_unsaid(sealed, change):
    change(sealed)
    out, fine = verify()
    assert not fine
    assert f"formulier {sealed.pk} (01AA-00, school): de rijen wijken af van de bewaarde bytes" in out
    assert "planmatig-handelen" in out
    assert "Iets heel anders" not in out
    assert "1 met een probleem" in out


@pytest.mark.parametrize("field", ["follow_up", "planning"])
def test_a_changed_closing_text_is_found(sealed, field):
    Assessment.objects.filter(pk=sealed.pk).update(**{field: "Anders."})
    out, fine = verify()
    assert not fine
    assert f"({field})" in out


def test_changed_bytes_are_found_by_the_seal_and_by_the_rows(sealed):
    forged = bytes(sealed.sealed_bytes).replace(b"Toelichting bij 2C", b"Toelichting bij 2X")
    Assessment.objects.filter(pk=sealed.pk).update(sealed_bytes=forged)
    out, fine = verify()
    assert not fine
    assert "het zegel past niet" in out
    assert "de rijen wijken af" in out


@pytest.mark.parametrize("forged", [b"geen json", b"[]", b'{"format": 1}', b""])
def test_bytes_that_are_no_form_are_found(sealed, forged):
    Assessment.objects.filter(pk=sealed.pk).update(sealed_bytes=forged)
    out, fine = verify()
    assert not fine
    assert "niet te lezen" in out


def test_an_unknown_format_is_found(sealed):
    forged = bytes(sealed.sealed_bytes).replace(b'"format":1', b'"format":7')
    Assessment.objects.filter(pk=sealed.pk).update(sealed_bytes=forged)
    assert "onbekend formaat" in verify()[0]


@pytest.mark.parametrize("field", ["seal", "salt"])
def test_a_changed_seal_or_salt_is_found(sealed, field):
    Assessment.objects.filter(pk=sealed.pk).update(**{field: "0" * 64 if field == "seal" else b"0" * 32})
    out, fine = verify()
    assert not fine
    assert "het zegel past niet" in out
    assert "wijken af" not in out


def test_a_changed_file_is_found(sealed):
    evidence = EvidenceFile.objects.get()
    with open(evidence.file.path, "ab") as stream:
        stream.write(b" ")
    out, fine = verify()
    assert not fine
    assert f"bewijsstuk {evidence.pk} is veranderd" in out


def test_a_lost_file_is_found(sealed):
    evidence = EvidenceFile.objects.get()
    os.unlink(evidence.file.path)
    out, fine = verify()
    assert not fine
    assert f"bewijsstuk {evidence.pk} ontbreekt op de schijf" in out


def test_a_file_that_was_added_afterwards_is_found(sealed):
    evidence = EvidenceFile.objects.get()
    EvidenceFile.objects.create(
        answer_id=evidence.answer_id,
        file=evidence.file.name,
        name="later.pdf",
        content_type="application/pdf",
        size=evidence.size,
        sha256=evidence.sha256,
        uploaded_by_id=evidence.uploaded_by_id,
    )
    out, fine = verify()
    assert not fine
    assert "wijken af" in out
    assert "visie" in out


def test_one_partnership_at_a_time(world, sealed):
    drop_row(sealed)
    assert not verify("--partnership", "VO2708")[1]
    assert verify("--partnership", "VO0101") == ("0 formulieren gecontroleerd, 0 met een probleem\n", True)
    with pytest.raises(CommandError, match="geen samenwerkingsverband"):
        call_command("verify_seals", "--partnership", "VO9999")


def test_queries_do_not_grow_with_the_forms(world, sealed, django_assert_max_num_queries):
    world.last_year()
    world.exchange()
    with django_assert_max_num_queries(12):
        assert verify()[0].startswith("4 formulieren")
