"""Budgets beside each other; a school sees its own against the middle and the spread of the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from finance.beside import BUDGETED, CATEGORY, FUND, SPEARHEAD, SPENT, YEARS, Asked, Comparison, compare, own_school
from finance.beside_table import KIND, against_others, sheets, side_by_side, text
from finance.comparing import AMOUNT, PER_PUPIL, SHARE
from finance.standing import years_known
from schools.asked import downloads, partnerships_asked, query, this_year, year_asked
from schools.models import Partnership, School
from swvportal.lib import spreadsheets
from swvportal.lib.school_year import label

BY = {FUND: "Geldstroom", CATEGORY: "Categorie", SPEARHEAD: "Speerpunt"}
SHOW = {AMOUNT: "bedrag", PER_PUPIL: "per leerling", SHARE: "aandeel"}
WHAT = {BUDGETED: "begroot", SPENT: "besteed"}
type Links = list[tuple[str, str, bool]]


def choice(request: HttpRequest, name: str, known: dict[str, str]) -> str:
    """What the address asks for, else the first."""
    found = request.GET.get(name, "")
    return found if found in known else next(iter(known))


def asked(request: HttpRequest, school: School | None) -> Asked:
    """For a school the view with the others comes first."""
    by, show = choice(request, "per", BY), choice(request, "toon", SHOW)
    if school is not None:
        by = by if "per" in request.GET else CATEGORY
        show = show if "toon" in request.GET else PER_PUPIL
    return Asked(year_asked(request), by, show, choice(request, "wat", WHAT))


def links(known: dict[str, str], name: str, here: dict[str, object]) -> Links:
    """Name, address and whether it is the present one, of each choice."""
    return [(words, query(**{**here, name: key}), str(here[name]) == key) for key, words in known.items()]


def _found(request: HttpRequest) -> tuple[Partnership | None, list[Partnership], School | None, Comparison | None]:
    partnership, mine = partnerships_asked(request)
    if partnership is None:
        return None, mine, None, None
    school = own_school(request.user, partnership, request.GET.get("school", ""))
    return partnership, mine, school, compare(request.user, partnership, asked(request, school), school)


@require_GET
def budget_comparison(request: HttpRequest) -> HttpResponse:
    partnership, known, school, found = _found(request)
    here = asked(request, school)
    values: dict[str, object] = {
        "jaar": here.year,
        "swv": partnership.code if partnership and len(known) > 1 else "",
        "school": school.code if school and "school" in request.GET else "",
        "per": here.by,
        "toon": here.show,
        "wat": here.what,
    }
    years = sorted({*years_known(request.user), this_year(), here.year})
    context = {
        "asked": here,
        "school": school,
        "found": found,
        "by_name": BY[here.by],
        "kind": KIND[here.show],
        "choices": [
            ("Schooljaar", links({str(year): label(year) for year in years}, "jaar", values)),
            ("Rijen", links({key: words.lower() for key, words in BY.items()}, "per", values)),
            ("Toon", links(SHOW, "toon", values)),
            ("Wat", links(WHAT, "wat", values)),
        ],
        "partnerships": links({each.code: each.name for each in known}, "swv", values) if len(known) > 1 else [],
        **(_tables(found, BY[here.by]) if found and found.budgets else {}),
        "downloads": downloads("finance:budget_comparison_export", **values),
    }
    return render(request, "finance/comparison.html", context)


def _tables(found: Comparison, by_name: str) -> dict[str, object]:
    make = side_by_side if found.mine is None else against_others
    first = found.asked.year - YEARS + 1
    return {
        "table": make(found, by_name),
        "years": [label(year) for year in range(first, found.asked.year + 1)],
        "over_years": [
            (found.names[key], [text(cents, AMOUNT) for cents in of_years]) for key, of_years in found.years.items()
        ],
    }


@require_GET
def budget_comparison_export(request: HttpRequest, kind: str) -> HttpResponse:
    _, _, school, found = _found(request)
    here = asked(request, school)
    made = sheets(found, BY[here.by]) if found else [spreadsheets.Sheet("Naast elkaar", (BY[here.by],), [])]
    return spreadsheets.as_response(made, kind, f"begrotingen-naast-elkaar-{label(here.year)}")
