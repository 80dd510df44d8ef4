from django.urls import path

from actionplans.views import signals as views

urlpatterns = [
    path("signalen/", views.signals, name="signals"),
    path("signalen/export/<int:year>/<str:kind>/", views.signals_export, name="signals_export"),
    path("signalen/nieuw/", views.signal_add, name="signal_add"),
    path("signalen/<int:pk>/wij-ook/", views.signal_second, name="signal_second"),
    path("signalen/<int:pk>/niet-meer/", views.signal_unsecond, name="signal_unsecond"),
    path("signalen/<int:pk>/wijzigen/", views.signal_edit, name="signal_edit"),
    path("signalen/<int:pk>/verwijderen/", views.signal_remove, name="signal_remove"),
    path("signalen/<int:pk>/dit-jaar-weer/", views.signal_continue, name="signal_continue"),
]
