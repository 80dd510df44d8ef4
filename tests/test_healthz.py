"""The answer for whoever keeps the installation running."""

import datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from records.tasks import queue_message
from swvportal import health

pytestmark = pytest.mark.django_db


def test_all_is_well_and_nobody_has_to_sign_in(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_a_migration_that_was_not_run(client, monkeypatch):
    applied = health.MigrationRecorder.applied_migrations

    def all_but_one(self):
        found = dict(applied(self))
        found.pop(("schools", "0001_initial"))
        return found

    monkeypatch.setattr(health.MigrationRecorder, "applied_migrations", all_but_one)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"migrations": "1 nog niet uitgevoerd"})


def test_a_database_that_does_not_answer_and_no_word_of_why(client, monkeypatch):
    def broken(self):
        raise DatabaseError("password for user portal at db.intern refused")

    monkeypatch.setattr(health.MigrationRecorder, "applied_migrations", broken)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"database": "geeft geen antwoord"})


def test_work_that_nobody_takes_up(client):
    queue_message("key", "alice@voorbeeld.nl", "Onderwerp", "Tekst")
    assert client.get("/healthz").status_code == 200, "it may wait a moment"
    DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(minutes=7, seconds=5))
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"worker": "het oudste werk wacht al 7 minuten"})


def test_a_worker_that_is_gone_while_nobody_asks_for_anything(client, run_worker):
    call_command("tick")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(minutes=6, seconds=5))
    assert client.get("/healthz").json() == {"worker": "het oudste werk wacht al 6 minuten"}
    run_worker()
    assert client.get("/healthz").status_code == 200


def test_work_that_was_done_and_work_for_later_do_not_count(client, run_worker):
    queue_message("key", "alice@voorbeeld.nl", "Onderwerp", "Tekst")
    run_worker()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(hours=1))
    assert client.get("/healthz").status_code == 200
