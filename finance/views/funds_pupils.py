"""Numbers of pupils on a reference date: one table for all schools, and a file in and out."""

import datetime
import secrets
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from finance.forms.funds_pupils import PupilsFileForm, PupilsForm, WhichCountsForm, recorded
from finance.models import FundYear
from finance.pupil_files import Counted, read_counts, template_sheets
from finance.views.funds import office_of
from schools.asked import query
from schools.models import Partnership, PupilCount, PupilKind, School
from swvportal.lib import spreadsheets
from swvportal.lib.forms import status_of
from swvportal.lib.merging import Conflict, bases_of
from swvportal.lib.school_year import school_year_of
from swvportal.lib.spreadsheets import UnreadableFile

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

SALT = "finance.pupils"
HOUR = 3600
MOST_DAYS = 8
FROM_FILE = "ingelezen uit een bestand"


def _which(request: SignedInRequest) -> tuple[Partnership, datetime.date, str]:
    """Whose numbers, on which day, of which pupils; where the address does not say it, those of 1 October last."""
    partnership = office_of(request)
    form = WhichCountsForm(request.GET)
    if form.is_valid():
        return partnership, form.cleaned_data["teldatum"], form.cleaned_data["soort"]
    this = school_year_of(timezone.localdate())
    return partnership, datetime.date(this, 10, 1), PupilKind.ALL


def _schools(partnership: Partnership) -> list[School]:
    return list(partnership.schools.open().order_by("name", "location", "brin", "branch"))


def _asked(partnership: Partnership, day: datetime.date, kind: str) -> str:
    return query(swv=partnership.code, teldatum=day.isoformat(), soort=kind)


@get_or_post
def pupil_counts(request: SignedInRequest) -> HttpResponse:
    partnership, day, kind = _which(request)
    form = PupilsForm(request.POST or None, schools=_schools(partnership), counted_on=day, kind=kind)
    if request.method == "POST" and form.is_valid():
        saved = form.saved_by(lambda values, bases: recorded(request.user, partnership, form, values, bases))
        if saved:
            messages.success(request, "De leerlingaantallen zijn opgeslagen.")
            return redirect(reverse("finance:pupil_counts") + _asked(partnership, day, kind))
    context = {
        "partnership": partnership,
        "day": day,
        "kind": kind,
        "kind_label": PupilKind(kind).label,
        "kinds": PupilKind.choices,
        "days": _days(partnership, day),
        "which": WhichCountsForm(initial={"teldatum": day, "soort": kind}),
        "form": form,
        "asked": _asked(partnership, day, kind),
        "used_by": _used_by(partnership, day, kind),
    }
    return render(request, "finance/pupil_counts.html", context, status=status_of(form))


def _days(partnership: Partnership, day: datetime.date) -> list[datetime.date]:
    """The reference dates that funds use, the last ones of which numbers are known, and the one that is shown."""
    used = FundYear.objects.filter(fund__partnership=partnership).order_by().values_list("counted_on", flat=True)
    known = PupilCount.objects.filter(school__partnership=partnership).order_by().values_list("counted_on", flat=True)
    newest = sorted({*used.distinct(), *known.distinct(), day}, reverse=True)
    return newest if len(newest) <= MOST_DAYS else sorted({*newest[:MOST_DAYS], day}, reverse=True)


def _used_by(partnership: Partnership, day: datetime.date, kind: str) -> list[FundYear]:
    years = FundYear.objects.for_page().filter(fund__partnership=partnership, counted_on=day, pupil_kind=kind)
    return list(years)


# A file out and in ----------------------------------------------------------------------------------------------------


def _numbers(schools: list[School], day: datetime.date, kind: str) -> dict[int, int]:
    counts = PupilCount.objects.filter(school__in=schools, counted_on=day, kind=kind)
    return dict(counts.order_by().values_list("school", "pupils"))


@require_GET
def pupil_counts_template(request: SignedInRequest) -> HttpResponse:
    """Every school with what is known already, to be filled in."""
    partnership, day, kind = _which(request)
    schools = _schools(partnership)
    sheets = template_sheets(schools, _numbers(schools, day, kind), day)
    return spreadsheets.as_response(sheets, "xlsx", f"leerlingaantallen-{day:%Y-%m-%d}")


@get_or_post
def pupil_counts_import(request: SignedInRequest) -> HttpResponse:
    partnership, day, kind = _which(request)
    form = PupilsFileForm(request.POST, request.FILES) if request.method == "POST" else PupilsFileForm()
    context: dict[str, Any] = {
        "partnership": partnership,
        "day": day,
        "kind_label": PupilKind(kind).label,
        "asked": _asked(partnership, day, kind),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        schools = _schools(partnership)
        try:
            table, rows = read_counts(form.cleaned_data["file"], schools, _numbers(schools, day, kind))
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            signed = _signed(partnership, day, kind, rows) if rows and not table.mistakes else ""
            context |= {"table": table, "rows": rows, "signed": signed, "new": sum(row.is_new for row in rows)}
            return render(request, "finance/pupil_counts_checked.html", context)
    return render(request, "finance/pupil_counts_import.html", context, status=status_of(form))


def _signed(partnership: Partnership, day: datetime.date, kind: str, rows: list[Counted]) -> str:
    """The numbers, with those that stood there, for the page to post back."""
    numbers = [(row.school.pk, row.pupils, row.before) for row in rows]
    file = {"swv": partnership.pk, "day": day.isoformat(), "kind": kind, "rows": numbers, "key": secrets.token_hex(8)}
    return signing.dumps(file, salt=SALT, compress=True)


@require_POST
def pupil_counts_import_confirm(request: SignedInRequest) -> HttpResponse:
    partnership, day, kind = _which(request)
    back = reverse("finance:pupil_counts") + _asked(partnership, day, kind)
    try:
        file = signing.loads(request.POST.get("checked", ""), salt=SALT, max_age=HOUR)
    except signing.SignatureExpired:
        messages.error(request, "Het is te lang geleden dat u dit bestand koos. Kies het opnieuw.")
        return redirect(back)
    except signing.BadSignature as error:
        raise BadRequest("Dit bestand is hier niet nagekeken.") from error
    if (file["swv"], file["day"], file["kind"]) != (partnership.pk, day.isoformat(), kind):
        raise BadRequest("Dit bestand is voor een andere telling nagekeken.")
    numbers = {school: pupils for school, pupils, _ in file["rows"]}
    bases = bases_of({str(school): before for school, _, before in file["rows"]})
    try:
        changed = PupilCount.record_all(request.user, partnership, day, kind, numbers, bases=bases, source=FROM_FILE)
    except (Conflict, ValueError):
        messages.error(
            request, "Iemand anders wijzigde deze aantallen intussen. Er is niets ingelezen. Kies het bestand opnieuw."
        )
    else:
        words = "Eén aantal is" if changed == 1 else f"{changed} aantallen zijn"
        messages.success(request, f"{words} ingelezen." if changed else "Deze aantallen stonden er al.")
    return redirect(back)
