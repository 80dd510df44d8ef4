"""The PDF of a support profile and of an action plan: made by the worker as a conversation's report is."""

import datetime
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPoint, SupportProfile
from conversations.models import Agreement, Conversation
from records.models import Job
from records.tasks import work_on_job
from reports import tasks
from reports.contents import fingerprint
from reports.models import Report
from reports.plan_contents import plan_content
from reports.profile_contents import profile_content
from reports.rendering import plan_pdf, profile_pdf
from tests import plans
from tests.factories import World
from tests.reports.test_conversation_report import MADE_AT, ODD, VERAPDF, text_of

pytestmark = pytest.mark.django_db

CODE = "7QK4-M2RD-9XWA"
LONG = "Dit is een lange tekst over de school. " * 250

type Worker = Callable[[], int]


@pytest.fixture
def profile(world: World) -> SupportProfile:
    """Alice's, adopted, with a provision."""
    draft = plans.profile(world, world.alice, world.school)
    plans.add_provision(draft, world.alice, "Time-outplek", plans.GROUPS[0], plans.GROUPS[1], places=4)
    return plans.profile(world, world.alice, world.school, state="adopted")


@pytest.fixture
def plan(world: World) -> ActionPlan:
    return plans.plan(world, world.alice, world.school, state="adopted", goals=("Minder verzuim.", "Meer rust."))


def read_profile(of: SupportProfile) -> SupportProfile:
    found: SupportProfile = SupportProfile.objects.for_page().with_content().get(pk=of.pk)
    return found


def read_plan(of: ActionPlan) -> ActionPlan:
    found: ActionPlan = ActionPlan.objects.for_page().get(pk=of.pk)
    return found


def profile_url(of: SupportProfile, name: str = "profile_report") -> str:
    return reverse(f"reports:{name}", args=[of.pk])


def plan_url(of: ActionPlan, name: str = "plan_report") -> str:
    return reverse(f"reports:{name}", args=[of.pk])


def made(client: Client, url: str, run_worker: Worker) -> Report:
    assert client.post(url).status_code == 302
    run_worker()
    return Report.objects.earliest("-pk")


# Making --------------------------------------------------------------------------------------------------------------


def test_bob_asks_the_worker_makes_and_petra_downloads(
    world: World, profile: SupportProfile, as_bob: Client, as_petra: Client, run_worker: Worker
) -> None:
    assert "PDF maken" in as_bob.get(profile_url(profile)).text
    report = made(as_bob, profile_url(profile, "make_profile"), run_worker)
    assert report.kind == "profile" and report.name == "ondersteuningsprofiel-het-kompas-2026-2027-versie-1.pdf"
    seen = as_petra.get(profile_url(profile)).text
    assert report.sha256 in seen and report.code in seen and "PDF maken" not in seen
    given = as_petra.get(reverse("reports:download", args=[report.pk]))
    assert hashlib.sha256(given.getvalue()).hexdigest() == report.sha256


def test_the_plan_goes_on_and_a_next_version_says_so(
    world: World, plan: ActionPlan, as_alice: Client, run_worker: Worker
) -> None:
    first = made(as_alice, plan_url(plan, "make_plan"), run_worker)
    assert first.name == "actieplan-het-kompas-2026-2027-versie-1.pdf"
    as_alice.post(plan_url(plan, "make_plan"))
    assert "Er is niets veranderd" in as_alice.get(plan_url(plan)).text
    plans.points(plan)[0].add_note(world.alice, "Het loopt.")
    assert "iets gewijzigd in het plan" in as_alice.get(plan_url(plan)).text
    second = made(as_alice, plan_url(plan, "make_plan"), run_worker)
    assert (first.version, second.version) == (1, 2) and first.code != second.code


def test_of_a_draft_nothing_is_made(world: World, as_alice: Client, as_petra: Client) -> None:
    profile = plans.profile(world, world.alice, world.school, state="with_mr")
    plan = plans.plan(world, world.alice, world.school)
    for url, name, sentence in (
        (profile_url(profile), profile_url(profile, "make_profile"), "Stel het profiel eerst vast."),
        (plan_url(plan), plan_url(plan, "make_plan"), "Dien het plan eerst in."),
    ):
        page = as_alice.get(url).text
        assert sentence in page and "PDF maken" not in page
        assert sentence in as_alice.post(name, follow=True).text
    assert as_petra.get(plan_url(plan)).status_code == 404
    assert not Job.objects.exists()


def test_what_became_a_draft_meanwhile_is_not_made(
    world: World, profile: SupportProfile, as_alice: Client, run_worker: Worker
) -> None:
    as_alice.post(profile_url(profile, "make_profile"))
    profile.back_to_draft(world.alice)
    run_worker()
    assert not Report.objects.exists()
    assert "wordt gemaakt" not in as_alice.get(profile_url(profile)).text


