"""Forms whose page may be saved by two people at once; see swvportal.lib.merging."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from swvportal.lib import dates
from swvportal.lib.merging import Conflict, bases_of, fingerprint, plain

BASES = "bases"
EMPTY = "(leeg)"
MINE, THEIRS, BOTH = "mine", "theirs", "both"
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SometimesField(forms.CharField):
    """Needed only in some case, which its label names; the form itself asks for it then."""

    def __init__(self, *, when: str, **kwargs: Any) -> None:
        self.when = when
        super().__init__(required=False, **kwargs)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a field with two values asks: keep one's own, keep the other one, or both. `theirs` is said in words; `seen`
    is the fingerprint of what the person chooses about."""

    name: str
    label: str
    theirs: str
    seen: str
    chosen: str
    is_text: bool
    has_both: bool


def status_of(form: forms.BaseForm | None) -> int:
    """Of the page that shows this form: 409 where somebody else saved in between, 422 where something is wrong with what was
    posted, else 200."""
    if getattr(form, "conflicts", None):
        return 409
    return 422 if form is not None and form.is_bound and form.errors else 200


class MergingForm(forms.Form):
    """A form that carries the bases of its fields along in one hidden field.

    A subclass says with `standing()` what stands in the database now, by field name. Use it as

        form = ProfileForm(request.POST or None, profile=profile)
        if form.is_valid() and form.saved_by(lambda values, bases: profile.save_content(request.user, values, bases)):
            ...

    `saved_by` answers False after a conflict: the form then shows both texts at the field, and nothing of it is saved
    until the person has chosen (`<field>-choice`, about what `<field>-seen` is the fingerprint of).
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

    def full_clean(self) -> None:
        """What a person gives up for the text of somebody else need not be right; an open choice stays open."""
        super().full_clean()
        chosen = self._chosen() if self.is_bound else {}
        for name, choice in chosen.items():
            if choice == THEIRS:
                self.errors.pop(name, None)
        if chosen and self.errors:
            standing = self.standing()
            self.conflicts = {name: standing[name] for name in chosen}

    def _chosen(self) -> dict[str, str]:
        """What was chosen about fields that two people changed, by field."""
        found = {name: self.data.get(f"{self.add_prefix(name)}-choice") for name in self.standing()}
        return {name: choice for name, choice in found.items() if choice in {MINE, THEIRS, BOTH}}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.standing() if name in self.cleaned_data}

    def saved_by(self, save: Callable[[dict[str, Any], dict[str, str]], object]) -> bool:
        """Call `save` with the values and their bases. False when it raised Conflict."""
        values, bases = self.values(), dict(self.cleaned_data[BASES])
        for name, choice in self._chosen().items():
            if name in values:
                self._decide(name, choice, values, bases)
        if self.errors:
            return False
        try:
            save(values, bases)
        except Conflict as conflict:
            self.show(conflict)
            return False
        return True

    def _decide(self, name: str, choice: str, values: dict[str, Any], bases: dict[str, str]) -> None:
        """Carry out a choice. It is about what the person saw: where that changed again, they are asked once more."""
        now, mine = self.standing()[name], values[name]
        seen = self.data.get(f"{self.add_prefix(name)}-seen", "")
        bases[name] = seen
        if choice == THEIRS:
            del values[name]
        elif choice == BOTH and self._has_both(name) and fingerprint(now) == seen:
            values[name] = "\n\n".join(part for part in (plain(now), plain(mine)) if part)
            most = self.fields[name].max_length  # type: ignore[attr-defined]
            if most is not None and len(values[name]) > most:
                self.conflicts = {name: now}
                self.add_error(name, f"Samen zijn de teksten te lang: hoogstens {most} tekens. Kort uw tekst in.")
        elif choice == BOTH and plain(now).endswith(plain(mine)):  # the button was pressed twice
            del values[name]

    def _has_both(self, name: str) -> bool:
        return isinstance(self.fields[name].widget, forms.Textarea)

    def show(self, conflict: Conflict) -> None:
        """What the others wrote, at its field, with the question what to keep."""
        self.conflicts = conflict.theirs
        for name in conflict.theirs:
            self.add_error(name, "Iemand anders schreef hier ook. Kies wat blijft en sla opnieuw op.")

    def choice_at(self, name: str) -> Choice | None:
        """What is asked at this field after a conflict."""
        if name not in self.conflicts:
            return None
        return Choice(
            name=self.add_prefix(name),
            label=str(self.fields[name].label),
            theirs=self.shown(name, self.conflicts[name]),
            seen=fingerprint(self.conflicts[name]),
            chosen=self._chosen().get(name, MINE),
            is_text=isinstance(self.fields[name], forms.CharField),
            has_both=self._has_both(name),
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
    `conflicts` holds per field what is asked there, as HTML.
    """
    if form.errors:
        wrong = {form.add_prefix(name): [str(error) for error in errors] for name, errors in form.errors.items()}
        choices = [choice for name in form.conflicts if (choice := form.choice_at(name))]
        asked = {choice.name: render_to_string("partials/choice.html", {"choice": choice}) for choice in choices}
        again = {"conflicts": asked} if asked else {}
        return JsonResponse({"errors": wrong, **again}, status=409 if form.conflicts else 422)
    now, shown, before = bases_of(standing), bases_of(form.values()), form.cleaned_data[BASES]
    bases = {name: now[name] if now[name] == shown[name] else before.get(name, "") for name in shown}
    return JsonResponse({"bases": json.dumps(bases), "at": dates.clock(timezone.now())})
