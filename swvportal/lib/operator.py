"""The admin as the operator of the installation uses it: `is_staff` is one role, without permissions per model.

The operator sees no answers: forms, their answers, ratings and files are never registered, and nothing that other rows
hang on can be deleted here, because the page that asks "weet u het zeker?" would list those rows.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import models
from django.http import HttpRequest


def is_operator(request: HttpRequest) -> bool:
    user = request.user
    return user.is_active and bool(getattr(user, "is_staff", False))


class OperatorAdmin(admin.ModelAdmin):
    related: ClassVar[tuple[str, ...]] = ()  # what the pages of one row and of all rows show of other tables

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return (
            super().get_queryset(request).select_related(*self.related)
            if self.related
            else super().get_queryset(request)
        )

    def choice_label(self, obj: Any) -> str:
        """How a row is told apart where one is chosen: many schools of one town have the same name."""
        return str(obj)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        owner = self.admin_site._registry.get(db_field.related_model)
        if field is not None and isinstance(owner, OperatorAdmin):
            field.label_from_instance = owner.choice_label
        return field  # type: ignore[no-any-return]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(OperatorAdmin):
    """To look at: what the portal writes itself."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LabelledChoices(AutocompleteJsonView):
    """The rows one may choose from while typing, with the label of their own admin."""

    def serialize_result(self, obj: models.Model, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        if isinstance(self.model_admin, OperatorAdmin):
            result["text"] = self.model_admin.choice_label(obj)
        return result
