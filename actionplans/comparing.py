"""What the pages and files of the comparison show: the rows fetched as far as this person may see them, and handed to
`actionplans.coverage` as plain values.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from actionplans import coverage
from actionplans.coverage import GroupCoverage, Item, ItemCoverage, Mark, Matrix, Offer
from actionplans.models import (
    CatalogueItem,
    ItemState,
    ProfileItem,
    Provision,
    SupportCatalogue,
    SupportDecision,
    SupportProfile,
)
from schools.access import access_of
from schools.models import School
from swvportal.lib.charts import Step

if TYPE_CHECKING:
    from schools.models import Partnership
    from schools.querysets import Viewer

# Letters first, colour second: the same tiles as the levels of the form.
STEPS = {
    ItemState.PRESENT: Step("A", "petrol-1", "aanwezig"),
    ItemState.DEVELOPING: Step("O", "petrol-3", "in ontwikkeling"),
    ItemState.ABSENT: Step("N", "paper", "niet aanwezig"),
}
MARKS = {Mark.GAP: "niemand biedt dit", Mark.RISK: "één school", Mark.DIFFERENT: "verschil"}
NOT_BEGUN = "not_begun"


def name_of(school: School) -> str:
    """With the location, where that tells it from the others of its name."""
    return school.name if school.location in {"", school.name} else f"{school.name}, {school.location}"


# The list of profiles -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a school is with its profile of a year."""

    school: School
    profile: SupportProfile | None
    may_open: bool
    may_begin: bool

    @property
    def state(self) -> str:
        return self.profile.state if self.profile else NOT_BEGUN

    @property
    def words(self) -> str:
        return self.profile.get_state_display() if self.profile else "nog niet begonnen"


def load_standings(user: "Viewer", partnership: "Partnership", year: int) -> list[Standing]:
    """For the partnership all open schools; for schools and boards their own, on top, and what others published; for
    auditors what was adopted."""
    access = access_of(user)
    visible = SupportProfile.objects.visible_to(user).filter(partnership=partnership, school_year=year)
    standing = SupportProfile.objects.standing_for(user).filter(partnership=partnership, school_year=year)
    may_open = set(visible.values_list("school", flat=True))
    profiles = {profile.school_id: profile for profile in (*visible.only(*STANDING), *standing)}
    known = School.objects.visible_to(user).filter(partnership=partnership, closed_on=None)
    listed = School.objects.filter(Q(pk__in=known.values("pk")) | Q(pk__in=profiles)).select_related("board")
    is_office = partnership.pk in access.partnerships
    found = [
        Standing(school, profiles.get(school.pk), school.pk in may_open, school.pk in access.schools)
        for school in listed
        if is_office or access.on_school_side(school) or school.pk in profiles
    ]
    return sorted(found, key=lambda standing: not access.on_school_side(standing.school))


STANDING = ("school", "school_year", "state", "mr_on", "adopted_on", "published_at")


# The matrix -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """The matrix of one year, with the profiles that count and what was decided."""

    profiles: tuple[SupportProfile, ...]
    matrix: Matrix
    decisions: dict[str, SupportDecision]

    def rows(self, mark: Mark | None = None) -> list["Row"]:
        rows = self.matrix.marked(mark) if mark else self.matrix.rows
        return [Row(row, self.profiles, self.decisions.get(row.item.key)) for row in rows]


@dataclass(frozen=True, slots=True)
class Row:
    """An item with a step of the scale (or None) per school."""

    coverage: ItemCoverage
    profiles: tuple[SupportProfile, ...]
    decision: SupportDecision | None

    @property
    def item(self) -> Item:
        return self.coverage.item

    @property
    def cells(self) -> list[tuple[str, Step | None]]:
        return list(zip(self.names, self.steps, strict=True))

    @property
    def names(self) -> list[str]:
        return [name_of(profile.school) for profile in self.profiles]

    @property
    def mark(self) -> str:
        return MARKS[self.coverage.mark] if self.coverage.mark else ""

    @property
    def steps(self) -> list[Step | None]:
        return [STEPS.get(ItemState(state)) if state else None for state in self.coverage.states]

    @property
    def schools_by_step(self) -> list[tuple[Step, list[str]]]:
        """The same in words, for a narrow screen: which schools have it, build it up, or do not."""
        pairs = list(zip(self.coverage.states, self.names, strict=True))
        named = ((step, [name for state, name in pairs if state == key]) for key, step in STEPS.items())
        return [(step, schools) for step, schools in named if schools]

    @property
    def not_filled_in(self) -> list[str]:
        return [name for state, name in zip(self.coverage.states, self.names, strict=True) if not state]


