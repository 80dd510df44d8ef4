"""Bookings on a budget line."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from finance.models import BudgetLine, Entry
from finance.models.funds import MOST_CENTS
from indicators.uploads import ACCEPT, checked_type
from schools.forms import EuroField
from swvportal.lib.forms import DATE

NO_PUPILS = "Noem geen leerlingen."


class BookForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "Laad deze pagina opnieuw."})
    amount_cents = EuroField(
        label="Bedrag in euro’s",
        negative=True,
        most=MOST_CENTS,
        help_text="Geld dat u terugkreeg, schrijft u met een min: -250.",
        error_messages={"required": "Vul een bedrag in."},
    )
    on = forms.DateField(
        label="Datum",
        required=False,
        widget=DATE,
        help_text="Een boeking zonder datum telt voor 5/12 mee in het eerste kalenderjaar en voor 7/12 in het tweede.",
    )
    description = forms.CharField(
        label="Omschrijving",
        max_length=200,
        help_text=NO_PUPILS,
        error_messages={"required": "Schrijf op waarvoor dit was."},
    )
    reference = forms.CharField(
        label="Boekstuk", max_length=60, required=False, help_text="Het nummer van de factuur of in de boekhouding."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid.uuid4()

    def clean_amount_cents(self) -> int:
        cents: int = self.cleaned_data["amount_cents"]
        if not cents:
            raise ValidationError("Vul een bedrag in dat niet nul is.")
        return cents

    def entry(self, line: BudgetLine) -> Entry:
        given = self.cleaned_data
        return Entry(line, given["amount_cents"], given["description"], given["on"], given["reference"])


class ReverseForm(forms.Form):
    reason = forms.CharField(
        label="Waarom boekt u dit terug?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Wie de boekingen leest, ziet dit. {NO_PUPILS}",
        error_messages={"required": "Vul in waarom u dit terugboekt."},
    )


class DocumentForm(forms.Form):
    file = forms.FileField(
        label="Document",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=f"Bijvoorbeeld een factuur: PDF, Word, Excel, ODT, ODS, PNG of JPEG. {NO_PUPILS}",
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )
    content_type = ""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.content_type = checked_type(upload)
        return upload
