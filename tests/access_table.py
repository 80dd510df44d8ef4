"""Who gets what: a row per address, method and state of the forms; a column per person.

`in` means: sent to the sign-in page. 404: one may not know of it. 403: one may, but has too little of a role for this.
405: that method does not exist here. 302: done (or told why not), and sent on.

The states: in `draft` both forms are filled in and nobody has submitted; in `half` the school has; in `after` both
have, the conversation is recorded with one agreement, and there is a report. `all` is every one of them, `any` is for
what does not depend on the state and is asked once. Profiles and plans go along, see `tests/plans.py`: in `draft` those
of Alice's school are drafts, in `half` her profile is with the MR and her plan submitted, in `after` her profile is
published and her plan adopted and shared. Those of Carla's school are published and shared throughout.
"""

from tests.access_rows import AREAS

TABLE = """
                                     state  anon alice bob carla dirk petra bea aisha oscar otto

# The portal
home GET                             all    in   200   200 200   200  200   200 200   200   200
home POST                            any    in   405   405 405   405  405   405 405   405   405
healthz GET                          all    200  200   200 200   200  200   200 200   200   200
healthz POST                         any    405  405   405 405   405  405   405 405   405   405
school GET                           all    in   200   200 404   200  200   200 200   404   404
school POST                          any    in   405   405 405   405  405   405 405   405   405

# Schools and their numbers
schools:list GET                     all    in   200   200 200   200  200   200 200   200   200
schools:list POST                    any    in   405   405 405   405  405   405 405   405   405
schools:arrangements GET             all    in   200   200 404   200  200   200 200   404   404
schools:arrangements POST            all    in   302   302 404   403  403   403 403   404   404
schools:hand_in_arrangements GET     any    in   405   405 405   405  405   405 405   405   405
schools:hand_in_arrangements POST    all    in   302   403 404   403  403   403 403   404   404
schools:take_back_arrangements GET   any    in   405   405 405   405  405   405 405   405   405
schools:take_back_arrangements POST  all    in   302   403 404   403  403   403 403   404   404

# Versions of the form
indicators:sets GET                  all    in   200   200 200   200  200   200 200   200   200
indicators:sets POST                 all    in   403   403 403   403  403   302 403   403   403
indicators:set GET                   draft  in   200   200 404   200  200   200 404   404   404
indicators:set GET                   after  in   200   200 404   200  200   200 200   404   404
indicators:set POST                  any    in   405   405 405   405  405   405 405   405   405
indicators:publish_set GET           draft  in   403   403 404   403  403   302 404   404   404
indicators:publish_set GET           after  in   403   403 404   403  403   302 403   404   404
indicators:publish_set POST          draft  in   403   403 404   403  403   302 404   404   404
indicators:publish_set POST          after  in   403   403 404   403  403   302 403   404   404
indicators:new_version GET           any    in   405   405 405   405  405   405 405   405   405
indicators:new_version POST          draft  in   403   403 404   403  403   302 404   404   404
indicators:new_version POST          after  in   403   403 404   403  403   302 403   404   404
indicators:blank_form GET            draft  in   200   200 404   200  200   200 404   404   404
indicators:blank_form GET            after  in   200   200 404   200  200   200 200   404   404
indicators:blank_form POST           any    in   405   405 405   405  405   405 405   405   405

# Rounds
indicators:rounds GET                all    in   200   200 200   200  200   200 200   200   200
indicators:rounds POST               any    in   405   405 405   405  405   405 405   405   405
indicators:round_new GET             all    in   403   403 403   403  200   200 403   403   200
indicators:round_new POST            all    in   403   403 403   403  302   302 403   403   200
indicators:round GET                 draft  in   200   200 404   200  200   200 404   404   404
indicators:round GET                 half   in   200   200 404   200  200   200 404   404   404
indicators:round GET                 after  in   200   200 404   200  200   200 200   404   404
indicators:round POST                any    in   405   405 405   405  405   405 405   405   405
indicators:round_edit GET            draft  in   403   403 404   403  200   200 404   404   404
indicators:round_edit GET            after  in   403   403 404   403  200   200 403   404   404
indicators:round_edit POST           draft  in   403   403 404   403  302   302 404   404   404
indicators:round_edit POST           after  in   403   403 404   403  302   302 403   404   404
indicators:open_round GET            draft  in   403   403 404   403  200   200 404   404   404
indicators:open_round POST           draft  in   403   403 404   403  302   302 404   404   404
indicators:open_round POST           after  in   403   403 404   403  302   302 403   404   404
indicators:close_round GET           draft  in   403   403 404   403  200   200 404   404   404
indicators:close_round POST          draft  in   403   403 404   403  302   302 404   404   404
indicators:close_round POST          after  in   403   403 404   403  302   302 403   404   404

# A school in a round
indicators:participation GET         draft  in   200   200 404   200  200   200 404   404   404
indicators:participation GET         half   in   200   200 404   200  200   200 404   404   404
indicators:participation GET         after  in   200   200 404   200  200   200 200   404   404
indicators:participation POST        any    in   405   405 405   405  405   405 405   405   405
indicators:participation_edit GET    draft  in   403   403 404   403  200   200 404   404   404
indicators:participation_edit GET    after  in   403   403 404   403  200   200 403   404   404
indicators:participation_edit POST   draft  in   403   403 404   403  302   302 404   404   404
indicators:participation_edit POST   after  in   403   403 404   403  302   302 403   404   404
indicators:start_without GET         draft  in   403   403 404   403  302   302 404   404   404
indicators:start_without GET         half   in   403   403 404   403  302   302 404   404   404
indicators:start_without GET         after  in   403   403 404   403  302   302 403   404   404
indicators:start_without POST        draft  in   403   403 404   403  302   302 404   404   404
indicators:start_without POST        half   in   403   403 404   403  302   302 404   404   404
indicators:start_without POST        after  in   403   403 404   403  302   302 403   404   404

# The school's form
indicators:form/school GET           draft  in   200   200 404   200  404   404 404   404   404
indicators:form/school GET           half   in   200   200 404   200  404   404 404   404   404
indicators:form/school GET           after  in   200   200 404   200  200   200 200   404   404
indicators:form/school POST          draft  in   302   302 404   403  404   404 404   404   404
indicators:form/school POST          half   in   409   409 404   403  404   404 404   404   404
indicators:form/school POST          after  in   409   409 404   403  403   403 403   404   404
indicators:print_form/school GET     draft  in   200   200 404   200  404   404 404   404   404
indicators:print_form/school GET     half   in   200   200 404   200  404   404 404   404   404
indicators:print_form/school GET     after  in   200   200 404   200  200   200 200   404   404
indicators:print_form/school POST    any    in   405   405 405   405  405   405 405   405   405
indicators:save_answer/school GET    any    in   405   405 405   405  405   405 405   405   405
indicators:save_answer/school POST   draft  in   200   200 404   403  404   404 404   404   404
indicators:save_answer/school POST   half   in   409   409 404   403  404   404 404   404   404
indicators:save_answer/school POST   after  in   409   409 404   403  403   403 403   404   404
indicators:save_closing_text/school GET  any    in  405 405 405 405 405 405 405 405 405
indicators:save_closing_text/school POST draft  in  200 200 404 403 404 404 404 404 404
indicators:save_closing_text/school POST half   in  409 409 404 403 404 404 404 404 404
indicators:save_closing_text/school POST after  in  409 409 404 403 403 403 403 404 404
indicators:add_evidence/school GET   any    in   405   405 405   405  405   405 405   405   405
indicators:add_evidence/school POST  draft  in   302   302 404   403  404   404 404   404   404
indicators:add_evidence/school POST  half   in   302   302 404   403  404   404 404   404   404
indicators:add_evidence/school POST  after  in   302   302 404   403  403   403 403   404   404
indicators:evidence/school GET       draft  in   200   200 404   200  404   404 404   404   404
indicators:evidence/school GET       half   in   200   200 404   200  404   404 404   404   404
indicators:evidence/school GET       after  in   200   200 404   200  200   200 200   404   404
indicators:evidence/school POST      any    in   405   405 405   405  405   405 405   405   405
indicators:remove_evidence/school GET   any    in 405  405 405   405  405   405 405   405   405
indicators:remove_evidence/school POST  draft  in 302  302 404   403  404   404 404   404   404
indicators:remove_evidence/school POST  half   in 302  302 404   403  404   404 404   404   404
indicators:remove_evidence/school POST  after  in 302  302 404   403  403   403 403   404   404
indicators:review/school GET         draft  in   200   200 404   403  404   404 404   404   404
indicators:review/school GET         half   in   200   200 404   200  404   404 404   404   404
indicators:review/school GET         after  in   200   200 404   200  200   200 200   404   404
indicators:review/school POST        any    in   405   405 405   405  405   405 405   405   405
indicators:submit/school GET         any    in   405   405 405   405  405   405 405   405   405
indicators:submit/school POST        draft  in   302   403 404   403  404   404 404   404   404
indicators:submit/school POST        half   in   302   403 404   403  404   404 404   404   404
indicators:submit/school POST        after  in   302   403 404   403  403   403 403   404   404
indicators:hand_back/school GET      draft  in   403   403 404   403  404   404 404   404   404
indicators:hand_back/school GET      half   in   200   403 404   403  404   404 404   404   404
indicators:hand_back/school GET      after  in   302   403 404   403  403   403 403   404   404
indicators:hand_back/school POST     draft  in   302   403 404   403  404   404 404   404   404
indicators:hand_back/school POST     half   in   302   403 404   403  404   404 404   404   404
indicators:hand_back/school POST     after  in   302   403 404   403  403   403 403   404   404
indicators:seal/school GET           draft  in   404   404 404   404  404   404 404   404   404
indicators:seal/school GET           half   in   403   403 404   403  404   404 404   404   404
indicators:seal/school GET           after  in   200   200 404   200  200   200 200   404   404
indicators:seal/school POST          any    in   405   405 405   405  405   405 405   405   405

# The partnership's form
indicators:form/swv GET              draft  in   404   404 404   404  200   200 404   404   404
indicators:form/swv GET              half   in   404   404 404   404  200   200 404   404   404
indicators:form/swv GET              after  in   200   200 404   200  200   200 200   404   404
indicators:form/swv POST             draft  in   404   404 404   404  302   302 404   404   404
indicators:form/swv POST             half   in   404   404 404   404  302   302 404   404   404
indicators:form/swv POST             after  in   403   403 404   403  409   409 403   404   404
indicators:print_form/swv GET        draft  in   404   404 404   404  200   200 404   404   404
indicators:print_form/swv GET        half   in   404   404 404   404  200   200 404   404   404
indicators:print_form/swv GET        after  in   200   200 404   200  200   200 200   404   404
indicators:print_form/swv POST       any    in   405   405 405   405  405   405 405   405   405
indicators:save_answer/swv GET       any    in   405   405 405   405  405   405 405   405   405
indicators:save_answer/swv POST      draft  in   404   404 404   404  200   200 404   404   404
indicators:save_answer/swv POST      half   in   404   404 404   404  200   200 404   404   404
indicators:save_answer/swv POST      after  in   403   403 404   403  409   409 403   404   404
indicators:save_closing_text/swv GET     any    in  405 405 405 405 405 405 405 405 405
indicators:save_closing_text/swv POST    draft  in  404 404 404 404 200 200 404 404 404
indicators:save_closing_text/swv POST    half   in  404 404 404 404 200 200 404 404 404
indicators:save_closing_text/swv POST    after  in  403 403 404 403 409 409 403 404 404
indicators:add_evidence/swv GET      any    in   405   405 405   405  405   405 405   405   405
indicators:add_evidence/swv POST     draft  in   404   404 404   404  302   302 404   404   404
indicators:add_evidence/swv POST     half   in   404   404 404   404  302   302 404   404   404
indicators:add_evidence/swv POST     after  in   403   403 404   403  302   302 403   404   404
indicators:evidence/swv GET          draft  in   404   404 404   404  200   200 404   404   404
indicators:evidence/swv GET          half   in   404   404 404   404  200   200 404   404   404
indicators:evidence/swv GET          after  in   200   200 404   200  200   200 200   404   404
indicators:evidence/swv POST         any    in   405   405 405   405  405   405 405   405   405
indicators:remove_evidence/swv GET   any    in   405   405 405   405  405   405 405   405   405
indicators:remove_evidence/swv POST  draft  in   404   404 404   404  302   302 404   404   404
indicators:remove_evidence/swv POST  half   in   404   404 404   404  302   302 404   404   404
indicators:remove_evidence/swv POST  after  in   403   403 404   403  302   302 403   404   404
indicators:review/swv GET            draft  in   404   404 404   404  200   200 404   404   404
indicators:review/swv GET            half   in   404   404 404   404  200   200 404   404   404
indicators:review/swv GET            after  in   200   200 404   200  200   200 200   404   404
indicators:review/swv POST           any    in   405   405 405   405  405   405 405   405   405
indicators:submit/swv GET            any    in   405   405 405   405  405   405 405   405   405
indicators:submit/swv POST           draft  in   404   404 404   404  302   302 404   404   404
indicators:submit/swv POST           half   in   404   404 404   404  302   302 404   404   404
indicators:submit/swv POST           after  in   403   403 404   403  302   302 403   404   404
indicators:hand_back/swv GET         draft  in   404   404 404   404  403   403 404   404   404
indicators:hand_back/swv GET         half   in   404   404 404   404  403   403 404   404   404
indicators:hand_back/swv GET         after  in   403   403 404   403  302   403 403   404   404
indicators:hand_back/swv POST        draft  in   404   404 404   404  302   302 404   404   404
indicators:hand_back/swv POST        half   in   404   404 404   404  302   302 404   404   404
indicators:hand_back/swv POST        after  in   403   403 404   403  302   403 403   404   404
indicators:seal/swv GET              draft  in   404   404 404   404  404   404 404   404   404
indicators:seal/swv GET              half   in   404   404 404   404  404   404 404   404   404
indicators:seal/swv GET              after  in   200   200 404   200  200   200 200   404   404
indicators:seal/swv POST             any    in   405   405 405   405  405   405 405   405   405

# The comparison: before the exchange it only says which forms are in
indicators:comparison GET            draft  in   200   200 404   200  200   200 404   404   404
indicators:comparison GET            half   in   200   200 404   200  200   200 404   404   404
indicators:comparison GET            after  in   200   200 404   200  200   200 200   404   404
indicators:comparison POST           any    in   405   405 405   405  405   405 405   405   405

# The conversation
conversations:conversation GET       draft  in   200   200 404   200  200   200 404   404   404
conversations:conversation GET       half   in   200   200 404   200  200   200 404   404   404
conversations:conversation GET       after  in   200   200 404   200  200   200 200   404   404
conversations:conversation POST      any    in   405   405 405   405  405   405 405   405   405
conversations:start GET              any    in   405   405 405   405  405   405 405   405   405
conversations:start POST             draft  in   403   403 404   403  302   302 404   404   404
conversations:start POST             after  in   403   403 404   403  302   302 403   404   404
conversations:edit GET               half   in   404   404 404   404  404   404 404   404   404
conversations:edit GET               after  in   403   403 404   403  200   200 403   404   404
conversations:edit POST              half   in   404   404 404   404  404   404 404   404   404
conversations:edit POST              after  in   403   403 404   403  302   302 403   404   404
conversations:save GET               any    in   405   405 405   405  405   405 405   405   405
conversations:save POST              half   in   404   404 404   404  404   404 404   404   404
conversations:save POST              after  in   403   403 404   403  302   302 403   404   404
conversations:save_conclusion GET    any    in   405   405 405   405  405   405 405   405   405
conversations:save_conclusion POST   half   in   404   404 404   404  404   404 404   404   404
conversations:save_conclusion POST   after  in   403   403 404   403  302   302 403   404   404
conversations:add_agreement GET      half   in   404   404 404   404  404   404 404   404   404
conversations:add_agreement GET      after  in   403   403 404   403  200   200 403   404   404
conversations:add_agreement POST     half   in   404   404 404   404  404   404 404   404   404
conversations:add_agreement POST     after  in   403   403 404   403  302   302 403   404   404
conversations:edit_agreement GET     after  in   403   403 404   403  200   200 403   404   404
conversations:edit_agreement POST    after  in   403   403 404   403  302   302 403   404   404
conversations:remove_agreement GET   after  in   405   405 405   405  405   405 405   405   405
conversations:remove_agreement POST  after  in   403   403 404   403  302   302 403   404   404
conversations:agreement_state GET    after  in   405   405 405   405  405   405 405   405   405
conversations:agreement_state POST   after  in   302   403 404   403  302   302 403   404   404
conversations:make_action GET        after  in   405   405 405   405  405   405 405   405   405
conversations:make_action POST       after  in   302   403 404   403  302   302 403   404   404

# From a difference to its effect: a plan that is only shared shows other schools nothing of it
conversations:thread GET             draft  in   200   200 404   200  404   404 404   404   404
conversations:thread GET             half   in   200   200 404   200  200   200 404   404   404
conversations:thread GET             after  in   200   200 404   200  200   200 200   404   404
conversations:thread POST            any    in   405   405 405   405  405   405 405   405   405
conversations:trail GET              draft  in   200   200 404   200  404   404 404   404   404
conversations:trail GET              half   in   200   200 404   200  200   200 404   404   404
conversations:trail GET              after  in   200   200 404   200  200   200 200   404   404
conversations:trail POST             any    in   405   405 405   405  405   405 405   405   405

# The report
reports:conversation_report GET      half   in   302   302 404   302  302   302 404   404   404
reports:conversation_report GET      after  in   200   200 404   200  200   200 200   404   404
reports:conversation_report POST     after  in   405   405 405   405  405   405 405   405   405
reports:make GET                     after  in   405   405 405   405  405   405 405   405   405
reports:make POST                    half   in   404   404 404   404  404   404 404   404   404
reports:make POST                    after  in   403   403 404   403  302   302 403   404   404
reports:profile_report GET           draft  in   200   200 404   200  404   404 404   404   404
reports:profile_report GET           half   in   200   200 404   200  200   200 404   404   404
reports:profile_report GET           after  in   200   200 200   200  200   200 200   404   404
reports:profile_report POST          any    in   405   405 405   405  405   405 405   405   405
reports:make_profile GET             any    in   405   405 405   405  405   405 405   405   405
reports:make_profile POST            draft  in   302   302 404   403  404   404 404   404   404
reports:make_profile POST            half   in   302   302 404   403  302   302 404   404   404
reports:make_profile POST            after  in   302   302 403   403  302   302 403   404   404
reports:plan_report GET              draft  in   200   200 404   200  404   404 404   404   404
reports:plan_report GET              half   in   200   200 404   200  200   200 404   404   404
reports:plan_report GET              after  in   200   200 404   200  200   200 200   404   404
reports:plan_report POST             any    in   405   405 405   405  405   405 405   405   405
reports:make_plan GET                any    in   405   405 405   405  405   405 405   405   405
reports:make_plan POST               draft  in   302   302 404   403  404   404 404   404   404
reports:make_plan POST               half   in   302   302 404   403  302   302 404   404   404
reports:make_plan POST               after  in   302   302 404   403  302   302 403   404   404
reports:download GET                 after  in   200   200 404   200  200   200 200   404   404
reports:download POST                after  in   405   405 405   405  405   405 405   405   405
"""

PEOPLE = ("anon", "alice", "bob", "carla", "dirk", "petra", "bea", "aisha", "oscar", "otto")
STATES = ("draft", "half", "after")


def rows() -> list[tuple[str, str, str, dict[str, str]]]:
    """(name with the party behind a slash, method, state, person -> expected), `all` and `any` spelled out."""
    spelled_out = {"all": STATES, "any": ("draft",)}
    found = []
    for line in "\n".join([TABLE, *(area.TABLE for area in AREAS)]).splitlines():
        if not line.strip() or line.startswith((" ", "#")):
            continue
        name, method, state, *cells = line.split()
        expected = dict(zip(PEOPLE, cells, strict=True))
        found += [(name, method, each, expected) for each in spelled_out.get(state, (state,))]
    return found
