"""The log, the mails and the jobs: what is written once stays, what is sent is sent once, what is lost is taken up."""

import datetime
import io
import smtplib
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from records import tasks
from records.models import Job, JobState, LogEntry, Message
from records.tasks import enqueue_job, handles, pulse, queue_message, work_on_job


def tick():
    call_command("tick", stdout=io.StringIO())


def age(job, **fields):
    """Let the lease of a job run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1), **fields)
    job.refresh_from_db()


# The log


@pytest.mark.parametrize("statement", ["UPDATE records_logentry SET verb = 'x'", "DELETE FROM records_logentry"])
def test_the_database_refuses_to_change_the_log(world, statement):
    before = LogEntry.objects.count()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LogEntry.objects.count() == before > 0
    assert not LogEntry.objects.filter(verb="x").exists()


def test_the_orm_cannot_change_the_log_either(world):
    entry = LogEntry.objects.order_by("pk")[0]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
    entry.verb = "something_else"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()


def test_the_log_holds_no_text_that_somebody_typed(world):
    world.answer("school", "2C", levels={"vastgelegd": "v"}, explanation="Vertrouwelijk verhaal")
    form = world.form("school")
    form.save_closing_text(world.alice, "planning", version=0, text="Vertrouwelijk plan")
    world.add_evidence("school", name="vertrouwelijk.pdf")
    for entry in LogEntry.objects.all():
        assert "ertrouwelijk" not in f"{entry.verb} {entry.before} {entry.after}"


def test_a_change_that_is_rolled_back_leaves_no_line(world):
    before = LogEntry.objects.count()
    with transaction.atomic():
        world.fill("school")
        transaction.set_rollback(True)
    assert LogEntry.objects.count() == before


# Mail


def test_the_same_key_is_one_mail(world, mailbox):
    assert queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom", "Dag Bob")
    assert not queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom nogmaals", "Dag Bob")
    assert [mail.subject for mail in mailbox()] == ["Welkom"]
    assert [mail.subject for mail in mailbox()] == ["Welkom"]


def test_a_mail_leaves_only_when_what_caused_it_stands(world, mailbox):
    with transaction.atomic():
        queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom", "Dag Bob")
        transaction.set_rollback(True)
    assert mailbox() == []


class ServerDown(EmailBackend):
    """A mail server that does not answer the first time."""

    refused = 0

    def send_messages(self, messages):
        if ServerDown.refused == 0:
            ServerDown.refused += 1
            raise smtplib.SMTPServerDisconnected("geen verbinding")
        return super().send_messages(messages)


def test_a_mail_that_did_not_leave_is_tried_again_by_the_clock(world, mailbox, monkeypatch):
    ServerDown.refused = 0
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend", ServerDown)
    queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom", "Dag Bob")
    assert mailbox() == []
    message = Message.objects.get()
    assert (message.attempts, message.sent_at) == (1, None)
    assert "geen verbinding" in message.error
    tick()  # not yet: the next attempt comes later
    assert Message.objects.get().attempts == 1
    Message.objects.update(next_attempt_at=timezone.now())
    tick()
    assert [mail.subject for mail in mailbox()] == ["Welkom"]
    sent = Message.objects.get()
    assert sent.sent_at is not None
    assert (sent.attempts, sent.error) == (2, "")


def test_a_mail_that_never_leaves_is_given_up(world):
    queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom", "Dag Bob")
    Message.objects.update(attempts=Message.MAX_ATTEMPTS)
    assert not Message.objects.get().deliver()
    tick()
    assert Message.objects.get().sent_at is None


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_deliver_the_same_mail_send_it_once(world, mailoutbox, monkeypatch):
    """Both have read the message before either claims it."""
    queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom", "Dag Bob")
    both_have_read = Barrier(2)

    def deliver(_):
        try:
            message = Message.objects.get()
            both_have_read.wait(timeout=5)
            return message.deliver()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(deliver, range(2))) == [False, True]
    assert len(mailoutbox) == 1
    assert Message.objects.get().attempts == 1


# Jobs


@pytest.fixture
def kind(monkeypatch):
    """A kind of job that remembers how often it was done."""
    done: list[int] = []
    monkeypatch.setattr(tasks, "_handlers", {})

    @handles("count")
    def count(job, token):
        done.append(job.pk)
        return {"times": len(done)}

    return done


def test_asking_again_while_a_job_waits_returns_that_job(world, kind, run_worker):
    first = enqueue_job("count", "verslag-1", {}, by=world.petra, partnership=world.partnership)
    assert enqueue_job("count", "verslag-1", {}) == first
    assert enqueue_job("count", "verslag-2", {}) != first
    run_worker()
    assert len(kind) == 2
    first.refresh_from_db()
    assert (first.state, first.result, first.is_busy) == (JobState.DONE, {"times": 1}, False)
    assert first.progress == first.total
    assert enqueue_job("count", "verslag-1", {}) != first


def test_a_job_that_goes_wrong_says_so(world, monkeypatch, run_worker):
    monkeypatch.setattr(tasks, "_handlers", {})

    @handles("count")
    def fail(job, token):
        raise ValueError("dit ging mis")

    job = enqueue_job("count", "verslag-1", {})
    run_worker()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "dit ging mis" in job.error
    assert job.lease_token is None


def test_a_lease_belongs_to_one(world, kind):
    job = enqueue_job("count", "verslag-1", {})
    token = job.take()
    assert token
    assert job.take() is None
    assert Job.objects.get(pk=job.pk).take() is None
    assert job.beat(token, progress=1)
    assert not job.beat(uuid.uuid4())
    work_on_job.func(job.pk)
    assert kind == []


def test_who_comes_back_with_an_old_token_has_lost(world, kind):
    job = enqueue_job("count", "verslag-1", {})
    old = job.take()
    assert old
    age(job)
    new = Job.objects.get(pk=job.pk).take()
    assert new
    assert not job.beat(old)
    assert not job.finish(old, "oud")
    assert not job.fail(old, "oud")
    with transaction.atomic():
        assert not job.lock(old)
        assert job.lock(new)
    assert job.finish(new, "nieuw")
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, "nieuw")
    assert job.take() is None


def test_the_database_keeps_one_job_per_key_at_work(world, kind):
    enqueue_job("count", "verslag-1", {})
    with pytest.raises(DatabaseError), transaction.atomic():
        Job.objects.create(kind="count", key="verslag-1")


def test_the_clock_takes_up_what_was_left_lying(world, kind, run_worker):
    job = enqueue_job("count", "verslag-1", {})
    assert job.take()
    run_worker()  # the task of the dead worker finds the lease taken
    assert kind == []
    tick()
    run_worker()
    assert kind == []  # the lease still holds
    age(job)
    tick()
    run_worker()
    assert kind == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_whose_task_was_lost_before_it_began_is_taken_up(world, kind, run_worker):
    """Killed between taking the task and taking the job: asking again would otherwise be the same dead job for ever."""
    job = enqueue_job("count", "verslag-1", {})
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    tick()
    run_worker()
    assert kind == [], "it may wait a moment"
    Job.objects.update(created_at=timezone.now() - 2 * Job.LEASE)
    tick()
    run_worker()
    assert kind == [job.pk]


def test_what_waits_for_the_worker_is_not_handed_over_again(world, kind):
    enqueue_job("count", "verslag-1", {})
    Job.objects.update(created_at=timezone.now() - 2 * Job.LEASE)
    tick()
    tick()
    assert DBTaskResult.objects.filter(task_path=work_on_job.module_path).count() == 1


def test_a_portal_at_rest_keeps_one_pulse(world, run_worker):
    for _ in range(3):
        tick()
        tick()
        run_worker()
    assert DBTaskResult.objects.filter(task_path=pulse.module_path).count() == 1


def test_the_clock_may_tick_twice(world, kind, run_worker, mailoutbox):
    job = enqueue_job("count", "verslag-1", {})
    queue_message("uitnodiging-1", "bob@voorbeeld.nl", "Welkom", "Dag Bob")
    job.take()
    age(job)
    tick()
    tick()
    run_worker()
    tick()
    run_worker()
    assert kind == [job.pk]
    assert len(mailoutbox) == 1


def test_a_job_that_kills_every_worker_is_given_up(world, kind, run_worker):
    job = enqueue_job("count", "verslag-1", {})
    job.take()
    age(job, attempts=Job.MAX_ATTEMPTS)
    tick()
    run_worker()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert kind == []
