from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("geld/naast-elkaar/", lambda request, **kwargs: HttpResponseNotFound(), name="budget_comparison"),
    path("geld/stroom/", lambda request, **kwargs: HttpResponseNotFound(), name="flow"),
]
