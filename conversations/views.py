"""The conversation and its agreements.

The page is one form, so that without JavaScript one button saves everything; with it every text saves itself.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans.models import ActionPlan, ActionPoint
from conversations import agenda
from conversations.agenda import TextItem
from conversations.budget_block import budget_block
from conversations.forms import (
    EMPTY_ROWS,
    MOST_PARTICIPANTS,
    AgreementForm,
    BaseParticipantFormSet,
    DetailsForm,
    participant_formset,
)
from conversations.models import Agreement, Conclusion, Conversation, StaleSave
from conversations.plan_block import plan_block
from conversations.thread import load_thread
from conversations.trail import load_trail
from finance.models import BudgetLine
from indicators.comparing import load_comparison
from indicators.models import Indicator, Participation
from swvportal.lib import school_year
from swvportal.lib.errors import IllegalTransition, PublicError

type Indicators = dict[str, tuple[int, str]]


def _conversation(request: SignedInRequest, pk: int) -> Conversation:
    """The recorded conversation of a participation, for those who may read it."""
    found: Conversation = get_object_or_404(
        Conversation.objects.visible_to(request.user).for_page().with_record(), participation__pk=pk
    )
    return found


def _indicators(conversation: Conversation) -> Indicators:
    rows = Indicator.objects.filter(indicator_set=conversation.participation.round.indicator_set_id)
    return {key: (pk, f"{code} {name}") for key, pk, code, name in rows.values_list("key", "pk", "code", "name")}


def _back_to(pk: int, anchor: str = "") -> HttpResponse:
    return redirect(reverse("conversations:conversation", args=[pk]) + anchor)


@require_GET
def conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    participation = get_object_or_404(Participation.objects.visible_to(request.user).for_page(), pk=pk)
    recorded = Conversation.objects.visible_to(request.user).for_page().with_record().filter(participation=pk).first()
    if recorded is None:
        context = {"participation": participation, "may_start": Conversation.may_start(request.user, participation)}
        return render(request, "conversations/none.html", context)
    indicators = _indicators(recorded)
    return _page(request, recorded, indicators, agenda.text_items(recorded, indicators))


def _page(
    request: SignedInRequest,
    conversation: Conversation,
    indicators: Indicators,
    items: dict[str, TextItem],
    status: int = 200,
) -> HttpResponse:
    comparison = load_comparison(conversation.participation, request.user)
    section = _agreements(request, conversation)
    today = section["today"]
    agreed = agenda.by_indicator(section["agreements"], today)
    before = agenda.agreed_before(conversation, request.user, today)
    everything = agenda.subjects(comparison, indicators, items, agreed, before)
    discuss = agenda.to_discuss(everything)
    show_all = request.GET.get("toon") == "alles"
    context = {
        "conversation": conversation,
        "participation": conversation.participation,
        "comparison": comparison,
        "subjects": everything if show_all else discuss,
        "show_all": show_all,
        "left_out": len(everything) - len(discuss),
        "items": items,
        "problems": [item for item in items.values() if item.theirs is not None or item.error],
        "budget": budget_block(conversation.participation, request.user, today),
        "plan": plan_block(conversation.participation, request.user, today),
        **section,
    }
    return render(request, "conversations/conversation.html", context, status=status)


def _agreements(
    request: SignedInRequest, conversation: Conversation, form: AgreementForm | None = None, said: str = ""
) -> dict[str, Any]:
    """What the section with the agreements needs. `said` is what has just been done, or why it could not be."""
    may_edit = conversation.may_edit(request.user) and not conversation.is_closed
    rows = Agreement.objects.for_list().for_reader(request.user)
    agreements: list[Any] = list(rows.filter(conversation=conversation))
    today = timezone.localdate()
    for agreement in agreements:
        agreement.conversation = conversation
        agreement.late = agreement.is_late(today)
    may_tick = bool(agreements) and agreements[0].may_set_state(request.user)
    return {
        "conversation": conversation,
        "agreements": agreements,
        "may_edit": may_edit,
        "may_tick": may_tick,
        "may_become": {each.pk for each in agreements if each.may_become_action(request.user)},
        "today": today,
        "said": said,
        "agreement_form": (form or AgreementForm(conversation=conversation)) if may_edit else None,
    }


@require_POST
def start(request: SignedInRequest, pk: int) -> HttpResponse:
    participation = get_object_or_404(Participation.objects.visible_to(request.user).for_page(), pk=pk)
    try:
        Conversation.start(request.user, participation)
    except IllegalTransition as error:
        messages.error(request, str(error))
    return _back_to(pk)


# Texts ------------------------------------------------------------------------------------------------------------


@require_POST
def save(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save every text in the post that this person changed. With JavaScript a post holds one text."""
    conversation = _conversation(request, pk)
    indicators = _indicators(conversation)
    items = agenda.text_items(conversation, indicators)
    posted = [name for name in request.POST if name in items]
    return _save_items(request, conversation, indicators, items, posted)


