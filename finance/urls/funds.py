from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("geld/geldstromen/", lambda request, **kwargs: HttpResponseNotFound(), name="funds"),
    path("geld/geldstromen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="fund"),
    path("geld/jaren/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="fund_year"),
    path("geld/toekenningen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="allocation"),
]
