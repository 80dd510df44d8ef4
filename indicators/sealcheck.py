"""Whether a sealed form still is what was sealed: the seal over the bytes, the rows against the bytes, each file."""

import json
from collections.abc import Iterator
from typing import Any

from indicators.canonical import FORMAT, form_content
from indicators.models import Assessment
from swvportal.lib.seal import canonical_bytes

# What may change after the submit and is taken as it was sealed. A school's and a partnership's code and the round's
# school year stay.
LABELS = {"partnership": "name", "school": "name", "round": "title"}


def problems_of(form: Assessment) -> Iterator[str]:
    """What is wrong with a submitted or exchanged form, in Dutch, as numbers and kinds and never as text of the form.

    Expects `for_page().with_answers()`, and the parts of the set fetched where many forms are looked at.
    """
    if not form.seal_holds():
        yield "het zegel past niet bij de bewaarde bytes"
    yield from _rows_against_bytes(form)
    for answer in form.answers.all():
        for evidence in answer.evidence.all():
            if fault := evidence.fault():
                yield f"bewijsstuk {evidence.pk} {fault}"


def _rows_against_bytes(form: Assessment) -> Iterator[str]:
    stored = bytes(form.sealed_bytes or b"")
    try:
        sealed = json.loads(stored)
        labels = {owner: sealed[owner][field] for owner, field in LABELS.items()}
        format_number = sealed["format"]
    except (ValueError, KeyError, TypeError):
        yield "de bewaarde bytes zijn niet te lezen"
        return
    if format_number != FORMAT:
        yield "de bewaarde bytes hebben een onbekend formaat"
        return
    rebuilt = form_content(form)
    for owner, label in labels.items():
        rebuilt[owner][LABELS[owner]] = label
    if canonical_bytes(rebuilt) != stored:
        yield f"de rijen wijken af van de bewaarde bytes ({', '.join(_differing_parts(rebuilt, sealed))})"


def _differing_parts(rebuilt: dict[str, Any], sealed: dict[str, Any]) -> list[str]:
    """Top-level parts that differ; of the answers, the keys of the indicators."""
    rebuilt, sealed = json.loads(canonical_bytes(rebuilt)), dict(sealed)
    parts = [part for part in sorted(rebuilt.keys() | sealed.keys()) if rebuilt.get(part) != sealed.get(part)]
    if "answers" not in parts:
        return parts or ["schrijfwijze"]
    before = {answer["indicator"]: answer for answer in sealed["answers"]}
    now = {answer["indicator"]: answer for answer in rebuilt["answers"]}
    keys = [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]
    return [part for part in parts if part != "answers"] + (keys or ["volgorde van de antwoorden"])
