"""Rows of the access table; see tests/access_table.py."""

import json
from collections.abc import Callable
from typing import Any

from finance.models import Allocation, FundYear
from swvportal.lib.merging import bases_of, values_of
from tests import money
from tests.access_rows.plans import shown
from tests.factories import World

TABLE = """
                                           state  anon alice bob carla dirk petra bea aisha oscar otto

# Funds and categories
finance:funds GET                          all    in   200   200 200   200  200   200 200   200   200
finance:funds POST                         any    in   405   405 405   405  405   405 405   405   405
finance:funds_ship GET                     any    in   405   405 405   405  405   405 405   405   405
finance:funds_ship POST                    any    in   403   403 403   403  302   302 403   403   302
finance:fund_new GET                       any    in   403   403 403   403  200   200 403   403   200
finance:fund_new POST                      any    in   403   403 403   403  302   302 403   403   302
finance:fund GET                           all    in   200   200 200   200  200   200 200   404   404
finance:fund POST                          any    in   405   405 405   405  405   405 405   405   405
finance:fund_edit GET                      any    in   403   403 403   403  200   200 403   404   404
finance:fund_edit POST                     any    in   403   403 403   403  302   302 403   404   404
finance:fund_end GET                       any    in   405   405 405   405  405   405 405   405   405
finance:fund_end POST                      any    in   403   403 403   403  302   302 403   404   404
finance:categories GET                     any    in   403   403 403   403  200   200 403   403   200
finance:categories POST                    any    in   403   403 403   403  302   302 403   403   302
finance:category_edit GET                  any    in   403   403 403   403  200   200 403   404   404
finance:category_edit POST                 any    in   403   403 403   403  302   302 403   404   404
finance:category_end GET                   any    in   405   405 405   405  405   405 405   405   405
finance:category_end POST                  any    in   403   403 403   403  302   302 403   404   404

# A year of a fund: published (read, corrected, exported), and one in preparation (all the rest)
finance:fund_year_new GET                  any    in   403   403 403   403  200   200 403   404   404
finance:fund_year_new POST                 any    in   403   403 403   403  302   302 403   404   404
finance:fund_year GET                      all    in   200   200 200   200  200   200 200   404   404
finance:fund_year POST                     any    in   405   405 405   405  405   405 405   405   405
finance:fund_year_edit GET                 any    in   404   404 404   404  200   200 404   404   404
finance:fund_year_edit POST                any    in   404   404 404   404  302   302 404   404   404
finance:fund_year_remove GET               any    in   404   404 404   404  200   200 404   404   404
finance:fund_year_remove POST              any    in   404   404 404   404  302   302 404   404   404
finance:allocations_propose GET            any    in   405   405 405   405  405   405 405   405   405
finance:allocations_propose POST           any    in   404   404 404   404  302   302 404   404   404
finance:allocations_publish GET            any    in   404   404 404   404  200   200 404   404   404
finance:allocations_publish POST           any    in   404   404 404   404  302   302 404   404   404
finance:allocations_export GET             all    in   200   200 200   200  200   200 200   404   404
finance:allocations_export POST            any    in   405   405 405   405  405   405 405   405   405
finance:allocation GET                     all    in   200   200 404   200  200   200 200   404   404
finance:allocation POST                    any    in   405   405 405   405  405   405 405   405   405
finance:allocation_adjust GET              any    in   404   404 404   404  200   200 404   404   404
finance:allocation_adjust POST             any    in   404   404 404   404  302   302 404   404   404
finance:allocation_correct GET             any    in   403   403 403   403  200   200 403   404   404
finance:allocation_correct POST            any    in   403   403 403   403  302   302 403   404   404

# Numbers of pupils
finance:pupil_counts GET                   any    in   403   403 403   403  200   200 403   403   200
finance:pupil_counts POST                  any    in   403   403 403   403  302   302 403   403   302
finance:pupil_counts_template GET          any    in   403   403 403   403  200   200 403   403   200
finance:pupil_counts_template POST         any    in   405   405 405   405  405   405 405   405   405
finance:pupil_counts_import GET            any    in   403   403 403   403  200   200 403   403   200
finance:pupil_counts_import POST           any    in   403   403 403   403  422   422 403   403   422
finance:pupil_counts_import_confirm GET    any    in   405   405 405   405  405   405 405   405   405
finance:pupil_counts_import_confirm POST   any    in   403   403 403   403  400   400 403   403   400
"""


