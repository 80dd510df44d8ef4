"""Every page of profiles, plans and signals, in each state of the access table, as the first who may see it: no violation
that axe can find, and nothing that makes one scroll sideways."""

from typing import TYPE_CHECKING

import pytest

from tests.access_rows import AREAS
from tests.access_table import STATES, rows
from tests.e2e.conftest import PHONE, WIDE, Desk
from tests.e2e.test_accessibility import OF_PLANS, Looker
from tests.test_access import address, in_state

if TYPE_CHECKING:
    from tests.factories import World

LOOKERS = ("alice", "petra", "bea", "carla", "anon")
IN_AREAS = {
    line.split()[0] for area in AREAS for line in area.TABLE.splitlines() if line.strip() and line[0] not in " #"
}
FILES = ("export", "template", "download")


def pages(state: str) -> list[tuple[str, str]]:
    """(address by name, who looks) for every page that somebody gets in this state."""
    found: dict[str, str] = {}
    for name, method, when, expected in rows():
        sees = next((who for who in LOOKERS if expected[who] == "200"), "")
        if name in IN_AREAS | OF_PLANS and method == "GET" and when == state and sees and not name.endswith(FILES):
            found[name] = sees
    return list(found.items())


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("state", STATES)
def test_pages_of_profiles_and_plans(world: "World", desk: Desk, state: str, width: int) -> None:
    in_state(world, state)
    wanted = pages(state)
    assert wanted
    looker = Looker(desk, world, width)
    for name, who in wanted:
        looker.go(looker.page_of("" if who == "anon" else who), address(world, name), f"{name} for {who}, {state}")
    assert not looker.found, "\n".join(looker.found)
