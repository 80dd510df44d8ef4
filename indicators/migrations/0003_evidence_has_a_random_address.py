"""Every evidence file gets an address that tells nothing."""

import uuid
from typing import Any

from django.db import migrations, models


def draw(apps: Any, schema_editor: Any) -> None:
    files = apps.get_model("indicators", "EvidenceFile")._default_manager.all()
    for file in files.only("pk").iterator():
        file.token = uuid.uuid4()
        file.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_published_sets_are_frozen")]

    operations = [
        # One default would be the same for all rows: first without, then one each, then unique.
        migrations.AddField("evidencefile", "token", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(draw, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "evidencefile", "token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
    ]
