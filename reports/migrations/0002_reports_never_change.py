"""A report that was made stays as it was made."""

from django.db import migrations

from swvportal.lib.triggers import forbid


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        forbid("report_no_update", "reports_report", "UPDATE", "1 = 1", "a report never changes"),
        forbid("report_no_delete", "reports_report", "DELETE", "1 = 1", "a report is never deleted"),
    ]
