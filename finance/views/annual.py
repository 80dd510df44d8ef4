"""The year of the partnership: totals for its annual report, and how they reconcile."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from finance.annual_books import books_of, fits, sheets_of, years_of
from schools.asked import downloads, partnerships_asked, query
from swvportal.lib import spreadsheets


@require_GET
def annual(request: HttpRequest) -> HttpResponse:
    partnership, partnerships = partnerships_asked(request, "funds")
    years = years_of(request.user, partnership) if partnership else []
    if partnership is None or not years:
        return render(request, "finance/annual.html", {"partnership": partnership, "partnerships": partnerships})
    today = timezone.localdate()
    asked = request.GET.get("jaar", "")
    year = next((each for each in years if str(each) == asked), None)
    if year is None:
        year = next((each for each in years if each < today.year), years[-1])
    books = books_of(request.user, partnership, year)
    context = {
        "partnership": partnership,
        "partnerships": partnerships,
        "books": books,
        "total": books.figures.whole,
        "fits": fits(books),
        "year": year,
        "years": [(each, query(jaar=each, swv=partnership.code)) for each in years],
        "is_running": year >= today.year,
        "spring": year - 1,
        "downloads": downloads("finance:annual_export", year, swv=partnership.code),
    }
    return render(request, "finance/annual.html", context)


@require_GET
def annual_export(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """The reconciliation as a file; a CSV holds the totals alone."""
    partnership, _ = partnerships_asked(request, "funds")
    if partnership is None or year not in years_of(request.user, partnership):
        raise Http404
    sheets = sheets_of(books_of(request.user, partnership, year), timezone.localdate())
    return spreadsheets.as_response(sheets, kind, f"jaarcijfers-{partnership.code}-{year}")
