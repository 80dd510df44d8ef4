from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("geld/toelichtingen/", lambda request, **kwargs: HttpResponseNotFound(), name="narratives"),
    path("geld/toelichtingen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="narrative"),
    path("geld/toelichtingen/vragen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="question_set"),
    path("geld/toelichtingen/samenvattingen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="summary"),
]
