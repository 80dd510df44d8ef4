"""Signals: what schools and policy officers see happening, and who sees it too."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from actionplans.querysets import SignalQuerySet
from records.models import LogEntry
from schools.access import access_of
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.folding import fold
from swvportal.lib.merging import merge, values_of
from swvportal.lib.querysets import PortalManager, locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from schools.models import Partnership, School


class SignalTheme(models.TextChoices):
    DEMAND = "demand", "ondersteuningsvraag"
    LANGUAGE = "language", "taal en NT2"
    WELLBEING = "wellbeing", "motivatie en welbevinden"
    ABSENCE = "absence", "verzuim en thuiszitten"
    PARENTS = "parents", "ouders"
    TRANSFER = "transfer", "overstap en overdracht"
    STAFF = "staff", "team en professionalisering"
    PARTNERS = "partners", "jeugdhulp en partners"
    OTHER = "other", "anders"


class Strength(models.IntegerChoices):
    WEAK = 1, "af en toe"
    CLEAR = 2, "duidelijk"
    STRONG = 3, "sterk"


class Signal(models.Model):
    """A trend in a school year, noted for a school or (without one) for the partnership.

    All schools of the partnership read it. `continues` is the signal of an earlier year that it goes on from.
    """

    partnership = models.ForeignKey("schools.Partnership", models.PROTECT, related_name="signals")
    school = models.ForeignKey("schools.School", models.PROTECT, null=True, blank=True, related_name="signals")
    school_year = models.PositiveSmallIntegerField("schooljaar")
    theme = models.CharField("thema", max_length=10, choices=SignalTheme)
    text = models.TextField(
        "wat ziet u?", max_length=1000, help_text="Noem geen leerlingen, en niets waaraan iemand een leerling herkent."
    )
    strength = models.PositiveSmallIntegerField("hoe sterk?", choices=Strength, default=Strength.CLEAR)
    continues = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="continued_by")
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    folded = models.TextField(default="", editable=False)

    objects = PortalManager.from_queryset(SignalQuerySet)()

    EDITABLE: ClassVar[tuple[str, ...]] = ("theme", "text", "strength")

    class Meta:
        verbose_name = "signaal"
        verbose_name_plural = "signalen"
        ordering = ["-school_year", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(strength__in=[1, 2, 3]), name="signal_strength")]
        indexes = [models.Index("partnership", "school_year", name="signal_partnership_year")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def note(
        cls,
        by: "User",
        partnership: "Partnership",
        school: "School | None",
        *,
        school_year: int,
        theme: str,
        text: str,
        strength: int,
        continues: "Signal | None" = None,
    ) -> "Signal":
        """Note a trend for a school of one's own or, without a school, for the partnership. The same words twice in a
        year are one signal."""
        _must_speak_for(by, partnership.pk, school)
        with transaction.atomic():
            type(partnership).objects.select_for_update(no_key=True).get(pk=partnership.pk)
            signal, created = cls.objects.get_or_create(
                partnership=partnership,
                school=school,
                school_year=school_year,
                text=text,
                defaults={
                    "theme": theme,
                    "strength": strength,
                    "continues": continues,
                    "author": by,
                    "folded": fold(text),
                },
            )
            if created:
                LogEntry.objects.record("signal_noted", signal, by=by, partnership=partnership)
            elif continues is not None and signal.continues_id is None:
                signal.continues = continues
                signal.save(update_fields=["continues"])
                LogEntry.objects.record("signal_continued", signal, by=by, partnership=partnership)
        return signal

    def may_change(self, user: "User | AnonymousUser") -> bool:
        """Who noted it, while it is about this side; and the partnership, which answers for the list."""
        access = access_of(user)
        if self.partnership_id in access.partnerships:
            return True
        return self.school_id in access.schools if self.school_id else False

    def change(self, by: "User", values: Mapping[str, Any], bases: Mapping[str, str]) -> None:
        """Raises Conflict."""
        self._must_be_changed_by(by)
        with transaction.atomic():
            here = locked(Signal.objects.select_for_update(of=("self",)), self.pk)
            for name, value in merge(values_of(here, self.EDITABLE), values, bases).items():
                setattr(here, name, value)
            here.folded = fold(here.text)
            here.save(update_fields=[*self.EDITABLE, "folded"])
            LogEntry.objects.record("signal_changed", here, by=by, partnership=self.partnership_id)

    def remove(self, by: "User") -> None:
        """With the voices behind it: somebody may be recognised in it, or it was a mistake."""
        self._must_be_changed_by(by)
        with transaction.atomic():
            LogEntry.objects.record("signal_removed", self, by=by, partnership=self.partnership_id)
            self.delete()

    def _must_be_changed_by(self, by: "User") -> None:
        if not self.may_change(by):
            raise PermissionDenied("Alleen wie het signaal schreef, en het samenwerkingsverband, kan het wijzigen.")

    def second(self, by: "User", school: "School | None", *, remark: str, strength: int) -> "SignalVoice":
        """ "Wij ook", once per school (and once for the partnership); said again it is the new remark that stands."""
        _must_speak_for(by, self.partnership_id, school)
        if (school.pk if school else None) == self.school_id:
            raise IllegalTransition("Dit signaal is van uzelf.")
        with transaction.atomic():
            locked(Signal.objects.select_for_update(of=("self",)), self.pk)
            voice, created = SignalVoice.objects.update_or_create(
                signal=self, school=school, defaults={"remark": remark, "strength": strength, "author": by}
            )
            LogEntry.objects.record(
                "signal_seconded" if created else "signal_voice_changed", self, by=by, partnership=self.partnership_id
            )
        return voice

    def unsecond(self, by: "User", school: "School | None") -> None:
        """Take one's "wij ook" back."""
        _must_speak_for(by, self.partnership_id, school)
        with transaction.atomic():
            deleted, _ = self.voices.filter(school=school).delete()
            if deleted:
                LogEntry.objects.record("signal_unseconded", self, by=by, partnership=self.partnership_id)


def _must_speak_for(by: "User", partnership: int, school: "School | None") -> None:
    access = access_of(by)
    if school is None:
        if partnership not in access.partnerships:
            raise PermissionDenied("Alleen het samenwerkingsverband kan namens het SWV een signaal geven.")
    elif school.pk not in access.schools or school.partnership_id != partnership:
        raise PermissionDenied("U kunt alleen namens uw eigen school een signaal geven.")


class SignalVoice(models.Model):
    """ "Wij ook": another school, or the partnership, that sees the same."""

    signal = models.ForeignKey(Signal, models.CASCADE, related_name="voices")
    school = models.ForeignKey("schools.School", models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.CharField("opmerking", max_length=500, blank=True, help_text="Noem geen leerlingen.")
    strength = models.PositiveSmallIntegerField("hoe sterk?", choices=Strength, default=Strength.CLEAR)
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PortalManager()

    class Meta:
        verbose_name = "wij ook"
        verbose_name_plural = "wij ook"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "signal", "school", condition=Q(school__isnull=False), name="voice_once_per_school"
            ),
            models.UniqueConstraint("signal", condition=Q(school=None), name="voice_once_for_the_partnership"),
        ]

    def __str__(self) -> str:
        return f"wij ook {self.pk}"
