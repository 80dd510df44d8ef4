"""The school's accounts into a budget: a file, its columns, its posts, what would be booked; then it is booked.

Between the steps the page carries what was read, signed, each step with a salt of its own: nothing of it can be changed
on the way, and what one step made no other takes. Which budget it is stands in it too.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from finance.forms.ledger import ColumnsForm, LedgerFileForm
from finance.forms.spending import ReverseForm
from finance.ledger import LEAVE, MOST_POSTS, TOO_LONG, Checked, Chosen, Ledger, Post, checked
from finance.models import Budget, BudgetLine, Entry, ImportMapping, SpendingImport, Stands
from finance.views.budgets import load_budget
from swvportal.lib import spreadsheets
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.forms import status_of
from swvportal.lib.money import euro
from swvportal.lib.spreadsheets import UnreadableFile

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

READ, CHOSEN, CHECKED = "finance.import.1.read", "finance.import.1.chosen", "finance.import.1.checked"
HOUR = 3600
LONGEST = 4 * 1024 * 1024  # what a page may send back is limited
SHOWN = 200
EXAMPLES = 10
AGAIN = {"again": Stands.HERE, "elsewhere": Stands.ELSEWHERE}
"""By the name of a box on the page: what is booked once more where it is ticked."""
DRAFT = "De begroting is nog een concept. Dien haar eerst in; daarna kunt u boeken."


class _Elsewhere(Exception):
    """This step cannot be taken now; the message says why."""

    def __init__(self, message: str, to: str) -> None:
        super().__init__(message)
        self.to = to


def _sent_on(request: SignedInRequest, why: _Elsewhere) -> HttpResponse:
    messages.error(request, str(why))
    return redirect(why.to)


def _budget(request: SignedInRequest, pk: int) -> Budget:
    """The budget of the address, for who books on it."""
    here = load_budget(request, pk)
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf boekt op haar begroting.")
    if here.is_draft:
        raise _Elsewhere(DRAFT, here.get_absolute_url())
    return here


def _lines(here: Budget) -> dict[str, BudgetLine]:
    """The lines of this budget by their lasting key, for a page that offers nothing else."""
    return {str(line.key): line for line in BudgetLine.objects.for_page().filter(budget=here)}


def _known(here: Budget) -> ImportMapping:
    return ImportMapping.objects.filter(school=here.school_id).first() or ImportMapping()


def signed(here: Budget, salt: str, file: Mapping[str, Any]) -> str:
    return signing.dumps({"budget": here.pk, **file}, salt=salt, compress=True)


def _carried(request: SignedInRequest, here: Budget, salt: str, name: str) -> dict[str, Any]:
    try:
        file: dict[str, Any] = signing.loads(request.POST.get(name, ""), salt=salt, max_age=HOUR)
    except signing.SignatureExpired as error:
        again = reverse("finance:spending_import", args=[here.pk])
        raise _Elsewhere("Het is te lang geleden dat u dit bestand koos. Kies het opnieuw.", again) from error
    except signing.BadSignature as error:
        raise BadRequest("Dit bestand is hier niet gelezen.") from error
    if file["budget"] != here.pk:
        raise BadRequest("Dit bestand is voor een andere begroting gelezen.")
    return file


# The file and its columns ---------------------------------------------------------------------------------------------


@get_or_post
def spending_import(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        here = _budget(request, pk)
    except _Elsewhere as why:
        return _sent_on(request, why)
    form = LedgerFileForm(request.POST, request.FILES) if request.method == "POST" else LedgerFileForm()
    if request.method == "POST" and form.is_valid():
        try:
            known = _known(here).columns
            ledger = Ledger.read(form.cleaned_data["file"], known.values())
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            carried = signed(here, READ, ledger.packed())
            if len(carried) <= LONGEST:
                proposed = ColumnsForm(ledger=ledger, initial=ledger.proposed(known))
                return _ask_columns(request, here, ledger, proposed, carried)
            form.add_error("file", TOO_LONG)
    imports = SpendingImport.objects.for_page().filter(budget=here)
    context = {"budget": here, "form": form, "imports": imports, "may_book": True}
    return render(request, "finance/spending_import.html", context, status=status_of(form))


def _ask_columns(
    request: SignedInRequest, here: Budget, ledger: Ledger, form: ColumnsForm, carried: str
) -> HttpResponse:
    example = [(number, [spreadsheets.text(cell)[:80] for cell in cells]) for number, cells in ledger.rows[:3]]
    heads = [ledger.title(place) for place in range(len(ledger.heads))]
    context = {"budget": here, "ledger": ledger, "form": form, "carried": carried, "heads": heads, "example": example}
    return render(request, "finance/spending_import_columns.html", context, status=status_of(form))


@require_POST
def spending_import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which column is what; or back from what was checked to the posts."""
    try:
        here = _budget(request, pk)
        if "chosen" in request.POST:
            chosen = Chosen(Ledger.unpacked(_carried(request, here, CHOSEN, "chosen")))
            return _ask_posts(request, here, chosen, request.POST["chosen"])
        ledger = Ledger.unpacked(_carried(request, here, READ, "file"))
    except _Elsewhere as why:
        return _sent_on(request, why)
    form = ColumnsForm(request.POST, ledger=ledger)
    if form.is_valid():
        chosen = Chosen(ledger.only(form.columns()))
        if len(chosen.posts()) <= MOST_POSTS:
            return _ask_posts(request, here, chosen, signed(here, CHOSEN, chosen.ledger.packed()))
        form.add_error(
            "post", f"In deze kolom staan meer dan {MOST_POSTS} verschillende posten. Kies een andere kolom."
        )
    return _ask_columns(request, here, ledger, form, request.POST["file"])


