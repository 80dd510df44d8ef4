from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("deelnames/<int:pk>/verslag/", views.conversation_report, name="conversation_report"),
    path("deelnames/<int:pk>/verslag/maken/", views.make, name="make"),
    path("profielen/<int:pk>/pdf/", views.profile_report, name="profile_report"),
    path("profielen/<int:pk>/pdf/maken/", views.make_profile, name="make_profile"),
    path("actieplannen/<int:pk>/pdf/", views.plan_report, name="plan_report"),
    path("actieplannen/<int:pk>/pdf/maken/", views.make_plan, name="make_plan"),
    path("middelen/verantwoording/<int:pk>/pdf/", views.account_report, name="account_report"),
    path("middelen/verantwoording/<int:pk>/pdf/maken/", views.make_account, name="make_account"),
    path("middelen/toelichtingen/vragen/<int:pk>/pdf/", views.narrative_report, name="narrative_report"),
    path("middelen/toelichtingen/vragen/<int:pk>/pdf/maken/", views.make_narrative, name="make_narrative"),
    path("middelen/toelichtingen/vragen/<int:pk>/word/", views.narrative_download, name="narrative_download"),
    path("verslagen/<int:pk>/", views.download, name="download"),
]
