"""What budgets ask: of a director to begin, to submit, to change what was given back; of the office to adopt."""

from functools import partial

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from finance.models import Allocation, Budget
from schools.access import access_of
from schools.asked import query, this_year
from schools.models import School
from swvportal.lib.school_year import label
from swvportal.lib.todo import Todo, grouped

GIVEN_BACK = "Begroting aanpassen: teruggegeven door het SWV"
LONGEST_NOTE = 200


def todos_for(user: User) -> list[Todo]:
    access = access_of(user)
    found: list[Todo] = []
    if access.directs:
        found += _to_begin(access.directs)
        found += _to_submit(access.directs)
    if access.partnerships:
        found += _to_adopt(access.partnerships)
    return found


def _page(year: int, state: str = "") -> str:
    return reverse("finance:budgets") + query(jaar=year, stand=state)


def _to_begin(schools: frozenset[int]) -> list[Todo]:
    """Once there is money for this year; and for the next one once its own allocations are published."""
    this = this_year()
    begun = Budget.objects.filter(school=OuterRef("pk"))
    granted = Allocation.objects.filter(school=OuterRef("pk"))
    ahead = granted.filter(fund_year__fund__year_kind="school", fund_year__year=this + 1, fund_year__state="published")
    rows = (
        School.objects.filter(pk__in=schools, closed_on=None)
        .annotate(
            now=Exists(granted.drawn_on(this)) & ~Exists(begun.filter(school_year=this)),
            soon=Exists(ahead) & ~Exists(begun.filter(school_year=this + 1)),
        )
        .filter(Q(now=True) | Q(soon=True))
        .order_by("name", "pk")
    )
    found: list[Todo] = []
    waiting = list(rows)
    for year, ready in ((this, [s for s in waiting if s.now]), (this + 1, [s for s in waiting if s.soon])):
        found += grouped(ready, partial(_begin, year), partial(_begin_many, year))
    return found


def _begin(year: int, school: School) -> Todo:
    return Todo(
        f"Begroting {label(year)} beginnen",
        _page(year),
        "Naar Middelen",
        school.name,
        school.where,
        note="De toekenningen staan klaar.",
        state="Nog niet begonnen",
    )


def _begin_many(year: int, schools: list[School]) -> Todo:
    return Todo(f"Begrotingen {label(year)} beginnen: {len(schools)} scholen", _page(year, "geen"), "Bekijken")


def _to_submit(schools: frozenset[int]) -> list[Todo]:
    drafts = list(
        Budget.objects.filter(school__in=schools, state="draft")
        .select_related("school")
        .annotate(count=Count("lines"))
        .order_by("school_year", "school__name", "pk")
    )
    given_back = [budget for budget in drafts if budget.is_given_back]
    others = [budget for budget in drafts if not budget.is_given_back]
    return [
        *grouped(given_back, _given_back, partial(_many, "Begrotingen aanpassen, teruggegeven door het SWV")),
        *grouped(others, _submit, partial(_many, "Begrotingen invullen en indienen")),
    ]


def _given_back(budget: Budget) -> Todo:
    reason = budget.return_reason
    short = reason if len(reason) <= LONGEST_NOTE else f"{reason[: LONGEST_NOTE - 1].rstrip()}…"
    return _of(budget, GIVEN_BACK, note=f"Schooljaar {budget.year_label}. {short}", state="Teruggegeven")


def _submit(budget: Budget) -> Todo:
    verb = "indienen" if budget.count else "invullen"  # type: ignore[attr-defined]
    return _of(budget, f"Begroting {budget.year_label} {verb}", state="Concept")


def _of(budget: Budget, title: str, *, note: str = "", state: str = "") -> Todo:
    return Todo(
        title,
        budget.get_absolute_url(),
        "Naar de begroting",
        budget.school.name,
        budget.school.where,
        note=note,
        state=state,
    )


def _many(title: str, budgets: list[Budget]) -> Todo:
    year, state = max(budget.school_year for budget in budgets), budgets[0].state
    state = "teruggegeven" if budgets[0].is_given_back else state
    return Todo(f"{title}: {len(budgets)} scholen", _page(year, state), "Bekijken")


def _to_adopt(partnerships: frozenset[int]) -> list[Todo]:
    waiting = list(
        Budget.objects.filter(partnership__in=partnerships, state="submitted")
        .select_related("school")
        .order_by("submitted_at", "pk")
    )
    return grouped(waiting, _adopt, partial(_many, "Begrotingen vaststellen"))


def _adopt(budget: Budget) -> Todo:
    return _of(budget, f"Begroting {budget.year_label} vaststellen", state="Ingediend")
