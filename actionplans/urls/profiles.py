from django.urls import path

from actionplans.views import profile_check, profiles, provisions

YEAR = "scholen/<int:pk>/profiel/<int:year>/"

urlpatterns = [
    path(YEAR, profiles.profile, name="profile"),
    path(f"{YEAR}beginnen/", profiles.profile_begin, name="profile_begin"),
    path(f"{YEAR}invullen/", profiles.profile_edit, name="profile_edit"),
    path(f"{YEAR}naar-de-mr/", profiles.profile_to_mr, name="profile_to_mr"),
    path(f"{YEAR}vaststellen/", profiles.profile_adopt, name="profile_adopt"),
    path(f"{YEAR}publiceren/", profiles.profile_publish, name="profile_publish"),
    path(f"{YEAR}terug-naar-concept/", profiles.profile_back, name="profile_back"),
    path(f"{YEAR}klopt-het-nog/", profile_check.profile_check, name="profile_check"),
    path(f"{YEAR}voorzieningen/nieuw/", provisions.provision_add, name="provision_add"),
    path("voorzieningen/<int:pk>/wijzigen/", provisions.provision_edit, name="provision_edit"),
    path("voorzieningen/<int:pk>/verwijderen/", provisions.provision_remove, name="provision_remove"),
]
