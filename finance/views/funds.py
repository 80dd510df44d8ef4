"""Funds and their categories: what there is, under which rules."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from finance.forms.funds import CategoryForm, EndForm, FundForm
from finance.models import Allocation, Category, Fund, FundYear
from schools.access import access_of
from schools.asked import partnerships_asked
from schools.models import Partnership
from schools.rights import must_be_officer
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of

if TYPE_CHECKING:
    from schools.querysets import Viewer

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# The funds ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of a fund, and of what was published what one's own schools got (None: nothing)."""

    year: FundYear
    own_cents: int | None


@require_GET
def funds(request: HttpRequest) -> HttpResponse:
    partnership, mine = partnerships_asked(request, "funds")
    every = Fund.objects.visible_to(request.user)
    found = list(every.filter(partnership=partnership).with_rules())
    years = year_rows(request.user, found)
    pairs = [(fund, years[fund.pk]) for fund in found]
    context = {
        "partnership": partnership,
        "partnerships": mine,
        "funds": [(fund, rows) for fund, rows in pairs if not fund.ended],
        "ended": [(fund, rows) for fund, rows in pairs if fund.ended],
        "left_behind": every.exclude(partnership__in=mine).with_rules().order_by("partnership__name", "position", "pk"),
        "is_office": _is_office(request, partnership),
        "shows_own": _own_head(request),
    }
    return render(request, "finance/funds.html", context)


def year_rows(user: "Viewer", of: list[Fund]) -> dict[int, list[YearRow]]:
    """The years that one may see, newest first, by the key of their fund: two queries."""
    own: dict[int, int] = defaultdict(int)
    amounts = Allocation.objects.own_of(user).filter(fund_year__fund__in=of).with_totals().order_by()
    for allocation in amounts:
        own[allocation.fund_year_id] += allocation.total_cents
    found: dict[int, list[YearRow]] = defaultdict(list)
    for row in FundYear.objects.visible_to(user).filter(fund__in=of).for_page().with_totals():
        found[row.fund_id].append(YearRow(row, own.get(row.pk)))
    return found


def _is_office(request: HttpRequest, partnership: Partnership | None) -> bool:
    return partnership is not None and partnership.pk in access_of(request.user).partnerships


def _own_head(request: HttpRequest) -> str:
    """Above the amounts of one's own schools; empty for who has none."""
    access = access_of(request.user)
    if not access.schools and not access.boards:
        return ""
    return "Voor uw school" if len(access.schools) == 1 and not access.boards else "Voor uw scholen samen"


def office_of(request: SignedInRequest) -> Partnership:
    """The partnership asked for in the address, for who works there."""
    partnership, mine = partnerships_asked(request)
    ours = access_of(request.user).partnerships
    if partnership is not None and partnership.pk not in ours and "swv" not in request.GET:
        partnership = next((each for each in mine if each.pk in ours), partnership)
    must_be_officer(request.user, partnership.pk if partnership else 0)
    assert partnership is not None
    return partnership


@require_POST
def funds_ship(request: SignedInRequest) -> HttpResponse:
    """The usual funds of the field, as a starting point."""
    partnership = office_of(request)
    if made := Fund.ship_to(request.user, partnership):
        messages.success(request, f"Er zijn {made} geldstromen klaargezet. Kijk de regels na en pas ze aan.")
    else:
        messages.info(request, "Er zijn al geldstromen. Er is niets toegevoegd.")
    return redirect(f"{reverse('finance:funds')}?swv={partnership.code}")


def load_fund(request: HttpRequest, pk: int) -> Fund:
    found: Fund = get_object_or_404(Fund.objects.visible_to(request.user).with_rules(), pk=pk)
    return found


@require_GET
def fund(request: HttpRequest, pk: int) -> HttpResponse:
    here = load_fund(request, pk)
    context = {
        "fund": here,
        "years": year_rows(request.user, [here])[here.pk],
        "is_office": _is_office(request, here.partnership),
        "shows_own": _own_head(request),
    }
    return render(request, "finance/fund.html", context)


@get_or_post
def fund_new(request: SignedInRequest) -> HttpResponse:
    partnership = office_of(request)
    form = FundForm(request.POST or None, partnership=partnership.pk)
    if request.method == "POST" and form.is_valid():
        Category.ship_to(request.user, partnership)
        chosen = Category.objects.filter(partnership=partnership, key__in=form.cleaned_data["categories"])
        try:
            made = Fund.begin(request.user, partnership, categories=chosen, **form.fields_of_fund())
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"De geldstroom {made.name} is toegevoegd.")
            return redirect(made)
    return render(request, "finance/fund_form.html", {"form": form, "partnership": partnership}, status=status_of(form))


@get_or_post
def fund_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_fund(request, pk)
    must_be_officer(request.user, here.partnership_id)
    form = FundForm(request.POST or None, partnership=here.partnership_id, fund=here)
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.saved_by(lambda values, bases: here.change(request.user, values, bases))
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            if saved:
                messages.success(request, "De geldstroom is opgeslagen.")
                return redirect(here)
    context = {"form": form, "partnership": here.partnership, "fund": here}
    return render(request, "finance/fund_form.html", context, status=status_of(form))


@require_POST
def fund_end(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_fund(request, pk)
    ended = _ended_asked(request)
    here.set_ended(request.user, ended=ended)
    words = "beëindigd. Nieuwe begrotingsregels kunnen haar niet meer kiezen." if ended else "weer in gebruik."
    messages.success(request, f"De geldstroom is {words}")
    return redirect(here)


def _ended_asked(request: HttpRequest) -> bool:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise BadRequest("ended")
    return bool(form.cleaned_data["ended"])


# Categories -----------------------------------------------------------------------------------------------------------


@get_or_post
def categories(request: SignedInRequest) -> HttpResponse:
    """The list, with a form to add one."""
    partnership = office_of(request)
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = Category.add(request.user, partnership, form.cleaned_data["name"])
        messages.success(request, f"De categorie {made.name} staat in de lijst.")
        return redirect(f"{reverse('finance:categories')}?swv={partnership.code}")
    found = list(Category.objects.filter(partnership=partnership))
    context = {
        "partnership": partnership,
        "form": form,
        "categories": [category for category in found if not category.ended],
        "ended": [category for category in found if category.ended],
    }
    return render(request, "finance/categories.html", context, status=status_of(form))


def _category(request: SignedInRequest, pk: int) -> Category:
    found: Category = get_object_or_404(Category.objects.visible_to(request.user).select_related("partnership"), pk=pk)
    must_be_officer(request.user, found.partnership_id)
    return found


def _list(category: Category) -> str:
    return f"{reverse('finance:categories')}?swv={category.partnership.code}"


@get_or_post
def category_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _category(request, pk)
    form = CategoryForm(request.POST or None, initial={"name": here.name})
    if request.method == "POST" and form.is_valid():
        try:
            here.rename(request.user, form.cleaned_data["name"])
        except IllegalTransition as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "De naam is gewijzigd.")
            return redirect(_list(here))
    context = {"category": here, "form": form}
    return render(request, "finance/category_form.html", context, status=status_of(form))


@require_POST
def category_end(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _category(request, pk)
    ended = _ended_asked(request)
    words = (
        "De categorie is beëindigd. Wat er al onder begroot is, blijft."
        if ended
        else "De categorie is weer in gebruik."
    )
    attempt(request, lambda: here.set_ended(request.user, ended=ended), words)
    return redirect(_list(here))
