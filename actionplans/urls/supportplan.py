from django.urls import path

from actionplans.views import supportplan as views

urlpatterns = [
    path("ondersteuningsplan/", views.support_plans, name="support_plans"),
    path("ondersteuningsplan/nieuw/", views.support_plan_begin, name="support_plan_begin"),
    path("ondersteuningsplan/jaarwerkplan/", views.work_plan, name="work_plan"),
    path("ondersteuningsplan/<int:pk>/", views.support_plan, name="support_plan"),
    path("ondersteuningsplan/<int:pk>/wijzigen/", views.support_plan_edit, name="support_plan_edit"),
    path("ondersteuningsplan/<int:pk>/vaststellen/", views.support_plan_adopt, name="support_plan_adopt"),
    path("ondersteuningsplan/<int:pk>/speerpunten/nieuw/", views.spearhead_add, name="spearhead_add"),
    path("ondersteuningsplan/<int:pk>/resultaten/nieuw/", views.target_add, name="target_add"),
    path("ondersteuningsplan/speerpunten/<int:pk>/", views.spearhead_edit, name="spearhead_edit"),
    path("ondersteuningsplan/speerpunten/<int:pk>/verplaatsen/", views.spearhead_move, name="spearhead_move"),
    path("ondersteuningsplan/speerpunten/<int:pk>/verwijderen/", views.spearhead_remove, name="spearhead_remove"),
    path("ondersteuningsplan/resultaten/<int:pk>/", views.target_edit, name="target_edit"),
    path("ondersteuningsplan/resultaten/<int:pk>/verwijderen/", views.target_remove, name="target_remove"),
]
