"""Every address, every role, every method: the table in `access_table.py`, cell by cell."""

import datetime
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from conversations.models import Conversation
from indicators.models import EvidenceFile, Party
from reports.models import Report
from schools.forms import state_of
from tests import factories, money, plans
from tests.access_rows import AREAS
from tests.access_table import PEOPLE, STATES, rows
from tests.factories import World

# Names of these belong to allauth and to Django's admin; see the tests at the end.
FOREIGN = ("account_", "admin:")
PARTIES = {"school": Party.SCHOOL, "swv": Party.PARTNERSHIP}


# What an address is about, by the view or else by the app.
SUBJECTS: dict[str, Callable[[World], list[int]]] = {
    **dict.fromkeys(("set", "publish_set", "new_version", "blank_form"), lambda world: [world.indicator_set.pk]),
    **dict.fromkeys(("round", "round_edit", "open_round", "close_round"), lambda world: [world.round.pk]),
    **dict.fromkeys(
        ("participation", "participation_edit", "start_without", "comparison", "conversations", "reports"),
        lambda world: [world.participation.pk],
    ),
    **dict.fromkeys(
        ("arrangements", "hand_in_arrangements", "take_back_arrangements"),
        lambda world: [world.school.pk, world.round.school_year],
    ),
    "school": lambda world: [world.school.pk],
    "thread": lambda world: [world.plans.alices_point.pk],
    "trail": lambda world: [world.money.alices_line.pk],
    **dict.fromkeys(("profile_report", "make_profile"), lambda world: [world.plans.alices_profile.pk]),
    **dict.fromkeys(("plan_report", "make_plan"), lambda world: [world.plans.alices_plan.pk]),
}


for area in AREAS:
    SUBJECTS |= area.SUBJECTS


def in_state(world: World, state: str) -> World:
    plans.set_up(world, state)
    money.set_up(world, state)
    for party in Party.values:
        world.fill(party)
        world.add_evidence(party)
    if state != "draft":
        world.submit("school")
    if state == "after":
        world.submit("partnership")
        conversation = Conversation.start(world.petra, world.participation)
        conversation.add_agreement(world.petra, text="Mentoren scholen", who="Alice", due=None, indicator=None)
        report_of(conversation)
    return world


