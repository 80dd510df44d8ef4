"""The demo: what a newcomer finds at the first start."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max
from django.test import Client, TestCase, override_settings
from django.utils import timezone

from accounts.models import User
from actionplans.models import ActionGroup, ActionPlan, ActionPoint, Signal, SignalVoice, SupportPlan, SupportProfile
from conversations.models import Agreement
from finance.models import (
    AccountSeal,
    Allocation,
    Budget,
    BudgetLine,
    FundAccount,
    FundYear,
    SchoolNarrative,
)
from indicators.models import Assessment, ConversationRound, Participation
from records.models import LogEntry, Message
from reports.models import Report
from schools.models import Partnership
from swvportal.demo.cast import ACCOUNTS, DOMAIN, PASSWORD
from swvportal.lib.school_year import school_year_of


class DemoTest(TestCase):
    """Loaded once: it takes a while."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", stdout=StringIO())

    def test_the_demo_shows_a_round_in_every_state_and_changes_nothing_the_second_time(self) -> None:
        running = Participation.objects.filter(round__state=ConversationRound.State.OPEN)
        states = {
            tuple(form.state for form in participation.assessments.order_by("-party")) for participation in running
        }
        assert states == {
            ("draft", "draft"),
            ("submitted", "draft"),
            ("draft", "submitted"),
            ("exchanged", "exchanged"),
            ("closed", "exchanged"),
        }
        half = Assessment.objects.filter(participation__in=running, answers__isnull=False, state="draft").distinct()
        assert half.count() == 3
        assert ConversationRound.objects.filter(state=ConversationRound.State.CLOSED).count() == 2
        assert Report.objects.filter(conversation__participation__in=running).count() == 1
        assert Agreement.objects.filter(state="open").exists()
        assert not Message.objects.waiting().exists(), "nobody wants mail about an invented past"
        assert Client().get("/healthz").status_code == 200, "the worker has only just been asked"
        call_command("verify_seals", stdout=StringIO())

        rows = LogEntry.objects.count()
        second = StringIO()
        call_command("load_demo", stdout=second)
        assert "staat er al" in second.getvalue()
        assert LogEntry.objects.count() == rows

    def test_the_demo_has_two_years_of_money_with_a_story(self) -> None:
        year = school_year_of(timezone.localdate())
        assert set(Budget.objects.filter(school_year=year - 1).values_list("state", flat=True)) == {"adopted"}
        assert set(Budget.objects.filter(school_year=year).values_list("state", flat=True)) == {
            "adopted", "submitted", "draft",
        }  # fmt: skip
        assert set(FundAccount.objects.values_list("state", flat=True)) == {"approved", "submitted", "draft"}
        assert all(seal.holds() for seal in AccountSeal.objects.all())
        assert FundAccount.objects.exclude(return_reason="").exists(), "one came back"
        waiting = FundYear.objects.with_totals().get(state="draft")
        assert waiting.left_cents < 0, "the proposal that waits gives more than there is"
        given = FundYear.objects.with_totals().filter(state="published")
        assert all(of_year.left_cents >= 0 for of_year in given)
        tied = BudgetLine.objects.filter(action_point__agreement__isnull=False)
        assert tied.exists(), "a euro that leads to an agreement of a conversation"
        assert Allocation.objects.exclude(corrections=None).exists()
        assert {"draft", "submitted"} == set(SchoolNarrative.objects.values_list("state", flat=True))

    @override_settings(DEMO=True)
    def test_each_account_on_the_sign_in_page_can_sign_in(self) -> None:
        page = self.client.get("/account/login/").content.decode()
        for first, _ in ACCOUNTS:
            address = f"{first}@{DOMAIN}"
            assert address in page
            visitor = Client()
            answer = visitor.post("/account/login/", {"login": address, "password": PASSWORD}, follow=True)
            assert answer.status_code == 200
            assert "Mijn taken" in answer.content.decode()
            assert "U hebt nog geen rol" not in answer.content.decode()

    def test_the_demo_shows_profiles_plans_and_signals_in_every_state(self) -> None:
        newest = SupportProfile.objects.aggregate(year=Max("school_year"))["year"]
        assert set(SupportProfile.objects.filter(school_year=newest).values_list("state", flat=True)) == set(
            SupportProfile.State.values
        )
        assert SupportProfile.objects.filter(school_year=newest - 1, state="published").count() == 8
        assert set(ActionPlan.objects.values_list("state", flat=True)) == set(ActionPlan.State.values)
        assert ActionPlan.objects.filter(shared_at__isnull=False).count() == 2 * 3
        assert SupportPlan.objects.get().spearheads.count() == 7
        linked = ActionPoint.objects.filter(agreement__isnull=False)
        assert linked.filter(result="").exists()
        assert linked.exclude(result="").exists()
        assert ActionPoint.objects.filter(carried_from__isnull=False).exists()
        assert ActionPoint.objects.exclude(source_name="").exists()
        assert ActionGroup.objects.count() == 2
        assert Signal.objects.filter(continues__isnull=False).exists()
        for plan in ActionPlan.objects.exclude(shared_at=None):
            assert timezone.localdate(plan.shared_at) == plan.adopted_on, "shared on the day of adoption"
        for voice in SignalVoice.objects.select_related("signal"):
            assert school_year_of(timezone.localdate(voice.created_at)) == voice.signal.school_year
            assert timezone.localdate(voice.created_at) < timezone.localdate()


@pytest.mark.django_db
def test_the_demo_stays_away_from_real_data() -> None:
    Partnership.objects.create(code="VO2708", name="Een echt samenwerkingsverband")
    with pytest.raises(CommandError, match="bevat al gegevens"):
        call_command("load_demo", stdout=StringIO())
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_a_demo_nobody_sees_whom_one_can_sign_in_as(client: Client) -> None:
    assert DOMAIN not in client.get("/account/login/").content.decode()
