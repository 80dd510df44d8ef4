"""Action points out of a spreadsheet: first everything is shown, then it is written, all or nothing."""

import secrets

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans.forms.exchange import UploadForm
from actionplans.models import ActionPlan
from actionplans.resources import COLUMNS, NAMES, Checked, PointResource, Row, rows_of, spearheads_of, template_sheets
from swvportal.lib import spreadsheets
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.school_year import label
from swvportal.lib.spreadsheets import Mistake, UnreadableFile

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

SALT = "actionplans.import"
HOUR = 3600
LONGEST = 4 * 1024 * 1024  # what a page may send back is limited
NOT_YOURS = "Alleen wie aan dit plan werkt, kan actiepunten inlezen."
STANDS_FIRM = "Dit plan is {}. De tekst van de actiepunten staat vast."


def _plan(request: SignedInRequest, pk: int) -> ActionPlan:
    """The plan of the address, for who works on it."""
    plan = get_object_or_404(ActionPlan.objects.visible_to(request.user).for_page(), pk=pk)
    if not plan.is_own(request.user):
        raise PermissionDenied(NOT_YOURS)
    return plan


def _refuse(request: SignedInRequest, plan: ActionPlan) -> HttpResponse:
    messages.error(request, STANDS_FIRM.format(plan.get_state_display()))
    return redirect(plan)


@require_GET
def points_template(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    if not plan.is_written:
        return _refuse(request, plan)
    return spreadsheets.as_response(template_sheets(plan), "xlsx", f"actiepunten-{label(plan.school_year)}-sjabloon")


@get_or_post
def points_import(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    if not plan.is_written:
        return _refuse(request, plan)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            table = spreadsheets.read(form.cleaned_data["file"], COLUMNS, max_rows=ActionPlan.MOST_POINTS)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            rows = [] if table.mistakes else rows_of(table)
            return _checked(request, plan, rows, table.sheet, table.mistakes, table.notes)
    context = {"plan": plan, "form": form, "spearheads": spearheads_of(plan), "columns": NAMES}
    return render(request, "actionplans/import.html", context)


def _checked(
    request: SignedInRequest,
    plan: ActionPlan,
    rows: list[tuple[int, Row]],
    sheet: str,
    mistakes: list[Mistake],
    notes: list[str],
) -> HttpResponse:
    """The file as it would be added; only without a mistake it can be."""
    checked = PointResource(plan).check(rows, sheet)
    mistakes = [*mistakes, *(mistake for row in checked for mistake in row.mistakes)]
    new = [row for row in checked if row.point is not None and not row.there]
    signed = "" if mistakes or not new else _signed(plan, rows)
    if len(signed) > LONGEST:
        mistakes.append(Mistake(sheet, None, "", "dit bestand bevat te veel tekst. Splits het in kleinere bestanden."))
        signed = ""
    context = {
        "plan": plan,
        "rows": checked,
        "mistakes": mistakes,
        "notes": notes,
        "new": len(new),
        "there": sum(row.there for row in checked),
        "signed": signed,
    }
    return render(request, "actionplans/import_checked.html", context)


def _signed(plan: ActionPlan, rows: list[tuple[int, Row]]) -> str:
    """The rows as text, for the page to post back. The key makes confirming twice one import."""
    cells = [[number, *(row[name] for name in NAMES)] for number, row in rows]
    return signing.dumps({"plan": plan.pk, "key": secrets.token_hex(16), "rows": cells}, salt=SALT, compress=True)


@require_POST
def points_import_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    try:
        file = signing.loads(request.POST.get("checked", ""), salt=SALT, max_age=HOUR)
    except signing.SignatureExpired:
        messages.error(request, "Het is te lang geleden dat u dit bestand koos. Kies het opnieuw.")
        return redirect(reverse("actionplans:points_import", args=[plan.pk]))
    except signing.BadSignature as error:
        raise BadRequest("Dit bestand is hier niet nagekeken.") from error
    if file["plan"] != plan.pk:
        raise BadRequest("Dit bestand is voor een ander plan nagekeken.")
    if not plan.is_written:
        return _refuse(request, plan)
    rows: list[tuple[int, Row]] = [(number, dict(zip(NAMES, cells, strict=True))) for number, *cells in file["rows"]]
    checked = PointResource(plan).check(rows)
    if any(row.mistakes for row in checked):  # the support plan changed in between
        return _checked(request, plan, rows, "", [], [])
    return _written(request, plan, checked, file["key"])


def _written(request: SignedInRequest, plan: ActionPlan, checked: list[Checked], key: str) -> HttpResponse:
    try:
        added = plan.add_points(request.user, [row.point for row in checked if row.point is not None], key)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        if added:
            words = "Eén actiepunt is toegevoegd." if added == 1 else f"{added} actiepunten zijn toegevoegd."
        else:
            words = "Deze actiepunten stonden al in het plan."
        messages.success(request, words)
    return redirect(plan)
