"""Rows of the access table; see tests/access_table.py."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint
from swvportal.lib.merging import bases_of, values_of
from swvportal.lib.school_year import school_year_of
from tests import plans
from tests.factories import World

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# Action plans and their points: Alice's, in its three states
actionplans:plans GET                all    in   200   200 200   200  200   200 200   200   200
actionplans:plans POST               any    in   405   405 405   405  405   405 405   405   405
actionplans:plan_begin GET           any    in   302   302 302   302  302   302 302   302   302
actionplans:plan_begin POST          all    in   302   302 404   403  403   403 403   404   404
actionplans:plan GET                 draft  in   200   200 404   200  404   404 404   404   404
actionplans:plan GET                 half   in   200   200 404   200  200   200 404   404   404
actionplans:plan GET                 after  in   200   200 200   200  200   200 200   404   404
actionplans:plan POST                any    in   405   405 405   405  405   405 405   405   405
actionplans:plan_edit GET            draft  in   200   200 404   403  404   404 404   404   404
actionplans:plan_edit GET            half   in   302   302 404   403  403   403 404   404   404
actionplans:plan_edit GET            after  in   302   302 403   403  403   403 403   404   404
actionplans:plan_edit POST           draft  in   302   302 404   403  404   404 404   404   404
actionplans:plan_edit POST           half   in   302   302 404   403  403   403 404   404   404
actionplans:plan_edit POST           after  in   302   302 403   403  403   403 403   404   404
actionplans:plan_submit GET          draft  in   200   403 404   403  404   404 404   404   404
actionplans:plan_submit GET          half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_submit GET          after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_submit POST         draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_submit POST         half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_submit POST         after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_take_back GET       draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_take_back GET       half   in   200   403 404   403  403   403 404   404   404
actionplans:plan_take_back GET       after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_take_back POST      draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_take_back POST      half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_take_back POST      after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_give_back GET       draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_give_back GET       half   in   403   403 404   403  200   200 404   404   404
actionplans:plan_give_back GET       after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_give_back POST      draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_give_back POST      half   in   403   403 404   403  302   302 404   404   404
actionplans:plan_give_back POST      after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_discuss GET         draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_discuss GET         half   in   403   403 404   403  200   200 404   404   404
actionplans:plan_discuss GET         after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_discuss POST        draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_discuss POST        half   in   403   403 404   403  302   302 404   404   404
actionplans:plan_discuss POST        after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_change_day GET      draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_change_day GET      half   in   403   403 404   403  302   302 404   404   404
actionplans:plan_change_day GET      after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_change_day POST     draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_change_day POST     half   in   403   403 404   403  302   302 404   404   404
actionplans:plan_change_day POST     after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_take_back_talk GET  draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_take_back_talk GET  half   in   403   403 404   403  302   302 404   404   404
actionplans:plan_take_back_talk GET  after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_take_back_talk POST draft  in   403   403 404   403  404   404 404   404   404
actionplans:plan_take_back_talk POST half   in   403   403 404   403  302   302 404   404   404
actionplans:plan_take_back_talk POST after  in   403   403 403   403  302   302 403   404   404
actionplans:plan_adopt GET           draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_adopt GET           half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_adopt GET           after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_adopt POST          draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_adopt POST          half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_adopt POST          after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_evaluate GET        draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_evaluate GET        half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_evaluate GET        after  in   200   403 403   403  403   403 403   404   404
actionplans:plan_evaluate POST       draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_evaluate POST       half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_evaluate POST       after  in   302   403 403   403  403   403 403   404   404
actionplans:plan_share GET           draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_share GET           half   in   200   403 404   403  403   403 404   404   404
actionplans:plan_share GET           after  in   200   403 403   403  403   403 403   404   404
actionplans:plan_share POST          draft  in   302   403 404   403  404   404 404   404   404
actionplans:plan_share POST          half   in   302   403 404   403  403   403 404   404   404
actionplans:plan_share POST          after  in   302   403 403   403  403   403 403   404   404
actionplans:point_add GET            draft  in   200   200 404   403  404   404 404   404   404
actionplans:point_add GET            half   in   302   302 404   403  403   403 404   404   404
actionplans:point_add GET            after  in   302   302 403   403  403   403 403   404   404
actionplans:point_add POST           draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_add POST           half   in   302   302 404   403  403   403 404   404   404
actionplans:point_add POST           after  in   302   302 403   403  403   403 403   404   404
actionplans:point GET                draft  in   200   200 404   200  404   404 404   404   404
actionplans:point GET                half   in   200   200 404   200  200   200 404   404   404
actionplans:point GET                after  in   200   200 200   200  200   200 200   404   404
actionplans:point POST               any    in   405   405 405   405  405   405 405   405   405
actionplans:point_edit GET           draft  in   200   200 404   403  404   404 404   404   404
actionplans:point_edit GET           half   in   200   200 404   403  403   403 404   404   404
actionplans:point_edit GET           after  in   200   200 403   403  403   403 403   404   404
actionplans:point_edit POST          draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_edit POST          half   in   302   302 404   403  403   403 404   404   404
actionplans:point_edit POST          after  in   302   302 403   403  403   403 403   404   404
actionplans:point_remove GET         draft  in   200   200 404   403  404   404 404   404   404
actionplans:point_remove GET         half   in   302   302 404   403  403   403 404   404   404
actionplans:point_remove GET         after  in   302   302 403   403  403   403 403   404   404
actionplans:point_remove POST        draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_remove POST        half   in   302   302 404   403  403   403 404   404   404
actionplans:point_remove POST        after  in   302   302 403   403  403   403 403   404   404
actionplans:point_classify GET       draft  in   302   302 404   302  404   404 404   404   404
actionplans:point_classify GET       half   in   302   302 404   302  302   302 404   404   404
actionplans:point_classify GET       after  in   302   302 302   302  302   302 302   404   404
actionplans:point_classify POST      draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_classify POST      half   in   302   302 404   403  403   403 404   404   404
actionplans:point_classify POST      after  in   302   302 403   403  403   403 403   404   404
actionplans:point_state GET          draft  in   302   302 404   302  404   404 404   404   404
actionplans:point_state GET          half   in   302   302 404   302  302   302 404   404   404
actionplans:point_state GET          after  in   302   302 302   302  302   302 302   404   404
actionplans:point_state POST         draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_state POST         half   in   302   302 404   403  403   403 404   404   404
actionplans:point_state POST         after  in   302   302 403   403  403   403 403   404   404
actionplans:point_note GET           draft  in   302   302 404   302  404   404 404   404   404
actionplans:point_note GET           half   in   302   302 404   302  302   302 404   404   404
actionplans:point_note GET           after  in   302   302 302   302  302   302 302   404   404
actionplans:point_note POST          draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_note POST          half   in   302   302 404   403  403   403 404   404   404
actionplans:point_note POST          after  in   302   302 403   403  403   403 403   404   404
actionplans:point_evaluate GET       draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_evaluate GET       half   in   302   302 404   403  403   403 404   404   404
actionplans:point_evaluate GET       after  in   200   200 403   403  403   403 403   404   404
actionplans:point_evaluate POST      draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_evaluate POST      half   in   302   302 404   403  403   403 404   404   404
actionplans:point_evaluate POST      after  in   302   302 403   403  403   403 403   404   404
actionplans:point_carry_over GET     draft  in   302   302 404   302  404   404 404   404   404
actionplans:point_carry_over GET     half   in   302   302 404   302  302   302 404   404   404
actionplans:point_carry_over GET     after  in   302   302 302   302  302   302 302   404   404
actionplans:point_carry_over POST    draft  in   302   302 404   403  404   404 404   404   404
actionplans:point_carry_over POST    half   in   302   302 404   403  403   403 404   404   404
actionplans:point_carry_over POST    after  in   302   302 403   403  403   403 403   404   404
"""


