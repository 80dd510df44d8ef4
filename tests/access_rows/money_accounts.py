"""Rows of the access table; see tests/access_table.py."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from finance.models import AuditorStatement, FundAccount
from swvportal.lib.merging import bases_of
from tests.factories import PDF, World

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# Who has accounted for what, and the year of the partnership
finance:accounts GET                 all    in   200   200 200   200  200   200 200   200   200
finance:accounts POST                any    in   405   405 405   405  405   405 405   405   405
finance:annual GET                   all    in   200   200 200   200  200   200 200   200   200
finance:annual POST                  any    in   405   405 405   405  405   405 405   405   405
finance:annual_export GET            all    in   200   200 200   200  200   200 200   404   404
finance:annual_export POST           any    in   405   405 405   405  405   405 405   405   405

# The account of Alice's school: a draft, submitted, approved
finance:account_begin GET            any    in   405   405 405   405  405   405 405   405   405
finance:account_begin POST           all    in   302   302 404   403  403   403 403   404   404
finance:account GET                  draft  in   200   200 404   200  404   404 404   404   404
finance:account GET                  half   in   200   200 404   200  200   200 404   404   404
finance:account GET                  after  in   200   200 404   200  200   200 200   404   404
finance:account POST                 any    in   405   405 405   405  405   405 405   405   405
finance:account_edit GET             draft  in   200   200 404   403  404   404 404   404   404
finance:account_edit GET             half   in   302   302 404   403  403   403 404   404   404
finance:account_edit GET             after  in   302   302 404   403  403   403 403   404   404
finance:account_edit POST            draft  in   302   302 404   403  404   404 404   404   404
finance:account_edit POST            half   in   302   302 404   403  403   403 404   404   404
finance:account_edit POST            after  in   302   302 404   403  403   403 403   404   404
finance:account_review GET           draft  in   200   200 404   403  404   404 404   404   404
finance:account_review GET           half   in   302   302 404   403  403   403 404   404   404
finance:account_review GET           after  in   302   302 404   403  403   403 403   404   404
finance:account_review POST          any    in   405   405 405   405  405   405 405   405   405
finance:account_submit GET           any    in   405   405 405   405  405   405 405   405   405
finance:account_submit POST          draft  in   302   403 404   403  404   404 404   404   404
finance:account_submit POST          half   in   302   403 404   403  403   403 404   404   404
finance:account_submit POST          after  in   302   403 404   403  403   403 403   404   404
finance:account_approve GET          draft  in   403   403 404   403  404   404 404   404   404
finance:account_approve GET          half   in   403   403 404   403  200   200 404   404   404
finance:account_approve GET          after  in   403   403 404   403  302   302 403   404   404
finance:account_approve POST         draft  in   403   403 404   403  404   404 404   404   404
finance:account_approve POST         half   in   403   403 404   403  302   302 404   404   404
finance:account_approve POST         after  in   403   403 404   403  302   302 403   404   404
finance:account_give_back GET        draft  in   403   403 404   403  302   302 404   404   404
finance:account_give_back GET        half   in   403   403 404   403  200   200 404   404   404
finance:account_give_back GET        after  in   403   403 404   403  200   200 403   404   404
finance:account_give_back POST       draft  in   403   403 404   403  302   302 404   404   404
finance:account_give_back POST       half   in   403   403 404   403  302   302 404   404   404
finance:account_give_back POST       after  in   403   403 404   403  302   302 403   404   404
finance:account_ask GET              draft  in   403   403 404   403  404   404 404   404   404
finance:account_ask GET              half   in   403   403 404   403  200   200 404   404   404
finance:account_ask GET              after  in   403   403 404   403  302   302 403   404   404
finance:account_ask POST             draft  in   403   403 404   403  404   404 404   404   404
finance:account_ask POST             half   in   403   403 404   403  302   302 404   404   404
finance:account_ask POST             after  in   403   403 404   403  422   422 403   404   404
finance:account_answer GET           draft  in   404   404 404   404  404   404 404   404   404
finance:account_answer GET           half   in   200   200 404   403  403   403 404   404   404
finance:account_answer GET           after  in   200   200 404   403  403   403 403   404   404
finance:account_answer POST          draft  in   404   404 404   404  404   404 404   404   404
finance:account_answer POST          half   in   302   302 404   403  403   403 404   404   404
finance:account_answer POST          after  in   422   422 404   403  403   403 403   404   404
finance:account_statement GET        any    in   405   405 405   405  405   405 405   405   405
finance:account_statement POST       draft  in   302   302 404   403  404   404 404   404   404
finance:account_statement POST       half   in   302   302 404   403  403   403 404   404   404
finance:account_statement POST       after  in   302   302 404   403  403   403 403   404   404
finance:account_statement_download GET draft in  200   200 404   200  404   404 404   404   404
finance:account_statement_download GET half in   200   200 404   200  200   200 404   404   404
finance:account_statement_download GET after in  200   200 404   200  200   200 200   404   404
finance:account_statement_download POST any in   405   405 405   405  405   405 405   405   405
finance:account_seal_download GET    draft  in   404   404 404   404  404   404 404   404   404
finance:account_seal_download GET    half   in   200   200 404   200  200   200 404   404   404
finance:account_seal_download GET    after  in   200   200 404   200  200   200 200   404   404
finance:account_seal_download POST   any    in   405   405 405   405  405   405 405   405   405

# Its document
reports:account_report GET           draft  in   200   200 404   200  404   404 404   404   404
reports:account_report GET           half   in   200   200 404   200  200   200 404   404   404
reports:account_report GET           after  in   200   200 404   200  200   200 200   404   404
reports:account_report POST          any    in   405   405 405   405  405   405 405   405   405
reports:make_account GET             any    in   405   405 405   405  405   405 405   405   405
reports:make_account POST            draft  in   302   302 404   403  404   404 404   404   404
reports:make_account POST            half   in   302   302 404   403  302   302 404   404   404
reports:make_account POST            after  in   302   302 404   403  302   302 403   404   404
"""


