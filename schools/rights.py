"""Who may do what, said once for the verbs of every app. Each raises PermissionDenied (403) with a Dutch sentence."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from schools.access import access_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def must_work_at(by: "User", school: int) -> None:
    if school not in access_of(by).schools:
        raise PermissionDenied("Alleen de school zelf kan dit wijzigen.")


def must_direct(by: "User", school: int) -> None:
    if school not in access_of(by).directs:
        raise PermissionDenied("Alleen de directeur of de plaatsvervanger kan dit doen.")


def must_be_officer(by: "User", partnership: int) -> None:
    if partnership not in access_of(by).partnerships:
        raise PermissionDenied("Alleen het samenwerkingsverband kan dit doen.")


def must_administer(by: "User", partnership: int) -> None:
    if partnership not in access_of(by).administers:
        raise PermissionDenied("Alleen de beheerder van het samenwerkingsverband kan dit doen.")


def must_be_on_board(by: "User", board: int) -> None:
    if board not in access_of(by).boards:
        raise PermissionDenied("Alleen het schoolbestuur kan dit doen.")


class AtSchool:
    """What a school writes for its partnership: the rights of a reader on a row with a school and a partnership."""

    if TYPE_CHECKING:
        school_id: int
        partnership_id: int

    def is_own(self, user: "User | AnonymousUser") -> bool:
        """Whether this person works at the school."""
        return self.school_id in access_of(user).schools

    def is_led_by(self, user: "User | AnonymousUser") -> bool:
        """Whether this person is the director or the deputy, who submits it."""
        return self.school_id in access_of(user).directs

    def is_of_office(self, user: "User | AnonymousUser") -> bool:
        """Whether this person decides about it for the partnership."""
        return self.partnership_id in access_of(user).partnerships
