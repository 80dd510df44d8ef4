from django.urls import path

from finance.views import budget, budget_lines, budgets

urlpatterns = [
    path("middelen/", budgets.budgets, name="budgets"),
    path("middelen/begrotingen/beginnen/", budgets.budget_begin, name="budget_begin"),
    path("middelen/begrotingen/<int:year>/bestand/<slug:kind>/", budgets.budgets_export, name="budgets_export"),
    path("middelen/begrotingen/<int:pk>/", budget.budget, name="budget"),
    path("middelen/begrotingen/<int:pk>/downloaden/<slug:kind>/", budgets.budget_export, name="budget_export"),
    path("middelen/begrotingen/<int:pk>/overnemen/", budgets.budget_copy, name="budget_copy"),
    path("middelen/begrotingen/<int:pk>/indienen/", budget.budget_submit, name="budget_submit"),
    path("middelen/begrotingen/<int:pk>/terughalen/", budget.budget_take_back, name="budget_take_back"),
    path("middelen/begrotingen/<int:pk>/teruggeven/", budget.budget_give_back, name="budget_give_back"),
    path("middelen/begrotingen/<int:pk>/vaststellen/", budget.budget_adopt, name="budget_adopt"),
    path("middelen/begrotingen/<int:pk>/regel-toevoegen/", budget_lines.budget_line_add, name="budget_line_add"),
    path("middelen/begrotingsregels/<int:pk>/wijzigen/", budget_lines.budget_line_edit, name="budget_line_edit"),
    path("middelen/begrotingsregels/<int:pk>/verwijderen/", budget_lines.budget_line_remove, name="budget_line_remove"),
    path("middelen/begrotingsregels/<int:pk>/verplaatsen/", budget_lines.budget_line_move, name="budget_line_move"),
]
