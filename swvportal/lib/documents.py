"""The door to `swvportal.lib.pdf`, opened when the first document is made: what stands behind it takes 40 MB of memory that
only the worker needs."""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any


def render_pdf(template: str, context: Mapping[str, Any], *, title: str, created: datetime) -> bytes:
    """See `swvportal.lib.pdf.render_pdf`."""
    made: bytes = import_module("swvportal.lib.pdf").render_pdf(template, context, title=title, created=created)
    return made
