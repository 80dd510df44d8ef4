"""Check every sealed form; see `Command`."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators.models import Assessment, AssessmentState, IndicatorSet
from indicators.sealcheck import problems_of
from schools.models import Partnership

CHUNK = 50


class Command(BaseCommand):
    help = (
        "Controleert van elk ingediend formulier of het zegel bij de bewaarde bytes past, of de rijen nog zijn wat er "
        "verzegeld is, en of de bewijsstukken niet veranderd zijn. Eindigt met code 1 als er iets niet klopt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partnership", metavar="CODE", help="Alleen dit samenwerkingsverband, zoals VO2708.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per problem: ids and kinds, no texts. Reads in pieces, so any number of forms fits in memory."""
        checked = wrong = 0
        for form in self._forms(options["partnership"]):
            checked += 1
            found = list(problems_of(form))
            wrong += bool(found)
            for problem in found:
                self.stdout.write(f"formulier {form.pk} ({form.participation.school.code}, {form.party}): {problem}")
        self.stdout.write(f"{checked} formulieren gecontroleerd, {wrong} met een probleem")
        if wrong:
            raise CommandError("Niet alle formulieren zijn wat er verzegeld is.")

    def _forms(self, code: str | None) -> Iterator[Assessment]:
        forms = Assessment.objects.for_page().with_answers()
        forms = forms.filter(state__in=[AssessmentState.SUBMITTED, AssessmentState.EXCHANGED])
        if code:
            if not Partnership.objects.filter(code=code).exists():
                raise CommandError(f"Er is geen samenwerkingsverband met code {code}.")
            forms = forms.filter(participation__round__partnership__code=code)
        indicator_set: IndicatorSet | None = None
        for form in forms.order_by("participation__round__indicator_set", "pk").iterator(chunk_size=CHUNK):
            round_ = form.participation.round
            if indicator_set is None or indicator_set.pk != round_.indicator_set_id:
                indicator_set = IndicatorSet.objects.with_parts().get(pk=round_.indicator_set_id)
            round_.indicator_set = indicator_set
            yield form
