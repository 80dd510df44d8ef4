"""What the invented partnership and its schools wrote in profiles, plans and signals.

The seven spearheads are those of the spring round that the portal was made from; the rest is invented.
"""

from decimal import Decimal

SUPPORT_PLAN = "Samen passend in de Lindestreek"
INTRODUCTION = (
    "Dit plan zegt wat wij in vier jaar willen bereiken en waaraan wij dat meten. Het laat scholen ruimte om te groeien en "
    "hun aanpak bij te stellen. Elk jaar maken wij een werkplan met accenten."
)

# key of the spearhead's place, title, explanation
SPEARHEADS = (
    ("Het ontwikkelen van de trajectvoorziening", "De trajectvoorziening is het expertisecentrum in de school: zij kijkt mee, adviseert en coacht."),
    ("Handelingsgericht inzetten van het OPP", "Het ontwikkelingsperspectief is een werkdocument van mentor, ouders en leerling samen."),
    ("Versterken van de zorgstructuur", "Taken, rollen en routes zijn beschreven en bij elk team bekend."),
    ("Beleid rondom langdurig verzuimende leerlingen", "Verzuim wordt vroeg gezien en leidt tot ondersteuning."),
    ("Soepel verlopende overstapmomenten", "Informatie gaat met de leerling mee: van PO naar VO en verder."),
    ("Professionaliseren van mentoren en docententeams", "Differentiëren, signaleren en gesprekken voeren zijn van iedereen."),
    ("Opbrengsten monitoren, kwaliteitsbeleid", "Plannen worden elk jaar geëvalueerd en bijgesteld met wie ermee werkt."),
)  # fmt: skip

# spearhead (number), text, bound, value, unit, years until it must be reached
TARGETS = (
    (4, "Zo weinig mogelijk leerlingen zitten thuis.", "most", Decimal("0.4"), "% van de leerlingen", 3),
    (4, "Niemand zit langer dan drie maanden thuis.", "most", Decimal(0), "leerlingen", 2),
    (0, "Doorverwijzen naar het vso gebeurt alleen als het echt nodig is.", "most", Decimal("0.4"), "% van de leerlingen per jaar", 3),
    (7, "Elke school wordt in deze periode een keer bezocht, het eerste jaar een kwart van de scholen.", "least", Decimal(25), "% van de scholen", 1),
    (5, "Elk dossier is bij de overstap compleet.", "", None, "", 2),
)  # fmt: skip

# spearhead (number), goal, how it is measured, who
GOALS = (
    (1, "De trajectvoorziening kijkt in elke klas van leerjaar 2 een keer mee en bespreekt dat met de docent.", "Aantal observaties; korte vragenlijst onder docenten.", "coördinator trajectvoorziening"),
    (2, "Elk ontwikkelingsperspectief is met ouders en leerling besproken.", "Percentage OPP's met een gespreksverslag.", "mentoren"),
    (3, "De route van de ondersteuning staat op één blad en is bij alle mentoren bekend.", "Tien mentoren kunnen de route uitleggen.", "zorgcoördinator"),
    (4, "Bij verzuim van twee weken is er een gesprek met leerling en ouders.", "Percentage gesprekken binnen twee weken.", "verzuimcoördinator"),
    (5, "De informatie van de basisschool is bij elke nieuwe brugklasser gelezen en met de mentor besproken.", "Lijst van de brugklascoördinator.", "brugklascoördinator"),
    (6, "Alle mentoren volgen de training gespreksvoering.", "Aanwezigheid; nameting na drie maanden.", "teamleiders"),
    (7, "Het team evalueert het actieplan twee keer per jaar met wie ermee werkt.", "Twee verslagen.", "directeur"),
    (1, "Elk traject begint met een startgesprek en heeft een doel en een einddatum.", "Steekproef van tien dossiers.", "coördinator trajectvoorziening"),
    (4, "Langdurig verzuimende leerlingen hebben binnen zes weken een plan voor terugkeer.", "Aantal plannen, aantal leerlingen terug.", "zorgcoördinator"),
    (6, "Docenten oefenen met differentiëren en signaleren in drie studiemiddagen.", "Lesbezoeken voor en na.", "teamleiders"),
    (3, "Er is een aanbod NT2 voor leerlingen die uit de ISK komen.", "Aantal leerlingen met NT2 en hun voortgang.", "taalcoördinator"),
    (2, "Docenten gebruiken bij de leerlingbespreking het OPP en het groepshandelingsplan.", "Zes besprekingen bijgewoond.", "teamleiders"),
)  # fmt: skip

