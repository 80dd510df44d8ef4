"""Pages against their floor: in process, through every middleware, on the demo in a SQLite file."""

import gc
import io
import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.urls import BODIES
from finance.models import Budget
from indicators import comparing, parts
from indicators.models import Answer, Assessment, Participation, Party
from indicators.views import comparison

ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """In milliseconds; `aim` is the highest ratio we are content with."""

    what: str
    ours: float
    floor: float
    aim: float
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


class Visitor:
    """Somebody who is signed in, without the cost of a test client."""

    def __init__(self, handler: WSGIHandler, first_name: str) -> None:
        client = Client()
        client.force_login(User.objects.get(email__startswith=f"{first_name}@"))
        self.token = secrets.token_hex(16)
        cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: self.token,
        }
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.handler = handler

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, bytes]:
        path, _, query = path.partition("?")
        body = urlencode(data).encode() if data is not None else b""
        environ = {
            "REQUEST_METHOD": "GET" if data is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_COOKIE": self.cookie,
            "HTTP_X_CSRFTOKEN": self.token,
            "HTTP_HX_REQUEST": "" if data is None else "true",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
        status: list[str] = []

        def start_response(line: str, headers: list[tuple[str, str]], wrong: Any = None) -> Callable[[bytes], object]:
            status.append(line)
            return lambda content: None

        response = self.handler(environ, start_response)
        try:
            content = b"".join(response)
        finally:
            response.close()
        return int(status[0][:3]), content


def clocked(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def typical(times: list[float]) -> float:
    """The median of the better half: what else a machine does only adds, and strikes long pages more than short."""
    return statistics.quantiles(times, n=4)[0]


def interleaved(
    ours: Callable[[int], float], floor: Callable[[int], float], rounds: int = ROUNDS
) -> tuple[float, float]:
    """What both take by their own clocks, measured in turns, so that what else the machine does strikes both alike."""
    for warming_up in range(3):
        ours(-1 - warming_up)
        floor(-1 - warming_up)
    gc.collect()
    pairs = [(ours(turn), floor(turn)) for turn in range(rounds)]
    return typical([pair[0] for pair in pairs]), typical([pair[1] for pair in pairs])


def queries_of(call: Callable[[], Any]) -> int:
    seen = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        call()
    return len(seen)


def forget() -> None:
    """What a process remembers of forms that cannot change any more: the next visit is its first again."""
    for remembered in (comparing._content, parts._published, comparison._markup):
        remembered.cache_clear()


def measure_page(what: str, visitor: Visitor, path: str, aim: float, *, first_visit: bool = False) -> Measured:
    """A page as it usually comes, or as a process makes it the first time."""
    status, content = visitor.ask(path)
    if status != 200:
        raise RuntimeError(f"{path} answers {status}")
    BODIES[what] = content
    floor = "/floor/page/" + what

    def ours(turn: int) -> float:
        if first_visit:
            forget()
        return clocked(lambda: visitor.ask(path))

    times = interleaved(ours, lambda turn: clocked(lambda: visitor.ask(floor)))
    if first_visit:
        forget()
    queries = queries_of(lambda: visitor.ask(path))
    return Measured(what, *times, aim, f"{queries} queries, {len(content) / 1000:.0f} KB")


def measure_autosave(visitor: Visitor, form: Assessment, aim: float) -> Measured:
    """Every save writes another text, from the version that the one before left."""
    indicator = form.participation.round.indicator_set.indicators.all()[0]
    path = reverse("indicators:save_answer", args=[form.participation_id, form.party])

    def data(turn: int) -> dict[str, str]:
        standing = Answer.objects.filter(assessment=form.pk, indicator=indicator).only("version").first()
        return {
            "row": indicator.key,
            f"{indicator.key}.version": str(standing.version if standing else 0),
            f"{indicator.key}.base": "",
            f"{indicator.key}.level.vastgelegd": "u",
            f"{indicator.key}.level.geimplementeerd": "s",
            f"{indicator.key}.explanation": f"Toelichting nummer {turn}.",
        }

    status, content = visitor.ask(path, data(-9))
    if status != 200:
        raise RuntimeError(f"{path} answers {status}: {content[:500]!r}")
    BODIES["autosave"] = content
    ours, floors = [], []
    for turn in range(-3, ROUNDS):
        ready = data(turn)
        ours.append(clocked(lambda: visitor.ask(path, ready)))  # noqa: B023
        floors.append(clocked(lambda: visitor.ask("/floor/post/autosave", ready)))  # noqa: B023
    ready = data(ROUNDS)
    queries = queries_of(lambda: visitor.ask(path, ready))
    return Measured("autosave", typical(ours[3:]), typical(floors[3:]), aim, f"{queries} queries")


def _forms() -> tuple[Assessment, Participation]:
    """Of the running round: a school's form that is half filled in, and a school whose forms were exchanged."""
    running = Participation.objects.for_page().order_by("-round__school_year", "pk")
    draft = Assessment.objects.for_page().get(participation=running[0], party=Party.SCHOOL)
    return draft, running.filter(exchanged_at__isnull=False)[0]


def measurements() -> list[Callable[[], Measured]]:
    handler = WSGIHandler()
    alice, petra = Visitor(handler, "alice"), Visitor(handler, "petra")
    draft, exchanged = _forms()
    form = reverse("indicators:form", args=[draft.participation_id, draft.party])
    compared = reverse("indicators:comparison", args=[exchanged.pk])
    round_ = reverse("indicators:round", args=[exchanged.round_id])
    budgets = Budget.objects.visible_to(User.objects.get(email__startswith="alice@"))
    budget = reverse("finance:budget", args=[budgets.order_by("-school_year")[0].pk])
    return [
        lambda: measure_page("form page", alice, form, 25),
        lambda: measure_autosave(alice, draft, 4),
        lambda: measure_page("comparison", petra, compared, 10),
        lambda: measure_page("first visit", petra, compared, 20, first_visit=True),
        lambda: measure_page("round page", petra, round_, 10),
        lambda: measure_page("budget", alice, budget, 20),
        lambda: measure_page("side by side", petra, reverse("finance:budget_comparison"), 20),
    ]


def visits() -> list[tuple[str, str]]:
    """Cookie and path of what a web worker is asked for in a working day."""
    handler = WSGIHandler()
    alice, petra = Visitor(handler, "alice"), Visitor(handler, "petra")
    draft, exchanged = _forms()
    return [
        (alice.cookie, reverse("home")),
        (alice.cookie, reverse("indicators:form", args=[draft.participation_id, draft.party])),
        (petra.cookie, reverse("indicators:comparison", args=[exchanged.pk])),
        (petra.cookie, reverse("indicators:round", args=[exchanged.round_id])),
        (petra.cookie, reverse("conversations:conversation", args=[exchanged.pk])),
        (petra.cookie, reverse("reports:conversation_report", args=[exchanged.pk])),
    ]
