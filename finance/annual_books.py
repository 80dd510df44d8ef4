"""What the annual figures are made of, read from the books for one reader; and the sheets that hold them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from finance.annual import Available, Grant, Line, Reconciled, Totals, Year, reconciled, share, year_of
from finance.figures import SCHOOL_YEAR, with_parts_of
from finance.models import Allocation, AllocationCorrection, Budget, BudgetLine, Fund, FundAccount, FundYear
from schools.access import access_of
from swvportal.lib import school_year as school_years
from swvportal.lib.spreadsheets import Cell, Sheet

if TYPE_CHECKING:
    from schools.models import Partnership, School
    from schools.querysets import Viewer

# The columns of totals: heading, and the field of Totals.
AT_SCHOOLS = (
    ("Toegekend", "allocated_cents"),
    ("Gecorrigeerd", "corrected_cents"),
    ("Toegekend na correcties", "granted_cents"),
    ("Begroot", "budgeted_cents"),
    ("Besteed", "spent_cents"),
    ("Waarvan zonder datum", "undated_cents"),
    ("Verantwoord en goedgekeurd", "accounted_cents"),
    ("Over bij de scholen", "left_cents"),
)
OF_FUND = (("Beschikbaar", "available_cents"), ("Niet toegekend", "unallocated_cents"))


@dataclass(frozen=True, slots=True)
class UndatedLine:
    """The bookings of one line that have no date."""

    line: BudgetLine
    entries: int
    total_cents: int
    here_cents: int


@dataclass(frozen=True, slots=True)
class Corrected:
    correction: AllocationCorrection
    here_cents: int


@dataclass(frozen=True, slots=True)
class Books:
    """`whole`: one reads every school of the partnership; else only one's own, and not what the partnership has."""

    partnership: "Partnership"
    year: int
    whole: bool
    funds: dict[int, Fund]
    schools: dict[int, "School"]
    figures: Year
    corrections: list[Corrected]
    undated: list[UndatedLine]
    reconciled: list[Reconciled]
    drafts: int
    incomplete: list[str]

    @property
    def fund_rows(self) -> list[tuple[Fund, Totals]]:
        found = sorted(self.figures.by_fund, key=lambda pk: (self.funds[pk].position, pk))
        return [(self.funds[pk], self.figures.by_fund[pk]) for pk in found]

    @property
    def school_rows(self) -> list[tuple["School", Fund, Totals]]:
        rows = [
            (self.schools[school], self.funds[fund], found) for (school, fund), found in self.figures.by_school.items()
        ]
        return sorted(rows, key=lambda row: (row[0].name, row[0].location, row[0].pk, row[1].position, row[1].pk))


def years_of(user: "Viewer", partnership: "Partnership") -> list[int]:
    """The calendar years that published years of its funds touch, the newest first."""
    years = FundYear.objects.visible_to(user).filter(fund__partnership=partnership, state="published")
    found: set[int] = set()
    for kind, year in years.order_by().values_list("fund__year_kind", "year").distinct():
        found |= {year, year + 1} if kind == SCHOOL_YEAR else {year}
    return sorted(found, reverse=True)


def books_of(user: "Viewer", partnership: "Partnership", year: int) -> Books:
    """Six queries, however many schools. Drafts of budgets are left out: they are the school's own."""
    access = access_of(user)
    whole = partnership.pk in access.partnerships | access.audited_partnerships
    touching = Q(fund_year__fund__year_kind=SCHOOL_YEAR, fund_year__year__in=[year - 1, year]) | Q(
        fund_year__fund__year_kind="calendar", fund_year__year=year
    )
    of_fund = Q(fund_year__fund__partnership=partnership, fund_year__state="published")
    allocations = list(Allocation.objects.visible_to(user).for_list().filter(touching, of_fund))
    corrections = _corrections(allocations, year)
    lines = _lines(user, partnership, year)
    plain_lines = _plain(lines, _approved(user, partnership), year)
    grants = _grants(allocations, corrections)
    available = _available(user, partnership, year) if whole else []
    funds = {row.fund_year.fund_id: row.fund_year.fund for row in allocations} | {
        row.fund_id: row.fund for row in lines
    }
    schools = {row.school_id: row.school for row in allocations} | {
        row.budget.school_id: row.budget.school for row in lines
    }
    return Books(
        partnership=partnership,
        year=year,
        whole=whole,
        funds=funds | {each.fund_id: each.fund for each in available},
        schools=schools,
        figures=year_of(year, _plain_available(available), grants, plain_lines),
        corrections=corrections,
        undated=_undated(lines, year),
        reconciled=reconciled(year, _plain_available(available), grants, plain_lines),
        drafts=Budget.objects.standing_for(user)
        .filter(partnership=partnership, school_year__in=[year - 1, year], state="draft")
        .count(),
        incomplete=_incomplete(allocations, lines, year),
    )


