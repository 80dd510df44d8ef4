"""What an account shows: once it was handed in the sealed content, before that what stands in the books now.

Page and PDF are made of this alone, so that nothing that happens afterwards changes either of them.
"""

from dataclasses import dataclass
from typing import Any

from finance.models import AccountSeal, FundAccount, account_content


@dataclass(frozen=True, slots=True)
class Spent:
    """A category (`explanation`) or a spearhead (`done`, `brought`): budget, spending and what the school says of it."""

    key: str
    title: str
    budgeted_cents: int
    spent_cents: int
    deviates: bool = False
    explanation: str = ""
    done: str = ""
    brought: str = ""

    @property
    def difference_cents(self) -> int:
        return self.spent_cents - self.budgeted_cents

    @property
    def needs_explanation(self) -> bool:
        return self.deviates and not self.explanation.strip()

    @property
    def percent(self) -> int | None:
        """How far the spending is off, in whole percents of the budget, away from nothing; None where nothing was
        budgeted."""
        if not self.budgeted_cents:
            return None
        size = -(-abs(self.difference_cents) * 100 // self.budgeted_cents)
        return size if self.difference_cents > 0 else -size


@dataclass(frozen=True, slots=True)
class Statement:
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """An account in plain values."""

    partnership: str
    partnership_code: str
    school: str
    school_location: str
    school_code: str
    board: str
    fund: str
    year: str
    year_kind: str
    submitted_by: str
    allocated_cents: int
    carried_cents: int
    budgeted_cents: int
    spent_cents: int
    threshold_percent: int
    carry_over: bool
    needs_statement: bool
    categories: tuple[Spent, ...]
    spearheads: tuple[Spent, ...]
    general: str
    statement: Statement | None

    @property
    def means_cents(self) -> int:
        return self.allocated_cents + self.carried_cents

    @property
    def left_cents(self) -> int:
        return self.means_cents - self.spent_cents

    @property
    def overspent_cents(self) -> int:
        return -self.left_cents

    @property
    def difference_cents(self) -> int:
        return self.spent_cents - self.budgeted_cents

    @property
    def explained(self) -> tuple[Spent, ...]:
        """The categories of which a deviation must be explained, or was."""
        return tuple(row for row in self.categories if row.deviates or row.explanation)


def rendered_from(content: dict[str, Any]) -> Rendered:
    """Of the content of a seal, or what `account_content` gives."""
    texts, statement = content["texts"], content["statement"]
    return Rendered(
        partnership=content["partnership_name"],
        partnership_code=content["partnership"],
        school=content["school_name"],
        school_location=content["school_location"],
        school_code=content["school"],
        board=content["board"],
        fund=content["fund"],
        year=content["year"],
        year_kind=content["year_kind"],
        submitted_by=content["submitted_by"],
        allocated_cents=content["allocated"],
        carried_cents=content["carried"],
        budgeted_cents=content["budgeted"],
        spent_cents=content["spent"],
        threshold_percent=content["threshold"],
        carry_over=content["carry_over"],
        needs_statement=content["needs_statement"],
        categories=tuple(_category(row, texts) for row in content["categories"]),
        spearheads=tuple(_spearhead(part, texts) for part in content["spearheads"]),
        general=texts["general"],
        statement=Statement(**statement) if statement else None,
    )


def _category(row: dict[str, Any], texts: dict[str, str]) -> Spent:
    return Spent(
        row["key"], row["name"], row["budgeted"], row["spent"], deviates=row["deviates"],
        explanation=texts.get(f"deviation-{row['key']}", ""),
    )  # fmt: skip


def _spearhead(part: dict[str, Any], texts: dict[str, str]) -> Spent:
    key = part["key"]
    return Spent(
        key, part["title"], part["budgeted"], part["spent"], done=texts.get(f"done-{key}", ""),
        brought=texts.get(f"brought-{key}", ""),
    )  # fmt: skip


def rendered(account: FundAccount, seal: AccountSeal | None) -> Rendered:
    """`seal` is the newest one, and counts once the account has left the school's hands. `account` fetched
    `for_page()`."""
    if account.is_draft or seal is None:
        return rendered_from(account_content(account))
    return rendered_from(seal.sealed_content())


def books_differ(account: FundAccount, shown: Rendered) -> bool:
    """Whether the books say something else by now than what was sealed (a year before was approved late, say)."""
    figures = account.figures()
    now = (figures.allocated_cents, figures.carried_cents, figures.budgeted_cents, figures.spent_cents)
    return now != (shown.allocated_cents, shown.carried_cents, shown.budgeted_cents, shown.spent_cents)
