"""What plans and profiles ask of somebody. A fixed number of queries; what many schools have alike is one task."""

import datetime
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from actionplans.models import ActionPlan, ActionPoint, ProfileItem, SupportCatalogue, SupportProfile
from schools.access import Access, access_of
from schools.models import School
from swvportal.lib.school_year import label, school_year_of
from swvportal.lib.todo import Todo, grouped

if TYPE_CHECKING:
    from actionplans.querysets import ActionPointQuerySet

AHEAD = datetime.timedelta(days=60)
"""How long before its date an action point appears."""
GIVEN_BACK = "Actieplan aanpassen: teruggegeven door het SWV"
PROFILE_STEPS = ("beginnen", "afmaken", "vaststellen", "publiceren")


def todos_for(user: User) -> list[Todo]:
    access = access_of(user)
    found: list[Todo] = []
    if access.schools:
        found += _points(ActionPoint.objects.inside_to(user).filter(plan__school__in=access.schools))
        found += _plans(user, access)
        found += _profiles(user, access)
    if access.partnerships:
        found += _submitted(user, access)
        own = ActionPoint.objects.inside_to(user)
        found += _points(own.filter(plan__school=None, plan__partnership__in=access.partnerships))
    return found


def _plans_page(year: int, state: str = "") -> str:
    return f"{reverse('actionplans:plans')}?jaar={year}" + (f"&stand={state}" if state else "")


# Action points --------------------------------------------------------------------------------------------------------


def _points(points: "ActionPointQuerySet") -> Iterator[Todo]:
    """What is due soon or late."""
    soon = timezone.localdate() + AHEAD
    for point in points.open().exclude(plan__state="evaluated").filter(due__lte=soon).for_list().order_by("due", "pk"):
        school = point.plan.school
        yield Todo(
            f"Actiepunt: {point.goal if len(point.goal) <= 120 else point.goal[:119].rstrip() + '…'}",
            point.get_absolute_url(),
            "Bekijken",
            school.name if school else "",
            school.where if school else "",
            due=point.due,
            note=f"Wie: {point.who}" if point.who else "",
            state=point.get_state_display().capitalize(),
        )


# Plans of the school --------------------------------------------------------------------------------------------------


def _plans(user: User, access: Access) -> list[Todo]:
    """What the director does next: submit, adopt, or evaluate the year that is over."""
    this = school_year_of(timezone.localdate())
    plans = list(
        ActionPlan.objects.inside_to(user)
        .filter(school__in=access.directs, state__in=["draft", "discussed", "adopted"])
        .exclude(state="adopted", school_year__gte=this)
        .select_related("school")
        .annotate(count=Count("points"))
        .order_by("school_year", "school__name", "pk")
    )
    waiting = {
        GIVEN_BACK: [plan for plan in plans if plan.is_given_back],
        "Actieplan indienen": [plan for plan in plans if plan.is_draft and plan.count and not plan.is_given_back],
        "Actieplan vaststellen": [plan for plan in plans if plan.state == "discussed"],
        "Actieplan evalueren": [plan for plan in plans if plan.state == "adopted"],
    }
    found: list[Todo] = []
    for title, rows in waiting.items():
        found += grouped(rows, partial(_plan, title), partial(_many, title))
    return found


def _plan(title: str, plan: ActionPlan) -> Todo:
    assert plan.school is not None
    return Todo(
        title if title == GIVEN_BACK else f"{title} {label(plan.school_year)}",
        plan.get_absolute_url(),
        "Naar het plan",
        plan.school.name,
        plan.school.where,
        note=f"Schooljaar {label(plan.school_year)}." if title == GIVEN_BACK else "",
        state="Teruggegeven" if plan.is_given_back else plan.get_state_display().capitalize(),
    )


def _many(title: str, plans: list[ActionPlan]) -> Todo:
    year = max(plan.school_year for plan in plans)
    return Todo(f"{title.replace(':', ',')}: {len(plans)} scholen", _plans_page(year, plans[0].state), "Bekijken")


# Plans that wait for the partnership ----------------------------------------------------------------------------------


def _submitted(user: User, access: Access) -> list[Todo]:
    plans = list(
        ActionPlan.objects.inside_to(user)
        .filter(school__isnull=False, partnership__in=access.partnerships, state="submitted")
        .select_related("school")
        .order_by("submitted_at", "pk")
    )
    return grouped(plans, partial(_plan, "Actieplan bespreken"), partial(_many, "Actieplannen bespreken"))


# Support profiles -----------------------------------------------------------------------------------------------------


def _profiles(user: User, access: Access) -> list[Todo]:
    """This year's profile: to begin (once there is a catalogue), to finish, to adopt when the MR has seen it, to
    publish; and next year's once somebody began with it."""
    today = timezone.localdate()
    year = school_year_of(today)
    schools = list(School.objects.filter(pk__in=access.schools).open().order_by("name", "pk"))
    begun = SupportProfile.objects.visible_to(user).filter(school__in=access.schools, school_year__in=[year, year + 1])
    said = ProfileItem.objects.filter(profile=OuterRef("pk")).exclude(state="")
    profiles = {(row.school_id, row.school_year): row for row in begun.annotate(has_items=Exists(said))}
    published = set(
        SupportCatalogue.objects.filter(
            partnership__in={school.partnership_id for school in schools}, state="published"
        ).values_list("partnership", flat=True)
    )
    waiting: dict[str, list[tuple[School, int]]] = {verb: [] for verb in PROFILE_STEPS}
    for school in schools:
        if (school.pk, year) not in profiles and school.partnership_id in published:
            waiting["beginnen"].append((school, year))
        for profile in (profiles[key] for key in ((school.pk, year), (school.pk, year + 1)) if key in profiles):
            if step := _next_step(profile, access, today):
                waiting[step].append((school, profile.school_year))
    found: list[Todo] = []
    for verb, rows in waiting.items():
        found += grouped(rows, partial(_profile, verb), partial(_many_profiles, verb))
    return found


def _next_step(profile: "SupportProfile", access: Access, today: datetime.date) -> str:
    """What the school does next about its profile; empty when there is nothing that waits."""
    if profile.is_draft:
        is_begun = profile.has_items or any(getattr(profile, text).strip() for text in SupportProfile.TEXTS)  # type: ignore[attr-defined]
        return "afmaken" if is_begun else ""
    if profile.school_id not in access.directs:
        return ""
    if profile.state == "with_mr" and profile.mr_on and profile.mr_on <= today:
        return "vaststellen"
    return "publiceren" if profile.state == "adopted" else ""


def _profile(verb: str, row: tuple[School, int]) -> Todo:
    school, year = row
    return Todo(
        f"Ondersteuningsprofiel {verb}",
        reverse("actionplans:profile", args=[school.pk, year]),
        "Naar het profiel",
        school.name,
        school.where,
        note=f"Schooljaar {label(year)}.",
    )


def _many_profiles(verb: str, rows: list[tuple[School, int]]) -> Todo:
    title = f"Ondersteuningsprofiel {verb}: {len({school for school, _ in rows})} scholen"
    return Todo(title, reverse("actionplans:profiles"), "Bekijken")
