"""What the invented schools and their partnership wrote, per indicator and per level of practice.

Each entry holds four texts for the school (V, U, S, P) and four for the partnership.
"""

ANSWERS: dict[str, tuple[tuple[str, str, str, str], tuple[str, str, str, str]]] = {
    "visie": (
        (
            "Onze visie staat in de schoolgids en in het inwerkprogramma. Elk team bespreekt haar aan het begin van het "
            "jaar met een casus uit de eigen praktijk.",
            "De visie is vastgesteld en met alle teams besproken. In twee teams is de vertaling naar de les nog een "
            "punt van gesprek.",
            "Er ligt een visie uit 2022. We herschrijven haar nu met een werkgroep van docenten en ouders.",
            "We willen in het voorjaar een visie opstellen. Tot die tijd werken we met de visie van het bestuur.",
        ),
        (
            "De visie kwam in alle gesprekken met docenten terug, met eigen voorbeelden.",
            "De visie is bekend bij teamleiders en zorgcoördinator. Docenten noemen haar niet uit zichzelf.",
            "Wij zagen een concept. Het team kende het nog niet.",
            "Wij hebben geen eigen visie van de school gezien.",
        ),
    ),
    "basisondersteuning": (
        (
            "Alle onderdelen van de afgesproken basisondersteuning zijn aanwezig. Dat is vorig jaar door een collega-"
            "school bekeken en bevestigd.",
            "Van de afgesproken onderdelen zijn er negen aanwezig. Faalangsttraining en rekenhulp bouwen we dit jaar op.",
            "We hebben de onderdelen in kaart gebracht. De invulling verschilt nog sterk per afdeling.",
            "We beginnen in januari met de vragenlijst over de basisondersteuning.",
        ),
        (
            "De basisondersteuning is op het afgesproken niveau, ook in de bovenbouw.",
            "De meeste onderdelen zijn er. In de bovenbouw is minder tijd voor mentorgesprekken dan afgesproken.",
            "In drie lesbezoeken zagen wij weinig differentiatie. Dat hoort bij de basisondersteuning.",
            "Er is nog geen overzicht van wat de school zelf biedt.",
        ),
    ),
    "ondersteuningsaanbod": (
        (
            "Het profiel is dit schooljaar bijgewerkt, besproken met de MR en te vinden op de website.",
            "Het profiel is bijgewerkt. De instemming van de MR staat op de agenda van volgende maand.",
            "De zorgcoördinator werkt aan een nieuwe versie. De oude is van twee jaar geleden.",
            "Het profiel moet helemaal opnieuw; we plannen dat voor de zomer.",
        ),
        (
            "Het profiel klopt met wat wij in de school zagen.",
            "Het profiel is actueel. De grenzen van de ondersteuning mogen scherper.",
            "Het profiel noemt een trajectvoorziening die er dit jaar niet is.",
            "Het profiel op de website is van voor de verhuizing.",
        ),
    ),
    "samenhang-in-beleid": (
        (
            "Ondersteuning, verzuim en veiligheid staan in één plan. De drie coördinatoren overleggen elke twee weken.",
            "De plannen verwijzen naar elkaar. Het verzuimprotocol en het pestprotocol brengen we dit jaar samen.",
            "Er zijn drie losse plannen. We hebben afgesproken wie ze naast elkaar legt.",
            "We willen het beleid volgend jaar op elkaar afstemmen.",
        ),
        (
            "Verzuim wordt snel opgepakt en leidt zichtbaar tot ondersteuning.",
            "De lijnen zijn kort. Bij langdurig verzuim komt de zorgcoördinator soms laat in beeld.",
            "Het verzuimteam en het ondersteuningsteam werken los van elkaar.",
            "Wij zagen geen samenhang tussen de plannen.",
        ),
    ),
    "vroegsignalering": (
        (
            "Alle mentoren vullen drie keer per jaar de signaleringslijst in. De zorgcoördinator bespreekt de uitkomst "
            "met de teamleider.",
            "In leerjaar 1 tot en met 3 werken we met de signaleringslijst. De bovenbouw volgt na de kerst.",
            "Een groep van zes mentoren probeert de signaleringslijst uit.",
            "We hebben een signaleringslijst gekozen en voeren die volgend jaar in.",
        ),
        (
            "Signalen komen op tijd en op dezelfde manier binnen, ook in de bovenbouw.",
            "Signalering werkt goed in de onderbouw. In leerjaar 4 hangt het af van de mentor.",
            "De lijst wordt gebruikt, maar wij zagen niet wat er met de uitkomst gebeurt.",
            "Signalen komen nu vooral via ouders.",
        ),
    ),
    "route-en-zorgoverleg": (
        (
            "De route hangt in elke teamkamer en staat op het intranet. Het IZO werkt met een vaste agenda en een "
            "actielijst.",
            "De route is beschreven. Het ZAT komt zes keer per jaar bij elkaar; de terugkoppeling naar mentoren kan "
            "sneller.",
            "Het IZO is dit jaar begonnen. We zoeken nog naar een goede vorm voor de verslagen.",
            "We schrijven de route dit voorjaar op.",
        ),
        (
            "Mentoren weten waar zij terecht kunnen. Het IZO en het ZAT werken planmatig.",
            "Het overleg loopt goed. Afspraken uit het ZAT komen niet altijd bij de mentor terecht.",
            "Er is overleg, zonder vaste agenda. Nieuwe docenten kennen de route niet.",
            "De route is er nog niet; veel loopt via één persoon.",
        ),
    ),
    "planmatig-handelen": (
        (
            "Alle teams werken met groepsoverzichten. Bij elke leerlingbespreking ligt het ontwikkelingsperspectief op "
            "tafel.",
            "Groepsoverzichten zijn er voor alle klassen. Het team bespreekt ze twee keer per jaar.",
            "Twee teams werken met groepsoverzichten. De andere teams krijgen scholing.",
            "We kiezen dit jaar een vorm voor het groepsoverzicht.",
        ),
        (
            "De werkwijze is in elk lesbezoek terug te zien.",
            "De plannen zijn goed. In de les zien we ze bij de helft van de docenten terug.",
            "Er zijn overzichten, maar docenten gebruiken ze weinig in hun lessen.",
            "In vier lesbezoeken zagen wij geen groepsoverzicht. De uitvoering moet nog beginnen.",
        ),
    ),
    "taken-en-rollen-mt": (
        (
            "Taken en bevoegdheden van de MT-leden staan in het managementstatuut en zijn bij iedereen bekend.",
            "De verdeling is vastgelegd. Wie beslist over extra formatie, spreken we nog preciezer af.",
            "Door wisselingen in het MT zijn de taken opnieuw verdeeld; het papier loopt nog achter.",
            "Zodra het nieuwe MT compleet is, leggen we de taken vast.",
        ),
        (
            "Wij weten wie waarover gaat, en de teams ook.",
            "De rollen zijn helder; bij afwezigheid van de zorgcoördinator is er geen vervanging geregeld.",
            "Bij twee vragen van ons was niet duidelijk wie moest beslissen.",
            "De taken zijn nog niet verdeeld.",
        ),
    ),
    "ketenpartners": (
        (
            "Met jeugdhulp, leerplicht en GGD hebben we vaste afspraken en een gezamenlijke agenda.",
            "Leerplicht en schoolmaatschappelijk werk zijn wekelijks in school. Met de jeugdhulp overleggen we als het "
            "nodig is.",
            "We hebben een lijst met partners gemaakt. Van enkele weten we nog niet wat zij kunnen bieden.",
            "We brengen dit jaar in kaart met wie we samenwerken.",
        ),
        (
            "De school weet partners snel te vinden en vertelt hoe zij dat doet aan andere scholen.",
            "De samenwerking met leerplicht is sterk. De expertise van de trajectvoorziening kan vaker worden gebruikt.",
            "Partners geven aan dat de school hen laat betrekt.",
            "Wij zien nog weinig contact met partners buiten de school.",
        ),
    ),
    "verslaglegging": (
        (
            "Voor elke leerling met extra ondersteuning is er een groeidocument, dat ouders en leerling mee invullen.",
            "Het groeidocument is ingevoerd in leerjaar 1 en 2. De andere leerjaren gebruiken nog het oude formulier.",
            "We proberen het groeidocument uit in één brugklas.",
            "Volgend schooljaar stappen we over op het groeidocument.",
        ),
        (
            "De dossiers die wij inzagen, waren bijgewerkt en in begrijpelijke taal.",
            "De dossiers zijn op orde. Doelen zijn niet altijd te meten.",
            "De verslagen verschillen per mentor; een evaluatie ontbreekt vaak.",
            "Er wordt nog niet met een groeidocument gewerkt.",
        ),
    ),
    "scholingsplan": (
        (
            "Het scholingsplan geldt voor alle medewerkers en is dit jaar voor negentig procent uitgevoerd.",
            "Er is een plan voor alle medewerkers. Drie van de vijf studiedagen zijn geweest.",
            "Het plan is klaar. Door het lerarentekort zijn de studiedagen uitgesteld.",
            "We stellen een plan op nadat we de behoefte in de teams hebben gepeild.",
        ),
        (
            "De scholing sluit aan op wat docenten in de les nodig hebben.",
            "Het plan is goed. Onderwijsassistenten doen nog niet overal mee.",
            "Het plan is er, maar wij hoorden van docenten dat zij dit jaar geen scholing kregen.",
            "Wij kennen nog geen scholingsplan.",
        ),
    ),
    "inzet-middelen": (
        (
            "De middelen licht en zwaar zijn genoeg voor de vragen die er zijn. We laten per arrangement zien wat het "
            "opleverde.",
            "Met de middelen kunnen we de meeste vragen aan. Voor NT2 komen we uren tekort.",
            "De vraag is groter dan het budget. We kiezen dit jaar voor begeleiding in kleine groepen.",
            "We weten nog niet goed waar de middelen aan opgaan en brengen dat in kaart.",
        ),
        (
            "De inzet is goed te volgen en past bij de doelen van het ondersteuningsplan.",
            "De inzet is passend. Het effect van de extra mentoruren is nog niet beschreven.",
            "Een deel van het budget ging naar kosten die bij de basis horen.",
            "Wij hebben nog geen overzicht van de besteding.",
        ),
    ),
}

