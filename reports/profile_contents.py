"""What goes into the document of a support profile; see `reports.contents` for what holds for every document."""

import dataclasses
import datetime

from django.utils import timezone

from actionplans.models import CatalogueItem, ProfileItem, SupportProfile

FORMAT = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One item of the partnership's list; `state` is a value of `ItemState`, or empty."""

    name: str
    description: str
    state: str
    state_nl: str
    explanation: str


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    title: str
    items: tuple[Item, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Offered:
    """A provision; `groups` are the target groups it is for."""

    name: str
    description: str
    places: int | None
    groups: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    title: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class ProfileContent:
    """The support profile of one school and year, as it was adopted."""

    format: int
    partnership: str
    partnership_code: str
    school: str
    school_location: str
    school_code: str
    board: str
    school_year: int
    mr_on: datetime.date | None
    adopted_on: datetime.date | None
    adopted_by: str
    published_on: datetime.date | None
    catalogue_version: int
    description: str
    basic: tuple[Heading, ...]
    target_groups: tuple[Item, ...]
    provisions: tuple[Offered, ...]
    texts: tuple[Text, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for heading in self.basic for item in heading.items)


def profile_content(profile: SupportProfile) -> ProfileContent:
    """The content of a profile's document (fetched `for_page().with_content()`)."""
    school, partnership = profile.school, profile.partnership
    rows = list(profile.items.all())
    return ProfileContent(
        format=FORMAT,
        partnership=partnership.name,
        partnership_code=partnership.code_dashed,
        school=school.name,
        school_location=school.location,
        school_code=school.code,
        board=school.board.name,
        school_year=profile.school_year,
        mr_on=profile.mr_on,
        adopted_on=profile.adopted_on,
        adopted_by=profile.adopted_by.name if profile.adopted_by else "",
        published_on=timezone.localdate(profile.published_at) if profile.published_at else None,
        catalogue_version=profile.catalogue.version,
        description=profile.description,
        basic=_headings([row for row in rows if row.item.kind == CatalogueItem.Kind.BASIC]),
        target_groups=tuple(_item(row) for row in rows if row.item.kind == CatalogueItem.Kind.TARGET_GROUP),
        provisions=tuple(
            Offered(
                provision.name,
                provision.description,
                provision.places,
                tuple(sorted(group.name for group in provision.target_groups.all())),
            )
            for provision in profile.provisions.all()
        ),
        texts=tuple(
            Text(str(field.verbose_name), getattr(profile, field.name))
            for field in SupportProfile._meta.fields
            if field.name in SupportProfile.TEXTS and field.name != "description"
        ),
    )


def _headings(rows: list[ProfileItem]) -> tuple[Heading, ...]:
    """Under their headings, in the order in which the list names these first."""
    found: dict[str, list[Item]] = {}
    for row in rows:
        found.setdefault(row.item.heading, []).append(_item(row))
    return tuple(Heading(title, tuple(items)) for title, items in found.items())


def _item(row: ProfileItem) -> Item:
    return Item(row.item.name, row.item.description, row.state, row.get_state_display(), row.explanation)
