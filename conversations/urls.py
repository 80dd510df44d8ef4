from django.urls import path

from conversations import views

app_name = "conversations"
urlpatterns = [
    path("deelnames/<int:pk>/gesprek/", views.conversation, name="conversation"),
    path("deelnames/<int:pk>/gesprek/beginnen/", views.start, name="start"),
    path("deelnames/<int:pk>/gesprek/wijzigen/", views.edit, name="edit"),
    path("deelnames/<int:pk>/gesprek/opslaan/", views.save, name="save"),
    path("deelnames/<int:pk>/gesprek/conclusie/<int:indicator>/", views.save_conclusion, name="save_conclusion"),
    path("deelnames/<int:pk>/gesprek/afspraken/nieuw/", views.add_agreement, name="add_agreement"),
    path("afspraken/<int:pk>/wijzigen/", views.edit_agreement, name="edit_agreement"),
    path("afspraken/<int:pk>/verwijderen/", views.remove_agreement, name="remove_agreement"),
    path("afspraken/<int:pk>/stand/", views.agreement_state, name="agreement_state"),
    path("afspraken/<int:pk>/actiepunt/", views.make_action, name="make_action"),
    path("actiepunten/<int:pk>/draad/", views.thread, name="thread"),
    path("middelen/regels/<int:pk>/spoor/", views.trail, name="trail"),
]
