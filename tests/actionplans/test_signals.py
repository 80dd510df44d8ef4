"""Signals: what schools see happening, who sees it too, and how it develops over the years."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from actionplans import trends
from actionplans.models import Signal
from actionplans.trends import Seen
from records.models import LogEntry
from schools import asked as _asked
from schools.models import Role
from tests import factories, plans
from tests.factories import World

YEAR = plans.YEAR


@pytest.fixture(autouse=True)
def _in_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests play in one school year, whenever they run."""
    for module in ("signals", "exchange", "groups", "taking_over"):
        monkeypatch.setattr(f"actionplans.views.{module}.this_year", lambda: YEAR)
    monkeypatch.setattr(_asked, "this_year", lambda: YEAR)


def url(name: str, *args: Any) -> str:
    return reverse(f"actionplans:{name}", args=args)


def overview(client: Client, asked: str = "") -> str:
    return client.get(url("signals") + asked).content.decode()


def note(client: Client, **values: str) -> Any:
    given = {"school_year": str(YEAR), "theme": "absence", "text": "Meer verzuim op vrijdag.", "strength": "3"}
    return client.post(url("signal_add"), given | values)


def test_a_school_notes_a_signal_and_the_others_read_it(world: World, as_alice: Client, as_carla: Client) -> None:
    response = note(as_alice)
    signal = Signal.objects.get()
    assert response["Location"].endswith(f"#signaal-{signal.pk}")
    assert (signal.school_id, signal.author_id) == (world.school.pk, world.alice.pk)
    assert (signal.school_year, signal.strength) == (YEAR, 3)
    page = overview(as_carla)
    assert "Meer verzuim op vrijdag." in page
    assert "1 school ziet dit" in page
    assert "sterk" in page
    assert world.school.name in page


def test_noting_the_same_words_twice_is_once(world: World, as_alice: Client) -> None:
    note(as_alice)
    note(as_alice)
    assert Signal.objects.count() == 1


def test_the_field_says_that_nobody_may_be_recognised(world: World, as_alice: Client) -> None:
    page = as_alice.get(url("signal_add")).content.decode()
    assert "niets waaraan iemand een leerling herkent" in page


def test_who_speaks_for_one_side_is_not_asked_and_who_has_more_is(world: World, as_alice: Client) -> None:
    assert "Namens wie?" not in as_alice.get(url("signal_add")).content.decode()
    factories.member(world.alice, Role.STAFF, school=world.other_school)
    factories.member(world.alice, Role.POLICY_OFFICER, partnership=world.partnership)
    page = as_alice.get(url("signal_add")).content.decode()
    assert "Namens wie?" in page
    assert note(as_alice).status_code == 200, "the side has to be chosen"
    note(as_alice, side=f"swv-{world.partnership.pk}")
    assert Signal.objects.get().school_id is None
    assert "het SWV" in overview(as_alice)


def test_nobody_speaks_for_a_school_of_somebody_else(world: World, as_alice: Client) -> None:
    factories.member(world.alice, Role.POLICY_OFFICER, partnership=world.partnership)
    assert note(as_alice, side=f"school-{world.other_school.pk}").status_code == 200
    assert not Signal.objects.exists()