@require_POST
def save_conclusion(request: SignedInRequest, pk: int, indicator: int) -> HttpResponse:
    """Save the conclusion about one indicator."""
    conversation = _conversation(request, pk)
    indicators = _indicators(conversation)
    items = agenda.text_items(conversation, indicators)
    name = f"conclusion-{indicator}"
    conversation.must_be_writer(request.user)
    if name not in items or name not in request.POST:
        raise BadRequest("Deze conclusie hoort niet bij dit gesprek.")
    return _save_items(request, conversation, indicators, items, [name])


def _save_items(
    request: SignedInRequest,
    conversation: Conversation,
    indicators: Indicators,
    items: dict[str, TextItem],
    names: list[str],
) -> HttpResponse:
    conversation.must_be_writer(request.user)
    try:
        for name in names:
            items[name] = _save_item(request, conversation, items[name])
    except IllegalTransition as error:
        messages.error(request, str(error))
        return _back_to(conversation.participation_id)
    if request.headers.get("HX-Request") and len(names) == 1:
        return _text_fragment(request, conversation, items[names[0]])
    if any(items[name].theirs is not None or items[name].error for name in names):
        return _page(request, conversation, indicators, items, status=409)
    messages.success(request, "Alles is opgeslagen.")
    show_all = "?toon=alles" if request.GET.get("toon") == "alles" else ""
    return _back_to(conversation.participation_id, show_all)


def _save_item(request: SignedInRequest, conversation: Conversation, item: TextItem) -> TextItem:
    """The item as it stands after this post: saved, untouched, too long, or in conflict with somebody else's text."""
    text, choice = request.POST[item.name], request.POST.get(f"{item.name}-choice", "")
    if choice == "theirs" or agenda.digest(text) == request.POST.get(f"{item.name}-shown"):
        return item
    if choice == "both":
        text = f"{item.text}\n\n{text}"
    try:
        version = int(request.POST[f"{item.name}-version"])
    except (KeyError, ValueError) as error:
        raise BadRequest("Er ontbreekt een versienummer.") from error
    try:
        return agenda.with_saved(item, text, _store(request, conversation, item, version, text))
    except StaleSave as stale:
        theirs, now = _standing(stale.current, item)
        return replace(item, text=text, version=now, theirs=theirs)
    except PublicError as error:
        return replace(item, text=text, version=version, error=str(error))


def _store(request: SignedInRequest, conversation: Conversation, item: TextItem, version: int, text: str) -> int:
    if item.conclusion_of is None:
        return conversation.save_text(request.user, item.name, version=version, text=text)
    indicator = Indicator.objects.get(pk=item.conclusion_of)
    return conversation.save_conclusion(request.user, indicator, version=version, text=text).version


def _standing(current: object, item: TextItem) -> tuple[str, int]:
    if isinstance(current, Conclusion):
        return current.text, current.version
    return getattr(current, item.name), getattr(current, f"{item.name}_version")


