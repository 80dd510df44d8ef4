"""Questions about an account that was handed in: the partnership asks, the school answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.http import SignedInRequest
from finance.forms.accounts import AnswerAccountForm, AskAccountForm
from finance.models import AccountQuestion, FundAccount
from finance.views.accounts import get_or_post, load_account
from schools.rights import must_be_officer, must_work_at
from swvportal.lib.errors import AlreadyDone, IllegalTransition
from swvportal.lib.forms import status_of


@get_or_post
def account_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    here = load_account(request, pk)
    must_be_officer(request.user, here.partnership_id)
    form = AskAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = AccountQuestion.ask(request.user, here, form.cleaned_data["question"])
        except AlreadyDone as already:
            messages.info(request, str(already))
            return redirect(f"{here.get_absolute_url()}#vragen")
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "De vraag is gesteld. De school krijgt bericht.")
            return redirect(asked)
    elif here.state != FundAccount.State.SUBMITTED:
        messages.info(request, f"De verantwoording is {here.get_state_display()}. Vragen kan zolang zij is ingediend.")
        return redirect(here)
    return render(request, "finance/account_ask.html", {"account": here, "form": form}, status=status_of(form))


@get_or_post
def account_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    asked: AccountQuestion = get_object_or_404(AccountQuestion.objects.visible_to(request.user).for_page(), pk=pk)
    must_work_at(request.user, asked.account.school_id)
    form = AnswerAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked.give_answer(request.user, form.cleaned_data["answer"])
        except AlreadyDone as already:
            messages.info(request, str(already))
            return redirect(asked)
        except IllegalTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Uw antwoord is verstuurd. Het samenwerkingsverband krijgt bericht.")
            return redirect(asked)
    elif asked.answered_at is not None:
        messages.info(request, "Deze vraag is al beantwoord.")
        return redirect(asked)
    context = {"account": asked.account, "asked": asked, "form": form}
    return render(request, "finance/account_answer.html", context, status=status_of(form))
