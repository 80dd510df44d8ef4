from django.urls import path

from finance.views import comparison, flow

urlpatterns = [
    path("middelen/naast-elkaar/", comparison.budget_comparison, name="budget_comparison"),
    path(
        "middelen/naast-elkaar/downloaden/<slug:kind>/",
        comparison.budget_comparison_export,
        name="budget_comparison_export",
    ),
    path(
        "middelen/naast-elkaar/toegekend/<slug:kind>/",
        comparison.comparison_money_export,
        name="comparison_money_export",
    ),
    path("middelen/stroom/", flow.flow, name="flow"),
    path("middelen/stroom/downloaden/<slug:kind>/", flow.flow_export, name="flow_export"),
]
