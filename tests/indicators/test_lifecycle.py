"""Any row of moves by anybody: what is legal passes, what is not leaves everything as it was, and what was sealed stays
what was sealed."""

import dataclasses
import datetime
import itertools
import uuid

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from indicators.models import Answer, Assessment, ConversationRound, IndicatorSet, Participation, StaleAnswer
from indicators.sealcheck import problems_of
from records.models import LogEntry, Message
from schools.models import Role
from swvportal.lib.errors import IllegalTransition
from tests import factories

REFUSALS = (PermissionDenied, IllegalTransition, StaleAnswer)
WRITERS = {"school": {"alice", "bob", "nina"}, "partnership": {"petra", "bea"}}
SUBMITTERS = {"school": {"alice"}, "partnership": {"petra", "bea"}}
OFFICERS = {"petra", "bea", "nina"}
EVERYBODY = ["alice", "bob", "carla", "dirk", "petra", "bea", "nina", "aisha", "oscar", "otto"]

parties = st.sampled_from(["school", "partnership"])
# Mostly those who may, so that the runs get somewhere.
people = st.sampled_from(["who may"] * 20 + EVERYBODY)
codes = st.sampled_from(["1A", "2C"])
texts = st.sampled_from(["", "Dat doen wij zo.", "Regel een\r\nregel twee ", "Dat doen wij anders."])
levels = st.fixed_dictionaries(
    {"vastgelegd": st.sampled_from([None, "v", "p"]), "geimplementeerd": st.sampled_from([None, "u", "s"])}
)


def stored(text):
    return text.replace("\r\n", "\n").strip()


@dataclasses.dataclass
class Row:
    version: int = 0
    levels: dict[str, str] = dataclasses.field(default_factory=dict)
    text: str = ""


@dataclasses.dataclass
class Form:
    """What the oracle believes about one party's form."""

    state: str = "draft"
    rows: dict[str, Row] = dataclasses.field(default_factory=dict)
    planning: tuple[int, str] = (0, "")
    submitter: str = ""
    key: uuid.UUID | None = None
    seal: str = ""

    def complete(self):
        rows = [self.rows.get(code, Row()) for code in ("1A", "2C")]
        return all(row.text or len(row.levels) == 2 for row in rows)


