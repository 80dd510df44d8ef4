"""Who is who in the demo: partnership, boards, schools and people, all invented."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import User
from schools.models import Board, Membership, Partnership, Role, School

PARTNERSHIP = "VO9901"
PASSWORD = "lindestreek"  # noqa: S105 - a demo without secrets; refused on production settings
DOMAIN = "lindestreek.example"

BOARDS = (
    ("99901", "Stichting Oeverland Onderwijs"),
    ("99902", "Vereniging voor Christelijk Onderwijs Lindestreek"),
    ("99903", "Openbaar Voortgezet Onderwijs Lindestad"),
)

# BRIN, board (index), name, location, street, postcode, town, structure, director's first name
SCHOOLS = (
    ("99ZA", 0, "Oeverland College", "Molenpad", "Molenpad 4", "9901AA", "Lindestad", "VMBO/HAVO/VWO", "alice"),
    ("99ZB", 0, "Lindelyceum", "", "Singel 18", "9901BC", "Lindestad", "HAVO/VWO", "carla"),
    ("99ZC", 0, "Mavo Zandhoek", "", "Zandhoek 7", "9911XA", "Zandbroek", "VMBO", "evert"),
    ("99ZD", 0, "Praktijkschool De Werf", "", "Werfkade 31", "9901KM", "Lindestad", "PrO", "fatima"),
    ("99ZE", 1, "Haverkamp College", "", "Dorpsstraat 112", "9921HC", "Haverkamp", "VMBO/HAVO", "gijs"),
    ("99ZF", 1, "Christelijk Gymnasium Lindestad", "", "Kerkplein 2", "9901AD", "Lindestad", "VWO", "hanneke"),
    ("99ZG", 2, "Vakcollege Molenwaard", "", "Industrieweg 9", "9931MW", "Molenwaard", "VMBO", "ivo"),
    ("99ZH", 2, "Eikenhof Lyceum", "", "Parklaan 55", "9901EL", "Lindestad", "HAVO/VWO", "joke"),
)

# The first board has a school in the next partnership too: of that nobody here sees anything but the board.
NEIGHBOUR = ("VO9902", "SWV VO Hogeland")
NEIGHBOUR_SCHOOL = (
    "99ZK", 0, "Hogeland College", "", "Wierdeweg 1", "9951HC", "Hogerhuizen", "VMBO/HAVO", "karim",
)  # fmt: skip

# first name, full name, function
PEOPLE = (
    ("alice", "Alice Vermeer", "directeur"),
    ("bob", "Bob Janssen", "zorgcoördinator"),
    ("sanne", "Sanne de Groot", "teamleider onderbouw, plaatsvervangend directeur"),
    ("carla", "Carla Hoekstra", "directeur"),
    ("evert", "Evert Mulder", "directeur"),
    ("fatima", "Fatima Yıldız", "directeur"),
    ("gijs", "Gijs Brouwer", "directeur"),
    ("hanneke", "Hanneke Postma", "rector"),
    ("ivo", "Ivo Kuipers", "directeur"),
    ("joke", "Joke Verhagen", "rector"),
    ("karim", "Karim el Idrissi", "directeur"),
    ("dirk", "Dirk van Houten", "bestuurder"),
    ("petra", "Petra Smit", "beleidsmedewerker"),
    ("rachid", "Rachid Amrani", "beleidsmedewerker"),
    ("bea", "Bea Willems", "coördinator bedrijfsvoering"),
    ("aisha", "Aisha Demir", "auditor"),
    ("oscar", "Oscar Blom", "applicatiebeheerder"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    partnership: Partnership
    schools: tuple[School, ...]
    people: dict[str, User]
    neighbour: School  # of the first board, in another partnership

    def director_of(self, index: int) -> User:
        return self.people[SCHOOLS[index][-1]]

    def officer_of(self, index: int) -> User:
        """Petra has the first five schools, Rachid the other three."""
        return self.people["petra" if index < 5 else "rachid"]


def make_cast(today: datetime.date) -> Cast:
    partnership = Partnership.objects.create(
        code=PARTNERSHIP,
        name="SWV VO Lindestreek",
        number="99900",
        website="lindestreek.example",
        contact="Petra Smit, 0900 000 00 00",
    )
    boards = [Board.objects.create(number=number, name=name) for number, name in BOARDS]
    schools = tuple(_make_school(partnership, boards, row) for row in SCHOOLS)
    code, name = NEIGHBOUR
    neighbour = _make_school(Partnership.objects.create(code=code, name=name), boards, NEIGHBOUR_SCHOOL)
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    people = {
        first: User.objects.create(
            email=f"{first}@{DOMAIN}",
            password=password,
            name=name,
            job_title=function,
            is_staff=first == "oscar",
        )
        for first, name, function in PEOPLE
    }
    cast = Cast(partnership, schools, people, neighbour)
    _give_roles(cast, boards, today)
    return cast


def _make_school(
    partnership: Partnership, boards: list[Board], row: tuple[str, int, str, str, str, str, str, str, str]
) -> School:
    brin, board, name, location, street, postcode, city, structure, _ = row
    return School.objects.create(
        partnership=partnership,
        board=boards[board],
        brin=brin,
        name=name,
        location=location,
        street=street,
        postcode=postcode,
        city=city,
        structure=structure,
        secretariat_email=f"secretariaat.{brin.lower()}@{DOMAIN}",
    )


def _give_roles(cast: Cast, boards: list[Board], today: datetime.date) -> None:
    people = cast.people
    for index, school in enumerate(cast.schools):
        Membership.objects.create(user=cast.director_of(index), role=Role.DIRECTOR, school=school)
    Membership.objects.create(user=people[NEIGHBOUR_SCHOOL[-1]], role=Role.DIRECTOR, school=cast.neighbour)
    Membership.objects.create(user=people["bob"], role=Role.STAFF, school=cast.schools[0])
    Membership.objects.create(user=people["sanne"], role=Role.STAFF, school=cast.schools[0], deputy=True)
    Membership.objects.create(user=people["dirk"], role=Role.BOARD_MEMBER, board=boards[0])
    for officer in ("petra", "rachid"):
        Membership.objects.create(user=people[officer], role=Role.POLICY_OFFICER, partnership=cast.partnership)
    Membership.objects.create(user=people["bea"], role=Role.ADMINISTRATOR, partnership=cast.partnership)
    Membership.objects.create(
        user=people["aisha"],
        role=Role.AUDITOR,
        partnership=cast.partnership,
        valid_until=today + datetime.timedelta(days=365),
    )


ACCOUNTS = (
    ("alice", "directeur van het Oeverland College: vult het formulier in en dient het in"),
    ("bob", "zorgcoördinator van het Oeverland College: vult mee in, kan niet indienen"),
    ("carla", "directeur van het Lindelyceum: moet nog beginnen"),
    ("hanneke", "rector van het Christelijk Gymnasium: het gesprek is geweest, het verslag is gemaakt"),
    ("dirk", "bestuurder van Stichting Oeverland Onderwijs: ziet vier scholen"),
    ("petra", "beleidsmedewerker van het SWV: vult het formulier van het SWV in, leidt gesprekken"),
    ("bea", "beheerder van het SWV: publiceert formulieren, opent rondes"),
    ("aisha", "auditor: leest wat is uitgewisseld"),
    ("oscar", "applicatiebeheerder: ziet geen antwoorden"),
)


def accounts_text(url: str) -> str:
    """The list of people one can sign in as, for the screen."""
    width = max(len(first) for first, _ in ACCOUNTS) + len(DOMAIN) + 1
    lines = [f"Inloggen op {url} met een van deze adressen; het wachtwoord is steeds: {PASSWORD}", ""]
    lines += [f"  {f'{first}@{DOMAIN}':<{width}}  {what}" for first, what in ACCOUNTS]
    return "\n".join(lines)
