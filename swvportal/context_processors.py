"""What the frame around every page shows: whose portal this is, who is signed in, where one can go."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from schools.access import Access, access_of
from schools.models import Partnership, Role
from swvportal.demo.cast import ACCOUNTS, DOMAIN, PASSWORD


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Portal:
    demo: bool
    support_contact: str
    user_name: str = ""
    role_label: str = ""
    partnership_name: str = ""
    menu: tuple[MenuItem, ...] = ()


def portal(request: HttpRequest) -> dict[str, object]:
    """`portal` for every template; empty but for the demo banner when nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"portal": Portal(settings.DEMO, settings.SUPPORT_CONTACT), **_demo_accounts()}
    access = access_of(user)
    partnership = _partnership_of(access)
    return {
        "portal": Portal(
            demo=settings.DEMO,
            support_contact=(partnership.contact if partnership else "") or settings.SUPPORT_CONTACT,
            user_name=user.name,
            role_label=_role_label(access),
            partnership_name=partnership.name if partnership else "",
            menu=_menu(request, access),
        )
    }


def _demo_accounts() -> dict[str, object]:
    """Who one can sign in as, on the sign-in page of a demo and nowhere else."""
    if not settings.DEMO:
        return {}
    return {"demo_accounts": [(f"{first}@{DOMAIN}", what) for first, what in ACCOUNTS], "demo_password": PASSWORD}


def _partnership_of(access: Access) -> Partnership | None:
    for membership in access.memberships:
        if membership.partnership_id:
            return membership.partnership
        if membership.school_id:
            return membership.school.partnership if membership.school else None
    return None


def _role_label(access: Access) -> str:
    """The role, with the school's or board's name; "en nog 2" when there are more."""
    if not access.memberships:
        return ""
    first = access.memberships[0]
    short = {Role.DIRECTOR: "directeur", Role.STAFF: "medewerker", Role.BOARD_MEMBER: "bestuurder"}
    label = short.get(Role(first.role), first.get_role_display())
    if first.school_id or first.board_id:
        label = f"{label} {first.scope}"
    more = len(access.memberships) - 1
    return f"{label} en nog {more}" if more else label


def _schools_entry(access: Access) -> tuple[str, str]:
    """Straight to the school for who has one, else to the list."""
    if len(access.schools) == 1 and not (access.partnerships or access.boards or access.audited_partnerships):
        return "Mijn school", reverse("school", args=[*access.schools])
    return "Scholen", reverse("schools:list")


# Pages that belong to an entry of the menu though their address begins otherwise.
ALSO_UNDER = {
    "Profielen": ("/ondersteuning/", "/ondersteuning-zoeken/", "/voorzieningen/"),
    "Actieplannen": ("/actiepunten/", "/ondersteuningsplan/"),
}


def _menu(request: HttpRequest, access: Access) -> tuple[MenuItem, ...]:
    entries = []
    if access.memberships:
        entries += [
            _schools_entry(access),
            ("Rondes", reverse("indicators:rounds")),
            ("Profielen", reverse("actionplans:profiles")),
            ("Actieplannen", reverse("actionplans:plans")),
            ("Middelen", reverse("finance:budgets")),
        ]
    if access.schools or access.boards or access.partnerships:
        entries.append(("Signalen", reverse("actionplans:signals")))
    if access.partnerships:
        entries.append(("Formulieren", reverse("indicators:sets")))
    home = reverse("home")
    return (
        MenuItem("Mijn taken", home, request.path == home),
        *(MenuItem(label, url, request.path.startswith((url, *ALSO_UNDER.get(label, ())))) for label, url in entries),
    )
