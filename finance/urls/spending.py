from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("middelen/regels/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="line"),
]
