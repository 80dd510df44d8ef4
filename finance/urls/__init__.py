"""The addresses of money, a module per subject."""

from finance.urls import accounts, budgets, funds, narratives, spending

app_name = "finance"
urlpatterns = [
    *funds.urlpatterns,
    *budgets.urlpatterns,
    *spending.urlpatterns,
    *accounts.urlpatterns,
    *narratives.urlpatterns,
]
