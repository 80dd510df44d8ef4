"""From the content of a report to the bytes of its PDF."""

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from actionplans.models import ActionPoint, ItemState
from reports.contents import ConversationContent, Row
from reports.plan_contents import PlanContent, Point
from reports.profile_contents import ProfileContent
from swvportal.lib import charts, dates, school_year
from swvportal.lib.documents import render_pdf

TEMPLATE = "reports/pdf/conversation.html"
PROFILE_TEMPLATE = "reports/pdf/profile.html"
PLAN_TEMPLATE = "reports/pdf/plan.html"
GROUPS = (
    ("first", "Eerst bespreken", "2 of meer niveaus verschil, of een waardering ontbreekt"),
    ("then", "Daarna", "1 niveau verschil"),
    ("equal", "Gelijk", "school en SWV kozen hetzelfde"),
)
NOMINAL_FIRST = "verschillend, of een waardering ontbreekt"
MOST_NAMED = 3
ON_ONE_PAGE = 5  # agreements on the page that one reads in a minute
SHORT = 600  # characters of the summary there
COVER = 700  # characters of names and functions on the cover
BREAKS = 900  # characters from which a row of a table may go on on the next page


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    hint: str
    rows: tuple[Row, ...]


def report_title(content: ConversationContent) -> str:
    return f"Verslag managementgesprek {content.school}, {dates.long_date(content.held_at)}"


def conversation_pdf(content: ConversationContent, *, version: int, code: str, made_at: datetime.datetime) -> bytes:
    """The same content, version, code and moment give the same bytes."""
    title = report_title(content)
    return render_pdf(TEMPLATE, conversation_context(content, version, code, made_at), title=title, created=made_at)


def conversation_context(
    content: ConversationContent, version: int, code: str, made_at: datetime.datetime
) -> dict[str, Any]:
    in_order = sorted(content.rows, key=lambda row: row.rank)
    return {
        "content": content,
        "author": content.partnership,
        **identity(version, code, made_at),
        "round_label": f"{content.round} {school_year.label(content.school_year)}",
        "columns": 1 + 2 * len(content.form.dimensions),
        "groups": _groups(content, in_order),
        "verdict": verdict(content),
        "lead": lead(content, in_order),
        "missing": _missing(content),
        "pictures": _pictures(content),
        "paper_practice": paper_practice(content),
        "concluded": [row for row in in_order if row.conclusion],
        "short_summary": shortened(content.summary),
        "first_agreements": content.agreements[:ON_ONE_PAGE],
        "more_agreements": max(0, len(content.agreements) - ON_ONE_PAGE),
        "people_on_cover": sum(len(p.name) + len(p.function) for p in content.people) <= COVER,
        "explained": [
            (row, max(len(row.school.explanation), len(row.partnership.explanation)) > BREAKS) for row in content.rows
        ],
        "breaks": BREAKS,
        "forms": _forms(content),
        "levels_explained": any(level.description for level in content.form.levels),
        "evidence": _evidence(content),
    }


def identity(version: int, code: str, made_at: datetime.datetime) -> dict[str, Any]:
    """What tells this version from every other one."""
    return {
        "version": version,
        "code": code,
        "made_at": made_at,
        "version_line": f"Versie {version}, gemaakt op {_day(made_at)}. Controlecode {code}",
    }


# Profiles and plans -------------------------------------------------------------------------------------------------


