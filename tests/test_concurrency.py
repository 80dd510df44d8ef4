"""Several people, processes and accidents at once: nothing is lost, nothing happens twice, nothing happens by halves.

The tests interleave on purpose: a meeting point inside the locked part lets a second one in if the lock were not there,
and gives up after a moment because it is.
"""

import datetime
import multiprocessing
import os
import pkgutil
import signal
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from conversations.models import Conversation
from indicators.models import (
    Answer,
    Assessment,
    ConversationRound,
    IndicatorSet,
    Participation,
    StaleAnswer,
)
from indicators.sealcheck import problems_of
from records import tasks
from records.models import Job, LogEntry, Message, sha256_of
from records.tasks import enqueue_job, handles, queue_message
from reports.models import Report
from reports.tasks import ask_for_report
from schools.models import Role
from swvportal.lib.errors import IllegalTransition
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 0.4  # seconds that the one inside a lock waits for another one who should not get in


class MeetingPoint:
    """Where two threads would meet if no lock kept them apart."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)

    def wait(self) -> None:
        try:
            self._barrier.wait(timeout=PATIENCE)
        except threading.BrokenBarrierError:
            return


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each call in a thread with a connection of its own, started at once; its result, or the exception it raised."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def in_a_process(work: Callable[[], Any]) -> tuple[multiprocessing.process.BaseProcess, Any]:
    """Start `work` in a process of its own; returns it, and the end of the pipe on which its result arrives."""
    connections.close_all()  # the child must not share the parent's
    fork = multiprocessing.get_context("fork")
    receive, send = fork.Pipe(duplex=False)

    def run() -> None:
        send.send(work())
        connections.close_all()

    process = fork.Process(target=run)
    process.start()
    send.close()
    return process, receive


def killed(work: Callable[[], Any]) -> bool:
    """Run `work` in a process; whether it died of SIGKILL rather than coming to its end."""
    process, receive = in_a_process(work)
    process.join(timeout=20)
    receive.close()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode == -signal.SIGKILL


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# Two at once ---------------------------------------------------------------------------------------------------------


def test_two_submits_that_cross_are_one_exchange(world, monkeypatch):
    """If each locked only its own form, each would see the other as a draft and nobody would exchange."""
    world.fill("school")
    world.fill("partnership")
    meeting = MeetingPoint()
    exchange = Participation.exchange_if_complete

    def meet_and_exchange(self, by):
        meeting.wait()
        return exchange(self, by)

    monkeypatch.setattr(Participation, "exchange_if_complete", meet_and_exchange)
    forms = [world.form(party) for party in ("school", "partnership")]
    results = together(
        [
            lambda: forms[0].submit(world.alice, uuid.uuid4()),
            lambda: forms[1].submit(world.petra, uuid.uuid4()),
        ]
    )
    assert all(isinstance(result, Assessment) for result in results)
    assert [world.form(party).state for party in ("school", "partnership")] == ["exchanged", "exchanged"]
    assert LogEntry.objects.filter(verb="exchanged").count() == 1
    assert Message.objects.filter(key__startswith="exchanged-").count() == 2


@pytest.mark.parametrize("first", ["save", "submit"])
def test_a_save_during_a_submit_is_sealed_or_refused(world, monkeypatch, first):
    world.fill("school")
    meeting, inside = MeetingPoint(), threading.Event()
    answer_for, missing = Assessment._answer_for, Assessment.missing

    def meet_and_answer(self, indicator):
        inside.set()
        meeting.wait()
        return answer_for(self, indicator)

    def meet_and_look(self):
        inside.set()
        meeting.wait()
        return missing(self)

    monkeypatch.setattr(Assessment, "_answer_for", meet_and_answer)
    monkeypatch.setattr(Assessment, "missing", meet_and_look)
    form, text = world.form("school"), "Op het laatste moment."

    def save():
        if first == "submit":
            inside.wait(5)
        indicator = world.indicators()[0]
        return world.form("school").save_answer(
            world.bob, indicator, version=1, levels={"vastgelegd": "p"}, explanation=text
        )

    def submit():
        if first == "save":
            inside.wait(5)
        return form.submit(world.alice, uuid.uuid4())

    saved, submitted = together([save, submit])
    assert isinstance(submitted, Assessment)
    after = world.form("school")
    assert list(problems_of(after)) == []
    if first == "save":
        assert isinstance(saved, Answer)
        assert text.encode() in bytes(after.sealed_bytes)
    else:
        assert isinstance(saved, IllegalTransition)
        assert text.encode() not in bytes(after.sealed_bytes)


def test_a_form_is_not_handed_back_while_the_other_submit_exchanges_it(world, monkeypatch):
    world.fill("partnership")
    world.fill("school")
    world.submit("school")
    meeting, inside = MeetingPoint(), threading.Event()
    seal = Assessment._seal

    def meet_and_seal(self, *args):
        inside.set()
        meeting.wait()
        seal(self, *args)

    monkeypatch.setattr(Assessment, "_seal", meet_and_seal)
    school, partnership = world.form("school"), world.form("partnership")

    def hand_back():
        inside.wait(5)
        school.hand_back(world.alice)

    submitted, refused = together([lambda: partnership.submit(world.petra, uuid.uuid4()), hand_back])
    assert isinstance(submitted, Assessment)
    assert isinstance(refused, IllegalTransition)
    assert [world.form(party).state for party in ("school", "partnership")] == ["exchanged", "exchanged"]


def test_twenty_presses_of_one_button_are_one_submit(world, mailbox):
    world.fill("school")
    key = uuid.uuid4()
    forms = [world.form("school") for _ in range(20)]
    results = together([partial(form.submit, world.alice, key) for form in forms])
    assert len({result.seal for result in results}) == 1
    assert LogEntry.objects.filter(verb="submitted").count() == 1
    seal = world.form("school").seal
    told = [mail.to for mail in mailbox() if seal in mail.body]
    assert sorted(told) == [["alice@voorbeeld.nl"], ["petra@voorbeeld.nl"]]


def test_two_people_with_two_buttons_submit_once(world):
    """Alice and her deputy press at the same moment, each on a page of their own."""
    world.bob.memberships.filter(school=world.school).update(deputy=True)
    bob = type(world.bob).objects.get(pk=world.bob.pk)
    world.fill("school")
    first, second = world.form("school"), world.form("school")
    results = together([lambda: first.submit(world.alice, uuid.uuid4()), lambda: second.submit(bob, uuid.uuid4())])
    assert {type(result) for result in results} == {Assessment, IllegalTransition}
    assert LogEntry.objects.filter(verb="submitted").count() == 1


# Eight processes -----------------------------------------------------------------------------------------------------

TEXTS = 5


def write_until_saved(world, writer):
    """As a person would: whoever is told that someone was faster reads that text and saves again on top of it."""
    accepted, refused = [], 0
    form, indicator = world.form("school"), world.indicators()[0]
    for number in range(TEXTS):
        version, text = 0, f"schrijver {writer}, tekst {number}"
        while True:
            try:
                saved = form.save_answer(
                    world.alice, indicator, version=version, levels={"vastgelegd": "v"}, explanation=text
                )
            except StaleAnswer as stale:
                version = stale.current.version
                refused += bool(stale.current.explanation)  # the other text comes with the refusal
            else:
                accepted.append((saved.version, saved.explanation))
                break
    return accepted, refused


def test_eight_processes_that_write_the_same_answer_lose_nothing(world):
    running = [in_a_process(partial(write_until_saved, world, writer)) for writer in range(8)]
    results = [receive.recv() for _, receive in running]
    for process, receive in running:
        process.join(timeout=20)
        receive.close()
        assert process.exitcode == 0
    accepted = dict(pair for pairs, _ in results for pair in pairs)
    assert sorted(accepted) == list(range(1, 8 * TEXTS + 1)), "every version was given out once"
    assert len(set(accepted.values())) == 8 * TEXTS
    assert sum(refused for _, refused in results) > 0, "they were in each other's way"
    answer = Answer.objects.get()
    assert (answer.version, answer.explanation) == (8 * TEXTS, accepted[8 * TEXTS])
    assert LogEntry.objects.filter(verb="answer_saved_school").count() == 8 * TEXTS


# kill -9 -------------------------------------------------------------------------------------------------------------


class DieAt:
    """Let this process die just before its n-th write; count the writes when n is None."""

    def __init__(self, number: int | None) -> None:
        self.number = number
        self.writes = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes += 1
            if self.writes == self.number:
                die()
        return execute(sql, params, many, context)


def picture(world):
    """Everything that a submit touches."""
    return (
        list(Assessment.objects.order_by("pk").values("state", "seal", "submitted_by", "salt", "sealed_bytes")),
        list(Participation.objects.values("exchanged_at", "missing_party")),
        LogEntry.objects.count(),
        Message.objects.count(),
    )


def test_a_submit_that_is_killed_never_happened(world):
    """Before every single write of the second submit, which is also the exchange."""
    world.fill("school")
    world.fill("partnership")
    world.submit("school")
    form, before = world.form("partnership"), picture(world)
    count = DieAt(None)
    with transaction.atomic(), connection.execute_wrapper(count):
        form.submit(world.petra, uuid.uuid4())
        transaction.set_rollback(True)
    assert picture(world) == before
    assert count.writes > 8

    def submit(number: int | None, then: Callable[[], None] | None = None) -> None:
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(DieAt(number)))
            form.submit(world.petra, uuid.uuid4())
        if then:
            then()

    for number in range(1, count.writes + 1):
        assert killed(partial(submit, number)), f"write {number} was reached"
        assert picture(world) == before, f"killed at write {number}"
    assert killed(lambda: submit(None, die))
    assert [world.form(party).state for party in ("school", "partnership")] == ["exchanged", "exchanged"]
    assert Message.objects.filter(key__startswith="exchanged-").count() == 2


def test_the_work_of_a_killed_worker_is_taken_up_and_done_once(world, monkeypatch, run_worker, mailbox):
    """The first worker dies in the middle, the second writes what the job was for; the first one's half is gone."""
    monkeypatch.setattr(tasks, "_handlers", {})

    @handles("letter")
    def letter(job: Job, token: uuid.UUID) -> str:
        with transaction.atomic():
            assert job.lock(token)
            queue_message(f"letter-{job.attempts}", "alice@voorbeeld.nl", "Brief", "Dag")
            if job.attempts == 1:
                die()
        return "gestuurd"

    job = enqueue_job("letter", "brief-1", {}, by=world.petra, partnership=world.partnership)
    assert killed(run_worker)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 1)
    call_command("tick")
    run_worker()
    job.refresh_from_db()
    assert job.state == "running", "the lease of the dead worker still holds"
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    call_command("tick")
    run_worker()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == ("done", 2, "gestuurd")
    assert [mail.subject for mail in mailbox()] == ["Brief"]


