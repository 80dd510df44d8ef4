"""The first line of every view about a form: load what this person may see, or answer 404.

Somebody who may know of a participation but asks for the other party's form before the exchange gets the same 404 as
an outsider, and the attempt is logged.
"""

from typing import Never

from django.http import Http404, HttpRequest

from indicators.models import Assessment, EvidenceFile, Participation, Party
from indicators.querysets import AssessmentQuerySet
from records.models import LogEntry


def load_form(
    request: HttpRequest, pk: int, party: Party | str, *, forms: AssessmentQuerySet | None = None
) -> Assessment:
    """The form of this party in the participation `pk`, ready for a page; or with no more than `forms` fetches."""
    rows = Assessment.objects.for_form() if forms is None else forms
    form = rows.visible_to(request.user).filter(participation=pk, party=party).order_by().first()
    if form is None:
        refuse(request, pk)
    return form


def load_evidence(request: HttpRequest, pk: int) -> EvidenceFile:
    """An evidence file of a form that this person may see."""
    files = EvidenceFile.objects.select_related("answer__assessment__participation__round")
    evidence = files.visible_to(request.user).filter(pk=pk).first()
    if evidence is None:
        participation = files.filter(pk=pk).values_list("answer__assessment__participation", flat=True).first()
        if participation is None:
            raise Http404
        refuse(request, participation)
    return evidence


def refuse(request: HttpRequest, participation: int) -> Never:
    """Answer 404, and log it when this person may know of the participation."""
    here = Participation.objects.visible_to(request.user).select_related("round").filter(pk=participation).first()
    if here is not None and request.user.is_authenticated:
        LogEntry.objects.record("refused", here, by=request.user, partnership=here.round.partnership_id)
    raise Http404