def _incomplete(allocations: list[Allocation], lines: list[BudgetLine], year: int) -> list[str]:
    """Of the funds with something in this calendar year: their years of which nothing was published, so that a part
    of it is not there."""
    there: dict[Fund, set[int]] = defaultdict(set)
    for row in allocations:
        there[row.fund_year.fund].add(row.fund_year.year)
    for line in lines:
        if line.fund.year_kind != SCHOOL_YEAR:
            there.setdefault(line.fund, set())
    found = []
    for fund, years in there.items():
        touching = {year - 1, year} if fund.year_kind == SCHOOL_YEAR else {year}
        found += [f"{fund.name} {fund.year_label(each)}" for each in sorted(touching - years)]
    return found


def _available(user: "Viewer", partnership: "Partnership", year: int) -> list[FundYear]:
    touching = Q(fund__year_kind=SCHOOL_YEAR, year__in=[year - 1, year]) | Q(fund__year_kind="calendar", year=year)
    return list(
        FundYear.objects.visible_to(user).filter(touching, fund__partnership=partnership, state="published").for_page()
    )


def _plain_available(years: list[FundYear]) -> list[Available]:
    return [Available(each.fund_id, each.fund.year_kind, each.year, each.available_cents) for each in years]


def _corrections(allocations: list[Allocation], year: int) -> list[Corrected]:
    by_key = {row.pk: row for row in allocations}
    found = []
    for row in (
        AllocationCorrection.objects.filter(allocation__in=list(by_key)).select_related("made_by").order_by("pk")
    ):
        row.allocation = by_key[row.allocation_id]
        fund_year = row.allocation.fund_year
        found.append(Corrected(row, share(row.delta_cents, fund_year.fund.year_kind, fund_year.year, year)))
    return found


def _grants(allocations: list[Allocation], corrections: list[Corrected]) -> list[Grant]:
    deltas: dict[int, list[int]] = defaultdict(list)
    for each in corrections:
        deltas[each.correction.allocation_id].append(each.correction.delta_cents)
    return [
        Grant(
            school=row.school_id,
            fund=row.fund_year.fund_id,
            year_kind=row.fund_year.fund.year_kind,
            year=row.fund_year.year,
            allocated_cents=row.amount_cents,
            corrections=tuple(deltas[row.pk]),
        )
        for row in allocations
    ]


def _lines(user: "Viewer", partnership: "Partnership", year: int) -> list[BudgetLine]:
    """Lines of the partnership's own funds that touch this calendar year, with what was booked on them."""
    found = (
        BudgetLine.objects.visible_to(user)
        .filter(fund__partnership=partnership, fund__source=Fund.Source.PARTNERSHIP)
        .filter(budget__school_year__in=[year - 1, year])
        .exclude(budget__state=Budget.State.DRAFT)
    )
    counted = Count("entries", filter=Q(entries__on=None), distinct=True)
    return list(
        with_parts_of(found, year)
        .annotate(undated_entries=counted)
        .select_related("fund", "category", "budget__school")
        .order_by("budget__school__name", "budget__school", "budget__school_year", "position", "pk")
    )


