"""A list of basic support and target groups to begin with. The words are our own; a partnership makes them its own
before it publishes. An item that asks the same as an indicator of the form of Bijlage 8 names that indicator.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from actionplans.models import CatalogueItem, SupportCatalogue

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import Partnership


@dataclass(frozen=True, slots=True)
class ShippedItem:
    name: str
    description: str
    indicator_key: str = ""


CLASSROOM = (
    ShippedItem(
        "Vroeg zien wat een leerling nodig heeft",
        "Mentor en vakdocenten volgen elke leerling en bespreken signalen op vaste momenten.",
        "vroegsignalering",
    ),
    ShippedItem(
        "Afstemmen in de les",
        "Docenten passen uitleg, tempo en werkvorm aan op verschillen in de klas.",
        "basisondersteuning",
    ),
    ShippedItem(
        "Hulp bij lezen en rekenen",
        "Er is beleid voor dyslexie en dyscalculie: herkennen, hulpmiddelen en aanpassing van toetsen.",
    ),
    ShippedItem(
        "Ondersteuning bij taal",
        "Leerlingen met een taalachterstand krijgen extra taalaanbod, ook in de zaakvakken.",
    ),
)
GUIDANCE = (
    ShippedItem(
        "Mentor als vast gezicht",
        "Elke leerling heeft een mentor, die ook het vaste aanspreekpunt voor ouders is.",
    ),
    ShippedItem(
        "Planmatig werken met een ontwikkelingsperspectief",
        "Voor extra ondersteuning is er een plan met doelen, dat met leerling en ouders wordt besproken en bijgesteld.",
        "planmatig-handelen",
    ),
    ShippedItem(
        "Training van vaardigheden",
        "Er is een aanbod voor bijvoorbeeld faalangst, sociale vaardigheden en plannen en organiseren.",
        "ondersteuningsaanbod",
    ),
    ShippedItem(
        "Vaste route voor ondersteuning",
        "Iedereen weet wie een hulpvraag oppakt, en wanneer het zorgoverleg bij elkaar komt.",
        "route-en-zorgoverleg",
    ),
)
SAFETY = (
    ShippedItem(
        "Veilig klimaat op school",
        "Er zijn regels tegen pesten, een vertrouwenspersoon en elk jaar een meting van de veiligheid.",
        "samenhang-in-beleid",
    ),
    ShippedItem(
        "Aanpak van verzuim",
        "De school ziet verzuim snel, belt dezelfde dag en werkt samen met leerplicht.",
    ),
    ShippedItem(
        "Ruimte om tot rust te komen",
        "Een leerling kan even uit de les naar een plek met toezicht, en keert daarna terug.",
    ),
)
ORGANISATION = (
    ShippedItem(
        "Samenwerken met partners",
        "Jeugdhulp, jeugdgezondheidszorg en leerplicht zijn bekend op school en sluiten aan als dat nodig is.",
        "ketenpartners",
    ),
    ShippedItem(
        "Scholing van het team",
        "Het scholingsplan zegt wat docenten en ondersteuners leren over passend onderwijs.",
        "scholingsplan",
    ),
    ShippedItem(
        "Warme overdracht",
        "Bij de overstap naar of van een andere school gaan gegevens en ervaringen mee, met toestemming van ouders.",
        "verslaglegging",
    ),
)
BASIC = {
    "In de les": CLASSROOM,
    "Begeleiding": GUIDANCE,
    "Veiligheid en verzuim": SAFETY,
    "Organisatie": ORGANISATION,
}
TARGET_GROUPS = (
    ShippedItem("Leerlingen met autisme", "Behoefte aan voorspelbaarheid, prikkelarme plekken en duidelijke taal."),
    ShippedItem("Leerlingen met aandachtsproblemen", "Moeite met concentreren, plannen of stilzitten."),
    ShippedItem("Leerlingen met angst of somberheid", "Klachten die leren of naar school gaan moeilijk maken."),
    ShippedItem("Leerlingen met moeilijk verstaanbaar gedrag", "Gedrag dat vraagt om een vaste aanpak van het team."),
    ShippedItem("Langdurig zieke leerlingen", "Een lichamelijke beperking of ziekte, ook bij onderwijs thuis."),
    ShippedItem("Leerlingen met een taalachterstand", "Onder wie nieuwkomers die nog niet lang Nederlands leren."),
    ShippedItem("Leerlingen die meer aankunnen", "Behoefte aan verdieping, versnelling of een eigen leerlijn."),
    ShippedItem("Leerlingen die dreigen uit te vallen", "Veel verzuim, of nu thuis en op weg terug naar school."),
)


def begin_with_shipped(by: "User", partnership: "Partnership") -> SupportCatalogue:
    """The partnership's draft with this list in it. A draft that holds something already stays as it is."""
    with transaction.atomic():
        draft = SupportCatalogue.begin(by, partnership)
        if draft.items.exists():
            return draft
        for heading, items in BASIC.items():
            for item in items:
                _add(by, draft, CatalogueItem.Kind.BASIC, heading, item)
        for item in TARGET_GROUPS:
            _add(by, draft, CatalogueItem.Kind.TARGET_GROUP, "", item)
    return draft


def _add(by: "User", draft: SupportCatalogue, kind: str, heading: str, item: ShippedItem) -> None:
    draft.add_item(
        by,
        kind=kind,
        heading=heading,
        name=item.name,
        description=item.description,
        indicator_key=item.indicator_key,
    )
