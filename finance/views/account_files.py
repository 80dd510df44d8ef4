"""What the partnership decides about an account, the auditor's statement, and the files of the seals."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest
from finance.forms.accounts import ReturnAccountForm, StatementForm
from finance.models import AccountSeal, AuditorStatement, FundAccount
from finance.rendered import rendered
from finance.views.accounts import get_or_post, load_account
from records.attachments import attachment
from swvportal.lib.attempts import attempt
from swvportal.lib.errors import IllegalTransition
from swvportal.lib.forms import status_of
from swvportal.lib.seal_file import Sealed

ACCOUNT = Sealed(
    "verantwoording.json",
    "de inhoud van de verantwoording",
    "school en SWV",
    "Bedragen staan in eurocenten. De controleverklaring zelf zit er niet in, wel haar SHA-256.",
)

# The partnership decides ----------------------------------------------------------------------------------------------


def _must_be_office(request: SignedInRequest, here: FundAccount) -> None:
    if not here.is_of_office(request.user):
        raise PermissionDenied("Alleen het samenwerkingsverband kan dit doen.")


@get_or_post
def account_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """First asked, then done."""
    here = load_account(request, pk)
    _must_be_office(request, here)
    if request.method == "POST":
        if here.is_approved:
            messages.info(request, "De verantwoording is al goedgekeurd.")
        else:
            attempt(
                request,
                lambda: here.approve(request.user),
                "De verantwoording is goedgekeurd. De school krijgt bericht.",
            )
        return redirect(here)
    if here.is_own(request.user):
        raise PermissionDenied("Wie aan de school werkt, keurt de verantwoording van die school niet goed.")
    if here.state != FundAccount.State.SUBMITTED:
        messages.info(request, f"De verantwoording is al {here.get_state_display()}.")
        return redirect(here)
    context = {
        "account": here,
        "shown": rendered(here, here.newest_seal()),
        "waiting": here.questions.filter(answered_at=None).count(),
    }
    return render(request, "finance/account_approve.html", context)


@get_or_post
def account_give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    standing = FundAccount.objects.standing_for(request.user).filter(pk=pk, state=FundAccount.State.DRAFT).first()
    if standing is not None and standing.is_of_office(request.user):
        messages.info(request, "Deze verantwoording ligt bij de school.")  # pressed twice: a draft is the school's own
        return redirect("finance:accounts")
    here = load_account(request, pk)
    _must_be_office(request, here)
    form = ReturnAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        attempt(
            request,
            lambda: here.give_back(request.user, reason),
            "De verantwoording is teruggegeven. De school leest uw reden.",
        )
        return redirect("finance:accounts")
    return render(request, "finance/account_give_back.html", {"account": here, "form": form}, status=status_of(form))


# The auditor's statement ----------------------------------------------------------------------------------------------


@require_POST
def account_statement(request: SignedInRequest, pk: int) -> HttpResponse:
    """Attach it, in the place of the one there was. What is wrong with the file is said on the page it came from."""
    here = load_account(request, pk)
    if not here.is_own(request.user):
        raise PermissionDenied("Alleen de school zelf kan de controleverklaring toevoegen.")
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(
            request, "De controleverklaring is niet toegevoegd. " + " ".join(str(each) for each in form["file"].errors)
        )
        return redirect("finance:account_edit", pk)
    try:
        here.attach_statement(request.user, form.cleaned_data["file"], form.content_type)
    except IllegalTransition as error:
        messages.error(request, str(error))
        return redirect(here)
    messages.success(request, "De controleverklaring is toegevoegd.")
    return redirect("finance:account_edit", pk)


@require_GET
def account_statement_download(request: SignedInRequest, token: uuid.UUID) -> FileResponse:
    statement: AuditorStatement = get_object_or_404(AuditorStatement.objects.visible_to(request.user), token=token)
    return attachment(statement)


# Seals ----------------------------------------------------------------------------------------------------------------


@require_GET
def account_seal_download(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Everything with which anyone can check one seal of this account."""
    here = load_account(request, pk)
    seal: AccountSeal = get_object_or_404(here.seals_for(request.user), number=number)
    fund_year = here.fund_year
    name = f"zegel-{here.school.code}-{slugify(fund_year.fund.name)[:40]}-{fund_year.year_label}-{number}"
    return HttpResponse(
        ACCOUNT.archive(seal=seal.seal, salt=bytes(seal.salt), content=bytes(seal.content)),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"', "X-Content-Type-Options": "nosniff"},
    )