def _approved(user: "Viewer", partnership: "Partnership") -> dict[tuple[int, int], frozenset[int]]:
    """By school and fund: the years of which the account was approved."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    accounts = FundAccount.objects.visible_to(user).filter(partnership=partnership, state="approved").order_by()
    for school, fund, year in accounts.values_list("school", "fund_year__fund", "fund_year__year"):
        found[school, fund].add(year)
    return {key: frozenset(years) for key, years in found.items()}


def _plain(lines: list[BudgetLine], approved: dict[tuple[int, int], frozenset[int]], year: int) -> list[Line]:
    """What has a date and lies in the school year, but not in this calendar year, lies in its other one."""
    found = []
    for line in lines:
        school, begins = line.budget.school_id, line.budget.school_year
        other = begins if begins != year else year + 1
        elsewhere = line.spent_cents - line.undated_cents - line.dated_cents
        found.append(
            Line(
                school=school,
                fund=line.fund_id,
                year_kind=line.fund.year_kind,
                school_year=begins,
                budgeted_cents=line.amount_cents,
                undated_cents=line.undated_cents,
                dated=((year, line.dated_cents), (other, elsewhere)),
                approved=approved.get((school, line.fund_id), frozenset()),
            )
        )
    return found


def _undated(lines: list[BudgetLine], year: int) -> list[UndatedLine]:
    return [
        UndatedLine(
            line,
            line.undated_entries,  # type: ignore[attr-defined]
            line.undated_cents,
            share(line.undated_cents, SCHOOL_YEAR, line.budget.school_year, year),
        )
        for line in lines
        if line.undated_entries  # type: ignore[attr-defined]
    ]


# Sheets ---------------------------------------------------------------------------------------------------------------


def euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def sheets_of(books: Books, today: datetime.date) -> list[Sheet]:
    found = [_totals_sheet(books), _schools_sheet(books), _corrections_sheet(books), _undated_sheet(books)]
    return [*found, _fits_sheet(books), _years_sheet(books), _about_sheet(books, today)]


def _cells(totals: Totals, columns: tuple[tuple[str, str], ...]) -> list[Cell]:
    return [euros(getattr(totals, name)) for _, name in columns]


def _totals_sheet(books: Books) -> Sheet:
    columns = ((*OF_FUND[:1], *AT_SCHOOLS, *OF_FUND[1:])) if books.whole else AT_SCHOOLS
    rows: list[list[Cell]] = [
        [fund.name, fund.get_year_kind_display(), *_cells(totals, columns)] for fund, totals in books.fund_rows
    ]
    rows.append(["Totaal", "", *_cells(books.figures.whole, columns)])
    return Sheet(f"Totalen {books.year}", ["Geldstroom", "Loopt per", *(heading for heading, _ in columns)], rows)


def _schools_sheet(books: Books) -> Sheet:
    rows: list[list[Cell]] = [
        [school.code, str(school), fund.name, *_cells(totals, AT_SCHOOLS)] for school, fund, totals in books.school_rows
    ]
    whole = sum((totals for _, _, totals in books.school_rows), Totals())
    rows.append(["", "Totaal", "", *_cells(whole, AT_SCHOOLS)])
    return Sheet("Per school", ["Code", "School", "Geldstroom", *(heading for heading, _ in AT_SCHOOLS)], rows)


def _corrections_sheet(books: Books) -> Sheet:
    rows: list[list[Cell]] = []
    for each in books.corrections:
        row = each.correction
        rows.append(
            [
                str(row.allocation.school), row.allocation.fund_year.fund.name, row.allocation.fund_year.year_label,
                row.made_at, row.made_by.name, row.reason, euros(row.delta_cents), euros(each.here_cents),
            ]
        )  # fmt: skip
    total = [sum(each.correction.delta_cents for each in books.corrections), books.figures.whole.corrected_cents]
    rows.append(["Totaal", "", "", None, "", "", *(euros(cents) for cents in total)])
    columns = ["School", "Geldstroom", "Jaar", "Gecorrigeerd op", "Door", "Reden", "Bedrag", f"Telt in {books.year}"]
    return Sheet("Correcties", columns, rows)


def _undated_sheet(books: Books) -> Sheet:
    rows: list[list[Cell]] = [
        [
            str(each.line.budget.school), each.line.fund.name, each.line.budget.year_label, each.line.description,
            each.line.category.name, each.entries, euros(each.total_cents), euros(each.here_cents),
        ]
        for each in books.undated
    ]  # fmt: skip
    totals = [sum(each.total_cents for each in books.undated), sum(each.here_cents for each in books.undated)]
    entries = sum(each.entries for each in books.undated)
    rows.append(["Totaal", "", "", "", "", entries, *(euros(cents) for cents in totals)])
    columns = ["School", "Geldstroom", "Schooljaar", "Begrotingsregel", "Categorie", "Boekingen", "Bedrag"]
    return Sheet("Zonder datum", [*columns, f"Telt in {books.year}"], rows)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the reconciliation; `sums` says that it is what the lines above come to."""

    what: str
    cents: int
    sums: bool = False


