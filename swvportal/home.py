"""What stands on "Mijn taken": for every role something, in a fixed number of queries."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone

from actionplans.todos import todos_for as plan_todos
from conversations.models import Agreement, Conversation
from conversations.todos import todos_for as conversation_todos
from finance.todos import todos_for as money_todos
from indicators.models import ConversationRound, Participation, Party
from indicators.standing import Standing
from indicators.todos import todos_for as indicator_todos
from reports.models import Report
from schools.access import Access, access_of
from schools.models import School
from swvportal.lib.dates import long_day
from swvportal.lib.todo import Todo

if TYPE_CHECKING:
    from accounts.models import User

TODOS = 25
NEWS = 6
AGREEMENTS = 8
NUMBERS = ("geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")


@dataclass(frozen=True, slots=True)
class News:
    at: datetime.datetime
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Home:
    todos: list[Todo]
    today: datetime.date
    standings: list[Standing]
    next_appointment: Participation | None
    school: School | None
    agreements: list[Agreement]
    rounds: list[ConversationRound]
    news: list[News]
    access: Access
    show_all: bool = False

    @property
    def shown(self) -> list[Todo]:
        """Somebody with eighty schools begins at the top; the rest is one click away."""
        return self.todos if self.show_all else self.todos[:TODOS]

    @property
    def names_shared(self) -> set[str]:
        """Names that more than one school in the list has."""
        places = defaultdict(set)
        for todo in self.todos:
            places[todo.school].add(todo.where)
        return {name for name, found in places.items() if len(found) > 1}

    @property
    def only_standing(self) -> Standing | None:
        """Somebody with one school gets its steps; with more, a table."""
        return self.standings[0] if len(self.standings) == 1 else None

    @property
    def only_reads(self) -> bool:
        """An auditor has no agreements to keep."""
        return not (self.access.schools or self.access.boards or self.access.partnerships)

    @property
    def lead(self) -> str:
        if not self.todos:
            return self._nothing_to_do()
        dated = [todo.due for todo in self.todos if todo.due]
        late = sum(due < self.today for due in dated)
        coming = min((due for due in dated if due >= self.today), default=None)
        count = len(self.todos)
        text = f"{_in_words(count, first=True)} {'taak' if count == 1 else 'taken'}"
        text += f" voor {self.school.name}." if self.school else "."
        if late:
            text += f" {_in_words(late, first=True)} {'is' if late == 1 else 'zijn'} te laat."
        if coming:
            first = "De eerste" if count > 1 and not late else "De volgende" if late else "Die"
            text += f" {first} moet uiterlijk {long_day(coming)} klaar zijn."
        return text

    def _nothing_to_do(self) -> str:
        if self.next_appointment and self.next_appointment.appointment_at:
            with_whom = "" if self.school else f" ({self.next_appointment.school.name})"
            when = long_day(self.next_appointment.appointment_at)
            return f"U hebt nu niets te doen. Het volgende gesprek is op {when}{with_whom}."
        if self.access.schools or self.access.boards:
            return "U hebt nu niets te doen. Zodra het samenwerkingsverband een ronde opent, staat zij hier."
        if self.access.partnerships:
            if self.rounds:
                return "U hebt nu niets te doen. Hieronder ziet u hoe ver de open rondes zijn."
            return "U hebt nu niets te doen. Taken verschijnen hier zodra er een ronde open is."
        return "Hieronder staat wat er het laatst is uitgewisseld of vastgesteld. U kunt alles lezen en niets wijzigen."


def _in_words(number: int, *, first: bool = False) -> str:
    """`first` in a sentence: then the capital of "één" loses its accent."""
    word = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"E{word[1:]}" if first and number == 1 else word.capitalize() if first else word


def home_of(user: "User", *, show_all: bool = False) -> Home:
    access = access_of(user)
    own = Q(school__in=access.schools) | Q(school__board__in=access.boards) | Q(responsible=user)
    current = Participation.objects.visible_to(user).filter(own, round__state=ConversationRound.State.OPEN)
    standings = [Standing.of(p, user) for p in current.for_table()]
    at_school = [s for s in standings if s.own == Party.SCHOOL]
    schools = {m.school_id: m.school for m in access.memberships if m.school_id in access.schools}
    return Home(
        todos=sorted(
            [*indicator_todos(user), *conversation_todos(user), *plan_todos(user), *money_todos(user)],
            # What is due on one day stays in the order in which its app gives it.
            key=lambda todo: todo.sort_key()[:2],
        ),
        today=timezone.localdate(),
        standings=at_school,
        next_appointment=_next_appointment(standings),
        school=next(iter(schools.values())) if len(schools) == 1 and not access.partnerships else None,
        agreements=_agreements(user, access),
        rounds=_rounds(access),
        news=_news(user, standings),
        access=access,
        show_all=show_all,
    )


def _next_appointment(standings: list[Standing]) -> Participation | None:
    now = timezone.now()
    coming = [s.participation for s in standings if s.participation.appointment_at]
    coming = [p for p in coming if p.appointment_at and p.appointment_at >= now]
    return min(coming, key=lambda p: p.appointment_at or now, default=None)


def _agreements(user: "User", access: Access) -> list[Agreement]:
    """What still runs of the last conversation of each school one works for, governs or is responsible for."""
    here = "conversation__participation__"
    own = (
        Q(**{f"{here}school__in": access.schools})
        | Q(**{f"{here}school__board__in": access.boards})
        | Q(**{f"{here}responsible": user})
    )
    last = Conversation.objects.filter(participation__school=OuterRef(f"{here}school")).order_by("-held_at")
    running = Agreement.objects.visible_to(user).for_list().for_reader(user).running().filter(own)
    running = running.filter(conversation=Subquery(last.values("pk")[:1]))
    due_now = Case(When(action_point=None, then="due"), default="action_point__due")
    return list(running.order_by(due_now.asc(nulls_last=True), "pk")[:AGREEMENTS])


def _rounds(access: Access) -> list[ConversationRound]:
    """The open rounds of the partnership one works for, with how many schools were exchanged."""
    rounds = ConversationRound.objects.filter(
        partnership__in=access.partnerships, state=ConversationRound.State.OPEN
    ).annotate(
        schools=Count("participations"),
        exchanged=Count("participations", filter=Q(participations__exchanged_at__isnull=False)),
    )
    return list(rounds.order_by("-school_year", "-pk"))


def _news(user: "User", standings: list[Standing]) -> list[News]:
    """What everybody concerned may know: forms that came in, exchanges, reports. Never a single answer."""
    found = [
        News(
            form.submitted_at,
            f"Het formulier van {form.with_article} is ingediend: {s.participation.school.name}.",
            s.participation.get_absolute_url(),
        )
        for s in standings
        for form in s.forms
        if form.submitted_at
    ]
    exchanged = Participation.objects.visible_to(user).filter(exchanged_at__isnull=False).select_related("school")
    found += [
        News(
            p.exchanged_at,
            f"De formulieren van {p.school.name} zijn uitgewisseld.",
            reverse("indicators:comparison", args=[p.pk]),
        )
        for p in exchanged.order_by("-exchanged_at")[:NEWS]
        if p.exchanged_at
    ]
    conversations = Report.objects.visible_to(user).filter(kind=Report.Kind.CONVERSATION)
    found += [
        News(
            report.created_at,
            f"Verslag van {report.conversation.participation.school.name}, versie {report.version}.",
            reverse("reports:conversation_report", args=[report.conversation.participation_id]),
        )
        for report in conversations.for_list().order_by("-created_at")[:NEWS]
        if report.conversation
    ]
    return sorted(found, key=lambda news: news.at, reverse=True)[:NEWS]
