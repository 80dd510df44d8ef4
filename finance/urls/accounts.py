from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("geld/verantwoording/", lambda request, **kwargs: HttpResponseNotFound(), name="accounts"),
    path("geld/verantwoording/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="account"),
]
