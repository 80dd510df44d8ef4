"""Until the exchange nobody learns anything of the other party's form but whether it is in, and its seal.

Two ways of looking: a canary in every text, name and file of the hidden form, sought in everything that leaves the
portal; and the same pages for two different contents of the hidden form, compared byte by byte.
"""

import datetime
import io
import re
import subprocess
import uuid
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from conversations.models import Conversation
from indicators.models import Assessment, EvidenceFile, Participation, Party
from records.models import LogEntry, Message
from swvportal.lib.errors import IllegalTransition
from tests import factories, money, plans
from tests.access_table import rows
from tests.test_access import PARTIES, address, payload

CANARY = "kanarie"
SIDES = {"school": ("alice", "bob", "dirk"), "partnership": ("petra", "bea")}
HIDDEN = ("school", "partnership")


@pytest.fixture
def world(world):
    """With profiles, plans and money, so that their pages are looked at too."""
    plans.set_up(world, "half")
    money.set_up(world, "half")
    return world


def hide(world, party):
    """A form with the canary in everything that somebody can type or upload."""
    form, writer = world.form(party), world.writer(party)
    for number, indicator in enumerate(world.indicators()):
        form.save_answer(
            writer,
            indicator,
            version=0,
            levels={"vastgelegd": "vusp"[number % 4], "geimplementeerd": "spvu"[number % 4]},
            explanation=f"{CANARY} bij {indicator.code}",
        )
    form.save_closing_text(writer, "follow_up", version=0, text=f"{CANARY} vervolg")
    form.save_closing_text(writer, "planning", version=0, text=f"{CANARY} planning")
    world.add_evidence(party, "1A", name=f"{CANARY}.pdf", content=factories.PDF + CANARY.encode())


def others(party):
    return SIDES[Party(party).other]


def sitemap(world):
    """The address of every GET row of the access table that exists now, and of some that should not."""
    found = []
    for name, method, _, _ in rows():
        if method == "GET":
            try:
                found.append(address(world, name))
            except (Conversation.DoesNotExist, NoReverseMatch):
                continue  # nothing recorded yet, so no address
            except Exception as error:
                if type(error).__name__ != "DoesNotExist":
                    raise
    pk = world.participation.pk
    found += [f"/deelnames/{pk}/formulier/{party}/?versie=1&state=exchanged&party=partnership" for party in PARTIES]
    return list(dict.fromkeys(found))


LINK = re.compile(r"""(?:href|action|src|hx-get|hx-post|data-[a-z-]*url)="(/[^"#]*)""")
LEFT_OUT = ("/account/", "/static/")


def everything(client, start):
    """Every answer to a GET that can be reached: the given addresses, and every link on every page."""
    waiting, answers = list(start), {}
    while waiting:
        url = waiting.pop()
        if url in answers or url.startswith(LEFT_OUT):
            continue
        response = client.get(url)
        body = response.getvalue()
        answers[url] = (response.status_code, body, dict(response.headers))
        if response.status_code == 302:
            waiting.append(response["Location"].partition("#")[0])
        if b"<html" in body:
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(body.decode())]
    return answers


def texts_of(answers):
    """Bodies and headers in one; archives unpacked."""
    for url, (_, body, headers) in answers.items():
        yield url, body
        yield url, repr(headers).encode()
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                for name in archive.namelist():
                    yield url, name.encode() + archive.read(name)


def assert_silent(answers):
    for url, text in texts_of(answers):
        assert CANARY.encode() not in text.lower(), url
    assert len([1 for status, *_ in answers.values() if status == 200]) > 2, "there was something to read"


SITUATIONS = {
    # the hidden form, the reader's own
    "both-draft": ("draft", "draft"),
    "hidden-in": ("submitted", "draft"),
    "reader-in": ("draft", "submitted"),
    "closed": ("closed", "exchanged"),
}


