"""Forms whose page may be saved by two people at once; see swvportal.lib.merging."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import JsonResponse, QueryDict
from django.utils import timezone

from swvportal.lib import dates
from swvportal.lib.merging import Conflict, bases_of, fingerprint

BASES = "bases"
EMPTY = "(leeg)"
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MergingForm(forms.Form):
    """A form that carries the bases of its fields along in one hidden field.

    A subclass says with `standing()` what stands in the database now, by field name. Use it as

        form = ProfileForm(request.POST or None, profile=profile)
        if form.is_valid() and form.saved_by(lambda values, bases: profile.save_content(request.user, values, bases)):
            ...

    `saved_by` answers False after a conflict: the form then shows both texts, and saving once more keeps this person's.
    """

    bases = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, Any] = {}
        standing = self.standing()
        for name, value in standing.items():
            self.initial.setdefault(name, value)
        self.initial[BASES] = json.dumps(bases_of(standing))

    def standing(self) -> dict[str, Any]:
        raise NotImplementedError

    def clean_bases(self) -> dict[str, str]:
        try:
            found = json.loads(self.cleaned_data[BASES] or "{}")
        except (ValueError, RecursionError):  # nothing that a page of ours sends
            found = {}
        return {str(name): str(base) for name, base in found.items()} if isinstance(found, dict) else {}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.standing() if name in self.cleaned_data}

    def saved_by(self, save: Callable[[dict[str, Any], dict[str, str]], object]) -> bool:
        """Call `save` with the values and their bases. False when it raised Conflict."""
        try:
            save(self.values(), self.cleaned_data[BASES])
        except Conflict as conflict:
            self.show(conflict)
            return False
        return True

    def show(self, conflict: Conflict) -> None:
        """What the others wrote, at its field; what this person wrote stays, and wins when it is saved once more."""
        self.conflicts = conflict.theirs
        bases = {**self.cleaned_data[BASES], **{name: fingerprint(value) for name, value in conflict.theirs.items()}}
        assert isinstance(self.data, QueryDict), "what a browser posts"
        data = self.data.copy()
        data[self.add_prefix(BASES)] = json.dumps(bases)
        self.data = data
        for name, value in conflict.theirs.items():
            self.add_error(
                name,
                f"Iemand anders wijzigde dit tegelijk. Er staat nu: “{self.shown(name, value)}”. "
                "Bewaar opnieuw om uw eigen tekst te houden.",
            )

    def shown(self, name: str, value: Any) -> str:
        """A value of a field in words."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            found = next((obj for obj in field.queryset or () if obj.pk == value), None)
            return field.label_from_instance(found) if found else EMPTY
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, EMPTY))  # type: ignore[arg-type]
        return (
            dates.short_date(value) if hasattr(value, "weekday") else str(value) if value not in ("", None) else EMPTY
        )


def autosaved(form: MergingForm, standing: Mapping[str, Any]) -> JsonResponse:
    """What static/js/autosave.js gets back: the new bases after a save, or why nothing was saved.

    `standing` is what the database holds after the save, by field. A field that somebody else changed meanwhile keeps
    the base of what this page still shows: with a newer one the next save would put the old text back. After a conflict
    the bases are those with which this person's text wins, for when they choose to save it once more.
    """
    if form.errors:
        wrong = {form.add_prefix(name): [str(error) for error in errors] for name, errors in form.errors.items()}
        again = {"bases": form.data[form.add_prefix(BASES)]} if form.conflicts else {}
        return JsonResponse({"errors": wrong, **again}, status=409 if form.conflicts else 422)
    now, shown, before = bases_of(standing), bases_of(form.values()), form.cleaned_data[BASES]
    bases = {name: now[name] if now[name] == shown[name] else before.get(name, "") for name in shown}
    return JsonResponse({"bases": json.dumps(bases), "at": dates.clock(timezone.now())})
