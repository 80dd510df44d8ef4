"""The form, the round, and what was filled in."""

from indicators.models.assessments import (
    Answer,
    Assessment,
    AssessmentState,
    EvidenceFile,
    Party,
    Rating,
    StaleAnswer,
)
from indicators.models.rounds import ConversationRound, Participation
from indicators.models.sets import Dimension, Indicator, IndicatorSet, RatingLevel, Theme

__all__ = [
    "Answer",
    "Assessment",
    "AssessmentState",
    "ConversationRound",
    "Dimension",
    "EvidenceFile",
    "Indicator",
    "IndicatorSet",
    "Participation",
    "Party",
    "Rating",
    "RatingLevel",
    "StaleAnswer",
    "Theme",
]
