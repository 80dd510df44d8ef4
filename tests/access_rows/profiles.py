"""Rows of the access table; see tests/access_table.py."""

import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from actionplans.models import SupportProfile
from swvportal.lib.merging import bases_of
from tests.factories import World
from tests.plans import YEAR

TABLE = """
# A school's support profile: Alice's
actionplans:profile GET              draft  in   200   200 404   200  200   200 200   404   404
actionplans:profile GET              half   in   200   200 404   200  200   200 200   404   404
actionplans:profile GET              after  in   200   200 200   200  200   200 200   404   404
actionplans:profile POST             any    in   405   405 405   405  405   405 405   405   405
actionplans:profile_begin GET        any    in   405   405 405   405  405   405 405   405   405
actionplans:profile_begin POST       all    in   302   302 404   403  403   403 403   404   404
actionplans:profile_edit GET         draft  in   200   200 404   403  404   404 404   404   404
actionplans:profile_edit GET         half   in   302   302 404   403  403   403 404   404   404
actionplans:profile_edit GET         after  in   302   302 403   403  403   403 403   404   404
actionplans:profile_edit POST        draft  in   302   302 404   403  404   404 404   404   404
actionplans:profile_edit POST        half   in   302   302 404   403  403   403 404   404   404
actionplans:profile_edit POST        after  in   302   302 403   403  403   403 403   404   404
actionplans:profile_to_mr GET        draft  in   200   403 404   403  404   404 404   404   404
actionplans:profile_to_mr GET        after  in   302   403 403   403  403   403 403   404   404
actionplans:profile_to_mr POST       draft  in   302   403 404   403  404   404 404   404   404
actionplans:profile_to_mr POST       half   in   302   403 404   403  403   403 404   404   404
actionplans:profile_to_mr POST       after  in   302   403 403   403  403   403 403   404   404
actionplans:profile_adopt GET        draft  in   302   403 404   403  404   404 404   404   404
actionplans:profile_adopt GET        half   in   200   403 404   403  403   403 404   404   404
actionplans:profile_adopt POST       draft  in   302   403 404   403  404   404 404   404   404
actionplans:profile_adopt POST       half   in   302   403 404   403  403   403 404   404   404
actionplans:profile_publish GET      half   in   302   403 404   403  403   403 404   404   404
actionplans:profile_publish POST     half   in   302   403 404   403  403   403 404   404   404
actionplans:profile_publish POST     after  in   302   403 403   403  403   403 403   404   404
actionplans:profile_back GET         draft  in   302   403 404   403  404   404 404   404   404
actionplans:profile_back GET         half   in   200   403 404   403  403   403 404   404   404
actionplans:profile_back GET         after  in   200   403 403   403  403   403 403   404   404
actionplans:profile_back POST        draft  in   302   403 404   403  404   404 404   404   404
actionplans:profile_back POST        half   in   302   403 404   403  403   403 404   404   404
actionplans:profile_back POST        after  in   302   403 403   403  403   403 403   404   404
actionplans:profile_check GET        draft  in   200   200 404   200  404   404 404   404   404
actionplans:profile_check GET        half   in   200   200 404   200  200   200 404   404   404
actionplans:profile_check GET        after  in   200   200 404   200  200   200 200   404   404
actionplans:profile_check POST       any    in   405   405 405   405  405   405 405   405   405
actionplans:provision_add GET        draft  in   200   200 404   403  404   404 404   404   404
actionplans:provision_add GET        after  in   302   302 403   403  403   403 403   404   404
actionplans:provision_add POST       draft  in   302   302 404   403  404   404 404   404   404
actionplans:provision_add POST       after  in   302   302 403   403  403   403 403   404   404
actionplans:provision_edit GET       draft  in   200   200 404   403  404   404 404   404   404
actionplans:provision_edit GET       after  in   302   302 403   403  403   403 403   404   404
actionplans:provision_edit POST      draft  in   302   302 404   403  404   404 404   404   404
actionplans:provision_edit POST      after  in   302   302 403   403  403   403 403   404   404
actionplans:provision_remove GET     draft  in   200   200 404   403  404   404 404   404   404
actionplans:provision_remove GET     after  in   302   302 403   403  403   403 403   404   404
actionplans:provision_remove POST    draft  in   302   302 404   403  404   404 404   404   404
actionplans:provision_remove POST    after  in   302   302 403   403  403   403 403   404   404
"""


def _profile(world: World) -> list[Any]:
    return [world.school.pk, YEAR]


def _provision(world: World) -> list[Any]:
    return [world.plans.alices_profile.provisions.get().pk]


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(
        (
            *("profile", "profile_begin", "profile_edit", "profile_to_mr", "profile_adopt", "profile_publish"),
            *("profile_back", "profile_check", "provision_add"),
        ),
        _profile,
    ),
    **dict.fromkeys(("provision_edit", "provision_remove"), _provision),
}


def filled_in(world: World) -> dict[str, Any]:
    """The whole form as its page would post it, with another description."""
    standing = SupportProfile.objects.get(pk=world.plans.alices_profile.pk).standing()
    return {**standing, "description": "Anders beschreven.", "bases": json.dumps(bases_of(standing))}


def _provision_filled_in(world: World) -> dict[str, Any]:
    provision = world.plans.alices_profile.provisions.get()
    group = world.plans.alices_profile.catalogue.items.filter(kind="target_group").earliest("position")
    bases = json.dumps(bases_of(provision.standing()))
    return {"name": "Rustplek", "description": "", "places": "6", "target_groups": [group.pk], "bases": bases}


# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "profile_edit": filled_in,
    "profile_to_mr": lambda world: {"mr_on": timezone.localdate().isoformat()},
    "provision_add": lambda world: {"name": "Huiskamer", "description": "", "places": "", "bases": ""},
    "provision_edit": _provision_filled_in,
}
ALSO: dict[str, tuple[str, ...]] = {"profile_edit": ("read",), "provision_add": ("target_groups",)}
