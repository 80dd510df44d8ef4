"""Whether a sealed account still is what was sealed: the seal over the bytes and in the log, the rows, each file."""

import json
from collections.abc import Iterator
from typing import Any

from finance.models import AccountSeal, FundAccount
from finance.models.accounts import FORMAT
from records.models import LogEntry
from swvportal.lib.seal import normalise_text


def problems_of(account: FundAccount) -> Iterator[str]:
    """What is wrong with the seals of an account, in Dutch, as numbers and kinds and never as text of the account."""
    seals = list(account.seals.order_by("number"))
    if [seal.number for seal in seals] != list(range(1, _times_submitted(account) + 1)):
        yield "er ontbreekt een zegel"
    logged = _logged(seals)
    for seal in seals:
        if not seal.holds():
            yield f"zegel {seal.number} past niet bij de bewaarde bytes"
        if logged.get(seal.pk) != seal.seal:
            yield f"zegel {seal.number} is een ander dan in het logboek staat"
    if not account.is_draft:
        if seals:
            yield from _rows_against_bytes(account, seals[-1])
        else:
            yield "de verantwoording is ingediend en heeft geen zegel"
    for statement in account.statements.all():
        if fault := statement.fault():
            yield f"controleverklaring {statement.pk} {fault}"


def _times_submitted(account: FundAccount) -> int:
    """By the log, from which nothing can be taken away."""
    lines = LogEntry.objects.filter(object_type=account._meta.label_lower, object_id=account.pk)
    return lines.filter(verb="account_state", after=FundAccount.State.SUBMITTED).count()


def _logged(seals: list[AccountSeal]) -> dict[int, str]:
    lines = LogEntry.objects.filter(
        object_type=AccountSeal._meta.label_lower, object_id__in=[seal.pk for seal in seals]
    )
    return dict(lines.filter(verb="account_sealed").order_by().values_list("object_id", "after"))


def _rows_against_bytes(account: FundAccount, seal: AccountSeal) -> Iterator[str]:
    try:
        sealed: dict[str, Any] = json.loads(bytes(seal.content))
        is_known = sealed["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        yield "de bewaarde bytes zijn niet te lezen"
        return
    if not is_known:
        yield "de bewaarde bytes hebben een onbekend formaat"
        return
    if (account.means_cents, account.spent_cents) != (sealed["allocated"] + sealed["carried"], sealed["spent"]):
        yield "de bedragen bij de verantwoording wijken af van wat is verzegeld"
    now = {name: normalise_text(text) for name, text in _texts(account).items()}
    differing = [name for name, text in sealed["texts"].items() if now.get(name, "") != text]
    if differing:
        yield f"{len(differing)} teksten wijken af van wat is verzegeld"
    named = sealed["statement"]
    if named and not account.statements.filter(sha256=named["sha256"]).exists():
        yield "de controleverklaring die is verzegeld, is er niet meer"


def _texts(account: FundAccount) -> dict[str, str]:
    """As the rows hold them, whatever the books say now."""
    found = {"general": account.general}
    for text in account.texts.all():
        found |= {f"done-{text.spearhead_key}": text.done, f"brought-{text.spearhead_key}": text.brought}
    for each in account.deviations.select_related("category"):
        found[f"deviation-{each.category.key}"] = each.explanation
    return found
