"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from tests import plans
from tests.factories import World

TABLE = """
# Profiles side by side: everybody with a role there, each over what they may read; Otto reads those of his own partnership
actionplans:profiles GET            all    in   200   200 200   200  200   200 200   404   200
actionplans:profiles POST           any    in   405   405 405   405  405   405 405   405   405
actionplans:matrix GET              all    in   200   200 200   200  200   200 200   404   200
actionplans:matrix POST             any    in   405   405 405   405  405   405 405   405   405
actionplans:decision GET            all    in   403   403 403   403  200   200 403   404   404
actionplans:decision POST           all    in   403   403 403   403  302   302 403   404   404
actionplans:provisions GET          all    in   200   200 200   200  200   200 200   404   200
actionplans:provisions POST         any    in   405   405 405   405  405   405 405   405   405
actionplans:scenario GET            all    in   200   200 200   200  200   200 200   404   200
actionplans:scenario POST           any    in   405   405 405   405  405   405 405   405   405
actionplans:profiles_export GET     all    in   200   200 200   200  200   200 200   404   200
actionplans:profiles_export POST    any    in   405   405 405   405  405   405 405   405   405

# The finder, and the same for visitors: not open to them here
actionplans:finder GET              all    in   200   200 200   200  200   200 200   404   200
actionplans:finder POST             any    in   405   405 405   405  405   405 405   405   405
actionplans:public_finder GET       all    404  200   200 200   200  200   200 200   404   404
actionplans:public_finder POST      any    405  405   405 405   405  405   405 405   405   405
actionplans:public_profile GET      all    404  200   200 200   200  200   200 200   404   404
actionplans:public_profile POST     any    405  405   405 405   405  405   405 405   405   405
"""
# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    "decision": lambda world: [plans.YEAR, "faalangsttraining"],
    "profiles_export": lambda world: ["vergelijking", "csv"],
    "public_finder": lambda world: [world.partnership.code],
    "public_profile": lambda world: [world.partnership.code, world.other_school.code],
}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "decision": lambda world: {
        "choice": "reduce",
        "reason": "Elke leerling moet dit dichtbij vinden.",
        "decided_on": "2026-11-02",
    },
}
ALSO: dict[str, tuple[str, ...]] = {"decision": ("bases",)}