def shown(row: models.Model, fields: Iterable[str]) -> str:
    """The bases that a page of this row carries along: nobody else changed it in between."""
    return json.dumps(bases_of(values_of(row, fields)))


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(
        (
            "plan", "plan_edit", "plan_submit", "plan_take_back", "plan_give_back", "plan_discuss", "plan_adopt",
            "plan_evaluate", "plan_share", "point_add", "plan_change_day", "plan_take_back_talk",
        ),
        lambda world: [world.plans.alices_plan.pk],
    ),
    **dict.fromkeys(
        (
            "point", "point_edit", "point_remove", "point_classify", "point_state", "point_note", "point_evaluate",
            "point_carry_over",
        ),
        lambda world: [world.plans.alices_point.pk],
    ),
}  # fmt: skip
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "plan_begin": lambda world: {"school": world.school.pk, "school_year": str(school_year_of(timezone.localdate()))},
    "plan_edit": lambda world: {
        "introduction": "Dit jaar minder doelen.",
        "bases": shown(world.plans.alices_plan, ActionPlan.EDITABLE),
    },
    "plan_give_back": lambda _: {"reason": "Vul de meting in."},
    "plan_discuss": lambda _: {"on": timezone.localdate().isoformat()},
    "plan_change_day": lambda _: {"on": timezone.localdate().isoformat()},
    "plan_evaluate": lambda _: {"text": "Een goed jaar."},
    "plan_share": lambda _: {"gedeeld": "ja"},
    "point_add": lambda world: {"goal": "Meer rust", "spearhead": plans.spearheads(world)[0].pk, "due": "2027-06-01"},
    "point_edit": lambda world: {
        "goal": "Alle mentoren en coaches zijn geschoold.",
        "who": "Alice",
        "start": "2026-09-01",
        "due": "2027-05-01",
        "bases": shown(world.plans.alices_point, ActionPoint.EDITABLE),
    },
    "point_classify": lambda world: {"spearhead": plans.spearheads(world)[1].pk},
    "point_state": lambda _: {"state": "running"},
    "point_note": lambda _: {"text": "Het loopt.", "on": timezone.localdate().isoformat()},
    "point_evaluate": lambda _: {"result": "partly", "learned": "Eerder beginnen."},
}
ALSO: dict[str, tuple[str, ...]] = {
    "point_add": ("bases", "measure", "who", "start", "nog_een"),
    "point_edit": ("spearhead", "measure"),
}
