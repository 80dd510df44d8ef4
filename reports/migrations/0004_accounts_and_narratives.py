"""Documents of accounts and of accountability texts too. SQLite builds the table anew for this, and its triggers with
it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from swvportal.lib.triggers import forbid, lifted

NEVER_CHANGE = (
    forbid("report_no_update", "reports_report", "UPDATE", "1 = 1", "a report never changes"),
    forbid("report_no_delete", "reports_report", "DELETE", "1 = 1", "a report is never deleted"),
)


class Migration(migrations.Migration):
    dependencies = [
        ('actionplans', '0002_published_catalogues_are_frozen'),
        ('conversations', '0002_agreements_become_actions'),
        ('finance', '0002_what_is_booked_stays'),
        ('reports', '0003_profiles_and_plans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(lifted(rule) for rule in NEVER_CHANGE),
        migrations.RemoveConstraint(
            model_name='report',
            name='report_subject',
        ),
        migrations.AddField(
            model_name='report',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='finance.fundaccount'),
        ),
        migrations.AddField(
            model_name='report',
            name='narrative',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='finance.questionset'),
        ),
        migrations.AlterField(
            model_name='report',
            name='kind',
            field=models.CharField(choices=[('conversation', 'verslag managementgesprek'), ('profile', 'ondersteuningsprofiel'), ('plan', 'actieplan'), ('account', 'verantwoording'), ('narrative', 'toelichting uitvoering doelen')], max_length=20, verbose_name='soort document'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('conversation__isnull', False), ('kind', 'conversation'), ('narrative__isnull', True), ('plan__isnull', True), ('profile__isnull', True)), models.Q(('account__isnull', True), ('conversation__isnull', True), ('kind', 'profile'), ('narrative__isnull', True), ('plan__isnull', True), ('profile__isnull', False)), models.Q(('account__isnull', True), ('conversation__isnull', True), ('kind', 'plan'), ('narrative__isnull', True), ('plan__isnull', False), ('profile__isnull', True)), models.Q(('account__isnull', False), ('conversation__isnull', True), ('kind', 'account'), ('narrative__isnull', True), ('plan__isnull', True), ('profile__isnull', True)), models.Q(('account__isnull', True), ('conversation__isnull', True), ('kind', 'narrative'), ('narrative__isnull', False), ('plan__isnull', True), ('profile__isnull', True)), _connector='OR'), name='report_subject'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(models.F('account'), models.F('version'), condition=models.Q(('account__isnull', False)), name='report_account_version_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(models.F('narrative'), models.F('version'), condition=models.Q(('narrative__isnull', False)), name='report_narrative_version_once'),
        ),
        *NEVER_CHANGE,
    ]