# The posts and what comes of them -------------------------------------------------------------------------------------


def _ask_posts(request: SignedInRequest, here: Budget, chosen: Chosen, carried: str, problem: str = "") -> HttpResponse:
    """`problem` where nothing was chosen; then what was chosen stays."""
    lines, known = _lines(here), _known(here).posts if chosen.head("post") else {}
    rows = []
    for number, post in enumerate(chosen.posts()):
        told = request.POST.get(f"post-{number}") or known.get(post.text) or LEAVE
        rows.append((number, post, told if told in lines else LEAVE, bool(known) and post.text not in known))
    context = {
        "budget": here,
        "chosen": chosen,
        "column": chosen.head("post"),
        "carried": carried,
        "posts": rows,
        "lines": lines.items(),
        "problem": problem,
        "leave": LEAVE,
    }
    return render(request, "finance/spending_import_posts.html", context, status=422 if problem else 200)


def _told(request: SignedInRequest, posts: list[Post], lines: Mapping[str, BudgetLine]) -> dict[str, str]:
    """Per post the key of a line of this budget, or LEAVE. Whatever else is posted, no page of ours makes."""
    found = {post.text: request.POST.get(f"post-{number}", "") for number, post in enumerate(posts)}
    if any(key != LEAVE and key not in lines for key in found.values()):
        raise BadRequest("Kies bij elke post een regel van deze begroting, of niet overnemen.")
    return found


