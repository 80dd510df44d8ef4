"""Accounts: who has accounted for what, one account, and writing it."""

import uuid
from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from finance.accounted import STATES, Row, coverage_of, rows_for
from finance.forms.accounts import AccountForm, BeginAccountForm, StatementForm, SubmitAccountForm
from finance.models import AccountQuestion, AuditorStatement, FundAccount, FundYear
from finance.rendered import books_differ, rendered
from schools.access import access_of
from schools.asked import query
from schools.models import School
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import autosaved, status_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
EVERY = "alle"


# Who has accounted for what -------------------------------------------------------------------------------------------


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    today, access = timezone.localdate(), access_of(request.user)
    every = rows_for(request.user, today)
    rows = [row for row in every if row.ours or row.readable]
    years = sorted({row.fund_year.year for row in rows}, reverse=True)
    is_office = bool(access.partnerships)
    year = _year_asked(request, years, every if is_office else [])
    of_year = [row for row in rows if not year or row.fund_year.year == year]
    funds = {row.fund_year.fund_id: row.fund_year.fund for row in of_year}
    fund = next((pk for pk in funds if str(pk) == request.GET.get("geldstroom")), None)
    of_fund = [row for row in of_year if fund is None or row.fund_year.fund_id == fund]
    counts = Counter(row.state for row in of_fund)
    state = request.GET.get("stand", "")
    state = state if state in counts else ""
    context = {
        "rows": [row for row in of_fund if not state or row.state == state],
        "total": len(of_fund),
        "late": sum(row.is_late for row in of_fund),
        "late_elsewhere": sum(row.is_late for row in rows) - sum(row.is_late for row in of_year),
        "coverage": coverage_of([row for row in every if not year or row.fund_year.year == year], access),
        "year": year,
        "years": [(str(each), _year_name(rows, each), each == year) for each in years],
        "fund": fund,
        "funds": sorted(funds.values(), key=lambda each: (each.position, each.pk)),
        "states": [(key, name, counts[key]) for key, name in STATES.items() if counts[key]],
        "state": state,
        "asked": {"jaar": year or EVERY, "geldstroom": fund},
        "year_query": query(jaar=year or EVERY),
        "fund_query": query(jaar=year or EVERY, geldstroom=fund),
        "is_office": is_office,
        "works_at_school": bool(access.schools),
        "board": bool(access.boards),
        "today": today,
    }
    return render(request, "finance/accounts.html", context)


def _year_asked(request: HttpRequest, years: list[int], of_office: list[Row]) -> int:
    """0 for every year, which is what a school begins with; the partnership with the newest year that is over."""
    asked = request.GET.get("jaar", "")
    if asked == EVERY:
        return 0
    found = next((year for year in years if str(year) == asked), None)
    if found is None:
        over = [row.fund_year.year for row in of_office if row.is_over]
        found = max(over, default=0)
    return found


def _year_name(rows: list[Row], year: int) -> str:
    """ "2025-2026", "2025", or both where there are funds of both kinds."""
    names = {row.fund_year.year_label for row in rows if row.fund_year.year == year}
    return " en ".join(sorted(names, reverse=True))


@require_POST
def account_begin(request: SignedInRequest) -> HttpResponse:
    form = BeginAccountForm(request.POST)
    if not form.is_valid():
        raise BadRequest("school and fund_year")
    school = get_object_or_404(School.objects.visible_to(request.user), pk=form.cleaned_data["school"])
    fund_year = get_object_or_404(
        FundYear.objects.visible_to(request.user).for_page(), pk=form.cleaned_data["fund_year"]
    )
    try:
        here = FundAccount.begin(request.user, school, fund_year)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect("finance:accounts")
    return redirect("finance:account_edit" if here.is_draft else "finance:account", here.pk)


# One account ----------------------------------------------------------------------------------------------------------


def load_account(request: HttpRequest, pk: int) -> FundAccount:
    found: FundAccount = get_object_or_404(FundAccount.objects.visible_to(request.user).for_page(), pk=pk)
    return found


def statement_of(account: FundAccount, sha256: str) -> AuditorStatement | None:
    """The file that a (sealed) account names."""
    return account.statements.filter(sha256=sha256).order_by("replaced", "-pk").first()


