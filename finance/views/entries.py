"""All bookings of a budget, with the files from which they came."""

from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from finance.models import Budget, Expenditure, SpendingImport
from finance.querysets import ExpenditureQuerySet
from finance.views.budgets import load_budget
from schools.asked import downloads, words_asked
from swvportal.lib import spreadsheets
from swvportal.lib.spreadsheets import Cell, Sheet

PER_PAGE = 100
COLUMNS = (
    "Datum", "Omschrijving", "Boekstuk", "Bedrag", "Begrotingsregel", "Geldstroom", "Categorie", "Geboekt op",
    "Geboekt door", "Uit bestand", "Reden van terugboeken",
)  # fmt: skip


def _entries(request: HttpRequest, here: Budget) -> ExpenditureQuerySet:
    entries: ExpenditureQuerySet = Expenditure.objects.visible_to(request.user).filter(line__budget=here)
    return entries


@require_GET
def budget_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest on top, a hundred at a time; all of them, or those that match some words."""
    here, words = load_budget(request, pk), words_asked(request)
    every = _entries(request, here)
    found = every.matching(words)
    page = Paginator(found.for_list().newest_first(), PER_PAGE).get_page(request.GET.get("pagina"))
    sums = every.order_by().aggregate(total=Sum("amount_cents"), count=Count("pk"))
    context = {
        "budget": here,
        "page": page,
        "words": words,
        "count": sums["count"],
        "total_cents": sums["total"] or 0,
        "found_cents": found.order_by().aggregate(total=Sum("amount_cents"))["total"] or 0 if words else 0,
        "imports": SpendingImport.objects.visible_to(request.user).for_page().filter(budget=here),
        "may_book": here.may_book(request.user),
        "downloads": downloads("finance:budget_entries_export", pk) if sums["count"] else [],
    }
    return render(request, "finance/budget_entries.html", context)


@require_GET
def budget_entries_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    here = load_budget(request, pk)
    rows = [_row(entry) for entry in _entries(request, here).for_list().select_related("line__category")]
    sheet = Sheet("Boekingen", COLUMNS, rows)
    return spreadsheets.as_response([sheet], kind, f"boekingen-{here.year_label}-{here.school.name}")


def _row(entry: Expenditure) -> tuple[Cell, ...]:
    return (
        entry.on,
        entry.description,
        entry.reference,
        Decimal(entry.amount_cents).scaleb(-2),
        entry.line.description,
        entry.line.fund.name,
        entry.line.category.name,
        entry.booked_at,
        entry.booked_by.name,
        entry.source.name if entry.source else "",
        entry.reason,
    )
