"""What the address of an overview asks for: whose, which year, which words."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from schools.models import Partnership
from swvportal.lib import spreadsheets
from swvportal.lib.school_year import school_year_of

FIRST, LAST = 2000, 2098


def this_year() -> int:
    return school_year_of(timezone.localdate())


def year_asked(request: HttpRequest) -> int:
    """The school year in `?jaar=`, or that the page posts along; where that is none, this one."""
    asked = request.POST.get("jaar") or request.GET.get("jaar", "")
    year = int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() else 0
    return year if FIRST <= year <= LAST else this_year()


def words_asked(request: HttpRequest) -> str:
    """What somebody looks for; PostgreSQL takes no NUL, and nobody types a page."""
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100]


def partnerships_asked(request: HttpRequest, having: str = "") -> tuple[Partnership | None, list[Partnership]]:
    """The partnership in `?swv=`, else the first that has such a related row, else the first; and all that one reads."""
    seen = Partnership.objects.visible_to(request.user).order_by("name", "pk")
    mine = list(seen)
    asked = next((each for each in mine if each.code == request.GET.get("swv")), None)
    if asked is None and having and len(mine) > 1:
        asked = seen.filter(**{f"{having}__isnull": False}).first()
    return asked or (mine[0] if mine else None), mine


def query(**values: object) -> str:
    """ "?jaar=2026&q=rust", with what is empty left out."""
    filled = {name: value for name, value in values.items() if value not in ("", None)}
    return f"?{urlencode(filled)}" if filled else ""


def downloads(name: str, *args: object, **values: object) -> list[tuple[str, str]]:
    """The label and the address of an export, for each kind of file."""
    asked = query(**values)
    return [(label, reverse(name, args=[*args, kind]) + asked) for kind, label in spreadsheets.LABELS.items()]
