"""What one school gets: where it comes from, what was changed, and changing it. And the table of all as a file."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from finance.allocated import sheets_of
from finance.forms.funds import AdjustForm, CorrectForm
from finance.models import Allocation, AllocationCorrection, FundYear
from finance.views.funds_years import is_office, load_year, rows_of
from schools.models import School
from schools.rights import must_be_officer
from swvportal.lib import spreadsheets
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.forms import status_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Step:
    """A correction with what the allocation was after it."""

    correction: AllocationCorrection
    running_cents: int


def _load(request: HttpRequest, pk: int) -> Allocation:
    found: Allocation = get_object_or_404(Allocation.objects.visible_to(request.user).for_list().with_carried(), pk=pk)
    return found


@require_GET
def allocation(request: HttpRequest, pk: int) -> HttpResponse:
    here = _load(request, pk)
    running, steps = here.amount_cents, []
    for correction in here.corrections.select_related("made_by"):
        running += correction.delta_cents
        steps.append(Step(correction, running))
    context = {
        "allocation": here,
        "year": here.fund_year,
        "fund": here.fund_year.fund,
        "school": here.school,
        "steps": steps,
        "is_office": is_office(request, here.fund_year),
    }
    return render(request, "finance/allocation.html", context)


@get_or_post
def allocation_adjust(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another amount than the proposal, before publishing."""
    here = _load(request, pk)
    year = here.fund_year
    must_be_officer(request.user, year.fund.partnership_id)
    if year.is_published:
        messages.error(request, "De toekenningen zijn gepubliceerd. Wijzig het bedrag met een correctie.")
        return redirect(here)
    form = AdjustForm(request.POST or None, allocation=here)
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.saved_by(
                lambda values, bases: here.adjust(
                    request.user, **{"amount_cents": here.amount_cents, "reason": here.reason, **values}, bases=bases
                )
            )
        except IllegalTransition as error:
            messages.error(request, str(error))
            return redirect(year)
        if saved:
            messages.success(request, f"De toekenning van {here.school.name} is aangepast.")
            return redirect(year)
    context = {"form": form, "allocation": here, "year": year, "fund": year.fund, "school": here.school}
    return render(request, "finance/allocation_adjust.html", context, status=status_of(form))


@get_or_post
def allocation_correct(request: SignedInRequest, pk: int, school: int) -> HttpResponse:
    """More or less for one school after publishing: first the outcome, then the correction."""
    year = load_year(request, pk)
    must_be_officer(request.user, year.fund.partnership_id)
    place = _school(year, school)
    standing = Allocation.objects.for_list().filter(fund_year=year, school=place).first()
    if not year.is_published:
        messages.error(request, "De toekenningen zijn nog niet gepubliceerd. Pas het bedrag zelf aan.")
        return redirect(year)
    total = standing.total_cents if standing else 0
    form = CorrectForm(request.POST or None, total_cents=total)
    is_seen = False
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "confirm":
            answer = _corrected(request, year, place, form)
            if answer is not None:
                return answer
        is_seen = form.cleaned_data["seen"] == total and not form.errors and request.POST.get("step") != "change"
    context = {
        "form": form,
        "year": year,
        "fund": year.fund,
        "school": place,
        "allocation": standing,
        "total": total,
        "account": year.accounts.filter(school=place).exclude(state="draft").first(),
        "preview": is_seen,
        "new_total": total + form.delta_cents if is_seen else None,
        "delta": form.delta_cents if is_seen else None,
        "left_after": year.left_cents - form.delta_cents if is_seen else None,
        "over_after": form.delta_cents - year.left_cents if is_seen else None,
    }
    return render(request, "finance/allocation_correct.html", context, status=status_of(form))


def _school(year: FundYear, pk: int) -> School:
    """Of the partnership, or one that got something before it moved."""
    ours = Q(partnership=year.fund.partnership_id) | Q(allocations__fund_year=year)
    found: School = get_object_or_404(School.objects.filter(ours).select_related("board").distinct(), pk=pk)
    return found


def _corrected(request: SignedInRequest, year: FundYear, school: School, form: CorrectForm) -> HttpResponse | None:
    """The way on; None when it could not be, with the reason in the form."""
    values = form.cleaned_data
    try:
        made = Allocation.correct(
            request.user, year, school, form.delta_cents, values["reason"], seen_cents=values["seen"]
        )
    except AlreadyDone as error:
        messages.info(request, str(error))
        return redirect(year)
    except IllegalTransition as error:
        form.add_error(None, str(error))
        posted = request.POST.copy()
        posted["seen"] = str(form.total_cents)  # from here on one starts from what stands there now
        form.data = posted
        return None
    messages.success(request, f"De correctie voor {school.name} is vastgelegd. De directeur krijgt bericht.")
    return redirect(made.allocation)


@require_GET
def allocations_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What the table of the year shows this person, and on a second sheet every correction."""
    here = load_year(request, pk)
    rows = [(row.school, row.allocation, row.pupils) for row in rows_of(request, here)]
    return spreadsheets.as_response(sheets_of(here, rows), kind, f"toekenningen-{here.label}")
