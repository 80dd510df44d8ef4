"""The report of a conversation: made once by the worker, never changed, the same for the same content."""

import datetime
import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.models import Agreement, Conversation
from records.models import Job, JobState, LogEntry
from records.tasks import work_on_job
from reports import tasks
from reports.contents import control_code, conversation_content, fingerprint
from reports.models import Report
from reports.rendering import conversation_pdf
from tests.factories import World

pytestmark = pytest.mark.django_db

VERAPDF = Path(__file__).resolve().parents[2] / "tools" / "verapdf" / "verapdf"
MADE_AT = datetime.datetime(2027, 3, 26, 10, 5, tzinfo=datetime.UTC)
ODD = "✓ 😀 → Ж 中 ≤ ﬁ e\u0301 <b>vet</b> & 👨‍👩‍👧 \u2028 \x0b عربى"

type Worker = Callable[[], int]


@pytest.fixture
def conversation(world: World) -> Conversation:
    world.fill("school", "v")
    world.fill("partnership", "v")
    world.answer("partnership", "2C", levels={"vastgelegd": "v", "geimplementeerd": "p"}, explanation="Niet gezien.")
    world.exchange()
    started = Conversation.start(world.petra, world.participation)
    started.save_text(world.petra, "summary", version=0, text="Samen kijken naar 2C.")
    started.add_agreement(
        world.petra, text="Samen zes lessen bezoeken.", who="Bob", due=datetime.date(2027, 5, 28), indicator=None
    )
    return recorded(world)


def recorded(world: World) -> Conversation:
    return Conversation.objects.for_page().with_record().get(participation=world.participation.pk)


def page(world: World) -> str:
    return reverse("reports:conversation_report", args=[world.participation.pk])


def ask(client: Client, world: World) -> None:
    assert client.post(reverse("reports:make", args=[world.participation.pk])).status_code == 302


def files_of_reports() -> list[str]:
    folder = str(Report.objects.get().file.name).rsplit("/", 1)[0]
    return sorted(default_storage.listdir(folder)[1])


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True)
    return done.stdout


def test_petra_asks_the_worker_makes_and_alice_downloads(
    world: World, conversation: Conversation, as_petra: Client, as_alice: Client, run_worker: Worker
) -> None:
    assert "Verslag maken" in as_petra.get(page(world)).text
    ask(as_petra, world)
    assert "wordt gemaakt" in as_petra.get(page(world)).text
    run_worker()
    report = Report.objects.get()
    seen = as_alice.get(page(world)).text
    assert report.sha256 in seen and report.code in seen
    assert "Verslag maken" not in seen
    given = as_alice.get(reverse("reports:download", args=[report.pk]))
    pdf = given.getvalue()
    assert hashlib.sha256(pdf).hexdigest() == report.sha256
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert LogEntry.objects.filter(verb="report_downloaded", actor_id=world.alice.pk).count() == 1