class LifeCycle(RuleBasedStateMachine):
    world: factories.World

    @initialize(opened=st.sampled_from([True, True, True, False]), filled=st.booleans())
    def begin(self, opened, filled):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.round = "draft"
        self.forms = {"school": Form(), "partnership": Form()}
        self.late = self.exchanged = False
        self.missing = ""
        self.mails = 0
        self.seals: set[str] = set()
        self.looked_at: object = None
        if opened:
            self.open_round("petra")
        if opened and filled:
            for party, who in (("school", "alice"), ("partnership", "petra")):
                for code in ("1A", "2C"):
                    self.save(party, who, code, {"vastgelegd": "v"}, "Zo doen wij het.", False)

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, legal, move):
        """The move passes if and only if it is legal. Returns whether it did."""
        before = LogEntry.objects.count()
        try:
            with transaction.atomic():
                move()
        except REFUSALS:
            passed = False
        else:
            passed = True
        assert passed == legal
        assert passed or LogEntry.objects.count() == before
        return passed

    def who(self, name):
        return getattr(self.world, name)

    @staticmethod
    def named(who, party="partnership"):
        return who if who != "who may" else "alice" if party == "school" else "petra"

    def form(self, party):
        return self.world.form(party)

    @rule(who=people)
    def open_round(self, who):
        who = self.named(who)
        round_ = ConversationRound.objects.get(pk=self.world.round.pk)
        if self.attempt(who in OFFICERS and self.round == "draft", lambda: round_.open(self.who(who))):
            self.round = "open"

    @precondition(lambda self: self.round == "open")
    @rule(who=people, sure=st.integers(0, 7))
    def close_round(self, who, sure):
        who = self.named(who)
        if sure:  # an end that comes too early ends the run
            return
        round_ = ConversationRound.objects.get(pk=self.world.round.pk)
        if self.attempt(who in OFFICERS, lambda: round_.close(self.who(who))):
            self.round = "closed"

    @rule(party=parties, who=people, code=codes, levels=levels, text=texts, stale=st.booleans())
    def save(self, party, who, code, levels, text, stale):
        who = self.named(who, party)
        form = self.forms[party]
        row = form.rows.get(code)
        version = (row.version if row else 0) + (1 if stale else 0)
        chosen = {dimension: level for dimension, level in levels.items() if level}
        same = row is not None and (row.levels, row.text) == (chosen, stored(text))
        legal = who in WRITERS[party] and self.round == "open" and form.state == "draft" and (same or not stale)
        indicator = next(i for i in self.world.indicators() if i.code == code)

        def move():
            self.form(party).save_answer(self.who(who), indicator, version=version, levels=levels, explanation=text)

        if self.attempt(legal, move) and not same:
            form.rows[code] = Row((row.version if row else 0) + 1, chosen, stored(text))

    @rule(party=parties, who=people, text=texts, stale=st.booleans())
    def plan(self, party, who, text, stale):
        who = self.named(who, party)
        form = self.forms[party]
        version, now = form.planning
        same = now == stored(text)
        legal = who in WRITERS[party] and self.round == "open" and form.state == "draft" and (same or not stale)
        used = version + (1 if stale else 0)
        if (
            self.attempt(
                legal,
                lambda: self.form(party).save_closing_text(self.who(who), "planning", version=used, text=text),
            )
            and not same
        ):
            form.planning = (version + 1, stored(text))

    @rule(party=parties, who=people, again=st.sampled_from([False, False, True]))
    def submit(self, party, who, again):
        who = self.named(who, party)
        form = self.forms[party]
        key = form.key if again and form.key else uuid.uuid4()
        repeated = key == form.key
        fresh = self.round == "open" and form.state == "draft" and form.complete()
        legal = who in SUBMITTERS[party] and (repeated or fresh)
        if not self.attempt(legal, lambda: self.form(party).submit(self.who(who), key)) or repeated:
            return
        form.state, form.submitter, form.key = "submitted", who, key
        form.seal = self.form(party).seal
        assert form.seal not in self.seals
        self.seals.add(form.seal)
        self.mails += 2
        if all(f.state == "submitted" for f in self.forms.values()):
            self.open_forms(*self.forms)

    @precondition(lambda self: self.round == "open")
    @rule(party=parties)
    def hand_in(self, party):
        """What people mostly do: fill in the rest and submit."""
        for code in ("1A", "2C"):
            self.save(party, "who may", code, {"vastgelegd": "p"}, "Dat volgt.", False)
        self.submit(party, "who may", False)

    @rule(party=parties, who=people)
    def hand_back(self, party, who):
        who = self.named(who, party)
        form = self.forms[party]
        legal = (
            self.round == "open" and who in SUBMITTERS[party] and form.state == "submitted" and form.submitter == who
        )
        if self.attempt(legal, lambda: self.form(party).hand_back(self.who(who))):
            form.state, form.submitter, form.key, form.seal = "draft", "", None, ""
            self.mails += 2

    @rule()
    def pass_deadline(self):
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Participation.objects.filter(pk=self.world.participation.pk).update(deadline=yesterday)
        self.late = True

    @rule(who=people, reason=st.sampled_from(["  ", *["Ziekte van de directeur."] * 4]))
    def start_without(self, who, reason):
        who = self.named(who)
        present = [party for party, form in self.forms.items() if form.state == "submitted"]
        legal = (
            self.round == "open"
            and who in OFFICERS - {"nina"}
            and self.late
            and not self.exchanged
            and bool(reason.strip())
            and len(present) == 1
        )
        here = Participation.objects.for_page().get(pk=self.world.participation.pk)
        if self.attempt(legal, lambda: here.start_without(self.who(who), reason)):
            self.missing = "partnership" if present == ["school"] else "school"
            self.forms[self.missing].state = "closed"
            self.open_forms(*present)

    def open_forms(self, *parties):
        for party in parties:
            self.forms[party].state = "exchanged"
        self.exchanged = True
        self.mails += 2

    # What always holds

    @invariant()
    def rows_are_what_was_saved(self):
        if not hasattr(self, "forms"):
            return
        for party, expected in self.forms.items():
            form = self.form(party)
            rows = {
                answer.indicator.code: Row(answer.version, answer.levels(), answer.explanation)
                for answer in Answer.objects.filter(assessment=form)
                .select_related("indicator")
                .prefetch_related("ratings__level", "ratings__dimension")
            }
            assert rows == expected.rows
            assert (form.planning_version, form.planning) == expected.planning

    @invariant()
    def states_and_seals_match(self):
        if not hasattr(self, "forms"):
            return
        here = Participation.objects.get(pk=self.world.participation.pk)
        assert (here.is_exchanged, here.missing_party) == (self.exchanged, self.missing)
        for party, expected in self.forms.items():
            form = self.form(party)
            assert (form.state, form.seal) == (expected.state, expected.seal)
            if expected.seal:
                assert list(problems_of(form)) == []
            else:
                assert (form.salt, form.sealed_bytes, form.submit_key) == (None, None, None)
        assert Message.objects.count() == self.mails

    @invariant()
    def nobody_sees_too_much(self):
        standing = (self.round, *(form.state for form in getattr(self, "forms", {}).values()))
        if standing == getattr(self, "looked_at", standing):
            return
        self.looked_at = standing
        both = {party for party, form in self.forms.items() if form.state == "exchanged"}
        seen_by = {"carla": set(), "otto": set(), "oscar": set(), "aisha": both}
        if self.round != "draft":
            seen_by |= dict.fromkeys(("alice", "bob", "dirk", "nina"), both | {"school"})
        seen_by |= dict.fromkeys(("petra", "bea"), both | {"partnership"})
        for name, expected in seen_by.items():
            visible = Assessment.objects.visible_to(self.who(name)).values_list("party", flat=True)
            assert set(visible) == expected, name


