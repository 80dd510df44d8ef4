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
    path("verslagen/<int:pk>/", views.download, name="download"),
]
