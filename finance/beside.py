"""Loads budgets that stand beside each other: of what somebody may read, and for a school the spread of the others."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from finance.beside_means import Books, Spent
from finance.comparing import PER_PUPIL, Amount, Grid, Spread, grid, spreads
from finance.figures import Means, means_of
from finance.models import Allocation, Budget, BudgetLine, Fund
from schools.access import access_of
from schools.models import Partnership, PupilCount, PupilKind, School
from swvportal.lib.querysets import total
from swvportal.lib.school_year import bounds

if TYPE_CHECKING:
    from schools.querysets import Viewer

BUDGETED, SPENT = "begroot", "besteed"
FUND, CATEGORY, SPEARHEAD = "fonds", "categorie", "speerpunt"
GRANTED, OWN, ALL = "swv", "bestuur", "alles"
YEARS = 3
NONE = "geen"
NO_SPEARHEAD = "Geen speerpunt"


@dataclass(frozen=True, slots=True)
class Asked:
    year: int
    by: str
    show: str
    what: str
    money: str = GRANTED

    @property
    def shows_others(self) -> bool:
        """The one view in which a school sees the others; see `finance.comparing.spread` for why it is one."""
        return (self.by, self.show, self.what, self.money) == (CATEGORY, PER_PUPIL, BUDGETED, GRANTED)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One budget line of some year, named under fund, category and spearhead. A spearhead keeps its key over the years."""

    school: int
    year: int
    fund: tuple[int, str]
    category: tuple[int, int, str]
    spearhead: tuple[int, str, str]
    own: bool
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
    `books` also holds the schools that got something and whose budget one may not read yet; `places` and `funds` name
    schools and funds, `counts` holds their pupils by year."""

    asked: Asked
    budgets: tuple[Budget, ...]
    names: dict[str, str]
    pupils: dict[int, int]
    grid: Grid
    mine: School | None
    spreads: dict[str, Spread]
    per_pupil: Grid
    books: Books
    places: dict[int, School]
    funds: dict[int, str]
    counts: dict[int, dict[int, int]]

    @property
    def schools(self) -> list[School]:
        return [budget.school for budget in self.budgets]


def lines_of(found: "QuerySet[BudgetLine]") -> list[Loaded]:
    """One query."""
    rows = found.order_by().annotate(cents=total("entries__amount_cents")).values_list(
        "budget__school", "budget__school_year", "fund", "fund__name", "category", "category__position",
        "category__name", "spearhead__number", "spearhead__key", "spearhead__title",
        "action_point__spearhead__number", "action_point__spearhead__key", "action_point__spearhead__title",
        "fund__source", "amount_cents", "cents",
    )  # fmt: skip
    return [
        Loaded(
            school=row[0],
            year=row[1],
            fund=(row[2], row[3]),
            category=(row[4], row[5], row[6]),
            spearhead=_spearhead(row[7:10] if row[8] else row[10:13]),
            own=row[13] == Fund.Source.BOARD,
            budgeted_cents=row[14],
            spent_cents=row[15],
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
    """Nine queries, however many schools."""
    visible = Budget.objects.visible_to(user).filter(partnership=partnership, school_year=asked.year)
    if mine is not None:
        visible = visible.filter(school=mine)
    budgets = tuple(visible.select_related("school").order_by("school__name", "school__location", "pk"))
    schools = [budget.school_id for budget in budgets]
    loaded = _read(user, partnership, asked, mine)
    here = [each for each in loaded if each.year == asked.year]
    others, order = _others(user, partnership, asked) if mine is not None and asked.shows_others else ([], [])
    means = _means(user, partnership, asked, mine)
    concerned = {*schools, *(each.school for each in loaded), *(school for school, _ in means)}
    counts = _pupils({*concerned, *(each.school for each in others)}, asked.year)
    pupils = counts[asked.year]
    # Rows come from what one may read: which rows other schools have is theirs.
    names, funds = _names(loaded, asked.by), _funds(partnership)
    if asked.by == FUND:
        names = {str(key): name for key, name in funds.items() if str(key) in names}
    amounts = _amounts(here, asked)
    return Comparison(
        asked=asked,
        budgets=budgets,
        names=names,
        pupils=pupils,
        grid=grid(amounts, list(names), schools, pupils, asked.show),
        mine=mine,
        spreads=spreads(_amounts(others, asked), list(names), pupils, order),
        per_pupil=grid(amounts, list(names), schools, pupils, PER_PUPIL),
        books=_books(loaded, asked, means, schools),
        places=_places(concerned),
        funds=funds,
        counts=counts,
    )


def _read(user: "Viewer", partnership: Partnership, asked: Asked, mine: School | None) -> list[Loaded]:
    """The lines of this year and of the ones before that one may read, of the money that was asked for."""
    lines = BudgetLine.objects.visible_to(user).filter(
        budget__partnership=partnership, budget__school_year__range=(asked.year - YEARS + 1, asked.year)
    )
    if mine is not None:
        lines = lines.filter(budget__school=mine)
    return [each for each in lines_of(lines) if asked.money in (ALL, OWN if each.own else GRANTED)]


def _others(user: "Viewer", partnership: Partnership, asked: Asked) -> tuple[list[Loaded], list[int]]:
    """For middle and spread alone: the lines of the others, and their schools in the order of adoption."""
    lines = lines_of(BudgetLine.objects.of_others(user, partnership.pk, asked.year).allocated())
    return lines, Budget.objects.in_order_of_adoption(partnership.pk, asked.year)


def _means(user: "Viewer", partnership: Partnership, asked: Asked, mine: School | None) -> dict[tuple[int, int], Means]:
    """What the school year has of each fund, by school and fund, as the page of the budget says it. None of it is the
    board's own money."""
    if asked.money == OWN:
        return {}
    granted = Allocation.objects.visible_to(user).filter(fund_year__fund__partnership=partnership)
    if mine is not None:
        granted = granted.filter(school=mine)
    return means_of(granted.granted(asked.year), asked.year)