NOT_SEEN = "Wij hebben de stukken hierover nog niet gezien en geven daarom geen oordeel over het papier."

STARTED_WITHOUT = (
    "Door ziekte van de directeur is het formulier van de school niet op tijd klaar. In overleg gaat het gesprek door."
)

FOLLOW_UP = {
    "school": (
        "Samen met het SWV kijken hoe wij NT2 kunnen regelen voor leerlingen die uit de ISK komen.",
        "Een collega-school bezoeken die al met het groeidocument werkt.",
        "Graag advies over de inzet van de begeleider passend onderwijs in de bovenbouw.",
        "Afspraken maken over de overdracht van dossiers uit het basisonderwijs.",
    ),
    "partnership": (
        "Twee lesbezoeken samen met de zorgcoördinator, en de uitkomst in het team bespreken.",
        "De school laat in het voorjaar zien wat de extra mentoruren opleverden.",
        "Samen kijken naar de grenzen van de ondersteuning in het profiel.",
        "De school deelt haar aanpak van verzuim in het directieberaad.",
    ),
}

PLANNING = {
    "school": (
        "Vóór de kerst: signaleringslijst in de bovenbouw. Vanaf februari: groeidocument in leerjaar 2. In juni evalueren.",
        "In januari start de scholing over differentiëren. In mei bespreken de teams wat zij daarvan in de les doen.",
        "Tot de voorjaarsvakantie: beleid naast elkaar leggen. Daarna vaststellen in MT en MR.",
        "In het tweede halfjaar: lesbezoeken over en weer, daarna een studiemiddag met het hele team.",
    ),
    "partnership": (
        "In het voorjaar een tussengesprek van een half uur, daarna opnieuw bij het managementgesprek.",
        "De begeleider passend onderwijs kijkt in maart mee met twee teams.",
        "Voor de zomer een gesprek over de begroting van de ondersteuning.",
        "In november kijken we samen of het plan is uitgevoerd.",
    ),
}

