"""The addresses of profiles, plans and signals, a module per subject."""

from actionplans.urls import catalogue, comparison, exchange, plans, profiles, signals, supportplan

app_name = "actionplans"
urlpatterns = [
    *catalogue.urlpatterns,
    *profiles.urlpatterns,
    *comparison.urlpatterns,
    *supportplan.urlpatterns,
    *plans.urlpatterns,
    *exchange.urlpatterns,
    *signals.urlpatterns,
]
