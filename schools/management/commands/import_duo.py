"""`manage.py import_duo`: the partnerships, boards and school locations of the country, from DUO's open data."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from import_export.results import Result

from schools import duo
from schools.duo import Mistake, Table, UnreadableFile
from schools.models import Board, Partnership
from schools.resources import BoardResource, PartnershipResource, SchoolResource

FILES = {
    "partnerships": (duo.PARTNERSHIPS, "de samenwerkingsverbanden (SWV CODE, naam, website)"),
    "boards": (duo.BOARDS, "de namen van de schoolbesturen"),
    "locations": (duo.LOCATIONS, "alle vestigingen in het voortgezet onderwijs"),
    "links": (duo.LINKS, "het samenwerkingsverband van elke vestiging"),
    "postcodes": (duo.POSTCODES, "het samenwerkingsverband van elke postcode van vier cijfers"),
}


class Command(BaseCommand):
    help = (
        "Leest de openbare bestanden van DUO in: samenwerkingsverbanden, besturen en vestigingen. "
        "Bij één fout wordt niets opgeslagen. Wat een samenwerkingsverband zelf invulde, blijft staan."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (_, meaning) in FILES.items():
            parser.add_argument(f"--{name}", type=Path, required=True, metavar="BESTAND", help=f"CSV met {meaning}")
        parser.add_argument("--dry-run", action="store_true", help="alleen proberen: er wordt niets opgeslagen")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        started = time.monotonic()
        tables = self.read({name: options[name] for name in FILES})
        with transaction.atomic():
            results = self.load(tables)
            mistakes = [mistake for table in tables.values() for mistake in table.mistakes]
            if mistakes:
                self.refuse(mistakes)
            if dry_run:
                transaction.set_rollback(True)
        for line in self.summary(tables, results):
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Proef: er is niets opgeslagen.")
        elif not any(result.totals["new"] + result.totals["update"] for result in results.values()):
            self.stdout.write("Er is niets gewijzigd: alles stond er al zo.")
        self.stdout.write(self.style.SUCCESS(f"Klaar in {time.monotonic() - started:.1f} s.".replace(".", ",", 1)))

    def read(self, paths: dict[str, Path]) -> dict[str, Table]:
        """Every file, or a refusal that names all files that cannot be used."""
        tables: dict[str, Table] = {}
        refused: list[Mistake] = []
        for name, path in paths.items():
            try:
                tables[name] = duo.read_table(path, FILES[name][0])
            except UnreadableFile as error:
                refused.append(error.mistake)
        if refused:
            self.refuse(refused)
        return tables

    def load(self, tables: dict[str, Table]) -> dict[str, Result]:
        """Everything into the database, inside the caller's transaction. Mistakes are left in the tables."""
        links = duo.read_links(tables["links"], tables["postcodes"])
        results = {"partnerships": PartnershipResource(tables["partnerships"]).load()}
        names = duo.board_names(
            tables["boards"], tables["locations"], dict(Board.objects.values_list("number", "name"))
        )
        results["boards"] = BoardResource(tables["boards"], names).load()
        results["locations"] = SchoolResource(
            tables["locations"],
            links,
            dict(Partnership.objects.values_list("code", "pk")),
            dict(Board.objects.values_list("number", "pk")),
        ).load()
        return results

    def refuse(self, mistakes: list[Mistake]) -> None:
        count = "1 fout" if len(mistakes) == 1 else f"{len(mistakes)} fouten"
        raise CommandError("\n".join([f"Er is niets opgeslagen: {count}.", *map(str, mistakes)]))

    def summary(self, tables: dict[str, Table], results: dict[str, Result]) -> list[str]:
        titles = {"partnerships": "Samenwerkingsverbanden", "boards": "Besturen", "locations": "Vestigingen"}
        lines = [
            f"{title} ({tables[name].file}): {results[name].totals['new']} nieuw, "
            f"{results[name].totals['update']} gewijzigd, {results[name].totals['skip']} ongewijzigd"
            for name, title in titles.items()
        ]
        for name, title in {"links": "Koppelingen", "postcodes": "Postcodes"}.items():
            lines.append(f"{title} ({tables[name].file}): {len(tables[name].rows)} gelezen")
        return lines