def _books(loaded: list[Loaded], asked: Asked, means: dict[tuple[int, int], Means], readable: list[int]) -> Books:
    return Books(
        year=asked.year,
        years=YEARS,
        lines=tuple(
            Spent(
                each.school, each.year, each.row(asked.by)[1], each.fund[0], each.own, each.budgeted_cents,
                each.spent_cents,
            )
            for each in loaded
        ),
        means=means,
        readable=frozenset(readable),
        own=frozenset(each.fund[0] for each in loaded if each.own),
    )  # fmt: skip


def _places(schools: set[int]) -> dict[int, School]:
    found = School.objects.filter(pk__in=schools).order_by("name", "location", "pk")
    return {school.pk: school for school in found}


def _funds(partnership: Partnership) -> dict[int, str]:
    """Names in their order, the board's own money last."""
    found = Fund.objects.filter(partnership=partnership).order_by("-source", "position", "pk")
    return dict(found.values_list("pk", "name"))


def _names(loaded: Iterable[Loaded], by: str) -> dict[str, str]:
    """Key and name of every row, in order; of a spearhead the newest title."""
    places: dict[str, tuple[tuple[int, int], str]] = {}
    for each in sorted(loaded, key=lambda line: line.year):
        place, key, name = each.row(by)
        places[key] = (place, name)
    return {key: name for key, (_, name) in sorted(places.items(), key=lambda item: (item[1], item[0]))}


def _amounts(loaded: Iterable[Loaded], asked: Asked) -> list[Amount]:
    return [Amount(each.school, each.row(asked.by)[1], each.cents(asked.what)) for each in loaded]


def _pupils(schools: set[int], year: int) -> dict[int, dict[int, int]]:
    """By school year and school, of this year and the ones before: the newest count of all pupils up to 1 October of the
    year; where there is none, the newest before its end. These numbers are public."""
    counts = PupilCount.objects.filter(school__in=schools, kind=PupilKind.ALL, counted_on__lte=bounds(year)[1])
    rows = list(counts.order_by("counted_on").values_list("school", "counted_on", "pupils"))
    return {each: _counted(rows, each) for each in range(year - YEARS + 1, year + 1)}


def _counted(rows: list[tuple[int, datetime.date, int]], year: int) -> dict[int, int]:
    first, last = bounds(year)
    october = first.replace(month=10)
    found: dict[int, tuple[bool, int]] = {}
    for school, on, pupils in rows:
        if on <= october or (on <= last and not found.get(school, (False, 0))[0]):
            found[school] = (on <= october, pupils)
    return {school: pupils for school, (_, pupils) in found.items()}
