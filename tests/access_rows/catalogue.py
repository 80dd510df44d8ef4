"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from tests.factories import World

TABLE = """
# The list with support: the draft of the next version
actionplans:catalogues GET             all    in   200   200 200   200  200   200 200   200   200
actionplans:catalogues POST            any    in   405   405 405   405  405   405 405   405   405
actionplans:catalogue GET              any    in   404   404 404   404  200   200 404   404   404
actionplans:catalogue POST             any    in   405   405 405   405  405   405 405   405   405
actionplans:catalogue_begin GET        any    in   405   405 405   405  405   405 405   405   405
actionplans:catalogue_begin POST       any    in   403   403 403   403  403   302 403   403   403
actionplans:profiles_open GET          any    in   405   405 405   405  405   405 405   405   405
actionplans:profiles_open POST         any    in   403   403 403   403  403   302 403   403   403
actionplans:catalogue_publish GET      any    in   404   404 404   404  403   200 404   404   404
actionplans:catalogue_publish POST     any    in   404   404 404   404  403   302 404   404   404
actionplans:catalogue_item_add GET     any    in   404   404 404   404  403   200 404   404   404
actionplans:catalogue_item_add POST    any    in   404   404 404   404  403   302 404   404   404
actionplans:catalogue_item_edit GET    any    in   404   404 404   404  403   200 404   404   404
actionplans:catalogue_item_edit POST   any    in   404   404 404   404  403   302 404   404   404
actionplans:catalogue_item_move GET    any    in   405   405 405   405  405   405 405   405   405
actionplans:catalogue_item_move POST   any    in   404   404 404   404  403   302 404   404   404
actionplans:catalogue_item_remove GET  any    in   404   404 404   404  403   200 404   404   404
actionplans:catalogue_item_remove POST any    in   404   404 404   404  403   302 404   404   404
"""


def _draft(world: World) -> list[Any]:
    return [world.plans.catalogue_draft.pk]


def _item(world: World) -> list[Any]:
    return [world.plans.catalogue_draft.items.all()[1].pk]


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(("catalogue", "catalogue_publish", "catalogue_item_add"), _draft),
    **dict.fromkeys(("catalogue_item_edit", "catalogue_item_move", "catalogue_item_remove"), _item),
}
# What the page of a view would post, and the fields that it sends sometimes.
ITEM = {"name": "Huiswerkklas", "heading": "Begeleiding", "description": "Na schooltijd.", "indicator_key": ""}
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "catalogue_begin": lambda world: {"swv": world.partnership.code, "begin": "copy"},
    "profiles_open": lambda world: {"swv": world.partnership.code, "public": "ja"},
    "catalogue_item_add": lambda world: {**ITEM, "bases": ""},
    "catalogue_item_edit": lambda world: {**ITEM, "bases": _bases(world)},
    "catalogue_item_move": lambda world: {"richting": "omhoog"},
}
ALSO: dict[str, tuple[str, ...]] = {}


def _bases(world: World) -> str:
    """What the page shows now."""
    from actionplans.forms.catalogue import CatalogueItemForm

    draft = world.plans.catalogue_draft
    bases: str = CatalogueItemForm(catalogue=draft, item=draft.items.all()[1]).initial["bases"]
    return bases
