"""The pictures: shape before colour, one order from left to right, and words for who cannot see them."""

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from swvportal.lib import charts

VUSP = ("V", "U", "S", "P")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def of_class(svg: str, css: str) -> list[ElementTree.Element]:
    return [element for element in drawn(svg).iter() if element.get("class") == css]


def letters(svg: str) -> list[str]:
    return [element.text or "" for element in drawn(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("school", "swv", "beads", "said"),
    [
        (0, 3, 2, "School V, SWV P"),
        (3, 0, 2, "School P, SWV V"),
        (1, 2, 0, "School U, SWV S"),
    ],
)
def test_a_difference_is_a_connector_with_a_bead_on_every_level_passed(
    school: int, swv: int, beads: int, said: str
) -> None:
    svg = charts.strip(VUSP, school, swv)
    gap = of_class(svg, "m-gap")
    assert [element.tag for element in gap] == [f"{SVG}circle"] * beads + [f"{SVG}line"]
    circle = of_class(svg, "m-school")[0]
    assert gap[-1].get("x1") == circle.get("cx")
    assert drawn(svg).findtext(f"{SVG}title") == said == drawn(svg).get("aria-label")


def test_equal_is_one_letter_in_a_circle_inside_a_diamond() -> None:
    svg = charts.strip(VUSP, 1, 1)
    assert letters(svg) == ["U"]
    assert len(of_class(svg, "m-school")) == len(of_class(svg, "m-swv")) == 1
    assert of_class(svg, "m-gap") == []


def test_a_missing_rating_leaves_no_mark_on_the_scale() -> None:
    svg = charts.strip(VUSP, 1, None)
    assert of_class(svg, "m-swv") == of_class(svg, "m-gap") == []
    assert drawn(svg).findtext(f"{SVG}title") == "School U, SWV ontbreekt"
    assert letters(charts.strip(VUSP, None, None)) == []


def test_a_scale_without_order_shows_no_distance_and_no_place() -> None:
    svg = charts.strip(VUSP, 0, 3, ordinal=False)
    assert of_class(svg, "m-gap") == list(drawn(svg).iter(f"{SVG}line")) == []
    assert sorted(letters(svg)) == ["P", "V"]
    near = charts.strip(VUSP, 0, 1, ordinal=False)
    assert of_class(near, "m-school")[0].get("cx") == of_class(svg, "m-school")[0].get("cx")


@pytest.mark.parametrize("levels", range(2, 7))
def test_every_mark_stays_inside_the_picture(levels: int) -> None:
    for last in (0, levels - 1):
        svg = charts.strip(tuple("ABCDEF"[:levels]), last, last)
        path = of_class(svg, "m-swv")[0]
        xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", path.get("d", ""))]
        half_a_stroke = float(path.get("stroke-width", "0")) / 2
        assert min(xs) - half_a_stroke >= 0
        assert max(xs) + half_a_stroke <= charts.STRIP_WIDTH


def test_the_tiles_of_the_axis_stand_above_the_places_of_the_strip() -> None:
    axis = charts.axis(tuple(charts.Step(letter, "petrol-1") for letter in VUSP))
    tiles = [element.get("x") for element in drawn(axis).iter(f"{SVG}text")]
    places = [of_class(charts.strip(VUSP, index, None), "m-school")[0].get("cx") for index in range(4)]
    assert tiles == places


def test_what_a_form_version_calls_its_levels_is_never_markup() -> None:
    svg = charts.axis((charts.Step('<"', "petrol-1"), charts.Step("&", "no-such-colour")))
    assert letters(svg) == ['<"', "&"]
    assert unescape(drawn(svg).get("aria-label", "")) == 'niveaus <", &'
    assert {"Op <papier>", "<b"} <= set(letters(charts.histogram("Op <papier>", (("<b", 1),), 3)))


CELLS = (("1A", 0), ("1B", 1), ("2C", 3), ("3A", -2), ("3D", None))


def test_the_histogram_puts_who_rates_higher_on_their_own_side() -> None:
    svg = charts.histogram("In de praktijk", CELLS, 3)
    at = {element.text: float(element.get("x", "0")) for element in drawn(svg).iter(f"{SVG}text")}
    assert at["2C"] < at["1B"] < at["1A"] < at["3A"]
    assert "3D" not in at
    assert at["ontbreekt: 3D"]
    assert drawn(svg).findtext(f"{SVG}title") == (
        "In de praktijk: gelijk: 1A; School 1 hoger: 1B; School 3 hoger: 2C; SWV 2 hoger: 3A; ontbreekt: 3D"
    )


def test_two_histograms_given_the_same_rows_share_their_base_line() -> None:
    high = tuple((f"{number}A", 2) for number in range(1, 6))
    rows = charts.histogram_rows(high, CELLS)
    assert rows == 5
    bases = {
        line.get("y1")
        for svg in (charts.histogram("a", high, 3, rows), charts.histogram("b", CELLS, 3, rows))
        for line in drawn(svg).iter(f"{SVG}line")
    }
    assert len(bases) == 1


def test_a_box_never_overlaps_another() -> None:
    cells = tuple((f"{number}A", 0) for number in range(1, 8))
    boxes = [(box.get("x"), box.get("y")) for box in drawn(charts.histogram("a", cells, 3)).iter(f"{SVG}rect")]
    assert len(set(boxes)) == 7
    assert all(float(y or 0) > 13 for _, y in boxes)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", charts.PALETTE, ids=lambda colour: colour.token)
def test_a_letter_can_be_read_on_every_colour_of_the_palette(colour: charts.Colour) -> None:
    light, dark = sorted((luminance(colour.background), luminance(colour.text)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    # A tile that is nearly white needs its ring.
    assert colour.ringed or (1.05 / (luminance(colour.background) + 0.05)) >= 3


@pytest.mark.parametrize("colour", charts.PALETTE, ids=lambda colour: colour.token)
def test_page_and_picture_use_the_same_colours(colour: charts.Colour) -> None:
    css = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
    assert f"--level-{colour.token}: {colour.background};" in css
    assert f"--level-{colour.token}-text: {colour.text};" in css
    rule = re.search(rf"^\.lvl-{colour.token} \{{(.*)\}}$", css, re.MULTILINE)
    assert rule
    assert ("border-color" in rule[1]) == colour.ringed


def test_the_petrols_run_from_dark_to_light() -> None:
    petrols = [luminance(colour.background) for colour in charts.PALETTE if colour.token.startswith("petrol")]
    assert petrols == sorted(petrols)
