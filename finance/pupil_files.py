"""Numbers of pupils out of a spreadsheet: a row a school, by BRIN and location. Nothing is written here."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schools.models import School
from swvportal.lib import spreadsheets
from swvportal.lib.spreadsheets import Column, Sheet, Table

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_PUPILS = 20_000
COLUMNS = (
    Column("BRIN", also=("Brinnummer", "Instellingscode")),
    Column("Vestiging", also=("Vestigingsnummer", "Vestigingscode")),
    Column("Aantal", also=("Aantal leerlingen", "Leerlingen")),
    Column("School", required=False, also=("Naam",)),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A row as it would be written; `before` is the number that stands there now."""

    school: School
    pupils: int
    before: int | None

    @property
    def is_new(self) -> bool:
        return self.before != self.pupils


def template_sheets(schools: Iterable[School], numbers: dict[int, int], counted_on: datetime.date) -> list[Sheet]:
    """Every school of the partnership, with the number that is known already."""
    rows = [(school.brin, school.branch, numbers.get(school.pk), school.name) for school in schools]
    return [Sheet(f"Teldatum {counted_on:%d-%m-%Y}", ("BRIN", "Vestiging", "Aantal", "School"), rows)]


def read_counts(
    upload: "UploadedFile", schools: Iterable[School], numbers: dict[int, int]
) -> tuple[Table, list[Counted]]:
    """The rows of the file, and in the table every mistake by row and column. Raises UnreadableFile.

    A row without a number is left out: it stands in the template for a school whose number is not known yet.
    """
    table = spreadsheets.read(upload, COLUMNS)
    by_code = {(school.brin, school.branch): school for school in schools}
    found: list[Counted] = []
    seen: dict[int, int] = {}
    left_out = 0
    for row in table.rows:
        if row.cells["Aantal"] is None:
            left_out += 1
            continue
        brin, branch = table.parsed(row, "BRIN", _brin), table.parsed(row, "Vestiging", _branch)
        pupils = table.parsed(row, "Aantal", _pupils)
        if brin is None or branch is None:
            continue
        school = by_code.get((brin, branch))
        if school is None:
            table.complain(row.number, "BRIN", f"{brin}-{branch} is geen school van dit samenwerkingsverband.")
        elif (first := seen.setdefault(school.pk, row.number)) != row.number:
            table.complain(row.number, "BRIN", f"{school.code} staat ook in rij {first}.")
        elif pupils is not None:
            found.append(Counted(school, pupils, numbers.get(school.pk)))
    if left_out:
        table.notes.append(
            "Eén rij zonder aantal is overgeslagen."
            if left_out == 1
            else f"{left_out} rijen zonder aantal zijn overgeslagen."
        )
    return table, found


def _brin(cell: object) -> str:
    brin = spreadsheets.text(cell).upper().replace(" ", "")
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}", brin):
        raise ValueError("vul een BRIN in van twee cijfers en twee letters, bijvoorbeeld 02QZ.")
    return brin


def _branch(cell: object) -> str:
    """Spreadsheets make 00 a 0."""
    branch = spreadsheets.text(cell).strip()
    if not re.fullmatch(r"[0-9]{1,2}", branch):
        raise ValueError("vul een vestigingsnummer in van twee cijfers, bijvoorbeeld 00.")
    return branch.zfill(2)


def _pupils(cell: object) -> int:
    number = spreadsheets.whole_number(cell)
    if not 0 <= number <= MOST_PUPILS:
        raise ValueError("vul een aantal van 0 tot en met 20.000 in.")
    return number
