"""The clock of the portal; see `Command`."""

from typing import Any

from django.core.management.base import BaseCommand

from records.models import Job, Message
from records.tasks import work_on_job


class Command(BaseCommand):
    help = (
        "Neemt werk op dat is blijven liggen en verstuurt wachtende e-mail. Veilig om elke minuut te draaien, "
        "ook als twee tegelijk lopen."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent, and safe in parallel: what is taken up is taken by a lease, what is sent is claimed first."""
        jobs = list(Job.objects.abandoned().values_list("pk", flat=True))
        for job in jobs:
            work_on_job.enqueue(job)
        sent = sum(message.deliver() for message in Message.objects.waiting()[:200])
        if options["verbosity"] > 1:
            self.stdout.write(f"{len(jobs)} opdrachten opnieuw opgenomen, {sent} berichten verstuurd")
