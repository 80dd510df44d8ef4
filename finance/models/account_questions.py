"""What the partnership asks about an account that was handed in, and what the school answers: beside the seal, which stays."""

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from finance.models.accounts import FundAccount
from finance.querysets import AccountQuestionQuerySet
from schools.rights import must_be_officer, must_work_at
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.querysets import PortalManager
from swvportal.lib.seal import normalise_text

if TYPE_CHECKING:
    from accounts.models import User


class AccountQuestion(models.Model):
    """One question and its answer. Neither is ever changed: who needs more asks once more."""

    account = models.ForeignKey(FundAccount, models.PROTECT, related_name="questions")
    question = models.TextField("vraag", max_length=2000)
    asked_at = models.DateTimeField("gevraagd", default=timezone.now, editable=False)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answer = models.TextField("antwoord", max_length=5000, blank=True)
    answered_at = models.DateTimeField("beantwoord", null=True, editable=False)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = PortalManager.from_queryset(AccountQuestionQuerySet)()

    class Meta:
        verbose_name = "vraag bij een verantwoording"
        verbose_name_plural = "vragen bij verantwoordingen"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="account_question_answered_whole",
            )
        ]

    def __str__(self) -> str:
        return f"vraag {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('finance:account', args=[self.account_id])}#vragen"

    @classmethod
    def ask(cls, by: "User", account: FundAccount, text: str) -> "AccountQuestion":
        """By the partnership, while it decides. The same question that still waits is AlreadyDone."""
        must_be_officer(by, account.partnership_id)
        text = normalise_text(text)
        with transaction.atomic():
            here = account.lock()
            _must_be_submitted(here)
            if not text:
                raise IllegalTransition("Vul in wat u wilt weten.")
            if cls.objects.filter(account=here, question=text, answered_at=None).exists():
                raise AlreadyDone("Deze vraag is al gesteld. De school heeft nog niet geantwoord.")
            made = cls.objects.create(account=here, question=text, asked_by=by)
            here.log("account_asked", by, obj=made)
            here.tell(
                f"account-asked-{made.pk}",
                here.directors(),
                f"vraag over de verantwoording {here.fund_year.label}",
                f"Het samenwerkingsverband vraagt over de verantwoording {here.fund_year.label}:\n\n{text}\n\n"
                "De verantwoording blijft ingediend. Beantwoord de vraag op haar pagina.",
            )
        return made

    def give_answer(self, by: "User", text: str) -> None:
        """By the school, while the partnership decides. A second answer is refused; the same one is AlreadyDone."""
        must_work_at(by, self.account.school_id)
        text = normalise_text(text)
        with transaction.atomic():
            here = self.account.lock()
            standing = AccountQuestion.objects.get(pk=self.pk)
            if standing.answered_at is not None:
                if standing.answer == text:
                    raise AlreadyDone("Deze vraag is al beantwoord.")
                raise IllegalTransition("Een collega heeft deze vraag al beantwoord. Uw antwoord is niet bewaard.")
            _must_be_submitted(here)
            if not text:
                raise IllegalTransition("Vul een antwoord in.")
            self.answer, self.answered_at, self.answered_by = text, timezone.now(), by
            self.save(update_fields=["answer", "answered_at", "answered_by"])
            here.log("account_answered", by, obj=self)
            here.tell(
                f"account-answered-{self.pk}",
                here.office(),
                f"antwoord over de verantwoording {here.fund_year.label}",
                f"U vroeg over de verantwoording {here.fund_year.label}:\n\n{self.question}\n\n"
                f"{here.school.name} antwoordt:\n\n{text}",
            )


def _must_be_submitted(account: FundAccount) -> None:
    if account.is_approved:
        raise IllegalTransition("De verantwoording is al goedgekeurd. Vragen en antwoorden zijn gesloten.")
    if account.is_draft:
        raise IllegalTransition("De verantwoording ligt weer bij de school. Vragen kan als zij haar heeft ingediend.")
