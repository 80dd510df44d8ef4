"""What the seal of a form covers, in a form that does not change: format 1.

Written down in docs/architecture.md ("The seal"), so that anyone with the bytes and the salt can check a seal with
nothing but SHA-256. A change of shape is a new format number; old bytes keep theirs.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.models import Answer, Assessment, IndicatorSet

FORMAT = 1


def form_content(assessment: "Assessment") -> dict[str, Any]:
    """The content of a form as plain values. Expects everything fetched (`for_page().with_answers()`)."""
    participation = assessment.participation
    round_ = participation.round
    answers = {answer.indicator_id: answer for answer in assessment.answers.all()}
    return {
        "format": FORMAT,
        "partnership": {"code": round_.partnership.code, "name": round_.partnership.name},
        "school": {"code": participation.school.code, "name": participation.school.name},
        "round": {"title": round_.title, "school_year": round_.school_year},
        "party": assessment.party,
        "set": set_content(round_.indicator_set),
        "answers": [
            {"indicator": indicator.key, **_answer_content(answers.get(indicator.pk))}
            for indicator in round_.indicator_set.indicators.all()
        ],
        "follow_up": assessment.follow_up,
        "planning": assessment.planning,
    }


def set_content(indicator_set: "IndicatorSet") -> dict[str, Any]:
    """Every text of a version of the form."""
    return {
        "title": indicator_set.title,
        "version": indicator_set.version,
        "ordinal": indicator_set.ordinal,
        "themes": [{"key": t.key, "number": t.number, "title": t.title} for t in indicator_set.themes.all()],
        "indicators": [
            {"key": i.key, "code": i.code, "name": i.name, "text": i.text} for i in indicator_set.indicators.all()
        ],
        "dimensions": [
            {"key": d.key, "name": d.name, "description": d.description} for d in indicator_set.dimensions.all()
        ],
        "levels": [
            {"key": v.key, "letter": v.letter, "label": v.label, "description": v.description}
            for v in indicator_set.levels.all()
        ],
    }


def _answer_content(answer: "Answer | None") -> dict[str, Any]:
    if answer is None:
        return {"levels": {}, "explanation": "", "confirmed_unchanged": False, "evidence": []}
    return {
        "levels": answer.levels(),
        "explanation": answer.explanation,
        "confirmed_unchanged": answer.confirmed_unchanged,
        "evidence": sorted(({"name": e.name, "sha256": e.sha256} for e in answer.evidence.all()), key=str),
    }
