"""What every app writes and none owns: the log, mail to be sent, work to be done, files people uploaded."""

import datetime
import hashlib
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from swvportal.lib.ids import primary_key
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from schools.models import Partnership


class LogEntryManager(PortalManager):
    def record(
        self,
        verb: str,
        obj: models.Model,
        *,
        by: "User | None",
        partnership: "Partnership | int | None" = None,
        before: str = "",
        after: str = "",
    ) -> "LogEntry":
        """Write one line of the log, in the transaction of the change itself.

        `before` and `after` are states, numbers or hashes: never a name and never a text that somebody typed.
        """
        entry = LogEntry(
            verb=verb,
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            actor_id=by.pk if by else None,
            partnership_id=primary_key(partnership),
            before=before,
            after=after,
        )
        entry.save(force_insert=True)
        return entry


class LogEntry(models.Model):
    """Who did what to which object, and when. Rows are only ever added: the database refuses anything else."""

    at = models.DateTimeField("wanneer", default=timezone.now, editable=False)
    actor = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, db_constraint=False, related_name="+", verbose_name="wie"
    )
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, null=True, related_name="+")
    verb = models.CharField("wat", max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    before = models.CharField("van", max_length=200, blank=True)
    after = models.CharField("naar", max_length=200, blank=True)

    objects: ClassVar[LogEntryManager] = LogEntryManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "logregel"
        verbose_name_plural = "logregels"
        indexes = [
            models.Index("partnership", "at", name="log_partnership_at"),
            models.Index("object_type", "object_id", name="log_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.object_type}:{self.object_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> Self:
        """Messages whose next attempt is due."""
        return self.filter(sent_at=None, attempts__lt=Message.MAX_ATTEMPTS, next_attempt_at__lte=timezone.now())


class Message(models.Model):
    """A mail to one address. Tried until it leaves or until it failed `MAX_ATTEMPTS` times."""

    MAX_ATTEMPTS: ClassVar[int] = 6

    key = models.CharField(max_length=200, unique=True)
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, null=True, related_name="+")
    to = models.EmailField("aan")
    subject = models.CharField("onderwerp", max_length=200)
    body = models.TextField("tekst")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField("verstuurd", null=True)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    error = models.CharField("fout", max_length=300, blank=True)

    objects = PortalManager.from_queryset(MessageQuerySet)()

    class Meta:
        ordering = ["pk"]
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        indexes = [
            models.Index("next_attempt_at", condition=Q(sent_at=None), name="message_waiting"),
        ]

    def __str__(self) -> str:
        return self.key

    def deliver(self) -> bool:
        """Send it, once: of two processes that try, one wins. Returns whether this call sent it."""
        now = timezone.now()
        retry_at = now + datetime.timedelta(minutes=2 ** min(self.attempts, 8))
        claimed = (
            Message.objects.waiting()
            .filter(pk=self.pk, attempts=self.attempts)
            .update(attempts=F("attempts") + 1, next_attempt_at=retry_at)
        )
        if not claimed:
            return False
        mail = EmailMessage(self.subject, self.body, settings.DEFAULT_FROM_EMAIL, [self.to])
        try:
            mail.send()
        except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; an impossible address is a ValueError
            Message.objects.filter(pk=self.pk).update(error=f"{type(error).__name__}: {error}"[:300])
            return False
        Message.objects.filter(pk=self.pk).update(sent_at=timezone.now(), error="")
        return True


class JobState(models.TextChoices):
    QUEUED = "queued", "wacht"
    RUNNING = "running", "bezig"
    DONE = "done", "klaar"
    FAILED = "failed", "mislukt"


class JobQuerySet(models.QuerySet["Job"]):
    def abandoned(self) -> Self:
        """Jobs whose worker has not been heard of since its lease ran out, and those that no worker took in that time.

        A worker that is killed between taking the task and taking the job leaves the latter kind.
        """
        now = timezone.now()
        lost = Q(state=JobState.QUEUED, created_at__lt=now - Job.LEASE)
        return self.filter(Q(state=JobState.RUNNING, lease_until__lt=now) | lost)


class Job(models.Model):
    """A piece of work for the worker: what, how far, and what came of it.

    A worker holds a job by a lease with a token. When the lease runs out the job may be taken by another one; whoever
    comes back with an old token has lost, and nothing of his counts.
    """

    LEASE: ClassVar[datetime.timedelta] = datetime.timedelta(seconds=90)
    MAX_ATTEMPTS: ClassVar[int] = 5

    kind = models.CharField("soort", max_length=40)
    key = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    state = models.CharField("stand", max_length=10, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField("gedaan", default=0)
    total = models.PositiveIntegerField("van", default=1)
    result = models.JSONField("uitkomst", null=True)
    error = models.CharField("fout", max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    objects = PortalManager.from_queryset(JobQuerySet)()

    class Meta:
        ordering = ["pk"]
        verbose_name = "opdracht"
        verbose_name_plural = "opdrachten"
        constraints = [
            models.UniqueConstraint("key", condition=Q(state__in=["queued", "running"]), name="job_one_at_a_time"),
        ]
        indexes = [models.Index("lease_until", condition=Q(state="running"), name="job_running")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_busy(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    def take(self) -> uuid.UUID | None:
        """Take the lease. Returns its token, or None when somebody else holds the job or it is finished."""
        token = uuid.uuid4()
        now = timezone.now()
        free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
        taken = Job.objects.filter(free, pk=self.pk).update(
            state=JobState.RUNNING, lease_token=token, lease_until=now + self.LEASE, attempts=F("attempts") + 1
        )
        if not taken:
            return None
        self.refresh_from_db()
        return token

    def beat(self, token: uuid.UUID, progress: int | None = None) -> bool:
        """Prolong the lease, and tell how far the work is. False: the lease was lost, stop working."""
        fields: dict[str, Any] = {"lease_until": timezone.now() + self.LEASE}
        if progress is not None:
            fields["progress"] = progress
        return bool(self._held_by(token).update(**fields))

    def lock(self, token: uuid.UUID) -> bool:
        """Inside a transaction: hold the row so that nobody takes the job before the commit. False: lease lost."""
        return self._held_by(token).select_for_update().exists()

    def finish(self, token: uuid.UUID, result: Any) -> bool:
        """Done. False when the token is old: then another worker has the job and this result does not count."""
        return self._end(token, JobState.DONE, result=result, error="", progress=F("total"))

    def fail(self, token: uuid.UUID, error: str) -> bool:
        return self._end(token, JobState.FAILED, error=error[:500])

    def _held_by(self, token: uuid.UUID) -> models.QuerySet["Job"]:
        return Job.objects.filter(pk=self.pk, state=JobState.RUNNING, lease_token=token)

    def _end(self, token: uuid.UUID, state: JobState, **fields: Any) -> bool:
        return bool(
            self._held_by(token).update(
                state=state, lease_token=None, lease_until=None, finished_at=timezone.now(), **fields
            )
        )


class StoredFile(models.Model):
    """A file in private storage. Views give it out, as an attachment, to those who may see its owner."""

    file = models.FileField("bestand", upload_to="%Y/%m", max_length=200)
    name = models.CharField("naam", max_length=200)
    content_type = models.CharField("soort", max_length=100)
    size = models.PositiveBigIntegerField("grootte in bytes")
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField("toegevoegd", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def take(cls, upload: "UploadedFile", content_type: str, **owner: Any) -> Self:
        """Keep a checked upload (`content_type` from `indicators.uploads.checked_type`) beside its owner, on the disk under
        a name drawn at random: what the user called it is a label, never a path."""
        name = (upload.name or "bestand")[-200:]
        made = cls(name=name, content_type=content_type, size=upload.size or 0, sha256=sha256_of(upload), **owner)
        made.file.save(uuid.uuid4().hex, upload, save=False)
        made.save(force_insert=True)
        return made

    def drop(self) -> None:
        """Away: the row now, the file once the transaction stands."""
        storage, name = self.file.storage, str(self.file.name)
        self.delete()
        transaction.on_commit(lambda: storage.delete(name))

    def fault(self) -> str:
        """What is wrong with the file on the disk, in Dutch; nothing when it is what was kept."""
        try:
            with self.file.open("rb") as stream:
                return "" if sha256_of(stream) == self.sha256 else "is veranderd"
        except OSError:
            return "ontbreekt op de schijf"


def sha256_of(stream: Any) -> str:
    """The SHA-256 of a whole binary stream, in hex, read in pieces; the stream is rewound."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return digest
