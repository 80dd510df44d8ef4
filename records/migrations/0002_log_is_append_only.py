"""The log is only ever added to; the database itself refuses anything else."""

from django.db import migrations

from swvportal.lib.triggers import forbid


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        forbid("log_no_update", "records_logentry", "UPDATE", "1 = 1", "the log is append-only"),
        forbid("log_no_delete", "records_logentry", "DELETE", "1 = 1", "the log is append-only"),
    ]
