"""Oscar runs the installation: he makes accounts, schools and roles, and never sees a form."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.core import mail
from django.core.mail import EmailMessage
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from indicators.models import Assessment, Participation
from records.admin import FORMS
from records.models import Job, LogEntry, Message
from schools.models import Board, Membership, Partnership, Role, School
from tests.factories import World

OURS = (User, Partnership, Board, School, Membership, LogEntry, Message, Job)
READ_ONLY = (LogEntry, Message, Job)
CANARY = "kanarie-in-de-toelichting"

type Mailbox = Callable[[], list[EmailMessage]]


def page(model: type[models.Model], what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def a_row(model: type[models.Model], world: World) -> models.Model:
    """A row to open; made where the world has none."""
    if model is Message:
        return Message.objects.create(
            key="m", to="a@b.nl", subject="Onderwerp", body=CANARY, partnership=world.partnership
        )
    if model is Job:
        return Job.objects.create(
            kind="report", key="r", params={"x": CANARY}, result=CANARY, requested_by=world.petra,
            partnership=world.partnership,
        )  # fmt: skip
    if model is LogEntry:
        return LogEntry.objects.record("role_given", world.school, by=world.oscar, partnership=world.partnership)
    row = model._default_manager.first()
    assert row is not None
    return row


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_oscar_opens_every_list_and_every_row(world: World, as_oscar: Client, model: type[models.Model]):
    row = a_row(model, world)

    assert as_oscar.get(reverse("admin:index")).status_code == 200
    assert as_oscar.get(page(model, "changelist")).status_code == 200
    assert as_oscar.get(page(model, "changelist"), {"q": "eem"}).status_code == 200
    assert as_oscar.get(page(model, "change", row.pk)).status_code == 200
    assert as_oscar.get(page(model, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("name", ["alice", "petra", "bea", "aisha"])
def test_nobody_else_gets_in(world: World, name: str):
    browser = Client()
    browser.force_login(getattr(world, name))

    assert browser.get(reverse("admin:index"), follow=True).status_code == 403
    for model in OURS:
        assert browser.get(page(model, "changelist"), follow=True).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_what_the_portal_writes_is_there_to_look_at(world: World, as_oscar: Client, model: type[models.Model]):
    row = a_row(model, world)
    before = model._default_manager.filter(pk=row.pk).values().get()

    assert as_oscar.get(page(model, "add")).status_code == 403
    assert as_oscar.post(page(model, "add"), {}).status_code == 403
    assert as_oscar.post(page(model, "change", row.pk), {"verb": "x", "subject": "x", "kind": "x"}).status_code == 403
    assert as_oscar.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    as_oscar.post(page(model, "changelist"), chosen)
    assert model._default_manager.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", [User, Partnership, Board, School], ids=lambda model: model.__name__)
def test_people_and_schools_are_not_deleted(world: World, as_oscar: Client, model: type[models.Model]):
    row = a_row(model, world)

    assert as_oscar.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    as_oscar.post(page(model, "changelist"), chosen)
    assert model._default_manager.filter(pk=row.pk).exists()


# Secrecy -------------------------------------------------------------------------------------------------------------


def of_the_forms() -> list[type[models.Model]]:
    """Every model whose rows belong to a form: those that lead to an Assessment or a Participation."""
    found: list[type[models.Model]] = [Participation, Assessment]
    for model in found:
        for relation in model._meta.related_objects:
            child = relation.related_model
            if isinstance(child, type) and child not in found:
                found.append(child)
    return found


def test_no_form_is_in_the_admin(as_oscar: Client):
    forms = of_the_forms()

    assert {"Answer", "Rating", "EvidenceFile"} <= {model.__name__ for model in forms}
    for model in forms:
        assert not admin.site.is_registered(model)
        with pytest.raises(NoReverseMatch):
            page(model, "changelist")
        path = f"/applicatiebeheer/{model._meta.app_label}/{model._meta.model_name}/"
        assert as_oscar.get(path).status_code == 404


def test_log_lines_about_forms_are_not_shown(world: World, as_oscar: Client):
    """Who is how far with which answer is nobody's business, the operator's neither."""
    answer = world.answer("partnership", "1A", explanation=CANARY)
    line = LogEntry.objects.filter(object_type="indicators.answer", object_id=answer.pk).latest("pk")

    shown = as_oscar.get(page(LogEntry, "changelist")).content.decode()

    assert "answer_saved" not in shown
    assert "indicators.answer" not in shown
    assert "round_opened" in shown or "school_added" in shown
    assert as_oscar.get(page(LogEntry, "change", line.pk)).status_code == 302


def test_the_hidden_lines_are_about_all_models_of_a_form():
    inside = {model._meta.label_lower for model in of_the_forms() if leads_to(model, Assessment)}

    assert inside <= set(FORMS)
    assert all(apps.get_model(label) for label in FORMS)


def leads_to(model: type[models.Model], goal: type[models.Model]) -> bool:
    if model is goal:
        return True
    parents: list[Any] = [f.related_model for f in model._meta.fields if isinstance(f, models.ForeignKey)]
    return any(parent in (goal, *children_of(goal)) for parent in parents)


def children_of(model: type[models.Model]) -> list[Any]:
    return [relation.related_model for relation in model._meta.related_objects]


def test_what_is_typed_in_a_form_is_on_no_page_of_the_admin(world: World, as_oscar: Client):
    world.answer("partnership", "1A", levels={}, explanation=CANARY)
    world.answer("school", "1B", levels={}, explanation=CANARY)
    for model in OURS:
        row = a_row(model, world)
        for url in (page(model, "changelist"), page(model, "change", row.pk), page(model, "history", row.pk)):
            assert CANARY not in as_oscar.get(url).content.decode(), url


# The door ------------------------------------------------------------------------------------------------------------


def test_the_admin_has_no_door_of_its_own(world: World):
    browser = Client()

    response = browser.get(reverse("admin:login"), {"next": reverse("admin:index")})

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    credentials = {"username": world.oscar.email, "password": "geheim-wachtwoord"}
    assert browser.post(reverse("admin:login"), credentials).status_code == 302
    assert "_auth_user_id" not in browser.session


def test_oscar_comes_in_through_the_portals_door(world: World):
    browser = Client()
    credentials = {"login": world.oscar.email, "password": "geheim-wachtwoord", "next": reverse("admin:index")}

    response = browser.post(reverse("account_login"), credentials, follow=True)

    assert response.redirect_chain[-1][0] == reverse("admin:index")
    assert "Applicatiebeheer" in response.content.decode()


def test_ones_own_password_is_changed_in_the_portal(as_oscar: Client):
    response = as_oscar.get(reverse("admin:password_change"))

    assert response.status_code == 302
    assert response["Location"] == reverse("account_change_password")


def test_the_pages_obey_the_strict_policy(world: World, as_oscar: Client):
    for url in (reverse("admin:index"), page(Membership, "add"), page(School, "changelist")):
        response = as_oscar.get(url)
        html = response.content.decode()
        assert "script-src 'self';" in response["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html)
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html)


# People --------------------------------------------------------------------------------------------------------------


def test_a_new_account_has_no_password_and_its_owner_is_mailed_a_link(
    world: World, as_oscar: Client, django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        fields = {"email": "Nieuw@Voorbeeld.nl", "name": "Nieuw", "job_title": "Beheerder"}
        as_oscar.post(page(User, "add"), fields)

    made = User.objects.get(email="nieuw@voorbeeld.nl")
    assert not made.has_usable_password()
    assert not made.is_staff
    (message,) = mail.outbox
    assert message.to == [made.email]
    link = re.search(r"https?://\S+/password/reset/key/\S+", str(message.body))
    assert link
    browser = Client()
    form = browser.get(link[0], follow=True)
    words = {"password1": "een-goed-lang-wachtwoord", "password2": "een-goed-lang-wachtwoord"}
    browser.post(form.redirect_chain[-1][0], words)
    made.refresh_from_db()
    assert made.check_password("een-goed-lang-wachtwoord")


def test_an_account_is_not_made_twice_because_of_a_capital(world: World, as_oscar: Client):
    response = as_oscar.post(page(User, "add"), {"email": "ALICE@voorbeeld.nl", "name": "Alice"})

    assert response.status_code == 200
    assert User.objects.filter(email__iexact="alice@voorbeeld.nl").count() == 1


def test_a_password_set_by_oscar_is_logged_and_told(world: World, as_oscar: Client, mailbox: Mailbox):
    words = {"password1": "een-ander-wachtwoord", "password2": "een-ander-wachtwoord", "usable_password": "true"}
    as_oscar.post(reverse("admin:auth_user_password_change", args=[world.alice.pk]), words)

    world.alice.refresh_from_db()
    assert world.alice.check_password("een-ander-wachtwoord")
    assert [message.to for message in mailbox()] == [[world.alice.email]]
    line = LogEntry.objects.get(verb="password_set_by_operator")
    assert (line.actor_id, line.object_id) == (world.oscar.pk, world.alice.pk)


def test_a_password_that_was_not_accepted_is_not_told(world: World, as_oscar: Client, mailbox: Mailbox):
    words = {"password1": "kort", "password2": "kort", "usable_password": "true"}
    response = as_oscar.post(reverse("admin:auth_user_password_change", args=[world.alice.pk]), words)

    assert response.status_code == 200
    assert not mailbox()
    assert not LogEntry.objects.filter(verb="password_set_by_operator").exists()


def test_a_changed_address_is_told_to_the_old_one_and_opens_nothing_any_more(
    world: World, as_oscar: Client, mailbox: Mailbox
):
    EmailAddress.objects.create(user=world.alice, email=world.alice.email, primary=True, verified=True)
    fields = {"email": "anders@voorbeeld.nl", "name": "Alice", "is_active": "on"}
    as_oscar.post(page(User, "change", world.alice.pk), fields)

    (message,) = mailbox()
    assert message.to == ["alice@voorbeeld.nl"]
    assert "anders@voorbeeld.nl" in message.body
    assert not Client().login(request=None, email="alice@voorbeeld.nl", password="geheim-wachtwoord")
    assert Client().login(request=None, email="anders@voorbeeld.nl", password="geheim-wachtwoord")


def test_a_changed_name_is_no_news(world: World, as_oscar: Client, mailbox: Mailbox):
    fields = {"email": world.alice.email, "name": "Alice de Vries", "is_active": "on"}
    as_oscar.post(page(User, "change", world.alice.pk), fields)

    assert User.objects.get(pk=world.alice.pk).name == "Alice de Vries"
    assert not mailbox()


# Roles ---------------------------------------------------------------------------------------------------------------


def test_oscar_makes_the_first_beheerder(world: World, as_oscar: Client):
    fields = {"user": world.bob.pk, "role": Role.ADMINISTRATOR, "partnership": world.other_partnership.pk}
    as_oscar.post(page(Membership, "add"), fields)

    made = Membership.objects.get(user=world.bob, role=Role.ADMINISTRATOR)
    assert made.partnership_id == world.other_partnership.pk
    line = LogEntry.objects.get(verb="role_given")
    assert (line.actor_id, line.partnership_id, line.after) == (
        world.oscar.pk, world.other_partnership.pk, "administrator",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"role": "director"}, "precies één school, bestuur of samenwerkingsverband"),
        ({"role": "auditor"}, "Een auditor heeft een einddatum nodig"),
        ({"role": "administrator", "deputy": "on"}, "Alleen een schoolmedewerker kan plaatsvervanger zijn"),
    ],
)
def test_a_role_in_the_wrong_place_is_explained(world: World, as_oscar: Client, fields: dict[str, str], message: str):
    before = Membership.objects.count()
    response = as_oscar.post(
        page(Membership, "add"), {"user": world.bob.pk, "partnership": world.partnership.pk, **fields}
    )

    assert message in response.content.decode()
    assert Membership.objects.count() == before


def test_schools_of_one_name_are_told_apart_where_a_role_is_given(world: World, as_oscar: Client):
    choices = as_oscar.get(
        reverse("admin:autocomplete"),
        {"term": "kompas", "app_label": "schools", "model_name": "membership", "field_name": "school"},
    ).json()
    role = Membership.objects.get(user=world.alice)

    assert [choice["text"] for choice in choices["results"]] == ["Het Kompas, Amersfoort (01AA-00)"]
    assert "Het Kompas, Amersfoort (01AA-00)" in as_oscar.get(page(Membership, "change", role.pk)).content.decode()


def test_nobody_else_looks_people_up(world: World, as_petra: Client):
    query = {"term": "alice", "app_label": "schools", "model_name": "membership", "field_name": "user"}

    response = as_petra.get(reverse("admin:autocomplete"), query, follow=True)

    assert response.status_code == 403


def test_a_role_that_is_taken_leaves_a_line_in_the_log(world: World, as_oscar: Client):
    bobs = Membership.objects.get(user=world.bob)

    as_oscar.post(page(Membership, "delete", bobs.pk), {"post": "yes"})

    assert not Membership.objects.filter(pk=bobs.pk).exists()
    line = LogEntry.objects.get(verb="role_taken")
    assert (line.object_id, line.before, line.partnership_id) == (bobs.pk, "staff", world.partnership.pk)
