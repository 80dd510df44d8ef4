"""Rows of the access table; see tests/access_table.py."""

import json
from collections.abc import Callable
from typing import Any

from finance.models import BudgetLine
from swvportal.lib.merging import bases_of, values_of
from tests import money
from tests.factories import World

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# How the money of a year stands
finance:budgets GET                  all    in   200   200 200   200  200   200 200   200   200
finance:budgets POST                 any    in   405   405 405   405  405   405 405   405   405
finance:budgets_export GET           all    in   200   200 200   200  200   200 200   200   200
finance:budgets_export POST          any    in   405   405 405   405  405   405 405   405   405
finance:budget_begin GET             any    in   302   302 302   302  302   302 302   302   302
finance:budget_begin POST            all    in   302   302 404   403  403   403 403   404   404

# The budget of Alice's school: a draft, submitted, adopted
finance:budget GET                   draft  in   200   200 404   200  404   404 404   404   404
finance:budget GET                   half   in   200   200 404   200  200   200 404   404   404
finance:budget GET                   after  in   200   200 404   200  200   200 200   404   404
finance:budget POST                  any    in   405   405 405   405  405   405 405   405   405
finance:budget_export GET            draft  in   200   200 404   200  404   404 404   404   404
finance:budget_export GET            half   in   200   200 404   200  200   200 404   404   404
finance:budget_export GET            after  in   200   200 404   200  200   200 200   404   404
finance:budget_export POST           any    in   405   405 405   405  405   405 405   405   405
finance:budget_copy GET              draft  in   302   302 404   302  404   404 404   404   404
finance:budget_copy GET              half   in   302   302 404   302  302   302 404   404   404
finance:budget_copy GET              after  in   302   302 404   302  302   302 302   404   404
finance:budget_copy POST             draft  in   302   302 404   403  404   404 404   404   404
finance:budget_copy POST             half   in   302   302 404   403  403   403 404   404   404
finance:budget_copy POST             after  in   302   302 404   403  403   403 403   404   404
finance:budget_submit GET            draft  in   200   403 404   403  404   404 404   404   404
finance:budget_submit GET            half   in   302   403 404   403  403   403 404   404   404
finance:budget_submit GET            after  in   302   403 404   403  403   403 403   404   404
finance:budget_submit POST           draft  in   302   403 404   403  404   404 404   404   404
finance:budget_submit POST           half   in   302   403 404   403  403   403 404   404   404
finance:budget_submit POST           after  in   302   403 404   403  403   403 403   404   404
finance:budget_take_back GET         draft  in   302   403 404   403  404   404 404   404   404
finance:budget_take_back GET         half   in   200   403 404   403  403   403 404   404   404
finance:budget_take_back GET         after  in   302   403 404   403  403   403 403   404   404
finance:budget_take_back POST        draft  in   302   403 404   403  404   404 404   404   404
finance:budget_take_back POST        half   in   302   403 404   403  403   403 404   404   404
finance:budget_take_back POST        after  in   302   403 404   403  403   403 403   404   404
finance:budget_give_back GET         draft  in   403   403 404   403  404   404 404   404   404
finance:budget_give_back GET         half   in   403   403 404   403  200   200 404   404   404
finance:budget_give_back GET         after  in   403   403 404   403  200   200 403   404   404
finance:budget_give_back POST        draft  in   403   403 404   403  404   404 404   404   404
finance:budget_give_back POST        half   in   403   403 404   403  302   302 404   404   404
finance:budget_give_back POST        after  in   403   403 404   403  302   302 403   404   404
finance:budget_adopt GET             draft  in   403   403 404   403  404   404 404   404   404
finance:budget_adopt GET             half   in   403   403 404   403  200   200 404   404   404
finance:budget_adopt GET             after  in   403   403 404   403  302   302 403   404   404
finance:budget_adopt POST            draft  in   403   403 404   403  404   404 404   404   404
finance:budget_adopt POST            half   in   403   403 404   403  302   302 404   404   404
finance:budget_adopt POST            after  in   403   403 404   403  302   302 403   404   404

