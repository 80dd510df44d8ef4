"""What money asks of somebody: a fixed number of queries; what many schools have alike is one task."""

from accounts.models import User
from finance.todos import accounts, budgets, funds, narratives, spending
from swvportal.lib.todo import Todo


def todos_for(user: User) -> list[Todo]:
    return [todo for part in (funds, budgets, spending, accounts, narratives) for todo in part.todos_for(user)]
