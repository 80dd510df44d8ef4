"""Saving rows of a form, one by one or all at once, so that no text gets lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from indicators.form_page import Conflict, FormPage, PageBuilder, answer_conflict
from indicators.forms.answers import AnswerForm, ClosingTextForm, RowForm, content_print, level_fields
from indicators.models import Answer, Assessment, Dimension, EvidenceFile, Indicator, RatingLevel, StaleAnswer
from indicators.uploads import checked_type

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

CHOICES = ("mine", "theirs", "both")


@dataclass(slots=True)
class Refused:
    """A row that was not saved: what was typed, and the other's text where two people wrote."""

    form: RowForm
    conflict: Conflict | None = None


class RowSaver:
    """Saves the rows that came in with one post.

    A row that was left alone is skipped, so that a colleague's newer text stays. A row that asks for a choice is saved
    only with that choice (`resolve`).
    """

    def __init__(
        self,
        assessment: Assessment,
        by: User,
        data: QueryDict,
        dimensions: Sequence[Dimension],
        levels: Sequence[RatingLevel],
    ) -> None:
        self.assessment = assessment
        self.by = by
        self.data = data
        self.dimensions = dimensions
        self.levels = levels
        self.level_fields = level_fields(dimensions, levels)
        self.resolved, _, self.choice = data.get("resolve", "").rpartition(":")
        if self.choice and self.choice not in CHOICES:
            raise BadRequest("resolve")

    def posted_answer(self, indicator: Indicator) -> AnswerForm | None:
        form = AnswerForm(indicator, self.level_fields, self.data)
        return form if self._is_posted(form) else None

    def posted_text(self, name: str) -> ClosingTextForm | None:
        form = ClosingTextForm(name, self.data)
        return form if self._is_posted(form) else None

    def _is_posted(self, form: RowForm) -> bool:
        if not form.is_posted:
            return False
        if {"version", "base", "conflict"} & form.errors.keys() or (
            isinstance(form, AnswerForm) and form.has_forged_level()
        ):
            raise BadRequest("this was not made by the page")
        return True

    def save_answer(
        self, form: AnswerForm, indicator: Indicator, confirm_levels: Callable[[], dict[str, str]]
    ) -> Answer | Refused | None:
        """The answer as it stands after this; Refused; or None where nothing was to be done."""
        if not form.is_valid():
            return Refused(form)
        choice = self._choice_for(indicator.key)
        confirming = self.data.get("confirm") == indicator.key
        if choice == "theirs":
            return self.standing(indicator)
        if form.cleaned_data["conflict"] and not choice:
            return self._ask(form, self.standing(indicator))
        if not (choice or confirming) and form.cleaned_data["base"] == content_print(form.levels(), form.text()):
            return None
        levels, text = form.levels(), form.text()
        if choice == "both":
            standing = self.standing(indicator)
            levels, text = standing.levels() | levels, both_texts(standing.explanation, text)
        confirmed = False
        if confirming or form.cleaned_data["confirmed"]:
            last = confirm_levels()
            levels = levels | last if confirming else levels
            confirmed = bool(last) and last.items() <= levels.items()
        try:
            return self.assessment.save_answer(
                self.by,
                indicator,
                version=form.cleaned_data["version"],
                levels=levels,
                explanation=text,
                confirmed_unchanged=confirmed,
            )
        except StaleAnswer as stale:
            return self._ask(form, stale.current)

    def save_text(self, form: ClosingTextForm, name: str) -> int | Refused | None:
        """The version of a closing text after this; Refused; or None where nothing was to be done."""
        if not form.is_valid():
            return Refused(form)
        choice = self._choice_for(f"closing.{name}")
        text = form.cleaned_data["text"]
        standing: str = getattr(self.assessment, name)
        if choice == "theirs":
            version: int = getattr(self.assessment, f"{name}_version")
            return version
        if form.cleaned_data["conflict"] and not choice:
            return self._ask_text(form, name, self.assessment)
        if not choice and form.cleaned_data["base"] == content_print({}, text):
            return None
        if choice == "both":
            text = both_texts(standing, text)
        try:
            return self.assessment.save_closing_text(self.by, name, version=form.cleaned_data["version"], text=text)
        except StaleAnswer as stale:
            return self._ask_text(form, name, stale.current)

    def _choice_for(self, key: str) -> str:
        return self.choice if self.resolved == key else ""

    def standing(self, indicator: Indicator) -> Answer:
        """The answer as it is now, with its levels."""
        found = (
            self.assessment.answers.filter(indicator=indicator)
            .prefetch_related("ratings__level", "ratings__dimension")
            .first()
        )
        answer = found or Answer(assessment=self.assessment)
        answer.indicator = indicator
        return answer

    def _ask(self, form: AnswerForm, theirs: Answer) -> Refused:
        who = User.objects.filter(pk=theirs.updated_by_id).first() if theirs.updated_by_id else None
        name = str(who) if who else "Iemand anders"
        conflict = answer_conflict(form, theirs, name, self.dimensions, self.levels)
        form.ask_to_choose(theirs.version)
        return Refused(form, conflict)

    def _ask_text(self, form: ClosingTextForm, name: str, current: Assessment) -> Refused:
        conflict = Conflict("Iemand anders", None, getattr(current, name), form.cleaned_data["text"])
        form.ask_to_choose(getattr(current, f"{name}_version"))
        return Refused(form, conflict)


