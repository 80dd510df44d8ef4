"""Filling in a support profile, taking it to the MR, and its provisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator

from actionplans.models import CatalogueItem, ItemState, ProfileItem, Provision, SupportProfile
from swvportal.lib.dates import must_be_plausible
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import DATE, EMPTY, MergingForm

NO_PUPILS = "Noem geen leerlingen."
HINTS = {
    "description": "Wat voor school bent u, en wat betekent passend onderwijs hier?",
    "extra_support": "Wat doet u voor leerlingen voor wie de basisondersteuning niet genoeg is?",
    "expertise": "Welke deskundigen werken op school, en welke haalt u van buiten?",
    "limits": "Wanneer kan de school een leerling niet goed helpen? Wat doet u dan?",
    "partners": "Met wie werkt u samen, en waarvoor?",
    "ambitions": "Wat wilt u de komende jaren verbeteren?",
}
ANCHORS = {text: f"div_id_{text}" for text in SupportProfile.TEXTS}


class Text(forms.CharField):
    """Lines as the database keeps them, so that the longest text counts the same here and in the browser.

    It may be empty while somebody works on it, also where it is `needed` in the end.
    """

    def __init__(self, *, rows: int, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(required=needed, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def validate(self, value: Any) -> None:
        """An empty text is no mistake."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in the form, with what last year's profile says about it."""

    item: CatalogueItem
    state: forms.BoundField
    explanation: forms.BoundField
    before: ProfileItem | None


class ProfileForm(MergingForm):
    """All texts and items of a profile, which comes with its content; `before` is the one of an earlier year."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, profile: SupportProfile, before: SupportProfile | None = None, **kwargs: Any
    ) -> None:
        self.profile, self.before = profile, before
        super().__init__(*args, **kwargs)
        for name in SupportProfile.TEXTS:
            label = str(SupportProfile._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.fields[name] = Text(
                rows=8 if name == "description" else 5,
                needed=name == "description",
                label=label[0].upper() + label[1:],
                help_text=f"{HINTS[name]} {NO_PUPILS}",
                max_length=SupportProfile.TEXT_MAX,
            )
        for row in profile.items.all():
            self.fields[f"item-{row.item_id}-state"] = forms.ChoiceField(
                label=row.item.name, choices=ItemState.choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"item-{row.item_id}-explanation"] = Text(
                rows=2, label=f"Toelichting bij {row.item.name}", max_length=1000
            )

    def standing(self) -> dict[str, Any]:
        return self.profile.standing()

    def values(self) -> dict[str, Any]:
        """Only what was posted: an item without a choice, or a field that did not arrive, stays as it is."""
        return {name: value for name, value in super().values().items() if self.add_prefix(name) in self.data}

    # What the page draws ---------------------------------------------------------------------------------------------

    def basics(self) -> list[tuple[str, list[ItemRow]]]:
        return self._under_headings(CatalogueItem.Kind.BASIC)

    def groups(self) -> list[tuple[str, list[ItemRow]]]:
        return self._under_headings(CatalogueItem.Kind.TARGET_GROUP)

    def _under_headings(self, kind: str) -> list[tuple[str, list[ItemRow]]]:
        rows = groupby(self._rows(kind), key=lambda row: row.item.heading)
        return [(heading, list(found)) for heading, found in rows]

    def _rows(self, kind: str) -> Iterator[ItemRow]:
        before = {row.item.key: row for row in self.before.items.all()} if self.before else {}
        for row in self.profile.items.all():
            if row.item.kind == kind:
                name = f"item-{row.item_id}"
                yield ItemRow(row.item, self[f"{name}-state"], self[f"{name}-explanation"], before.get(row.item.key))

    def first_text(self) -> tuple[forms.BoundField, str]:
        return self._text("description")

    def other_texts(self) -> list[tuple[forms.BoundField, str]]:
        return [self._text(name) for name in SupportProfile.TEXTS if name != "description"]

    def _text(self, name: str) -> tuple[forms.BoundField, str]:
        """A text with what it was, where it was something else."""
        was = getattr(self.before, name, "")
        return self[name], was if was != getattr(self.profile, name) else ""

    def progress(self) -> tuple[int, int]:
        """How many of the texts and items are filled in, and how many there are."""
        names = [*SupportProfile.TEXTS, *(f"item-{row.item_id}-state" for row in self.profile.items.all())]
        filled = [name for name in names if str(self[name].value() or "").strip()]
        return len(filled), len(names)


class ToMrForm(forms.Form):
    """The day on which the MR meets about this profile."""

    mr_on = forms.DateField(
        label="Wanneer bespreekt de MR het profiel?",
        widget=DATE,
        validators=[must_be_plausible],
        help_text="De datum van de vergadering. Vanaf die dag kunt u het profiel vaststellen.",
        error_messages={"required": "Vul de datum van de vergadering in."},
    )

    def __init__(self, *args: Any, profile: SupportProfile, **kwargs: Any) -> None:
        self.profile = profile
        super().__init__(*args, **kwargs)

    def clean_mr_on(self) -> Any:
        day = self.cleaned_data["mr_on"]
        try:
            self.profile.must_fit(day)
        except IllegalTransition as error:
            raise forms.ValidationError(str(error)) from error
        return day


class GroupsField(forms.ModelMultipleChoiceField):
    """Compares as text before it asks the database, which takes no number without end."""

    def clean(self, value: Any) -> Any:
        known = {str(pk) for pk in self.queryset.values_list("pk", flat=True)} if self.queryset is not None else set()
        if any(str(key) not in known for key in value or ()):
            raise forms.ValidationError("Kies een doelgroep van de lijst.")
        return super().clean(value)


class ProvisionForm(MergingForm):
    """A new provision where none is given."""

    name = forms.CharField(
        label="Naam",
        max_length=120,
        help_text="Bijvoorbeeld: Time-outplek of Schakelklas.",
        error_messages={"required": "Schrijf de naam van de voorziening op."},
    )
    description = Text(
        rows=4,
        label="Wat houdt het in?",
        max_length=1000,
        help_text=f"Wat krijgt een leerling hier, hoe lang, en van wie? {NO_PUPILS}",
    )
    places = forms.IntegerField(
        label="Aantal plaatsen",
        required=False,
        min_value=0,
        max_value=2000,
        validators=[MaxValueValidator(2000)],
        error_messages={"min_value": "Vul 0 of meer in.", "max_value": "Vul hoogstens 2000 in."},
        help_text="Laat leeg als er geen vast aantal is.",
    )
    target_groups = GroupsField(
        label="Voor welke doelgroepen?",
        queryset=CatalogueItem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, profile: SupportProfile, provision: Provision | None = None, **kwargs: Any) -> None:
        self.provision = provision
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["target_groups"]
        groups.queryset = CatalogueItem.objects.filter(
            catalogue=profile.catalogue_id, kind=CatalogueItem.Kind.TARGET_GROUP
        )

    def standing(self) -> dict[str, Any]:
        if self.provision is not None:
            return self.provision.standing()
        return {"name": "", "description": "", "places": None, "target_groups": []}

    def shown(self, name: str, value: Any) -> str:
        if name != "target_groups":
            return super().shown(name, value)
        groups: Any = self.fields["target_groups"]
        return ", ".join(group.name for group in groups.queryset if group.pk in value) or EMPTY