NOTES = (
    "Eerste overleg geweest. De planning staat in de agenda van alle teams.",
    "De helft is gedaan. Eén team loopt achter door ziekte; dat halen we na de vakantie in.",
    "De vragenlijst is ingevuld. De uitkomsten bespreken we in de volgende teamvergadering.",
    "Loopt volgens planning.",
)

LESSONS = (
    ("reached", "Het werkte omdat de teamleiders het zelf voordeden. Dat houden we zo."),
    ("partly", "De helft is gelukt. Volgend jaar kiezen we minder klassen en maken we meer tijd vrij."),
    ("not", "Het plan was te groot voor één jaar. We beginnen opnieuw met één leerjaar."),
    ("reached", "Vaste momenten in de jaarplanning maakten het verschil."),
)

LOOKED_TOGETHER = "Zes lessen bezocht, samen met het samenwerkingsverband. De uitkomst is in beide teams besproken."
LESSON_OF_LOOKING = (
    "reached",
    "Door samen te kijken spreken we over dezelfde lessen. De uitvoering vraagt nog werk, maar daarover zijn we het nu eens.",
)

YEAR_EVALUATION = "Het meeste is gelukt. Wat half af is, nemen we mee naar volgend jaar. De teams vroegen om minder acties en meer tijd."
PLAN_INTRODUCTION = (
    "Dit plan volgt uit ons ondersteuningsprofiel en uit het gesprek met het samenwerkingsverband. We kiezen dit jaar voor "
    "weinig acties die we afmaken."
)
GIVEN_BACK = "Bij twee acties staat nog niet waaraan u ziet dat het doel is gehaald. Vult u dat aan?"

WORK_PLAN = (
    (4, "Elke school krijgt twee keer per jaar een overzicht van haar verzuim en een gesprek daarover.", "Acht gesprekken.", "Petra Smit"),
    (5, "Eén formulier voor de overdracht van PO naar VO, samen met de basisscholen.", "Het formulier is in gebruik.", "Rachid Amrani"),
    (7, "Bij een kwart van de scholen kijken collega's mee met de basisondersteuning.", "Twee verslagen.", "Petra Smit"),
)  # fmt: skip

GROUPS = (
    (6, "Scholing van mentoren en docenten"),
    (4, "Vroeg in gesprek bij verzuim"),
)

# Profiles: description, extra support, expertise, limits, partners, ambitions, by school
DESCRIPTIONS = (
    "Een brede school aan de rand van de stad, met kleine teams per leerjaar en een eigen trajectvoorziening.",
    "Een school voor havo en vwo in de binnenstad, met veel aandacht voor zelfstandig leren.",
    "Een kleine vmbo-school waar iedereen elkaar kent. Praktische vakken vormen de helft van de week.",
    "Praktijkonderwijs met stages vanaf het tweede jaar en een vaste coach voor iedere leerling.",
    "Een school voor vmbo en havo in een dorp, die samenwerkt met de jeugdhulp in hetzelfde gebouw.",
    "Een gymnasium met aandacht voor hoogbegaafde leerlingen die vastlopen.",
    "Een vakcollege voor techniek en zorg, met werkplaatsen en kleine groepen.",
    "Een lyceum aan het park, met een rustige plek voor leerlingen die dat nodig hebben.",
)
EXTRA = (
    "Leerlingen krijgen in blokken van acht weken begeleiding door de trajectvoorziening, met een begin- en eindgesprek.",
    "Een begeleider passend onderwijs is twee dagen per week in de school, voor docenten en leerlingen.",
    "Een studiecoach helpt leerlingen met plannen, in groepjes van vier.",
)
EXPERTISE = (
    "Orthopedagoog, dyslexiespecialist en twee faalangsttrainers.",
    "Een docent NT2 en een rekenspecialist. De teamleiders zijn geschoold in oplossingsgerichte gesprekken.",
    "Een jeugdarts komt maandelijks; de coach van de trajectvoorziening is autismespecialist.",
)
LIMITS = (
    "Wij kunnen geen een-op-een begeleiding geven gedurende de hele dag en geen medische handelingen uitvoeren.",
    "Leerlingen moeten met enige hulp in een groep van vijftien kunnen werken.",
)
PARTNERS = (
    "Leerplicht, schoolmaatschappelijk werk, jeugdgezondheidszorg en de begeleiders van het samenwerkingsverband.",
    "De wijkteams van twee gemeenten, de GGD en het vso in de buurt.",
)
AMBITIONS = (
    "In twee jaar werken alle teams met dezelfde manier van signaleren, en doen leerlingen mee aan hun eigen plan.",
    "Wij willen het aanbod voor leerlingen met een taalachterstand samen met twee scholen in de buurt opzetten.",
)
EXPLANATIONS = {
    "present": ("Voor alle leerjaren.", "Beschreven in de schoolgids.", "Vast onderdeel van het rooster.", ""),
    "developing": ("Wij beginnen dit jaar in leerjaar 1.", "Twee docenten volgen de opleiding.", "De proef loopt tot de zomer."),
    "absent": ("Daarvoor verwijzen wij naar een school in de buurt.", "Er is nu geen deskundige in de school."),
}  # fmt: skip