def _text_fragment(request: SignedInRequest, conversation: Conversation, item: TextItem) -> HttpResponse:
    """The state under a text; after a conflict or mistake the whole text with its choices."""
    context = {"item": item, "conversation": conversation, "now": timezone.now()}
    if item.theirs is None and not item.error:
        return render(request, "conversations/text.html#state", context)
    response = render(request, "conversations/text.html", context)
    response["HX-Retarget"] = f"#tekst-{item.name}"
    return response


# Details ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Details:
    form: DetailsForm
    people: BaseParticipantFormSet

    def is_valid(self) -> bool:
        return self.form.is_valid() and self.people.is_valid()


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    conversation = _conversation(request, pk)
    conversation.must_be_writer(request.user)
    details = _details(request, conversation)
    if request.method != "POST" or "more_rows" in request.POST or not details.is_valid():
        wrong = request.method == "POST" and "more_rows" not in request.POST
        return _details_page(request, conversation, details, status=422 if wrong else 200)
    try:
        conversation.save_details(
            request.user,
            version=details.form.cleaned_data["version"],
            held_at=details.form.held_at(),
            duration_minutes=details.form.cleaned_data["duration_minutes"],
            location=details.form.cleaned_data["location"],
            participants=details.people.people(),
        )
    except StaleSave as stale:
        return _details_page(request, conversation, details, stale=stale.current, status=409)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Datum, plaats en deelnemers zijn opgeslagen.")
    return _back_to(pk)


def _details(request: SignedInRequest, conversation: Conversation) -> Details:
    if request.method == "POST" and "more_rows" not in request.POST:
        people = participant_formset(0)(request.POST, prefix="wie")
        return Details(DetailsForm(request.POST), people)
    if request.method == "POST":  # more rows to fill in; what was typed stays
        typed = [
            {"name": request.POST.get(f"wie-{row}-name", ""), "function": request.POST.get(f"wie-{row}-function", "")}
            for row in range(MOST_PARTICIPANTS)
        ]
        typed = [row for row in typed if any(row.values())]
        return Details(_retyped(request), participant_formset(EMPTY_ROWS + 2)(initial=typed, prefix="wie"))
    rows = [{"name": name, "function": function} for name, function in conversation.participant_rows()]
    people = participant_formset(EMPTY_ROWS)(initial=rows, prefix="wie")
    return Details(DetailsForm(initial=DetailsForm.starting_from(conversation)), people)


def _retyped(request: SignedInRequest) -> DetailsForm:
    """What stands in the post, not judged yet."""
    return DetailsForm(initial={name: request.POST.get(name, "") for name in DetailsForm.base_fields})


def _details_page(
    request: SignedInRequest, conversation: Conversation, details: Details, *, stale: object = None, status: int = 200
) -> HttpResponse:
    if isinstance(stale, Conversation):
        stale = Conversation.objects.for_page().with_record().get(pk=stale.pk)
    wrong: list[Form] = [details.form, *details.people.forms]
    context = {
        "conversation": conversation,
        "participation": conversation.participation,
        "details": details,
        "stale": stale,
        "wrong": [form for form in wrong if form.is_bound and form.errors],
    }
    return render(request, "conversations/edit.html", context, status=status)


# Agreements -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def add_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    conversation = _conversation(request, pk)
    conversation.must_be_writer(request.user)
    initial = {"indicator": request.GET.get("indicator", "")}
    form = AgreementForm(request.POST or None, conversation=conversation, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            conversation.add_agreement(request.user, **form.values())
        except IllegalTransition as error:
            messages.error(request, str(error))
        return _after_agreement(request, pk)
    if request.headers.get("HX-Request"):
        return render(request, "conversations/agreements.html", _agreements(request, conversation, form))
    context = {"form": form, "conversation": conversation, "participation": conversation.participation}
    return render(request, "conversations/agreement.html", context, status=422 if request.method == "POST" else 200)


def _agreement(request: SignedInRequest, pk: int) -> Agreement:
    found: Agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_page(), pk=pk)
    return found


