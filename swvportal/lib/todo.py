"""One line of "Mijn taken": what somebody has to do. Derived from the state of things, never stored."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

ONE_BY_ONE = 5
"""More schools that ask the same are one task."""


@dataclass(frozen=True, slots=True)
class Todo:
    """`done` of `total` is shown as a progress bar when `total` is given; `due` is the last day it is in time.

    `where` tells schools of one name apart; it is shown where two of them stand in one list.
    """

    title: str
    url: str
    action: str
    school: str = ""
    where: str = ""
    due: datetime.date | None = None
    note: str = ""
    state: str = ""
    done: int | None = None
    total: int | None = None

    def sort_key(self) -> tuple[bool, datetime.date, str, str]:
        """What is due first comes first; what has no date comes last."""
        return (self.due is None, self.due or datetime.date.max, self.school, self.title)


def grouped[Row](rows: list[Row], one: Callable[[Row], Todo], many: Callable[[list[Row]], Todo]) -> list[Todo]:
    """A task per row, or one task for all when there are more than `ONE_BY_ONE`."""
    return [one(row) for row in rows] if len(rows) <= ONE_BY_ONE else [many(rows)]
