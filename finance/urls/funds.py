from django.urls import path

from finance.views import funds, funds_allocations, funds_pupils, funds_years

urlpatterns = [
    path("middelen/geldstromen/", funds.funds, name="funds"),
    path("middelen/geldstromen/klaarzetten/", funds.funds_ship, name="funds_ship"),
    path("middelen/geldstromen/nieuw/", funds.fund_new, name="fund_new"),
    path("middelen/geldstromen/<int:pk>/", funds.fund, name="fund"),
    path("middelen/geldstromen/<int:pk>/wijzigen/", funds.fund_edit, name="fund_edit"),
    path("middelen/geldstromen/<int:pk>/beeindigen/", funds.fund_end, name="fund_end"),
    path("middelen/geldstromen/<int:pk>/jaar/", funds_years.fund_year_new, name="fund_year_new"),
    path("middelen/categorieen/", funds.categories, name="categories"),
    path("middelen/categorieen/<int:pk>/", funds.category_edit, name="category_edit"),
    path("middelen/categorieen/<int:pk>/beeindigen/", funds.category_end, name="category_end"),
    path("middelen/jaren/<int:pk>/", funds_years.fund_year, name="fund_year"),
    path("middelen/jaren/<int:pk>/wijzigen/", funds_years.fund_year_edit, name="fund_year_edit"),
    path("middelen/jaren/<int:pk>/verwijderen/", funds_years.fund_year_remove, name="fund_year_remove"),
    path("middelen/jaren/<int:pk>/voorstel/", funds_years.allocations_propose, name="allocations_propose"),
    path("middelen/jaren/<int:pk>/publiceren/", funds_years.allocations_publish, name="allocations_publish"),
    path(
        "middelen/jaren/<int:pk>/corrigeren/<int:school>/",
        funds_allocations.allocation_correct,
        name="allocation_correct",
    ),
    path(
        "middelen/jaren/<int:pk>/toekenningen/<slug:kind>/",
        funds_allocations.allocations_export,
        name="allocations_export",
    ),
    path("middelen/toekenningen/<int:pk>/", funds_allocations.allocation, name="allocation"),
    path("middelen/toekenningen/<int:pk>/aanpassen/", funds_allocations.allocation_adjust, name="allocation_adjust"),
    path("middelen/leerlingaantallen/", funds_pupils.pupil_counts, name="pupil_counts"),
    path("middelen/leerlingaantallen/sjabloon/", funds_pupils.pupil_counts_template, name="pupil_counts_template"),
    path("middelen/leerlingaantallen/inlezen/", funds_pupils.pupil_counts_import, name="pupil_counts_import"),
    path(
        "middelen/leerlingaantallen/inlezen/bevestigen/",
        funds_pupils.pupil_counts_import_confirm,
        name="pupil_counts_import_confirm",
    ),
]
