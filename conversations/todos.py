"""What the conversations ask of somebody: to prepare, to record, to make the report of, and what was agreed."""

import datetime
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from conversations.models import Agreement, Conversation
from indicators.models import Participation
from schools.access import access_of
from swvportal.lib.todo import Todo

AHEAD = datetime.timedelta(days=60)
"""How long before its date an agreement appears."""


def todos_for(user: User) -> list[Todo]:
    access = access_of(user)
    found: list[Todo] = []
    if access.partnerships:
        found += _conversations(user)
        found += _agreements(user, Agreement.Side.PARTNERSHIP, conversation__participation__responsible=user.pk)
    if access.schools:
        found += _agreements(user, Agreement.Side.SCHOOL, conversation__participation__school__in=access.schools)
    return found


def _conversations(user: User) -> Iterator[Todo]:
    """For the responsible officer, from the exchange until there is a report."""
    recorded = Conversation.objects.filter(participation=OuterRef("pk"))
    participations = (
        Participation.objects.visible_to(user)
        .filter(responsible=user.pk, exchanged_at__isnull=False, round__state="open")
        .exclude(conversation__reports__isnull=False)
        .annotate(is_recorded=Exists(recorded))
        .select_related("school", "conversation")
    )
    for participation in participations:
        yield _conversation_todo(participation)


def _conversation_todo(participation: Participation) -> Todo:
    conversation = participation.conversation if getattr(participation, "is_recorded", False) else None
    moment = conversation.held_at if conversation else participation.appointment_at
    page = reverse("conversations:conversation", args=[participation.pk])
    school, where = participation.school.name, participation.school.where
    if moment is not None and moment > timezone.now():
        day = timezone.localdate(moment)
        return Todo(
            "Gesprek voorbereiden",
            page,
            "Naar het gesprek",
            school,
            where,
            due=day,
            note="Beide formulieren zijn open.",
        )
    if conversation is None or not (conversation.summary or conversation.version):
        return Todo("Gesprek vastleggen", page, "Gesprek vastleggen", school, where, note="Conclusies en afspraken.")
    report = reverse("reports:conversation_report", args=[participation.pk])
    return Todo("Verslag maken", report, "Naar het verslag", school, where, note="Het gesprek is vastgelegd.")


def _agreements(user: User, side: Agreement.Side, **whose: object) -> Iterator[Todo]:
    """What one's side agreed to do, alone or together, when it is due soon or late; not what became an action point,
    which is a task of its own."""
    agreements = (
        Agreement.objects.visible_to(user)
        .filter(
            **whose,
            side__in=[side, Agreement.Side.BOTH],
            action_point=None,
            state=Agreement.State.OPEN,
            due__lte=timezone.localdate() + AHEAD,
        )
        .for_list()
    )
    for agreement in agreements:
        participation = agreement.conversation.participation
        page = reverse("conversations:conversation", args=[participation.pk]) + "#afspraken"
        yield Todo(
            f"Afspraak: {agreement.text}",
            page,
            "Bekijken",
            participation.school.name,
            due=agreement.due,
            note=f"Wie: {agreement.who_and_side}",
        )
