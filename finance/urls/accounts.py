from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("middelen/verantwoording/", lambda request, **kwargs: HttpResponseNotFound(), name="accounts"),
    path("middelen/verantwoording/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="account"),
]