def report_of(conversation: Conversation) -> Report:
    content = factories.PDF
    report = Report(
        kind=Report.Kind.CONVERSATION,
        conversation=conversation,
        version=1,
        fingerprint="0" * 64,
        code="AAAA-BBBB-CCCC",
        name="verslag.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    report.file.save("verslag", ContentFile(content), save=False)
    report.save()
    return report


def address(world: World, row: str) -> str:
    """The address of a row of the table in this world."""
    name, _, party = row.partition("/")
    app, _, view = name.rpartition(":")
    if view in {"evidence", "remove_evidence"}:
        return reverse(
            name, args=[EvidenceFile.objects.filter(answer__assessment__party=PARTIES[party]).earliest("pk").token]
        )
    if (view.endswith("_agreement") and view != "add_agreement") or view in {"agreement_state", "make_action"}:
        return reverse(name, args=[Conversation.objects.get(participation=world.participation.pk).agreements.get().pk])
    if view == "save_conclusion":
        return reverse(name, args=[world.participation.pk, world.indicators()[0].pk])
    if name == "reports:download":
        return reverse(name, args=[Report.objects.get().pk])
    if party:
        return reverse(name, args=[world.participation.pk, PARTIES[party]])
    subject = SUBJECTS.get(view, SUBJECTS.get(app))
    return reverse(name, args=subject(world) if subject else [])


def payload(world: World, row: str) -> dict[str, Any]:
    """What the page of this address would post."""
    view = row.partition("/")[0].rpartition(":")[2]
    indicator = world.indicators()[0]
    deadline = (world.participation.deadline + datetime.timedelta(days=1)).isoformat()
    posts: dict[str, dict[str, Any]] = {
        "arrangements": {"rij-TOTAL_FORMS": "0", "rij-INITIAL_FORMS": "0", "based_on": state_of(None)},
        "round_new": {
            "title": "Najaarsronde",
            "school_year": "2026",
            "indicator_set": world.indicator_set.pk,
            "responsible": world.petra.pk,
            "deadline": deadline,
            "schools": [world.school.pk],
        },
        "round_edit": {"title": "Andere titel"},
        "participation_edit": {
            "duration_minutes": "60",
            "location": "Elders",
            "deadline": deadline,
            "responsible": world.petra.pk,
        },
        "start_without": {"reason": "Ziekte"},
        "form": {f"{indicator.key}.version": "1", f"{indicator.key}.explanation": "Anders"},
        "save_answer": {
            "row": indicator.key,
            f"{indicator.key}.version": "1",
            f"{indicator.key}.explanation": "Anders",
        },
        "save_closing_text": {
            "row": "closing.planning",
            "closing.planning.version": "1",
            "closing.planning.text": "Anders",
        },
        "add_evidence": {"row": indicator.key, "file": SimpleUploadedFile("nog.pdf", factories.PDF)},
        "submit": {"key": str(uuid.uuid4())},
        "edit": {
            "version": "0",
            "date": "2026-03-10",
            "time": "13:00",
            "duration_minutes": "90",
            "wie-TOTAL_FORMS": "0",
            "wie-INITIAL_FORMS": "0",
        },
        "save": {"summary": "Kort", "summary-version": "0"},
        "save_conclusion": {
            f"conclusion-{indicator.pk}": "Goed",
            f"conclusion-{indicator.pk}-version": "0",
        },
        "add_agreement": {"text": "Nog een", "who": "Bob", "side": "both"},
        "edit_agreement": {"text": "Anders", "who": "Bob", "side": "school", "version": "0"},
        "agreement_state": {"state": "done"},
    }
    for area in AREAS:
        if view in area.PAYLOADS:
            posts[view] = area.PAYLOADS[view](world)
    return posts.get("arrangements" if view == "hand_in_arrangements" else view, {})


def answered(client: Client, method: str, url: str, data: dict[str, Any]) -> str:
    """The status; `in` for the way to the sign-in page. Whatever was done is undone."""
    with transaction.atomic():
        response = client.post(url, data) if method == "POST" else client.get(url)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "in"
    return str(response.status_code)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_the_table_holds(world, state, who):
    in_state(world, state)
    client = Client(raise_request_exception=False)
    if who != "anon":
        client.force_login(getattr(world, who))
    wrong = []
    for name, method, when, expected in rows():
        if when == state:
            found = answered(client, method, address(world, name), payload(world, name))
            if found != expected[who]:
                wrong.append(f"{name} {method}: {found} instead of {expected[who]}")
    assert not wrong, "\n".join([f"{who} in state {state}:", *wrong])


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= names(pattern, space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_address_of_ours_stands_in_the_table_with_both_methods():
    ours = {name for name in names(get_resolver()) if not name.startswith(FOREIGN)}
    in_table = {(name.partition("/")[0], method) for name, method, *_ in rows()}
    assert in_table == {(name, method) for name in ours for method in ("GET", "POST")}


def test_every_address_of_ours_has_a_name():
    """Without a name it could not stand in the table."""

    def nameless(resolver: URLResolver) -> list[str]:
        found = []
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
                found += nameless(pattern)
            elif isinstance(pattern, URLPattern) and not pattern.name:
                found.append(str(pattern.pattern))
        return found

    assert nameless(get_resolver()) == []


MALFORMED = {
    "schools:arrangements": {},
    "indicators:form/school": {"visie.version": "geen getal", "visie.explanation": "x"},
    "indicators:save_answer/school": {"row": "bestaat-niet"},
    "indicators:save_closing_text/school": {"row": "closing.salt", "closing.salt.version": "0"},
    "indicators:add_evidence/school": {"row": "visie"},
    "indicators:submit/school": {"key": "geen uuid"},
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_post_that_no_page_of_ours_makes_is_answered_with_400(world, as_alice, name):
    response = as_alice.post(address(world, name), MALFORMED[name])
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("conversations:save", {"summary": "Kort"}),
        ("conversations:save_conclusion", {"conclusion-0": "x"}),
        ("conversations:agreement_state", {"state": "weg"}),
    ],
)
def test_a_malformed_post_about_the_conversation_is_answered_with_400(world, as_petra, name, data):
    in_state(world, "after")
    assert as_petra.post(address(world, name), data).status_code == 400


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_round_in_preparation_is_unknown_to_the_school(world, as_alice, as_petra, state):
    """A draft round is the partnership's own; a closed one stays to be read."""
    type(world.round).objects.filter(pk=world.round.pk).update(state=state)
    expected = 404 if state == "draft" else 200
    for name in ("indicators:round", "indicators:participation", "indicators:comparison"):
        assert as_alice.get(address(world, name)).status_code == expected
        assert as_petra.get(address(world, name)).status_code == 200


def test_an_auditor_whose_term_has_ended_sees_nothing(world, as_aisha):
    in_state(world, "after")
    assert as_aisha.get(address(world, "indicators:comparison")).status_code == 200
    world.aisha.memberships.update(valid_until=datetime.date(2026, 1, 1))
    assert as_aisha.get(address(world, "indicators:comparison")).status_code == 404


# What belongs to allauth and to the admin -----------------------------------------------------------------------------

ENTRANCE = {
    *("account_login", "account_logout", "account_signup", "account_reset_password", "account_reset_password_done"),
    *("account_inactive", "account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("account_confirm_email", "account_email_verification_sent", "account_request_login_code"),
    *("account_confirm_login_code", "account_reauthenticate"),
}


def addresses(prefix: str) -> dict[str, str]:
    """The addresses of these names that take no arguments, or whatever text."""
    found = {}
    for name in sorted(names(get_resolver())):
        if not name.startswith(prefix):
            continue
        for args in ([], ["x"], ["x", "x"], [1], [1, 1]):
            try:
                found[name] = reverse(name, args=args)
            except NoReverseMatch:
                continue
            break
    return found


def test_without_signing_in_only_allauths_entrance_is_open(db, client):
    found = addresses("account_")
    assert {"account_login", "account_change_password", "account_email"} <= found.keys()
    for name, url in found.items():
        for response in (client.get(url), client.post(url)):
            assert response.status_code < 500, name
            if name not in ENTRANCE:
                assert response.status_code in {302, 405}, name
                assert response.status_code == 405 or response["Location"].startswith("/account/"), name


def test_nobody_signs_up(db, client):
    response = client.post(reverse("account_signup"), {"email": "nieuw@voorbeeld.nl", "password1": "geheim-wachtwoord"})
    assert response.status_code in {200, 403}
    assert not type(factories.user("iemand")).objects.filter(email="nieuw@voorbeeld.nl").exists()


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "oscar"])
def test_the_admin_is_for_the_operator_alone(world, who):
    client = Client()
    if who != "anon":
        client.force_login(getattr(world, who))
    for name, url in addresses("admin:").items():
        if name in {"admin:login", "admin:logout", "admin:jsi18n"}:
            continue
        assert client.get(url).status_code in {302, 403, 404, 405}, name


def test_the_operator_comes_into_the_admin(world, as_oscar):
    assert as_oscar.get(reverse("admin:index")).status_code == 200
