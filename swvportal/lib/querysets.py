"""What every queryset of ours shares. No models here, and no imports from apps."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from swvportal.lib.errors import IllegalTransition


class PortalManager(models.Manager):
    """The manager under every model of ours.

    With `STRICT_FETCH` (in tests) a relation that the queryset did not fetch raises `FieldFetchBlocked` instead of
    costing a silent query a row; see "Queries" in docs/architecture.md.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        queryset = super().get_queryset()
        return queryset.fetch_mode(models.FETCH_RAISE) if settings.STRICT_FETCH else queryset


def locked(queryset: Any, pk: int) -> Any:
    """The row of this key under `queryset`, which locks. Raises IllegalTransition when somebody removed it meanwhile."""
    found = queryset.filter(pk=pk).first()
    if found is None:
        raise IllegalTransition("Dit is intussen door iemand anders verwijderd.")
    return found


def total(field: str, **filters: Any) -> Coalesce:
    """The sum of a column over the rows that `filters` leave; 0 over no rows."""
    return Coalesce(Sum(field, filter=Q(**filters) if filters else None), 0, output_field=models.BigIntegerField())


def related(model: type[models.Model], field: str) -> Any:
    """The manager of the model at the other end of a relation: how a queryset reaches upwards without an import."""
    target = model._meta.get_field(field).related_model
    assert isinstance(target, type), f"{model.__name__}.{field} is not a relation"
    return target._default_manager