def _allocation(world: World, *, draft: bool) -> list[Any]:
    scene = world.money
    year = scene.draft_year if draft else scene.this
    return [Allocation.objects.get(fund_year=year, school=world.school).pk]


def _category(world: World) -> list[Any]:
    return [money.category(world).pk]


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(("fund", "fund_edit", "fund_end", "fund_year_new"), lambda world: [world.money.fund.pk]),
    **dict.fromkeys(("category_edit", "category_end"), _category),
    "fund_year": lambda world: [world.money.this.pk],
    **dict.fromkeys(
        ("fund_year_edit", "fund_year_remove", "allocations_propose", "allocations_publish"),
        lambda world: [world.money.draft_year.pk],
    ),
    "allocations_export": lambda world: [world.money.this.pk, "xlsx"],
    "allocation": lambda world: _allocation(world, draft=False),
    "allocation_adjust": lambda world: _allocation(world, draft=True),
    "allocation_correct": lambda world: [world.money.this.pk, world.school.pk],
}


def _fund_edit(world: World) -> dict[str, Any]:
    names = ("name", "description", "earmarked", "carry_over", "needs_statement", "threshold_percent")
    standing = values_of(world.money.fund, names) | {"categories": []}
    return {
        "name": world.money.fund.name,
        "description": "Voor alle scholen.",
        "threshold_percent": "10",
        "bases": json.dumps(bases_of(standing)),
    }


def _year_edit(world: World) -> dict[str, Any]:
    year = world.money.draft_year
    return {
        "available_cents": "130.000",
        "rate_cents": "80",
        "fixed_cents": "5.000",
        "pupil_kind": "all",
        "counted_on": year.counted_on.isoformat(),
        "account_due": year.account_due.isoformat(),
        "bases": shown(year, FundYear.EDITABLE),
    }


def _adjusted(world: World) -> dict[str, Any]:
    row = Allocation.objects.get(pk=_allocation(world, draft=True)[0])
    return {"amount_cents": "60.000", "reason": "Klein.", "bases": shown(row, ("amount_cents", "reason"))}


# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "fund_new": lambda world: {
        "name": "NT2",
        "description": "",
        "source": "partnership",
        "year_kind": "school",
        "categories": "nt2",
        "threshold_percent": "10",
        "bases": "{}",
    },
    "fund_edit": _fund_edit,
    "fund_end": lambda world: {"ended": "1"},
    "categories": lambda world: {"name": "Begeleiding in de klas"},
    "category_edit": lambda world: {"name": "Mentoren"},
    "category_end": lambda world: {"ended": "1"},
    "fund_year_new": lambda world: {
        "year": "2027",
        "available_cents": "120.000",
        "rate_cents": "80",
        "fixed_cents": "5.000",
        "pupil_kind": "all",
        "counted_on": "2026-10-01",
        "account_due": "2028-10-15",
        "bases": "{}",
    },
    "fund_year_edit": _year_edit,
    "allocations_publish": lambda world: {"seen": Allocation.seen_in(world.money.draft_year)},
    "allocation_adjust": _adjusted,
    "allocation_correct": lambda world: {
        "how": "verschil",
        "amount": "-1.000",
        "reason": "Telling hersteld.",
        "seen": "6900000",
        "step": "confirm",
    },
    "pupil_counts": lambda world: {f"school-{world.school.pk}": "812", "bases": "{}"},
    "pupil_counts_import_confirm": lambda world: {"checked": "x"},
}
ALSO: dict[str, tuple[str, ...]] = {
    "fund_new": ("earmarked", "carry_over", "needs_statement"),
    "fund_edit": ("earmarked", "categories"),
    "pupil_counts": ("teldatum", "soort"),
}
