"""The comparison page: what both parties read after the exchange, and that nobody reads it before."""

import re
from collections.abc import Callable, Iterable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.comparing import FormComparison, load_comparison
from indicators.discrepancy import PRIORITY_RULE_NL, Outcome
from indicators.models import ConversationRound, Dimension, IndicatorSet, Participation
from tests.factories import World

PAPER, PRACTICE = "vastgelegd", "geimplementeerd"

# code: school on paper, school in practice, partnership on paper, partnership in practice
DIFFERENT: dict[str, tuple[str | None, ...]] = {
    "2C": ("u", "v", "u", "p"),
    "3A": ("s", "s", "u", "v"),
    "1B": ("v", "u", "u", "u"),
    "3D": ("u", "u", None, "s"),
    "3C": ("v", "s", "v", "s"),
}


def page(client: Client, world: World, query: str = "") -> str:
    response = client.get(reverse("indicators:comparison", args=[world.participation.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html: str) -> str:
    """What one reads, without the marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)))


def rows(html: str) -> list[str]:
    """The codes of the indicators, in the order of the page."""
    return re.findall(r'<tr role="row" id="(\w+)">', html)


def row(html: str, code: str) -> str:
    """One indicator's row and the row with its explanations, as text."""
    match = re.search(rf'<tr role="row" id="{code}">.*?</tr>.*?</tr>', html, flags=re.DOTALL)
    assert match
    return text_of(match[0])


def rate(world: World, changes: dict[str, tuple[str | None, ...]], participation: Participation | None = None) -> None:
    """Both forms say V everywhere, apart from `changes`; then both are submitted."""
    for party, offset in (("school", 0), ("partnership", 2)):
        world.fill(party, "v", participation=participation)
        for code, letters in changes.items():
            world.answer(
                party,
                code,
                levels={PAPER: letters[offset], PRACTICE: letters[offset + 1]},
                explanation=f"{party} over {code}: <b>zo gaat het</b>.",
                participation=participation,
            )
        world.submit(party, participation)


def new_form(world: World, change: Callable[[IndicatorSet], object]) -> None:
    """A next version of the form, changed by `change`, in a round of a later year."""
    draft = world.indicator_set.new_version(world.bea)
    change(draft)
    version = IndicatorSet.objects.with_parts().get(pk=draft.pk)
    version.publish(world.bea, version.flags())
    world.indicator_set = IndicatorSet.objects.with_parts().get(pk=draft.pk)
    later = ConversationRound.objects.create(
        partnership=world.partnership, indicator_set=version, school_year=2027, title="Voorjaarsronde"
    )
    appointment = world.participation.appointment_at
    added = later.add_school(world.petra, world.school, responsible=world.petra, appointment_at=appointment)
    later.open(world.petra)
    world.participation = Participation.objects.for_page().get(pk=added.pk)


# Who sees it, and when -----------------------------------------------------------------------------------------------


def test_before_the_exchange_the_page_says_what_is_waited_for_and_nothing_else(as_alice, as_petra, world):
    world.fill("school", "p")
    world.answer("school", "1A", levels={PAPER: "u"}, explanation="Kanarie van de school.")
    world.submit("school")
    world.answer("partnership", "1A", levels={PAPER: "s"}, explanation="Kanarie van het SWV.")
    for client in (as_alice, as_petra):
        html = page(client, world)
        assert "De vergelijking is er nog niet" in html
        assert "Formulier van de school ingediend Formulier van het SWV nog niet ingediend" in text_of(html)
        assert "Kanarie" not in html
        assert "<table" not in html


def test_the_waiting_page_does_not_depend_on_what_the_other_party_wrote(as_alice, world):
    def seen() -> str:
        return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page(as_alice, world))

    blank = seen()
    world.fill("partnership", "p")
    assert seen() == blank


@pytest.mark.parametrize("name", ["alice", "bob", "petra", "bea", "dirk", "aisha"])
def test_after_the_exchange_everybody_around_the_school_reads_both_forms(name, request, world):
    rate(world, DIFFERENT)
    html = page(request.getfixturevalue(f"as_{name}"), world)
    assert "school over 2C" in html
    assert "partnership over 2C" in html


@pytest.mark.parametrize("name", ["carla", "otto", "oscar"])
def test_an_outsider_finds_nothing(name, request, world):
    world.exchange()
    address = reverse("indicators:comparison", args=[world.participation.pk])
    assert request.getfixturevalue(f"as_{name}").get(address).status_code == 404


def test_an_auditor_finds_nothing_before_the_exchange(as_aisha, world):
    world.fill("school")
    world.submit("school")
    assert as_aisha.get(reverse("indicators:comparison", args=[world.participation.pk])).status_code == 404


# What it says --------------------------------------------------------------------------------------------------------


def test_the_summary_counts_every_rating_once(as_alice, world):
    rate(world, DIFFERENT)
    text = text_of(page(as_alice, world))
    assert "Bespreek eerst 2C, 3A en 3D." in text
    assert "Daar is het verschil het grootst." in text
    assert "18 keer gelijk, van de 24 waarderingen" in text
    assert "3 keer waardeert de school hoger" in text
    assert "2 keer waardeert het SWV hoger" in text
    assert "1 – ontbreekt: 3D op papier, van het SWV" in text


def test_each_row_says_who_rates_higher_and_what_runs_ahead(as_alice, world):
    rate(world, DIFFERENT)
    html = page(as_alice, world)
    assert "gelijk School 3 hoger School: praktijk 1 voor SWV: papier 2 voor" in row(html, "2C")
    assert "SWV 1 hoger SWV 2 hoger School: gelijk SWV: praktijk 1 voor" in row(html, "3A")
    assert "SWV ontbreekt School 1 hoger School: gelijk SWV: niet te bepalen" in row(html, "3D")
    assert 'aria-label="School V, SWV P"' in html
    assert 'aria-label="School U, SWV ontbreekt"' in html


def test_explanations_and_evidence_of_both_are_in_the_page_itself(as_alice, world):
    world.fill("partnership")
    evidence = world.add_evidence("partnership", "1A", name="lesbezoeken <1>.pdf")
    rate(world, DIFFERENT)
    html = page(as_alice, world)
    words = row(html, "2C")
    assert "school over 2C: &lt;b&gt;zo gaat het&lt;/b&gt;." in words
    assert "partnership over 2C: &lt;b&gt;zo gaat het&lt;/b&gt;." in words
    assert "lesbezoeken &lt;1&gt;.pdf" in row(html, "1A")
    assert reverse("indicators:evidence", args=[evidence.token]) in html
    assert html.count("<details>") == 12


def test_the_agenda_comes_in_three_groups_with_its_rule(as_alice, world):
    rate(world, DIFFERENT)
    html = page(as_alice, world)
    groups = re.findall(r'<tr class="group".*?</tr>', html, flags=re.DOTALL)
    assert [text_of(group).split()[0] for group in groups] == ["Eerst", "Daarna", "Gelijk"]
    assert rows(html)[:4] == ["2C", "3A", "3D", "1B"]
    assert PRIORITY_RULE_NL in html


def test_in_the_order_of_the_form_the_themes_are_the_heads(as_alice, world):
    rate(world, DIFFERENT)
    html = page(as_alice, world, "?volgorde=formulier")
    assert rows(html) == [indicator.code for indicator in world.indicators()]
    assert "1. Beleid" in html
    assert "Eerst bespreken" not in re.sub(r"De gespreksvolgorde.*?</p>", "", html)


def test_small_differences_are_not_called_the_largest(as_alice, world):
    world.exchange()  # V against U everywhere
    text = text_of(page(as_alice, world))
    assert "Bespreek eerst 1A, 1B en 1C. Nergens is het verschil groter dan 1 niveau." in text


def test_equal_forms_leave_nothing_to_discuss_first(as_petra, world):
    world.fill("partnership", "v")
    world.fill("school", "v")
    world.exchange()
    html = page(as_petra, world)
    assert "School en SWV kozen overal hetzelfde." in html
    assert "24 keer gelijk" in text_of(html)
    assert "Daarna" not in [text.strip() for text in re.findall(r">([^<]+)<", html)]


# Filters -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filter_", "label", "codes"),
    [
        ("verschil", "Verschil", ["2C", "3A", "3D", "1B"]),
        ("2-niveaus", "2 of meer niveaus", ["2C", "3A"]),
        ("ontbreekt", "Ontbreekt", ["3D"]),
        ("papier-praktijk", "Papier en praktijk lopen uiteen", ["2C", "3C"]),
    ],
)
def test_a_filter_keeps_its_rows_and_counts_them(filter_, label, codes, as_alice, world):
    rate(world, DIFFERENT)
    html = page(as_alice, world, f"?toon={filter_}")
    assert rows(html) == codes
    current = re.findall(r'<a href="[^"]*" aria-current="true">(.*?)</a>', html)
    assert [text_of(link).strip() for link in current] == [f"{label} {len(codes)}", "Gesprek"]


