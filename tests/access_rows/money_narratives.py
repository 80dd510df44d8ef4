"""Rows of the access table; see tests/access_table.py."""

import json
from collections.abc import Callable
from typing import Any

from finance.models import BoardNarrative, SchoolNarrative
from swvportal.lib.merging import bases_of
from tests import money
from tests.factories import World

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# The year: what there is, and what is asked
finance:narratives GET               all    in   200   200 200   200  200   200 200   200   200
finance:narratives POST              any    in   405   405 405   405  405   405 405   405   405
finance:question_set_begin GET       any    in   405   405 405   405  405   405 405   405   405
finance:question_set_begin POST      all    in   403   403 403   302  403   403 403   404   404
finance:question_set GET             all    in   404   404 404   200  404   404 404   404   404
finance:question_set POST            any    in   405   405 405   405  405   405 405   405   405
finance:question_set_edit GET        all    in   404   404 404   200  404   404 404   404   404
finance:question_set_edit POST       all    in   404   404 404   302  404   404 404   404   404
finance:question_add GET             all    in   404   404 404   200  404   404 404   404   404
finance:question_add POST            all    in   404   404 404   302  404   404 404   404   404
finance:question_edit GET            all    in   404   404 404   200  404   404 404   404   404
finance:question_edit POST           all    in   404   404 404   302  404   404 404   404   404
finance:question_move GET            any    in   405   405 405   405  405   405 405   405   405
finance:question_move POST           all    in   404   404 404   302  404   404 404   404   404
finance:question_remove GET          all    in   404   404 404   200  404   404 404   404   404
finance:question_remove POST         all    in   404   404 404   302  404   404 404   404   404
finance:question_set_publish GET     all    in   404   404 404   302  404   404 404   404   404
finance:question_set_publish POST    all    in   404   404 404   302  404   404 404   404   404
finance:question_set_remind GET      any    in   405   405 405   405  405   405 405   405   405
finance:question_set_remind POST     all    in   403   403 403   302  403   403 403   404   404
finance:narratives_export GET        all    in   403   403 403   200  403   403 403   404   404
finance:narratives_export POST       any    in   405   405 405   405  405   405 405   405   405

# The answers of Alice's school: a draft, then submitted; in the end the board's summary of them is published
finance:narrative_begin GET          any    in   405   405 405   405  405   405 405   405   405
finance:narrative_begin POST         all    in   302   302 404   403  403   403 403   404   404
finance:narrative GET                draft  in   200   200 404   404  404   404 404   404   404
finance:narrative GET                half   in   200   200 404   200  200   200 200   404   404
finance:narrative GET                after  in   200   200 404   200  200   200 200   404   404
finance:narrative POST               any    in   405   405 405   405  405   405 405   405   405
finance:narrative_edit GET           draft  in   200   200 404   404  404   404 404   404   404
finance:narrative_edit GET           half   in   302   302 404   403  403   403 403   404   404
finance:narrative_edit GET           after  in   302   302 404   403  403   403 403   404   404
finance:narrative_edit POST          draft  in   302   302 404   404  404   404 404   404   404
finance:narrative_edit POST          half   in   302   302 404   403  403   403 403   404   404
finance:narrative_edit POST          after  in   302   302 404   403  403   403 403   404   404
finance:narrative_submit GET         draft  in   200   403 404   404  404   404 404   404   404
finance:narrative_submit GET         half   in   302   403 404   403  403   403 403   404   404
finance:narrative_submit GET         after  in   302   403 404   403  403   403 403   404   404
finance:narrative_submit POST        draft  in   302   403 404   404  404   404 404   404   404
finance:narrative_submit POST        half   in   302   403 404   403  403   403 403   404   404
finance:narrative_submit POST        after  in   302   403 404   403  403   403 403   404   404
finance:narrative_take_back GET      draft  in   302   403 404   404  404   404 404   404   404
finance:narrative_take_back GET      half   in   200   403 404   403  403   403 403   404   404
finance:narrative_take_back GET      after  in   302   403 404   403  403   403 403   404   404
finance:narrative_take_back POST     draft  in   302   403 404   404  404   404 404   404   404
finance:narrative_take_back POST     half   in   302   403 404   403  403   403 403   404   404
finance:narrative_take_back POST     after  in   302   403 404   403  403   403 403   404   404

