"""Budgets as sheets: amounts in euros with cents, as real numbers."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from finance.budgeting import BudgetPage
from finance.models import Budget, BudgetLine
from finance.standing import SchoolRow, YearOfMoney
from swvportal.lib.spreadsheets import Cell, Sheet

LINE_COLUMNS = (
    "Schooljaar", "School", "BRIN en vestiging", "Stand van de begroting", "Geldstroom", "Categorie", "Speerpunt",
    "Actiepunt", "Omschrijving", "Fte", "Begroot", "Besteed", "Toelichting",
)  # fmt: skip
FUND_COLUMNS = ("Geldstroom", "Toegekend", "Meegenomen", "Begroot", "Besteed", "Over")
SCHOOL_COLUMNS = (
    "School", "BRIN en vestiging", "Bestuur", "Stand van de begroting", "Toegekend", "Meegenomen", "Begroot", "Besteed",
    "Over", "Begroot uit eigen geld van het bestuur", "Besteed uit eigen geld van het bestuur",
)  # fmt: skip


def euros(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def budget_sheets(budget: Budget, page: BudgetPage) -> list[Sheet]:
    """`budget` fetched `for_page()`."""
    lines = sorted((row for row in page.rows), key=lambda row: (row.line.position, row.line.pk))
    rows = [_line(budget, row.line, point=row.point_readable) for row in lines]
    funds = [
        (
            block.fund.name,
            euros(block.means.allocated_cents if block.means else None),
            euros(block.means.carried_cents if block.means else None),
            euros(block.budgeted_cents),
            euros(block.spent_cents),
            euros(block.left_cents if block.means else None),
        )
        for block in page.blocks
    ]
    return [Sheet("Regels", LINE_COLUMNS, rows), Sheet("Geldstromen", FUND_COLUMNS, funds)]


def year_sheets(lines: Iterable[BudgetLine], readable: Collection[int], money: YearOfMoney) -> list[Sheet]:
    """`lines` fetched `for_page()`; `readable` holds the keys of the action points that one may read."""
    rows = [_line(line.budget, line, point=line.action_point_id in readable) for line in lines]
    return [Sheet("Regels", LINE_COLUMNS, rows), Sheet("Scholen", SCHOOL_COLUMNS, [_school(row) for row in money.rows])]


def _line(budget: Budget, line: BudgetLine, *, point: bool) -> tuple[Cell, ...]:
    return (
        budget.year_label,
        budget.school.name,
        budget.school.code,
        str(budget.get_state_display()),
        line.fund.name,
        line.category.name,
        str(line.under) if line.under else "",
        line.action_point.goal if line.action_point and point else "",
        line.description,
        None if line.fte_hundredths is None else Decimal(line.fte_hundredths).scaleb(-2),
        euros(line.amount_cents),
        euros(line.spent_cents),
        line.explanation,
    )


def _school(row: SchoolRow) -> tuple[Cell, ...]:
    """What one may not read is left empty, so that it is not taken for nothing."""
    shown = row.readable
    return (
        row.school.name,
        row.school.code,
        row.school.board.name,
        row.state_nl,
        euros(row.total.allocated_cents),
        euros(row.total.carried_cents),
        euros(row.total.budgeted_cents if shown else None),
        euros(row.total.spent_cents if shown else None),
        euros(row.total.left_cents if row.knows_left else None),
        euros(row.own.budgeted_cents if shown else None),
        euros(row.own.spent_cents if shown else None),
    )
