"""Invoices and the like beside a booking."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest
from finance.forms.spending import DocumentForm
from finance.models import SpendingDocument
from finance.views.spending import get_or_post, load_entry
from records.attachments import attachment
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of


@get_or_post
def document_add(request: SignedInRequest, pk: int) -> HttpResponse:
    entry = load_entry(request, pk)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    if request.method == "POST" and form.is_valid():
        try:
            entry.attach(request.user, form.cleaned_data["file"], form.content_type)
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Het document staat bij de boeking.")
            return redirect(entry)
    context = {"entry": entry, "line": entry.line, "budget": entry.line.budget, "form": form}
    return render(request, "finance/document_add.html", context, status=status_of(form))


def _load(request: SignedInRequest, token: uuid.UUID) -> SpendingDocument:
    found: SpendingDocument = get_object_or_404(
        SpendingDocument.objects.visible_to(request.user).for_page(), token=token
    )
    return found


@require_GET
def document_download(request: SignedInRequest, token: uuid.UUID) -> FileResponse:
    return attachment(_load(request, token))


@get_or_post
def document_remove(request: SignedInRequest, token: uuid.UUID) -> HttpResponse:
    document = _load(request, token)
    here = document.entry.line
    if not here.budget.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf kan dit document verwijderen.")
    if request.method != "POST":
        context = {"document": document, "line": here, "budget": here.budget}
        return render(request, "finance/document_remove.html", context)
    attempt(request, lambda: document.remove(request.user), "Het document is verwijderd.")
    return redirect(here)
