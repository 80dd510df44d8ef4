from django.urls import path

from actionplans.views import catalogue as views

urlpatterns = [
    path("ondersteuning/lijsten/", views.catalogues, name="catalogues"),
    path("ondersteuning/lijsten/nieuw/", views.catalogue_begin, name="catalogue_begin"),
    path("ondersteuning/lijsten/openbaar/", views.profiles_open, name="profiles_open"),
    path("ondersteuning/lijsten/<int:pk>/", views.catalogue, name="catalogue"),
    path("ondersteuning/lijsten/<int:pk>/publiceren/", views.catalogue_publish, name="catalogue_publish"),
    path("ondersteuning/lijsten/<int:pk>/onderdelen/nieuw/", views.catalogue_item_add, name="catalogue_item_add"),
    path("ondersteuning/onderdelen/<int:pk>/wijzigen/", views.catalogue_item_edit, name="catalogue_item_edit"),
    path("ondersteuning/onderdelen/<int:pk>/verplaatsen/", views.catalogue_item_move, name="catalogue_item_move"),
    path("ondersteuning/onderdelen/<int:pk>/verwijderen/", views.catalogue_item_remove, name="catalogue_item_remove"),
]
