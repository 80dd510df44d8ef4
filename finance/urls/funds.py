from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("middelen/geldstromen/", lambda request, **kwargs: HttpResponseNotFound(), name="funds"),
    path("middelen/geldstromen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="fund"),
    path("middelen/jaren/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="fund_year"),
    path("middelen/toekenningen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="allocation"),
]