@pytest.mark.parametrize("kind", ["profile", "plan"])
def test_a_dead_workers_job_is_done_again_once(
    world: World, profile: SupportProfile, plan: ActionPlan, as_alice: Client, kind: str
) -> None:
    """The three kinds share the lease, and what lost it leaves nothing."""
    as_alice.post(reverse(f"reports:make_{kind}", args=[(profile if kind == "profile" else plan).pk]))
    job = Job.objects.get(kind=f"{kind}_report")
    old_token = job.take()
    assert old_token is not None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    work_on_job.func(job.pk)
    again = tasks.make_profile_report if kind == "profile" else tasks.make_plan_report
    assert again(job, old_token) == {"report": Report.objects.get().pk}
    assert Report.objects.count() == 1


def test_the_database_keeps_kind_subject_and_version_together(profile: SupportProfile, plan: ActionPlan) -> None:
    def report(code: str, **fields: object) -> None:
        row = Report(version=1, fingerprint="0" * 64, code=code, size=1, sha256="0" * 64, name="x.pdf", **fields)
        row.file.save("x.pdf", ContentFile(b"x"), save=False)
        with transaction.atomic():
            row.save()

    report("A", kind="plan", plan=plan)
    report("B", kind="profile", profile=profile)
    for code, fields in (
        ("C", {"kind": "plan", "profile": profile}),
        ("D", {"kind": "plan", "plan": plan, "profile": profile}),
        ("E", {"kind": "plan", "plan": plan}),
        ("F", {"kind": "profile", "profile": profile}),
    ):
        with pytest.raises(IntegrityError):
            report(code, **fields)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.update(version=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.all().delete()


# Reading -------------------------------------------------------------------------------------------------------------


def test_who_reads_the_profile_reads_its_document(
    world: World, profile: SupportProfile, client: Client, as_alice: Client, run_worker: Worker
) -> None:
    report = made(as_alice, profile_url(profile, "make_profile"), run_worker)

    def answers() -> dict[str, int]:
        found = {}
        for who in ("bob", "dirk", "petra", "aisha", "carla", "otto", "oscar"):
            client.force_login(getattr(world, who))
            found[who] = client.get(reverse("reports:download", args=[report.pk])).status_code
        return found

    few = {"bob": 200, "dirk": 200, "petra": 200, "aisha": 200, "carla": 404, "otto": 404, "oscar": 404}
    assert answers() == few
    profile.publish(world.alice)
    assert answers() == few, "what was adopted only is not published with what came after it"
    report = made(as_alice, profile_url(profile, "make_profile"), run_worker)
    assert report.version == 2
    assert answers() == few | {"carla": 200}
    profile.back_to_draft(world.alice)
    assert answers() == few | {"petra": 404, "aisha": 404}


def test_a_shared_plan_does_not_share_its_document(
    world: World, plan: ActionPlan, as_carla: Client, as_alice: Client, as_aisha: Client, run_worker: Worker
) -> None:
    """The document names who does what, and the agreements behind it."""
    plan.share(world.alice, shared=True)
    report = made(as_alice, plan_url(plan, "make_plan"), run_worker)
    for url in (plan_url(plan), reverse("reports:download", args=[report.pk])):
        assert as_carla.get(url).status_code == 404
        assert as_aisha.get(url).status_code == 200
    assert as_carla.post(plan_url(plan, "make_plan")).status_code == 404
    assert as_aisha.post(plan_url(plan, "make_plan")).status_code == 403


# Content -------------------------------------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(profile: SupportProfile, plan: ActionPlan) -> None:
    profiles = [profile_content(read_profile(profile)) for _ in range(2)]
    plans_ = [plan_content(read_plan(plan)) for _ in range(2)]
    assert fingerprint(profiles[0]) == fingerprint(profiles[1]) != fingerprint(plans_[0]) == fingerprint(plans_[1])
    first, again = (profile_pdf(content, version=1, code=CODE, made_at=MADE_AT) for content in profiles)
    assert first == again
    one, two = (plan_pdf(content, version=1, code=CODE, made_at=MADE_AT) for content in plans_)
    assert one == two


def test_an_auditor_reads_no_document_of_what_was_not_adopted_then(
    world: World, as_alice: Client, as_aisha: Client, run_worker: Worker
) -> None:
    submitted = plans.plan(world, world.alice, world.school, state="submitted")
    early = made(as_alice, reverse("reports:make_plan", args=[submitted.pk]), run_worker)
    plans.bring_plan(world, submitted, world.alice, "adopted")
    late = made(as_alice, reverse("reports:make_plan", args=[submitted.pk]), run_worker)
    assert as_aisha.get(reverse("reports:download", args=[early.pk])).status_code == 404
    assert as_aisha.get(reverse("reports:download", args=[late.pk])).status_code == 200


def test_sharing_changes_nothing_in_the_document_and_publishing_its_date(
    world: World, profile: SupportProfile, plan: ActionPlan
) -> None:
    before = fingerprint(profile_content(read_profile(profile))), fingerprint(plan_content(read_plan(plan)))
    profile.publish(world.alice)
    plan.share(world.alice, shared=True)
    after = fingerprint(profile_content(read_profile(profile))), fingerprint(plan_content(read_plan(plan)))
    assert before[0] != after[0]
    assert before[1] == after[1]


def with_everything(world: World, plan: ActionPlan) -> ActionPlan:
    """With a note, an evaluation, and an agreement that became a point."""
    world.exchange()
    conversation = Conversation.start(world.petra, world.participation)
    indicator = next(i for i in world.indicators() if i.code == "2C")
    agreed = conversation.add_agreement(
        world.petra, text="Samen lessen bezoeken.", who="Bob", due=None, indicator=indicator, side="school"
    )
    Agreement.objects.for_page().get(pk=agreed.pk).make_action_point(world.alice)
    first = plans.points(plan)[0]
    first.add_note(world.alice, "De helft is gedaan.", datetime.date(2027, 1, 14))
    first.evaluate(world.alice, result=ActionPoint.Result.PARTLY, learned="Eerder beginnen.")
    return read_plan(plan)


@pytest.mark.pdf
def test_the_plan_says_what_was_planned_done_and_learned(world: World, plan: ActionPlan, tmp_path: Path) -> None:
    content = plan_content(with_everything(world, plan))
    text = text_of(plan_pdf(content, version=1, code=CODE, made_at=MADE_AT), tmp_path)
    cover, minute, *_ = text.split("\f")
    for said in ("Actieplan", "Het Kompas", "Stichting De Waaier", "schooljaar 2026-2027", "vastgesteld", CODE):
        assert said in cover
    for said in ("Minder verzuim.", "Meer rust.", "Samen lessen bezoeken.", "deels gehaald"):
        assert said in minute
    for said in (
        "Speerpunt 1. Trajectvoorziening ontwikkelen",
        "Nog zonder speerpunt",
        "Lijst van de scholing",
        "De helft is gedaan.",
        "Eerder beginnen.",
        "2C Planmatig handelen",
    ):
        assert said in text
    for page in text.removesuffix("\f").split("\f")[1:]:
        assert f"Controlecode {CODE}" in page


@pytest.mark.pdf
def test_the_profile_says_what_the_school_offers(world: World, profile: SupportProfile, tmp_path: Path) -> None:
    content = profile_content(read_profile(profile))
    text = text_of(profile_pdf(content, version=1, code=CODE, made_at=MADE_AT), tmp_path)
    cover = text.split("\f")[0]
    for said in ("Het Kompas", "Besproken met de MR", "door Alice", "schooljaar 2026-2027", CODE):
        assert said in cover
    for said in ("Een school met aandacht.", "In de les", "Mentoraat", "aanwezig", "Time-outplek", plans.GROUPS[1]):
        assert said in text
    for title in ("Extra ondersteuning", "Grenzen van de ondersteuning", "Ambities"):
        assert title in text


def check(pdf: bytes, folder: Path) -> None:
    """Both standards, and no letter from another font than ours."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([str(VERAPDF), str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    fonts = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
    assert all("IBM-Plex-Sans" in line for line in fonts.splitlines()[2:])


@pytest.mark.pdf
@pytest.mark.parametrize("text", [ODD, LONG, "w" * 3000, "regel\n\nnog een", ""])
def test_whatever_people_type_both_documents_pass_both_standards(
    world: World, profile: SupportProfile, plan: ActionPlan, tmp_path: Path, text: str
) -> None:
    plan = with_everything(world, plan)
    SupportProfile.objects.update(**dict.fromkeys(SupportProfile.TEXTS, text))
    profile.items.update(explanation=text[:1000])
    profile.provisions.update(description=text[:1000])
    ActionPlan.objects.update(introduction=text, evaluation=text)
    ActionPoint.objects.update(goal=text[:1000] or "x", measure=text[:1000], who=text[:160])
    for point in plans.points(plan):
        point.notes.update(text=text[:2000])
    check(profile_pdf(profile_content(read_profile(profile)), version=1, code=CODE, made_at=MADE_AT), tmp_path)
    check(plan_pdf(plan_content(read_plan(plan)), version=1, code=CODE, made_at=MADE_AT), tmp_path)


@pytest.mark.pdf
def test_the_empty_work_plan_of_the_partnership_is_a_document_too(world: World, tmp_path: Path) -> None:
    work_plan = ActionPlan.begin(world.petra, world.partnership, plans.YEAR)
    content = plan_content(read_plan(work_plan))
    pdf = plan_pdf(content, version=1, code=CODE, made_at=MADE_AT)
    check(pdf, tmp_path)
    text = text_of(pdf, tmp_path)
    assert "Jaarwerkplan" in text and "Dit plan heeft nog geen actiepunten." in text
