"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from actionplans.models import Spearhead, SupportPlan, Target
from swvportal.lib.school_year import school_year_of
from tests.access_rows.plans import shown
from tests.factories import World

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# The support plan: everybody of the partnership reads what was adopted, its staff writes the next version
actionplans:support_plans GET        all    in   302   302 302   302  200   200 302   200   200
actionplans:support_plans POST       any    in   405   405 405   405  405   405 405   405   405
actionplans:support_plan_begin GET   all    in   403   403 403   403  302   302 403   403   200
actionplans:support_plan_begin POST  all    in   403   403 403   403  302   302 403   403   302
actionplans:work_plan GET            any    in   302   302 302   302  302   302 302   302   302
actionplans:work_plan POST           all    in   403   403 403   403  302   302 403   403   302
actionplans:support_plan GET         all    in   200   200 200   200  200   200 200   404   404
actionplans:support_plan POST        any    in   405   405 405   405  405   405 405   405   405
actionplans:support_plan_edit GET    all    in   404   404 404   404  200   200 404   404   404
actionplans:support_plan_edit POST   all    in   404   404 404   404  302   302 404   404   404
actionplans:support_plan_adopt GET   all    in   404   404 404   404  200   200 404   404   404
actionplans:support_plan_adopt POST  all    in   404   404 404   404  302   302 404   404   404
actionplans:spearhead_add GET        all    in   404   404 404   404  200   200 404   404   404
actionplans:spearhead_add POST       all    in   404   404 404   404  302   302 404   404   404
actionplans:target_add GET           all    in   404   404 404   404  200   200 404   404   404
actionplans:target_add POST          all    in   404   404 404   404  302   302 404   404   404
actionplans:spearhead_edit GET       all    in   404   404 404   404  200   200 404   404   404
actionplans:spearhead_edit POST      all    in   404   404 404   404  302   302 404   404   404
actionplans:spearhead_move GET       all    in   404   404 404   404  302   302 404   404   404
actionplans:spearhead_move POST      all    in   404   404 404   404  302   302 404   404   404
actionplans:spearhead_remove GET     all    in   404   404 404   404  200   200 404   404   404
actionplans:spearhead_remove POST    all    in   404   404 404   404  302   302 404   404   404
actionplans:target_edit GET          all    in   404   404 404   404  200   200 404   404   404
actionplans:target_edit POST         all    in   404   404 404   404  302   302 404   404   404
actionplans:target_remove GET        all    in   404   404 404   404  200   200 404   404   404
actionplans:target_remove POST       all    in   404   404 404   404  302   302 404   404   404
"""


def _spearhead(world: World) -> Spearhead:
    return Spearhead.objects.filter(plan=world.plans.support_plan_draft.pk).latest("number")


def _target(world: World) -> Target:
    return Target.objects.get(plan=world.plans.support_plan_draft.pk)


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    "support_plan": lambda world: [world.plans.support_plan.pk],
    **dict.fromkeys(
        ("support_plan_edit", "support_plan_adopt", "spearhead_add", "target_add"),
        lambda world: [world.plans.support_plan_draft.pk],
    ),
    **dict.fromkeys(("spearhead_edit", "spearhead_move", "spearhead_remove"), lambda world: [_spearhead(world).pk]),
    **dict.fromkeys(("target_edit", "target_remove"), lambda world: [_target(world).pk]),
}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "support_plan_begin": lambda _: {"title": "Plan", "first_year": "2026", "last_year": "2029"},
    "support_plan_edit": lambda world: {
        "title": "Plan",
        "first_year": "2028",
        "last_year": "2031",
        "introduction": "Kort",
        "bases": shown(world.plans.support_plan_draft, SupportPlan.EDITABLE),
    },
    "support_plan_adopt": lambda _: {"opr_consent_on": timezone.localdate().isoformat()},
    "spearhead_add": lambda _: {"title": "Doorgaande lijnen", "description": "Po en vo"},
    "spearhead_edit": lambda world: {
        "title": "Doorgaande lijnen",
        "description": "Po en vo",
        "bases": shown(_spearhead(world), Spearhead.EDITABLE),
    },
    "spearhead_move": lambda _: {"richting": "omhoog"},
    "target_add": lambda world: {
        "text": "Minder verzuim",
        "spearhead": _spearhead(world).pk,
        "bound": "most",
        "value": "0,4",
        "unit": "%",
        "reached_by": "2030-07-31",
    },
    "target_edit": lambda world: {
        "text": "Minder verzuim",
        "bases": shown(_target(world), Target.EDITABLE),
    },
    "work_plan": lambda _: {"school_year": str(school_year_of(timezone.localdate()))},
}
ALSO: dict[str, tuple[str, ...]] = {
    "target_edit": ("spearhead", "bound", "value", "unit", "reached_by"),
    "work_plan": ("swv",),
}
