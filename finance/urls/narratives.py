from django.urls import path

from finance.views import narratives, question_sets, summaries

urlpatterns = [
    path("middelen/toelichtingen/", narratives.narratives, name="narratives"),
    path("middelen/toelichtingen/beginnen/", narratives.narrative_begin, name="narrative_begin"),
    path("middelen/toelichtingen/<int:pk>/", narratives.narrative, name="narrative"),
    path("middelen/toelichtingen/<int:pk>/invullen/", narratives.narrative_edit, name="narrative_edit"),
    path("middelen/toelichtingen/<int:pk>/indienen/", narratives.narrative_submit, name="narrative_submit"),
    path("middelen/toelichtingen/<int:pk>/terughalen/", narratives.narrative_take_back, name="narrative_take_back"),
    # The questions
    path("middelen/toelichtingen/vragen/beginnen/", question_sets.question_set_begin, name="question_set_begin"),
    path("middelen/toelichtingen/vragen/<int:pk>/", question_sets.question_set, name="question_set"),
    path("middelen/toelichtingen/vragen/<int:pk>/wijzigen/", question_sets.question_set_edit, name="question_set_edit"),
    path(
        "middelen/toelichtingen/vragen/<int:pk>/uitzetten/",
        question_sets.question_set_publish,
        name="question_set_publish",
    ),
    path(
        "middelen/toelichtingen/vragen/<int:pk>/herinneren/",
        question_sets.question_set_remind,
        name="question_set_remind",
    ),
    path(
        "middelen/toelichtingen/vragen/<int:pk>/antwoorden.<slug:kind>",
        question_sets.narratives_export,
        name="narratives_export",
    ),
    path("middelen/toelichtingen/vragen/<int:pk>/vraag/", question_sets.question_add, name="question_add"),
    path("middelen/toelichtingen/vraag/<int:pk>/", question_sets.question_edit, name="question_edit"),
    path("middelen/toelichtingen/vraag/<int:pk>/verplaatsen/", question_sets.question_move, name="question_move"),
    path("middelen/toelichtingen/vraag/<int:pk>/verwijderen/", question_sets.question_remove, name="question_remove"),
    # The summaries
    path("middelen/toelichtingen/samenvattingen/beginnen/", summaries.summary_begin, name="summary_begin"),
    path("middelen/toelichtingen/samenvattingen/<int:pk>/", summaries.summary, name="summary"),
    path("middelen/toelichtingen/samenvattingen/<int:pk>/schrijven/", summaries.summary_edit, name="summary_edit"),
    path(
        "middelen/toelichtingen/samenvattingen/<int:pk>/publiceren/", summaries.summary_publish, name="summary_publish"
    ),
    path("middelen/toelichtingen/samenvattingen/<int:pk>/heropenen/", summaries.summary_reopen, name="summary_reopen"),
]