def test_a_filter_keeps_the_chosen_order_and_the_order_keeps_the_filter(as_alice, world):
    rate(world, DIFFERENT)
    html = page(as_alice, world, "?toon=verschil&volgorde=formulier")
    assert rows(html) == ["1B", "2C", "3A", "3D"]
    links = re.findall(r'<a href="(\?[^"]*)"', html)
    assert "?toon=ontbreekt&amp;volgorde=formulier#lijst" in links
    assert "?toon=verschil#lijst" in links


def test_an_empty_filter_says_so_and_leads_back(as_alice, world):
    world.exchange()  # V against U everywhere: one level
    html = page(as_alice, world, "?toon=2-niveaus")
    assert "Geen enkele indicator verschilt 2 niveaus. Toon alles." in text_of(html)
    assert rows(html) == []


def test_a_filter_that_does_not_exist_shows_everything(as_alice, world):
    world.exchange()
    assert len(rows(page(as_alice, world, "?toon=<script>&volgorde=x"))) == 12


# Last year, and a form that stayed out -------------------------------------------------------------------------------


def test_last_years_difference_stands_beside_this_years(as_alice, world):
    world.last_year()  # the school V, the partnership U
    rate(world, DIFFERENT)
    html = page(as_alice, world)
    assert "gelijk was School 1 hoger School 3 hoger was School 1 hoger" in row(html, "2C")
    assert "In 2025-2026: op papier School V, SWV U; in de praktijk School V, SWV U." in row(html, "2C")


