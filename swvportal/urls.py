"""The addresses of the portal."""

from allauth.account.views import email
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from swvportal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("scholen/<int:pk>/", views.school, name="school"),
    path("scholen/", include("schools.urls")),
    path("", include("finance.urls")),
    path("", include("actionplans.urls")),
    path("", include("indicators.urls")),
    path("", include("conversations.urls")),
    path("", include("reports.urls")),
    # Addresses belong to who invites; people see theirs here and change nothing.
    path("account/email/", require_safe(email), name="account_email"),
    path("account/", include("allauth.account.urls")),
    path("applicatiebeheer/", admin.site.urls),
]
