"""Work for the worker: where it is handed over, and the tasks that do it.

A task is a row in the same database, written in the transaction that asks for it: it exists if and only if the change
that caused it does, and a worker sees it after the commit.
"""

import hashlib
import logging
import traceback
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.tasks import task
from django_tasks_db.models import DBTaskResult

from records.models import Job, JobState, Message
from swvportal.lib.ids import primary_key

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import Partnership

logger = logging.getLogger(__name__)

KEY_MAX = 200
SUBJECT_MAX = 200

Handler = Callable[[Job, uuid.UUID], Any]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind.

    It gets the job and the token of its lease, and returns a JSON-able result. Its writes belong in one transaction
    that first asks `job.lock(token)`, so that a worker that lost its lease leaves nothing behind.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def enqueue_job(
    kind: str,
    key: str,
    params: dict[str, Any],
    *,
    by: "User | None" = None,
    partnership: "Partnership | int | None" = None,
) -> Job:
    """The one place where work that takes longer than a page is handed to the worker.

    While a job with this `key` waits or runs, asking again returns that job.
    """
    with transaction.atomic():
        job, created = Job.objects.get_or_create(
            key=key,
            state__in=[JobState.QUEUED, JobState.RUNNING],
            defaults={
                "kind": kind,
                "params": params,
                "requested_by": by,
                "partnership_id": primary_key(partnership),
                "state": JobState.QUEUED,
            },
        )
        if created:
            work_on_job.enqueue(job.pk)
    return job


def shortened(subject: str) -> str:
    return subject if len(subject) <= SUBJECT_MAX else f"{subject[: SUBJECT_MAX - 1]}…"


def queue_message(
    key: str, to: str, subject: str, body: str, *, partnership: "Partnership | int | None" = None
) -> bool:
    """Write a mail in the transaction that causes it; it leaves after the commit.

    The same `key` twice is one mail. Returns whether this call wrote it. However long a name or an address is, it does
    not stop the change that the mail tells of.
    """
    if len(key) > KEY_MAX:
        key = f"{key[: KEY_MAX - 65]}-{hashlib.sha256(key.encode()).hexdigest()}"
    subject = shortened(" ".join(subject.split()))
    message, created = Message.objects.get_or_create(
        key=key, defaults={"to": to, "subject": subject, "body": body, "partnership_id": primary_key(partnership)}
    )
    if created:
        deliver_message.enqueue(message.pk)
    return created


@task()
def work_on_job(job_id: int) -> None:
    """Do a job, unless somebody else holds it. Safe to run any number of times."""
    job = Job.objects.get(pk=job_id)
    token = job.take()
    if token is None:
        return
    if job.attempts > Job.MAX_ATTEMPTS:
        job.fail(token, "Het is na vijf pogingen niet gelukt.")
        return
    try:
        result = _handlers[job.kind](job, token)
    except Exception as error:  # whatever goes wrong, the page must show it
        logger.error("job %s failed\n%s", job.pk, traceback.format_exc())
        job.fail(token, f"{type(error).__name__}: {error}")
    else:
        job.finish(token, result)


def take_up_abandoned_jobs() -> int:
    """Hand over again what no worker has, unless it waits for one already. Returns how many."""
    waiting = DBTaskResult.objects.ready().filter(task_path=work_on_job.module_path)
    on_their_way = {args_kwargs["args"][0] for args_kwargs in waiting.values_list("args_kwargs", flat=True)}
    abandoned = [pk for pk in Job.objects.abandoned().values_list("pk", flat=True) if pk not in on_their_way]
    for pk in abandoned:
        work_on_job.enqueue(pk)
    return len(abandoned)


@task()
def pulse() -> None:
    """Does nothing, so that a portal where nobody asks for anything still shows whether a worker lives."""


def ask_for_pulse() -> None:
    """One at a time: the next follows when the last was taken up. What is done leaves no row behind."""
    pulses = DBTaskResult.objects.filter(task_path=pulse.module_path)
    pulses.finished().delete()
    if not pulses.ready().exists():
        pulse.enqueue()


@task()
def deliver_message(message_id: int) -> None:
    """Send one waiting mail; `tick` tries again what did not leave."""
    message = Message.objects.filter(pk=message_id).first()
    if message is not None:
        message.deliver()
