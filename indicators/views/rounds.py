"""Rounds, and a school in a round."""

import datetime
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from indicators.forms.rounds import ParticipationForm, RoundEditForm, RoundForm, StartWithoutForm
from indicators.models import Assessment, ConversationRound, IndicatorSet, Participation, Party
from indicators.standing import Standing
from records.models import LogEntry
from schools.access import access_of
from schools.models import Partnership
from swvportal.lib import dates
from swvportal.lib.errors import IllegalTransition

NOT_YOURS = "Alleen het samenwerkingsverband plant rondes en gesprekken."
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load_round(request: HttpRequest, pk: int, *, to_change: bool = False) -> ConversationRound:
    rounds = ConversationRound.objects.visible_to(request.user).select_related("partnership", "indicator_set")
    round_ = get_object_or_404(rounds, pk=pk)
    if to_change and round_.partnership_id not in access_of(request.user).partnerships:
        raise PermissionDenied(NOT_YOURS)
    return round_


def _load_participation(request: HttpRequest, pk: int, *, to_change: bool = False) -> Participation:
    participations = Participation.objects.visible_to(request.user).for_page().with_standing()
    participation = get_object_or_404(participations, pk=pk)
    if to_change and participation.round.partnership_id not in access_of(request.user).partnerships:
        raise PermissionDenied(NOT_YOURS)
    return participation


# Rounds ---------------------------------------------------------------------------------------------------------------


@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    access = access_of(request.user)
    rounds = ConversationRound.objects.visible_to(request.user).select_related("partnership", "indicator_set")
    rounds = rounds.annotate(
        schools=Count("participations"),
        exchanged=Count("participations", filter=Q(participations__exchanged_at__isnull=False)),
    )
    # Counting drops the order of the model.
    ordered = rounds.order_by("-school_year", "-pk")
    rows = [(round_, round_.partnership_id in access.partnerships) for round_ in ordered]
    published = IndicatorSet.objects.filter(partnership__in=access.partnerships, state=IndicatorSet.State.PUBLISHED)
    context = {"rows": rows, "may_plan": bool(access.partnerships), "has_set": published.exists()}
    return render(request, "indicators/round_list.html", context)


@get_or_post
def round_new(request: SignedInRequest) -> HttpResponse:
    partnership = _own_partnership(request)
    form = RoundForm(request.POST or None, partnership=partnership, by=request.user)
    if request.method == "POST" and form.is_valid():
        round_ = _make_round(request, form)
        messages.success(request, "De ronde staat klaar. Controleer de planning en open daarna de ronde.")
        return redirect(round_)
    has_set = form.fields["indicator_set"].queryset.exists()  # type: ignore[attr-defined]
    context = {"form": form, "partnership": partnership, "has_set": has_set}
    return render(request, "indicators/round_form.html", context)


def _own_partnership(request: HttpRequest) -> Partnership:
    """The partnership to make a round for: the one in `?swv=`, or the first one works for."""
    access = access_of(request.user)
    own = [m.partnership for m in access.memberships if m.partnership and m.partnership_id in access.partnerships]
    if not own:
        raise PermissionDenied(NOT_YOURS)
    return next((p for p in own if p.code == request.GET.get("swv")), own[0])


def _make_round(request: SignedInRequest, form: RoundForm) -> ConversationRound:
    chosen = form.cleaned_data
    with transaction.atomic():
        round_ = ConversationRound.prepare(
            request.user, chosen["indicator_set"], school_year=chosen["school_year"], title=chosen["title"]
        )
        for school in chosen["schools"]:
            round_.add_school(
                request.user,
                school,
                responsible=chosen["responsible"],
                appointment_at=chosen["appointment_at"],
                deadline=chosen["deadline"],
            )
    return round_


