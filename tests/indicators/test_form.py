"""Filling in the form: one page that works as one form, and rows that save themselves."""

import datetime
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.models import Answer, Assessment, Dimension, Indicator, IndicatorSet, Party, RatingLevel, Theme
from records.models import LogEntry


def form_url(world, party="school", participation=None):
    return reverse("indicators:form", args=[(participation or world.participation).pk, Party(party)])


def fields_of(page: str) -> dict[str, str]:
    """What a browser without JavaScript would post from this page if nothing was changed."""
    form = page[page.index('<form id="formulier"') : page.index("</form>")]
    data: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type") == "hidden" or (attrs.get("type") == "radio" and " checked" in tag):
            data[attrs["name"]] = html.unescape(attrs["value"])
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        data[name] = html.unescape(text).replace("\n", "\r\n")
    data.pop("csrfmiddlewaretoken", None)
    return data


def open_form(browser, world, party="school"):
    response = browser.get(form_url(world, party))
    assert response.status_code == 200
    return fields_of(response.content.decode())


def save_all(browser, world, data, **more):
    return browser.post(form_url(world), data | more, follow=True)


def row_of(data, key="visie"):
    """What JavaScript sends for one row."""
    return {name: value for name, value in data.items() if name.startswith(f"{key}.")} | {"row": key}


def autosave(browser, world, row, party="school", **more):
    return browser.post(reverse("indicators:save_answer", args=[world.participation.pk, Party(party)]), row | more)


def answer_of(world, code="1A", party="school"):
    return next(a for a in world.form(party).answers.all() if a.indicator_id == indicator(world, code).pk)


def indicator(world, code):
    return next(i for i in world.indicators() if i.code == code)


