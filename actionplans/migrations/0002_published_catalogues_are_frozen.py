"""A published list of support items stays as it is, in the database too: profiles of that year hang on it."""

from django.db import migrations

from swvportal.lib.triggers import forbid

MESSAGE = "a published catalogue never changes"
CATALOGUE, ITEM = "actionplans_supportcatalogue", "actionplans_catalogueitem"


def published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {CATALOGUE} c WHERE c.id = {row}.catalogue_id AND c.state = 'published')"


class Migration(migrations.Migration):
    dependencies = [("actionplans", "0001_initial")]

    operations = [
        forbid("catalogue_frozen_update", CATALOGUE, "UPDATE", "OLD.state = 'published'", MESSAGE),
        forbid("catalogue_frozen_delete", CATALOGUE, "DELETE", "OLD.state = 'published'", MESSAGE),
        forbid("catalogueitem_frozen_insert", ITEM, "INSERT", published("NEW"), MESSAGE),
        forbid("catalogueitem_frozen_update", ITEM, "UPDATE", f"{published('OLD')} OR {published('NEW')}", MESSAGE),
        forbid("catalogueitem_frozen_delete", ITEM, "DELETE", published("OLD"), MESSAGE),
    ]
