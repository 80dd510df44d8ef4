"""One budget line: what was booked on it, and booking by hand."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans.models import ActionPoint
from finance.forms.spending import BookForm, ReverseForm
from finance.models import Accounted, BudgetLine, Expenditure
from finance.realisation import is_over, realisation
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.forms import status_of

PER_PAGE = 50
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load(request: HttpRequest, pk: int) -> BudgetLine:
    lines = BudgetLine.objects.visible_to(request.user).for_page().with_spent()
    found: BudgetLine = get_object_or_404(lines, pk=pk)
    return found


def load_entry(request: HttpRequest, pk: int) -> Expenditure:
    """A booking that one reads, for who works at the school."""
    entry: Expenditure = get_object_or_404(Expenditure.objects.visible_to(request.user).for_list(), pk=pk)
    if not entry.line.budget.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf boekt op haar begroting.")
    return entry


def _page(request: HttpRequest, here: BudgetLine, form: BookForm) -> HttpResponse:
    budget, point = here.budget, here.action_point_id
    entries = Expenditure.objects.visible_to(request.user).filter(line=here).for_list().newest_first()
    accounted = Accounted.of(budget)
    closed = accounted.closes(here.fund)
    context = {
        "line": here,
        "budget": budget,
        "form": form,
        "closed": closed,
        "year_over": is_over(budget.school_year, timezone.localdate()),
        "closed_years": [] if closed else accounted.years(here.fund),
        "may_attach": budget.may_book(request.user),
        "realised": realisation(here.amount_cents, here.spent_cents, budget.school_year, timezone.localdate()),
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("pagina")),
        "may_book": budget.may_book(request.user) and not closed,
        "point_readable": point and ActionPoint.objects.visible_to(request.user).filter(pk=point).exists(),
        "thread_readable": point and ActionPoint.objects.inside_to(request.user).filter(pk=point).exists(),
    }
    return render(request, "finance/line.html", context, status=status_of(form))


@require_GET
def line(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _load(request, pk), BookForm())


@require_POST
def line_book(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was typed stays where the booking cannot be made."""
    here = _load(request, pk)
    if not here.budget.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf boekt op haar begroting.")
    if here.budget.is_draft:
        messages.error(request, "De begroting is nog een concept. Dien haar eerst in; daarna kunt u boeken.")
        return redirect(here)
    form = BookForm(request.POST)
    if form.is_valid():
        try:
            Expenditure.book(request.user, form.entry(here), form.cleaned_data["key"])
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "De boeking staat op de regel.")
            return redirect(here)
    return _page(request, here, form)


@get_or_post
def entry_reverse(request: SignedInRequest, pk: int) -> HttpResponse:
    """First the reason is asked, then it is booked back."""
    entry = load_entry(request, pk)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry.reverse(request.user, form.cleaned_data["reason"])
        except AlreadyDone as done:
            messages.info(request, str(done))
        except IllegalTransition as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "De boeking is teruggeboekt.")
        return redirect(entry)
    context = {"entry": entry, "line": entry.line, "budget": entry.line.budget, "form": form}
    return render(request, "finance/entry_reverse.html", context, status=status_of(form))
