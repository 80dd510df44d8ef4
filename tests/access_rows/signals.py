"""Rows of the access table; see tests/access_table.py."""

import json
from collections.abc import Callable
from typing import Any

from actionplans.models import Signal
from swvportal.lib.merging import bases_of, values_of
from tests.factories import World
from tests.plans import YEAR

TABLE = """
# Signals
actionplans:signals GET            all   in  200 200 200  200  200   200 200   200   200
actionplans:signals POST           any   in  405 405 405  405  405   405 405   405   405
actionplans:signals_export GET     any   in  200 200 200  200  200   200 200   200   200
actionplans:signals_export POST    any   in  405 405 405  405  405   405 405   405   405
actionplans:signal_add GET         any   in  200 200 200  403  200   200 403   403   200
actionplans:signal_add POST        any   in  302 302 302  403  302   302 403   403   302
actionplans:signal_second GET      any   in  302 302 200  403  200   200 404   404   404
actionplans:signal_second POST     any   in  302 302 302  403  302   302 404   404   404
actionplans:signal_unsecond GET    any   in  405 405 405  405  405   405 405   405   405
actionplans:signal_unsecond POST   any   in  400 400 302  403  400   400 404   404   404
actionplans:signal_edit GET        any   in  200 200 403  403  200   200 404   404   404
actionplans:signal_edit POST       any   in  302 302 403  403  302   302 404   404   404
actionplans:signal_remove GET      any   in  200 200 403  403  200   200 404   404   404
actionplans:signal_remove POST     any   in  302 302 403  403  302   302 404   404   404
actionplans:signal_continue GET    any   in  200 200 200  403  200   200 404   404   404
actionplans:signal_continue POST   any   in  302 302 302  403  302   302 404   404   404
"""

NOTED = {"theme": "absence", "text": "Meer verzuim op vrijdag.", "strength": "2"}


def _bases(signal: Signal) -> str:
    return json.dumps(bases_of(values_of(signal, Signal.EDITABLE)))


def _signal(world: World) -> list[Any]:
    return [world.plans.signal.pk]


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(
        ("signal_second", "signal_unsecond", "signal_edit", "signal_remove"),
        _signal,
    ),
    "signal_continue": lambda world: [world.plans.signal_before.pk],
    "signals_export": lambda world: [YEAR, "csv"],
}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "signal_add": lambda world: {**NOTED, "school_year": str(YEAR), "jaar": str(YEAR)},
    "signal_continue": lambda world: {**NOTED, "jaar": str(YEAR)},
    "signal_edit": lambda world: {**NOTED, "bases": _bases(world.plans.signal)},
    "signal_second": lambda world: {"remark": "Bij ons op maandag.", "strength": "3"},
    "signal_unsecond": lambda world: {"side": f"school-{world.other_school.pk}"},
}
ALSO: dict[str, tuple[str, ...]] = {
    "signal_add": ("side",),
    "signal_continue": ("side",),
    "signal_second": ("side",),
}
