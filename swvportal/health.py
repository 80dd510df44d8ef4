"""Whether the installation works: database, migrations, worker. Says what is wrong, never why in detail."""

import datetime
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

WORKER_PATIENCE = datetime.timedelta(minutes=5)


def what_is_wrong() -> dict[str, str]:
    """Empty when all is well. Three small queries."""
    try:
        unapplied = len(_migrations_of_the_code() - set(MigrationRecorder(connection).applied_migrations()))
        if unapplied:
            return {"migrations": f"{unapplied} nog niet uitgevoerd"}
        return _worker()
    except DatabaseError:
        return {"database": "geeft geen antwoord"}


@cache
def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    """They come with the code and stay as they are while the process lives."""
    return frozenset((app, name) for app, name in MigrationLoader(None).graph.nodes)


def _worker() -> dict[str, str]:
    """Work that was there to be taken up five minutes ago and still waits: nobody takes it up.

    `tick` asks for a pulse each minute, so that there is work even where nobody asks for any.
    """
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    if oldest is None or timezone.now() - oldest <= WORKER_PATIENCE:
        return {}
    minutes = int((timezone.now() - oldest).total_seconds() // 60)
    return {"worker": f"het oudste werk wacht al {minutes} minuten"}