# Its lines
finance:budget_line_add GET          draft  in   200   200 404   403  404   404 404   404   404
finance:budget_line_add GET          half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_add GET          after  in   302   302 404   403  403   403 403   404   404
finance:budget_line_add POST         draft  in   302   302 404   403  404   404 404   404   404
finance:budget_line_add POST         half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_add POST         after  in   302   302 404   403  403   403 403   404   404
finance:budget_line_edit GET         draft  in   200   200 404   403  404   404 404   404   404
finance:budget_line_edit GET         half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_edit GET         after  in   302   302 404   403  403   403 403   404   404
finance:budget_line_edit POST        draft  in   302   302 404   403  404   404 404   404   404
finance:budget_line_edit POST        half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_edit POST        after  in   302   302 404   403  403   403 403   404   404
finance:budget_line_remove GET       draft  in   200   200 404   403  404   404 404   404   404
finance:budget_line_remove GET       half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_remove GET       after  in   302   302 404   403  403   403 403   404   404
finance:budget_line_remove POST      draft  in   302   302 404   403  404   404 404   404   404
finance:budget_line_remove POST      half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_remove POST      after  in   302   302 404   403  403   403 403   404   404
finance:budget_line_move GET         draft  in   302   302 404   302  404   404 404   404   404
finance:budget_line_move GET         half   in   302   302 404   302  302   302 404   404   404
finance:budget_line_move GET         after  in   302   302 404   302  302   302 302   404   404
finance:budget_line_move POST        draft  in   302   302 404   403  404   404 404   404   404
finance:budget_line_move POST        half   in   302   302 404   403  403   403 404   404   404
finance:budget_line_move POST        after  in   302   302 404   403  403   403 403   404   404
"""


def line_payload(world: World) -> dict[str, Any]:
    """What the page of Alice's first line would post, with another description."""
    line = world.money.alices_line
    shown = {name: value for name, value in values_of(line, BudgetLine.EDITABLE).items() if name != "explanation"}
    return {
        "fund": line.fund_id,
        "category": line.category_id,
        "spearhead": line.spearhead_id or "",
        "description": "Mentoren van leerjaar 1",
        "amount_cents": "30.000",
        "bases": json.dumps(bases_of(shown)),
    }


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    "budgets_export": lambda _: [money.YEAR, "xlsx"],
    "budget_export": lambda world: [world.money.alices_budget.pk, "xlsx"],
    **dict.fromkeys(
        (
            "budget", "budget_copy", "budget_submit", "budget_take_back", "budget_give_back", "budget_adopt",
            "budget_line_add",
        ),
        lambda world: [world.money.alices_budget.pk],
    ),
    **dict.fromkeys(
        ("budget_line_edit", "budget_line_remove", "budget_line_move"), lambda world: [world.money.alices_line.pk]
    ),
}  # fmt: skip
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "budget_begin": lambda world: {"school": world.school.pk, "school_year": str(money.YEAR)},
    "budget_give_back": lambda _: {"reason": "Het mentoraat is dubbel begroot."},
    "budget_line_add": lambda world: {
        "key": "5f0c7d1e-9d0f-4a53-9b7e-0d6f5a1f2c11",
        "fund": world.money.fund.pk,
        "category": world.money.alices_line.category_id,
        "description": "Taalklas",
        "amount_cents": "1.250,50",
    },
    "budget_line_edit": line_payload,
    "budget_line_move": lambda _: {"richting": "neer"},
}
ALSO: dict[str, tuple[str, ...]] = {
    "budget_line_add": ("bases", "spearhead", "action_point", "fte_hundredths", "explanation", "nog_een"),
    "budget_line_edit": ("action_point", "fte_hundredths", "explanation"),
}
