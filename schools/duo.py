"""The files of the Dienst Uitvoering Onderwijs (DUO): how they are read and what their cells mean.

No models here. A file becomes a `Table` whose columns have the names of the header generation in use now; what is wrong
with it becomes a list of `Mistake`, each with file, row and column as somebody sees them in a spreadsheet.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

type Row = Mapping[str, str]

MAX_BYTES = 50 * 1024 * 1024
NAME_CUT_AT = 30  # characters, in the published annual accounts
NAME_FITS = 160


@dataclass(frozen=True, slots=True)
class Mistake:
    file: str
    text: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"rij {self.row}")
        if self.column:
            place.append(f"kolom {self.column}")
        return f"{', '.join(place)}: {self.text}"


class UnreadableFile(Exception):
    """The file as a whole cannot be used; holds the one mistake that says why."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its present name, and a pattern for the names it had in other years."""

    name: str
    also: str = ""
    optional: bool = False

    def is_headed(self, header: str) -> bool:
        return header == self.name or bool(self.also and re.fullmatch(self.also, header))


BOARD = Column("BEVOEGD GEZAG NUMMER")
BRIN = Column("INSTELLINGSCODE", "BRIN NUMMER")
BRANCH = Column("VESTIGINGSCODE", "VESTIGINGSNUMMER|VESTIGINGS NUMMER")

PARTNERSHIPS = (Column("SWV CODE"), BOARD, Column("NAAM", "NAAM .*"), Column("WEBSITE", "WEBSITE .*"))
BOARDS = (BOARD, Column("NAAM", "NAAM .*"))
LOCATIONS = (
    Column("PROVINCIE"),
    BOARD,
    BRIN,
    BRANCH,
    Column("VESTIGINGSNAAM"),
    Column("STRAATNAAM"),
    Column("HUISNUMMER-TOEVOEGING"),
    Column("POSTCODE"),
    Column("PLAATSNAAM"),
    Column("GEMEENTENAAM"),
    Column("DENOMINATIE"),
    Column("TELEFOONNUMMER"),
    Column("INTERNETADRES"),
    Column("ONDERWIJSSTRUCTUUR"),
    Column("BEVOEGD GEZAG NAAM", optional=True),
)
LINKS = (Column("SAMENWERKINGSVERBAND NUMMER", "SWV CODE|SWV NUMMER"), BRIN, BRANCH)
POSTCODES = (Column("PC4"), Column("VO SWV"))


