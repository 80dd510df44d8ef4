from django.urls import path

from actionplans.views import plans, points

urlpatterns = [
    path("actieplannen/", plans.plans, name="plans"),
    path("actieplannen/beginnen/", plans.plan_begin, name="plan_begin"),
    path("actieplannen/<int:pk>/", plans.plan, name="plan"),
    path("actieplannen/<int:pk>/wijzigen/", plans.plan_edit, name="plan_edit"),
    path("actieplannen/<int:pk>/indienen/", plans.plan_submit, name="plan_submit"),
    path("actieplannen/<int:pk>/terughalen/", plans.plan_take_back, name="plan_take_back"),
    path("actieplannen/<int:pk>/teruggeven/", plans.plan_give_back, name="plan_give_back"),
    path("actieplannen/<int:pk>/bespreken/", plans.plan_discuss, name="plan_discuss"),
    path("actieplannen/<int:pk>/bespreken/datum/", plans.plan_change_day, name="plan_change_day"),
    path("actieplannen/<int:pk>/bespreken/terug/", plans.plan_take_back_talk, name="plan_take_back_talk"),
    path("actieplannen/<int:pk>/vaststellen/", plans.plan_adopt, name="plan_adopt"),
    path("actieplannen/<int:pk>/evalueren/", plans.plan_evaluate, name="plan_evaluate"),
    path("actieplannen/<int:pk>/delen/", plans.plan_share, name="plan_share"),
    path("actieplannen/<int:pk>/actiepunten/nieuw/", points.point_add, name="point_add"),
    path("actiepunten/<int:pk>/", points.point, name="point"),
    path("actiepunten/<int:pk>/wijzigen/", points.point_edit, name="point_edit"),
    path("actiepunten/<int:pk>/verwijderen/", points.point_remove, name="point_remove"),
    path("actiepunten/<int:pk>/speerpunt/", points.point_classify, name="point_classify"),
    path("actiepunten/<int:pk>/stand/", points.point_state, name="point_state"),
    path("actiepunten/<int:pk>/voortgang/", points.point_note, name="point_note"),
    path("actiepunten/<int:pk>/evalueren/", points.point_evaluate, name="point_evaluate"),
    path("actiepunten/<int:pk>/volgend-jaar/", points.point_carry_over, name="point_carry_over"),
]
