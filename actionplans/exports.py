"""Action points as a sheet. What stays with the school of a plan that is only shared is left empty."""

from collections.abc import Collection, Iterable

from actionplans.models import ActionPoint
from swvportal.lib.school_year import label
from swvportal.lib.spreadsheets import Cell, Sheet

COLUMNS = (
    "Schooljaar",
    "School",
    "Stand van het plan",
    "Speerpunt",
    "Doel",
    "Hoe meten we dit?",
    "Wie",
    "Begint op",
    "Uiterlijk klaar",
    "Stand",
    "Uitkomst",
    "Wat is er geleerd?",
    "Overgenomen van",
    "Gedeelde actie",
    "Uit een afspraak",
)


def owner_of(point: ActionPoint) -> str:
    return point.plan.school.name if point.plan.school else point.plan.partnership.name


def points_sheet(points: Iterable[ActionPoint], inside: Collection[int], groups: Collection[int] = ()) -> Sheet:
    """`inside` and `groups` hold the keys of the points and of the groups that the reader reads in full."""
    rows = [_cells(point, full=point.pk in inside, grouped=point.group_id in groups) for point in points]
    return Sheet("Actiepunten", COLUMNS, rows)


def _cells(point: ActionPoint, *, full: bool, grouped: bool) -> tuple[Cell, ...]:
    return (
        label(point.plan.school_year),
        owner_of(point),
        str(point.plan.get_state_display()),
        str(point.spearhead) if point.spearhead else "",
        point.goal,
        point.measure,
        point.who if full else "",
        point.start,
        point.due,
        str(point.get_state_display()),
        str(point.get_result_display()),
        point.learned,
        point.source_name,
        point.group.title if grouped and point.group else "",
        ("ja" if point.agreed else "nee") if full else "",
    )
