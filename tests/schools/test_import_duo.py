"""The operator reads DUO's files in: small ones, with every quirk of the real ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import LogEntry
from schools.models import Board, Partnership, School

PARTNERSHIPS = """\
SWV CODE;BEVOEGD GEZAG NUMMER;NAAM IN JAARREKENING;KOPPELING;WEBSITE 2023-05
VO0001;42663;RefSVO;regio;www.refsvo.nl
VO2201;21621;SwV  PaOn VO22.01;code;www.vo2201.nl
VO2708;21636;SWV VO Amsterdam-Diemen;regio;
;22151;Stg. SWV VO Hoeksche Waard;"afgesplitst; code onbekend";www.vo-hw.nl
"""
BOARDS = """\
BEVOEGD GEZAG NUMMER;NAAM (max 30 tekens);SECTOR
10053;Gemeente Assen;VO
819;Stichting Openbaar Onderwijs X;VO
"""
LINKS = """\
SAMENWERKINGSVERBAND_NUMMER;brin_nummer;vestigings_nummer;aantal_leerlingen
VO2201;18BR;0;120
VO0001;00PG;00;1714
"""
POSTCODES = """\
PC4;GEMEENTE;PO_SWV;VO_SWV
1011;Amsterdam;PO2707;VO2708
3198;Rotterdam;Europoort;Europoort
9401;Assen;PO2201;VO2201
9406;Assen;PO2201;VO2201
"""
OLD_HEADER = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;STRAATNAAM;HUISNUMMER-TOEVOEGING;"
    "POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;TELEFOONNUMMER;INTERNETADRES;ONDERWIJSSTRUCTUUR"
)
NEW_HEADER = OLD_HEADER.replace("BRIN NUMMER", "INSTELLINGSCODE").replace("VESTIGINGSNUMMER", "VESTIGINGSCODE")
BLANK = " " * 80
ASSEN = (
    f"Drenthe;10053;18BR;18BR00;Mariëndael;Zwartwatersweg;202;9406 NN;ASSEN;0106;ASSEN;Openbaar;0592340973;{BLANK};PRO"
)
BRANCH = "Drenthe;10053;18BR;1;Niekée;Bosrand;2 a;9401SL;ASSEN;0106;ASSEN;Openbaar;          ;0528266192;VBO/MAVO"
REFORMED = (
    "Noord-Holland;00819;00PG;00;Bahûrim;Dam;1;1011 AA;'S-GRAVENHAGE;0363;CAPELLE AAN DEN IJSSEL;Reformatorisch;;"
    "www.bahurim.nl;VWO"
)
LOCATIONS = "\n".join([OLD_HEADER, ASSEN, BRANCH, REFORMED]) + "\n"

type Import = Callable[..., str]


@pytest.fixture
def import_duo(tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]) -> Import:
    """Import the small files, with another text or bytes for those that are named."""

    def run(*options: str, **other: str | bytes) -> str:
        texts: dict[str, str | bytes] = {
            "partnerships": PARTNERSHIPS,
            "boards": BOARDS,
            "locations": LOCATIONS,
            "links": LINKS,
            "postcodes": POSTCODES,
            **other,
        }
        arguments: list[Any] = []
        for name, content in texts.items():
            path = tmp_path / f"{name}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1252"))
            arguments += [f"--{name}", str(path)]
        call_command("import_duo", *arguments, *options)
        return capsys.readouterr().out

    return run


def refusal(import_duo: Import, **other: str | bytes) -> list[str]:
    """What the command says when it refuses; and then nothing at all is stored."""
    with pytest.raises(CommandError) as refused:
        import_duo(**other)
    assert not Partnership.objects.exists()
    assert not Board.objects.exists()
    assert not School.objects.exists()
    return str(refused.value).splitlines()


def of(code: str) -> School:
    brin, branch = code.split("-")
    return School.objects.select_related("partnership", "board").get(brin=brin, branch=branch)


def stored() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Partnership, Board, School)]


def test_a_file_without_rows_is_no_file(import_duo: Import):
    """Somebody who imports half a download should hear of it."""
    assert refusal(import_duo, locations=LOCATIONS.partition("\n")[0])[1:] == [
        "locations.csv: onder de kop staat geen enkele rij."
    ]


def test_the_files_make_partnerships_boards_and_schools(import_duo: Import):
    out = import_duo()

    assert "Samenwerkingsverbanden (partnerships.csv): 4 nieuw, 0 gewijzigd, 0 ongewijzigd" in out
    assert "Besturen (boards.csv): 2 nieuw" in out
    assert "Vestigingen (locations.csv): 3 nieuw" in out
    school = of("18BR-00")
    assert (school.name, school.partnership.code, school.board.name) == ("Mariëndael", "VO2201", "Gemeente Assen")
    assert (school.street, school.postcode, school.province) == ("Zwartwatersweg 202", "9406NN", "Drenthe")
    assert (school.phone, school.website, school.structure) == ("0592340973", "", "PRO")
    assert Partnership.objects.get(code="VO2201").name == "SwV PaOn VO22.01"


def test_cells_of_blanks_are_empty_and_a_telephone_number_is_no_website(import_duo: Import):
    import_duo()

    branch = of("18BR-01")
    assert (branch.phone, branch.website) == ("", "")
    assert of("00PG-00").website == "www.bahurim.nl"


def test_names_keep_their_accents_and_towns_do_not_shout(import_duo: Import):
    import_duo()

    assert of("18BR-01").name == "Niekée"
    reformed = of("00PG-00")
    assert reformed.name == "Bahûrim"
    assert (reformed.city, reformed.municipality) == ("'s-Gravenhage", "Capelle aan den IJssel")


def test_a_link_to_the_national_partnership_wins_from_the_postcode(import_duo: Import):
    import_duo()

    assert of("00PG-00").partnership.code == "VO0001"


def test_a_location_without_a_link_follows_its_postcode(import_duo: Import):
    import_duo(links="SAMENWERKINGSVERBAND_NUMMER;brin_nummer;vestigings_nummer\nVO0001;00PG;00\n")

    assert of("18BR-00").partnership.code == "VO2201"


def test_a_partnership_without_a_code_goes_by_its_board_number_until_it_has_one(import_duo: Import):
    import_duo()
    before = Partnership.objects.get(code="22151")
    assert before.code_dashed == "22151"

    import_duo(partnerships=PARTNERSHIPS.replace("\n;22151", "\nVO-28-15;22151"))

    before.refresh_from_db()
    assert (before.code, before.code_dashed) == ("VO2815", "VO-28-15")
    assert Partnership.objects.count() == 4


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [OLD_HEADER, NEW_HEADER, NEW_HEADER.replace(";", '";"').join('""')])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_every_generation_of_the_file_gives_the_same_schools(
    import_duo: Import, encoding: str, header: str, ending: str
):
    text = ending.join([header, ASSEN, BRANCH, REFORMED, ""])

    import_duo(locations=text.encode(encoding))

    assert [of(code).name for code in ("18BR-00", "18BR-01", "00PG-00")] == ["Mariëndael", "Niekée", "Bahûrim"]


def test_a_new_column_at_the_end_does_no_harm(import_duo: Import):
    import_duo(locations=f"{NEW_HEADER};VAKANTIEREGIO\n{ASSEN};Noord\n")

    assert of("18BR-00").structure == "PRO"


def test_a_second_run_changes_nothing_and_says_so(import_duo: Import):
    import_duo()
    before = stored()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        out = import_duo()

    assert "0 nieuw, 0 gewijzigd, 3 ongewijzigd" in out
    assert "Er is niets gewijzigd" in out
    assert stored() == before
    assert not [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))]


def test_the_number_of_queries_does_not_grow_with_the_rows(import_duo: Import):
    def queries(locations: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            import_duo(locations=locations)
        return len(captured)

    few = queries(LOCATIONS)
    many = queries(LOCATIONS + "".join(f"{BRANCH.replace(';1;', f';{n:02};')}\n" for n in range(2, 90)))

    assert School.objects.count() == 91
    assert many <= few < 30


def test_what_changed_is_changed_and_the_rest_is_counted_as_it_was(import_duo: Import):
    import_duo()

    out = import_duo(locations=LOCATIONS.replace("Niekée", "Niekée Zuid"))

    assert "Vestigingen (locations.csv): 0 nieuw, 1 gewijzigd, 2 ongewijzigd" in out
    assert of("18BR-01").name == "Niekée Zuid"


def test_what_a_partnership_filled_in_itself_stays(import_duo: Import):
    import_duo()
    Partnership.objects.filter(code="VO2708").update(contact="Loket, 020 123", website="www.onszelf.nl")
    School.objects.filter(brin="18BR").update(secretariat_email="info@school.nl", website="www.deschool.nl")

    import_duo(
        partnerships=PARTNERSHIPS.replace("Amsterdam-Diemen", "Amsterdam"),
        locations=LOCATIONS.replace("Niekée", "Anders"),
    )

    partnership = Partnership.objects.get(code="VO2708")
    assert (partnership.name, partnership.contact) == ("SWV VO Amsterdam", "Loket, 020 123")
    assert partnership.website == "www.onszelf.nl"
    school = of("18BR-01")
    assert (school.name, school.secretariat_email, school.website) == ("Anders", "info@school.nl", "www.deschool.nl")


def test_a_school_that_is_not_in_the_file_any_more_stays_as_it_is(import_duo: Import):
    import_duo()

    import_duo(locations=f"{OLD_HEADER}\n{ASSEN}\n")

    assert of("18BR-01").closed_on is None


def test_a_school_that_moves_leaves_a_line_in_the_log(import_duo: Import):
    import_duo()
    old = of("18BR-00")

    import_duo(links=LINKS.replace("VO2201;18BR;0", "VO0001;18BR;0"))

    new = of("18BR-00")
    entry = LogEntry.objects.get(verb="school_moved")
    assert (entry.object_id, entry.before, entry.after) == (
        new.pk,
        str(old.partnership_id),
        str(new.partnership_id),
    )
    assert new.partnership_id != old.partnership_id


def test_a_dry_run_tells_all_and_stores_nothing(import_duo: Import):
    out = import_duo("--dry-run")

    assert "Vestigingen (locations.csv): 3 nieuw" in out
    assert "er is niets opgeslagen" in out
    assert stored() == [[], [], []]


# The names of boards -------------------------------------------------------------------------------------------------


def test_a_board_without_a_name_goes_by_its_number(import_duo: Import):
    import_duo(boards="BEVOEGD GEZAG NUMMER;NAAM\n10053;\n")

    assert of("18BR-00").board.name == "Bestuur 10053"
    assert of("00PG-00").board.name == "Bestuur 00819"


def test_the_file_of_locations_can_bring_the_name_of_a_board(import_duo: Import):
    header, *rows = LOCATIONS.splitlines()
    full = "Stichting Openbaar Onderwijs Xanten en omstreken"
    text = "\n".join([f"{header};BEVOEGD GEZAG NAAM", f"{rows[0]};Assen", f"{rows[1]};Assen", f"{rows[2]};{full}"])

    import_duo(locations=text, boards=BOARDS.replace("10053;Gemeente Assen;VO\n", ""))

    assert of("18BR-00").board.name == "Assen"
    assert of("00PG-00").board.name == full, "the accounts' name is cut at 30 characters"


def test_a_cut_name_does_not_shorten_one_that_was_completed(import_duo: Import):
    import_duo()
    Board.objects.filter(number="00819").update(name="Stichting Openbaar Onderwijs Xanten")
    Board.objects.filter(number="10053").update(name="Zelf bedacht")

    import_duo()

    assert Board.objects.get(number="00819").name == "Stichting Openbaar Onderwijs Xanten"
    assert Board.objects.get(number="10053").name == "Gemeente Assen"


# Mistakes ------------------------------------------------------------------------------------------------------------


def test_every_mistake_is_named_by_file_row_and_column_and_nothing_is_stored(import_duo: Import):
    wrong = ASSEN.replace("18BR;18BR00", "1BR;x").replace("9406 NN", "96 NN").replace("10053", "geen")

    head, *lines = refusal(
        import_duo,
        partnerships=PARTNERSHIPS.replace("VO2708", "2708"),
        boards=BOARDS.replace("10053", "1005x"),
        locations=f"{LOCATIONS}\n{wrong}\n",
        links=f"{LINKS}VO22;18BR;04;5\n",
        postcodes=f"{POSTCODES}94;Assen;PO2201;VO2201\n9402;Assen;PO2201;VO22O1\n",
    )

    assert head == "Er is niets opgeslagen: 9 fouten."
    places = sorted(line.partition(": ")[0] for line in lines)
    assert places == [
        "boards.csv, rij 2, kolom BEVOEGD GEZAG NUMMER",
        "links.csv, rij 4, kolom SAMENWERKINGSVERBAND_NUMMER",
        "locations.csv, rij 6, kolom BEVOEGD GEZAG NUMMER",
        "locations.csv, rij 6, kolom BRIN NUMMER",
        "locations.csv, rij 6, kolom POSTCODE",
        "locations.csv, rij 6, kolom VESTIGINGSNUMMER",
        "partnerships.csv, rij 4, kolom SWV CODE",
        "postcodes.csv, rij 6, kolom PC4",
        "postcodes.csv, rij 7, kolom VO_SWV",
    ]
    assert any("'96 NN' is geen postcode" in line for line in lines)


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        (
            {"links": LINKS.replace("VO2201;18BR", "VO2708;18BR")},
            "locations.csv, rij 2, kolom POSTCODE: volgens de koppelingen is deze vestiging van VO2708, volgens de "
            "postcode van VO2201.",
        ),
        (
            {"locations": LOCATIONS.replace("9401SL", "3198AA")},
            "locations.csv, rij 3, kolom POSTCODE: postcode 3198 hoort bij geen samenwerkingsverband en er is geen "
            "koppeling.",
        ),
        (
            {"locations": LOCATIONS.replace("9401SL", "7000AA"), "postcodes": f"{POSTCODES}7000;X;PO1;VO9901\n"},
            "locations.csv, rij 3, kolom POSTCODE: samenwerkingsverband VO9901 staat niet in het bestand met "
            "samenwerkingsverbanden.",
        ),
        (
            {"locations": LOCATIONS.replace(";1;Niekée", ";18BR00;Niekée")},
            "locations.csv, rij 3, kolom VESTIGINGSNUMMER: staat er ook in rij 2.",
        ),
        (
            {"locations": LOCATIONS.replace("18BR00", "99ZZ00")},
            "locations.csv, rij 2, kolom VESTIGINGSNUMMER: '99ZZ00' is geen vestiging van 18BR: verwacht 00 tot en "
            "met 99.",
        ),
        (
            {"locations": LOCATIONS.replace(";VBO/MAVO\n", "\n")},
            "locations.csv, rij 3: deze rij heeft 14 cellen, de kop heeft er 15.",
        ),
        (
            {"locations": LOCATIONS.replace("Niekée", BLANK)},
            "locations.csv, rij 3, kolom VESTIGINGSNAAM: deze cel is leeg.",
        ),
        (
            {"boards": f"{BOARDS}10053;Nog eens;VO\n"},
            "boards.csv, rij 4, kolom BEVOEGD GEZAG NUMMER: staat er ook in rij 2.",
        ),
        (
            {"links": f"{LINKS}VO2708;18BR;00;4\n"},
            "links.csv, rij 4, kolom vestigings_nummer: deze vestiging staat er ook bij VO2201.",
        ),
    ],
)
def test_one_mistake_refuses_all_five_files(import_duo: Import, changes: dict[str, str], mistake: str):
    assert refusal(import_duo, **changes) == ["Er is niets opgeslagen: 1 fout.", mistake]


def test_a_cell_that_does_not_fit_is_a_mistake_of_its_row(import_duo: Import):
    (line,) = refusal(import_duo, locations=LOCATIONS.replace("Niekée", "N" * 200))[1:]

    assert line.startswith("locations.csv, rij 3, kolom VESTIGINGSNAAM: ")
    assert "160" in line


def test_a_mistake_leaves_what_was_there_before(import_duo: Import):
    import_duo()
    before = stored()

    with pytest.raises(CommandError):
        import_duo(locations=LOCATIONS.replace("Mariëndael", "Anders").replace("9401SL", "niets"))

    assert stored() == before


def test_a_file_without_its_columns_is_refused_with_what_was_expected(import_duo: Import):
    lines = refusal(
        import_duo, boards=LINKS, locations=LOCATIONS.replace("PLAATSNAAM", "PLAATS"), postcodes="", links=b"PK\0\3"
    )

    assert lines[0] == "Er is niets opgeslagen: 4 fouten."
    assert "boards.csv, rij 1: kolom BEVOEGD GEZAG NUMMER, NAAM ontbreekt." in lines[1]
    assert "locations.csv, rij 1: kolom PLAATSNAAM ontbreekt. Verwacht: PROVINCIE; " in lines[2]
    assert "Gevonden: PROVINCIE; BEVOEGD GEZAG NUMMER; BRIN NUMMER" in lines[2]
    assert "links.csv: dit is geen CSV-bestand." in lines[3]
    assert "postcodes.csv, rij 1: kolom PC4, VO SWV ontbreekt." in lines[4]


def test_a_file_that_is_not_there_is_named(db: None):
    with pytest.raises(CommandError, match=r"nergens\.csv: kan niet worden gelezen"):
        call_command(
            "import_duo",
            *(
                part
                for name in ("partnerships", "boards", "locations", "links", "postcodes")
                for part in (f"--{name}", "nergens.csv")
            ),
        )


def test_formula_like_cells_are_text(import_duo: Import):
    import_duo(locations=LOCATIONS.replace("Niekée", "=1+1").replace("Mariëndael", "@SUM(A1)"))

    assert (of("18BR-01").name, of("18BR-00").name) == ("=1+1", "@SUM(A1)")