KILLED_AT = {
    "rendering": ("reports.tasks.conversation_pdf", False),
    "file written": ("reports.models.Report.keep", False),
    "row written": ("reports.models.Report.keep", True),
    "row committed": ("records.models.Job.finish", False),
}


@pytest.mark.parametrize("point", KILLED_AT)
def test_a_report_whose_worker_was_killed_exists_once(world, monkeypatch, run_worker, point):
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    job = ask_for_report(world.petra, conversation)
    target, afterwards = KILLED_AT[point]
    owner, _, name = target.rpartition(".")
    real = getattr(pkgutil.resolve_name(owner), name)

    def and_die(*args: Any, **kwargs: Any) -> None:
        if afterwards:
            real(*args, **kwargs)
        die()

    with monkeypatch.context() as patch:
        patch.setattr(target, and_die)
        assert killed(run_worker)
    assert Report.objects.count() == (point == "row committed")
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    call_command("tick")
    run_worker()
    job.refresh_from_db()
    report = Report.objects.get()
    assert (job.state, job.attempts, job.result) == ("done", 2, {"report": report.pk})
    with report.file.open("rb") as stream:
        assert sha256_of(stream) == report.sha256
    assert LogEntry.objects.filter(verb="report_made").count() == 1


# Reading during the exchange -----------------------------------------------------------------------------------------