def situate(world, party, situation):
    hide(world, party)
    own = Party(party).other
    world.fill(own)
    hidden_state, own_state = SITUATIONS[situation]
    if hidden_state == "submitted":
        world.submit(party)
    if own_state != "draft":
        world.submit(own)
    if hidden_state == "closed":
        world.pass_deadline()
        world.refresh()
        world.participation.start_without(world.petra, "Ziekte")
        Conversation.start(world.petra, world.participation)
        world.refresh()


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("party", HIDDEN)
def test_no_page_download_or_header_carries_the_canary(world, party, situation, caplog):
    world.last_year()
    situate(world, party, situation)
    for name in (others(party)[0], others(party)[-1], "carla", "aisha"):
        client = Client()
        client.force_login(getattr(world, name))
        assert_silent(everything(client, sitemap(world)))
    assert CANARY not in caplog.text.lower()


@pytest.mark.parametrize("party", HIDDEN)
def test_the_canary_sings_after_the_exchange(world, party):
    """Otherwise the test above would pass without looking."""
    situate(world, party, "both-draft")
    world.exchange()
    client = Client()
    client.force_login(getattr(world, others(party)[0]))
    answers = everything(client, sitemap(world))
    singing = {url for url, text in texts_of(answers) if CANARY.encode() in text.lower()}
    pk, side = world.participation.pk, "swv" if party == "partnership" else "school"
    evidence = EvidenceFile.objects.get()
    assert {
        f"/deelnames/{pk}/formulier/{side}/",
        f"/deelnames/{pk}/formulier/{side}/afdrukken/",
        f"/deelnames/{pk}/formulier/{side}/zegel/",
        f"/deelnames/{pk}/vergelijking/",
        f"/bewijs/{evidence.token}/",
    } <= singing


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("party", HIDDEN)
def test_no_mail_log_line_job_or_session_carries_the_canary(world, party, situation, mailbox, as_petra, as_alice):
    situate(world, party, situation)
    for mail in mailbox():
        assert CANARY not in f"{mail.subject} {mail.body} {mail.extra_headers} {mail.attachments}".lower()
    as_alice.get(reverse("home"))
    as_petra.get(reverse("home"))
    forms = {model._meta.db_table for model in apps.get_app_config("indicators").get_models()}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in forms:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert CANARY not in repr([tuple(map(str, row)) for row in cursor.fetchall()]).lower(), table
    for entry in LogEntry.objects.all():
        assert CANARY not in str(entry).lower()


