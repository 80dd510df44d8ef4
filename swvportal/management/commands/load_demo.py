"""Fill an empty database with the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from schools.models import Partnership
from swvportal.demo.build import build
from swvportal.demo.cast import NEIGHBOUR, PARTNERSHIP, accounts_text


class Command(BaseCommand):
    help = "Zet de demo in een lege database: een verzonnen samenwerkingsverband met acht scholen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show-accounts", action="store_true", help="toon alleen met wie u kunt inloggen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeatable: a second run changes nothing. Refused where there is other data."""
        if not options["show_accounts"]:
            self._load(options["verbosity"])
        if Partnership.objects.filter(code=PARTNERSHIP).exists():
            self.stdout.write(accounts_text(settings.SITE_URL))

    def _load(self, verbosity: int) -> None:
        if Partnership.objects.exclude(code__in=[PARTNERSHIP, NEIGHBOUR[0]]).exists():
            raise CommandError("Deze database bevat al gegevens. De demo gaat alleen in een lege database.")
        if Partnership.objects.exists():
            self.stdout.write("De demo staat er al; er is niets veranderd.")
            return
        if User.objects.exists():
            raise CommandError("Deze database bevat al mensen. De demo gaat alleen in een lege database.")
        build()
        if verbosity:
            self.stdout.write("De demo staat klaar.")
