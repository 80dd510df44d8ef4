"""The addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from swvportal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("scholen/<int:pk>/", views.school, name="school"),
    path("scholen/", include("schools.urls")),
    path("", include("indicators.urls")),
    path("", include("conversations.urls")),
    path("", include("reports.urls")),
    path("account/", include("allauth.account.urls")),
    path("applicatiebeheer/", admin.site.urls),
]
