"""The clock of the portal; see `Command`."""

from typing import Any

from django.core.management.base import BaseCommand

from records.models import Message
from records.tasks import ask_for_pulse, take_up_abandoned_jobs


class Command(BaseCommand):
    help = (
        "Neemt werk op dat is blijven liggen en verstuurt wachtende e-mail. Veilig om elke minuut te draaien, "
        "ook als twee tegelijk lopen."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent, and safe in parallel: what is taken up is taken by a lease, what is sent is claimed first."""
        jobs = take_up_abandoned_jobs()
        ask_for_pulse()
        sent = sum(message.deliver() for message in Message.objects.waiting()[:200])
        if options["verbosity"] > 1:
            self.stdout.write(f"{jobs} opdrachten opnieuw opgenomen, {sent} berichten verstuurd")
