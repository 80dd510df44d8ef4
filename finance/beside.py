"""Loads budgets that stand beside each other: of what somebody may read, and for a school the spread of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from finance.comparing import PER_PUPIL, Amount, Grid, Spread, grid, spreads
from finance.models import Budget, BudgetLine
from schools.access import access_of
from schools.models import Partnership, PupilCount, PupilKind, School
from swvportal.lib.querysets import total
from swvportal.lib.school_year import bounds

if TYPE_CHECKING:
    from schools.querysets import Viewer

BUDGETED, SPENT = "begroot", "besteed"
FUND, CATEGORY, SPEARHEAD = "fonds", "categorie", "speerpunt"
YEARS = 3
NONE = "geen"
NO_SPEARHEAD = "Geen speerpunt"


@dataclass(frozen=True, slots=True)
class Asked:
    year: int
    by: str
    show: str
    what: str

    @property
    def shows_others(self) -> bool:
        """The one view in which a school sees the others; see `finance.comparing.spread` for why it is one."""
        return (self.by, self.show, self.what) == (CATEGORY, PER_PUPIL, BUDGETED)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One budget line of some year, named under fund, category and spearhead. A spearhead keeps its key over the years."""

    school: int
    year: int
    fund: tuple[int, str]
    category: tuple[int, int, str]
    spearhead: tuple[int, str, str]
    budgeted_cents: int
    spent_cents: int

    def cents(self, what: str) -> int:
        return self.spent_cents if what == SPENT else self.budgeted_cents

    def row(self, by: str) -> tuple[tuple[int, int], str, str]:
        """Place, key and name of the row under which it stands."""
        if by == FUND:
            return (0, self.fund[0]), str(self.fund[0]), self.fund[1]
        if by == CATEGORY:
            return (self.category[1], self.category[0]), str(self.category[0]), self.category[2]
        return (self.spearhead[0], 0), self.spearhead[1], self.spearhead[2]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`mine` is the school that sees its own against the others; None where schools stand beside each other.
    `years` holds per row the totals of the last three years."""

    asked: Asked
    budgets: tuple[Budget, ...]
    names: dict[str, str]
    pupils: dict[int, int]
    grid: Grid
    mine: School | None
    spreads: dict[str, Spread]
    years: dict[str, tuple[int, ...]]
    per_pupil: Grid

    @property
    def schools(self) -> list[School]:
        return [budget.school for budget in self.budgets]


def lines_of(found: "QuerySet[BudgetLine]") -> list[Loaded]:
    """One query."""
    rows = found.order_by().annotate(cents=total("entries__amount_cents")).values_list(
        "budget__school", "budget__school_year", "fund", "fund__name", "category", "category__position",
        "category__name", "spearhead__number", "spearhead__key", "spearhead__title",
        "action_point__spearhead__number", "action_point__spearhead__key", "action_point__spearhead__title",
        "amount_cents", "cents",
    )  # fmt: skip
    return [
        Loaded(
            school=row[0],
            year=row[1],
            fund=(row[2], row[3]),
            category=(row[4], row[5], row[6]),
            spearhead=_spearhead(row[7:10] if row[8] else row[10:13]),
            budgeted_cents=row[13],
            spent_cents=row[14],
        )
        for row in rows
    ]


def _spearhead(found: Sequence[object]) -> tuple[int, str, str]:
    number, key, title = found
    return (int(str(number)), str(key), f"{number}. {title}") if key else (10_000, NONE, NO_SPEARHEAD)


def own_school(user: "Viewer", partnership: Partnership, code: str = "") -> School | None:
    """The school that somebody works at here, and whose numbers stand against those of the others; None for whoever sees
    schools beside each other. Of more than one, that of `code` or else the first."""
    access = access_of(user)
    wide = partnership.pk in access.partnerships | access.audited_partnerships
    if wide or access.boards or access.audited_schools or not access.schools:
        return None
    found = list(School.objects.filter(pk__in=access.schools, partnership=partnership).order_by("name", "pk"))
    return next((each for each in found if each.code == code), found[0] if found else None)


def compare(user: "Viewer", partnership: Partnership, asked: Asked, mine: School | None) -> Comparison:
    """Five queries, however many schools."""
    visible = Budget.objects.visible_to(user).filter(partnership=partnership, school_year=asked.year)
    if mine is not None:
        visible = visible.filter(school=mine)
    budgets = tuple(visible.select_related("school").order_by("school__name", "school__location", "pk"))
    schools = [budget.school_id for budget in budgets]
    lines = BudgetLine.objects.visible_to(user).allocated().filter(budget__partnership=partnership)
    if mine is not None:
        lines = lines.filter(budget__school=mine)
    loaded = lines_of(lines.filter(budget__school_year__range=(asked.year - YEARS + 1, asked.year)))
    here = [each for each in loaded if each.year == asked.year]
    others = []
    if mine is not None and asked.shows_others:
        others = lines_of(BudgetLine.objects.of_others(user, partnership.pk, asked.year).allocated())
    pupils = _pupils({*schools, *(each.school for each in others)}, asked.year)
    # Rows come from what one may read: which rows other schools have is theirs.
    names = _names(loaded, asked.by)
    amounts = _amounts(here, asked)
    return Comparison(
        asked=asked,
        budgets=budgets,
        names=names,
        pupils=pupils,
        grid=grid(amounts, list(names), schools, pupils, asked.show),
        mine=mine,
        spreads=spreads(_amounts(others, asked), list(names), pupils),
        years=_by_year(loaded, list(names), asked),
        per_pupil=grid(amounts, list(names), schools, pupils, PER_PUPIL),
    )


def _names(loaded: Iterable[Loaded], by: str) -> dict[str, str]:
    """Key and name of every row, in order; of a spearhead the newest title."""
    places: dict[str, tuple[tuple[int, int], str]] = {}
    for each in sorted(loaded, key=lambda line: line.year):
        place, key, name = each.row(by)
        places[key] = (place, name)
    return {key: name for key, (_, name) in sorted(places.items(), key=lambda item: (item[1], item[0]))}


def _amounts(loaded: Iterable[Loaded], asked: Asked) -> list[Amount]:
    return [Amount(each.school, each.row(asked.by)[1], each.cents(asked.what)) for each in loaded]


def _by_year(loaded: list[Loaded], rows: list[str], asked: Asked) -> dict[str, tuple[int, ...]]:
    years = range(asked.year - YEARS + 1, asked.year + 1)
    sums: dict[tuple[str, int], int] = {}
    for each in loaded:
        key = each.row(asked.by)[1], each.year
        sums[key] = sums.get(key, 0) + each.cents(asked.what)
    return {row: tuple(sums.get((row, year), 0) for year in years) for row in rows}


def _pupils(schools: set[int], year: int) -> dict[int, int]:
    """By school the newest count of all pupils up to 1 October of the year; where there is none, the newest before its end.
    These numbers are public."""
    first, last = bounds(year)
    october = first.replace(month=10)
    counts = PupilCount.objects.filter(school__in=schools, kind=PupilKind.ALL, counted_on__lte=last)
    found: dict[int, tuple[bool, int]] = {}
    for school, on, pupils in counts.order_by("counted_on").values_list("school", "counted_on", "pupils"):
        if on <= october or not found.get(school, (False, 0))[0]:
            found[school] = (on <= october, pupils)
    return {school: pupils for school, (_, pupils) in found.items()}
