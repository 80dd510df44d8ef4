from django.urls import path

from schools import views

app_name = "schools"
urlpatterns = [
    path("", views.school_list, name="list"),
    path("<int:pk>/arrangementen/<int:year>/", views.arrangements, name="arrangements"),
    path("<int:pk>/arrangementen/<int:year>/doorgeven/", views.hand_in_arrangements, name="hand_in_arrangements"),
    path("<int:pk>/arrangementen/<int:year>/terughalen/", views.take_back_arrangements, name="take_back_arrangements"),
]
