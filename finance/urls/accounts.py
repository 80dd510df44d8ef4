from django.urls import path

from finance.views import account_files, account_questions, accounts, annual

urlpatterns = [
    path("middelen/verantwoording/", accounts.accounts, name="accounts"),
    path("middelen/verantwoording/beginnen/", accounts.account_begin, name="account_begin"),
    path("middelen/verantwoording/<int:pk>/", accounts.account, name="account"),
    path("middelen/verantwoording/<int:pk>/invullen/", accounts.account_edit, name="account_edit"),
    path("middelen/verantwoording/<int:pk>/nakijken/", accounts.account_review, name="account_review"),
    path("middelen/verantwoording/<int:pk>/indienen/", accounts.account_submit, name="account_submit"),
    path("middelen/verantwoording/<int:pk>/goedkeuren/", account_files.account_approve, name="account_approve"),
    path("middelen/verantwoording/<int:pk>/teruggeven/", account_files.account_give_back, name="account_give_back"),
    path("middelen/verantwoording/<int:pk>/vragen/", account_questions.account_ask, name="account_ask"),
    path("middelen/verantwoording/vragen/<int:pk>/", account_questions.account_answer, name="account_answer"),
    path("middelen/verantwoording/<int:pk>/verklaring/", account_files.account_statement, name="account_statement"),
    path(
        "middelen/verantwoording/verklaringen/<uuid:token>/",
        account_files.account_statement_download,
        name="account_statement_download",
    ),
    path(
        "middelen/verantwoording/<int:pk>/zegel/<int:number>/",
        account_files.account_seal_download,
        name="account_seal_download",
    ),
    path("middelen/jaarcijfers/", annual.annual, name="annual"),
    path("middelen/jaarcijfers/<int:year>/<slug:kind>/", annual.annual_export, name="annual_export"),
]