def profile_pdf(content: ProfileContent, *, version: int, code: str, made_at: datetime.datetime) -> bytes:
    title = f"Ondersteuningsprofiel {content.school} {school_year.label(content.school_year)}"
    context = {"content": content, "author": content.partnership, **identity(version, code, made_at)}
    context |= {
        "tally": [
            (sum(item.state == state for item in content.items), label)
            for state, label in zip(ItemState.values, ItemState.labels, strict=True)
        ],
        "breaks": BREAKS,
    }
    return render_pdf(PROFILE_TEMPLATE, context, title=title, created=made_at)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A point with the number that this document gives it."""

    number: int
    point: Point
    long: bool


def plan_pdf(content: PlanContent, *, version: int, code: str, made_at: datetime.datetime) -> bytes:
    title = f"{content.kind.capitalize()} {content.owner} {school_year.label(content.school_year)}"
    context = {"content": content, "author": content.partnership, **identity(version, code, made_at)}
    numbers = itertools.count(1)
    parts = [
        (part, [Numbered(next(numbers), point, point.length > BREAKS) for point in part.points])
        for part in content.parts
    ]
    context |= {
        "parts": parts,
        "numbered": [numbered for _, found in parts for numbered in found],
        "tally": [
            (sum(point.state == state for point in content.points), label)
            for state, label in zip(ActionPoint.State.values, ActionPoint.State.labels, strict=True)
        ],
        "dates": _plan_dates(content),
    }
    return render_pdf(PLAN_TEMPLATE, context, title=title, created=made_at)


def _plan_dates(content: PlanContent) -> list[tuple[str, str]]:
    """What happened to the plan, as far as it did: ("Vastgesteld", "26 maart 2027, door Alice")."""
    steps = (
        ("Ingediend", content.submitted_on, content.submitted_by),
        ("Besproken", content.discussed_on, ""),
        ("Vastgesteld", content.adopted_on, content.adopted_by),
        ("Geëvalueerd", content.evaluated_on, ""),
    )
    return [(name, _day(on) + (f", door {by}" if by else "")) for name, on, by in steps if on]


def shortened(text: str) -> str:
    """The beginning of a long text, up to a whole word; the document holds all of it further on."""
    if len(text) <= SHORT:
        return text
    return text[:SHORT].rsplit(None, 1)[0].rstrip(",.;:") + " …"


def seal_lines(seal: str) -> list[str]:
    """A seal in two lines of groups of eight, as one reads it aloud."""
    groups = [seal[start : start + 8] for start in range(0, len(seal), 8)]
    return [" ".join(groups[:4]), " ".join(groups[4:])]


def _forms(content: ConversationContent) -> list[dict[str, Any]]:
    pairs = (("School", "school", content.school_form), ("SWV", "swv", content.partnership_form))
    return [
        {"party": party, "mark": mark, "form": form, "seal": seal_lines(form.seal) if form else []}
        for party, mark, form in pairs
    ]


def _evidence(content: ConversationContent) -> list[tuple[str, str, str, list[str]]]:
    """Every file that lies beside an answer: indicator, party, name, hash."""
    return [
        (row.code, party, evidence.name, seal_lines(evidence.sha256))
        for row in content.rows
        for party, said in (("School", row.school), ("SWV", row.partnership))
        for evidence in said.evidence
    ]


def _day(moment: datetime.date) -> str:
    return dates.long_date(moment).split(" ", 1)[1]


def _groups(content: ConversationContent, in_order: list[Row]) -> list[Group]:
    groups = []
    for key, title, hint in GROUPS:
        rows = tuple(row for row in in_order if row.group == key)
        if key == "first" and not content.form.ordinal:
            hint = NOMINAL_FIRST
        if rows:
            groups.append(Group(title, hint, rows))
    return groups


def verdict(content: ConversationContent) -> str:
    counts = content.counts
    compared = counts.total - counts.missing
    if compared == 0:
        return "De formulieren zijn niet te vergelijken: één van beide ontbreekt."
    return f"School en SWV kozen {counts.equal} van de {compared} keer hetzelfde."


def lead(content: ConversationContent, in_order: list[Row]) -> str:
    """What the conversation was about, in two sentences."""
    named = [row.title for row in in_order if row.group == "first" and not _is_missing(row)][:MOST_NAMED]
    named = named or [row.title for row in in_order if row.group == "then" and not _is_missing(row)][:MOST_NAMED]
    first = f"De grootste verschillen zitten bij {and_list(named)}." if named else ""
    if not named and content.counts.total > content.counts.missing:
        first = "Er zijn geen verschillen tussen de waarderingen van school en SWV."
    number = len(content.agreements)
    agreed = {0: "Er zijn geen afspraken gemaakt.", 1: "Er is één afspraak gemaakt."}
    return " ".join(part for part in (first, agreed.get(number, f"Er zijn {number} afspraken gemaakt.")) if part)


def and_list(parts: Iterable[str]) -> str:
    """ "1A, 2B en 3C" """
    *front, last = list(parts)
    return f"{', '.join(front)} en {last}" if front else last


def _is_missing(row: Row) -> bool:
    return any(cell.school is None or cell.partnership is None for cell in row.cells)


def _missing(content: ConversationContent) -> str:
    """Which ratings are not there, unless a whole form is missing: that is said elsewhere."""
    if content.missing_party or not content.counts.missing:
        return ""
    named = [
        f"{row.code} {dimension.short_name}"
        for row in content.rows
        for cell, dimension in zip(row.cells, content.form.dimensions, strict=True)
        if cell.school is None or cell.partnership is None
    ]
    return and_list(named) if len(named) <= MOST_NAMED else f"{and_list(named[:MOST_NAMED])} en meer"


def _pictures(content: ConversationContent) -> list[dict[str, Any]]:
    rows = charts.histogram_rows(*content.pictures)
    return [
        {"title": dimension.short_name.capitalize(), "cells": cells, "rows": rows}
        for dimension, cells in zip(content.form.dimensions, content.pictures, strict=False)
    ]


def paper_practice(content: ConversationContent) -> list[str]:
    """A sentence for every party that sees paper and practice two or more levels apart somewhere."""
    sentences = []
    for party, name in (("school", "De school"), ("partnership", "Het SWV")):
        for ahead, words in (
            ("paper", "het papier vóór op de praktijk"),
            ("practice", "de praktijk vóór op het papier"),
        ):
            found = [row.title for row in content.rows if getattr(row, party).gap == ahead]
            if found:
                sentences.append(f"{name} ziet {words} bij {and_list(found)}.")
    return sentences
