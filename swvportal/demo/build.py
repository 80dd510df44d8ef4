"""The demo's three years, made through the models' own verbs."""

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from conversations.models import Agreement, Conversation
from indicators.bijlage8 import ship_to
from indicators.models import Assessment, ConversationRound, Indicator, Participation, Party
from records.models import Message
from records.tasks import deliver_message, work_on_job
from reports.tasks import ask_for_report
from schools.models import ArrangementCount, ArrangementStatement
from swvportal.demo import texts
from swvportal.demo.cast import Cast, make_cast
from swvportal.demo.clock import at, clock_at, workday, workday_before
from swvportal.demo.money import MoneyBuilder
from swvportal.demo.plans import PlanBuilder
from swvportal.lib.school_year import school_year_of

LETTERS = "vusp"
# Levels on paper and in practice per indicator, in the order of the form: of the Oeverland College and of the
# partnership about it, last year. A dot is a rating that was left out.
OEVERLAND = {
    Party.SCHOOL: "vu vu vv us vv us uv vv ss ps vs uu",
    Party.PARTNERSHIP: "vu uu vu sp us vu up vv uv ps vs .s",
}


# Of one school, last year, in row 2C (its place): the school put practice two levels higher than the partnership did. They
# agreed to look together; this year they see the same.
SEEN_DIFFERENTLY = (5, 1, 6)
PRACTICE_THEN = {Party.SCHOOL: 1, Party.PARTNERSHIP: 3}

