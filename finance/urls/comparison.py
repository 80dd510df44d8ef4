from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("middelen/naast-elkaar/", lambda request, **kwargs: HttpResponseNotFound(), name="budget_comparison"),
    path("middelen/stroom/", lambda request, **kwargs: HttpResponseNotFound(), name="flow"),
]
