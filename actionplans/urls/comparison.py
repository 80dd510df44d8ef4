from django.urls import URLPattern, path

from actionplans.views import comparison, finder

urlpatterns: list[URLPattern] = [
    path("profielen/", comparison.profiles, name="profiles"),
    path("profielen/vergelijken/", comparison.matrix, name="matrix"),
    path("profielen/besluit/<int:year>/<slug:item_key>/", comparison.decision, name="decision"),
    path("profielen/voorzieningen/", comparison.provisions, name="provisions"),
    path("profielen/scenario/", comparison.scenario, name="scenario"),
    path("profielen/export/<str:what>/<str:kind>/", comparison.profiles_export, name="profiles_export"),
    path("ondersteuning-zoeken/", finder.finder, name="finder"),
    path("ondersteuning/<slug:code>/", finder.public_finder, name="public_finder"),
    path("ondersteuning/<slug:code>/<slug:school>/", finder.public_profile, name="public_profile"),
]
