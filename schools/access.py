"""What somebody's roles add up to. One query a request; querysets and verbs ask this, never the roles themselves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import Membership, School

REMEMBERED = "_access"


@dataclass(frozen=True, slots=True)
class Access:
    """The keys of everything somebody has a role at, by what the role allows.

    `schools` holds every school where one fills in forms; `directs` those where one may also submit and approve (the
    director and the deputy). `partnerships` holds those where one is policy officer or beheerder; `administers` those
    where one is beheerder. The audited ones are read-only, and only what was exchanged. `neighbourhoods` holds the
    partnerships of the schools where one works: there one reads what other schools share.
    """

    memberships: tuple["Membership", ...] = ()
    schools: frozenset[int] = frozenset()
    directs: frozenset[int] = frozenset()
    boards: frozenset[int] = frozenset()
    partnerships: frozenset[int] = frozenset()
    administers: frozenset[int] = frozenset()
    audited_partnerships: frozenset[int] = frozenset()
    audited_schools: frozenset[int] = frozenset()
    partnerships_of_schools: frozenset[int] = frozenset()
    neighbourhoods: frozenset[int] = frozenset()

    def on_school_side(self, school: "School") -> bool:
        """Somebody with a role on both sides of a school is on the school's side until the exchange."""
        return school.pk in self.schools or school.board_id in self.boards


def access_of(user: Union["User", "AnonymousUser"]) -> Access:
    """The access of a person, remembered on the object: a request loads its user anew, so a changed role works at
    the next request."""
    if not user.is_authenticated or not user.is_active:
        return Access()
    access: Access | None = getattr(user, REMEMBERED, None)
    if access is None:
        access = _load(user)
        setattr(user, REMEMBERED, access)
    return access


def forget_access(user: "User") -> None:
    """Roles changed while the object was in hand."""
    user.__dict__.pop(REMEMBERED, None)


def _load(user: "User") -> Access:
    memberships = tuple(user.memberships.current().select_related("partnership", "board", "school__partnership"))

    def keys(scope: str, *roles: str) -> frozenset[int]:
        return frozenset(
            getattr(m, f"{scope}_id") for m in memberships if m.role in roles and getattr(m, f"{scope}_id")
        )

    return Access(
        memberships=memberships,
        schools=keys("school", "director", "staff"),
        directs=frozenset(
            m.school_id
            for m in memberships
            if m.school_id and (m.role == "director" or (m.role == "staff" and m.deputy))
        ),
        boards=keys("board", "board_member"),
        partnerships=keys("partnership", "policy_officer", "administrator"),
        administers=keys("partnership", "administrator"),
        audited_partnerships=keys("partnership", "auditor"),
        audited_schools=keys("school", "auditor"),
        partnerships_of_schools=frozenset(
            m.school.partnership_id for m in memberships if m.school_id and m.school is not None
        ),
        neighbourhoods=frozenset(
            m.school.partnership_id for m in memberships if m.school is not None and m.role in ("director", "staff")
        ),
    )
