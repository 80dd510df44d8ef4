"""The lines of a budget that is still a draft."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from finance.forms.budgets import LineForm
from finance.models import Budget, BudgetLine
from finance.views.budgets import load_budget
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load(request: HttpRequest, pk: int) -> BudgetLine:
    line: BudgetLine = get_object_or_404(BudgetLine.objects.visible_to(request.user).for_page(), pk=pk)
    return line


def _refused(request: HttpRequest, here: Budget) -> bool:
    """Raises PermissionDenied for who does not work at the school; says so where the lines stand firm."""
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf kan haar begroting wijzigen.")
    if here.is_draft:
        return False
    messages.error(request, f"Deze begroting is {here.get_state_display()}. De regels staan vast.")
    return True


@get_or_post
def budget_line_add(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_budget(request, pk)
    if _refused(request, here):
        return redirect(here)
    chosen = request.GET.get("geldstroom", "")
    initial = {"fund": int(chosen)} if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else {}
    form = LineForm(request.POST or None, budget=here, initial=initial)
    if request.method == "POST" and form.is_valid() and _added(request, here, form):
        again = reverse("finance:budget_line_add", args=[pk])
        return redirect(again if "nog_een" in request.POST else f"{here.get_absolute_url()}#regels")
    return _page(request, here, form)


def _added(request: SignedInRequest, here: Budget, form: LineForm) -> bool:
    key = form.cleaned_data.get("key")
    return attempt(
        request, lambda: here.add_line(request.user, key=key, **form.values()), "De regel staat in de begroting."
    )


@get_or_post
def budget_line_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    line = _load(request, pk)
    here = line.budget
    if _refused(request, here):
        return redirect(here)
    form = LineForm(request.POST or None, budget=here, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            is_saved = form.saved_by(lambda values, bases: line.change(request.user, values, bases))
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            if is_saved:
                messages.success(request, "De regel is opgeslagen.")
                return redirect(f"{here.get_absolute_url()}#regel-{pk}")
    return _page(request, here, form, line)


def _page(request: HttpRequest, here: Budget, form: LineForm, line: BudgetLine | None = None) -> HttpResponse:
    """The page of a line; what was typed stays where something is wrong."""
    context: dict[str, Any] = {
        "budget": here,
        "line": line,
        "form": form,
        "has_funds": form.fields["fund"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "finance/budget_line_form.html", context, status=status_of(form))


@get_or_post
def budget_line_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    line = _load(request, pk)
    here = line.budget
    if _refused(request, here):
        return redirect(here)
    if request.method != "POST":
        return render(request, "finance/budget_line_remove.html", {"budget": here, "line": line})
    attempt(request, lambda: line.remove(request.user), "De regel is verwijderd.")
    return redirect(here)


@get_or_post
def budget_line_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    line = _load(request, pk)
    here = line.budget
    if request.method != "POST":
        return redirect(here)
    where = request.POST.get("richting")
    if where not in {"op", "neer"}:
        raise BadRequest("Kies omhoog of omlaag.")
    attempt(request, lambda: line.move(request.user, up=where == "op"), "De volgorde is gewijzigd.")
    return redirect(f"{here.get_absolute_url()}#regel-{pk}")