@require_POST
def spending_import_posts(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would be booked. The choices are remembered, also where the file has mistakes: it will come again."""
    try:
        here = _budget(request, pk)
        chosen = Chosen(Ledger.unpacked(_carried(request, here, CHOSEN, "chosen")))
    except _Elsewhere as why:
        return _sent_on(request, why)
    lines = _lines(here)
    told = _told(request, chosen.posts(), lines)
    if all(key == LEAVE for key in told.values()):
        problem = "Kies bij ten minste één post een begrotingsregel. Anders valt er niets in te lezen."
        return _ask_posts(request, here, chosen, request.POST["chosen"], problem)
    ImportMapping.remember(request.user, here, chosen.remembered, told if chosen.head("post") else {})
    found = checked(here, chosen, {post: lines.get(key) for post, key in told.items()})
    return _show(request, here, chosen, found, list(told.values()))


def _show(request: SignedInRequest, here: Budget, chosen: Chosen, found: Checked, told: list[str]) -> HttpResponse:
    """Rows of another school year stop everything, until the person says that they are left out."""
    goes_on = not found.outside or request.POST.get("outside") == "leave"
    ready = bool(found.entries) and not found.mistakes and goes_on
    context = {
        "budget": here,
        "ledger": chosen.ledger,
        "found": found,
        "new": len(found.new),
        "first": found.new[:EXAMPLES],
        "mistakes": found.mistakes[:SHOWN],
        "more": max(0, len(found.mistakes) - SHOWN),
        "must_choose": not goes_on,
        "told": [(f"post-{number}", key) for number, key in enumerate(told)],
        "before": SpendingImport.read_before(here, chosen.ledger.sha256),
        "carried": _signed_entries(here, chosen.ledger, found) if ready else "",
        "chosen": request.POST["chosen"],
    }
    status = 200 if goes_on and not found.mistakes else 422
    return render(request, "finance/spending_import_checked.html", context, status=status)


def _signed_entries(here: Budget, ledger: Ledger, found: Checked) -> str:
    rows = [
        (str(each.line.key), each.on and each.on.isoformat(), each.amount_cents, each.description, each.reference)
        for each in found.entries
    ]
    outside = [len(found.outside), found.outside_cents]
    return signed(here, CHECKED, {"name": ledger.name, "sha": ledger.sha256, "rows": rows, "outside": outside})


@require_POST
def spending_import_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """All or nothing. A line that is no longer in this budget books nothing."""
    try:
        here = _budget(request, pk)
        file = _carried(request, here, CHECKED, "checked")
        entries = _entries(here, file["rows"])
    except _Elsewhere as why:
        return _sent_on(request, why)
    leave = {stands for name, stands in AGAIN.items() if request.POST.get(name) != "ja"}
    try:
        made = SpendingImport.book(request.user, here, entries, name=file["name"], sha256=file["sha"], leave=leave)
    except AlreadyDone as done:
        messages.info(request, str(done))
    except IllegalTransition as error:
        messages.error(request, f"Er is niets ingelezen. {error}")
        return redirect("finance:spending_import", here.pk)
    else:
        messages.success(request, _done(made, len(entries), *file["outside"]))
    return redirect("finance:budget_entries", here.pk)


def _done(made: SpendingImport, entries: int, outside: int, outside_cents: int) -> str:
    booked = "1 boeking is ingelezen" if made.rows == 1 else f"{made.rows} boekingen zijn ingelezen"
    said = [f"{booked}: {euro(made.total_cents)}."]
    if there := entries - made.rows:
        said.append(f"Overgeslagen omdat het er al stond: {there}.")
    if outside:
        said.append(f"Weggelaten omdat het buiten het schooljaar valt: {outside} ({euro(outside_cents)}).")
    return " ".join(said)


def _entries(here: Budget, rows: list[list[Any]]) -> list[Entry]:
    lines = _lines(here)
    if any(key not in lines for key, *_ in rows):
        again = reverse("finance:spending_import", args=[here.pk])
        raise _Elsewhere("Een begrotingsregel is intussen weg. Er is niets ingelezen. Kies het bestand opnieuw.", again)
    return [
        Entry(lines[key], cents, description, spreadsheets.date(on) if on else None, reference)
        for key, on, cents, description, reference in rows
    ]


# Back -----------------------------------------------------------------------------------------------------------------


@get_or_post
def spending_import_reverse(request: SignedInRequest, pk: int) -> HttpResponse:
    """First the reason is asked, then the whole file is booked back."""
    made = get_object_or_404(SpendingImport.objects.visible_to(request.user).for_page(), pk=pk)
    if not made.budget.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf boekt op haar begroting.")
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = made.reverse(request.user, form.cleaned_data["reason"])
        except AlreadyDone as done:
            messages.info(request, str(done))
        except IllegalTransition as error:
            messages.error(request, str(error))
        else:
            words = "1 boeking is" if number == 1 else f"{number} boekingen zijn"
            messages.success(request, f"{words} teruggeboekt.")
        return redirect("finance:budget_entries", made.budget_id)
    context = {"made": made, "budget": made.budget, "form": form}
    return render(request, "finance/spending_import_reverse.html", context, status=status_of(form))
