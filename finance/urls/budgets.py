from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("middelen/", lambda request, **kwargs: HttpResponseNotFound(), name="budgets"),
    path("middelen/begrotingen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="budget"),
]
