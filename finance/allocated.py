"""The allocations of a year as a file: the table, and every correction."""

from collections.abc import Iterable
from decimal import Decimal

from finance.models import Allocation, AllocationCorrection, FundYear
from schools.models import School
from swvportal.lib.spreadsheets import Cell, Sheet

COLUMNS = (
    "Geldstroom", "Jaar", "School", "BRIN", "Vestiging", "Bestuur", "Leerlingen op de teldatum", "Voorstel", "Toekenning",
    "Reden van de aanpassing", "Correcties", "Totaal",
)  # fmt: skip
CORRECTIONS = ("School", "BRIN", "Vestiging", "Wanneer", "Verschil", "Reden", "Door")


def sheets_of(year: FundYear, rows: Iterable[tuple[School, Allocation | None, int | None]]) -> list[Sheet]:
    """`rows` as the page of the year shows them to this reader."""
    listed = list(rows)
    table = [_cells(year, school, allocation, pupils) for school, allocation, pupils in listed]
    places = {allocation.pk: school for school, allocation, _ in listed if allocation}
    made = AllocationCorrection.objects.filter(allocation__in=places).select_related("made_by")
    corrections = [
        (*_place(places[each.allocation_id]), each.made_at, euros(each.delta_cents), each.reason, each.made_by.name)
        for each in made
    ]
    return [Sheet("Toekenningen", COLUMNS, table), Sheet("Correcties", CORRECTIONS, corrections)]


def _cells(year: FundYear, school: School, allocation: Allocation | None, pupils: int | None) -> tuple[Cell, ...]:
    name, brin, branch = _place(school)
    head = (year.fund.name, year.year_label, name, brin, branch, school.board.name, pupils)
    if allocation is None:
        return (*head, None, None, "", None, None)
    return (
        *head,
        euros(allocation.proposed_cents),
        euros(allocation.amount_cents),
        allocation.reason,
        euros(allocation.corrected_cents),
        euros(allocation.total_cents),
    )


def _place(school: School) -> tuple[str, str, str]:
    return school.name, school.brin, school.branch


def euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
