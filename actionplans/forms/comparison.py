"""The partnership's decision about an item, and the question to the finder."""

from typing import Any

from django import forms
from django.utils import timezone

from actionplans.models import CatalogueItem, SupportDecision
from swvportal.lib.dates import must_be_plausible
from swvportal.lib.folding import fold
from swvportal.lib.forms import DATE, MergingForm
from swvportal.lib.merging import values_of

SEARCH = {"class": "form-control", "autocomplete": "off", "aria-describedby": "zoekhulp"}
SELECT = {"class": "form-select"}


class DecisionForm(MergingForm):
    choice = forms.ChoiceField(
        label="Wat besluit het samenwerkingsverband?",
        choices=SupportDecision.Choice,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een besluit."},
    )
    reason = forms.CharField(
        label="Reden",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Waarom dit besluit? Alle scholen lezen dit. Noem geen leerlingen.",
        error_messages={"required": "Schrijf op waarom het samenwerkingsverband dit besluit."},
    )
    decided_on = forms.DateField(
        label="Besloten op",
        widget=DATE,
        validators=[must_be_plausible],
        error_messages={"required": "Vul de dag in waarop het besluit is genomen."},
    )

    def __init__(self, *args: Any, decision: SupportDecision, **kwargs: Any) -> None:
        self.decision = decision
        super().__init__(*args, **kwargs)

    def standing(self) -> dict[str, Any]:
        return values_of(self.decision, SupportDecision.EDITABLE)

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Vul de dag in waarop het besluit is genomen, uiterlijk vandaag.")
        return day


class FinderForm(forms.Form):
    """What somebody is looking for. The choices are the items of the partnership's list, by their lasting keys."""

    q = forms.CharField(
        label="Wat zoekt u?", max_length=100, required=False, widget=forms.TextInput(attrs=SEARCH | {"type": "search"})
    )
    doelgroep = forms.ChoiceField(label="Doelgroep", required=False, widget=forms.Select(attrs=SELECT))
    onderdeel = forms.ChoiceField(label="Basisondersteuning", required=False, widget=forms.Select(attrs=SELECT))

    def __init__(self, *args: Any, items: list[CatalogueItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (("doelgroep", CatalogueItem.Kind.TARGET_GROUP), ("onderdeel", CatalogueItem.Kind.BASIC)):
            choices = [(item.key, item.name) for item in items if item.kind == kind]
            self.fields[name].choices = [("", "alle"), *choices]  # type: ignore[attr-defined]

    @property
    def words(self) -> list[str]:
        return fold(self.cleaned_data["q"]).split() if self.is_valid() else []

    @property
    def keys(self) -> list[str]:
        """Of the target group and the item that were chosen."""
        found = (self.cleaned_data[name] for name in ("doelgroep", "onderdeel")) if self.is_valid() else ()
        return [key for key in found if key]