def test_without_a_year_before_nothing_is_said_of_it(as_alice, world):
    rate(world, DIFFERENT)
    html = page(as_alice, world)
    assert 'class="was"' not in html
    assert "Vorige keer" not in html


def test_another_schools_last_year_is_not_ours(world):
    world.last_year()
    Participation.objects.filter(round__school_year=2025).update(school=world.other_school)
    world.exchange()
    assert load_comparison(world.participation).last_year is None


@pytest.mark.parametrize("reader", ["alice", "petra"])
def test_a_form_that_was_closed_unread_counts_as_missing_for_everybody(reader, request, world):
    world.fill("school", "s")
    world.submit("school")
    world.answer("partnership", "1A", levels={PAPER: "v", PRACTICE: "v"}, explanation="Half af, nooit ingediend.")
    world.pass_deadline()
    world.participation.start_without(world.petra, "Ziekte bij het SWV.")
    html = page(request.getfixturevalue(f"as_{reader}"), world)
    text = text_of(html)
    assert "Het gesprek begint zonder het formulier van het SWV." in text
    assert "Reden: Ziekte bij het SWV." in text
    assert "24 – ontbreken: het formulier van het SWV" in text
    assert "Half af" not in html
    assert html.count("SWV ontbreekt</span>") == 24
    assert "leverde geen formulier in" in row(html, "1A")
    assert reverse("indicators:form", args=[world.participation.pk, "partnership"]) not in html


