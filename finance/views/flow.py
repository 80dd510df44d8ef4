"""Where the money goes: from fund over category to spearhead, of what somebody may read."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from finance.beside import BUDGETED, CATEGORY, FUND, SPEARHEAD, SPENT, Loaded, lines_of
from finance.models import BudgetLine
from finance.standing import years_known
from finance.views.comparison import WHAT, choice, links, partnership_asked
from schools.asked import downloads, this_year, year_asked
from schools.models import Partnership
from swvportal.lib import spreadsheets
from swvportal.lib.flow import LEFTS, Path, layout
from swvportal.lib.school_year import label
from swvportal.lib.spreadsheets import Cell, Sheet

COLUMNS = ("Geldstroom", "Geld van", "Categorie", "Speerpunt", "Begroot", "Besteed")


@dataclass(frozen=True, slots=True)
class Asked:
    """`lines`: those of the fund that was asked for, or all; `schools`: how many they are of."""

    year: int
    partnership: Partnership | None
    known: list[Partnership]
    funds: dict[str, str]
    fund: str
    lines: list[Loaded]

    @property
    def schools(self) -> int:
        return len({each.school for each in self.lines})


def _asked(request: HttpRequest) -> Asked:
    year = year_asked(request)
    partnership, known = partnership_asked(request)
    lines = BudgetLine.objects.visible_to(request.user).filter(
        budget__partnership=partnership, budget__school_year=year
    )
    loaded = lines_of(lines)
    funds = dict(sorted((str(each.fund[0]), each.fund[1]) for each in loaded))
    fund = choice(request, "fonds", {"": "", **funds})
    return Asked(
        year, partnership, known, funds, fund, [each for each in loaded if not fund or str(each.fund[0]) == fund]
    )


@require_GET
def flow(request: HttpRequest) -> HttpResponse:
    here, what = _asked(request), choice(request, "wat", WHAT)
    values: dict[str, object] = {
        "jaar": here.year,
        "swv": here.partnership.code if here.partnership and len(here.known) > 1 else "",
        "fonds": here.fund,
        "wat": what,
    }
    paths = paths_of(here.lines, what)
    years = sorted({*years_known(request.user), this_year(), here.year})
    partnerships = {each.code: each.name for each in here.known}
    context = {
        "year": here.year,
        "what": what,
        "fund": here.funds.get(here.fund, ""),
        "paths": paths,
        "total": sum(path.amount for path in paths),
        "schools": here.schools,
        "picture": layout(paths, order=places_of(here.lines)),
        "columns": list(zip(("Geldstroom", "Categorie", "Speerpunt"), LEFTS, strict=True)),
        "choices": [
            ("Schooljaar", links({str(each): label(each) for each in years}, "jaar", values)),
            ("Geldstroom", links({"": "alle", **here.funds}, "fonds", values)),
            ("Wat", links(WHAT, "wat", values)),
        ],
        "partnerships": links(partnerships, "swv", values) if len(partnerships) > 1 else [],
        "downloads": downloads("finance:flow_export", **values),
    }
    return render(request, "finance/flow.html", context)


@require_GET
def flow_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Of the fund that was asked for, or of all: budgeted and spent beside each other."""
    here = _asked(request)
    budgeted, spent = sums_of(here.lines, BUDGETED), sums_of(here.lines, SPENT)
    own = {each.fund[1]: each.own for each in here.lines}
    rows: list[tuple[Cell, ...]] = [
        (
            names[0], "schoolbestuur" if own[names[0]] else "samenwerkingsverband", names[1], names[2],
            Decimal(budgeted[names]).scaleb(-2), Decimal(spent[names]).scaleb(-2),
        )
        for names in budgeted
        if budgeted[names] or spent[names]
    ]  # fmt: skip
    made = [Sheet("Waar gaat het geld naartoe", COLUMNS, rows)]
    return spreadsheets.as_response(made, kind, f"waar-gaat-het-geld-naartoe-{label(here.year)}")


def sums_of(loaded: list[Loaded], what: str) -> dict[tuple[str, str, str], int]:
    """Added up by fund, category and spearhead, in their order."""
    sums: dict[tuple[str, str, str], int] = {}
    for each in sorted(loaded, key=lambda line: [line.row(by)[0] for by in (FUND, CATEGORY, SPEARHEAD)]):
        names = each.fund[1], each.category[2], each.spearhead[2]
        sums[names] = sums.get(names, 0) + each.cents(what)
    return sums


def paths_of(loaded: list[Loaded], what: str) -> list[Path]:
    """Nothing where nothing is."""
    return [Path(names, amount) for names, amount in sums_of(loaded, what).items() if amount]


def places_of(loaded: list[Loaded]) -> list[list[str]]:
    """The names of each column in their own order: categories as they stand, spearheads by number."""
    found = []
    for by in (FUND, CATEGORY, SPEARHEAD):
        placed = sorted({(place, name) for place, _, name in (line.row(by) for line in loaded)})
        found.append([name for _, name in placed])
    return found
