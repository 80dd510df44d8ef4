"""What stands at the head of every page about a form: whose it is, who fills it in, who may submit it, by when."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from indicators.models import Assessment, AssessmentState, Party
from schools.models import Membership

if TYPE_CHECKING:
    from accounts.models import User


def facts_of(assessment: Assessment) -> dict[str, Any]:
    participation = assessment.participation
    writers, submitters = _people(assessment)
    return {
        "assessment": assessment,
        "participation": participation,
        "school": participation.school,
        "round": participation.round,
        "writers": writers,
        "submitters": submitters,
        "today": timezone.localdate(),
        "party": assessment.party,
    }


def _people(assessment: Assessment) -> "tuple[list[User], list[User]]":
    """Who fill in, and who of them may submit."""
    if assessment.party == Party.PARTNERSHIP:
        return [assessment.participation.responsible], [assessment.participation.responsible]
    members: list[Membership] = list(
        assessment.participation.school.memberships.current()
        .filter(role__in=["director", "staff"])
        .select_related("user")
        .order_by("role", "user__name")
    )
    submitters = [member.user for member in members if member.role == "director" or member.deputy]
    return [member.user for member in members], submitters


def next_form_for(user: "User", assessment: Assessment) -> Assessment | None:
    """The next school, by name and around again, whose form still waits for this policy officer."""
    if assessment.party != Party.PARTNERSHIP:
        return None
    here = assessment.participation
    waiting = list(
        Assessment.objects.visible_to(user)
        .filter(
            party=Party.PARTNERSHIP,
            state=AssessmentState.DRAFT,
            participation__round=here.round_id,
            participation__responsible=user,
        )
        .exclude(pk=assessment.pk)
        .select_related("participation__school")
        .order_by("participation__school__name", "participation")
    )
    place = (here.school.name, here.pk)
    later = [form for form in waiting if (form.participation.school.name, form.participation_id) > place]
    return next(iter(later + waiting), None)
