"""Money: funds, allocations, budgets, spending, accounts, and the yearly accountability texts."""

from finance.models.account_questions import AccountQuestion
from finance.models.accounts import (
    AccountDeviation,
    AccountSeal,
    AccountText,
    AuditorStatement,
    FundAccount,
    account_content,
)
from finance.models.allocations import Allocation, AllocationCorrection
from finance.models.budgets import Budget, BudgetLine, over_allocation, room_for
from finance.models.funds import CATEGORIES, Category, Fund, FundYear
from finance.models.narratives import (
    QUESTIONS,
    BoardNarrative,
    NarrativeAnswer,
    Question,
    QuestionSet,
    SchoolNarrative,
)
from finance.models.spending import (
    Accounted,
    Entry,
    Expenditure,
    ImportMapping,
    SpendingDocument,
    SpendingImport,
    Stands,
    lock_to_book,
)

__all__ = [
    "CATEGORIES", "QUESTIONS", "AccountDeviation", "AccountQuestion", "AccountSeal", "AccountText", "Accounted", "Allocation",
    "AllocationCorrection", "AuditorStatement", "BoardNarrative", "Budget", "BudgetLine", "Category", "Entry",
    "Expenditure", "Fund", "FundAccount", "FundYear", "ImportMapping", "NarrativeAnswer", "Question", "QuestionSet",
    "SchoolNarrative", "SpendingDocument", "SpendingImport", "Stands", "account_content", "lock_to_book",
    "over_allocation", "room_for",
]  # fmt: skip
