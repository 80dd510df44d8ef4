"""From the content of an account to the bytes of its PDF."""

import datetime
from typing import Any

from finance.rendered import Rendered
from reports.account_contents import AccountContent
from reports.rendering import identity, seal_lines
from swvportal.lib import dates
from swvportal.lib.documents import render_pdf

ACCOUNT_TEMPLATE = "reports/pdf/account.html"


def account_pdf(content: AccountContent, *, version: int, code: str, made_at: datetime.datetime) -> bytes:
    """The same content, version, code and moment give the same bytes."""
    shown = content.account
    title = f"Verantwoording {shown.fund} {shown.year}, {shown.school}"
    context: dict[str, Any] = {
        "content": content,
        "shown": shown,
        "author": shown.partnership,
        "partnership_code": _dashed(shown.partnership_code),
        **identity(version, code, made_at),
        "verdict": _verdict(shown),
        "seal": seal_lines(content.sealed.seal),
        "statement_hash": seal_lines(shown.statement.sha256) if shown.statement else [],
        "version_line": _version_line(content, version, code, made_at),
        "sealed_on": dates.plain_date(content.sealed.on),
    }
    return render_pdf(ACCOUNT_TEMPLATE, context, title=title, created=made_at)


def _version_line(content: AccountContent, version: int, code: str, made_at: datetime.datetime) -> str:
    """At the foot of every page: which version it is, and whether it was approved."""
    line = str(identity(version, code, made_at)["version_line"])
    return line if content.is_approved else f"{line}. Nog niet goedgekeurd"


def _dashed(code: str) -> str:
    """As `Partnership.code_dashed`, of the code that was sealed."""
    return f"{code[:2]}-{code[2:4]}-{code[4:]}" if code.startswith("VO") else code


def _verdict(shown: Rendered) -> str:
    """What the account comes to, in one sentence."""
    if not shown.means_cents:
        return (
            "Er was niets te besteden." if not shown.spent_cents else "Er is besteed zonder dat er iets was toegekend."
        )
    if shown.left_cents < 0:
        return "Er is meer besteed dan er was."
    if shown.left_cents == 0:
        return "Alles wat er was, is besteed."
    return f"{shown.spent_cents * 100 // shown.means_cents} % van wat er was, is besteed."
