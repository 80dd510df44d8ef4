from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("geld/", lambda request, **kwargs: HttpResponseNotFound(), name="budgets"),
    path("geld/begrotingen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="budget"),
]