# school, name, what, places, target groups (places on the list of target groups)
PROVISIONS = (
    (0, "Trajectvoorziening Molenpad", "Rustige ruimte met twee begeleiders, de hele week open.", 18, (0, 1)),
    (1, "Studieplein met coach", "Werkplek met een coach voor leerlingen die moeite hebben met plannen.", 12, (1,)),
    (2, "Huiskamer", "Kleine groep voor leerlingen die even niet in de klas kunnen zijn.", 8, (2, 3)),
    (3, "Stage met jobcoach", "Begeleiding op de stageplek door een vaste jobcoach.", 20, (3, 7)),
    (4, "Schakelklas taal", "Zestien weken extra Nederlands, daarna begeleiding in de klas.", 14, (5,)),
    (5, "Plusgroep", "Voor hoogbegaafde leerlingen die vastlopen; samen met een psycholoog.", 10, (6,)),
    (6, "Werkplaats op maat", "Kleine groep in de werkplaats, met een orthopedagoog op afroep.", 12, (3,)),
    (7, "Time-outplek Eikenhof", "Plek om tot rust te komen, onder toezicht van een pedagoog.", 6, (2,)),
)

# theme, text, strength, school (None: the partnership), who says "wij ook" with which remark, whether it was seen last year
SIGNALS = (
    ("demand", "Het aantal leerlingen met een ondersteuningsvraag neemt toe. Of het een trend is, weten wij nog niet.", 3, 0, ((1, "Vooral in leerjaar 1."), (4, ""), (6, "Wij zien het in de onderbouw.")), True),
    ("language", "De taalachterstand bij leerlingen uit de ISK en bij kinderen van ouders die hier tijdelijk werken, wordt groter.", 3, 4, ((0, "Onze schakelklas heeft een wachtlijst."), (6, ""), (2, "Bij ons speelt het sinds dit jaar.")), True),
    ("wellbeing", "Leerlingen zijn minder gemotiveerd en melden vaker klachten die op een burn-out lijken.", 2, 5, ((1, "Vooral in het examenjaar."), (7, "")), True),
    ("parents", "Wij zoeken een manier om om te gaan met ouders en leerlingen die hulp afhouden.", 2, 2, ((3, "Een gesprek thuis helpt soms."), (0, "")), False),
    ("absence", "Verzuim na de vakanties loopt op, ook bij leerlingen die daar eerder niet mee te maken hadden.", 2, None, ((6, ""),), False),
    ("staff", "Het is moeilijk om vervanging te vinden voor begeleiders die ziek zijn.", 1, 7, (), False),
)  # fmt: skip

DECISIONS = (
    ("reduce", "Ouders mogen verwachten dat dit op elke school gelijk is. We maken er een gezamenlijk minimum van."),
    ("enlarge", "Eén school bouwt dit op voor de hele regio; de andere scholen verwijzen door."),
)