# Of this school every conversation has its report already, the running round's too. The reports of the other schools'
# finished years are asked for; the worker makes them.
REPORTED = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What became of a school in the running round: how far each form is, and when the conversation is or was."""

    days: int  # from today to the conversation
    school: str  # none, half, draft, in
    partnership: str
    outcome: str = ""  # "", conversation, without


RUNNING = (
    Plan(13, "half", "none"),
    Plan(20, "none", "none"),
    Plan(9, "in", "half"),
    Plan(10, "half", "in"),
    Plan(6, "in", "in"),
    Plan(-8, "in", "in", "conversation"),
    Plan(3, "half", "in", "without"),
    Plan(-3, "in", "in", "conversation"),
)


def build() -> Cast:
    """Everything, in one transaction: all of the demo or nothing."""
    with transaction.atomic():
        return _Builder(timezone.localdate()).build()


class _Builder:
    """Knows the day, the cast and the form, so that the steps below read as what happened."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.year = school_year_of(today)

    def build(self) -> Cast:
        with clock_at(at(workday(datetime.date(self.year - 2, 9, 4)), 9)):
            self.cast = make_cast(self.today)
            self.form = ship_to(self.cast.partnership)
            self.form.publish(self.cast.people["bea"], self.form.flags())
        plans = PlanBuilder(self.cast, self.today, self.year)
        plans.agree_on_the_basics()
        self.finished_round(self.year - 2)
        plans.profiles_of(self.year - 1)
        plans.plans_of(self.year - 1)
        money = MoneyBuilder(self.cast, self.today, self.year)
        money.begin_funds()
        money.allocate(self.year - 1)
        money.budgets_of(self.year - 1)
        self.finished_round(self.year - 1)
        money.pay_for_agreements(self.year - 1)
        plans.close_the_year(self.year - 1)
        money.allocate(self.year)
        plans.profiles_of(self.year)
        plans.decide_about_differences()
        plans.carry_on()
        plans.plans_of(self.year)
        self.running_round()
        plans.learn_from_each_other()
        plans.signals()
        money.account_for(self.year - 1)
        money.budgets_of(self.year)
        money.propose_next_year()
        money.narratives()
        self.bring_work_to_today()
        return self.cast

    def bring_work_to_today(self) -> None:
        """What was asked of the worker in an invented past was asked just now: else it would seem not to live."""
        Message.objects.update(sent_at=F("created_at"))  # nobody wants mail about that past
        DBTaskResult.objects.filter(task_path=deliver_message.module_path).delete()
        DBTaskResult.objects.update(enqueued_at=timezone.now())

    # Rounds ----------------------------------------------------------------------------------------------------------

    def finished_round(self, year: int) -> None:
        opened = workday(datetime.date(year + 1, 2, 1))
        days = [opened + datetime.timedelta(days=38 + 3 * index) for index in range(len(self.cast.schools))]
        with clock_at(at(opened, 9)):
            round_ = self.open_round(year, "Voorjaarsronde", days)
        for index, participation in enumerate(round_.participations.for_page().order_by("pk")):
            self.complete(index, participation)
        with clock_at(at(datetime.date(year + 1, 7, 2), 11)):
            round_.close(self.cast.people["bea"])

    def complete(self, index: int, participation: Participation) -> None:
        """Everything in time, for a year that is over."""
        assert participation.appointment_at is not None
        deadline = participation.deadline
        with clock_at(at(workday_before(deadline - datetime.timedelta(days=2)), 15, 10 + index)):
            self.hand_in_arrangements(index, participation.round.school_year)
            self.fill(index, participation, Party.SCHOOL)
            self.submit(index, participation, Party.SCHOOL)
        with clock_at(at(workday_before(deadline - datetime.timedelta(days=1)), 16, 12)):
            self.fill(index, participation, Party.PARTNERSHIP)
            self.submit(index, participation, Party.PARTNERSHIP)
        with clock_at(participation.appointment_at + datetime.timedelta(minutes=80)):
            self.hold_conversation(index, participation, done=True)

    def running_round(self) -> None:
        days = [self.today + datetime.timedelta(days=plan.days) for plan in RUNNING]
        title = "Najaarsronde" if self.today.month >= 8 else "Voorjaarsronde"
        with clock_at(at(workday(self.today - datetime.timedelta(days=34)), 9)):
            round_ = self.open_round(self.year, title, days)
        for index, participation in enumerate(round_.participations.for_page().order_by("pk")):
            self.follow(index, participation, RUNNING[index])

    def open_round(self, year: int, title: str, days: list[datetime.date]) -> ConversationRound:
        petra = self.cast.people["petra"]
        round_ = ConversationRound.objects.create(
            partnership=self.cast.partnership, indicator_set=self.form, school_year=year, title=title
        )
        for index, school in enumerate(self.cast.schools):
            round_.add_school(
                petra,
                school,
                responsible=self.cast.officer_of(index),
                appointment_at=at(workday(days[index]), 13, 30),
                location=f"{school.street}, {school.city}",
            )
        round_.open(petra)
        return round_

    def follow(self, index: int, participation: Participation, plan: Plan) -> None:
        """Bring one school of the running round as far as its plan says."""
        before = min(participation.deadline, self.today)
        with clock_at(at(workday_before(before - datetime.timedelta(days=3)), 14, 20)):
            if plan.school in {"in", "half"}:
                self.fill(index, participation, Party.SCHOOL, rows=12 if plan.school == "in" else 10)
            if plan.school == "in":
                self.hand_in_arrangements(index, self.year)
                self.submit(index, participation, Party.SCHOOL)
        with clock_at(at(workday_before(before - datetime.timedelta(days=2)), 10, 42)):
            if plan.partnership in {"in", "half"}:
                self.fill(index, participation, Party.PARTNERSHIP, rows=12 if plan.partnership == "in" else 7)
            if plan.partnership == "in":
                self.submit(index, participation, Party.PARTNERSHIP)
        if plan.outcome == "without":
            with clock_at(at(workday_before(self.today - datetime.timedelta(days=1)), 16, 30)):
                participation.start_without(self.cast.officer_of(index), texts.STARTED_WITHOUT)
        if plan.outcome == "conversation":
            assert participation.appointment_at is not None
            with clock_at(participation.appointment_at + datetime.timedelta(minutes=80)):
                self.hold_conversation(index, participation, done=False)

    # Forms -----------------------------------------------------------------------------------------------------------

    def writer(self, index: int, party: Party) -> User:
        return self.cast.officer_of(index) if party == Party.PARTNERSHIP else self.cast.director_of(index)

    def fill(self, index: int, participation: Participation, party: Party, rows: int = 12) -> None:
        form = Assessment.objects.for_page().get(participation=participation, party=party)
        by = self.writer(index, party)
        levels = ratings(index, self.year - participation.round.school_year, party)
        for row, indicator in enumerate(participation.round.indicator_set.indicators.all()[:rows]):
            paper, practice = levels[row]
            written = texts.ANSWERS[indicator.key][0 if party == Party.SCHOOL else 1]
            form.save_answer(
                by,
                indicator,
                version=0,
                levels={"vastgelegd": paper.strip("."), "geimplementeerd": practice},
                explanation=texts.NOT_SEEN if paper == "." else written[LETTERS.index(practice)],
            )
        if rows == 12:
            turn = (index + participation.round.school_year) % 4
            form.save_closing_text(by, "follow_up", version=0, text=texts.FOLLOW_UP[party][turn])
            form.save_closing_text(by, "planning", version=0, text=texts.PLANNING[party][turn])

    def submit(self, index: int, participation: Participation, party: Party) -> None:
        form = Assessment.objects.for_page().get(participation=participation, party=party)
        form.submit(self.writer(index, party), uuid.uuid5(uuid.NAMESPACE_URL, f"{participation}/{party}"))

    def hand_in_arrangements(self, index: int, year: int) -> None:
        director = self.cast.director_of(index)
        statement = ArrangementStatement.objects.create(
            school=self.cast.schools[index], partnership=self.cast.partnership, school_year=year
        )
        counts = [
            ArrangementCount(kind=kind, pupils=pupils + (index * 3 + year) % 5 - 2, amount_cents=cents)
            for kind, pupils, cents in texts.ARRANGEMENTS
        ]
        statement.replace_counts(director, counts)
        statement.hand_in(director)

    # Conversations ---------------------------------------------------------------------------------------------------

    def hold_conversation(self, index: int, participation: Participation, *, done: bool) -> None:
        """Who was there, what was concluded, what was agreed; with `done`, the agreements are kept by now."""
        participation = Participation.objects.for_page().get(pk=participation.pk)
        officer, director = self.cast.officer_of(index), self.cast.director_of(index)
        conversation = Conversation.start(officer, participation)
        participants = [(director.name, director.job_title), (officer.name, officer.job_title)]
        if index == 0:
            participants += [
                (self.cast.people[first].name, self.cast.people[first].job_title) for first in ("bob", "sanne")
            ]
        conversation.save_details(
            officer,
            version=conversation.version,
            held_at=conversation.held_at,
            duration_minutes=conversation.duration_minutes,
            location=conversation.location,
            participants=participants,
        )
        turn = index + participation.round.school_year
        for field, choices in (
            ("summary", texts.SUMMARY),
            ("budget_notes", texts.BUDGET_NOTES),
            ("plan_notes", texts.PLAN_NOTES),
        ):
            conversation.save_text(officer, field, version=0, text=choices[turn % len(choices)])
        indicators = {indicator.key: indicator for indicator in participation.round.indicator_set.indicators.all()}
        for key, text in texts.CONCLUSIONS.items():
            conversation.save_conclusion(officer, indicators[key], version=0, text=text)
        self.agree(conversation, indicators, director if index else self.cast.people["bob"], officer, turn, done)
        if index == REPORTED:
            work_on_job.call(ask_for_report(officer, conversation).pk)
        elif done:
            ask_for_report(officer, conversation)

    def agree(
        self,
        conversation: Conversation,
        indicators: dict[str, Indicator],
        of_school: User,
        officer: User,
        turn: int,
        done: bool,
    ) -> None:
        """Three or four agreements. Of last year's the last one is still open; older ones are all kept."""
        chosen = [row for number, row in enumerate(texts.AGREEMENTS) if (number + turn) % 3]
        held_on = timezone.localdate(conversation.held_at)
        last_year = conversation.participation.round.school_year == self.year - 1
        for number, (key, text, by_school) in enumerate(chosen):
            due = workday(held_on + datetime.timedelta(days=45 + 35 * number))
            stays_open = not done or (last_year and number == len(chosen) - 1)
            if done and stays_open:
                due = workday(self.today + datetime.timedelta(days=4 * turn % 31 - 5))
            agreement = conversation.add_agreement(
                officer,
                text=text,
                who=of_school.name if by_school else officer.name,
                side=Agreement.Side.SCHOOL if by_school else Agreement.Side.PARTNERSHIP,
                due=due,
                indicator=indicators[key],
            )
            kept = Agreement.objects.for_page().get(pk=agreement.pk)
            if number == 0 and not (done and not last_year):
                kept.make_action_point(officer)
            elif not stays_open:
                kept.set_state(officer, Agreement.State.DONE)


def ratings(index: int, years_ago: int, party: Party) -> list[tuple[str, str]]:
    """The levels of one form: on paper and in practice for each indicator; a dot is left out.

    Schools grow a level here and there from year to year, and the partnership often sees practice a little behind.
    """
    if index == 0 and years_ago == 1:
        return [(pair[0], pair[1]) for pair in OEVERLAND[party].split()]
    found = []
    for row in range(12):
        seed = 7 * row + 5 * index + row * index
        paper = (seed % 5) // 2 + (1 if years_ago and seed % 3 == 0 else 0)
        practice = paper + (1 if seed % 4 == 1 else 0) + (1 if years_ago == 2 and seed % 5 == 1 else 0)
        if party == Party.PARTNERSHIP:
            paper += (0, 0, 1, 0, 0, -1, 0, 0)[(seed + 3 * years_ago) % 8]
            practice += (0, 1, 0, 0, 2, 0, -1, 0, 1)[(seed + 2 * years_ago) % 9]
        if (index, years_ago, row) == SEEN_DIFFERENTLY:
            practice = PRACTICE_THEN[party]
        found.append((LETTERS[min(3, max(0, paper))], LETTERS[min(3, max(0, practice))]))
    return found