def test_a_stored_file_does_not_tell_its_name(world):
    hide(world, "partnership")
    evidence = EvidenceFile.objects.get()
    assert CANARY not in str(evidence.file.name)
    assert Path(evidence.file.path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("party", HIDDEN)
def test_the_operator_finds_no_answer_in_the_admin(world, party, as_oscar):
    situate(world, party, "hidden-in")
    start = [reverse("admin:index")]
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        start.append(reverse(f"admin:{label}_changelist"))
        for row in model._default_manager.all()[:20]:
            start += [reverse(f"admin:{label}_{page}", args=[row.pk]) for page in ("change", "history")]
    answers = {url: answer for url, answer in everything(as_oscar, start).items() if "/delete/" not in url}
    assert_silent(answers)
    for model in apps.get_app_config("indicators").get_models():
        assert not admin.site.is_registered(model), "answers are never in the admin"


@pytest.mark.parametrize("party", HIDDEN)
def test_a_save_in_the_others_form_does_not_answer_with_its_text(world, party):
    """A stale save is answered with both texts; for the other party there is nothing to be stale against."""
    hide(world, party)
    side = "swv" if party == "partnership" else "school"
    for name in others(party):
        client = Client()
        client.force_login(getattr(world, name))
        for view in ("form", "save_answer", "save_closing_text", "add_evidence", "submit", "hand_back"):
            row = f"indicators:{view}/{side}"
            response = client.post(address(world, row), payload(world, row), headers={"Accept": "application/json"})
            assert response.status_code == 404
            assert CANARY.encode() not in response.getvalue().lower()
    assert world.form(party).answers.filter(version=1).count() == 12


@pytest.mark.pdf
def test_the_report_of_a_form_that_closed_unread_does_not_quote_it(world, run_worker, tmp_path):
    from reports.models import Report
    from reports.tasks import ask_for_report

    situate(world, "school", "closed")
    conversation = Conversation.objects.for_page().with_record().get()
    ask_for_report(world.petra, conversation)
    run_worker()
    report = Report.objects.get()
    path = tmp_path / "verslag.pdf"
    path.write_bytes(report.file.read())
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "Het Kompas" in text
    assert CANARY not in text.lower()
    assert CANARY.encode() not in path.read_bytes().lower()


# Byte by byte --------------------------------------------------------------------------------------------------------

TOKENS = re.compile(rb'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]*"')


def first_content(world, party):
    """Everything at the best level, from front to back."""
    world.fill(party, "v")


def second_content(world, party):
    """Half of it, from back to front, by somebody else, in many saves, with files."""
    form, writer = world.form(party), world.bob if party == "school" else world.bea
    for indicator in reversed(world.indicators()[5:]):
        for version, text in enumerate(["Eerst dit.", "Toen dat.", "Ten slotte een veel langere tekst. " * 40]):
            form.save_answer(writer, indicator, version=version, levels={"vastgelegd": "p"}, explanation=text)
        world.add_evidence(party, indicator.code, name=f"stuk-{indicator.code}.pdf")
    world.form(party).save_closing_text(writer, "planning", version=0, text="Ooit.")


def no_content(world, party):
    """Not begun."""


def seen_by(world, names, party):
    """All that these people get to see, and what each post in the other's form answers; tokens taken out."""
    seen = {}
    side = "swv" if party == "partnership" else "school"
    for name in names:
        client = Client()
        client.force_login(getattr(world, name))
        answers = everything(client, [url for url in sitemap(world) if "/bewijs/" not in url])
        for view in ("form", "save_answer", "save_closing_text", "submit", "hand_back"):
            row = f"indicators:{view}/{side}"
            response = client.post(address(world, row), payload(world, row))
            answers[f"POST {row}"] = (response.status_code, response.getvalue(), dict(response.headers))
        for url, (status, body, headers) in answers.items():
            seen[name, url] = (status, TOKENS.sub(rb"\1", body), headers)
    return seen


@pytest.mark.parametrize("own_is_in", [False, True], ids=["own-draft", "own-in"])
@pytest.mark.parametrize("party", HIDDEN)
def test_pages_are_the_same_for_every_content_of_the_others_draft(world, party, own_is_in, monkeypatch):
    world.last_year()
    own = Party(party).other
    world.fill(own, "s")
    if own_is_in:
        world.submit(own)
    moment = timezone.now()
    looks = []
    for content in (first_content, second_content, no_content):
        with transaction.atomic():
            content(world, party)
            with monkeypatch.context() as patch:
                patch.setattr(timezone, "now", lambda: moment)
                looks.append(seen_by(world, (others(party)[0], others(party)[-1]), party))
            transaction.set_rollback(True)
    one, two, three = looks
    assert one.keys() == two.keys() == three.keys()
    different = [what for what in one if not one[what] == two[what] == three[what]]
    assert not different
    assert len(one) > 100


ADDRESS_OF_A_FILE = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize("party", HIDDEN)
def test_ones_own_files_do_not_tell_how_many_the_other_has(world, monkeypatch, party):
    """What is added after the other's files has no number that counts them."""
    own, name = Party(party).other, others(party)[0]
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)  # the page says when it was saved
    looks = []
    for content in (no_content, second_content):
        with transaction.atomic():
            content(world, party)
            world.fill(own)
            world.add_evidence(own, name="eigen.pdf")
            client = Client()
            client.force_login(getattr(world, name))
            side = "school" if own == "school" else "swv"
            page = client.get(address(world, f"indicators:form/{side}")).getvalue()
            assert b"eigen.pdf" in page
            looks.append(ADDRESS_OF_A_FILE.sub(b"", TOKENS.sub(rb"\1", page)))
            transaction.set_rollback(True)
    assert looks[0] == looks[1]


# Too early -----------------------------------------------------------------------------------------------------------


def refusals(who):
    return LogEntry.objects.filter(verb="refused", actor=who).count()


@pytest.mark.parametrize("party", HIDDEN)
@pytest.mark.parametrize("hidden_state", ["draft", "submitted"])
def test_whoever_asks_too_early_is_refused_and_logged(world, party, hidden_state):
    hide(world, party)
    if hidden_state == "submitted":
        world.submit(party)
    side = "swv" if party == "partnership" else "school"
    views = ("form", "print_form", "evidence", "review", "hand_back", "seal")
    for name in others(party):
        client = Client()
        client.force_login(getattr(world, name))
        before = refusals(getattr(world, name))
        for view in views:
            assert client.get(address(world, f"indicators:{view}/{side}")).status_code == 404, view
        assert refusals(getattr(world, name)) == before + len(views)
    entry = LogEntry.objects.filter(verb="refused").latest("pk")
    assert (entry.object_type, entry.object_id) == ("indicators.participation", world.participation.pk)
    assert entry.partnership_id == world.partnership.pk


