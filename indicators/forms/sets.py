"""Publishing a form: each flag is confirmed on its own."""

from typing import Any

from django import forms

from indicators.models import IndicatorSet


class PublishForm(forms.Form):
    """One box per flag of the set, which comes `with_parts()`."""

    def __init__(self, *args: Any, indicator_set: IndicatorSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in labels_of_flags(indicator_set).items():
            self.fields[key] = forms.BooleanField(
                label=label, error_messages={"required": "Kruis aan dat u dit hebt gecontroleerd."}
            )

    def confirmed(self) -> set[str]:
        return {key for key, ticked in self.cleaned_data.items() if ticked}


def labels_of_flags(indicator_set: IndicatorSet) -> dict[str, str]:
    """What the beheerder declares, per flag, in the order of the form."""
    labels = {}
    if indicator_set.scale_to_confirm:
        scale = ", ".join(f"{level.letter} is {level.label.lower()}" for level in indicator_set.levels.all())
        labels[IndicatorSet.SCALE_FLAG] = f"De betekenis van de niveaus klopt: {scale}."
    for theme in indicator_set.themes.all():
        if theme.needs_review:
            labels[theme.key] = f"De titel van thema {theme.number} klopt: {theme.title}."
    for indicator in indicator_set.indicators.all():
        if indicator.needs_review:
            labels[indicator.key] = f"De tekst van {indicator.code} klopt: {indicator.text}"
    return labels
