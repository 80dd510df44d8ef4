"""Check every sealed account; see `Command`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from finance.models import FundAccount
from finance.sealcheck import problems_of

CHUNK = 50


class Command(BaseCommand):
    help = (
        "Controleert van elke verantwoording of de zegels bij de bewaarde bytes passen, of bedragen en teksten nog zijn "
        "wat er verzegeld is, en of de controleverklaringen niet veranderd zijn. Eindigt met code 1 als er iets niet klopt."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per problem: ids and kinds, no texts. Reads in pieces, so any number of accounts fits in memory."""
        checked = wrong = 0
        for account in FundAccount.objects.for_page().order_by("pk").iterator(chunk_size=CHUNK):
            checked += 1
            found = list(problems_of(account))
            wrong += bool(found)
            for problem in found:
                self.stdout.write(f"verantwoording {account.pk} ({account.school.code}): {problem}")
        self.stdout.write(f"{checked} verantwoordingen gecontroleerd, {wrong} met een probleem")
        if wrong:
            raise CommandError("Niet alle verantwoordingen zijn wat er verzegeld is.")