def both_texts(theirs: str, mine: str) -> str:
    if theirs == mine or mine in theirs:
        return theirs
    return f"{theirs}\n\n{mine}".strip()


def save_whole_form(builder: PageBuilder, by: User, data: QueryDict) -> dict[str, Refused]:
    """Save every row that was changed; what could not be saved comes back by the row's key."""
    saver = RowSaver(builder.assessment, by, data, builder.dimensions, builder.levels)
    refused: dict[str, Refused] = {}
    for indicator in builder.indicators:
        form = saver.posted_answer(indicator)
        outcome = form and saver.save_answer(form, indicator, partial(builder.levels_to_confirm, indicator))
        if isinstance(outcome, Refused):
            refused[indicator.key] = outcome
    for name in Assessment.CLOSING_TEXTS:
        text_form = saver.posted_text(name)
        saved = text_form and saver.save_text(text_form, name)
        if isinstance(saved, Refused):
            refused[f"closing.{name}"] = saved
    return refused


def save_files(builder: PageBuilder, by: User, data: QueryDict, files: "MultiValueDict[str, UploadedFile]") -> dict:
    """Add the files that came with the form, take away the one that was pointed at; gives mistakes by row."""
    mistakes: dict[str, str] = {}
    for indicator in builder.indicators:
        for upload in files.getlist(f"{indicator.key}.file"):
            try:
                kind = checked_type(upload)
            except ValidationError as error:
                mistakes[indicator.key] = error.messages[0]
            else:
                builder.assessment.add_evidence(by, indicator, upload, content_type=kind)
    if remove := data.get("remove"):
        mine = EvidenceFile.objects.select_related("answer").filter(answer__assessment=builder.assessment)
        evidence = next((file for file in mine if str(file.token) == remove), None)
        if evidence is not None:
            builder.assessment.remove_evidence(by, evidence)
    return mistakes


def overlay(page: FormPage, builder: PageBuilder, refused: dict[str, Refused], mistakes: dict[str, str]) -> None:
    """Put back on the page what was typed in the rows that were not saved."""
    for row in page.rows:
        row.upload_error = mistakes.get(row.key, "")
        again = refused.get(row.key)
        if again is not None and isinstance(again.form, AnswerForm):
            row.form, row.conflict = again.form, again.conflict
            row.cells = builder.cells(row.indicator, row.form, row.answer)
    for closing in page.closing:
        again = refused.get(closing.key)
        if again is not None and isinstance(again.form, ClosingTextForm):
            closing.form, closing.conflict = again.form, again.conflict


def typed_but_not_saved(builder: PageBuilder, data: QueryDict) -> list[tuple[str, str]]:
    """Texts in a post to a form that took no more changes: shown, so that they can be copied."""
    saver = RowSaver(builder.assessment, User(), data, builder.dimensions, builder.levels)
    texts = []
    for indicator in builder.indicators:
        form = saver.posted_answer(indicator)
        answer = builder.answers.get(indicator.pk)
        if form and form.is_valid() and form.text() != (answer.explanation if answer else ""):
            texts.append((str(indicator), form.text()))
    for name, (label, _) in ClosingTextForm.LABELS.items():
        text_form = saver.posted_text(name)
        if text_form and text_form.is_valid() and text_form.cleaned_data["text"] != getattr(builder.assessment, name):
            texts.append((label, text_form.cleaned_data["text"]))
    return texts
