"""Two people who save one page at the same time: field by field, and losing neither text.

A page remembers of every field a fingerprint of what it showed, its base. At the save there are three values: the base,
what stands there now, and what this person posts. A field that the person left alone stays as it is now; a field that
nobody else touched takes what the person wrote; only where both changed one field to different things is there a
conflict, and then nothing is saved and the person sees both.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from swvportal.lib.seal import normalise_text

type Values = Mapping[str, Any]


class Conflict(Exception):
    """Somebody else changed the same fields. `theirs` holds what stands there now, by field."""

    def __init__(self, theirs: dict[str, Any]) -> None:
        super().__init__("Iemand anders schreef hier tegelijk. Beide teksten zijn bewaard.")
        self.theirs = theirs


def plain(value: Any) -> Any:
    """A value as it is compared: a row by its key, a text with plain line feeds, nothing as the empty text."""
    if isinstance(value, models.Model):
        return value.pk
    if value is None:
        return ""
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Iterable):
        return sorted(str(plain(part)) for part in value)
    return value


def fingerprint(value: Any) -> str:
    return hashlib.sha256(json.dumps(plain(value), default=str).encode()).hexdigest()[:16]


def values_of(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """What the row holds in these fields, relations as keys, so that no query is made."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in fields}  # type: ignore[union-attr]


def bases_of(values: Values) -> dict[str, str]:
    return {name: fingerprint(value) for name, value in values.items()}


def merge(now: Values, new: Values, bases: Mapping[str, str]) -> dict[str, Any]:
    """What has to be changed in `now`: the fields of `new` that this person changed.

    `now` must be read under a lock that is held until the changes are written. Raises Conflict, and then nothing may
    be saved. A field without a base counts as changed by this person; it conflicts unless it is empty now.
    """
    changes: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for name, value in new.items():
        if fingerprint(value) in {bases.get(name), fingerprint(now[name])}:
            continue
        if bases.get(name, fingerprint("")) == fingerprint(now[name]):
            changes[name] = value
        else:
            theirs[name] = now[name]
    if theirs:
        raise Conflict(theirs)
    return changes
