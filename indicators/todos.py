"""What somebody has to do about forms and rounds. Derived from the state of things; about ten queries for any number."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse

from indicators.models import Answer, ConversationRound, IndicatorSet, Participation, Party
from indicators.standing import Standing
from schools.access import Access, access_of
from schools.models import ArrangementStatement, Membership, Role
from swvportal.lib import school_year
from swvportal.lib.todo import Todo

if TYPE_CHECKING:
    from accounts.models import User


PLANNED_ONE_BY_ONE = 5


def todos_for(user: "User") -> list[Todo]:
    """The home page sorts by date; what is due on one day stays in the order of importance it has here."""
    access = access_of(user)
    if not access.schools and not access.partnerships:
        return []
    standings = [Standing.of(participation, user) for participation in _participations(user, access)]
    at_school = [s for s in standings if s.own == Party.SCHOOL and s.fills_in]
    as_officer = [s for s in standings if s.own == Party.PARTNERSHIP]
    progress = _progress([*at_school, *as_officer])
    return [
        *_school_forms(user, access, at_school, progress),
        *_arrangements(access, at_school),
        *_officer(as_officer, progress),
        *_unplanned(as_officer),
        *_rounds_and_sets(access),
    ]


def _participations(user: "User", access: Access) -> Iterable[Participation]:
    mine = Q(school__in=access.schools) | Q(responsible=user, round__partnership__in=access.partnerships)
    open_ones = Participation.objects.visible_to(user).filter(mine, round__state=ConversationRound.State.OPEN)
    return open_ones.for_table()


# Progress of one's own forms ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int

    @property
    def state(self) -> str:
        return f"{self.done} van {self.total} indicatoren klaar" if self.done else "Niet begonnen"

    @property
    def action(self) -> str:
        return "Verder invullen" if self.done else "Beginnen"

    @property
    def shown(self) -> dict[str, int]:
        """For the bar; there is none before the first answer."""
        return {"done": self.done, "total": self.total} if self.done else {}


def _progress(standings: list[Standing]) -> dict[int, Progress]:
    """How far one's own drafts are, by the rule of the submit: every level chosen, or an explanation why not."""
    set_of = {
        s.own_form.pk: s.participation.round.indicator_set_id for s in standings if s.own_form and s.own_form.is_draft
    }
    sizes = {
        pk: (indicators, dimensions)
        for pk, indicators, dimensions in IndicatorSet.objects.filter(pk__in=set(set_of.values()))
        .annotate(n=Count("indicators", distinct=True), d=Count("dimensions", distinct=True))
        .values_list("pk", "n", "d")
    }
    rows = (
        Answer.objects.filter(assessment__in=set_of)
        .annotate(rated=Count("ratings"), unexplained=Q(explanation=""))
        .values_list("assessment_id", "rated", "indicator__explanation_required", "unexplained")
    )
    done: Counter[int] = Counter()
    for form, rated, explanation_required, unexplained in rows:
        complete = rated >= sizes[set_of[form]][1] and not explanation_required
        done[form] += complete or not unexplained
    return {form: Progress(done[form], sizes[set_id][0]) for form, set_id in set_of.items()}


# A school's side ------------------------------------------------------------------------------------------------------


def _school_forms(
    user: "User", access: Access, standings: list[Standing], progress: dict[int, Progress]
) -> Iterator[Todo]:
    drafts = [s for s in standings if s.school.is_draft and not s.participation.is_exchanged]
    people = _people({s.participation.school_id for s in drafts})
    for standing in drafts:
        here, far = standing.participation, progress[standing.school.pk]
        submits = here.school_id in access.directs
        ready = submits and far.done == far.total
        yield Todo(
            title="Formulier indicatoren invullen en indienen" if submits else "Formulier indicatoren invullen",
            url=reverse("indicators:review", args=[here.pk, Party.SCHOOL])
            if ready
            else standing.school.get_absolute_url(),
            action="Nakijken en indienen" if ready else far.action,
            school=here.school.name,
            where=here.school.where,
            due=here.deadline,
            note=_who(user, submits, people[here.school_id]),
            state=far.state,
            **far.shown,
        )


def _people(schools: set[int]) -> dict[int, list[Membership]]:
    working = Membership.objects.current().filter(school__in=schools, role__in=[Role.DIRECTOR, Role.STAFF])
    people = defaultdict(list)
    for membership in working.select_related("user").order_by("user__name"):
        people[membership.school_id or 0].append(membership)
    return people


def _who(user: "User", submits: bool, people: list[Membership]) -> str:
    """Who fills in too, and who may submit."""
    others = [m for m in people if m.user_id != user.pk]
    submitting = [m.user.name for m in others if m.role == Role.DIRECTOR or m.deputy]
    filling_in = [m.user.name for m in others if m.user.name not in submitting]
    if not submits:
        return f"Alleen {' of '.join(submitting)} kan indienen." if submitting else "De directeur dient in."
    too = f"{' en '.join(filling_in)} {'vult' if len(filling_in) == 1 else 'vullen'} ook in. " if filling_in else ""
    return f"{too}{'Alleen u kunt' if not submitting else f'U of {" of ".join(submitting)} kan'} indienen."


