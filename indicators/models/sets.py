"""The form: one version of the indicators, and the parts it is made of."""

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from indicators.querysets import IndicatorSetQuerySet
from records.models import LogEntry
from schools.access import access_of
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.querysets import PortalManager

if TYPE_CHECKING:
    from accounts.models import User


class IndicatorSet(models.Model):
    """One version of a partnership's form. Once published the database keeps it as it is."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="indicator_sets")
    version = models.PositiveSmallIntegerField("versie", default=1)
    title = models.CharField("titel", max_length=160)
    source = models.CharField("bron", max_length=200, blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.DRAFT)
    ordinal = models.BooleanField(
        "de niveaus hebben een volgorde",
        default=True,
        help_text="Zonder volgorde zegt de vergelijking alleen gelijk, verschillend of ontbreekt.",
    )
    scale_to_confirm = models.BooleanField("betekenis van de niveaus door het SWV te bevestigen", default=False)
    published_at = models.DateTimeField("gepubliceerd", null=True, editable=False)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = PortalManager.from_queryset(IndicatorSetQuerySet)()

    class Meta:
        verbose_name = "formulier"
        verbose_name_plural = "formulieren"
        ordering = ["partnership", "-version"]
        constraints = [models.UniqueConstraint("partnership", "version", name="set_version_once")]

    def __str__(self) -> str:
        return f"{self.title}, versie {self.version}"

    SCALE_FLAG: ClassVar[str] = "scale"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    def flags(self) -> set[str]:
        """What has to be confirmed before publishing: `scale`, and the key of each text that is a reconstruction."""
        flags = {theme.key for theme in self.themes.all() if theme.needs_review}
        flags |= {indicator.key for indicator in self.indicators.all() if indicator.needs_review}
        if self.scale_to_confirm:
            flags.add(self.SCALE_FLAG)
        return flags

    def publish(self, by: "User", confirmed: Collection[str]) -> None:
        """Freeze this version. Every flag must be among `confirmed`; only the partnership's beheerder may.

        Raises IllegalTransition when it is published already or a flag stays unconfirmed.
        """
        if self.partnership_id not in access_of(by).administers:
            raise PermissionDenied("Alleen de beheerder van het samenwerkingsverband kan een formulier publiceren.")
        with transaction.atomic():
            locked = IndicatorSet.objects.select_for_update(of=("self",)).with_parts().get(pk=self.pk)
            if locked.is_published:
                raise IllegalTransition("Dit formulier is al gepubliceerd.")
            if not (locked.indicators.all() and locked.dimensions.all() and len(locked.levels.all()) > 1):
                raise IllegalTransition("Een formulier heeft indicatoren, vragen en ten minste twee niveaus nodig.")
            if locked.flags() - set(confirmed):
                raise IllegalTransition("Bevestig eerst elk punt dat nog gecontroleerd moet worden.")
            locked.themes.update(needs_review=False)
            locked.indicators.update(needs_review=False)
            self.state = self.State.PUBLISHED
            self.scale_to_confirm = False
            self.published_at = timezone.now()
            self.published_by = by
            self.save(update_fields=["state", "scale_to_confirm", "published_at", "published_by"])
            LogEntry.objects.record(
                "set_published", self, by=by, partnership=self.partnership_id, before="draft", after="published"
            )

    def new_version(self, by: "User") -> "IndicatorSet":
        """A draft with the same parts and the same keys, so that years can be compared."""
        if self.partnership_id not in access_of(by).administers:
            raise PermissionDenied("Alleen de beheerder van het samenwerkingsverband kan een versie maken.")
        with transaction.atomic():
            newest = IndicatorSet.objects.filter(partnership=self.partnership_id).order_by("-version").first()
            assert newest is not None
            copy = IndicatorSet.objects.create(
                partnership_id=self.partnership_id,
                version=newest.version + 1,
                title=self.title,
                source=self.source,
                ordinal=self.ordinal,
            )
            themes: dict[str, Theme] = {}
            for theme in self.themes.all():
                themes[theme.key] = theme.copied_to(copy)
                themes[theme.key].save()
            for indicator in self.indicators.select_related("theme"):
                clone = indicator.copied_to(copy)
                clone.theme = themes[indicator.theme.key]
                clone.save()
            for part in [*self.dimensions.all(), *self.levels.all()]:
                part.copied_to(copy).save()
            LogEntry.objects.record("set_copied", copy, by=by, partnership=self.partnership_id, before=str(self.pk))
        return copy


class Part(models.Model):
    """What the parts of a form share: the key that lasts across versions, and the place in the order."""

    key = models.SlugField("sleutel", max_length=40)
    position = models.PositiveSmallIntegerField("volgorde")

    objects = PortalManager()

    class Meta:
        abstract = True

    def copied_to(self, indicator_set: IndicatorSet) -> Self:
        """An unsaved copy of this part for another version."""
        values = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields if not f.primary_key}
        return type(self)(**values | {"indicator_set_id": indicator_set.pk})


class Theme(Part):
    indicator_set = models.ForeignKey(IndicatorSet, models.CASCADE, related_name="themes")
    number = models.CharField("nummer", max_length=4)
    title = models.CharField("titel", max_length=120)
    needs_review = models.BooleanField("tekst controleren", default=False)

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering = ["position"]
        constraints = [models.UniqueConstraint("indicator_set", "key", name="theme_key_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Indicator(Part):
    indicator_set = models.ForeignKey(IndicatorSet, models.CASCADE, related_name="indicators")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="indicators")
    code = models.CharField("code", max_length=6, help_text="Bijvoorbeeld 2C.")
    name = models.CharField("korte naam", max_length=60)
    text = models.TextField("tekst")
    guidance = models.TextField("uitleg", blank=True)
    explanation_required = models.BooleanField("toelichting verplicht", default=False)
    needs_review = models.BooleanField("tekst controleren", default=False)

    class Meta:
        verbose_name = "indicator"
        verbose_name_plural = "indicatoren"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("indicator_set", "key", name="indicator_key_once"),
            models.UniqueConstraint("indicator_set", "code", name="indicator_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Dimension(Part):
    indicator_set = models.ForeignKey(IndicatorSet, models.CASCADE, related_name="dimensions")
    name = models.CharField("naam", max_length=80)
    short_name = models.CharField("korte naam", max_length=30, help_text="Bijvoorbeeld: op papier.")
    description = models.TextField("uitleg", blank=True)

    class Meta:
        verbose_name = "vraag"
        verbose_name_plural = "vragen"
        ordering = ["position"]
        constraints = [models.UniqueConstraint("indicator_set", "key", name="dimension_key_once")]

    def __str__(self) -> str:
        return self.name


class RatingLevel(Part):
    """A level, first the most advanced. `color` is one of the palette's named tokens, never a colour code."""

    indicator_set = models.ForeignKey(IndicatorSet, models.CASCADE, related_name="levels")
    letter = models.CharField("letter", max_length=2)
    label = models.CharField("naam", max_length=40)
    description = models.TextField("uitleg", blank=True)
    color = models.CharField("kleur", max_length=20, default="petrol-1")

    class Meta:
        verbose_name = "niveau"
        verbose_name_plural = "niveaus"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("indicator_set", "key", name="level_key_once"),
            models.UniqueConstraint("indicator_set", "letter", name="level_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.label}"
