"""What the partnership agreed that a support profile says something about: basic support and target groups."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from actionplans.querysets import SupportCatalogueQuerySet
from records.models import LogEntry
from schools.rights import must_administer
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager, locked

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import Partnership


class SupportCatalogue(models.Model):
    """One version of a partnership's catalogue. Once published the database keeps it as it is; a next version copies
    the items with their keys, so that years can be compared."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="catalogues")
    version = models.PositiveSmallIntegerField("versie", default=1)
    state = models.CharField("stand", max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField("gepubliceerd", null=True, editable=False)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = PortalManager.from_queryset(SupportCatalogueQuerySet)()

    class Meta:
        verbose_name = "lijst met ondersteuning"
        verbose_name_plural = "lijsten met ondersteuning"
        ordering = ["partnership", "-version"]
        constraints = [
            models.UniqueConstraint("partnership", "version", name="catalogue_version_once"),
            models.UniqueConstraint("partnership", condition=models.Q(state="draft"), name="catalogue_one_draft"),
        ]

    def __str__(self) -> str:
        return f"versie {self.version}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @classmethod
    def begin(cls, by: "User", partnership: "Partnership") -> "SupportCatalogue":
        """The draft of this partnership: the one there is, else a copy of the newest version, else an empty first one."""
        must_administer(by, partnership.pk)
        with transaction.atomic():
            type(partnership).objects.select_for_update(no_key=True).get(pk=partnership.pk)
            versions = cls.objects.filter(partnership=partnership).order_by("-version")
            newest = versions.first()
            if newest is not None and not newest.is_published:
                return newest
            draft = cls.objects.create(partnership=partnership, version=newest.version + 1 if newest else 1)
            for item in newest.items.all() if newest else ():
                item.pk, item.catalogue = None, draft
                item.save(force_insert=True)
            LogEntry.objects.record("catalogue_begun", draft, by=by, partnership=partnership, after=f"v{draft.version}")
        return draft

    def publish(self, by: "User") -> None:
        """Freeze this version: from now on new profiles follow it."""
        with transaction.atomic():
            here = self.lock_draft(by)
            if not here.items.filter(kind=CatalogueItem.Kind.BASIC).exists():
                raise IllegalTransition("Zet eerst ten minste één onderdeel van de basisondersteuning op de lijst.")
            self.state = self.State.PUBLISHED
            self.published_at, self.published_by = timezone.now(), by
            self.save(update_fields=["state", "published_at", "published_by"])
            LogEntry.objects.record(
                "catalogue_published", self, by=by, partnership=self.partnership_id, before="draft", after="published"
            )

    def add_item(
        self, by: "User", *, kind: str, heading: str, name: str, description: str, indicator_key: str = ""
    ) -> "CatalogueItem":
        """A new item at the end of its heading, else of its kind, under a key that no version of this partnership used."""
        with transaction.atomic():
            here = self.lock_draft(by)
            item = CatalogueItem.objects.create(
                catalogue=here,
                key=_new_key(here, name),
                kind=kind,
                position=_make_room(here, kind, heading),
                heading=heading,
                name=name,
                description=description,
                indicator_key=indicator_key,
            )
            LogEntry.objects.record("catalogue_item_added", item, by=by, partnership=here.partnership_id)
        return item

    def lock_draft(self, by: "User") -> "SupportCatalogue":
        must_administer(by, self.partnership_id)
        here = SupportCatalogue.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if here.is_published:
            raise IllegalTransition("Deze lijst is gepubliceerd en verandert niet meer. Maak een nieuwe versie.")
        return here


def _make_room(catalogue: SupportCatalogue, kind: str, heading: str) -> int:
    """The place after the last item under this heading; whatever stands below it moves on by one."""
    order = list(catalogue.items.filter(kind=kind))
    under = [index for index, item in enumerate(order, start=1) if item.heading == heading]
    place = under[-1] if under else len(order)
    for later in order[place:]:
        later.position += 1
    CatalogueItem.objects.bulk_update(order[place:], ["position"])
    return order[place - 1].position + 1 if place else 1


def _new_key(catalogue: SupportCatalogue, name: str) -> str:
    """Readable, and never one that an older version gave to something else."""
    base = slugify(name)[:34] or "onderdeel"
    used = set(
        CatalogueItem.objects.filter(catalogue__partnership=catalogue.partnership_id).values_list("key", flat=True)
    )
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if key not in used)


class CatalogueItem(models.Model):
    """One item. `indicator_key` names the indicator of the form that asks about the same thing, if one does."""

    class Kind(models.TextChoices):
        BASIC = "basic", "basisondersteuning"
        TARGET_GROUP = "target_group", "doelgroep"

    catalogue = models.ForeignKey(SupportCatalogue, models.CASCADE, related_name="items")
    key = models.SlugField("sleutel", max_length=40)
    kind = models.CharField("soort", max_length=14, choices=Kind, default=Kind.BASIC)
    position = models.PositiveSmallIntegerField("volgorde")
    heading = models.CharField("onder het kopje", max_length=80, blank=True)
    name = models.CharField("naam", max_length=120)
    description = models.CharField("uitleg", max_length=500, blank=True)
    indicator_key = models.SlugField("hoort bij indicator", max_length=40, blank=True)

    objects = PortalManager()

    EDITABLE: ClassVar[tuple[str, ...]] = ("heading", "name", "description", "indicator_key")

    class Meta:
        verbose_name = "onderdeel"
        verbose_name_plural = "onderdelen"
        ordering = ["kind", "position", "pk"]
        constraints = [models.UniqueConstraint("catalogue", "key", name="catalogue_key_once")]

    def __str__(self) -> str:
        return self.name

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """Other words for the same item, in a draft. Raises Conflict."""
        with transaction.atomic():
            catalogue = self.catalogue.lock_draft(by)
            here = locked(CatalogueItem.objects.select_for_update(of=("self",)), self.pk)
            for name, value in merge(values_of(here, self.EDITABLE), values, bases).items():
                setattr(here, name, value)
            here.save(update_fields=self.EDITABLE)
            LogEntry.objects.record("catalogue_item_changed", here, by=by, partnership=catalogue.partnership_id)

    def move(self, by: "User", *, up: bool) -> None:
        """Change places with the neighbour of its kind; at the end nothing happens."""
        with transaction.atomic():
            catalogue = self.catalogue.lock_draft(by)
            locked(catalogue.items, self.pk)
            order = list(catalogue.items.filter(kind=self.kind))
            index = next(i for i, item in enumerate(order) if item.pk == self.pk)
            other = index - 1 if up else index + 1
            if 0 <= other < len(order):
                order[index], order[other] = order[other], order[index]
            for position, item in enumerate(order, start=1):
                item.position = position
            CatalogueItem.objects.bulk_update(order, ["position"])
            LogEntry.objects.record("catalogue_item_moved", self, by=by, partnership=catalogue.partnership_id)

    def remove(self, by: "User") -> None:
        """Not in this version any more. Profiles of earlier years keep what they said about it."""
        with transaction.atomic():
            catalogue = self.catalogue.lock_draft(by)
            LogEntry.objects.record("catalogue_item_removed", self, by=by, partnership=catalogue.partnership_id)
            self.delete()
