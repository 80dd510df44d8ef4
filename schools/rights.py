"""Who may do what, said once for the verbs of every app. Each raises PermissionDenied (403) with a Dutch sentence."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from schools.access import access_of

if TYPE_CHECKING:
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
