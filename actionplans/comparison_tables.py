"""The list of profiles, the matrix and the provisions as tables to download."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from actionplans.comparing import STEPS, Row, load_matrix, load_provisions, load_standings, name_of
from actionplans.models import CatalogueItem
from swvportal.lib.spreadsheets import Cell, Sheet

if TYPE_CHECKING:
    from schools.models import Partnership
    from schools.querysets import Viewer


def profiles(user: "Viewer", partnership: "Partnership", year: int) -> list[Sheet]:
    columns = ("School", "BRIN", "Bestuur", "Stand", "MR", "Vastgesteld", "Gepubliceerd")
    rows = []
    for standing in load_standings(user, partnership, year):
        school, profile = standing.school, standing.profile
        dates = (profile.mr_on, profile.adopted_on, profile.published_at) if profile else (None, None, None)
        rows.append((name_of(school), school.code, school.board.name, standing.words, *dates))
    return [Sheet("Profielen", columns, rows)]


def matrix(user: "Viewer", partnership: "Partnership", year: int) -> list[Sheet]:
    """Basic support first, which is what a CSV holds, then the target groups."""
    titles = {CatalogueItem.Kind.BASIC: "Basisondersteuning", CatalogueItem.Kind.TARGET_GROUP: "Doelgroepen"}
    return [_matrix(user, partnership, year, kind, title) for kind, title in titles.items()]


def _matrix(user: "Viewer", partnership: "Partnership", year: int, kind: str, title: str) -> Sheet:
    compared = load_matrix(user, partnership, year, kind)
    schools = [f"{name_of(profile.school)} ({profile.school.code})" for profile in compared.profiles]
    steps = [step.label.capitalize() for step in STEPS.values()]
    columns = (
        "Kopje",
        "Onderdeel",
        *schools,
        *steps,
        "Valt op",
        "Sinds vorig schooljaar",
        "Besluit",
        "Reden",
        "Besloten op",
    )
    return Sheet(title, columns, [_matrix_row(row) for row in compared.rows()])


def _matrix_row(row: Row) -> Sequence[Cell]:
    counts = row.coverage
    decision = row.decision
    decided = (decision.get_choice_display(), decision.reason, decision.decided_on) if decision else ("", "", None)
    return (
        row.item.heading,
        row.item.name,
        *(step.label if step else "niet ingevuld" for step in row.steps),
        *(counts.present, counts.developing, counts.absent),
        row.mark,
        counts.change.words if counts.change else "",
        *decided,
    )


def provisions(user: "Viewer", partnership: "Partnership", year: int) -> list[Sheet]:
    """A row per target group and provision; a target group without any has a row of its own."""
    offered = load_provisions(user, partnership, year)
    rows: list[tuple[str, str, str, int | None]] = []
    for coverage in offered.by_group:
        found = [(coverage.group.name, offer.name, offer.school_name, offer.places) for offer in coverage.offers]
        rows += found or [(coverage.group.name, "nergens een voorziening", "", None)]
    rows += [("", offer.name, offer.school_name, offer.places) for offer in offered.ungrouped]
    return [Sheet("Voorzieningen", ("Doelgroep", "Voorziening", "School", "Plaatsen"), rows)]


TABLES = {"profielen": profiles, "vergelijking": matrix, "voorzieningen": provisions}
