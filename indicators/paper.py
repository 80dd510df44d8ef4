"""A form to be read: on the screen when nothing can be changed any more, and on paper, blank or filled in."""

from dataclasses import dataclass

from indicators.form_page import load_for_page
from indicators.forms.answers import ClosingTextForm
from indicators.models import Answer, Assessment, Dimension, EvidenceFile, Indicator, IndicatorSet, RatingLevel, Theme


@dataclass(frozen=True, slots=True)
class PaperRow:
    indicator: Indicator
    cells: tuple[tuple[Dimension, RatingLevel | None], ...]
    explanation: str = ""
    confirmed: bool = False
    evidence: tuple[EvidenceFile, ...] = ()

    @property
    def unrated(self) -> list[Dimension]:
        return [dimension for dimension, chosen in self.cells if chosen is None]

    @property
    def is_done(self) -> bool:
        """Every level is chosen, or the explanation says why one is not; the same rule as at the submit."""
        return bool(self.explanation) or not (self.unrated or self.indicator.explanation_required)


@dataclass(frozen=True, slots=True)
class Paper:
    """`is_blank`: to be filled in by hand."""

    is_blank: bool
    dimensions: tuple[Dimension, ...]
    levels: tuple[RatingLevel, ...]
    themes: tuple[tuple[Theme, tuple[PaperRow, ...]], ...]
    closing: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> list[PaperRow]:
        return [row for _, rows in self.themes for row in rows]


def blank_paper(indicator_set: IndicatorSet) -> Paper:
    """Expects the set `with_parts()`."""
    return _paper(indicator_set, {}, {}, is_blank=True)


def filled_paper(assessment: Assessment) -> Paper:
    load_for_page(assessment)
    answers = {answer.indicator_id: answer for answer in assessment.answers.all()}
    texts = {name: getattr(assessment, name) for name in Assessment.CLOSING_TEXTS}
    return _paper(assessment.participation.round.indicator_set, answers, texts, is_blank=False)


def _paper(indicator_set: IndicatorSet, answers: dict[int, Answer], texts: dict[str, str], *, is_blank: bool) -> Paper:
    dimensions = tuple(indicator_set.dimensions.all())
    levels = tuple(indicator_set.levels.all())
    rows = [
        _row(indicator, dimensions, levels, answers.get(indicator.pk)) for indicator in indicator_set.indicators.all()
    ]
    return Paper(
        is_blank=is_blank,
        dimensions=dimensions,
        levels=levels,
        themes=tuple(
            (theme, tuple(row for row in rows if row.indicator.theme_id == theme.pk))
            for theme in indicator_set.themes.all()
        ),
        closing=tuple((label, texts.get(name, "")) for name, (label, _) in ClosingTextForm.LABELS.items()),
    )


def _row(
    indicator: Indicator, dimensions: tuple[Dimension, ...], levels: tuple[RatingLevel, ...], answer: Answer | None
) -> PaperRow:
    if answer is None:
        return PaperRow(indicator, tuple((dimension, None) for dimension in dimensions))
    chosen = answer.levels()
    level_of = {level.key: level for level in levels}
    return PaperRow(
        indicator=indicator,
        cells=tuple((dimension, level_of.get(chosen.get(dimension.key, ""))) for dimension in dimensions),
        explanation=answer.explanation,
        confirmed=answer.confirmed_unchanged,
        evidence=tuple(answer.evidence.all()),
    )
