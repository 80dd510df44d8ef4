"""Rows of the access table; see tests/access_table.py."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from finance.ledger import Ledger
from finance.models import SpendingDocument, SpendingImport
from finance.views import spending_import
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

# All bookings of this year's budget, and the school's accounts read into it
finance:budget_entries GET           draft  in   200   200   404   200   404   404   404   404   404
finance:budget_entries GET           half   in   200   200   404   200   200   200   404   404   404
finance:budget_entries GET           after  in   200   200   404   200   200   200   200   404   404
finance:budget_entries POST          any    in   405   405   405   405   405   405   405   405   405
finance:budget_entries_export GET    draft  in   200   200   404   200   404   404   404   404   404
finance:budget_entries_export GET    half   in   200   200   404   200   200   200   404   404   404
finance:budget_entries_export GET    after  in   200   200   404   200   200   200   200   404   404
finance:budget_entries_export POST   any    in   405   405   405   405   405   405   405   405   405
finance:spending_import GET          draft  in   302   302   404   403   404   404   404   404   404
finance:spending_import GET          half   in   200   200   404   403   403   403   404   404   404
finance:spending_import GET          after  in   200   200   404   403   403   403   403   404   404
finance:spending_import POST         draft  in   302   302   404   403   404   404   404   404   404
finance:spending_import POST         half   in   200   200   404   403   403   403   404   404   404
finance:spending_import POST         after  in   200   200   404   403   403   403   403   404   404
finance:spending_import_columns GET  any    in   405   405   405   405   405   405   405   405   405
finance:spending_import_columns POST draft  in   302   302   404   403   404   404   404   404   404
finance:spending_import_columns POST half   in   200   200   404   403   403   403   404   404   404
finance:spending_import_columns POST after  in   200   200   404   403   403   403   403   404   404
finance:spending_import_posts GET    any    in   405   405   405   405   405   405   405   405   405
finance:spending_import_posts POST   draft  in   302   302   404   403   404   404   404   404   404
finance:spending_import_posts POST   half   in   200   200   404   403   403   403   404   404   404
finance:spending_import_posts POST   after  in   200   200   404   403   403   403   403   404   404
finance:spending_import_confirm GET  any    in   405   405   405   405   405   405   405   405   405
finance:spending_import_confirm POST draft  in   302   302   404   403   404   404   404   404   404
finance:spending_import_confirm POST half   in   302   302   404   403   403   403   404   404   404
finance:spending_import_confirm POST after  in   302   302   404   403   403   403   403   404   404

# A file that was read into last year's budget, which is adopted
finance:spending_import_reverse GET  all    in   200   200   404   403   403   403   403   404   404
finance:spending_import_reverse POST all    in   302   302   404   403   403   403   403   404   404
"""


def token(world: World) -> Any:
    return SpendingDocument.objects.get(entry=world.money.alices_entry).token


def imported(world: World) -> SpendingImport:
    return SpendingImport.objects.get(budget=world.money.alices_entry.line.budget)


READ = Ledger("boekhouding.csv", "b" * 64, "blad", ["Bedrag", "Tekst"], [(2, ["12,50", "Factuur"])])
CHOSEN = READ.only({"amount": 0, "description": 1})


def carried(world: World, salt: str, file: dict[str, Any]) -> str:
    return spending_import.signed(world.money.alices_budget, salt, file)


def entries(world: World) -> dict[str, Any]:
    row = [str(world.money.alices_line.key), None, 12_50, "Factuur", ""]
    return {"name": "boekhouding.csv", "sha": "b" * 64, "rows": [row], "outside": [0, 0]}


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(("line", "line_book"), lambda world: [world.money.alices_line.pk]),
    **dict.fromkeys(("entry_reverse", "document_add"), lambda world: [world.money.alices_entry.pk]),
    **dict.fromkeys(("document_download", "document_remove"), lambda world: [token(world)]),
    **dict.fromkeys(
        (
            "budget_entries",
            "spending_import",
            "spending_import_columns",
            "spending_import_posts",
            "spending_import_confirm",
        ),
        lambda world: [world.money.alices_budget.pk],
    ),
    "budget_entries_export": lambda world: [world.money.alices_budget.pk, "csv"],
    "spending_import_reverse": lambda world: [imported(world).pk],
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
    "spending_import": lambda _: {"file": SimpleUploadedFile("boekhouding.csv", b"Bedrag;Tekst\n12,50;Factuur\n")},
    "spending_import_columns": lambda world: {
        "file": carried(world, spending_import.READ, READ.packed()),
        "amount": "0",
        "description": "1",
    },
    "spending_import_posts": lambda world: {
        "chosen": carried(world, spending_import.CHOSEN, CHOSEN.packed()),
        "post-0": str(world.money.alices_line.key),
    },
    "spending_import_confirm": lambda world: {"checked": carried(world, spending_import.CHECKED, entries(world))},
    "spending_import_reverse": lambda _: {"reason": "Verkeerde kolom."},
}
ALSO: dict[str, tuple[str, ...]] = {
    "line_book": ("on", "reference"),
    "spending_import_columns": ("date", "debit", "credit", "reference", "post"),
    "spending_import_posts": ("outside",),
    "spending_import_confirm": ("again", "elsewhere"),
}
