"""A file of the school's accounts, and which of its columns is what."""

from typing import Any

from django import forms

from finance.ledger import AMOUNTS, Chosen, Ledger


class LedgerFileForm(forms.Form):
    file = forms.FileField(
        label="Bestand uit de boekhouding",
        help_text="Een XLSX-, ODS- of CSV-bestand van hoogstens 5 MB en 5000 rijen. Noem geen leerlingen.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )


class _Column(forms.ChoiceField):
    """`when` says beside the label in which case it is needed."""

    def __init__(self, label: str, help_text: str = "", when: str = "") -> None:
        self.when = when
        super().__init__(label=label, help_text=help_text, required=False)


class ColumnsForm(forms.Form):
    """Columns by their place, so that two of one name are no problem."""

    date = _Column("Datum", "Zonder datum telt een boeking voor 5/12 en 7/12 mee in de twee kalenderjaren.")
    amount = _Column("Bedrag", "Of kies hieronder debet en credit, als die apart staan.", when="of debet en credit")
    debit = _Column("Debet", when="als er geen kolom bedrag is")
    credit = _Column("Credit", "Het portaal rekent debet min credit.", when="als er geen kolom bedrag is")
    description = forms.ChoiceField(
        label="Omschrijving", error_messages={"required": "Kies de kolom met de omschrijving."}
    )
    reference = _Column("Boekstuk")
    post = _Column("Post", "Bijvoorbeeld de kostenplaats of de grootboekrekening: hiermee kiest u de begrotingsregel.")

    def __init__(self, *args: Any, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = ledger.columns()
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "niet in dit bestand"), *columns]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if set(self.errors) & set(AMOUNTS):
            return given
        if not any(given.get(name) for name in AMOUNTS):
            self.add_error("amount", "Kies de kolom met het bedrag, of die met debet en credit.")
        elif given.get("amount") and (given.get("debit") or given.get("credit")):
            self.add_error("amount", "Kies het bedrag, of debet en credit, maar niet allebei.")
        self._must_differ(given)
        return given

    def _must_differ(self, given: dict[str, Any]) -> None:
        taken: set[str] = set()
        for name in ("date", *AMOUNTS, "description"):
            if given.get(name) and given[name] in taken:
                self.add_error(name, "Deze kolom koos u al voor iets anders.")
            taken.add(given.get(name) or "")

    def columns(self) -> dict[str, int]:
        return {name: int(self.cleaned_data[name]) for name in Chosen.FIELDS if self.cleaned_data[name]}
