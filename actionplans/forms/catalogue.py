"""One item of the list with support."""

from typing import Any

from django import forms

from actionplans.models import CatalogueItem, SupportCatalogue
from indicators.models import Indicator, IndicatorSet
from swvportal.lib.forms import MergingForm
from swvportal.lib.merging import values_of


class CatalogueItemForm(MergingForm):
    """A new item of this kind where none is given."""

    name = forms.CharField(
        label="Naam",
        max_length=120,
        error_messages={"required": "Schrijf op hoe dit onderdeel of deze doelgroep heet."},
    )
    heading = forms.CharField(
        label="Kopje",
        max_length=80,
        required=False,
        help_text="Onderdelen met hetzelfde kopje staan bij elkaar als u ze onder elkaar zet.",
    )
    description = forms.CharField(
        label="Uitleg",
        max_length=500,
        required=False,
        help_text="Wat bedoelt u hiermee? De scholen lezen dit bij het invullen. Noem geen leerlingen.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    indicator_key = forms.ChoiceField(
        label="Vraagt hetzelfde als indicator",
        required=False,
        help_text="Dan staan profiel en waardering naast elkaar bij “Klopt het nog?”.",
    )

    def __init__(
        self, *args: Any, catalogue: SupportCatalogue, item: CatalogueItem | None = None, **kwargs: Any
    ) -> None:
        self.item = item
        super().__init__(*args, **kwargs)
        keys: Any = self.fields["indicator_key"]
        keys.choices = [("", "Geen"), *indicators_of(catalogue.partnership_id)]
        if item and item.indicator_key and item.indicator_key not in dict(keys.choices):
            keys.choices.append((item.indicator_key, f"{item.indicator_key} (niet in het nieuwste formulier)"))

    def standing(self) -> dict[str, Any]:
        return values_of(self.item or CatalogueItem(), CatalogueItem.EDITABLE)


def indicators_of(partnership: int) -> list[tuple[str, str]]:
    """Key and name of each indicator in the newest published form of this partnership."""
    published = IndicatorSet.objects.filter(partnership=partnership, state=IndicatorSet.State.PUBLISHED)
    newest = published.order_by("-published_at", "-pk").values("pk")[:1]
    rows = Indicator.objects.filter(indicator_set__in=newest).order_by("position")
    return [(key, f"{code} {name}") for key, code, name in rows.values_list("key", "code", "name")]
