"""How action points stood at an earlier moment, by the log and the notes: both are only ever added to."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.models import ActionPoint, ProgressNote
from records.models import LogEntry


@dataclass(frozen=True, slots=True)
class Standing:
    """State and result in words (`result` empty where it was not evaluated), and the note that was newest then."""

    state: str
    result: str
    note: str
    noted_on: datetime.date | None


def standing_at(moment: datetime.datetime, points: Iterable[ActionPoint]) -> dict[int, Standing]:
    """By point. The first change after the moment says what stood before it; two queries, however many points."""
    mine = {point.pk: point for point in points}
    changed = LogEntry.objects.filter(
        object_type=ActionPoint._meta.label_lower, object_id__in=list(mine), at__gte=moment
    )
    before: dict[tuple[str, int], str] = {}
    for verb, pk, value in changed.order_by("pk").values_list("verb", "object_id", "before"):
        before.setdefault((verb, pk), value)
    notes = ProgressNote.objects.filter(point__in=list(mine), created_at__lt=moment).order_by("on", "pk")
    newest = {note.point_id: note for note in notes}
    return {
        pk: Standing(
            state=_word(ActionPoint.State, before.get(("point_state", pk), point.state)),
            result=_word(ActionPoint.Result, before.get(("point_evaluated", pk), point.result)),
            note=newest[pk].text if pk in newest else "",
            noted_on=newest[pk].on if pk in newest else None,
        )
        for pk, point in mine.items()
    }


def _word(choices: type[ActionPoint.State | ActionPoint.Result], value: str) -> str:
    return str(choices(value).label) if value else ""