def _account(world: World) -> FundAccount:
    return world.money.alices_account


def _statement(world: World) -> AuditorStatement:
    return AuditorStatement.objects.get(account=_account(world))


def _texts(world: World) -> dict[str, Any]:
    standing = FundAccount.objects.for_page().get(pk=_account(world).pk).writable()
    return {**standing, "general": "Anders", "bases": json.dumps(bases_of(standing))}


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(
        (
            "account", "account_edit", "account_review", "account_submit", "account_approve", "account_give_back",
            "account_statement", "account_report", "make_account", "account_ask",
        ),
        lambda world: [_account(world).pk],
    ),
    "account_answer": lambda world: [getattr(_account(world).questions.first(), "pk", 0)],
    "account_statement_download": lambda world: [_statement(world).token],
    "account_seal_download": lambda world: [_account(world).pk, 1],
    "annual": lambda world: [],
    "annual_export": lambda world: [2026, "csv"],
    **dict.fromkeys(("accounts", "account_begin"), lambda world: []),
}  # fmt: skip
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "account_begin": lambda world: {"school": world.school.pk, "fund_year": world.money.this.pk},
    "account_edit": _texts,
    "account_submit": lambda world: {"key": str(uuid.uuid4())},
    "account_give_back": lambda world: {"reason": "Het mentoraat klopt niet."},
    "account_ask": lambda world: {"question": "Wat leverde NT2 op?"},
    "account_answer": lambda world: {"answer": "De begeleider begon in januari."},
    "account_statement": lambda world: {"file": SimpleUploadedFile("nieuw.pdf", PDF, "application/pdf")},
}
ALSO: dict[str, tuple[str, ...]] = {"account_edit": ("read",)}
