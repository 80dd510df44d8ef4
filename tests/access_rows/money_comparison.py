"""Rows of the access table; see tests/access_table.py. Everybody has the pages; each sees what it may read."""

from collections.abc import Callable
from typing import Any

from tests.factories import World

TABLE = """
                                        state  anon alice bob carla dirk petra bea aisha oscar otto

finance:budget_comparison GET           all    in   200   200 200   200  200   200 200   200   200
finance:budget_comparison POST          any    in   405   405 405   405  405   405 405   405   405
finance:budget_comparison_export GET    all    in   200   200 200   200  200   200 200   200   200
finance:budget_comparison_export POST   any    in   405   405 405   405  405   405 405   405   405
finance:comparison_money_export GET     all    in   200   200 200   200  200   200 200   200   200
finance:comparison_money_export POST    any    in   405   405 405   405  405   405 405   405   405
finance:flow GET                        all    in   200   200 200   200  200   200 200   200   200
finance:flow POST                       any    in   405   405 405   405  405   405 405   405   405
finance:flow_export GET                 all    in   200   200 200   200  200   200 200   200   200
finance:flow_export POST                any    in   405   405 405   405  405   405 405   405   405
"""

SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    "budget_comparison_export": lambda _: ["xlsx"],
    "comparison_money_export": lambda _: ["xlsx"],
    "flow_export": lambda _: ["xlsx"],
}
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {}
ALSO: dict[str, tuple[str, ...]] = {}