def visible_profiles(user: "Viewer", partnership: "Partnership", year: int) -> tuple[SupportProfile, ...]:
    """The profiles that count for this person, by the name of the school; without their texts."""
    profiles = SupportProfile.objects.visible_to(user).filter(partnership=partnership, school_year=year)
    return tuple(
        profiles.select_related("school")
        .defer(*SupportProfile.TEXTS, "folded")
        .order_by("school__name", "school__location", "school__brin", "school__branch")
    )


def load_matrix(user: "Viewer", partnership: "Partnership", year: int, kind: str) -> Compared:
    profiles = visible_profiles(user, partnership, year)
    before = SupportProfile.objects.visible_to(user).filter(partnership=partnership, school_year=year - 1)
    decisions = SupportDecision.objects.visible_to(user).filter(partnership=partnership, school_year=year)
    matrix = coverage.compare(
        items_of(partnership, {profile.catalogue_id for profile in profiles}, kind),
        [profile.school_id for profile in profiles],
        _states({profile.pk for profile in profiles}, kind),
        _states(set(before.values_list("pk", flat=True)), kind),
    )
    return Compared(profiles, matrix, {decision.item_key: decision for decision in decisions})


def _states(profiles: set[int], kind: str) -> dict[tuple[int, str], str]:
    rows = ProfileItem.objects.filter(profile__in=profiles, item__kind=kind)
    return {(school, key): state for school, key, state in rows.values_list("profile__school", "item__key", "state")}


def items_of(partnership: "Partnership", catalogues: Iterable[int], kind: str) -> list[Item]:
    """The items that these versions hold, in the order and the words of the newest; of the partnership's newest list
    where there is no version."""
    used = set(catalogues)
    if not used:
        newest = SupportCatalogue.objects.newest_of(partnership.pk)
        used = {newest.pk} if newest else set()
    rows = CatalogueItem.objects.filter(catalogue__in=used, kind=kind).order_by("-catalogue__version", "position")
    found: dict[str, Item] = {}
    for row in rows:
        found.setdefault(row.key, Item(row.key, row.name, row.heading, row.description))
    return list(found.values())


# Provisions -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offered:
    """All provisions that this person sees in one year, by target group; `ungrouped` are for no group in particular."""

    profiles: int
    groups: tuple[Item, ...]
    offers: tuple[Offer, ...]

    @property
    def by_group(self) -> tuple[GroupCoverage, ...]:
        return coverage.by_group(self.groups, self.offers)

    @property
    def unserved(self) -> int:
        return sum(not group.is_served for group in self.by_group)

    @property
    def ungrouped(self) -> list[Offer]:
        return [offer for offer in self.offers if not offer.groups]


def load_provisions(user: "Viewer", partnership: "Partnership", year: int) -> Offered:
    profiles = SupportProfile.objects.visible_to(user).filter(partnership=partnership, school_year=year)
    catalogues = list(profiles.values_list("catalogue", flat=True))
    provisions = Provision.objects.visible_to(user).filter(profile__partnership=partnership, profile__school_year=year)
    rows = provisions.select_related("profile__school").prefetch_related("target_groups")
    offers = [
        Offer(
            provision.pk,
            provision.name,
            provision.profile.school_id,
            name_of(provision.profile.school),
            provision.places,
            frozenset(group.key for group in provision.target_groups.all()),
        )
        for provision in rows.order_by("profile__school__name", "profile__school", "name", "pk")
    ]
    groups = items_of(partnership, catalogues, CatalogueItem.Kind.TARGET_GROUP)
    return Offered(len(catalogues), tuple(groups), tuple(offers))
