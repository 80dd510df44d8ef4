"""What funds ask of the partnership: a proposal that waits to be published."""

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from finance.models import FundYear
from schools.access import access_of
from swvportal.lib.todo import Todo, grouped


def todos_for(user: User) -> list[Todo]:
    """One query, for who works at a partnership; nothing for others."""
    partnerships = access_of(user).partnerships
    if not partnerships:
        return []
    waiting = (
        FundYear.objects.for_page()
        .filter(state=FundYear.State.DRAFT, fund__partnership__in=partnerships, fund__ended=False)
        .annotate(proposed=Count("allocations"))
        .filter(proposed__gt=0)
        .order_by("year", "fund__position", "pk")
    )
    rows: list[FundYear] = list(waiting)
    return grouped(rows, _one, _many)


def _one(year: FundYear) -> Todo:
    return Todo(f"Toekenningen publiceren: {year.label}", year.get_absolute_url(), "Nakijken", state="Concept")


def _many(years: list[FundYear]) -> Todo:
    note = "; ".join(year.label for year in years)
    return Todo(
        f"Toekenningen publiceren van {len(years)} geldstromen",
        reverse("finance:funds"),
        "Nakijken",
        note=note,
        state="Concept",
    )