@require_GET
def account(request: SignedInRequest, pk: int) -> HttpResponse:
    """To be read: of a draft what the books say now, afterwards what was sealed."""
    here = load_account(request, pk)
    seals = list(here.seals_for(request.user).select_related("sealed_by"))
    shown = rendered(here, seals[0] if seals else None)
    office, today = here.is_of_office(request.user), timezone.localdate()
    own = here.is_own(request.user)
    submitted = here.state == FundAccount.State.SUBMITTED
    questions = list(AccountQuestion.objects.visible_to(request.user).filter(account=here).for_page())
    context = {
        "account": here,
        "shown": shown,
        "questions": questions,
        "may_answer": submitted and own and any(not each.answer for each in questions),
        "may_ask": submitted and office,
        "seals": seals,
        "statement": statement_of(here, shown.statement.sha256) if shown.statement else None,
        "missing": here.missing() if here.is_draft and own else [],
        "differs": not here.is_draft and (own or office) and books_differ(here, shown),
        "is_over": here.fund_year.bounds[1] < today,
        "today": today,
        "is_office": office,
        "may_write": here.may_write(request.user),
        "may_approve": office and submitted and not own,
        "may_give_back": office and not here.is_draft,
    }
    return render(request, "finance/account.html", context)


@get_or_post
def account_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """One long form. With the header X-Autosave it is saved in passing, and the answer is JSON."""
    here = load_account(request, pk)
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf kan de verantwoording schrijven.")
    posted = request.POST if request.method == "POST" else None
    in_passing = request.headers.get("X-Autosave") == "1"
    form = AccountForm(posted, account=here, shown=rendered(here, None), before=here.last_year())
    try:
        saved = _saved(request, here, form)
    except IllegalTransition as error:
        return _refused(request, here, str(error), in_passing)
    if posted is not None and in_passing:
        return autosaved(form, load_account(request, pk).writable())
    if saved:
        messages.success(request, "De verantwoording is opgeslagen.")
        return redirect("finance:account_review" if "read" in request.POST else "finance:account_edit", pk)
    return render(request, "finance/account_edit.html", _to_edit(here, form), status=status_of(form))


def _saved(request: SignedInRequest, here: FundAccount, form: AccountForm) -> bool:
    if not here.is_draft:
        raise IllegalTransition(f"De verantwoording is {here.get_state_display()} en staat vast.")
    if not form.is_valid():
        return False
    return form.saved_by(lambda values, bases: here.save_content(request.user, values, bases))


def _refused(request: HttpRequest, here: FundAccount, why: str, in_passing: bool) -> HttpResponse:
    if in_passing:
        return JsonResponse({"errors": {"": [why]}}, status=422)
    messages.error(request, why)
    return redirect(here)


def _to_edit(here: FundAccount, form: AccountForm) -> dict[str, object]:
    filled, parts = form.progress()
    statement = here.statements.filter(replaced=False).select_related("uploaded_by").first()
    return {
        "account": here,
        "form": form,
        "shown": form.shown_figures,
        "filled": filled,
        "parts": parts,
        "last_label": here.fund_year.fund.year_label(here.fund_year.year - 1),
        "runs": here.fund_year.bounds[1] >= timezone.localdate(),
        "statement": statement,
        "statement_form": StatementForm(),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "today": timezone.localdate(),
    }


# Looking over and handing in ------------------------------------------------------------------------------------------


@require_GET
def account_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is complete and what is not, and what submitting means."""
    here = load_account(request, pk)
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf kan de verantwoording nakijken en indienen.")
    if not here.is_draft:
        return redirect(here)
    shown, over = rendered(here, None), here.fund_year.bounds[1] < timezone.localdate()
    missing = here.missing()
    context = {
        "account": here,
        "shown": shown,
        "missing": missing,
        "is_over": over,
        "statement": statement_of(here, shown.statement.sha256) if shown.statement else None,
        "may_submit": here.is_led_by(request.user) and over and not missing,
        "is_led": here.is_led_by(request.user),
        "form": SubmitAccountForm(initial={"key": uuid.uuid4()}),
        "today": timezone.localdate(),
    }
    return render(request, "finance/account_review.html", context)


@require_POST
def account_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_account(request, pk)
    form = SubmitAccountForm(request.POST)
    if not form.is_valid():
        raise BadRequest("key")
    done = "De verantwoording is ingediend en verzegeld. Het samenwerkingsverband keurt haar goed of geeft haar terug."
    if attempt(request, lambda: here.submit(request.user, form.cleaned_data["key"]), done):
        return redirect(here)
    return redirect("finance:account_review", pk)