def _after_agreement(
    request: SignedInRequest, participation: int, said: str = "", level: int = messages.SUCCESS
) -> HttpResponse:
    """Back to the agreements, with what is said about it: in the section itself where only that is fetched."""
    if request.headers.get("HX-Request"):
        conversation = _conversation(request, participation)
        return render(request, "conversations/agreements.html", _agreements(request, conversation, said=said))
    if said:
        messages.add_message(request, level, said)
    return _back_to(participation, "#afspraken")


@require_http_methods(["GET", "POST"])
def edit_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    conversation = agreement.conversation
    conversation.must_be_writer(request.user)
    form = AgreementForm(request.POST or None, conversation=conversation, instance=agreement)
    stale, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            agreement.change(request.user, version=form.cleaned_data["version"] or 0, **form.values())
        except StaleSave as error:
            stale, status = _agreement(request, error.current.pk), 409
        except IllegalTransition as error:
            messages.error(request, str(error))
            return _back_to(conversation.participation_id)
        else:
            messages.success(request, "De afspraak is gewijzigd.")
            return _back_to(conversation.participation_id, "#afspraken")
    elif request.method == "POST":
        status = 422
    context = {
        "form": form,
        "agreement": agreement,
        "stale": stale,
        "conversation": conversation,
        "participation": conversation.participation,
    }
    return render(request, "conversations/agreement.html", context, status=status)


@require_POST
def remove_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    participation = agreement.conversation.participation_id
    try:
        agreement.remove(request.user)
    except IllegalTransition as error:
        messages.error(request, str(error))
    else:
        stays = " Het actiepunt dat erbij hoorde, blijft in het plan staan." if agreement.action_point_id else ""
        messages.success(request, f"De afspraak is verwijderd.{stays}")
    return _back_to(participation, "#afspraken")


@require_POST
def agreement_state(request: SignedInRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    wanted = request.POST.get("state", "")
    if wanted not in Agreement.State.values:
        raise BadRequest("Kies open of klaar.")
    participation = agreement.conversation.participation_id
    try:
        agreement.set_state(request.user, wanted)
    except IllegalTransition as error:
        return _after_agreement(request, participation, str(error), messages.ERROR)
    return _after_agreement(request, participation)


@require_POST
def make_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click: from now on the agreement goes as its action point goes. Twice is once."""
    agreement = _agreement(request, pk)
    try:
        point = agreement.make_action_point(request.user)
    except IllegalTransition as error:
        return _after_agreement(request, agreement.conversation.participation_id, str(error), messages.ERROR)
    plan = ActionPlan.objects.select_related("school").get(pk=point.plan_id)
    next_step = " Kies er daar een speerpunt bij." if plan.support_plan_id and not point.spearhead_id else ""
    said = format_html(
        'De afspraak is nu een <a href="{}">actiepunt in het {} {}</a>.{}',
        point.get_absolute_url(),
        plan.kind,
        school_year.label(plan.school_year),
        next_step,
    )
    return _after_agreement(request, agreement.conversation.participation_id, said)


# The thread -------------------------------------------------------------------------------------------------------


@require_GET
def thread(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the difference to the effect, for who reads the action point in full."""
    point = get_object_or_404(ActionPoint.objects.inside_to(request.user).for_page(), pk=pk)
    return render(request, "conversations/thread.html", {"thread": load_thread(point, request.user)})


@require_GET
def trail(request: SignedInRequest, pk: int) -> HttpResponse:
    """From a euro to what it brought, for who reads the budget line; every step as far as one may read it."""
    line = get_object_or_404(BudgetLine.objects.visible_to(request.user).for_page(), pk=pk)
    found = load_trail(line, request.user, timezone.localdate())
    if found is None:
        raise Http404
    return render(request, "conversations/trail.html", {"line": line, "budget": line.budget, "trail": found})
