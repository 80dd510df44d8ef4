"""A year of a fund: its rules, the proposal for all schools, and the moment at which they are told."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from finance.forms.funds import FundYearForm, PublishForm
from finance.models import Allocation, FundYear
from finance.views.funds import load_fund
from schools.access import access_of
from schools.asked import downloads, query
from schools.models import School
from schools.rights import must_be_officer
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Row:
    """A school in the table: what it gets, or nothing yet."""

    school: School
    allocation: Allocation | None
    pupils: int | None


@dataclass(frozen=True, slots=True)
class Sums:
    proposed_cents: int
    amount_cents: int
    corrected_cents: int
    total_cents: int


def load_year(request: HttpRequest, pk: int) -> FundYear:
    found: FundYear = get_object_or_404(FundYear.objects.visible_to(request.user).for_page().with_totals(), pk=pk)
    return found


def is_office(request: HttpRequest, here: FundYear) -> bool:
    return here.fund.partnership_id in access_of(request.user).partnerships


def rows_of(request: HttpRequest, here: FundYear) -> list[Row]:
    """The allocations that one may see; for the office every school that is open too. Three queries at most."""
    visible = Allocation.objects.visible_to(request.user).filter(fund_year=here).for_list()
    rows = {allocation.school_id: Row(allocation.school, allocation, allocation.pupils) for allocation in visible}
    if is_office(request, here):
        numbers = here.pupil_numbers()
        for school in here.fund.partnership.schools.open().select_related("board"):
            rows.setdefault(school.pk, Row(school, None, numbers.get(school.pk)))
    return sorted(rows.values(), key=lambda row: (row.school.name, row.school.location, row.school.code))


def sums_of(rows: list[Row]) -> Sums:
    found = [row.allocation for row in rows if row.allocation]
    return Sums(
        sum(each.proposed_cents for each in found),
        sum(each.amount_cents for each in found),
        sum(each.corrected_cents for each in found),
        sum(each.total_cents for each in found),
    )


@require_GET
def fund_year(request: HttpRequest, pk: int) -> HttpResponse:
    here = load_year(request, pk)
    rows, office = rows_of(request, here), is_office(request, here)
    has_proposal = any(row.allocation for row in rows)
    missing = sum(row.pupils is None for row in rows) if office and here.rate_cents else 0
    context = {
        "year": here,
        "fund": here.fund,
        "rows": rows,
        "sums": sums_of(rows),
        "is_office": office,
        "has_proposal": has_proposal,
        "outdated": office and has_proposal and not here.is_published and Allocation.is_outdated(here),
        "missing": missing,
        "counts_url": counts_url(here),
        "downloads": downloads("finance:allocations_export", here.pk) if has_proposal else [],
    }
    return render(request, "finance/fund_year.html", context)


def counts_url(here: FundYear) -> str:
    """Where the numbers of the reference date are filled in."""
    asked = query(swv=here.fund.partnership.code, teldatum=here.counted_on.isoformat(), soort=here.pupil_kind)
    return reverse("finance:pupil_counts") + asked


# The rules ------------------------------------------------------------------------------------------------------------


@get_or_post
def fund_year_new(request: SignedInRequest, pk: int) -> HttpResponse:
    fund = load_fund(request, pk)
    must_be_officer(request.user, fund.partnership_id)
    if not fund.is_allocated:
        messages.error(request, "Geld van het schoolbestuur zelf wordt niet toegekend.")
        return redirect(fund)
    form = FundYearForm(request.POST or None, fund=fund)
    if request.method == "POST" and form.is_valid():
        try:
            made = FundYear.begin(request.user, fund, form.cleaned_data["year"], **form.rules())
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "De regels zijn opgeslagen. Bereken nu het voorstel.")
            return redirect(made)
    context = {"form": form, "fund": fund, "last": fund.years.order_by("-year").first()}
    return render(request, "finance/fund_year_form.html", context, status=status_of(form))


@get_or_post
def fund_year_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_year(request, pk)
    must_be_officer(request.user, here.fund.partnership_id)
    form = FundYearForm(request.POST or None, fund=here.fund, fund_year=here)
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.saved_by(lambda values, bases: here.change(request.user, values, bases))
        except IllegalTransition as error:
            messages.error(request, str(error))
            return redirect(here)
        if saved:
            messages.success(request, "De regels zijn opgeslagen.")
            return redirect(here)
    context = {"form": form, "fund": here.fund, "year": here}
    return render(request, "finance/fund_year_form.html", context, status=status_of(form))


@get_or_post
def fund_year_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_year(request, pk)
    must_be_officer(request.user, here.fund.partnership_id)
    if request.method != "POST" and not here.is_published:
        return render(request, "finance/fund_year_remove.html", {"year": here, "fund": here.fund})
    act = here.remove if request.method == "POST" else lambda by: here.must_be_draft()
    done = attempt(request, lambda: act(request.user), f"{here.label} is verwijderd.")
    return redirect(here.fund if done else here)


# From a proposal to what holds ----------------------------------------------------------------------------------------


@require_POST
def allocations_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_year(request, pk)
    attempt(request, lambda: Allocation.propose(request.user, here), "Het voorstel is berekend.")
    return redirect(here)


@get_or_post
def allocations_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """First what the schools get to read, and then telling them."""
    here = load_year(request, pk)
    must_be_officer(request.user, here.fund.partnership_id)
    try:
        Allocation.must_be_publishable(here)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect(here)
    posted = request.POST if request.method == "POST" else None
    form = PublishForm(posted, is_over=here.left_cents < 0, initial={"seen": Allocation.seen_in(here)})
    if request.method == "POST" and form.is_valid():
        over, seen = form.cleaned_data.get("over", False), form.cleaned_data["seen"]
        words = "De toekenningen zijn gepubliceerd. De directeuren krijgen bericht."
        attempt(request, lambda: Allocation.publish(request.user, here, over=over, seen=seen), words)
        return redirect(here)
    rows = rows_of(request, here)
    context = {
        "year": here,
        "fund": here.fund,
        "form": form,
        "rows": rows,
        "adjusted": [row for row in rows if row.allocation and row.allocation.is_adjusted],
        "missing": [row for row in rows if row.pupils is None] if here.rate_cents else [],
    }
    return render(request, "finance/fund_year_publish.html", context, status=status_of(form))
