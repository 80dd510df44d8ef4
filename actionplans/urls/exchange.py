from django.urls import path

from actionplans.views import exchange, groups, importing, taking_over

urlpatterns = [
    path("actieplannen/uitwisselen/", exchange.exchange, name="exchange"),
    path("actiepunten/<int:pk>/overnemen/", taking_over.point_take_over, name="point_take_over"),
    path("actieplannen/gedeelde-acties/", groups.groups, name="groups"),
    path("actieplannen/gedeelde-acties/export/<int:year>/<str:kind>/", groups.groups_export, name="groups_export"),
    path("actieplannen/gedeelde-acties/<int:pk>/titel/", groups.group_rename, name="group_rename"),
    path("actieplannen/gedeelde-acties/<int:pk>/opheffen/", groups.group_dissolve, name="group_dissolve"),
    path("actieplannen/export/<int:year>/<str:kind>/", exchange.points_export, name="points_export"),
    path("actieplannen/<int:pk>/importeren/", importing.points_import, name="points_import"),
    path("actieplannen/<int:pk>/importeren/sjabloon/", importing.points_template, name="points_template"),
    path("actieplannen/<int:pk>/importeren/toevoegen/", importing.points_import_confirm, name="points_import_confirm"),
]
