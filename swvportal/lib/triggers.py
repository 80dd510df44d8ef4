"""Rules that the database itself keeps, written once for SQLite and PostgreSQL."""

from collections.abc import Callable
from typing import Any

from django.db import migrations


def forbid(name: str, table: str, event: str, when: str, message: str) -> migrations.RunPython:
    """A migration operation: refuse `event` (INSERT, UPDATE or DELETE) on rows of `table` where `when` holds.

    `when` is an SQL condition on OLD and NEW that both databases understand; it may hold a subquery. `message` is what
    the database error says. The trigger is called `name`; PostgreSQL gets a function of the same name beside it.
    """

    def create(apps: Any, schema_editor: Any) -> None:
        for statement in _create_statements(schema_editor.connection.vendor, name, table, event, when, message):
            schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")

    forward: Callable[[Any, Any], None] = create
    return migrations.RunPython(forward, drop)


def lifted(rule: migrations.RunPython) -> migrations.RunPython:
    """The other way round: away going forward, back going backward. A change of a table on SQLite builds it anew, so
    that its triggers have to be lifted before and set again after."""
    assert rule.reverse_code is not None
    return migrations.RunPython(rule.reverse_code, rule.code)


def _create_statements(vendor: str, name: str, table: str, event: str, when: str, message: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$
            BEGIN
                IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
                RETURN {"OLD" if event == "DELETE" else "NEW"};
            END $$ LANGUAGE plpgsql
            """,
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {when}"
    return [f"{head} BEGIN SELECT RAISE(ABORT, '{message}'); END"]