# Other forms ---------------------------------------------------------------------------------------------------------


def test_a_scale_without_an_order_knows_no_distances(as_alice, world):
    def unordered(draft: IndicatorSet) -> None:
        draft.ordinal = False
        draft.save(update_fields=["ordinal"])

    new_form(world, unordered)
    rate(world, DIFFERENT)
    html = page(as_alice, world)
    assert "hoger" not in html
    assert "2 of meer niveaus" not in html
    assert 'class="m-gap"' not in html
    assert "5 keer verschillend" in text_of(html)
    assert "verschillend" in row(html, "2C")


def test_a_form_with_one_question_has_no_paper_and_practice(as_alice, world):
    new_form(world, lambda draft: draft.dimensions.filter(key=PRACTICE).delete())
    world.exchange()
    html = page(as_alice, world)
    assert "Wat loopt voor" not in html
    assert "Papier en praktijk" not in html
    assert html.count('class="strip"') == 12
    assert "van de 12 waarderingen" in text_of(html)


def test_a_form_with_three_questions_shows_all_three(as_alice, world):
    def third(draft: IndicatorSet) -> None:
        Dimension.objects.create(
            indicator_set=draft, key="geborgd", position=3, name="Geborgd", short_name="op de lange duur"
        )

    world.exchange()
    new_form(world, third)
    world.exchange()
    html = page(as_alice, world)
    assert html.count('class="strip"') == 36
    assert html.count('class="hist"') == 3
    assert "In 2026-2027: op papier School V, SWV U; in de praktijk School V, SWV U. " in row(html, "1A")
    widths = set(map(int, re.findall(r'colspan="(\d+)"', html)))
    assert widths == {len(re.findall(r'role="columnheader"', html))}


# What it costs, and what others build on -----------------------------------------------------------------------------


def test_twelve_queries_the_first_time_and_six_after_that(as_alice, world):
    world.last_year()
    world.exchange()
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            page(as_alice, world)
        counts.append(len(queries))
    # session, person, roles, participation, forms; then three kinds of parts, ratings, answers, evidence; agreements
    assert counts == [12, 6, 6]


def test_what_is_remembered_belongs_to_these_forms_alone(world):
    """Two comparisons with the same answers share nothing: the seals of their forms differ."""
    first = world.last_year()
    second = world.exchange()
    texts = {load_comparison(where).school.seal for where in (first, second)}  # type: ignore[union-attr]
    assert len(texts) == 2
    assert load_comparison(second).rows is load_comparison(second).rows
    assert load_comparison(first).rows is not load_comparison(second).rows


def test_the_loader_needs_an_exchange(world):
    world.fill("school")
    world.submit("school")
    with pytest.raises(ValueError, match="not exchanged"):
        load_comparison(world.participation)


def test_the_loader_gives_the_report_every_text(world):
    world.last_year()
    rate(world, DIFFERENT)
    comparison = load_comparison(world.participation, world.aisha)
    assert outcomes(comparison) == {Outcome.EQUAL: 18, Outcome.DIFFERENT: 5, Outcome.MISSING_PARTNERSHIP: 1}
    assert comparison.school is not None
    assert comparison.school.follow_up == "Vervolgafspraak voor later."
    assert comparison.school.submitted_by == "Alice"
    assert len(comparison.school.seal) == 64
    assert comparison.last_year_label == "2025-2026"
    assert comparison.histogram_cells(1)[6] == ("2C", 3)
    assert comparison.in_conversation_order()[0].text == world.indicators()[6].text


def outcomes(comparison: FormComparison) -> dict[Outcome, int]:
    found: Iterable[Outcome] = (cell.result.outcome for each in comparison.rows for cell in each.cells)
    listed = list(found)
    return {outcome: listed.count(outcome) for outcome in dict.fromkeys(listed)}
