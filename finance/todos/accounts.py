"""What this part of the money asks of somebody."""

from accounts.models import User
from swvportal.lib.todo import Todo


def todos_for(user: User) -> list[Todo]:
    return []
