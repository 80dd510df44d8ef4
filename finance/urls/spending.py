from django.urls import path

from finance.views import entries, spending, spending_files, spending_import

urlpatterns = [
    path("middelen/regels/<int:pk>/", spending.line, name="line"),
    path("middelen/regels/<int:pk>/boeken/", spending.line_book, name="line_book"),
    path("middelen/boekingen/<int:pk>/terugboeken/", spending.entry_reverse, name="entry_reverse"),
    path("middelen/boekingen/<int:pk>/document-toevoegen/", spending_files.document_add, name="document_add"),
    path("middelen/documenten/<uuid:token>/", spending_files.document_download, name="document_download"),
    path("middelen/documenten/<uuid:token>/verwijderen/", spending_files.document_remove, name="document_remove"),
    path("middelen/begrotingen/<int:pk>/boekingen/", entries.budget_entries, name="budget_entries"),
    path(
        "middelen/begrotingen/<int:pk>/boekingen/<slug:kind>/",
        entries.budget_entries_export,
        name="budget_entries_export",
    ),
    path("middelen/begrotingen/<int:pk>/inlezen/", spending_import.spending_import, name="spending_import"),
    path(
        "middelen/begrotingen/<int:pk>/inlezen/kolommen/",
        spending_import.spending_import_columns,
        name="spending_import_columns",
    ),
    path(
        "middelen/begrotingen/<int:pk>/inlezen/posten/",
        spending_import.spending_import_posts,
        name="spending_import_posts",
    ),
    path(
        "middelen/begrotingen/<int:pk>/inlezen/boeken/",
        spending_import.spending_import_confirm,
        name="spending_import_confirm",
    ),
    path(
        "middelen/ingelezen/<int:pk>/terugboeken/",
        spending_import.spending_import_reverse,
        name="spending_import_reverse",
    ),
]
