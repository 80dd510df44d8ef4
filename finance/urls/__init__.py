"""The addresses of money, a module per subject."""

from finance.urls import accounts, budgets, comparison, funds, narratives, spending

app_name = "finance"
urlpatterns = [
    *funds.urlpatterns,
    *budgets.urlpatterns,
    *comparison.urlpatterns,
    *spending.urlpatterns,
    *accounts.urlpatterns,
    *narratives.urlpatterns,
]
