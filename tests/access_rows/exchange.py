"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from actionplans.models import ActionPlan
from actionplans.views.importing import _signed
from tests import plans
from tests.factories import World

TABLE = """
# The exchange of plans
actionplans:exchange GET                 all    in  200 200 200  200  200   200 200   200   200
actionplans:exchange POST                any    in  405 405 405  405  405   405 405   405   405
actionplans:point_take_over GET          any    in  405 405 405  405  405   405 405   405   405
actionplans:point_take_over POST         draft  in  302 302 302  403  403   403 403   404   404
actionplans:point_take_over POST         half   in  200 200 302  403  403   403 403   404   404
actionplans:point_take_over POST         after  in  200 200 302  403  403   403 403   404   404
actionplans:points_export GET            all    in  200 200 200  200  200   200 200   200   200
actionplans:points_export POST           any    in  405 405 405  405  405   405 405   405   405

# Actions that recur in several schools
actionplans:groups GET                   all    in  403 403 403  403  200   200 403   403   200
actionplans:groups POST                  any    in  403 403 403  403  302   302 403   403   200
actionplans:groups_export GET            any    in  403 403 403  403  200   200 403   403   200
actionplans:groups_export POST           any    in  405 405 405  405  405   405 405   405   405
actionplans:group_rename GET             any    in  404 404 404  404  200   200 404   404   404
actionplans:group_rename POST            any    in  404 404 404  404  302   302 404   404   404
actionplans:group_dissolve GET           any    in  404 404 404  404  200   200 404   404   404
actionplans:group_dissolve POST          any    in  404 404 404  404  302   302 404   404   404

# Action points out of a file
actionplans:points_import GET            draft  in  200 200 404  403  404   404 404   404   404
actionplans:points_import GET            half   in  302 302 404  403  403   403 404   404   404
actionplans:points_import GET            after  in  302 302 403  403  403   403 403   404   404
actionplans:points_import POST           draft  in  200 200 404  403  404   404 404   404   404
actionplans:points_import POST           half   in  302 302 404  403  403   403 404   404   404
actionplans:points_import POST           after  in  302 302 403  403  403   403 403   404   404
actionplans:points_template GET          draft  in  200 200 404  403  404   404 404   404   404
actionplans:points_template GET          after  in  302 302 403  403  403   403 403   404   404
actionplans:points_template POST         any    in  405 405 405  405  405   405 405   405   405
actionplans:points_import_confirm GET    any    in  405 405 405  405  405   405 405   405   405
actionplans:points_import_confirm POST   draft  in  302 302 404  403  404   404 404   404   404
actionplans:points_import_confirm POST   half   in  302 302 404  403  403   403 404   404   404
actionplans:points_import_confirm POST   after  in  302 302 403  403  403   403 403   404   404
"""


def _plan(world: World) -> list[Any]:
    return [world.plans.alices_plan.pk]


def _group(world: World) -> list[Any]:
    return [world.plans.group.pk]


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    "point_take_over": lambda world: [world.plans.carlas_point.pk],
    **dict.fromkeys(("group_rename", "group_dissolve"), _group),
    **dict.fromkeys(("points_import", "points_template", "points_import_confirm"), _plan),
    **dict.fromkeys(("points_export", "groups_export"), lambda world: [plans.YEAR, "csv"]),
}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "point_take_over": lambda world: {"jaar": str(plans.YEAR)},
    "groups": lambda world: {
        "title": "Rust in de school",
        "jaar": str(plans.YEAR),
        "points": [str(point.pk) for point in plans.points(world.plans.carlas_plan)],
    },
    "group_rename": lambda world: {"title": "Verzuim en rust"},
    "points_import": lambda world: {"file": SimpleUploadedFile("punten.csv", b"Doel\r\nMeer rust in de klas.\r\n")},
    "points_import_confirm": lambda world: {"checked": checked(world.plans.alices_plan, "Meer rust in de klas.")},
}
ALSO: dict[str, tuple[str, ...]] = {"point_take_over": ("school", "naar")}


def checked(plan: ActionPlan, *goals: str) -> str:
    """What the page of a file without mistakes posts back."""
    empty = dict.fromkeys(("Speerpunt", "Hoe meten we dit?", "Wie", "Begint op", "Uiterlijk klaar", "Stand"), "")
    return _signed(plan, [(number, {**empty, "Doel": goal}) for number, goal in enumerate(goals, start=2)])
