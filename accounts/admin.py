"""People, as the operator of the installation makes and mends their accounts; and the door of the admin itself."""

from functools import partial
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.passwords import mail_account_made
from records.models import LogEntry
from records.tasks import queue_message
from swvportal.lib.operator import LabelledChoices, OperatorAdmin


def change_own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return redirect("account_change_password")


# One door for everybody: allauth counts the attempts, and will ask for the second factor. A second door would not.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = change_own_password  # type: ignore[method-assign,assignment]
admin.site.autocomplete_view = LabelledChoices.as_view(admin_site=admin.site)  # type: ignore[method-assign,assignment]
admin.site.site_header = "Applicatiebeheer"
admin.site.site_title = "Portaal passend onderwijs"
admin.site.index_title = "Applicatiebeheer"


class EmailInLowerCase(forms.ModelForm):
    def clean_email(self) -> str:
        """As it is stored and compared: somebody is not made twice because of a capital."""
        return str(self.cleaned_data["email"]).lower()


class PersonCreationForm(EmailInLowerCase):
    """Without a password: the person chooses one, with a link that only that mailbox receives."""

    class Meta:
        model = User
        fields = ("email", "name", "job_title", "is_staff")

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
        return user


class PersonChangeForm(EmailInLowerCase, UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "password", "name", "job_title", "is_active", "is_staff")


@admin.register(User)
class PersonAdmin(OperatorAdmin, UserAdmin):
    """Accounts are made and closed here, not deleted: what somebody did keeps its name."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    add_form_template = None
    list_display = ("name", "email", "job_title", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "job_title")}),
        (
            "Toegang",
            {
                "fields": ("is_active", "is_staff"),
                "description": "Wat iemand mag, hangt af van de rollen bij Scholen › Rollen. "
                "Een applicatiebeheerder ziet dit applicatiebeheer, en geen formulieren.",
            },
        ),
        ("Wanneer", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "job_title", "is_staff"),
                "description": "Deze persoon krijgt een e-mail met een link om zelf een wachtwoord te kiezen.",
            },
        ),
    )

    def choice_label(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        previous = form.initial.get("email", "")
        super().save_model(request, obj, form, change)
        verb = "account_changed" if change else "account_made"
        line = LogEntry.objects.record(verb, obj, by=_operator(request), after=",".join(form.changed_data))
        if not change:
            transaction.on_commit(partial(mail_account_made, obj))
        elif "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()  # or one still signs in with it
            _tell(line, previous, f"u logt voortaan in met het e-mailadres {obj.email}, en niet meer met {previous}")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Never in silence: a password that somebody else chose opens what the person may see."""
        with transaction.atomic():
            before = User.objects.filter(pk=id).values_list("password", flat=True).first()
            response: HttpResponse = super().user_change_password(request, id, form_url)
            user = User.objects.filter(pk=id).exclude(password=before or "").first()
            if user is not None:
                line = LogEntry.objects.record("password_set_by_operator", user, by=_operator(request))
                _tell(line, user.email, "uw wachtwoord is vervangen")
        return response


def _operator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _tell(line: LogEntry, address: str, what: str) -> None:
    """Tell somebody that their way in was changed by the operator, in the transaction that changes it."""
    body = (
        f"Goedendag,\n\nDe applicatiebeheerder heeft uw account voor het portaal passend onderwijs gewijzigd: {what}.\n\n"
        "Wist u dit niet? Bel dan het samenwerkingsverband.\n\nPortaal passend onderwijs\n"
    )
    queue_message(f"account-{line.pk}", address, "Uw account is gewijzigd", body)
