"""A published version of the form stays as it is, in the database too."""

from django.db import migrations

from swvportal.lib.triggers import forbid

MESSAGE = "a published form never changes"


def published(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM indicators_indicatorset s "
        f"WHERE s.id = {row}.indicator_set_id AND s.state = 'published')"
    )


def frozen(part: str) -> list[migrations.RunPython]:
    table = f"indicators_{part}"
    return [
        forbid(f"{part}_frozen_insert", table, "INSERT", published("NEW"), MESSAGE),
        forbid(f"{part}_frozen_update", table, "UPDATE", f"{published('OLD')} OR {published('NEW')}", MESSAGE),
        forbid(f"{part}_frozen_delete", table, "DELETE", published("OLD"), MESSAGE),
    ]


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]

    operations = [
        forbid("set_frozen_update", "indicators_indicatorset", "UPDATE", "OLD.state = 'published'", MESSAGE),
        forbid("set_frozen_delete", "indicators_indicatorset", "DELETE", "OLD.state = 'published'", MESSAGE),
        *[operation for part in ("theme", "indicator", "dimension", "ratinglevel") for operation in frozen(part)],
    ]