@require_GET
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of every school one may see: which forms are in, never how far one is."""
    round_ = _load_round(request, pk)
    participations = Participation.objects.visible_to(request.user).filter(round=round_).for_table()
    ordered = sorted(participations, key=lambda p: (p.appointment_at is None, p.appointment_at, p.deadline))
    rows = [Standing.of(participation, request.user) for participation in ordered]
    context = {
        "round": round_,
        "rows": rows,
        "exchanged": sum(row.participation.is_exchanged for row in rows),
        "late": sum(row.is_late for row in rows),
        "may_plan": round_.partnership_id in access_of(request.user).partnerships,
        "today": timezone.localdate(),
    }
    return render(request, "indicators/round.html", context)


@get_or_post
def round_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _load_round(request, pk, to_change=True)
    if round_.state == ConversationRound.State.CLOSED:
        messages.error(request, "De ronde is afgesloten. U kunt haar niet meer wijzigen.")
        return redirect(round_)
    participations = {p.school_id: p for p in round_.participations.all()}
    in_draft = round_.state == ConversationRound.State.DRAFT
    initial = {
        "title": round_.title,
        "indicator_set": round_.indicator_set_id,
        "schools": list(participations) if in_draft else [],
        "deadline": min((p.deadline for p in participations.values()), default=None),
    }
    form = RoundEditForm(request.POST or None, initial=initial, round_=round_, taking_part=set(participations))
    if request.method == "POST" and form.is_valid():
        try:
            _revise(request, round_, form, participations)
        except IllegalTransition as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "De ronde is gewijzigd.")
        return redirect(round_)
    return render(request, "indicators/round_form.html", {"form": form, "round": round_, "has_set": True})


def _revise(
    request: SignedInRequest, round_: ConversationRound, form: RoundEditForm, participations: dict[int, Participation]
) -> None:
    with transaction.atomic():
        round_.revise(
            request.user, title=form.cleaned_data["title"], indicator_set=form.cleaned_data.get("indicator_set")
        )
        for school_id in form.removed():
            round_.remove_school(request.user, participations[school_id])
        for school in form.added():
            deadline: datetime.date = form.cleaned_data["deadline"]
            round_.add_school(request.user, school, responsible=request.user, deadline=deadline)


@get_or_post
def open_round(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _load_round(request, pk, to_change=True)
    return _confirm(request, round_, "open", round_.open, "De ronde is open. De scholen kunnen beginnen.")


@get_or_post
def close_round(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _load_round(request, pk, to_change=True)
    return _confirm(request, round_, "close", round_.close, "De ronde is afgesloten.")


def _confirm(
    request: SignedInRequest, round_: ConversationRound, move: str, verb: "Callable[..., None]", done: str
) -> HttpResponse:
    """First a page that says what the move does, then the move."""
    if request.method != "POST":
        waiting = round_.participations.filter(exchanged_at=None).count()
        schools = round_.participations.count()
        context = {"round": round_, "move": move, "schools": schools, "waiting": waiting}
        return render(request, "indicators/round_confirm.html", context)
    try:
        verb(request.user)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(round_)


# A school in a round --------------------------------------------------------------------------------------------------


@require_GET
def participation(request: HttpRequest, pk: int) -> HttpResponse:
    """Where everything of one school in one round is found: forms, seals, appointment, conversation, report."""
    here = _load_participation(request, pk)
    access = access_of(request.user)
    readable = Assessment.objects.visible_to(request.user).filter(participation=here).select_related("submitted_by")
    own = {form.party: form for form in readable.defer("sealed_bytes", "follow_up", "planning")}
    standing = Standing.of(here, request.user)
    context = {
        "participation": here,
        "standing": standing,
        "forms": [(form, own.get(form.party)) for form in standing.forms],
        "steps": standing.steps(),
        "may_fill_in": standing.fills_in,
        "may_plan": here.round.partnership_id in access.partnerships and here.round.state != "closed",
        "may_start_without": standing.own == Party.PARTNERSHIP and standing.may_start_without,
        "today": timezone.localdate(),
    }
    return render(request, "indicators/participation.html", context)


@get_or_post
def participation_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load_participation(request, pk, to_change=True)
    form = ParticipationForm(request.POST or None, instance=here)
    if request.method == "POST" and form.is_valid():
        try:
            changed = here.plan(request.user, **form.cleaned_data)
        except IllegalTransition as error:
            messages.error(request, str(error))
        else:
            told = " School en SWV krijgen bericht." if here.round.state == "open" else ""
            messages.success(request, f"De planning is gewijzigd.{told}" if changed else "Er is niets gewijzigd.")
        return redirect(here)
    verbs = {f"{name}_changed": str(field.label) for name, field in form.fields.items()}
    history = LogEntry.objects.filter(object_type="indicators.participation", object_id=here.pk, verb__in=verbs)
    context = {
        "form": form,
        "participation": here,
        "history": [
            (entry, verbs[entry.verb], _readable(entry.before), _readable(entry.after))
            for entry in history.select_related("actor").order_by("-pk")[:20]
        ],
    }
    return render(request, "indicators/participation_form.html", context)


def _readable(logged: str) -> str:
    """A date or moment from the log in words; the keys of people stay out."""
    try:
        moment = datetime.datetime.fromisoformat(logged)
    except ValueError:
        return ""
    return dates.long_datetime(moment) if "T" in logged else dates.long_date(moment.date())


@get_or_post
def start_without(request: SignedInRequest, pk: int) -> HttpResponse:
    here = _load_participation(request, pk, to_change=True)
    standing = Standing.of(here, request.user)
    if standing.own != Party.PARTNERSHIP:
        raise PermissionDenied("U hoort bij de school. Alleen het samenwerkingsverband kan zonder formulier beginnen.")
    if not standing.may_start_without:
        messages.error(request, "Dit kan alleen na de inleverdatum, als precies één van beide formulieren er is.")
        return redirect(here)
    form = StartWithoutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            here.start_without(request.user, form.cleaned_data["reason"])
        except IllegalTransition as error:
            messages.error(request, str(error))
            return redirect(here)
        messages.success(request, "Het ingediende formulier is open voor beide partijen.")
        return redirect("indicators:comparison", here.pk)
    missing = next(form for form in standing.forms if form.is_draft)
    context = {"form": form, "participation": here, "missing": missing, "standing": standing}
    return render(request, "indicators/start_without.html", context)
