"""`manage.py add_administrator`: the first beheerder of a partnership, who invites everybody else."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.passwords import choose_password_link, mail_account_made
from records.models import LogEntry
from schools.models import Membership, Partnership, Role


class Command(BaseCommand):
    help = (
        "Maakt iemand beheerder van een samenwerkingsverband. Wie nog geen account heeft, krijgt er een, met een "
        "e-mail om zelf een wachtwoord te kiezen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partnership", required=True, metavar="CODE", help="bijvoorbeeld VO2708")
        parser.add_argument("--email", required=True, help="het e-mailadres waarmee deze persoon inlogt")
        parser.add_argument("--name", required=True, help="de naam, zoals anderen die zien")
        parser.add_argument("--print-link", action="store_true", help="toon de link, in plaats van hem te mailen")

    def handle(self, *args: Any, partnership: str, email: str, name: str, print_link: bool, **options: Any) -> None:
        code = partnership.replace("-", "").upper()
        where = Partnership.objects.filter(code=code).first()
        if where is None:
            raise CommandError(f"Er is geen samenwerkingsverband met code {code}. Lees eerst de bestanden van DUO in.")
        with transaction.atomic():
            user = self.person(email, name)
            membership, is_added = Membership.objects.get_or_create(
                user=user, role=Role.ADMINISTRATOR, partnership=where
            )
            if is_added:
                LogEntry.objects.record("role_given", membership, by=None, partnership=where, after=membership.role)
        self.stdout.write(f"{user.name} ({user.email}) is {'nu' if is_added else 'al'} beheerder van {where.name}.")
        if user.has_usable_password():
            self.stdout.write("Dit account had al een wachtwoord; er is geen e-mail verstuurd.")
        elif print_link:
            self.stdout.write(f"Kies hier een wachtwoord (24 uur, één keer): {choose_password_link(user)}")
        else:
            mail_account_made(user)
            self.stdout.write(f"Naar {user.email} is een link gestuurd om een wachtwoord te kiezen.")

    def person(self, email: str, name: str) -> User:
        """Who has this address, or a new account without a password."""
        found = User.objects.filter(email=email.strip().lower()).first()
        if found is not None:
            if not found.is_active:
                raise CommandError(
                    f"Het account van {found.email} is gesloten. Open het eerst in het applicatiebeheer."
                )
            return found
        user = User(email=email.strip().lower(), name=name.strip())
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as error:
            options = {"email": "--email", "name": "--name"}
            said = [f"{options.get(field, field)}: {' '.join(texts)}" for field, texts in error.message_dict.items()]
            raise CommandError("\n".join(said)) from error
        user.save()
        LogEntry.objects.record("account_made", user, by=None)
        return user
