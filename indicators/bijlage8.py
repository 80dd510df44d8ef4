"""The form of Bijlage 8 ("Format Indicatoren Passend Onderwijs"), as each partnership gets it: a draft of its own.

The source lacks the first two indicators and the beginning of the third, and gives the letters V, U, S and P without
their meaning. What stands here for those is a reconstruction: it carries a flag, and publishing asks to confirm it.
"""

from django.db import transaction

from indicators.models import Dimension, Indicator, IndicatorSet, RatingLevel, Theme
from schools.models import Partnership

TITLE = "Indicatoren Passend Onderwijs"
SOURCE = "Bijlage 8, Format Indicatoren Passend Onderwijs"

# number, key, title, whether the text is a reconstruction
THEMES = [
    ("1", "beleid", "Beleid", True),
    ("2", "kwaliteitszorg", "Kwaliteitszorg", False),
    ("3", "resultaten", "Resultaten", False),
]

# code, key, short name, text, whether (part of) the text is a reconstruction
INDICATORS = [
    (
        "1A",
        "visie",
        "Visie",
        "Visie: de school heeft een visie op passend onderwijs, die is vastgelegd en door het team wordt gedragen.",
        True,
    ),
    (
        "1B",
        "basisondersteuning",
        "Basisondersteuning",
        "Basisondersteuning: de basisondersteuning is op het niveau dat binnen het samenwerkingsverband is afgesproken.",
        True,
    ),
    (
        "1C",
        "ondersteuningsaanbod",
        "Ondersteuningsaanbod",
        "De ondersteuning die de school kan bieden, is actueel beschreven in het Schoolondersteuningsprofiel (SOP).",
        True,
    ),
    (
        "1D",
        "samenhang-in-beleid",
        "Samenhang in beleid",
        "Er is samenhang tussen het ondersteunings-, verzuim- en veiligheidsbeleid.",
        False,
    ),
    (
        "2A",
        "vroegsignalering",
        "Vroegsignalering",
        "Vroegsignalering: mentor, teamleider en zorgcoördinator werken samen in signalering.",
        False,
    ),
    (
        "2B",
        "route-en-zorgoverleg",
        "Route en zorgoverleg",
        "De route van de interne ondersteuningsstructuur is helder. Het intern zorgoverleg (IZO) en ZAT werken effectief "
        "en planmatig.",
        False,
    ),
    (
        "2C",
        "planmatig-handelen",
        "Planmatig handelen",
        "Planmatig handelen en een handelingsgerichte en integrale werkwijze: de school heeft zicht op de "
        "leerontwikkeling van alle leerlingen en werkt handelings- en opbrengstgericht bij de ondersteuning aan "
        "leerlingen.",
        False,
    ),
    (
        "2D",
        "taken-en-rollen-mt",
        "Taken en rollen MT",
        "Ondersteuningsstructuur: er is helderheid over taak, rol, verantwoordelijkheid en bevoegdheden van de "
        "MT-leden.",
        False,
    ),
    (
        "3A",
        "ketenpartners",
        "Ketenpartners",
        "Ketenpartners: de specifieke expertise van ketenpartners is gekend en wordt benut.",
        False,
    ),
    (
        "3B",
        "verslaglegging",
        "Verslaglegging",
        "Er is verslaglegging van leerlingen met een ondersteuningsbehoefte, door middel van een groeidocument.",
        False,
    ),
    (
        "3C",
        "scholingsplan",
        "Scholingsplan",
        "De school heeft een scholingsplan opgesteld voor alle medewerkers. De scholing is gericht op het versterken van "
        "het primaire proces.",
        False,
    ),
    (
        "3D",
        "inzet-middelen",
        "Inzet middelen",
        "Inzet middelen licht en zwaar ondersteuningsbudget: in hoeverre kan de school hiermee tegemoetkomen aan de "
        "vragen over ondersteuningsbehoeften?",
        False,
    ),
]

# key, name, short name, explanation
DIMENSIONS = [
    (
        "vastgelegd",
        "Schriftelijk vastgelegd/aantoonbaar geregeld",
        "op papier",
        "De onderwerpen zijn schriftelijk uitgewerkt, in de vorm van beleid, voorschriften of afspraken. Doelen en "
        "ontwikkelpunten zijn SMART geformuleerd en bekendgemaakt.",
    ),
    (
        "geimplementeerd",
        "Effectief geïmplementeerd",
        "in de praktijk",
        "Beleid, afspraken en regels worden in de praktijk tot uitvoering gebracht.",
    ),
]

# letter and key, label, colour token; from most to least advanced
LEVELS = [
    ("V", "Voltooid", "petrol-1"),
    ("U", "In uitvoering", "petrol-2"),
    ("S", "Startfase", "petrol-3"),
    ("P", "Planfase", "petrol-4"),
]


def ship_to(partnership: Partnership) -> IndicatorSet:
    """The partnership's own copy as its first draft. A partnership that has a form already keeps that one."""
    with transaction.atomic():
        indicator_set, created = IndicatorSet.objects.get_or_create(
            partnership=partnership,
            version=1,
            defaults={"title": TITLE, "source": SOURCE, "ordinal": True, "scale_to_confirm": True},
        )
        if created:
            _add_parts(indicator_set)
    return indicator_set


def _add_parts(indicator_set: IndicatorSet) -> None:
    themes = {
        number: Theme.objects.create(
            indicator_set=indicator_set, key=key, position=position, number=number, title=title, needs_review=review
        )
        for position, (number, key, title, review) in enumerate(THEMES, start=1)
    }
    Indicator.objects.bulk_create(
        Indicator(
            indicator_set=indicator_set,
            theme=themes[code[0]],
            key=key,
            position=position,
            code=code,
            name=name,
            text=text,
            needs_review=review,
        )
        for position, (code, key, name, text, review) in enumerate(INDICATORS, start=1)
    )
    Dimension.objects.bulk_create(
        Dimension(
            indicator_set=indicator_set,
            key=key,
            position=position,
            name=name,
            short_name=short_name,
            description=description,
        )
        for position, (key, name, short_name, description) in enumerate(DIMENSIONS, start=1)
    )
    RatingLevel.objects.bulk_create(
        RatingLevel(
            indicator_set=indicator_set, key=letter.lower(), position=position, letter=letter, label=label, color=color
        )
        for position, (letter, label, color) in enumerate(LEVELS, start=1)
    )