def text_of(response) -> str:
    """What somebody reads: without tags, blanks as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# As one form ----------------------------------------------------------------------------------------------------------


def test_alice_fills_in_a_row_without_javascript(as_alice, world):
    """Everything on the page is one form: one button saves it."""
    data = open_form(as_alice, world)
    data |= {
        "visie.level.vastgelegd": "v",
        "visie.level.geimplementeerd": "s",
        "visie.explanation": "Staat in de schoolgids.\r\n\r\nEn op de site.",
        "closing.planning.text": "Na de zomer.",
    }
    response = save_all(as_alice, world, data)
    answer = answer_of(world)
    assert answer.levels() == {"vastgelegd": "v", "geimplementeerd": "s"}
    assert answer.explanation == "Staat in de schoolgids.\n\nEn op de site."
    assert answer.version == 1
    assert world.form("school").planning == "Na de zomer."
    assert Answer.objects.count() == 1, "rows that were left alone are not written"
    assert "1 van 12 indicatoren klaar" in text_of(response)
    assert re.search(r"Opgeslagen om \d+\.\d\d uur", text_of(response))
    assert fields_of(response.content.decode())["visie.explanation"] == data["visie.explanation"]


def test_the_page_has_a_legend_for_each_indicator_and_each_question(as_alice, world):
    page = as_alice.get(form_url(world)).content.decode()
    assert page.count('<fieldset class="indicator"') == 12
    assert page.count('<legend class="visually-hidden">') == 12
    assert page.count('<legend class="form-label">') == 24
    assert len(re.findall(r'type="radio" [^>]*value="\w+"', page)) == 12 * 2 * 4
    assert "Noem geen leerlingen." in page
    assert "Namen van leerlingen horen hier niet." in page


def test_saving_an_untouched_form_writes_nothing(as_alice, world):
    world.fill("school")
    lines = LogEntry.objects.count()
    data = open_form(as_alice, world)
    save_all(as_alice, world, data)
    assert LogEntry.objects.count() == lines
    assert answer_of(world).version == 1


def test_a_level_can_be_taken_back(as_alice, world):
    world.answer("school", "1A", levels={"vastgelegd": "v", "geimplementeerd": "u"})
    data = open_form(as_alice, world)
    save_all(as_alice, world, data, **{"visie.level.vastgelegd": ""})
    assert answer_of(world).levels() == {"geimplementeerd": "u"}


def test_the_button_at_the_bottom_saves_before_it_goes_on(as_alice, world):
    data = open_form(as_alice, world)
    response = as_alice.post(form_url(world), data | {"visie.explanation": "Bijna klaar.", "next": "review"})
    assert response["Location"] == reverse("indicators:review", args=[world.participation.pk, Party.SCHOOL])
    assert answer_of(world).explanation == "Bijna klaar."


def test_a_text_that_is_too_long_comes_back_as_it_was_typed(as_alice, world):
    data = open_form(as_alice, world)
    long = "a" * 20_001
    response = save_all(as_alice, world, data, **{"visie.explanation": long, "scholingsplan.explanation": "Wel."})
    assert response.status_code == 422
    assert fields_of(response.content.decode())["visie.explanation"] == long
    assert "hoogstens 20000 tekens" in text_of(response)
    assert 'href="#id_visie.explanation"' in response.content.decode()
    assert answer_of(world, "3C").explanation == "Wel.", "the other rows are saved"


@pytest.mark.parametrize(
    "forged",
    [
        {"visie.level.vastgelegd": "x"},
        {"visie.version": "nul"},
        {"visie.version": "-1"},
        {"resolve": "visie:alles"},
    ],
)
def test_what_the_page_could_not_have_sent_is_refused(as_alice, world, forged):
    data = open_form(as_alice, world)
    assert as_alice.post(form_url(world), data | {"visie.explanation": "x"} | forged).status_code == 400
    assert not Answer.objects.exists()


def test_a_form_of_another_shape_works_as_well(as_alice, as_bea, world):
    """Three questions, six levels without an order, one indicator with an obligatory explanation."""
    other = IndicatorSet.objects.create(partnership=world.partnership, version=9, title="Anders", ordinal=False)
    theme = Theme.objects.create(indicator_set=other, key="t", position=1, number="1", title="Thema")
    Indicator.objects.create(
        indicator_set=other, theme=theme, key="een", position=1, code="1", name="Een", text="Een?",
        explanation_required=True,
    )  # fmt: skip
    for place, key in enumerate(["a", "b", "c"]):
        Dimension.objects.create(indicator_set=other, key=key, position=place, name=f"Vraag {key}", short_name=key)
    for place, key in enumerate("klmnop"):
        RatingLevel.objects.create(
            indicator_set=other, key=key, position=place, letter=key.upper(), label=f"Stap {key}"
        )
    other.publish(world.bea, other.flags())
    type(world.round).objects.filter(pk=world.round.pk).update(indicator_set=other)
    page = as_alice.get(form_url(world))
    assert len(re.findall(r'type="radio"', page.content.decode())) == 18
    assert "3 keer een niveau" in text_of(page)
    data = fields_of(page.content.decode())
    response = save_all(as_alice, world, data, **{f"een.level.{key}": "p" for key in "abc"})
    assert "0 van 1 indicatoren klaar" in text_of(response), "the explanation is obligatory"
    data = fields_of(response.content.decode())
    response = save_all(as_alice, world, data, **{"een.explanation": "Hierom."})
    assert "1 van 1 indicatoren klaar" in text_of(response)


# Row by row ------------------------------------------------------------------------------------------------------------


def test_a_row_saves_itself(as_alice, world):
    row = row_of(open_form(as_alice, world))
    saved = autosave(as_alice, world, row, **{"visie.level.vastgelegd": "v"}).json()
    assert saved["version"] == 1
    assert saved["done"] is False
    assert re.fullmatch(r"\d+\.\d\d uur", saved["saved_at"])
    row |= {"visie.version": saved["version"], "visie.base": saved["base"], "visie.level.vastgelegd": "u"}
    saved = autosave(as_alice, world, row, **{"visie.level.geimplementeerd": "s"}).json()
    assert (saved["version"], saved["done"]) == (2, True)
    assert answer_of(world).levels() == {"vastgelegd": "u", "geimplementeerd": "s"}
    assert answer_of(world).updated_by_id == world.alice.pk


def test_a_row_is_done_as_well_when_the_explanation_says_why_a_level_is_missing(as_alice, world):
    row = row_of(open_form(as_alice, world))
    saved = autosave(as_alice, world, row, **{"visie.explanation": "Bij ons niet van toepassing."}).json()
    assert saved["done"] is True


def test_a_closing_text_saves_itself(as_petra, world):
    data = open_form(as_petra, world, "partnership")
    row = row_of(data, "closing.follow_up")
    url = reverse("indicators:save_closing_text", args=[world.participation.pk, Party.PARTNERSHIP])
    saved = as_petra.post(url, row | {"closing.follow_up.text": "Samen kijken."}).json()
    assert saved["version"] == 1
    assert world.form("partnership").follow_up == "Samen kijken."
    refused = as_petra.post(url, row | {"closing.follow_up.text": "Iets anders."})
    assert refused.status_code == 409
    assert "Samen kijken." in refused.json()["conflict"]
    assert "Iets anders." in refused.json()["conflict"]


def test_a_repeated_save_does_no_harm(as_alice, world):
    row = row_of(open_form(as_alice, world)) | {"visie.explanation": "Een keer."}
    first = autosave(as_alice, world, row).json()
    again = autosave(as_alice, world, row).json()
    assert first["version"] == again["version"] == 1


@pytest.mark.parametrize("filled", [True, False])
def test_a_row_that_was_put_back_as_it_was_counts_as_saved(as_alice, world, filled):
    """Typed and erased again: the page has to hear that there is nothing left to save."""
    if filled:
        world.fill("school")
    saved = autosave(as_alice, world, row_of(open_form(as_alice, world)))
    assert saved.status_code == 200
    assert saved.json()["version"] == int(filled)
    assert saved.json()["done"] is filled


@pytest.mark.parametrize(("row", "status"), [({"row": "bestaat-niet"}, 400), ({}, 400), ({"row": "visie"}, 400)])
def test_a_malformed_row_is_refused(as_alice, world, row, status):
    assert autosave(as_alice, world, row).status_code == status


def test_somebody_else_at_the_same_browser_does_not_save_this_text(as_bob, world):
    """Alice was signed out, Bob signed in in another tab; what she typed is not saved as his."""
    row = row_of(open_form(as_bob, world)) | {"visie.explanation": "Van Alice.", "user": str(world.alice.pk)}
    refused = autosave(as_bob, world, row)
    assert refused.status_code == 409
    assert refused.json()["sign_in"] is True
    assert not Answer.objects.exists()


def test_after_the_session_has_ended_the_row_leads_to_signing_in(client, world):
    response = autosave(client, world, {"row": "visie"})
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("late", ["submitted", "closed"])
def test_nothing_is_saved_any_more_and_what_was_typed_is_shown(as_bob, world, late):
    """Alice submits, or Petra closes the round, while Bob types."""
    world.fill("school")
    data = open_form(as_bob, world) | {"visie.explanation": "Bob was nog bezig."}
    if late == "submitted":
        world.submit("school")
    else:
        world.round.close(world.petra)
    refused = autosave(as_bob, world, row_of(data))
    assert refused.status_code == 409
    assert refused.json()["message"]
    response = save_all(as_bob, world, data)
    assert response.status_code == 409
    assert "Uw wijziging is niet opgeslagen" in text_of(response)
    assert "Bob was nog bezig." in text_of(response)
    assert answer_of(world).explanation == "Toelichting bij 1A."


# Two people ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clash(as_alice, as_bob, world):
    """Both opened the form; Alice saved the first row, and Bob comes after her."""
    alice, bob = open_form(as_alice, world), open_form(as_bob, world)
    save_all(as_alice, world, alice, **{"visie.explanation": "Alice schrijft.", "visie.level.vastgelegd": "v"})
    bob |= {
        "visie.explanation": "Bob schrijft.",
        "visie.level.vastgelegd": "p",
        "visie.level.geimplementeerd": "s",
        "scholingsplan.explanation": "Bob vult ook 3C in.",
    }
    response = save_all(as_bob, world, bob)
    assert response.status_code == 409
    return response


def test_both_texts_are_shown_and_kept(clash, world):
    assert "Twee mensen schreven hier tegelijk. Beide teksten zijn bewaard." in text_of(clash)
    assert "Alice schrijft." in text_of(clash)
    assert fields_of(clash.content.decode())["visie.explanation"] == "Bob schrijft."
    assert answer_of(world).explanation == "Alice schrijft."
    assert answer_of(world, "3C").explanation == "Bob vult ook 3C in.", "other rows are saved"
    assert 'href="#c-visie"' in clash.content.decode()


@pytest.mark.parametrize(
    ("choice", "text", "levels"),
    [
        ("mine", "Bob schrijft.", {"vastgelegd": "p", "geimplementeerd": "s"}),
        ("theirs", "Alice schrijft.", {"vastgelegd": "v"}),
        ("both", "Alice schrijft.\n\nBob schrijft.", {"vastgelegd": "p", "geimplementeerd": "s"}),
    ],
)
@pytest.mark.parametrize("way", ["whole form", "row"])
def test_bob_chooses(clash, as_bob, world, choice, text, levels, way):
    data = fields_of(clash.content.decode()) | {"resolve": f"visie:{choice}"}
    if way == "row":
        data = row_of(data) | {"resolve": f"visie:{choice}"}
        answer = autosave(as_bob, world, data).json()
        assert (answer["text"], answer["levels"]) == (text, levels)
    else:
        assert save_all(as_bob, world, data).status_code == 200
    assert (answer_of(world).explanation, answer_of(world).levels()) == (text, levels)


def test_without_a_choice_neither_text_wins(clash, as_bob, world):
    again = save_all(as_bob, world, fields_of(clash.content.decode()))
    assert again.status_code == 409
    assert answer_of(world).explanation == "Alice schrijft."
    assert fields_of(again.content.decode())["visie.explanation"] == "Bob schrijft."


def test_a_choice_made_on_an_old_text_is_asked_again(clash, as_bob, as_alice, world):
    """While Bob chooses, Alice writes on: he did not see that."""
    world.answer("school", "1A", explanation="Alice schrijft verder.")
    again = save_all(as_bob, world, fields_of(clash.content.decode()), resolve="visie:mine")
    assert again.status_code == 409
    assert "Alice schrijft verder." in text_of(again)
    assert answer_of(world).explanation == "Alice schrijft verder."


def test_a_row_that_bob_left_alone_is_no_conflict(as_alice, as_bob, world):
    alice, bob = open_form(as_alice, world), open_form(as_bob, world)
    save_all(as_alice, world, alice, **{"visie.explanation": "Alice schrijft."})
    response = save_all(as_bob, world, bob, **{"scholingsplan.explanation": "Bob."})
    assert response.status_code == 200
    assert answer_of(world).explanation == "Alice schrijft."


def test_a_stale_row_gets_both_texts_back(as_alice, as_bob, world):
    row = row_of(open_form(as_bob, world))
    autosave(as_alice, world, row, **{"visie.explanation": "Alice <schrijft>."})
    refused = autosave(as_bob, world, row, **{"visie.explanation": "Bob schrijft."})
    assert refused.status_code == 409
    assert refused.json()["version"] == 1
    assert "Alice &lt;schrijft&gt;." in refused.json()["conflict"]
    assert "Bob schrijft." in refused.json()["conflict"]
    assert answer_of(world).explanation == "Alice <schrijft>."


# Last year -------------------------------------------------------------------------------------------------------------


def test_last_years_answers_stand_beside_and_count_for_nothing(as_alice, world):
    world.last_year()
    response = as_alice.get(form_url(world))
    assert "Vorig jaar, 2025-2026" in text_of(response)
    assert "Toelichting bij 1A." in text_of(response)
    assert "0 van 12 indicatoren klaar" in text_of(response)
    assert "Nog steeds V" in text_of(response)
    assert not Answer.objects.filter(assessment=world.form("school")).exists()


def test_the_partnership_confirms_its_own_answer_and_not_the_schools(as_petra, world):
    world.last_year()
    page = as_petra.get(form_url(world, "partnership")).content.decode()
    assert "Nog steeds U" in page
    assert "Nog steeds V" not in page


@pytest.mark.parametrize("way", ["whole form", "row"])
def test_confirming_is_an_act_of_its_own(as_alice, world, way):
    world.last_year()
    data = open_form(as_alice, world)
    if way == "row":
        chosen = {"visie.level.vastgelegd": "v", "visie.level.geimplementeerd": "v", "visie.confirmed": "1"}
        assert autosave(as_alice, world, row_of(data), **chosen).json()["confirmed"] is True
    else:
        save_all(as_alice, world, data, confirm="visie")
    answer = answer_of(world)
    assert answer.confirmed_unchanged
    assert answer.levels() == {"vastgelegd": "v", "geimplementeerd": "v"}
    assert answer.explanation == "", "last year's text is not taken over"


def test_another_level_is_no_longer_confirmed(as_alice, world):
    world.last_year()
    save_all(as_alice, world, open_form(as_alice, world), confirm="visie")
    data = open_form(as_alice, world)
    assert data["visie.confirmed"] == "1"
    save_all(as_alice, world, data, **{"visie.level.vastgelegd": "u"})
    assert not answer_of(world).confirmed_unchanged


def test_nobody_confirms_what_was_not_there(as_alice, world):
    row = row_of(open_form(as_alice, world)) | {"visie.confirmed": "1", "visie.level.vastgelegd": "v"}
    assert autosave(as_alice, world, row).json()["confirmed"] is False


def test_a_round_that_was_not_exchanged_shows_nothing(as_alice, world):
    """Two forms, one of them submitted: no last year."""
    before = world.last_year()
    Assessment.objects.filter(participation=before, party="partnership").delete()
    type(before).objects.filter(pk=before.pk).update(exchanged_at=None)
    Assessment.objects.filter(participation=before).update(state="submitted")
    assert "Vorig jaar" not in text_of(as_alice.get(form_url(world)))


# Who ---------------------------------------------------------------------------------------------------------------------


def test_the_page_says_who_fills_in_and_who_sees_it(as_bob, as_petra, world):
    school = text_of(as_bob.get(form_url(world)))
    assert "Alice en Bob" in school
    assert "alleen Alice kan indienen" in school
    assert "Alleen uw school. Het SWV pas na de uitwisseling." in school
    partnership = text_of(as_petra.get(form_url(world, "partnership")))
    assert "Vult in Petra" in partnership
    assert "Alleen het SWV. De school pas na de uitwisseling." in partnership


def test_the_other_party_gets_a_404_and_a_line_in_the_log(as_alice, as_petra, world):
    assert as_petra.get(form_url(world, "school")).status_code == 404
    assert as_alice.post(form_url(world, "partnership"), {}).status_code == 404
    assert autosave(as_alice, world, {"row": "visie"}, party="partnership").status_code == 404
    assert LogEntry.objects.filter(verb="refused").count() == 3


def test_a_board_member_reads_and_does_not_write(as_dirk, world):
    world.answer("school", "1A", levels={"vastgelegd": "v"}, explanation="Voor het bestuur te lezen.")
    response = as_dirk.get(form_url(world))
    assert "Voor het bestuur te lezen." in text_of(response)
    assert "<textarea" not in response.content.decode()
    assert as_dirk.post(form_url(world), {}).status_code == 403
    row = {"row": "visie", "visie.version": "1", "visie.explanation": "x"}
    assert autosave(as_dirk, world, row).status_code == 403
    assert answer_of(world).explanation == "Voor het bestuur te lezen."


@pytest.mark.parametrize("person", ["alice", "petra", "dirk", "aisha"])
def test_after_the_exchange_everybody_concerned_reads_both_forms(client, world, person):
    world.exchange()
    client.force_login(getattr(world, person))
    for party in ("school", "partnership"):
        response = client.get(form_url(world, party))
        assert response.status_code == 200
        assert "Toelichting bij 3D." in text_of(response)
        assert "<textarea" not in response.content.decode()


def test_the_policy_officer_goes_on_to_the_next_school(as_petra, world):
    there = world.round.add_school(
        world.petra, world.other_school, responsible=world.petra, appointment_at=timezone.now()
    )
    assert "Volgende school: De Horizon" in text_of(as_petra.get(form_url(world, "partnership")))
    link = reverse("indicators:form", args=[there.pk, Party.PARTNERSHIP])
    assert link in as_petra.get(form_url(world, "partnership")).content.decode()
    there.responsible = world.bea
    there.save()
    assert "Volgende school" not in text_of(as_petra.get(form_url(world, "partnership")))


def test_the_filled_in_form_prints(as_alice, world):
    world.fill("school")
    response = as_alice.get(reverse("indicators:print_form", args=[world.participation.pk, Party.SCHOOL]))
    assert "Toelichting bij 2B." in text_of(response)
    assert "Planning tot de zomer." in text_of(response)
    assert "<form" not in response.content.decode().split("<main")[1]


# Cost --------------------------------------------------------------------------------------------------------------------


def queries_of(act):
    with CaptureQueriesContext(connection) as context:
        act()
    return len(context)


@pytest.mark.parametrize(("person", "party", "ceiling"), [("alice", "school", 12), ("petra", "partnership", 12)])
def test_the_page_costs_the_same_however_much_was_filled_in(client, world, person, party, ceiling):
    world.last_year()
    client.force_login(getattr(world, person))
    world.answer(party, "1A", levels={"vastgelegd": "v"}, explanation="x")
    world.add_evidence(party)
    client.get(form_url(world, party))  # from here on the process knows the parts of the form
    few = queries_of(lambda: client.get(form_url(world, party)))
    world.answer(party, "1B", levels={"vastgelegd": "v", "geimplementeerd": "v"}, explanation="x")
    world.add_evidence(party, "1B")
    world.round.add_school(world.petra, world.other_school, responsible=world.petra, deadline=datetime.date(2027, 1, 1))
    many = queries_of(lambda: client.get(form_url(world, party)))
    assert few == many <= ceiling


def test_a_rows_save_is_cheap(as_alice, world):
    row = row_of(open_form(as_alice, world)) | {"visie.level.vastgelegd": "v"}
    first = queries_of(lambda: autosave(as_alice, world, row))
    row |= {"visie.version": "1", "visie.explanation": "Alleen de tekst."}
    text = queries_of(lambda: autosave(as_alice, world, row))
    assert answer_of(world).version == 2
    assert (first, text) == (13, 12), "two of them open and close the transaction"
