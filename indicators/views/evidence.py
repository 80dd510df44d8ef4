"""Evidence files: added to an answer, given out only as an attachment, taken away again."""

import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from indicators.models import Assessment, EvidenceFile, Indicator, Party
from indicators.uploads import checked_type
from indicators.views._load import load_evidence, load_form_to_fill_in
from indicators.views._signed_in import the_user
from records.attachments import attachment
from swvportal.lib.errors import IllegalTransition


@require_POST
def add(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """Put a file beside the answer of the row `row`."""
    assessment = load_form_to_fill_in(request, pk, party)
    user = the_user(request)
    indicators = Indicator.objects.filter(indicator_set=assessment.participation.round.indicator_set_id)
    indicator = next((i for i in indicators if i.key == request.POST.get("row")), None)
    upload = request.FILES.get("file")
    if indicator is None or upload is None:
        raise BadRequest("row and file")
    try:
        assessment.add_evidence(user, indicator, upload, content_type=checked_type(upload))
    except ValidationError as error:
        return _mistake(request, assessment, indicator, error.messages[0])
    except IllegalTransition as error:
        return _mistake(request, assessment, indicator, str(error))
    return _files(request, assessment, indicator)


@require_GET
def download(request: HttpRequest, token: uuid.UUID) -> FileResponse:
    return attachment(load_evidence(request, token))


@require_POST
def remove(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    evidence = load_evidence(request, token)
    indicators = Indicator.objects.filter(pk=evidence.answer.indicator_id)
    assessment = Assessment.objects.for_page().get(pk=evidence.answer.assessment_id)
    indicator = indicators.get()
    try:
        assessment.remove_evidence(the_user(request), evidence)
    except IllegalTransition as error:
        return _mistake(request, assessment, indicator, str(error))
    return _files(request, assessment, indicator)


def _files(request: HttpRequest, assessment: Assessment, indicator: Indicator) -> HttpResponse:
    """The row's list of files as it is now."""
    if not _wants_json(request):
        return HttpResponseRedirect(f"{assessment.get_absolute_url()}#i-{indicator.key}")
    files = EvidenceFile.objects.select_related("uploaded_by").filter(
        answer__assessment=assessment, answer__indicator=indicator
    )
    context = {"files": list(files), "code": indicator.code, "removable": True}
    return JsonResponse({"html": render_to_string("indicators/partials/files.html", context)})


def _mistake(request: HttpRequest, assessment: Assessment, indicator: Indicator, text: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"message": text}, status=422)
    messages.error(request, f"{indicator}: {text}")
    return HttpResponseRedirect(f"{assessment.get_absolute_url()}#i-{indicator.key}")


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"
