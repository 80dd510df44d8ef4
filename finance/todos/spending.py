"""What spending asks of a school: to book, when half a year has gone by and little or nothing stands on the lines."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from finance.models import Budget, BudgetLine
from finance.realisation import LAGS_AFTER, months_gone, realisation
from schools.access import access_of
from schools.asked import query, this_year
from swvportal.lib.todo import Todo, grouped


def todos_for(user: User) -> list[Todo]:
    """One query, for who works at a school and from half the school year on."""
    schools, year, today = access_of(user).schools, this_year(), timezone.localdate()
    if not schools or months_gone(year, today) < LAGS_AFTER:
        return []
    lines = (
        BudgetLine.objects.filter(budget__school__in=schools, budget__school_year=year)
        .exclude(budget__state=Budget.State.DRAFT)
        .select_related("budget__school")
        .with_spent()
        .order_by("budget__school__name", "budget", "position", "pk")
    )
    behind: dict[int, list[BudgetLine]] = {}
    for line in lines:
        if realisation(line.amount_cents, line.spent_cents, year, today).lags:
            behind.setdefault(line.budget_id, []).append(line)
    return grouped(list(behind.values()), _one, _many)


def _one(lines: list[BudgetLine]) -> Todo:
    budget, count = lines[0].budget, len(lines)
    note = "Eén regel blijft achter." if count == 1 else f"{count} regels blijven achter."
    url = budget.get_absolute_url()
    return Todo("Bestedingen bijwerken", url, "Naar de begroting", budget.school.name, budget.school.where, note=note)


def _many(schools: list[list[BudgetLine]]) -> Todo:
    url = reverse("finance:budgets") + query(jaar=schools[0][0].budget.school_year)
    return Todo(f"Bestedingen bijwerken: {len(schools)} scholen", url, "Bekijken")
