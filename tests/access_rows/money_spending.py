"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from finance.models import SpendingDocument
from tests.factories import PDF, World

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# A line of this year's budget of Alice's school: a draft, submitted, adopted
finance:line GET                     draft  in   200   200 404   200  404   404 404   404   404
finance:line GET                     half   in   200   200 404   200  200   200 404   404   404
finance:line GET                     after  in   200   200 404   200  200   200 200   404   404
finance:line POST                    any    in   405   405 405   405  405   405 405   405   405
finance:line_book GET                any    in   405   405 405   405  405   405 405   405   405
finance:line_book POST               draft  in   302   302 404   403  404   404 404   404   404
finance:line_book POST               half   in   302   302 404   403  403   403 404   404   404
finance:line_book POST               after  in   302   302 404   403  403   403 403   404   404

# A booking of last year, whose budget is adopted
finance:entry_reverse GET            all    in   200   200 404   403  403   403 403   404   404
finance:entry_reverse POST           all    in   302   302 404   403  403   403 403   404   404
finance:document_add GET             all    in   200   200 404   403  403   403 403   404   404
finance:document_add POST            all    in   302   302 404   403  403   403 403   404   404
finance:document_download GET        all    in   200   200 404   200  200   200 200   404   404
finance:document_download POST       any    in   405   405 405   405  405   405 405   405   405
finance:document_remove GET          all    in   200   200 404   403  403   403 403   404   404
finance:document_remove POST         all    in   302   302 404   403  403   403 403   404   404
"""


def token(world: World) -> Any:
    return SpendingDocument.objects.get(entry=world.money.alices_entry).token


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(("line", "line_book"), lambda world: [world.money.alices_line.pk]),
    **dict.fromkeys(("entry_reverse", "document_add"), lambda world: [world.money.alices_entry.pk]),
    **dict.fromkeys(("document_download", "document_remove"), lambda world: [token(world)]),
}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "line_book": lambda _: {
        "key": "0c5b6a1e-7d0f-4a53-9b7e-0d6f5a1f2c77",
        "amount_cents": "-12,50",
        "description": "Geld terug",
    },
    "entry_reverse": lambda _: {"reason": "Dubbel geboekt."},
    "document_add": lambda _: {"file": SimpleUploadedFile("factuur2.pdf", PDF + b"2", "application/pdf")},
}
ALSO: dict[str, tuple[str, ...]] = {"line_book": ("on", "reference")}
