"""Documents of profiles and of plans too. SQLite builds the table anew for this, and its triggers with it."""

import django.db.models.deletion
from django.db import migrations, models

from swvportal.lib.triggers import forbid, lifted

NEVER_CHANGE = (
    forbid("report_no_update", "reports_report", "UPDATE", "1 = 1", "a report never changes"),
    forbid("report_no_delete", "reports_report", "DELETE", "1 = 1", "a report is never deleted"),
)


class Migration(migrations.Migration):
    dependencies = [
        ('actionplans', '0001_initial'),
        ('conversations', '0002_agreements_become_actions'),
        ('reports', '0002_reports_never_change'),
    ]

    operations = [
        *(lifted(rule) for rule in NEVER_CHANGE),
        migrations.RemoveConstraint(
            model_name='report',
            name='report_subject',
        ),
        migrations.AddField(
            model_name='report',
            name='plan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='actionplans.actionplan'),
        ),
        migrations.AddField(
            model_name='report',
            name='profile',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='actionplans.supportprofile'),
        ),
        migrations.AddField(
            model_name='report',
            name='subject_state',
            field=models.CharField(blank=True, default='', editable=False, max_length=10),
        ),
        migrations.AlterField(
            model_name='report',
            name='kind',
            field=models.CharField(choices=[('conversation', 'verslag managementgesprek'), ('profile', 'ondersteuningsprofiel'), ('plan', 'actieplan')], max_length=20, verbose_name='soort document'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('conversation__isnull', False), ('kind', 'conversation'), ('plan__isnull', True), ('profile__isnull', True)), models.Q(('conversation__isnull', True), ('kind', 'profile'), ('plan__isnull', True), ('profile__isnull', False)), models.Q(('conversation__isnull', True), ('kind', 'plan'), ('plan__isnull', False), ('profile__isnull', True)), _connector='OR'), name='report_subject'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(models.F('profile'), models.F('version'), condition=models.Q(('profile__isnull', False)), name='report_profile_version_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(models.F('plan'), models.F('version'), condition=models.Q(('plan__isnull', False)), name='report_plan_version_once'),
        ),
        *NEVER_CHANGE,
    ]
