"""Small helpers around primary keys."""

from django.db import models


def primary_key(obj: models.Model | int | None) -> int | None:
    """The key of a row that is given as the row itself, as its key, or not at all."""
    return obj.pk if isinstance(obj, models.Model) else obj
