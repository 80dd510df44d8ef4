"""One row of the form, and the two texts at its end, as they come in from the page."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from indicators.forms.widgets import LevelSelect, Textarea, hidden_inputs
from indicators.models import Dimension, Indicator, RatingLevel
from swvportal.lib.seal import normalise_text

TEXT_MAX = 20_000


class LevelField(forms.ChoiceField):
    """One radio group: the levels of the form's scale on one dimension. Drawn by `fields/answer.html`."""

    def __init__(self, levels: Sequence[RatingLevel], **kwargs: Any) -> None:
        self.levels = levels
        choices = [(level.key, level.label) for level in levels]
        super().__init__(choices=choices, required=False, widget=LevelSelect(levels), **kwargs)


def level_fields(dimensions: Sequence[Dimension], levels: Sequence[RatingLevel]) -> dict[str, LevelField]:
    """The radio group of each dimension, by its key. Nothing in it belongs to one row: all rows share it."""
    return {dimension.key: LevelField(levels, label=dimension.name) for dimension in dimensions}


class RowHelper(FormHelper):
    """How crispy draws a field of a row. Worked out once: it is asked for every field, and always says the same."""

    form_tag = False
    field_template = "indicators/fields/answer.html"

    def get_attributes(self, template_pack: Any = TEMPLATE_PACK) -> dict[str, Any]:
        return self._attributes

    @cached_property
    def _attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_attributes()
        return found


class RowForm(forms.Form):
    """What every row of the page carries beside its fields.

    `version` is the one the person started from. `base` is a print of the content he got, which tells a row that he
    left alone from one that he changed when the whole form comes in at once. `conflict` says that he was shown two
    texts and has to choose.
    """

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    base = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    conflict = forms.BooleanField(required=False, widget=forms.HiddenInput)

    helper: ClassVar[FormHelper] = RowHelper()

    use_required_attribute = False
    CARRIED: ClassVar[tuple[str, ...]] = ("version", "base", "conflict", "confirmed")

    def add_prefix(self, field_name: str) -> str:
        """With a dot, which no key contains: `visie.level.vastgelegd` has one reading."""
        return f"{self.prefix}.{field_name}"

    def hidden(self) -> SafeString:
        """The inputs that carry on what the row came with."""
        values = {self.add_prefix(name): self[name].value() for name in self.CARRIED if name in self.fields}
        return hidden_inputs({name: "" if value is None else value for name, value in values.items()})

    @property
    def is_posted(self) -> bool:
        return self.is_bound and self.add_prefix("version") in self.data

    def ask_to_choose(self, version: int) -> None:
        """Carry on what was typed, together with the version that is shown beside it, until somebody chooses."""
        seen = {self.add_prefix("version"): str(version), self.add_prefix("conflict"): "1"}
        self.data = dict(self.data.items()) | seen


class AnswerForm(RowForm):
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    explanation = forms.CharField(
        label="Toelichting",
        required=False,
        strip=False,
        max_length=TEXT_MAX,
        help_text="Waaraan ziet u dit? Noem geen leerlingen.",
        widget=Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"max_length": "Deze tekst is te lang: hoogstens %(limit_value)d tekens."},
    )

    def __init__(
        self,
        indicator: Indicator,
        level_fields: Mapping[str, LevelField],
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, prefix=indicator.key, **kwargs)
        self.level_names = {key: f"level.{key}" for key in level_fields}
        self.fields |= {self.level_names[key]: field for key, field in level_fields.items()}

    def levels(self) -> dict[str, str]:
        """The chosen level's key per dimension's key; what was not chosen is left out."""
        chosen = {key: self.cleaned_data.get(name, "") for key, name in self.level_names.items()}
        return {key: value for key, value in chosen.items() if value}

    def text(self) -> str:
        return normalise_text(self.cleaned_data.get("explanation", ""))

    def has_forged_level(self) -> bool:
        """A radio group offers no other value: then the post was not made by the page."""
        return any(name in self.errors for name in self.level_names.values())


class ClosingTextForm(RowForm):
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=TEXT_MAX,
        widget=Textarea(attrs={"rows": 4, "class": "form-control"}),
        error_messages={"max_length": "Deze tekst is te lang: hoogstens %(limit_value)d tekens."},
    )

    LABELS: ClassVar[dict[str, tuple[str, str]]] = {
        "follow_up": ("Vervolgafspraken", "Wat wilt u na het gesprek samen afspreken? Noem geen leerlingen."),
        "planning": ("Planning van de beoogde ontwikkeling", "Wat gebeurt er wanneer? Noem maanden of data."),
    }

    def __init__(self, name: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, prefix=f"closing.{name}", **kwargs)
        label, hint = self.LABELS[name]
        self.fields["text"].label = label
        self.fields["text"].help_text = hint


class SubmitForm(forms.Form):
    """The key makes a button that is pressed twice one submit."""

    key = forms.UUIDField(widget=forms.HiddenInput)


def content_print(levels: Mapping[str, str], text: str) -> str:
    """A short print of a row's content, to see whether it was changed; no secret."""
    content = repr((sorted(levels.items()), normalise_text(text)))
    return hashlib.sha256(content.encode()).hexdigest()[:16]