def test_an_outsider_is_refused_without_filling_the_log(world, as_carla, as_otto):
    hide(world, "partnership")
    for client in (as_carla, as_otto):
        assert client.get(address(world, "indicators:form/swv")).status_code == 404
        assert client.get(address(world, "indicators:evidence/swv")).status_code == 404
    assert client.get(f"/bewijs/{uuid.uuid4()}/").status_code == 404
    assert not LogEntry.objects.filter(verb="refused").exists()


@pytest.mark.parametrize("party", HIDDEN)
def test_no_clock_opens_a_form(world, party, monkeypatch):
    """Past the deadline, past the conversation, years later, or before the round began: only the exchange opens."""
    hide(world, party)
    world.submit(party)
    side = "swv" if party == "partnership" else "school"
    real = timezone.now
    for days in (25, 31, 365, 4000, -400):
        monkeypatch.setattr(timezone, "now", lambda days=days: real() + datetime.timedelta(days=days))
        for name in others(party):
            client = Client()
            client.force_login(getattr(world, name))
            for view in ("form", "print_form", "evidence", "seal"):
                assert client.get(address(world, f"indicators:{view}/{side}")).status_code == 404
            for view in ("participation", "comparison"):
                assert CANARY.encode() not in client.get(address(world, f"indicators:{view}")).getvalue().lower()


@pytest.mark.parametrize("party", HIDDEN)
def test_no_forged_state_opens_a_form(world, party):
    """What a request carries is not believed, and a participation that claims to be exchanged opens nothing itself."""
    hide(world, party)
    world.fill(Party(party).other)
    world.submit(party)
    side = "swv" if party == "partnership" else "school"
    forged = {"state": "exchanged", "exchanged_at": "2026-01-01", "party": party, "key": str(uuid.uuid4())}
    for name in others(party):
        client = Client(headers={"X-User": "bea", "X-Original-URL": address(world, f"indicators:form/{side}")})
        client.force_login(getattr(world, name))
        for view in ("form", "submit", "hand_back"):
            assert client.post(address(world, f"indicators:{view}/{side}"), forged).status_code == 404
        own = address(world, f"indicators:form/{'school' if side == 'swv' else 'swv'}")
        assert CANARY.encode() not in client.get(own, forged).getvalue().lower()
    assert not world.participation.exchange_if_complete(world.petra)
    Participation.objects.filter(pk=world.participation.pk).update(exchanged_at=timezone.now())
    for name in (*others(party), "aisha"):
        client = Client()
        client.force_login(getattr(world, name))
        for view in ("form", "print_form", "evidence", "seal"):
            assert client.get(address(world, f"indicators:{view}/{side}")).status_code == 404
    assert [form.state for form in Assessment.objects.filter(party=party)] == ["submitted"]


def test_the_school_cannot_start_the_conversation_itself(world, as_alice):
    hide(world, "partnership")
    world.submit("partnership")
    world.pass_deadline()
    response = as_alice.post(address(world, "indicators:start_without"), {"reason": "Ik wil het zien"})
    assert response.status_code == 403
    world.refresh()
    assert not world.participation.is_exchanged


def test_a_form_that_is_handed_back_is_hidden_again_with_its_seal(world, as_petra):
    """Petra saw that it was in, and its seal; after the return she sees neither."""
    hide(world, "school")
    seal = world.submit("school").seal
    participation = address(world, "indicators:participation")
    assert seal.encode() in as_petra.get(participation).getvalue().replace(b" ", b"").replace(b"<wbr>", b"")
    world.form("school").hand_back(world.alice)
    page = as_petra.get(participation).getvalue()
    assert seal.encode() not in page.replace(b" ", b"").replace(b"<wbr>", b"")
    assert CANARY.encode() not in page.lower()
    with pytest.raises(IllegalTransition):
        world.form("school").hand_back(world.alice)
    assert Message.objects.filter(key__startswith="handed-back-").count() == 2
