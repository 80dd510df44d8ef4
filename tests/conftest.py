"""What every test gets."""

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.settings import FOLDER, data_dir

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.test import Client

    from tests.factories import World

# The same examples on every machine: a run that fails here fails there. A slow machine is no mistake.
settings.register_profile("portal", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = Path(os.environ[FOLDER])
    shutil.rmtree(data_dir if hasattr(config, "workerinput") else folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test proves nothing: deselect by marker what belongs to another pass."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {call.excinfo.value if call.excinfo else ''}"
    return report


@pytest.fixture(autouse=True)
def _new_process() -> None:
    """Every test starts as a new process does: what a page keeps between requests would hide its queries."""
    from indicators import comparing, parts

    comparing._content.cache_clear()
    parts._published.cache_clear()


# The world and its people --------------------------------------------------------------------------------------------


@pytest.fixture
def world(db: None) -> "World":
    """One partnership with two schools and an open round; who is who stands in tests/factories.py."""
    from tests import factories

    return factories.build()


def _signed_in(name: str) -> Any:
    def client(world: "World") -> "Client":
        from django.test import Client

        browser = Client()
        browser.force_login(getattr(world, name))
        return browser

    client.__doc__ = f"A browser in which {name.capitalize()} is signed in."
    return pytest.fixture(client, name=f"as_{name}")


as_alice = _signed_in("alice")
as_bob = _signed_in("bob")
as_carla = _signed_in("carla")
as_dirk = _signed_in("dirk")
as_petra = _signed_in("petra")
as_bea = _signed_in("bea")
as_aisha = _signed_in("aisha")
as_oscar = _signed_in("oscar")
as_otto = _signed_in("otto")


@pytest.fixture
def run_worker(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Do all work that waits, in this process, until none is left. Returns how many tasks there were."""
    from django_tasks_db.management.commands import db_worker
    from django_tasks_db.models import DBTaskResult

    # The worker would close the connection that holds the test's own transaction.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)

    def run() -> int:
        worker = db_worker.Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="test",
            excluded_queue_names=[],
        )
        worker.run()
        failed = [task.traceback for task in DBTaskResult.objects.failed()]
        assert not failed, "\n".join(failed)
        return worker._run_tasks

    return run


@pytest.fixture
def mailbox(run_worker: Callable[[], int], mailoutbox: "list[EmailMessage]") -> "Callable[[], list[EmailMessage]]":
    """Let every waiting mail leave; returns all mails that have left so far."""

    def deliver() -> "list[EmailMessage]":
        run_worker()
        return mailoutbox

    return deliver


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers() -> None:
    """After a transactional test Django empties each table. SQLite does that with DELETE, which the triggers that keep
    the log, the reports and the published forms refuse: put them aside meanwhile. (PostgreSQL truncates.)
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    from django.db.backends.sqlite3.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self: Any, sql_list: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drop = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        flush(self, [*drop, *sql_list, *(create for _, create in triggers)])

    DatabaseOperations.execute_sql_flush = without_triggers  # type: ignore[method-assign]