def test_the_same_content_again_is_the_same_file(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    ask(as_petra, world)
    run_worker()
    ask(as_petra, world)
    run_worker()
    assert Report.objects.count() == 1
    assert "Er is niets veranderd" in as_petra.get(page(world)).text


def test_ticking_off_an_agreement_changes_nothing_in_the_report(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    ask(as_petra, world)
    run_worker()
    agreement = Agreement.objects.for_page().get()
    agreement.set_state(world.petra, "done")
    assert "iets gewijzigd" not in as_petra.get(page(world)).text


def test_a_change_is_a_new_version_beside_the_old_one(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    ask(as_petra, world)
    run_worker()
    conversation.save_text(world.petra, "summary", version=1, text="Anders.")
    assert "iets gewijzigd" in as_petra.get(page(world)).text
    ask(as_petra, world)
    run_worker()
    first, second = Report.objects.order_by("version")
    assert (first.version, second.version) == (1, 2)
    assert first.code != second.code
    seen = as_petra.get(page(world)).text
    assert first.sha256 in seen and second.sha256 in seen
    assert first.file.storage.exists(str(first.file.name))


def test_asking_twice_while_the_worker_is_at_it_is_one_report(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    ask(as_petra, world)
    ask(as_petra, world)
    run_worker()
    assert Job.objects.filter(kind=tasks.CONVERSATION_REPORT).count() == 1
    assert Report.objects.count() == 1


def test_the_job_of_a_dead_worker_is_done_again_and_its_report_exists_once(
    world: World, conversation: Conversation, as_petra: Client
) -> None:
    ask(as_petra, world)
    job = Job.objects.get(kind=tasks.CONVERSATION_REPORT)
    old_token = job.take()
    assert old_token is not None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    work_on_job.func(job.pk)
    files = files_of_reports()
    assert tasks.make_conversation_report(job, old_token) == {"report": Report.objects.get().pk}
    assert Report.objects.count() == 1
    assert files == files_of_reports()


def test_a_worker_that_lost_its_lease_leaves_neither_row_nor_file(
    world: World, conversation: Conversation, as_petra: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(as_petra, world)
    job = Job.objects.get(kind=tasks.CONVERSATION_REPORT)
    old_token = job.take()
    assert old_token is not None
    written: list[str] = []
    write_file = Report.write_file

    def slow(*args: object, **kwargs: object) -> Report:
        """While this worker writes, its lease runs out and another one takes the job."""
        report: Report = write_file(*args, **kwargs)  # type: ignore[arg-type]
        written.append(str(report.file.name))
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
        assert job.take() is not None
        return report

    monkeypatch.setattr(Report, "write_file", slow)
    assert tasks.make_conversation_report(job, old_token) is None
    assert not Report.objects.exists()
    assert not default_storage.exists(written[0])


def test_what_went_wrong_is_said_and_can_be_tried_again(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "conversation_pdf", lambda *args, **kwargs: 1 / 0)
        ask(as_petra, world)
        run_worker()
    seen = as_petra.get(page(world)).text
    assert "Opnieuw proberen" in seen
    assert "ZeroDivisionError" not in seen
    ask(as_petra, world)
    run_worker()
    assert Report.objects.count() == 1
    assert "Opnieuw proberen" not in as_petra.get(page(world)).text
    assert not Job.objects.filter(state=JobState.RUNNING).exists()


def test_a_report_is_never_changed_or_deleted(
    world: World, conversation: Conversation, as_petra: Client, run_worker: Worker
) -> None:
    ask(as_petra, world)
    run_worker()
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.all().delete()


def test_who_may_make_and_who_may_read(
    world: World,
    conversation: Conversation,
    as_petra: Client,
    as_alice: Client,
    as_dirk: Client,
    as_aisha: Client,
    as_carla: Client,
    as_otto: Client,
    run_worker: Worker,
) -> None:
    make = reverse("reports:make", args=[world.participation.pk])
    for client, status in ((as_alice, 403), (as_dirk, 403), (as_aisha, 403), (as_carla, 404), (as_otto, 404)):
        assert client.post(make).status_code == status
    ask(as_petra, world)
    run_worker()
    download = reverse("reports:download", args=[Report.objects.get().pk])
    for client, status in ((as_alice, 200), (as_dirk, 200), (as_aisha, 200), (as_carla, 404), (as_otto, 404)):
        assert client.get(page(world)).status_code == status
        assert client.get(download).status_code == status


def test_without_a_recorded_conversation_there_is_nothing_to_make(world: World, as_petra: Client) -> None:
    world.exchange()
    assert as_petra.get(page(world)).status_code == 302
    assert as_petra.post(reverse("reports:make", args=[world.participation.pk])).status_code == 404


def test_the_poll_gets_only_the_part_that_changes(world: World, conversation: Conversation, as_petra: Client) -> None:
    ask(as_petra, world)
    part = as_petra.get(page(world), headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="verslag"')
    assert "hx-trigger" in part


def test_the_code_can_be_read_aloud() -> None:
    code = control_code("ab" * 32, 1)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert code != control_code("ab" * 32, 2)
    assert code != control_code("ac" * 32, 1)


def test_the_same_content_gives_the_same_bytes(world: World, conversation: Conversation) -> None:
    first, again = (conversation_content(recorded(world)) for _ in range(2))
    assert fingerprint(first) == fingerprint(again)
    made = [conversation_pdf(content, version=1, code="X", made_at=MADE_AT) for content in (first, again)]
    assert made[0] == made[1]


def test_every_text_of_the_conversation_counts_for_the_fingerprint(world: World, conversation: Conversation) -> None:
    seen = {fingerprint(conversation_content(conversation))}
    indicator = world.indicators()[0]
    conversation.save_text(world.petra, "plan_notes", version=0, text="Plan.")
    seen.add(fingerprint(conversation_content(recorded(world))))
    conversation.save_conclusion(world.petra, indicator, version=0, text="Besloten.")
    seen.add(fingerprint(conversation_content(recorded(world))))
    Agreement.objects.for_page().get().remove(world.petra)
    seen.add(fingerprint(conversation_content(recorded(world))))
    assert len(seen) == 4


@pytest.mark.pdf
def test_the_report_says_what_was_filled_in_concluded_and_agreed(
    world: World, conversation: Conversation, tmp_path: Path
) -> None:
    conversation.save_details(
        world.petra,
        version=0,
        held_at=MADE_AT,
        duration_minutes=90,
        location="Kamer 12",
        participants=[("Alice Vermeer", "directeur"), ("Ayşe Yıldız", "")],
    )
    conversation.save_conclusion(
        world.petra, next(i for i in world.indicators() if i.code == "2C"), version=0, text="We gaan samen kijken."
    )
    content = conversation_content(recorded(world))
    text = text_of(conversation_pdf(content, version=1, code="7QK4-M2RD-9XWA", made_at=MADE_AT), tmp_path)
    cover, minute, *_ = text.split("\f")
    for said in ("Het Kompas", "Stichting De Waaier", "Alice Vermeer (directeur)", "Ayşe Yıldız", "7QK4-M2RD-9XWA"):
        assert said in cover
    assert "School en SWV kozen 23 van de 24 keer hetzelfde." in minute
    assert "2C Planmatig handelen" in minute
    assert "Samen zes lessen bezoeken." in minute
    for said in (
        "Toelichting bij 1A.",
        "Niet gezien.",
        "We gaan samen kijken.",
        "Vervolgafspraak voor later.",
        "Bijlage 8",
    ):
        assert said in text
    for party in ("school", "partnership"):
        seal = world.form(party).seal
        assert seal[:8] in text and seal[-8:] in text
    for page_text in text.removesuffix("\f").split("\f")[1:]:
        assert "Controlecode 7QK4-M2RD-9XWA" in page_text


@pytest.mark.pdf
def test_a_conversation_started_without_a_form_says_so(world: World, tmp_path: Path) -> None:
    world.fill("partnership", "u")
    world.answer("school", "1A", levels={}, explanation="Geheim concept van de school.")
    world.submit("partnership")
    world.pass_deadline()
    world.participation.start_without(world.petra, "De school was door ziekte niet klaar.")
    world.refresh()
    Conversation.start(world.petra, world.participation)
    content = conversation_content(recorded(world))
    text = text_of(conversation_pdf(content, version=1, code="X", made_at=MADE_AT), tmp_path)
    assert "zonder het formulier van de school" in text
    assert "De school was door ziekte niet klaar." in text
    assert "Geheim concept" not in text
    assert "niet ingediend" in text


@pytest.mark.pdf
@pytest.mark.parametrize("text", [ODD, "Dit is een lange toelichting. " * 500, "w" * 3000, "regel\n\nnog een"])
def test_whatever_people_type_the_report_passes_both_standards(
    world: World, conversation: Conversation, tmp_path: Path, text: str
) -> None:
    conversation.save_text(world.petra, "budget_notes", version=0, text=text)
    conversation.save_conclusion(world.petra, world.indicators()[3], version=0, text=text)
    conversation.add_agreement(world.petra, text=text[:500], who=text[:160], due=None, indicator=None)
    path = tmp_path / "report.pdf"
    content = conversation_content(recorded(world))
    path.write_bytes(conversation_pdf(content, version=1, code="7QK4-M2RD-9XWA", made_at=MADE_AT))
    done = subprocess.run([str(VERAPDF), str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    fonts = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
    assert all("IBM-Plex-Sans" in line for line in fonts.splitlines()[2:])
