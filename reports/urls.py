from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("deelnames/<int:pk>/verslag/", views.conversation_report, name="conversation_report"),
    path("deelnames/<int:pk>/verslag/maken/", views.make, name="make"),
    path("verslagen/<int:pk>/", views.download, name="download"),
]
