"""Which partnership and which school year a page of the comparison is about."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from actionplans.models import SupportProfile
from schools.access import access_of
from schools.asked import FIRST, LAST, downloads, query, this_year, year_asked
from schools.models import Partnership


@dataclass(frozen=True, slots=True)
class Scope:
    partnership: Partnership
    partnerships: tuple[Partnership, ...]
    year: int
    years: tuple[int, ...]
    is_office: bool

    @property
    def query(self) -> str:
        """What a link to another page of the comparison takes along."""
        return self.query_with()

    def query_with(self, **more: str) -> str:
        return query(**self._asked, **more)

    @property
    def _asked(self) -> dict[str, object]:
        return {
            "jaar": "" if self.year == this_year() else self.year,
            "swv": "" if self.partnership == self.partnerships[0] else self.partnership.code,
        }

    def downloads(self, what: str) -> list[tuple[str, str]]:
        return downloads("actionplans:profiles_export", what, **self._asked)


def scope_of(request: HttpRequest, *, year: int | None = None) -> Scope:
    """The partnership of `?swv=`, else the first; 404 for who has none. The year of `?jaar=`, else this one."""
    partnerships = tuple(Partnership.objects.visible_to(request.user).order_by("name", "pk"))
    if not partnerships:
        raise Http404
    partnership = next((one for one in partnerships if one.code == request.GET.get("swv")), partnerships[0])
    year = year_asked(request) if year is None else year
    if not FIRST <= year <= LAST:
        raise Http404
    return Scope(
        partnership,
        partnerships,
        year,
        _years(request, partnership, year),
        partnership.pk in access_of(request.user).partnerships,
    )


def _years(request: HttpRequest, partnership: Partnership, year: int) -> tuple[int, ...]:
    """The years that there is something of, this one and the chosen one; the newest first."""
    found = {year, this_year()}
    for profiles in (
        SupportProfile.objects.visible_to(request.user),
        SupportProfile.objects.standing_for(request.user),
    ):
        ours = profiles.filter(partnership=partnership).order_by()
        found |= set(ours.values_list("school_year", flat=True).distinct())
    return tuple(sorted(found, reverse=True))


def key_from(text: str | None) -> int | None:
    """A row's key in an address; None where none was given, 404 for what cannot be one."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
