"""Budgets beside each other; a school sees its own against the middle and the spread of the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from finance.beside import (
    ALL,
    BUDGETED,
    CATEGORY,
    FUND,
    GRANTED,
    OWN,
    SPEARHEAD,
    SPENT,
    Asked,
    Comparison,
    compare,
    own_school,
)
from finance.beside_money import money_sheets, money_table, school_table, unread
from finance.beside_table import KIND, against_others, sheet, side_by_side
from finance.comparing import AMOUNT, PER_PUPIL, SHARE
from finance.models import Budget
from finance.standing import years_known
from schools.asked import downloads, partnerships_asked, query, this_year, year_asked
from schools.models import Partnership, School
from swvportal.lib import spreadsheets
from swvportal.lib.school_year import label

BY = {FUND: "Geldstroom", CATEGORY: "Categorie", SPEARHEAD: "Speerpunt"}
SHOW = {AMOUNT: "bedrag", PER_PUPIL: "per leerling", SHARE: "aandeel"}
WHAT = {BUDGETED: "begroot", SPENT: "besteed"}
MONEY = {GRANTED: "van het samenwerkingsverband", OWN: "van het schoolbestuur zelf", ALL: "alles samen"}
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
    return Asked(year_asked(request), by, show, choice(request, "wat", WHAT), choice(request, "geld", MONEY))


def links(known: dict[str, str], name: str, here: dict[str, object]) -> Links:
    """Name, address and whether it is the present one, of each choice."""
    return [(words, query(**{**here, name: key}), str(here[name]) == key) for key, words in known.items()]


def partnership_asked(request: HttpRequest) -> tuple[Partnership | None, list[Partnership]]:
    """The partnership in `?swv=`, else the first of which one reads a budget of the year; and all that one reads."""
    partnership, known = partnerships_asked(request)
    if len(known) > 1 and request.GET.get("swv") not in {each.code for each in known}:
        budgets = Budget.objects.visible_to(request.user).filter(school_year=year_asked(request))
        there = set(budgets.order_by().values_list("partnership", flat=True))
        partnership = next((each for each in known if each.pk in there), partnership)
    return partnership, known


def _found(request: HttpRequest) -> tuple[Partnership | None, list[Partnership], School | None, Comparison | None]:
    partnership, mine = partnership_asked(request)
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
        "geld": here.money,
    }
    years = sorted({*years_known(request.user), this_year(), here.year})
    context = {
        "asked": here,
        "school": school,
        "found": found,
        "several_years": len(years) > 1,
        "kind": KIND[here.show],
        "choices": [
            ("Schooljaar", links({str(year): label(year) for year in years}, "jaar", values)),
            ("Geld", links(MONEY, "geld", values)),
            ("Rijen", links({key: words.lower() for key, words in BY.items()}, "per", values)),
            ("Toon", links(SHOW, "toon", values)),
            ("Wat", links(WHAT, "wat", values)),
        ],
        "partnerships": links({each.code: each.name for each in known}, "swv", values) if len(known) > 1 else [],
        **(_tables(request, found, BY[here.by], values) if found else {}),
        "downloads": downloads("finance:budget_comparison_export", **values),
    }
    return render(request, "finance/comparison.html", context)


def _tables(request: HttpRequest, found: Comparison, by_name: str, values: dict[str, object]) -> dict[str, object]:
    """What stands beside each other, and what became of the money, per row and per school."""
    make = side_by_side if found.mine is None else against_others
    by_fund = found.asked.by == FUND
    funds = {"": "alle", **{str(key): name for key, name in found.funds.items() if key in found.books.funds}}
    fund = choice(request, "fonds", funds)
    schools = None
    if found.mine is None and by_fund and len(found.books.schools) > 1:
        schools = school_table(found, int(fund) if fund else None)
    here = {**values, "fonds": fund}
    return {
        "table": make(found, by_name) if found.budgets else None,
        "money": money_table(found, by_name),
        "schools": schools,
        "fund": funds[fund] if fund else "",
        "fund_links": links(funds, "fonds", here),
        "to_funds": query(**{**values, "per": FUND}),
        "unread": unread(found) if by_fund else (0, ""),
        "money_kind": KIND[PER_PUPIL if found.asked.show == PER_PUPIL else AMOUNT],
        "money_downloads": downloads("finance:comparison_money_export", **values),
    }


@require_GET
def budget_comparison_export(request: HttpRequest, kind: str) -> HttpResponse:
    _, _, school, found = _found(request)
    here = asked(request, school)
    by_name = BY[here.by]
    made = [sheet(found, by_name) if found else spreadsheets.Sheet("Naast elkaar", (by_name,), [])]
    return spreadsheets.as_response(made, kind, f"begrotingen-naast-elkaar-{label(here.year)}")


@require_GET
def comparison_money_export(request: HttpRequest, kind: str) -> HttpResponse:
    """What was allocated, budgeted and spent; of a school its own alone."""
    _, _, school, found = _found(request)
    here = asked(request, school)
    by_name = BY[here.by]
    made = money_sheets(found, by_name) if found else [spreadsheets.Sheet("Totalen", (by_name,), [])]
    return spreadsheets.as_response(made, kind, f"toegekend-begroot-besteed-{label(here.year)}")
