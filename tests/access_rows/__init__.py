"""The rows of the access table that belong to one subject each, with what its addresses need."""

from tests.access_rows import (
    catalogue,
    comparison,
    exchange,
    money_accounts,
    money_budgets,
    money_comparison,
    money_funds,
    money_narratives,
    money_spending,
    plans,
    profiles,
    signals,
    supportplan,
)

AREAS = (
    catalogue,
    profiles,
    comparison,
    supportplan,
    plans,
    exchange,
    signals,
    money_funds,
    money_budgets,
    money_comparison,
    money_spending,
    money_accounts,
    money_narratives,
)
