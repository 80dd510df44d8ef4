"""The support profile (schoolondersteuningsprofiel): what a school offers, per school year."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actionplans.models.catalogue import CatalogueItem, SupportCatalogue
from actionplans.querysets import ProvisionQuerySet, SupportDecisionQuerySet, SupportProfileQuerySet
from records.models import LogEntry
from schools.access import access_of
from schools.rights import must_be_officer, must_direct, must_work_at
from swvportal.lib import dates
from swvportal.lib import school_year as school_years
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.folding import fold
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager, locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import Partnership, School


class ItemState(models.TextChoices):
    PRESENT = "present", "aanwezig"
    DEVELOPING = "developing", "in ontwikkeling"
    ABSENT = "absent", "niet aanwezig"


class SupportProfile(models.Model):
    """What one school offers in one school year. The partnership is the one of that year."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        WITH_MR = "with_mr", "langs de MR"
        ADOPTED = "adopted", "vastgesteld"
        PUBLISHED = "published", "gepubliceerd"

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="support_profiles")
    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="support_profiles")
    school_year = models.PositiveSmallIntegerField("schooljaar", validators=[MinValueValidator(2000)])
    catalogue = models.ForeignKey(SupportCatalogue, models.PROTECT, related_name="profiles")
    description = models.TextField("beschrijving van de school", blank=True)
    extra_support = models.TextField("extra ondersteuning", blank=True)
    expertise = models.TextField("deskundigheid", blank=True)
    limits = models.TextField("grenzen van de ondersteuning", blank=True)
    partners = models.TextField("partners", blank=True)
    ambitions = models.TextField("ambities", blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.DRAFT)
    mr_on = models.DateField("besproken met de MR", null=True, blank=True)
    adopted_on = models.DateField("vastgesteld", null=True, blank=True)
    adopted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField("gepubliceerd", null=True)
    folded = models.TextField(default="", editable=False)  # what the finder searches

    objects = PortalManager.from_queryset(SupportProfileQuerySet)()

    TEXTS: ClassVar[tuple[str, ...]] = (
        "description", "extra_support", "expertise", "limits", "partners", "ambitions",
    )  # fmt: skip
    TEXT_MAX: ClassVar[int] = 20_000

    class Meta:
        verbose_name = "ondersteuningsprofiel"
        verbose_name_plural = "ondersteuningsprofielen"
        ordering = ["-school_year", "school"]
        constraints = [
            models.UniqueConstraint("school", "school_year", name="profile_once_a_year"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(mr_on__isnull=False), name="profile_passed_the_mr_first"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "with_mr"]) | Q(adopted_on__isnull=False, adopted_by__isnull=False),
                name="profile_adopted_by_somebody",
            ),
        ]
        indexes = [models.Index("partnership", "school_year", name="profile_partnership_year")]

    def __str__(self) -> str:
        return f"profiel {school_years.label(self.school_year)}"

    def get_absolute_url(self) -> str:
        return reverse("actionplans:profile", args=[self.school_id, self.school_year])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    def may_edit(self, user: "User | AnonymousUser") -> bool:
        return self.is_draft and self.school_id in access_of(user).schools

    def may_move(self, user: "User | AnonymousUser") -> bool:
        """The director or the deputy takes a profile from one state to the next."""
        return self.school_id in access_of(user).directs

    @property
    def mr_days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day on which the MR may meet about it: shortly before its school year, or in it."""
        return school_years.bounds(self.school_year - 1)[0], school_years.bounds(self.school_year)[1]

    @property
    def waits_for_mr(self) -> bool:
        """The MR has yet to meet about it."""
        return self.state == self.State.WITH_MR and self.mr_on is not None and self.mr_on > timezone.localdate()

    def must_fit(self, on: datetime.date) -> None:
        first, last = self.mr_days
        if not first <= on <= last:
            year = school_years.label(self.school_year)
            raise IllegalTransition(f"Kies een datum in of kort voor schooljaar {year}.")

    # Beginning -------------------------------------------------------------------------------------------------------

    @classmethod
    def begin(cls, by: "User", school: "School", school_year: int) -> "SupportProfile":
        """The profile of this year: the one there is, else a copy of the latest before it, else an empty one.

        A copy takes over texts, items (by their keys) and provisions. Raises IllegalTransition when the partnership has
        published no catalogue.
        """
        must_work_at(by, school.pk)
        with transaction.atomic():
            type(school).objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
            existing = cls.objects.filter(school=school, school_year=school_year).first()
            if existing is not None:
                return existing
            catalogue = SupportCatalogue.objects.newest_of(school.partnership_id)
            if catalogue is None:
                raise IllegalTransition(
                    "Het samenwerkingsverband heeft nog geen lijst met basisondersteuning gepubliceerd."
                )
            before = cls.objects.filter(school=school, school_year__lt=school_year).order_by("-school_year").first()
            profile = cls(
                school=school, partnership_id=school.partnership_id, school_year=school_year, catalogue=catalogue
            )
            if before is not None:
                for text in cls.TEXTS:
                    setattr(profile, text, getattr(before, text))
            profile.save()
            profile._copy_items(before)
            profile._keep_folded()
            profile._log("profile_begun", by, before=str(before.school_year) if before else "", after="draft")
        return profile

    def _copy_items(self, before: "SupportProfile | None") -> None:
        items = {item.key: item for item in self.catalogue.items.all()}
        said = {row.item.key: row for row in before.items.select_related("item")} if before else {}
        ProfileItem.objects.bulk_create(
            ProfileItem(
                profile=self,
                item=item,
                state=said[key].state if key in said else "",
                explanation=said[key].explanation if key in said else "",
            )
            for key, item in items.items()
        )
        for provision in before.provisions.prefetch_related("target_groups") if before else ():
            groups = [items[group.key] for group in provision.target_groups.all() if group.key in items]
            copy = Provision.objects.create(
                profile=self,
                key=provision.key,
                name=provision.name,
                description=provision.description,
                places=provision.places,
            )
            copy.target_groups.set(groups)

    # Content ---------------------------------------------------------------------------------------------------------

    def standing(self) -> dict[str, Any]:
        """What stands in the profile now, by the names of `save_content`."""
        found: dict[str, Any] = values_of(self, self.TEXTS)
        for row in self.items.all():
            found |= {f"item-{row.item_id}-state": row.state, f"item-{row.item_id}-explanation": row.explanation}
        return found

    def save_content(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """Save texts and items: the names of `TEXTS`, `item-<key of the item>-state` and `…-explanation`.

        Raises Conflict (see swvportal.lib.merging), and IllegalTransition once the profile is no draft.
        """
        with transaction.atomic():
            here = self.lock_draft(by)
            changes = merge(here.standing(), values, bases)
            if not changes:
                return
            rows = {row.item_id: row for row in here.items.all()}
            for name, value in changes.items():
                if name in self.TEXTS:
                    setattr(here, name, value)
                else:
                    _, item, field = name.split("-")
                    setattr(rows[int(item)], field, value)
            ProfileItem.objects.bulk_update(rows.values(), ["state", "explanation"])
            here.save(update_fields=self.TEXTS)
            here._keep_folded()
            here._log("profile_saved", by)

    def lock_draft(self, by: "User") -> "SupportProfile":
        must_work_at(by, self.school_id)
        here = SupportProfile.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if not here.is_draft:
            raise IllegalTransition("Dit profiel is geen concept meer. Zet het eerst terug naar concept.")
        return here

    def _keep_folded(self) -> None:
        """What the finder searches: texts, what is present or growing, and the provisions."""
        offered = self.items.exclude(state__in=["", ItemState.ABSENT]).values_list("item__name", "explanation")
        provisions = self.provisions.values_list("name", "description")
        groups = self.provisions.values_list("target_groups__name", flat=True)
        parts: list[str] = [getattr(self, text) for text in self.TEXTS if text != "limits"]
        parts += [text for row in [*offered, *provisions] for text in row]
        parts += [group for group in groups if group]
        self.folded = fold(" ".join(parts))
        self.save(update_fields=["folded"])

    def add_provision(
        self,
        by: "User",
        *,
        name: str,
        description: str = "",
        places: int | None = None,
        target_groups: Iterable[CatalogueItem] = (),
    ) -> "Provision":
        with transaction.atomic():
            here = self.lock_draft(by)
            provision = Provision.objects.create(profile=here, name=name, description=description, places=places)
            provision.target_groups.set(_of_catalogue(here, target_groups))
            here._keep_folded()
            here._log("provision_added", by, obj=provision)
        return provision

    # From state to state ---------------------------------------------------------------------------------------------

    def missing(self) -> list[str]:
        """What has to be filled in before the MR gets it, in words."""
        found = [] if self.description.strip() else ["de beschrijving van de school"]
        open_items = [row.item.name for row in self.items.select_related("item") if row.is_open]
        return found + open_items

    def send_to_mr(self, by: "User", on: datetime.date) -> None:
        """To the participation council, which meets about it on this day."""
        with transaction.atomic():
            here = self._lock(by, self.State.WITH_MR, self.State.DRAFT)
            here.must_fit(on)
            missing = here.missing()
            if missing:
                raise IllegalTransition(f"Vul eerst in: {', '.join(missing)}.")
            self.mr_on = on
            self._move(by, here, self.State.WITH_MR, "mr_on")

    def move_mr(self, by: "User", on: datetime.date) -> None:
        """The MR meets about it on another day."""
        with transaction.atomic():
            here = self._lock(by, self.State.ADOPTED, self.State.WITH_MR)
            here.must_fit(on)
            self.mr_on = on
            self.save(update_fields=["mr_on"])
            self._log("profile_mr_moved", by, before=str(here.mr_on), after=str(on))

    def adopt(self, by: "User") -> None:
        """By the director, today, after the MR."""
        with transaction.atomic():
            here = self._lock(by, self.State.ADOPTED, self.State.WITH_MR)
            today = timezone.localdate()
            if here.mr_on is not None and here.mr_on > today:
                raise IllegalTransition(f"U kunt vaststellen vanaf {dates.long_day(here.mr_on)}.")
            self.adopted_on, self.adopted_by = today, by
            self._move(by, here, self.State.ADOPTED, "adopted_on", "adopted_by")

    def publish(self, by: "User") -> None:
        """From now on every school of the partnership finds it, and everybody where the partnership allows that."""
        with transaction.atomic():
            here = self._lock(by, self.State.PUBLISHED, self.State.ADOPTED)
            self.published_at = timezone.now()
            self._move(by, here, self.State.PUBLISHED, "published_at")

    def back_to_draft(self, by: "User") -> None:
        """To change it again; it then passes the MR and the director once more."""
        with transaction.atomic():
            here = self._lock(by, self.State.DRAFT, self.State.WITH_MR, self.State.ADOPTED, self.State.PUBLISHED)
            self.mr_on = self.adopted_on = self.adopted_by = self.published_at = None
            self._move(by, here, self.State.DRAFT, "mr_on", "adopted_on", "adopted_by", "published_at")

    def _lock(self, by: "User", goal: str, *states: str) -> "SupportProfile":
        """For a move to `goal` from one of these states."""
        must_direct(by, self.school_id)
        here = SupportProfile.objects.select_for_update(of=("self",)).get(pk=self.pk)
        here.must_be_before(goal, *states)
        return here

    def must_be_before(self, goal: str, *states: str) -> None:
        """Raises IllegalTransition, and AlreadyDone where the profile is at the goal or past it."""
        if self.state in states:
            return
        order = list(self.State)
        if goal == self.State.DRAFT or order.index(self.State(self.state)) >= order.index(self.State(goal)):
            raise AlreadyDone(ALREADY[self.State(self.state)])
        raise IllegalTransition(f"Dit kan nu niet: het profiel is {self.get_state_display()}.")

    def _move(self, by: "User", here: "SupportProfile", state: str, *fields: str) -> None:
        self.state = self.State(state)
        self.save(update_fields=["state", *fields])
        self._log("profile_state", by, before=here.state, after=state)

    def _log(
        self, verb: str, by: "User", *, before: str = "", after: str = "", obj: models.Model | None = None
    ) -> None:
        LogEntry.objects.record(verb, obj or self, by=by, partnership=self.partnership_id, before=before, after=after)


ALREADY = {
    SupportProfile.State.DRAFT: "Het profiel is al een concept.",
    SupportProfile.State.WITH_MR: "Het profiel gaat al langs de MR.",
    SupportProfile.State.ADOPTED: "Het profiel is al vastgesteld.",
    SupportProfile.State.PUBLISHED: "Het profiel is al gepubliceerd.",
}


def _of_catalogue(profile: SupportProfile, groups: Iterable[CatalogueItem]) -> list[CatalogueItem]:
    found = list(groups)
    if any(
        group.catalogue_id != profile.catalogue_id or group.kind != CatalogueItem.Kind.TARGET_GROUP for group in found
    ):
        raise ValueError("a target group of another catalogue")
    return found


class ProfileItem(models.Model):
    """What a profile says about one item of the catalogue; an empty state is not filled in yet."""

    profile = models.ForeignKey(SupportProfile, models.CASCADE, related_name="items")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="+")
    state = models.CharField("stand", max_length=10, choices=ItemState, blank=True)
    explanation = models.CharField("toelichting", max_length=1000, blank=True)

    objects = PortalManager()

    class Meta:
        verbose_name = "onderdeel van het profiel"
        verbose_name_plural = "onderdelen van het profiel"
        ordering = ["item__kind", "item__position"]
        constraints = [models.UniqueConstraint("profile", "item", name="profile_item_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.state}"

    @property
    def is_open(self) -> bool:
        return not self.state


class Provision(models.Model):
    """A provision (voorziening) at a school, for one or more target groups. `key` stays the same from year to year."""

    profile = models.ForeignKey(SupportProfile, models.CASCADE, related_name="provisions")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField("naam", max_length=120)
    description = models.CharField("wat houdt het in?", max_length=1000, blank=True)
    places = models.PositiveSmallIntegerField(
        "aantal plaatsen", null=True, blank=True, validators=[MaxValueValidator(2000)]
    )
    target_groups = models.ManyToManyField(CatalogueItem, related_name="+", verbose_name="voor welke doelgroepen?")

    objects = PortalManager.from_queryset(ProvisionQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("name", "description", "places")

    class Meta:
        verbose_name = "voorziening"
        verbose_name_plural = "voorzieningen"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("profile", "key", name="provision_key_once")]

    def __str__(self) -> str:
        return self.name

    def standing(self) -> dict[str, Any]:
        return values_of(self, self.EDITABLE) | {"target_groups": [group.pk for group in self.target_groups.all()]}

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """`values` as in `add_provision`. Raises Conflict."""
        with transaction.atomic():
            profile = self.profile.lock_draft(by)
            here = locked(Provision.objects.select_for_update(of=("self",)), self.pk)
            changes = merge(here.standing(), values, bases)
            for name in self.EDITABLE:
                setattr(here, name, changes.get(name, getattr(here, name)))
            here.save(update_fields=self.EDITABLE)
            if "target_groups" in changes:
                here.target_groups.set(_of_catalogue(profile, changes["target_groups"]))
            profile._keep_folded()
            profile._log("provision_changed", by, obj=here)

    def remove(self, by: "User") -> None:
        with transaction.atomic():
            profile = self.profile.lock_draft(by)
            profile._log("provision_removed", by, obj=self)
            self.delete()
            profile._keep_folded()


class SupportDecision(models.Model):
    """What the partnership decided about a difference between schools ("gaan we verschillen vergroten of verkleinen?"),
    per item of the catalogue (by its key) and school year, with its reason."""

    class Choice(models.TextChoices):
        REDUCE = "reduce", "verschillen verkleinen"
        ENLARGE = "enlarge", "verschillen vergroten"
        KEEP = "keep", "zo laten"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="support_decisions")
    school_year = models.PositiveSmallIntegerField("schooljaar")
    item_key = models.SlugField("onderdeel", max_length=40)
    choice = models.CharField("besluit", max_length=8, choices=Choice)
    reason = models.TextField("reden", max_length=2000)
    decided_on = models.DateField("besloten op")
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = PortalManager.from_queryset(SupportDecisionQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("choice", "reason", "decided_on")

    class Meta:
        verbose_name = "besluit over verschillen"
        verbose_name_plural = "besluiten over verschillen"
        ordering = ["-school_year", "item_key"]
        constraints = [models.UniqueConstraint("partnership", "school_year", "item_key", name="decision_once")]

    def __str__(self) -> str:
        return self.get_choice_display()

    @classmethod
    def record(
        cls,
        by: "User",
        partnership: "Partnership",
        school_year: int,
        item_key: str,
        values: Mapping[str, Any],
        bases: Mapping[str, str],
    ) -> "SupportDecision":
        """Write down or change the decision about one item. Raises Conflict."""
        must_be_officer(by, partnership.pk)
        with transaction.atomic():
            type(partnership).objects.select_for_update(no_key=True).get(pk=partnership.pk)
            where = {"partnership": partnership, "school_year": school_year, "item_key": item_key}
            here = cls.objects.filter(**where).first() or cls(**where)
            now = values_of(here, cls.EDITABLE)
            for name, value in merge(now, values, bases).items():
                setattr(here, name, value)
            here.decided_by = by
            here.save()
            LogEntry.objects.record("support_decision", here, by=by, partnership=partnership, after=here.choice)
        return here
