"""The first line of every view about a form: load what this person may see, or answer 404.

Somebody who may know of a participation but asks for the other party's form before the exchange gets the same 404 as
an outsider, and the attempt is logged.
"""

import uuid
from typing import Never

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from indicators.models import Assessment, EvidenceFile, Participation, Party
from records.models import LogEntry


def load_form(request: HttpRequest, pk: int, party: Party | str) -> Assessment:
    """The form of this party in the participation `pk`, ready for a page."""
    forms = Assessment.objects.visible_to(request.user).for_form()
    form = forms.filter(participation=pk, party=party).first()
    if form is None:
        refuse(request, pk)
    return form


def load_form_to_fill_in(request: HttpRequest, pk: int, party: Party | str) -> Assessment:
    """The same for who fills it in; who may only read it gets 403."""
    form = Assessment.objects.for_saving(request.user).filter(participation=pk, party=party).first()
    if form is None:
        load_form(request, pk, party)
        raise PermissionDenied("U kunt dit formulier niet invullen.")
    return form


def load_evidence(request: HttpRequest, token: uuid.UUID) -> EvidenceFile:
    """An evidence file of a form that this person may see."""
    files = EvidenceFile.objects.select_related("answer__assessment__participation__round")
    evidence = files.visible_to(request.user).filter(token=token).first()
    if evidence is None:
        participation = files.filter(token=token).values_list("answer__assessment__participation", flat=True).first()
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