def crowd(world: factories.World, number: int) -> list[Participation]:
    """A round in which `number` schools have handed in a form of one indicator and Petra has filled in hers."""
    short = world.indicator_set.new_version(world.bea)
    short.indicators.exclude(code="1A").delete()
    short = IndicatorSet.objects.with_parts().get(pk=short.pk)
    short.publish(world.bea, short.flags())
    round_ = ConversationRound.objects.create(
        partnership=world.partnership, indicator_set=short, school_year=2026, title="Drukke ronde"
    )
    indicator = short.indicators.get()
    rows = []
    for index in range(number):
        school = factories.school(world.partnership, world.board, f"{index % 90 + 10}Q{'ABCDEFGHIJ'[index // 90]}", "S")
        factories.member(world.alice, Role.DIRECTOR, school=school)
        rows.append(round_.add_school(world.petra, school, responsible=world.petra, deadline=timezone.localdate()))
    round_.open(world.petra)
    for row in rows:
        for party in ("school", "partnership"):
            form = world.form(party, row)
            form.save_answer(world.writer(party), indicator, version=0, levels={}, explanation=f"Over {row.pk}")
        world.form("school", row).submit(world.alice, uuid.uuid4())
    return rows


@pytest.mark.postgres
def test_who_looks_during_a_hundred_exchanges_sees_both_sides_or_one_own(world):
    """SQLite has one writer and readers with a snapshot; here readers and writers really mix."""
    rows = crowd(world, 100)
    done = threading.Event()
    own = {"alice": "school", "petra": "partnership"}

    def look(name: str) -> tuple[int, int]:
        """Poll until all is exchanged; returns how often, and how often in the middle."""
        person, polls, halfway = getattr(world, name), 0, 0
        while True:
            last = done.is_set()
            seen: dict[int, set[str]] = {}
            forms = Assessment.objects.visible_to(person).filter(participation__in=rows)
            for participation, party in forms.values_list("participation", "party"):
                seen.setdefault(participation, set()).add(party)
            both = sum(parties == {"school", "partnership"} for parties in seen.values())
            assert all(parties >= {own[name]} for parties in seen.values())
            texts = Answer.objects.visible_to(person).filter(assessment__participation__in=rows).count()
            assert len(rows) + both <= texts <= 2 * len(rows), "what was open stays open"
            states: dict[int, set[str]] = {}
            for participation, state in Assessment.objects.filter(participation__in=rows).values_list(
                "participation", "state"
            ):
                states.setdefault(participation, set()).add(state)
            assert all("exchanged" not in found or found == {"exchanged"} for found in states.values())
            polls += 1
            done.wait(0.01)
            halfway += 0 < both < len(rows)
            if last:
                assert both == len(rows)
                return polls, halfway

    def exchange() -> None:
        try:
            for row in rows:
                world.form("partnership", row).submit(world.petra, uuid.uuid4())
        finally:
            done.set()

    *looks, failure = together([lambda: look("alice"), lambda: look("petra"), lambda: look("alice"), exchange])
    assert failure is None, failure
    for result in looks:
        assert not isinstance(result, Exception), result
        assert result[1] > 3, "they looked while it happened"
