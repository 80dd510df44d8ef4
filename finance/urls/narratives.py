from django.http import HttpResponseNotFound
from django.urls import path

urlpatterns = [
    path("middelen/toelichtingen/", lambda request, **kwargs: HttpResponseNotFound(), name="narratives"),
    path("middelen/toelichtingen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="narrative"),
    path(
        "middelen/toelichtingen/vragen/<int:pk>/", lambda request, **kwargs: HttpResponseNotFound(), name="question_set"
    ),
    path(
        "middelen/toelichtingen/samenvattingen/<int:pk>/",
        lambda request, **kwargs: HttpResponseNotFound(),
        name="summary",
    ),
]
