"""The comparison: where school and partnership differ, and what to talk about first."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from indicators.comparing import ComparisonRow, FormComparison, forms_in, load_comparison
from indicators.models import Participation
from schools.access import access_of
from swvportal.lib import charts, dates
from swvportal.lib.querysets import related

NUMBERS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to look at the list. `key` stands in the address, `empty` on the page when nothing is left."""

    key: str
    label: str
    empty: str
    keeps: Callable[[ComparisonRow], bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter or an order as a link."""

    label: str
    query: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    note: str
    rows: Sequence[SafeString]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every row of one comparison shares."""

    levels: tuple[charts.Step, ...]
    ordinal: bool
    has_gaps: bool
    last_year: str
    has_school: bool
    has_partnership: bool
    columns: int

    @classmethod
    def of(cls, shown: FormComparison) -> "Frame":
        return cls(
            levels=shown.levels,
            ordinal=shown.ordinal,
            has_gaps=shown.has_gaps,
            last_year=shown.last_year_label,
            has_school=shown.school is not None,
            has_partnership=shown.partnership is not None,
            columns=2 + 2 * len(shown.dimensions) + shown.has_gaps,
        )


ALL = Filter("alles", "Alles", "Dit formulier heeft geen indicatoren.", lambda row: True)
DIFFERS = Filter("verschil", "Verschil", "Geen enkele indicator verschilt.", lambda row: row.compared.is_differing)
FAR = Filter(
    "2-niveaus",
    "2 of meer niveaus",
    "Geen enkele indicator verschilt 2 niveaus.",
    lambda row: row.compared.is_far_apart,
)
MISSING = Filter("ontbreekt", "Ontbreekt", "Er ontbreekt geen enkele waardering.", lambda row: row.compared.has_missing)
GAPS = Filter(
    "papier-praktijk",
    "Papier en praktijk lopen uiteen",
    "Bij geen enkele indicator verschillen papier en praktijk 2 niveaus of meer.",
    lambda row: row.compared.has_wide_gap,
)


@require_GET
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Participation.objects.visible_to(request.user).select_related("school", "round")
    participation = get_object_or_404(visible, pk=pk)
    if not participation.is_exchanged:
        context = {"participation": participation, "forms_in": forms_in(participation).items()}
        return render(request, "indicators/comparison_waiting.html", context)
    # Who sees this participation sees every exchanged form of the school in this partnership: no need to ask twice.
    shown = load_comparison(participation)
    filters = _filters(shown)
    chosen = next((f for f in filters if f.key == request.GET.get("toon")), ALL)
    by_form = request.GET.get("volgorde") == "formulier"
    frame = Frame.of(shown)
    context = {
        "participation": participation,
        "comparison": shown,
        "asked": _asked_of(request, participation),
        "hours": _hours(participation),
        "heading": _heading(shown, by_form),
        "filters": [_filter_choice(f, shown.rows, f is chosen, by_form) for f in filters],
        "orders": [
            Choice("Gesprek", _query(chosen, False), not by_form),
            Choice("Formulier", _query(chosen, True), by_form),
        ],
        "frame": frame,
        "groups": _groups(shown, frame, chosen, by_form, _agreed(request, participation, frame)),
        "empty": chosen.empty,
        "pictures": _pictures(shown),
    }
    return render(request, "indicators/comparison.html", context)


def _filters(shown: FormComparison) -> list[Filter]:
    """What can be asked of this form: without an order there are no distances, with one question no paper–practice."""
    filters = [ALL, DIFFERS, FAR, MISSING, GAPS]
    if not shown.ordinal:
        filters.remove(FAR)
    if not shown.has_gaps:
        filters.remove(GAPS)
    return filters


def _filter_choice(choice: Filter, rows: Sequence[ComparisonRow], current: bool, by_form: bool) -> Choice:
    return Choice(choice.label, _query(choice, by_form), current, sum(map(choice.keeps, rows)))


def _query(choice: Filter, by_form: bool) -> str:
    parts = [f"toon={choice.key}"] if choice is not ALL else []
    parts += ["volgorde=formulier"] if by_form else []
    return "?" + "&".join(parts)


def _agreed(request: HttpRequest, participation: Participation, frame: Frame) -> dict[str, SafeString]:
    """What the conversation agreed about an indicator, as a row of the table, by the indicator's code.

    Who sees this exchanged participation sees its conversation; one query, and one more where something became an
    action point. An agreement is an app further up, and found through its relation to what lies below it.
    """
    agreements = related(related(Participation, "conversation").model, "agreements")
    here = list(
        agreements.filter(conversation__participation=participation, indicator__isnull=False)
        .select_related("indicator", "action_point")
        .order_by("pk")
    )
    points = [agreement.action_point_id for agreement in here if agreement.action_point_id]
    inside = related(agreements.model, "action_point").inside_to(request.user) if points else None
    read_in_full = set(inside.filter(pk__in=points).values_list("pk", flat=True)) if inside is not None else set()
    by_code: dict[str, list[Any]] = {}
    for agreement in here:
        agreement.sees_thread = agreement.action_point_id in read_in_full
        by_code.setdefault(agreement.indicator.code, []).append(agreement)
    return {
        code: render_to_string(
            "indicators/comparison_agreed.html",
            {"code": code, "agreements": found, "frame": frame, "pk": participation.pk},
        )
        for code, found in by_code.items()
    }


def _groups(
    shown: FormComparison, frame: Frame, chosen: Filter, by_form: bool, agreed: Mapping[str, SafeString]
) -> list[Group]:
    """The rows that the filter keeps, under three heads in talking order or under the themes of the form."""
    grouped: dict[tuple[str, str], list[SafeString]] = {}
    for row in shown.rows if by_form else shown.in_conversation_order():
        if chosen.keeps(row):
            head = (f"{row.theme_number}. {row.theme_title}", "") if by_form else _head(row, shown.ordinal)
            rows = grouped.setdefault(head, [])
            rows.append(_markup(row, frame))
            if row.code in agreed:
                rows.append(agreed[row.code])
    return [Group(title, note, rows) for (title, note), rows in grouped.items()]


def _head(row: ComparisonRow, ordinal: bool) -> tuple[str, str]:
    """Title and explanation of the part of the conversation to which an indicator belongs."""
    differs = "2 of meer niveaus verschil" if ordinal else "verschillend"
    return {
        "first": ("Eerst bespreken", f"{differs}, of een waardering ontbreekt"),
        "then": ("Daarna", "1 niveau verschil"),
        "equal": ("Gelijk", "school en SWV kozen hetzelfde"),
    }[row.compared.priority_group]


@lru_cache(maxsize=768)
def _markup(row: ComparisonRow, frame: Frame) -> SafeString:
    """A row as it stands in the table. What was exchanged stays as it is, so a row is drawn once."""
    return render_to_string("indicators/comparison_row.html", {"row": row, "frame": frame})


def _heading(shown: FormComparison, by_form: bool) -> str:
    count = len(shown.rows)
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    what = "indicator" if count == 1 else "indicatoren"
    return f"De {number} {what} in {'de volgorde van het formulier' if by_form else 'gespreksvolgorde'}"


def _pictures(shown: FormComparison) -> list[tuple[str, tuple[charts.Cell, ...], int, int]]:
    """The histograms' arguments, one a question; a scale without an order has no distances to draw."""
    if not shown.ordinal or shown.missing_forms:
        return []
    cells = [shown.histogram_cells(index) for index in range(len(shown.dimensions))]
    rows = charts.histogram_rows(*cells)
    steps = len(shown.levels) - 1
    return [(d.title, each, steps, rows) for d, each in zip(shown.dimensions, cells, strict=True)]


def _asked_of(request: HttpRequest, participation: Participation) -> tuple[str, datetime.date | None]:
    """What this page asks of its reader, and the last day to do it: the day before the conversation."""
    access = access_of(request.user)
    takes_part = participation.school_id in access.schools or participation.round.partnership_id in access.partnerships
    if not takes_part:
        return "Niets, u leest mee", None
    appointment = participation.appointment_at
    if appointment is None:
        return "Lees de bovenste onderwerpen", None
    if appointment <= timezone.now():
        return "Niets meer, het gesprek is geweest", None
    return "Lees de bovenste onderwerpen", timezone.localdate(appointment) - datetime.timedelta(days=1)


def _hours(participation: Participation) -> str:
    """When the conversation begins and ends: "13.30 – 15.00 uur"."""
    begin = participation.appointment_at
    if begin is None:
        return ""
    end = begin + datetime.timedelta(minutes=participation.duration_minutes)
    return f"{dates.clock(begin).removesuffix(' uur')} – {dates.clock(end)}"