# The summary of the board
finance:summary_begin GET            any    in   405   405 405   405  405   405 405   405   405
finance:summary_begin POST           all    in   403   403 403   302  403   403 403   404   404
finance:summary GET                  draft  in   404   404 404   200  404   404 404   404   404
finance:summary GET                  half   in   404   404 404   200  404   404 404   404   404
finance:summary GET                  after  in   200   200 200   200  200   200 200   404   404
finance:summary POST                 any    in   405   405 405   405  405   405 405   405   405
finance:summary_edit GET             half   in   404   404 404   200  404   404 404   404   404
finance:summary_edit GET             after  in   403   403 403   302  403   403 403   404   404
finance:summary_edit POST            half   in   404   404 404   302  404   404 404   404   404
finance:summary_edit POST            after  in   403   403 403   302  403   403 403   404   404
finance:summary_publish GET          half   in   404   404 404   200  404   404 404   404   404
finance:summary_publish GET          after  in   403   403 403   302  403   403 403   404   404
finance:summary_publish POST         half   in   404   404 404   302  404   404 404   404   404
finance:summary_publish POST         after  in   403   403 403   302  403   403 403   404   404
finance:summary_reopen GET           half   in   404   404 404   302  404   404 404   404   404
finance:summary_reopen GET           after  in   403   403 403   200  403   403 403   404   404
finance:summary_reopen POST          half   in   404   404 404   302  404   404 404   404   404
finance:summary_reopen POST          after  in   403   403 403   302  403   403 403   404   404

# The document over all partnerships
reports:narrative_report GET         all    in   403   403 403   200  403   403 403   404   404
reports:narrative_report POST        any    in   405   405 405   405  405   405 405   405   405
reports:make_narrative GET           any    in   405   405 405   405  405   405 405   405   405
reports:make_narrative POST          all    in   403   403 403   302  403   403 403   404   404
reports:narrative_download GET       all    in   403   403 403   200  403   403 403   404   404
reports:narrative_download POST      any    in   405   405 405   405  405   405 405   405   405
"""


def _answers(world: World) -> dict[str, Any]:
    standing = SchoolNarrative.objects.for_page().get(pk=world.money.alices_narrative.pk).standing()
    return {**standing, "vraag-1": "Anders", "bases": json.dumps(bases_of(standing))}


def _summary(world: World) -> dict[str, Any]:
    standing = BoardNarrative.objects.for_page().get(pk=world.money.summary.pk).standing()
    return {"text": "Anders", "bases": json.dumps(bases_of(standing))}


# What an address is about, by the name of its view.
SUBJECTS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(("narratives", "question_set_begin", "narrative_begin", "summary_begin"), lambda world: []),
    **dict.fromkeys(
        ("question_set", "question_set_edit", "question_add", "question_set_publish"),
        lambda world: [world.money.question_set_draft.pk],
    ),
    **dict.fromkeys(
        ("question_set_remind", "narrative_report", "make_narrative", "narrative_download"),
        lambda world: [world.money.question_set.pk],
    ),
    **dict.fromkeys(
        ("question_edit", "question_move", "question_remove"),
        lambda world: [world.money.question_set_draft.questions.all()[0].pk],
    ),
    "narratives_export": lambda world: [world.money.question_set.pk, "csv"],
    **dict.fromkeys(
        ("narrative", "narrative_edit", "narrative_submit", "narrative_take_back"),
        lambda world: [world.money.alices_narrative.pk],
    ),
    **dict.fromkeys(
        ("summary", "summary_edit", "summary_publish", "summary_reopen"), lambda world: [world.money.summary.pk]
    ),
}
# What the page of a view would post, and the fields that it sends sometimes.
PAYLOADS: dict[str, Callable[[World], dict[str, Any]]] = {
    "question_set_begin": lambda world: {"board": world.board.pk, "year": money.YEAR},
    "question_set_edit": lambda world: {"introduction": "Lees dit eerst.", "due": "2027-03-18"},
    "question_add": lambda world: {"text": "Wat gaat u volgend jaar anders doen?"},
    "question_edit": lambda world: {
        "text": "Wat hebt u bereikt?",
        "bases": json.dumps(bases_of({"text": world.money.question_set_draft.questions.all()[0].text})),
    },
    "question_move": lambda world: {"direction": "down"},
    "narrative_begin": lambda world: {"school": world.school.pk, "question_set": world.money.question_set.pk},
    "narrative_edit": _answers,
    "summary_begin": lambda world: {
        "question_set": world.money.question_set.pk, "partnership": world.partnership.pk
    },
    "summary_edit": _summary,
}  # fmt: skip
ALSO: dict[str, tuple[str, ...]] = {"narrative_edit": ("read", "take"), "summary_edit": ("read", "per")}
