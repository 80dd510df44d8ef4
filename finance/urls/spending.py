from django.urls import path

from finance.views import spending, spending_files

urlpatterns = [
    path("middelen/regels/<int:pk>/", spending.line, name="line"),
    path("middelen/regels/<int:pk>/boeken/", spending.line_book, name="line_book"),
    path("middelen/boekingen/<int:pk>/terugboeken/", spending.entry_reverse, name="entry_reverse"),
    path("middelen/boekingen/<int:pk>/document-toevoegen/", spending_files.document_add, name="document_add"),
    path("middelen/documenten/<uuid:token>/", spending_files.document_download, name="document_download"),
    path("middelen/documenten/<uuid:token>/verwijderen/", spending_files.document_remove, name="document_remove"),
]
