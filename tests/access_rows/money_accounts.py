"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from tests.factories import World

TABLE = """
"""

# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {}
ALSO: dict[str, tuple[str, ...]] = {}
