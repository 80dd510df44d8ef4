"""One budget: what there is against what is budgeted and spent, its lines, and its way from draft to adopted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from finance.budgeting import BudgetPage, budget_page
from finance.forms.budgets import GiveBudgetBackForm
from finance.models import Accounted, Budget
from finance.realisation import is_over
from finance.views.budgets import load_budget, overview
from schools.asked import downloads
from swvportal.lib.forms import status_of
from swvportal.lib.moves import Move

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    here = load_budget(request, pk)
    page = budget_page(here, request.user, timezone.localdate())
    leads, office, state = here.is_led_by(request.user), here.is_of_office(request.user), here.state
    may_write, accounted = here.may_write(request.user), Accounted.of(here)
    with_lines = [block.fund for block in page.blocks if block.rows]
    closed = [fund.name for fund in with_lines if accounted.closes(fund)]
    all_closed = bool(closed) and len(closed) == len(with_lines)
    context = {
        "budget": here,
        "page": page,
        "may_write": may_write,
        "may_book": here.may_book(request.user) and not all_closed,
        "closed": closed,
        "all_closed": all_closed,
        "accounted": bool(accounted.handed_in),
        "year_over": is_over(here.school_year, timezone.localdate()),
        "may_submit": leads and state == "draft",
        "may_take_back": leads and state == "submitted",
        "may_adopt": office and state == "submitted" and not here.is_own(request.user),
        "may_give_back": office and state != "draft",
        "is_own": here.is_own(request.user),
        "leads": leads,
        "shows_spending": not here.is_draft or bool(page.realised.spent_cents),
        "may_copy": may_write and _has_last_year(here),
        "downloads": downloads("finance:budget_export", pk) if page.rows else [],
    }
    return render(request, "finance/budget.html", context)


def _has_last_year(here: Budget) -> bool:
    """Whether there is something to copy that is not here yet."""
    there = here.lines.order_by().values("key")
    last = Budget.objects.filter(school=here.school_id, school_year=here.school_year - 1)
    in_use = {"lines__fund__ended": False, "lines__category__ended": False}
    return last.filter(lines__isnull=False, **in_use).exclude(lines__key__in=there).exists()


# From state to state --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BudgetMove(Move[Budget]):
    """With the words on its page."""

    verb: str
    crumb: str
    button: str

    def why_not(self, here: Budget) -> str:
        return f"De begroting is {here.get_state_display()}. {self.crumb} kan nu niet."

    def already(self, here: Budget) -> str:
        return f"De begroting is al {here.get_state_display()}."


SUBMIT = BudgetMove(
    "submit", ("draft",), "submitted",
    "De begroting is ingediend. Het samenwerkingsverband heeft bericht gekregen en stelt haar vast.",
    "indienen", "Indienen", "Begroting indienen",
)  # fmt: skip
TAKE_BACK = BudgetMove(
    "take_back", ("submitted",), "draft",
    "De begroting is weer concept. U kunt haar wijzigen en opnieuw indienen.",
    "terughalen", "Terughalen", "Begroting terughalen",
)  # fmt: skip
GIVE_BACK = BudgetMove(
    "give_back", ("submitted", "adopted"), "draft",
    "De begroting is teruggegeven. De school leest uw reden.",
    "teruggeven", "Teruggeven", "Begroting teruggeven", by_office=True,
)  # fmt: skip
ADOPT = BudgetMove(
    "adopt", ("submitted",), "adopted",
    "De begroting is vastgesteld. De school heeft bericht gekregen.",
    "vaststellen", "Vaststellen", "Begroting vaststellen", by_office=True,
)  # fmt: skip


def _move(
    request: SignedInRequest, here: Budget, move: BudgetMove, act: Callable[[dict[str, Any]], None], form: Any = None
) -> HttpResponse:
    """First a page that says what the step does and what is missing, then the step."""
    if move.is_over(request, here, act, form, lambda: Budget.objects.get(pk=here.pk)):
        return _after(request, here)
    page = budget_page(here, request.user, timezone.localdate())
    context = {"budget": here, "page": page, "move": move, "form": form, "blocked": _blocks(here, move, page)}
    return render(request, "finance/budget_move.html", context, status=status_of(form))


def _blocks(here: Budget, move: BudgetMove, page: BudgetPage) -> bool:
    """Whether the verb would refuse; the page then says what to do first and shows no button."""
    if move is SUBMIT:
        return not page.rows or bool(page.unexplained)
    return move is not ADOPT and here.handed_in_accounts().exists()


def _after(request: HttpRequest, here: Budget) -> HttpResponse:
    """Back to the budget; or to the overview for who no longer reads it, because it is a draft of the school again."""
    if Budget.objects.visible_to(request.user).filter(pk=here.pk).exists():
        return redirect(here)
    return redirect(overview(here.school_year))


@get_or_post
def budget_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_budget(request, pk)
    return _move(request, here, SUBMIT, lambda _: here.submit(request.user))


@get_or_post
def budget_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_budget(request, pk)
    return _move(request, here, TAKE_BACK, lambda _: here.take_back(request.user))


@get_or_post
def budget_give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_budget(request, pk)
    form = GiveBudgetBackForm(request.POST or None)
    return _move(request, here, GIVE_BACK, lambda given: here.give_back(request.user, given["reason"]), form)


@get_or_post
def budget_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_budget(request, pk)
    here.must_not_be_own(request.user)
    return _move(request, here, ADOPT, lambda _: here.adopt(request.user))