def test_we_too(world: World, as_alice: Client, as_carla: Client, as_petra: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    as_carla.post(url("signal_second", signal.pk), {"remark": "Vooral in klas 2.", "strength": "1"})
    page = overview(as_alice)
    assert "2 scholen zien dit" in page
    assert "Vooral in klas 2." in page
    assert "af en toe" in page
    as_petra.post(url("signal_second", signal.pk), {"remark": "", "strength": "2"})
    assert "2 scholen en het SWV zien dit" in overview(as_alice)
    as_carla.post(url("signal_second", signal.pk), {"remark": "Nu ook in klas 3.", "strength": "2"})
    page = overview(as_alice)
    assert "klas 3" in page
    assert "klas 2" not in page, "said again it is the new remark that stands"
    as_carla.post(url("signal_unsecond", signal.pk), {"side": f"school-{world.other_school.pk}"})
    assert "1 school en het SWV zien dit" in overview(as_alice)


def test_the_form_knows_what_one_said_before(world: World, as_carla: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    signal.second(world.carla, world.other_school, remark="Vooral in klas 2.", strength=3)
    assert "Vooral in klas 2." in as_carla.get(url("signal_second", signal.pk)).content.decode()


def test_nobody_seconds_oneself(world: World, as_bob: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    response = as_bob.post(url("signal_second", signal.pk), {"remark": "", "strength": "2"}, follow=True)
    assert "Dit signaal is van uzelf." in response.content.decode()
    assert not signal.voices.exists()


def test_nobody_takes_back_what_another_school_said(world: World, as_bob: Client) -> None:
    signal = plans.signal(world, world.petra, None)
    signal.second(world.carla, world.other_school, remark="", strength=2)
    side = {"side": f"school-{world.other_school.pk}"}
    assert as_bob.post(url("signal_unsecond", signal.pk), side).status_code == 400
    assert signal.voices.count() == 1


def test_what_most_schools_see_comes_first(world: World, as_alice: Client) -> None:
    plans.signal(world, world.alice, world.school, "Alleen bij ons.")
    shared = plans.signal(world, world.carla, world.other_school, "Bij ons allebei.")
    shared.second(world.alice, world.school, remark="", strength=2)
    Signal.note(
        world.petra, world.partnership, None, school_year=YEAR, theme="absence", text="Het SWV ziet.", strength=3
    )
    page = overview(as_alice)
    assert page.index("Bij ons allebei.") < page.index("Alleen bij ons.") < page.index("Het SWV ziet.")


def test_words_and_theme_narrow_the_list(world: World, as_alice: Client) -> None:
    plans.signal(world, world.alice, world.school, "Café’s trekken leerlingen.")
    plans.signal(world, world.alice, world.school, "Meer leerlingen zijn moe.")
    assert "zijn moe" not in overview(as_alice, "?q=CAFE")
    assert "Café" in overview(as_alice, "?q=CAFE trek")
    assert "Geen enkel signaal past hierbij" in overview(as_alice, "?thema=absence")
    assert "zijn moe" in overview(as_alice, "?thema=onzin&jaar=onzin"), "what nobody can ask for is left aside"
    assert "zijn moe" not in overview(as_alice, f"?jaar={YEAR - 1}")


def test_a_board_member_reads_and_an_auditor_gets_an_empty_page(
    world: World, as_dirk: Client, as_aisha: Client, as_otto: Client
) -> None:
    plans.signal(world, world.alice, world.school)
    assert "zijn moe" in overview(as_dirk)
    assert "Signaal noteren" not in overview(as_dirk)
    for client in (as_aisha, as_otto):
        assert "zijn moe" not in overview(client)
        export = client.get(url("signals_export", YEAR, "csv")).content.decode()
        assert "zijn moe" not in export


def test_seen_again_this_year(world: World, as_carla: Client, as_alice: Client) -> None:
    before = Signal.note(
        world.alice, world.partnership, world.school, school_year=YEAR - 1, theme="absence", text="Verzuim.", strength=1
    )
    assert "Vorig jaar gezien, dit jaar nog niet" in overview(as_carla)
    form = as_carla.get(url("signal_continue", before.pk)).content.decode()
    assert "Verzuim." in form
    posted = {"theme": "absence", "text": "Verzuim, nu ook in klas 1.", "strength": "3"}
    as_carla.post(url("signal_continue", before.pk), posted)
    after = Signal.objects.get(school_year=YEAR)
    assert (after.continues_id, after.school_id) == (before.pk, world.other_school.pk)
    page = overview(as_alice)
    assert "Vorig jaar gezien" not in page
    assert f"#signaal-{before.pk}" in page
    assert "Ook gezien in" in page
    assert "Gaat verder in" in overview(as_alice, f"?jaar={YEAR - 1}")


def test_the_same_words_that_were_noted_already_join_the_thread(world: World, as_alice: Client) -> None:
    """Somebody noted it again by hand, and then says that it is the one of last year."""
    before = Signal.note(
        world.alice, world.partnership, world.school, school_year=YEAR - 1, theme="absence", text="Verzuim.", strength=1
    )
    note(as_alice, text="Verzuim.")
    as_alice.post(url("signal_continue", before.pk), {"theme": "absence", "text": "Verzuim.", "strength": "2"})
    assert Signal.objects.get(school_year=YEAR).continues_id == before.pk


def test_a_signal_of_this_year_is_not_continued(world: World, as_carla: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    response = as_carla.get(url("signal_continue", signal.pk), follow=True)
    assert "al van dit schooljaar" in response.content.decode()


def test_two_who_change_one_signal_lose_neither_text(world: World, as_alice: Client, as_petra: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    page = as_alice.get(url("signal_edit", signal.pk))
    bases = page.context["form"].initial["bases"]
    posted = {"theme": "wellbeing", "strength": "2", "bases": bases}
    as_petra.post(url("signal_edit", signal.pk), posted | {"text": "Van Petra."})
    response = as_alice.post(url("signal_edit", signal.pk), posted | {"text": "Van Alice."})
    shown = response.content.decode()
    assert "Van Petra." in shown
    assert "Van Alice." in shown
    signal.refresh_from_db()
    assert signal.text == "Van Petra."


def test_a_changed_signal_is_found_by_its_new_words(world: World, as_alice: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    bases = as_alice.get(url("signal_edit", signal.pk)).context["form"].initial["bases"]
    as_alice.post(
        url("signal_edit", signal.pk), {"theme": "staff", "strength": "3", "bases": bases, "text": "Het team is vol."}
    )
    assert "Het team is vol." in overview(as_alice, "?q=team&thema=staff")


def test_removing_asks_first(world: World, as_alice: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    signal.second(world.carla, world.other_school, remark="", strength=2)
    assert "niet ongedaan" in as_alice.get(url("signal_remove", signal.pk)).content.decode()
    assert Signal.objects.exists()
    as_alice.post(url("signal_remove", signal.pk))
    assert not Signal.objects.exists()
    assert LogEntry.objects.filter(verb="signal_removed").count() == 1


def test_the_development_counts_a_school_once_a_year(world: World, as_petra: Client) -> None:
    for year in (YEAR - 1, YEAR):
        for text in ("Moe.", "Druk."):
            made = Signal.note(
                world.alice, world.partnership, world.school, school_year=year, theme="demand", text=text, strength=2
            )
    made.second(world.carla, world.other_school, remark="", strength=2)
    page = as_petra.get(url("signals"))
    [(name, counts, _)] = page.context["development"]
    assert (name, counts) == ("ondersteuningsvraag", [1, 2])
    assert (
        f"<title>Ondersteuningsvraag: 1 in {YEAR - 1}-{YEAR}, 2 in {YEAR}-{YEAR + 1}</title>" in page.content.decode()
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_export(world: World, as_alice: Client, kind: str) -> None:
    signal = plans.signal(world, world.alice, world.school, "=1+1")
    signal.second(world.carla, world.other_school, remark="@mij", strength=3)
    response = as_alice.get(url("signals_export", YEAR, kind))
    assert response.status_code == 200
    assert f".{kind}" in response["Content-Disposition"]
    if kind == "csv":
        assert "'=1+1" in response.content.decode("utf-8-sig")


def test_an_export_of_another_kind_is_unknown(world: World, as_alice: Client) -> None:
    assert as_alice.get(url("signals_export", YEAR, "exe")).status_code == 404


# The arithmetic ----------------------------------------------------------------------------------------------------------


def seen(pk: int, continues: int | None, *schools: int, year: int = YEAR, theme: str = "demand") -> Seen:
    return Seen(pk, year, theme, continues, frozenset(schools), office=False)


@given(st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 9)), min_size=1))
def test_a_thread_ends_whatever_it_goes_on_from(links: dict[int, int | None]) -> None:
    found = {pk: seen(pk, before) for pk, before in links.items()}
    for pk in links:
        thread = [each.pk for each in trends.earlier(pk, found)]
        assert len(thread) == len(set(thread))
        assert pk not in thread


@given(st.lists(st.tuples(st.integers(2020, 2024), st.sampled_from("ab"), st.sets(st.integers(1, 5)))))
def test_no_year_counts_more_schools_than_there_are(rows: list[tuple[int, str, set[int]]]) -> None:
    years = list(range(2020, 2025))
    signals = [seen(pk, None, *schools, year=year, theme=theme) for pk, (year, theme, schools) in enumerate(rows)]
    counts = trends.schools_per_year(signals, years)
    for theme, row in counts.items():
        for year, count in zip(years, row, strict=True):
            assert count == len({s for y, t, schools in rows for s in schools if (y, t) == (year, theme)})


@given(st.lists(st.integers(0, 80), min_size=1, max_size=6))
def test_a_bar_is_as_high_as_its_number_and_never_vanishes(counts: list[int]) -> None:
    bars = trends.bars(counts, range(2020, 2020 + len(counts)), max(counts))
    for bar, count in zip(bars, counts, strict=True):
        assert (bar.height == 0) == (count == 0)
        assert bar.y >= 0
        assert bar.y + bar.height == trends.TALLEST
    assert sorted(bar.height for bar in bars) == [bar.height for bar in sorted(bars, key=lambda bar: bar.schools)]


def test_who_has_no_voice_is_not_told_to_use_it(world: World, as_dirk: Client, as_alice: Client) -> None:
    assert "Zeg dan “wij ook”" in overview(as_alice)
    assert "Zeg dan" not in overview(as_dirk)


def test_an_empty_form_says_what_to_do(as_alice: Client) -> None:
    page = note(as_alice, theme="", text="", strength="").content.decode()
    for words in ("Kies een thema.", "Schrijf op wat u ziet.", "Kies hoe sterk u het ziet."):
        assert words in page


def test_ones_own_remark_is_changed_as_such(world: World, as_carla: Client) -> None:
    signal = plans.signal(world, world.alice, world.school)
    first = as_carla.get(url("signal_second", signal.pk)).content.decode()
    assert "Wij zien dit ook</button>" in first
    assert "Uw opmerking wijzigen" not in first
    as_carla.post(url("signal_second", signal.pk), {"remark": "Bij ons ook.", "strength": "2"})
    again = as_carla.get(url("signal_second", signal.pk)).content.decode()
    assert "<h1>Uw opmerking wijzigen" in again
    assert "U zei al “wij ook”." in again
    sheet = load_workbook(BytesIO(as_carla.get(url("signals_export", YEAR, "xlsx")).content))["Wij ook"]
    assert [cell.value for cell in sheet[2]][:3] == [f"{YEAR}-{YEAR + 1}", "motivatie en welbevinden", signal.text]
