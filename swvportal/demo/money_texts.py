"""The invented partnership's money: what its funds are for, what its schools do with it, and what they say about that."""

# Pupils per school, in the order of the cast: on 1 October before last year, and a year later.
PUPILS = ((798, 812), (655, 640), (611, 604), (259, 268), (702, 720), (548, 540), (470, 455), (871, 890))

# name, what it is for, kind of year, earmarked for (places in the list of categories), carry over, statement
FUNDS = (
    ("Ondersteuning licht", "Voor de basisondersteuning en lichte ondersteuning in de school.", "school", (), False, False),
    ("Ondersteuning zwaar", "Voor de trajectvoorziening en voor begeleiding van leerlingen die meer nodig hebben.", "school", (0, 1), True, True),
    ("Professionalisering", "Voor scholing van mentoren en docententeams.", "calendar", (5,), False, False),
)  # fmt: skip
LUMPSUM = ("Lumpsum", "Eigen geld van het schoolbestuur. Het SWV kent dit niet toe.")

# Per fund: rate per pupil and fixed amount per location, in euros; what there is for it, last year and this year.
RULES = ((92, 8_500, (525_000, 528_000)), (41, 12_000, (309_000, 311_000)), (14, 0, (70_000, 68_000)))
ADJUSTED = (3, 9_000, "Kleine school met veel leerlingen die extra ondersteuning nodig hebben.")
CORRECTED = (0, -1_840, "Twintig leerlingen stonden dubbel in de telling.")

# fund (place; -1 is the lumpsum), category (place), spearhead (number, 0 for none), description, share of the means of that
# fund in hundredths, hundredths of an fte
LINES = (
    (0, 0, 3, "Zorgcoördinator, uitbreiding", 46, 60),
    (0, 2, 4, "Mentoren: tijd voor verzuimgesprekken", 24, 30),
    (0, 3, 7, "Studiecoaches onderbouw", 18, 25),
    (0, 4, 3, "NT2-lessen voor leerlingen uit de ISK", 12, 15),
    (1, 1, 1, "Trajectvoorziening, tweede groep", 70, 40),
    (1, 0, 2, "Begeleider passend onderwijs", 30, 20),
    (2, 5, 6, "Training gespreksvoering voor mentoren", 100, None),
    (-1, 2, 0, "Extra mentoruren uit eigen middelen", 25, 20),
)
# What was spent of each line last year, in hundredths of the budget, by school: nearly everything, but the study coaches of
# the first school could not be found, and the fourth school's provision grew faster than planned.
SPENT = (98, 97, 100, 95, 99, 100, 96, 100)
SPENT_DIFFERENTLY = {(0, 2): 42, (3, 4): 118, (4, 3): 60}
PAYMENTS = ("Salarissen eerste kwartaal", "Salarissen tweede kwartaal", "Salarissen derde kwartaal", "Eindafrekening")

DONE = (
    "De uren zijn ingezet zoals begroot. De route van de ondersteuning is met alle mentoren doorgenomen en staat op één blad.",
    "We zijn in september begonnen en hebben de aanpak halverwege het jaar met het team bijgesteld.",
    "De groep is drie ochtenden per week open geweest. Docenten konden meekijken en mee begeleiden.",
)  # fmt: skip
BROUGHT = (
    "Mentoren melden eerder en de lijnen zijn korter. In de nameting weten negen van de tien mentoren bij wie zij moeten zijn.",
    "Het verzuim is in de bovenbouw gedaald. In de onderbouw zien we nog geen verschil.",
    "Meer leerlingen volgden weer alle lessen in de eigen klas. Ouders zijn tevreden over het contact.",
)  # fmt: skip
DEVIATION = {
    (0, 2): "De vacature voor een tweede studiecoach is pas in maart vervuld. Wat over is, gaat terug naar het SWV.",
    (3, 4): "De trajectvoorziening kreeg in januari een derde dagdeel. Het bestuur heeft het verschil bijgelegd.",
    (4, 3): "Er kwamen minder leerlingen uit de ISK dan verwacht. De lessen zijn in één groep gegeven.",
}
OVER = "Het derde dagdeel van de trajectvoorziening loopt door. Het bestuur legt het verschil bij."
GENERAL = "De bedragen komen uit de jaarrekening van de school."
GIVEN_BACK = "Bij het speerpunt verzuim staat nog niet wat het heeft opgebracht. Wilt u dat aanvullen?"
ASKED = "Er is minder aan mentoraat uitgegeven dan begroot. Waar is die tijd gebleven?"
ANSWERED = "Twee mentoren begonnen pas na de herfstvakantie. Vanaf januari is alle tijd ingezet."
PUT_IN = "In het gesprek is afgesproken dat hier geld voor komt. Wilt u een regel toevoegen?"
AGREED_LINE = "Uren om samen in de klas te kijken (afspraak uit het gesprek)"
AGREED_WHY = "Afgesproken in het managementgesprek; de school betaalt het verschil uit de formatie."
AGREED_PAID = "Vervanging tijdens het meekijken"

ANSWERS = (
    "De middelen zijn ingezet om mentoren meer tijd te geven en om docenten te scholen. Zo kunnen meer leerlingen in de eigen klas leren.",
    "De doelen zijn gekozen met het zorgteam, de MR en de contactpersoon van het samenwerkingsverband, op grond van het ondersteuningsprofiel.",
    "Twee keer per jaar legt het team het profiel naast de praktijk. Het formulier van het samenwerkingsverband gebruiken we als spiegel.",
)  # fmt: skip
SUMMARY = (
    "De scholen van ons bestuur hebben de middelen vooral ingezet voor tijd van mentoren, voor de trajectvoorziening en voor "
    "scholing. De doelen zijn gekozen met de zorgteams, de medezeggenschap en het samenwerkingsverband. Of het aanbod op papier "
    "bij de praktijk past, bespreken de scholen elk jaar aan de hand van de formulieren die school en samenwerkingsverband "
    "los van elkaar invullen."
)  # fmt: skip