@dataclass(slots=True)
class Table:
    """The rows of one file, each with its number in the file: the header is row 1."""

    file: str
    headers: dict[str, str]  # present name of a column -> its name in this file
    rows: list[dict[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        return zip(self.numbers, self.rows, strict=True)

    def complain(self, row: int | None, column: str, text: str) -> None:
        self.mistakes.append(Mistake(self.file, text, row, self.headers.get(column, column)))


def read_table(path: Path, columns: tuple[Column, ...]) -> Table:
    """Read a file of whatever encoding, delimiter, line ending and header generation DUO has used."""
    text = _decoded(path)
    first_line = text.partition("\n")[0]
    delimiter = max(";,\t", key=first_line.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [squeezed(cell) for cell in next(lines, [])]
        places = _places(path.name, header, columns)
        table = Table(path.name, {name: header[place] for name, place in places.items()})
        for number, cells in enumerate(lines, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                table.complain(number, "", f"deze rij heeft {len(cells)} cellen, de kop heeft er {len(header)}.")
                continue
            table.rows.append({name: squeezed(cells[place]) for name, place in places.items()})
            table.numbers.append(number)
    except csv.Error as error:
        text = f"dit is geen goed CSV-bestand, vlak na regel {lines.line_num}: {error}."
        raise UnreadableFile(Mistake(path.name, text)) from error
    if not table.numbers and not table.mistakes:
        raise UnreadableFile(Mistake(path.name, "onder de kop staat geen enkele rij."))
    return table


def _decoded(path: Path) -> str:
    """The text of a file: UTF-8 where it is that (with or without a mark), else the Windows code page of old files."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(Mistake(path.name, f"dit bestand is groter dan {MAX_BYTES // 1024**2} MB."))
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(Mistake(str(path), f"kan niet worden gelezen: {error.strerror}.")) from error
    if b"\0" in content:
        raise UnreadableFile(Mistake(path.name, "dit is geen CSV-bestand. Sla een spreadsheet eerst op als CSV."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(Mistake(path.name, "de tekens in dit bestand zijn niet leesbaar als UTF-8 of Windows-1252."))


def _places(file: str, header: list[str], columns: tuple[Column, ...]) -> dict[str, int]:
    """Where each column stands. A column that is missing or stands there twice refuses the whole file."""
    known = [cell.upper().replace("_", " ") for cell in header]
    found = {column.name: [place for place, cell in enumerate(known) if column.is_headed(cell)] for column in columns}
    missing = [column.name for column in columns if not found[column.name] and not column.optional]
    if missing:
        expected = "; ".join(column.name for column in columns if not column.optional)
        text = f"kolom {', '.join(missing)} ontbreekt. Verwacht: {expected}. Gevonden: {'; '.join(header) or 'niets'}."
        raise UnreadableFile(Mistake(file, text, 1))
    twice = [header[places[0]] for places in found.values() if len(places) > 1]
    if twice:
        raise UnreadableFile(Mistake(file, f"kolom {', '.join(twice)} staat er twee keer.", 1))
    return {name: places[0] for name, places in found.items() if places}


# What the cells mean ----------------------------------------------------------------------------------------------
# Each takes the cell and its row, and raises a ValueError that says in Dutch what is wrong.


def squeezed(cell: str) -> str:
    """Without the blanks that pad the cells of DUO, around the text or inside it."""
    return " ".join(cell.split())


def required(cell: str, row: Row) -> str:
    if not cell:
        raise ValueError("deze cel is leeg.")
    return cell


def board_number(cell: str, row: Row) -> str:
    """Five digits; a spreadsheet takes the zeros in front away."""
    if not re.fullmatch(r"[0-9]{1,5}", cell):
        raise ValueError(f"{cell!r} is geen bestuursnummer: verwacht vijf cijfers.")
    return cell.zfill(5)


def partnership_code(cell: str) -> str:
    """VO2708, also where it is written VO-27-08 or VO 27.08."""
    code = re.sub(r"[\s.-]", "", cell).upper()
    if not re.fullmatch(r"VO[0-9]{4}", code):
        raise ValueError(f"{cell!r} is geen code van een samenwerkingsverband: verwacht VO en vier cijfers.")
    return code


def partnership_key(cell: str, row: Row) -> str:
    """The code; a partnership that has none in the published files goes by its board number until it has one."""
    return partnership_code(cell) if cell else board_number(row[BOARD.name], row)


def brin(cell: str, row: Row) -> str:
    code = cell.upper()
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}", code):
        raise ValueError(f"{cell!r} is geen BRIN: verwacht twee cijfers en twee letters.")
    return code


def branch(cell: str, row: Row) -> str:
    """Two digits; some files write the BRIN before them, others have lost the zero in front."""
    institution = row[BRIN.name].upper()
    digits = cell.upper().removeprefix(institution) if institution else cell
    if not re.fullmatch(r"[0-9]{1,2}", digits):
        raise ValueError(f"{cell!r} is geen vestiging van {institution or 'deze school'}: verwacht 00 tot en met 99.")
    return digits.zfill(2)


def postcode(cell: str, row: Row) -> str:
    code = cell.replace(" ", "").upper()
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", code):
        raise ValueError(f"{cell!r} is geen postcode: verwacht vier cijfers en twee letters.")
    return code


def street(cell: str, row: Row) -> str:
    return squeezed(f"{cell} {row['HUISNUMMER-TOEVOEGING']}")


def website(cell: str, row: Row) -> str | None:
    """An address on the web, or None: the column also holds telephone numbers, and what it lacks erases nothing."""
    return cell if re.fullmatch(r"(https?://)?([\w-]+\.)+[A-Za-z]{2,}(/\S*)?", cell) else None


def phone(cell: str, row: Row) -> str | None:
    return cell or None


LOWER = {"AAN", "AD", "BIJ", "DE", "DEN", "DER", "EN", "HET", "IN", "OP", "TE", "VAN"}
PROVINCES = {"DR", "FL", "FR", "GLD", "GN", "LB", "NB", "NH", "OV", "UT", "ZH", "ZLD"}


def place(cell: str, row: Row) -> str:
    """CAPELLE AAN DEN IJSSEL as Capelle aan den IJssel. What DUO does not write in capitals stays as it is."""
    if cell != cell.upper():
        return cell
    words = re.sub(r"^'?S[ -](?=\w)", "'S-", cell).split(" ")
    return " ".join(_place_word(word, first=number == 0) for number, word in enumerate(words))


def _place_word(word: str, *, first: bool) -> str:
    if not first and word in LOWER:
        return word.lower()
    if not first and word in PROVINCES:
        return word
    parts = [f"IJ{part[2:].lower()}" if part.startswith("IJ") else part.capitalize() for part in word.split("-")]
    return "-".join(parts)  # capitalize() leaves 's small: its first character is the apostrophe


# Which partnership a location belongs to --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Links:
    """The partnership of each location (by BRIN and branch), and of each four-digit postcode ("" where none is)."""

    by_location: Mapping[tuple[str, str], str]
    by_postcode: Mapping[str, str]
    regional: frozenset[str] = frozenset()  # the partnerships that some postcode leads to

    def partnership_of(self, row: Row) -> str | None:
        """The code, or None where the row has no BRIN, branch or postcode to look with (its own mistake says so).

        The links come first. The postcode may not contradict them, but where they name a partnership without a
        region, such as the national one of the Reformed schools. Raises a ValueError when nothing is found.
        """
        linked = self._linked(row)
        try:
            digits = postcode(row["POSTCODE"], row)[:4]
        except ValueError:
            return linked
        local = self.by_postcode.get(digits, "")
        if linked and local and linked != local and linked in self.regional:
            raise ValueError(f"volgens de koppelingen is deze vestiging van {linked}, volgens de postcode van {local}.")
        if not linked and not local:
            raise ValueError(f"postcode {digits} hoort bij geen samenwerkingsverband en er is geen koppeling.")
        return linked or local

    def _linked(self, row: Row) -> str | None:
        try:
            key = (brin(row[BRIN.name], row), branch(row[BRANCH.name], row))
        except ValueError:
            return None
        return self.by_location.get(key)


def read_links(links: Table, postcodes: Table) -> Links:
    """Both tables as one; what is wrong in them is added to their mistakes."""
    by_location: dict[tuple[str, str], str] = {}
    for number, row in links:
        values: list[str] = []
        for column, parse in (
            ("SAMENWERKINGSVERBAND NUMMER", lambda cell, row: partnership_code(cell)),
            (BRIN.name, brin),
            (BRANCH.name, branch),
        ):
            try:
                values.append(parse(row[column], row))
            except ValueError as error:
                links.complain(number, column, str(error))
        if len(values) == 3:
            code, location = values[0], (values[1], values[2])
            if by_location.setdefault(location, code) != code:
                links.complain(number, BRANCH.name, f"deze vestiging staat er ook bij {by_location[location]}.")
    by_postcode = _read_postcodes(postcodes)
    return Links(by_location, by_postcode, frozenset(by_postcode.values()) - {""})


def _read_postcodes(table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, row in table:
        digits, cell = row["PC4"], row["VO SWV"]
        if not re.fullmatch(r"[1-9][0-9]{3}", digits):
            table.complain(number, "PC4", f"{digits!r} is geen postcode van vier cijfers.")
            continue
        try:
            # The regulation names a place where nobody lives, such as Europoort, instead of a partnership.
            code = partnership_code(cell) if any(map(str.isdigit, cell)) else ""
        except ValueError as error:
            table.complain(number, "VO SWV", str(error))
            continue
        if found.setdefault(digits, code) != code:
            table.complain(number, "PC4", f"{digits} staat er ook bij {found[digits] or 'geen samenwerkingsverband'}.")
    return found


# The names of boards ----------------------------------------------------------------------------------------------


def board_names(names: Table, locations: Table, known: Mapping[str, str]) -> dict[str, str]:
    """The name of every board that has a valid number in one of the two files.

    A name in the accounts is cut: what the locations' file or the portal itself has in full is kept instead. Without
    any name a board goes by its number.
    """
    found: dict[str, str] = {}
    located: dict[str, str] = {}
    for table, names_of in ((names, found), (locations, located)):
        column = "NAAM" if table is names else "BEVOEGD GEZAG NAAM"
        for _, row in table:
            if re.fullmatch(r"[0-9]{1,5}", row[BOARD.name]):
                number = row[BOARD.name].zfill(5)
                names_of[number] = names_of.get(number) or row.get(column, "")
    result: dict[str, str] = {}
    for number in found | located:
        name, full, present = found.get(number, ""), located.get(number, ""), known.get(number, "")
        if len(name) >= NAME_CUT_AT:
            name = max((other for other in (name, full, present) if other.startswith(name)), key=len)
        result[number] = (name or full or present or f"Bestuur {number}")[:NAME_FITS]
    return result
