"""Questions about an account that was handed in, and their answers; neither is changed or removed."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from swvportal.lib.triggers import forbid

QUESTION = "finance_accountquestion"


class Migration(migrations.Migration):

    dependencies = [
        ('finance', '0005_nothing_moves_in_afterwards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.TextField(max_length=2000, verbose_name='vraag')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='gevraagd')),
                ('answer', models.TextField(blank=True, max_length=5000, verbose_name='antwoord')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='beantwoord')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='finance.fundaccount')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vraag bij een verantwoording',
                'verbose_name_plural': 'vragen bij verantwoordingen',
                'ordering': ['asked_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='account_question_answered_whole')],
            },
        ),
        forbid(
            "account_question_frozen_update", QUESTION, "UPDATE",
            "OLD.answer <> '' OR OLD.account_id <> NEW.account_id OR OLD.question <> NEW.question"
            " OR OLD.asked_at <> NEW.asked_at OR OLD.asked_by_id <> NEW.asked_by_id",
            "a question and its answer never change",
        ),
        forbid("account_question_frozen_delete", QUESTION, "DELETE", "OLD.id = OLD.id", "a question stays"),
    ]
