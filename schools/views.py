"""The list of schools, and the numbers a school hands in."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from schools.access import access_of
from schools.forms import ArrangementRows, rows_formset, state_of
from schools.models import ArrangementStatement, School
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.folding import fold
from swvportal.lib.small_counts import suppress

PER_PAGE = 50
YEARS = range(2000, 2100)


@require_GET
def school_list(request: HttpRequest) -> HttpResponse:
    """The schools somebody may see. Searched here and not in the database, which misses accents on SQLite; a
    partnership or a board has at most some hundred."""
    schools = list(School.objects.visible_to(request.user).select_related("board", "partnership"))
    words = fold(request.GET.get("q", "")).split()
    found = [school for school in schools if not words or _matches(school, words)]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "page": page,
        "query": request.GET.get("q", "").strip(),
        "total": len(schools),
        "for_partnership": bool(access_of(request.user).partnerships),
        "several_partnerships": len({school.partnership_id for school in schools}) > 1,
    }
    return render(request, "schools/list.html", context)


def _matches(school: School, words: list[str]) -> bool:
    text = fold(f"{school.name} {school.location} {school.street} {school.city} {school.code} {school.board.name}")
    return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class ArrangementRight:
    """What somebody may do with a school's numbers: fill in, hand in, see small numbers."""

    fills_in: bool
    hands_in: bool
    sees_all: bool


def _right(request: HttpRequest, school: School, statement: ArrangementStatement | None) -> ArrangementRight:
    access = access_of(request.user)
    fills_in = school.pk in access.schools
    partnership = statement.partnership_id if statement else school.partnership_id
    return ArrangementRight(fills_in, school.pk in access.directs, fills_in or partnership in access.partnerships)


@require_http_methods(["GET", "HEAD", "POST"])
def arrangements(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """The school fills in; others read what was handed in, small numbers hidden where they are not theirs."""
    school, statement = _school_and_statement(request, pk, year)
    if request.method == "POST":
        return _save(request, school, year, hand_in=False)
    proposed = _kinds_of_last_year(request, school, year)
    counts = list(statement.counts.all()) if statement else []
    return _page(request, school, year, statement, rows_formset(counts=counts, proposed=proposed))


@require_POST
def hand_in_arrangements(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """Save what stands on the screen and hand it in, in one go."""
    school, _ = _school_and_statement(request, pk, year)
    if school.pk not in access_of(request.user).directs:
        raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan de aantallen doorgeven.")
    return _save(request, school, year, hand_in=True)


@require_POST
def take_back_arrangements(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    school, statement = _school_and_statement(request, pk, year)
    if school.pk not in access_of(request.user).directs:
        raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan de aantallen terughalen.")
    if statement and statement.is_handed_in:
        statement.take_back(request.user)
        messages.success(request, "De opgave is teruggehaald. U kunt de aantallen weer wijzigen.")
    return redirect("schools:arrangements", school.pk, year)


def _school_and_statement(request: HttpRequest, pk: int, year: int) -> tuple[School, ArrangementStatement | None]:
    if year not in YEARS:
        raise Http404
    schools = School.objects.visible_to(request.user).select_related("partnership", "board")
    school = get_object_or_404(schools, pk=pk)
    return school, _statement(request, school, year)


def _statement(request: HttpRequest, school: School, year: int) -> ArrangementStatement | None:
    statements = ArrangementStatement.objects.visible_to(request.user).select_related("handed_in_by")
    return statements.prefetch_related("counts").filter(school=school, school_year=year).first()


def _kinds_of_last_year(request: HttpRequest, school: School, year: int) -> list[str]:
    if school.pk not in access_of(request.user).schools:
        return []
    last = _statement(request, school, year - 1)
    return [count.kind for count in last.counts.all()] if last else []


def _save(request: SignedInRequest, school: School, year: int, *, hand_in: bool) -> HttpResponse:
    if school.pk not in access_of(request.user).schools:
        raise PermissionDenied("Alleen de school zelf vult deze aantallen in.")
    if "rij-TOTAL_FORMS" not in request.POST:
        raise BadRequest("Dit formulier is niet volledig verstuurd.")
    formset = rows_formset(request.POST, proposed=_kinds_of_last_year(request, school, year))
    if not formset.is_valid():
        return _page(request, school, year, _statement(request, school, year), formset)
    try:
        with transaction.atomic():
            # The statement exists from the first save on; its row is the lock.
            ArrangementStatement.objects.get_or_create(
                school=school, school_year=year, defaults={"partnership": school.partnership}
            )
            ArrangementStatement.objects.select_for_update().get(school=school, school_year=year)
            statement = _statement(request, school, year)
            assert statement is not None, "the school sees its own statement"
            if request.POST.get("based_on") != state_of(statement):
                return _page(request, school, year, statement, formset, overtaken=True)
            statement.replace_counts(request.user, formset.counts())
            if hand_in:
                statement.hand_in(request.user)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        done = "Doorgegeven. Het samenwerkingsverband kan de aantallen nu zien."
        messages.success(request, done if hand_in else "Bewaard. De aantallen zijn nog niet doorgegeven.")
    return redirect("schools:arrangements", school.pk, year)


def _page(
    request: HttpRequest,
    school: School,
    year: int,
    statement: ArrangementStatement | None,
    formset: ArrangementRows,
    *,
    overtaken: bool = False,
) -> HttpResponse:
    right = _right(request, school, statement)
    counts = list(statement.counts.all()) if statement else []
    shown = suppress([count.pupils for count in counts])
    hidden = not right.sees_all and not shown.is_complete
    context = {
        "school": school,
        "year": year,
        "statement": statement,
        "right": right,
        "editing": right.fills_in and not (statement and statement.is_handed_in),
        "formset": formset,
        "based_on": state_of(statement),
        "overtaken": overtaken,
        "counts": counts,
        "rows": list(zip(counts, shown.cells, strict=True)) if hidden else [(c, str(c.pupils)) for c in counts],
        "hidden": hidden,
        "pupils": shown.total if hidden else sum(count.pupils for count in counts),
        "amount": sum(count.amount_cents for count in counts),
    }
    return render(request, "schools/arrangements.html", context)