# indicator, what was agreed, whether the school (else the partnership) does it
AGREEMENTS = (
    ("planmatig-handelen", "Samen zes lessen bezoeken en kijken hoe groepsoverzichten worden gebruikt.", True),
    ("vroegsignalering", "De signaleringslijst ook invullen in leerjaar 4 en 5.", True),
    ("inzet-middelen", "Schriftelijk toelichten hoe het SWV de inzet van middelen waardeert.", False),
    ("samenhang-in-beleid", "Ondersteunings-, verzuim- en veiligheidsbeleid samenbrengen in één document.", True),
    ("scholingsplan", "De uitgestelde studiedagen opnieuw plannen.", True),
    ("ketenpartners", "Een overzicht delen van partners in de regio en wat zij bieden.", False),
)

CONCLUSIONS = {
    "planmatig-handelen": "School en SWV keken naar andere lessen. We gaan samen kijken en spreken elkaar daarna opnieuw.",
    "vroegsignalering": "In de onderbouw werkt het. De bovenbouw krijgt dit jaar voorrang.",
    "ketenpartners": "De school doet meer dan op papier staat. Zij schrijft de afspraken met partners op.",
    "inzet-middelen": "We bekijken de besteding per arrangement bij het volgende gesprek.",
    "samenhang-in-beleid": "De drie plannen zijn er. Het verschil zat in de vraag of zij naar elkaar verwijzen.",
    "basisondersteuning": "We zijn het eens over wat er is. Over de bovenbouw praten we verder na de lesbezoeken.",
}

SUMMARY = (
    "School en SWV herkennen elkaars beeld. De grootste verschillen zitten in de praktijk; op papier is veel geregeld. "
    "Voorrang krijgen planmatig handelen en signalering in de bovenbouw.",
    "Een open gesprek. De school heeft veel in gang gezet en wil eerst afmaken wat loopt voordat zij iets nieuws begint.",
    "De school is in een jaar zichtbaar gegroeid. We letten dit jaar op de vertaling van beleid naar de les.",
)
BUDGET_NOTES = (
    "Het budget licht is besteed aan mentoruren en een studiecoach. De school ziet minder uitval in leerjaar 3. "
    "Het budget zwaar ging naar begeleiding in kleine groepen.",
    "De trajectvoorziening is uitgebreid met een dag. Er is een wachtlijst van enkele weken.",
)
PLAN_NOTES = (
    "Van de zes acties lopen er vier. De scholing is uitgesteld naar het voorjaar.",
    "Het ambitieplan sluit aan bij de speerpunten van het SWV. De school wil een punt over taal toevoegen.",
)

ARRANGEMENTS = (
    ("Trajectvoorziening", 12, 3_480_000),
    ("Begeleider passend onderwijs in de klas", 9, 1_575_000),
    ("Studiecoach", 15, 1_120_000),
    ("NT2", 6, 690_000),
    ("Orthopedagoog", 3, 312_000),
)