def fits(books: Books) -> list[tuple[str, list[Step]]]:
    """Per fund how what there is came to be spent and accounted for, step by step."""
    rows = [(fund.name, totals) for fund, totals in books.fund_rows]
    if len(rows) > 1:
        rows.append(("Alle geldstromen", books.figures.whole))
    return [(name, _steps(totals, whole=books.whole)) for name, totals in rows]


def _steps(totals: Totals, *, whole: bool) -> list[Step]:
    there = [Step("Beschikbaar", totals.available_cents), Step("Af: niet toegekend", -totals.unallocated_cents)]
    granted = [Step("Toegekend", totals.allocated_cents), Step("Correcties", totals.corrected_cents)]
    return [
        *(there if whole else granted),
        Step("Toegekend na correcties", totals.granted_cents, sums=True),
        Step("Af: besteed en verantwoord", -totals.accounted_cents),
        Step("Af: besteed, nog niet verantwoord", -totals.unaccounted_cents),
        Step("Over bij de scholen", totals.left_cents, sums=True),
    ]


def _fits_sheet(books: Books) -> Sheet:
    rows: list[list[Cell]] = [[name, step.what, euros(step.cents)] for name, steps in fits(books) for step in steps]
    return Sheet("Aansluiting", ["Geldstroom", "Stap", "Bedrag"], rows)


def _years_sheet(books: Books) -> Sheet:
    def label(row: Reconciled) -> str:
        return school_years.label(row.year) if row.year_kind == SCHOOL_YEAR else str(row.year)

    in_order = sorted(books.reconciled, key=lambda row: (books.funds[row.fund].position, row.fund, row.year))
    rows: list[list[Cell]] = [
        [
            books.funds[row.fund].name, label(row), row.what, euros(row.total_cents), euros(row.here_cents),
            euros(row.elsewhere_cents), euros(row.difference_cents),
        ]
        for row in in_order
    ]  # fmt: skip
    columns = [
        "Geldstroom",
        "Jaar",
        "Wat",
        "Geheel",
        f"Telt in {books.year}",
        "Telt in een ander kalenderjaar",
        "Verschil",
    ]
    return Sheet("Over kalenderjaren", columns, rows)


RULES = (
    "Een schooljaar telt voor 5/12 in het kalenderjaar waarin het begint en voor 7/12 in het volgende.",
    "Dat geldt voor wat er beschikbaar is, toekenningen, correcties en begrotingsregels.",
    "Een boeking met een datum telt in het kalenderjaar van die datum. Een boeking zonder datum telt voor 5/12 en 7/12.",
    "Begrotingen die nog een concept zijn, tellen niet mee, met wat erop is geboekt.",
    "Verantwoord is wat is besteed in een periode waarover de verantwoording is goedgekeurd.",
    "Wat een school uit een eerder jaar mocht meenemen, is in dat jaar toegekend en telt hier niet nog een keer.",
)


def _about_sheet(books: Books, today: datetime.date) -> Sheet:
    rows: list[list[Cell]] = [
        ["Samenwerkingsverband", f"{books.partnership.name} ({books.partnership.code_dashed})"],
        ["Kalenderjaar", books.year],
        ["Gemaakt op", today],
        ["Begrotingen in concept", books.drafts],
    ]
    rows += [["Rekenregel", rule] for rule in RULES]
    return Sheet("Toelichting", ["Wat", "Toelichting"], rows)