def _arrangements(access: Access, standings: list[Standing]) -> Iterator[Todo]:
    """The school hands these in beside the form, by the same day."""
    wanted = {(s.participation.school_id, s.participation.round.school_year): s.participation for s in standings}
    statements = ArrangementStatement.objects.filter(
        school__in={school for school, _ in wanted}, school_year__in={year for _, year in wanted}
    )
    handed_in = {(s.school_id, s.school_year): s.is_handed_in for s in statements}
    for (school, year), here in wanted.items():
        if handed_in.get((school, year)):
            continue
        begun = (school, year) in handed_in
        yield Todo(
            title=f"Aantallen arrangementen {'doorgeven' if school in access.directs else 'invullen'}",
            url=reverse("schools:arrangements", args=[school, year]),
            action="Verder invullen" if begun else "Beginnen",
            school=here.school.name,
            where=here.school.where,
            due=here.deadline,
            note="Per soort: hoeveel leerlingen en hoeveel ondersteuningsgeld. Alleen aantallen, geen namen.",
            state="Bewaard, nog niet doorgegeven" if begun else "Niet begonnen",
        )


# The partnership's side -----------------------------------------------------------------------------------------------


def _officer(standings: list[Standing], progress: dict[int, Progress]) -> Iterator[Todo]:
    for standing in standings:
        here, school = standing.participation, standing.participation.school.name
        if not here.is_exchanged and standing.partnership.is_draft:
            far = progress[standing.partnership.pk]
            other = "De school heeft al ingediend. Na uw indiening wordt meteen uitgewisseld."
            yield Todo(
                title=f"Formulier over {school} invullen en indienen",
                url=standing.partnership.get_absolute_url(),
                action=far.action,
                school=school,
                where=here.school.where,
                due=here.deadline,
                note=other if standing.school.is_submitted else "De school ziet uw formulier pas na de uitwisseling.",
                state=far.state,
                **far.shown,
            )
        elif standing.may_start_without and standing.school.is_draft:
            yield Todo(
                title=f"Formulier van {school} is niet ingediend: wat doet u?",
                url=reverse("indicators:start_without", args=[here.pk]),
                action="Beginnen zonder",
                school=school,
                where=here.school.where,
                due=here.deadline,
                note="Vraag de school om in te dienen, of begin het gesprek met alleen uw formulier.",
                state="Uw formulier is ingediend",
            )


def _unplanned(standings: list[Standing]) -> Iterator[Todo]:
    """Conversations without a date; a round that has many of them is one task, done on its own page."""
    rounds: defaultdict[int, list[Participation]] = defaultdict(list)
    for standing in standings:
        if standing.participation.appointment_at is None:
            rounds[standing.participation.round_id].append(standing.participation)
    for unplanned in rounds.values():
        if len(unplanned) > PLANNED_ONE_BY_ONE:
            first = min(unplanned, key=lambda participation: participation.deadline)
            yield Todo(
                title=f"Gesprekken plannen met {len(unplanned)} scholen",
                url=first.round.get_absolute_url(),
                action="Plannen",
                due=first.deadline,
                note=f"{first.round.title} {school_year.label(first.round.school_year)}",
                state="Nog geen datum",
            )
            continue
        for here in unplanned:
            yield Todo(
                title=f"Gesprek met {here.school.name} plannen",
                url=reverse("indicators:participation_edit", args=[here.pk]),
                action="Plannen",
                school=here.school.name,
                where=here.school.where,
                due=here.deadline,
                state="Nog geen datum",
            )


def _rounds_and_sets(access: Access) -> Iterator[Todo]:
    """What keeps a round from beginning: a form to publish, a round to make or to open."""
    if not access.partnerships:
        return
    rounds = list(ConversationRound.objects.filter(partnership__in=access.partnerships))
    sets = list(IndicatorSet.objects.filter(partnership__in=access.partnerships).select_related("partnership"))
    with_form = {indicator_set.partnership_id for indicator_set in sets if indicator_set.is_published}
    for indicator_set in sets:
        if not indicator_set.is_published and indicator_set.partnership_id in access.administers:
            yield Todo(
                title=f"Formulier nakijken en publiceren: versie {indicator_set.version}",
                url=reverse("indicators:set", args=[indicator_set.pk]),
                action="Nakijken",
                note=""
                if indicator_set.partnership_id in with_form
                else "Zonder gepubliceerd formulier kan er geen ronde zijn.",
                state="Concept",
            )
    if access.administers - {indicator_set.partnership_id for indicator_set in sets}:
        yield Todo(
            title="Formulier klaarzetten",
            url=reverse("indicators:sets"),
            action="Klaarzetten",
            note="Het formulier van Bijlage 8 staat voor u klaar.",
        )
    if with_form - {round_.partnership_id for round_ in rounds}:
        yield Todo(title="Eerste gespreksronde maken", url=reverse("indicators:round_new"), action="Maken")
    for round_ in rounds:
        if round_.state == ConversationRound.State.DRAFT:
            yield Todo(
                title=f"{round_.title} {school_year.label(round_.school_year)} openen",
                url=round_.get_absolute_url(),
                action="Bekijken",
                note="De scholen zien de ronde pas als u haar opent.",
                state="In voorbereiding",
            )