@pytest.fixture
def small_world(world):
    """The world with a form of two indicators and a round that is not open yet; Nina stands on both sides."""
    short = world.indicator_set.new_version(world.bea)
    short.indicators.exclude(code__in=["1A", "2C"]).delete()
    short = IndicatorSet.objects.with_parts().get(pk=short.pk)
    short.publish(world.bea, short.flags())
    world.indicator_set = IndicatorSet.objects.with_parts().get(pk=short.pk)
    world.round = ConversationRound.objects.create(
        partnership=world.partnership, indicator_set=short, school_year=2026, title="Korte ronde"
    )
    world.participation = world.round.add_school(
        world.petra,
        world.school,
        responsible=world.petra,
        deadline=timezone.localdate() + datetime.timedelta(days=7),
    )
    world.people["nina"] = factories.user("nina")
    factories.member(world.nina, Role.STAFF, school=world.school)
    factories.member(world.nina, Role.POLICY_OFFICER, partnership=world.partnership)
    return world


def test_no_row_of_moves_breaks_the_rules(small_world):
    reached: set[str] = set()

    class Here(LifeCycle):
        world = small_world

        def teardown(self):
            reached.update(form.state for form in getattr(self, "forms", {}).values())
            super().teardown()

    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=20))
    # The runs get somewhere: without this the test could pass by doing nothing.
    assert reached >= {"draft", "submitted", "exchanged", "closed"}


@pytest.mark.parametrize("first", ["school", "partnership"])
def test_the_other_form_closes_unread(world, first):
    """What a run of chance rarely reaches, step by step."""
    for party in ("school", "partnership"):
        world.fill(party)
    world.submit(first)
    with pytest.raises(IllegalTransition, match="voorbij"):
        world.participation.start_without(world.petra, "Ziekte")
    world.pass_deadline()
    with pytest.raises(IllegalTransition, match="reden"):
        world.participation.start_without(world.petra, "  ")
    with pytest.raises(PermissionDenied):
        world.participation.start_without(world.alice, "Ziekte")
    world.participation.start_without(world.petra, "Ziekte")
    other = "partnership" if first == "school" else "school"
    assert [world.form(first).state, world.form(other).state] == ["exchanged", "closed"]
    for move in (lambda: world.submit(other), lambda: world.fill(other), lambda: world.submit(first)):
        with pytest.raises(IllegalTransition):
            move()
    reader = world.petra if other == "school" else world.alice
    visible = Assessment.objects.visible_to(reader).filter(participation=world.participation)
    assert [form.party for form in visible] == [first]


def test_nothing_moves_in_a_closed_round(world):
    world.fill("school")
    world.fill("partnership")
    world.submit("school")
    world.pass_deadline()
    world.round.close(world.petra)
    moves = [
        lambda: world.form("school").hand_back(world.alice),
        lambda: world.participation.start_without(world.petra, "Ziekte"),
        lambda: world.submit("partnership"),
        lambda: world.answer("partnership", "1A", explanation="Toch nog iets."),
        lambda: world.add_evidence("partnership"),
        lambda: world.round.add_school(world.petra, world.other_school, responsible=world.petra),
        lambda: world.round.close(world.petra),
        lambda: world.round.open(world.petra),
    ]
    for move in moves:
        with pytest.raises(IllegalTransition):
            move()
    assert [world.form(party).state for party in ("school", "partnership")] == ["submitted", "draft"]


def test_every_order_of_submits_and_returns_ends_in_one_exchange(world):
    for party in ("school", "partnership"):
        world.fill(party)
    for order in itertools.permutations(["school", "partnership"]):
        with transaction.atomic():
            world.submit(order[0])
            first_seal = world.form(order[0]).seal
            world.form(order[0]).hand_back(world.writer(order[0]))
            world.submit(order[0])
            assert world.form(order[0]).seal != first_seal, "a new salt at every submit"
            world.submit(order[1])
            assert world.participation.is_exchanged
            for party in order:
                with pytest.raises(IllegalTransition):
                    world.form(party).hand_back(world.writer(party))
            transaction.set_rollback(True)
