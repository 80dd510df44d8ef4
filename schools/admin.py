"""Partnerships, boards, schools and roles, for the operator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.models import User
from records.models import LogEntry
from schools.models import Board, Membership, Partnership, Role, School
from swvportal.lib.operator import OperatorAdmin


@admin.register(Partnership)
class PartnershipAdmin(OperatorAdmin):
    list_display = ("code", "name", "number", "website")
    list_display_links = ("code", "name")
    search_fields = ("code", "name", "number")

    def choice_label(self, obj: Partnership) -> str:
        return f"{obj.code_dashed} {obj.name}"


@admin.register(Board)
class BoardAdmin(OperatorAdmin):
    list_display = ("name", "number")
    search_fields = ("name", "number")

    def choice_label(self, obj: Board) -> str:
        return f"{obj.name} ({obj.number})"


@admin.register(School)
class SchoolAdmin(OperatorAdmin):
    list_display = ("name", "location", "code", "city", "partnership", "board", "closed_on")
    list_filter = (("closed_on", admin.EmptyFieldListFilter), "province")
    search_fields = ("name", "location", "brin", "city", "postcode", "partnership__code", "board__name")
    autocomplete_fields = ("partnership", "board")
    list_select_related = ("partnership", "board")
    related = ("partnership", "board")

    def choice_label(self, obj: School) -> str:
        return f"{obj.name}, {obj.city} ({obj.code})"

    @admin.display(description="BRIN en vestiging", ordering="brin")
    def code(self, school: School) -> str:
        return school.code


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("user", "role", "partnership", "board", "school", "deputy", "valid_until")
        labels = {"partnership": "samenwerkingsverband", "board": "bestuur", "school": "school"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", "Kies een rol"), *Role.choices]  # Django has no Dutch for this yet

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("deputy") and self.cleaned_data.get("role") != Role.STAFF:
            self.add_error("deputy", "Alleen een schoolmedewerker kan plaatsvervanger zijn.")
        return cleaned


@admin.register(Membership)
class MembershipAdmin(OperatorAdmin):
    """Who may do what. The first beheerder of a partnership is made here, or with `manage.py add_administrator`."""

    form = MembershipForm
    list_display = ("user", "role", "partnership", "board", "school", "deputy", "valid_until")
    list_filter = ("role",)
    search_fields = ("user__name", "user__email", "partnership__code", "board__name", "school__name", "school__brin")
    autocomplete_fields = ("user", "partnership", "board", "school")
    related = ("user", "partnership", "board", "school")
    ordering = ("user__name", "pk")
    fieldsets = (
        (
            None,
            {
                "fields": ("user", "role", "partnership", "board", "school", "deputy", "valid_until"),
                "description": "Kies bij de rol precies één school, bestuur of samenwerkingsverband. De eerste "
                "beheerder van een samenwerkingsverband krijgt de rol beheerder; die kan zelf verder.",
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.ModelForm, change: bool) -> None:
        before = str(form.initial.get("role", ""))
        super().save_model(request, obj, form, change)
        _record(request, "role_changed" if change else "role_given", obj, before=before, after=obj.role)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        _record(request, "role_taken", obj, before=obj.role)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Membership]) -> None:
        for membership in queryset:
            self.delete_model(request, membership)


def _record(request: HttpRequest, verb: str, membership: Membership, *, before: str = "", after: str = "") -> None:
    assert isinstance(request.user, User)
    partnership = membership.school.partnership_id if membership.school else membership.partnership_id
    LogEntry.objects.record(verb, membership, by=request.user, partnership=partnership, before=before, after=after)
