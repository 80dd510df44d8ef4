"""Forms for actions that recur in several schools, and for a file with action points."""

from collections.abc import Iterable
from typing import Any

from django import forms

from actionplans.models import ActionGroup, ActionPlan

TITLE_LENGTH = ActionGroup._meta.get_field("title").max_length


class TitleForm(forms.Form):
    title = forms.CharField(
        label="Titel",
        max_length=TITLE_LENGTH,
        help_text="Noem geen leerlingen.",
        error_messages={"required": "Schrijf een titel op."},
    )


class GatherForm(TitleForm):
    """A title and the points that go under it, out of those that the page shows."""

    points = forms.MultipleChoiceField(
        label="Actiepunten", error_messages={"required": "Kies ten minste twee actiepunten."}
    )
    field_order = ("points", "title")

    def __init__(self, *args: Any, points: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["points"]
        field.choices = [(str(pk), str(pk)) for pk in points]
        self.fields["title"].help_text = "Zo komt de actie in het verslag van de ronde. Noem geen leerlingen."

    def clean_points(self) -> set[int]:
        chosen = {int(pk) for pk in self.cleaned_data["points"]}
        if len(chosen) < 2:
            raise forms.ValidationError("Kies ten minste twee actiepunten.")
        return chosen


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Bestand met actiepunten",
        help_text=f"XLSX, ODS of CSV, hoogstens 5 MB en {ActionPlan.MOST_POINTS} rijen.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )
