"""Middelen: how the money of a school year stands, of every school that one may know of; and a budget's beginning."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from actionplans.models import ActionPoint
from finance.budget_sheets import budget_sheets, year_sheets
from finance.budgeting import budget_page
from finance.forms.budgets import BeginBudgetForm, years_to_begin
from finance.models import Budget, BudgetLine
from finance.standing import STATES, SchoolRow, narrowed, year_of_money, years_known
from schools.access import Access, access_of
from schools.asked import FIRST, LAST, downloads, query, this_year, year_asked
from schools.models import Partnership, School
from swvportal.lib import spreadsheets
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.school_year import label

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
ONE_BY_ONE = 3
"""Of so many schools the money is shown per school; of more it is added up."""


@require_GET
def budgets(request: HttpRequest) -> HttpResponse:
    year, access = year_asked(request), access_of(request.user)
    money = year_of_money(request.user, year)
    partnerships = _partnerships(money.rows)
    swv = next((each for each in partnerships if each.code == request.GET.get("swv")), None)
    if swv is not None:
        money = narrowed(money, [row for row in money.rows if row.partnership.pk == swv.pk])
    counts = Counter(row.state for row in money.rows)
    stand = request.GET.get("stand", "")
    stand = stand if stand in counts else ""
    rows = [row for row in money.rows if row.state == stand] if stand else money.rows
    context = {
        "year": year,
        "years": sorted({*years_known(request.user), this_year(), this_year() + 1, year}),
        "may_begin": year in years_to_begin(),
        "partnerships": partnerships if len(partnerships) > 1 else [],
        "swv": swv,
        "stand": stand,
        "filters": [(state, name, counts[state]) for state, name in STATES.items() if counts[state]],
        "schools": len(money.rows),
        "rows": rows,
        "begun": sum(row.budget is not None for row in money.rows),
        "nothing_yet": not (money.funds or money.board_funds or stand or any(row.works_here for row in money.rows)),
        "hidden": any(not row.knows_left for row in rows),
        "money": narrowed(money, rows) if stand else money,
        "per_school": [(row, money.funds_of(row)) for row in money.rows] if len(money.rows) <= ONE_BY_ONE else [],
        "who": _who(access),
        "downloads": downloads("finance:budgets_export", year) if any(row.readable for row in money.rows) else [],
    }
    return render(request, "finance/budgets.html", context)


def _partnerships(rows: list[SchoolRow]) -> list[Partnership]:
    found = {row.partnership.pk: row.partnership for row in rows}
    return sorted(found.values(), key=lambda each: (each.name, each.pk))


def _who(access: Access) -> str:
    """On whose behalf one looks: what the lead says depends on it."""
    if access.partnerships:
        return "office"
    if access.schools:
        return "school"
    return "board" if access.boards else "auditor"


@get_or_post
def budget_begin(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("finance:budgets")
    form = BeginBudgetForm(request.POST)
    if not form.is_valid():
        raise BadRequest("Kies een school, en het vorige, dit of het volgende schooljaar.")
    school = get_object_or_404(School.objects.visible_to(request.user), pk=form.cleaned_data["school"])
    return redirect(Budget.begin(request.user, school, form.cleaned_data["school_year"]))


def load_budget(request: HttpRequest, pk: int) -> Budget:
    here: Budget = get_object_or_404(Budget.objects.visible_to(request.user).for_page(), pk=pk)
    return here


@get_or_post
def budget_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lines of last year that are not here yet; pressed twice it is once."""
    here = load_budget(request, pk)
    if request.method != "POST":
        return redirect(here)
    try:
        number = here.copy_from_last_year(request.user)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect(here)
    if number:
        copied = "1 regel is" if number == 1 else f"{number} regels zijn"
        messages.success(request, f"{copied} overgenomen. Pas de bedragen aan en voeg toe wat nieuw is.")
    else:
        messages.info(request, "Alles wat u van vorig jaar kunt overnemen, stond er al.")
    return redirect(here)


# Files ----------------------------------------------------------------------------------------------------------------


@require_GET
def budget_export(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    here = load_budget(request, pk)
    page = budget_page(here, request.user, timezone.localdate())
    return spreadsheets.as_response(budget_sheets(here, page), kind, f"{here}-{here.school.name}")


@require_GET
def budgets_export(request: SignedInRequest, year: int, kind: str) -> HttpResponse:
    """Every line that one may read, and what each school has, budgets and spends."""
    if not FIRST <= year <= LAST:
        raise Http404
    lines = BudgetLine.objects.visible_to(request.user).filter(budget__school_year=year).for_page().with_spent()
    ordered = list(lines.order_by("budget__school__name", "budget", "position", "pk"))
    points = {line.action_point_id for line in ordered if line.action_point_id}
    readable = set(ActionPoint.objects.visible_to(request.user).filter(pk__in=points).values_list("pk", flat=True))
    sheets = year_sheets(ordered, readable, year_of_money(request.user, year))
    return spreadsheets.as_response(sheets, kind, f"begrotingen-{label(year)}")


def overview(year: int, **values: object) -> str:
    """The address of the overview of this year."""
    return reverse("finance:budgets") + query(jaar=year, **values)
