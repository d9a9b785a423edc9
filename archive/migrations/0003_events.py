"""Events, who took part in them, and how they hang together."""

import archive.models.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0002_officials_and_offices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(auto_now=True, help_text='When the record was last saved (UTC).')),
                ('slug', archive.models.fields.KeyField(help_text='Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.', max_length=120, unique=True)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', help_text='Only published records exist for the public.', max_length=9)),
                ('name', models.CharField(help_text='What happened, as a short heading in the present tense.', max_length=250)),
                ('summary', models.TextField(blank=True, help_text="What happened, in a few sentences of the archive's own.")),
                ('classification', models.CharField(choices=[('announcement', 'announcement'), ('decision', 'decision'), ('taking_effect', 'taking effect'), ('promulgation', 'promulgation'), ('easing', 'easing'), ('lifting', 'lifting'), ('ruling', 'court ruling'), ('agreement', 'agreement'), ('meeting', 'meeting'), ('summit', 'summit'), ('visit', 'visit'), ('consultation', 'consultation'), ('multilateral_meeting', 'meeting of an international body'), ('request', 'formal request'), ('proposal', 'proposal'), ('rejection', 'rejection'), ('notification', 'diplomatic notification'), ('summons', 'diplomatic summons'), ('deadline', 'deadline'), ('adjudication', 'step in an adjudication'), ('licence_grant', 'grant of a licence'), ('appointment', 'appointment'), ('publication', 'publication of a record'), ('incident', 'incident'), ('other', 'other event')], help_text='What kind of event it was.', max_length=24)),
                ('date', archive.models.fields.PartialDateField(help_text='When it happened, as EDTF: 2019-07-12, 2019-07, 2019-06-28/2019-06-29.', max_length=64)),
                ('place', models.CharField(blank=True, help_text='Where, as a reader would say it (Tokyo).', max_length=120)),
                ('part_of', models.ForeignKey(blank=True, help_text='The larger event that this one belongs to.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='archive.event')),
                ('date_earliest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="First day, from the date's text; none if open.", null=True)),
                ('date_latest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Last day, from the date's text; none if open.", null=True)),
                ('date_ends', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How its ends are given, from the date's text.", max_length=16)),
                ('date_precision', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How exact it is, from the date's text.", max_length=16)),
                ('date_sort', archive.models.fields.SortCompanion(default=99999999999999, editable=False, help_text='Where the date sorts; see the guide.')),
                ('date_display', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How it reads, from the date's text.", max_length=255)),
                ('topics', models.ManyToManyField(blank=True, help_text='What it is about.', related_name='events', to='archive.topic')),
            ],
            options={
                'ordering': ('date_sort', 'slug'),
                'indexes': [models.Index(fields=['status', 'date_sort', 'slug'], name='event_date'), models.Index(fields=['date_sort', 'slug'], name='event_date_any_status'), models.Index(fields=['status', 'classification', 'date_sort', 'slug'], name='event_classification'), models.Index(fields=['status', 'date_earliest'], name='event_earliest'), models.Index(fields=['status', 'date_latest'], name='event_latest'), models.Index(fields=['status', 'name', 'slug'], name='event_name'), models.Index(fields=['status', 'updated_at', 'slug'], name='event_updated')],
                'constraints': [models.CheckConstraint(condition=models.Q(('date_earliest__isnull', True), ('date_latest__isnull', True), ('date_earliest__lte', models.F('date_latest')), _connector='OR'), name='event_date_earliest_not_after_latest'), models.CheckConstraint(condition=models.Q(('part_of__isnull', True), models.Q(('part_of', models.F('id')), _negated=True), _connector='OR'), name='event_not_part_of_itself')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalEvent',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was last saved (UTC).')),
                ('slug', archive.models.fields.KeyField(help_text='Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.', max_length=120)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', help_text='Only published records exist for the public.', max_length=9)),
                ('name', models.CharField(help_text='What happened, as a short heading in the present tense.', max_length=250)),
                ('summary', models.TextField(blank=True, help_text="What happened, in a few sentences of the archive's own.")),
                ('classification', models.CharField(choices=[('announcement', 'announcement'), ('decision', 'decision'), ('taking_effect', 'taking effect'), ('promulgation', 'promulgation'), ('easing', 'easing'), ('lifting', 'lifting'), ('ruling', 'court ruling'), ('agreement', 'agreement'), ('meeting', 'meeting'), ('summit', 'summit'), ('visit', 'visit'), ('consultation', 'consultation'), ('multilateral_meeting', 'meeting of an international body'), ('request', 'formal request'), ('proposal', 'proposal'), ('rejection', 'rejection'), ('notification', 'diplomatic notification'), ('summons', 'diplomatic summons'), ('deadline', 'deadline'), ('adjudication', 'step in an adjudication'), ('licence_grant', 'grant of a licence'), ('appointment', 'appointment'), ('publication', 'publication of a record'), ('incident', 'incident'), ('other', 'other event')], help_text='What kind of event it was.', max_length=24)),
                ('date', archive.models.fields.PartialDateField(help_text='When it happened, as EDTF: 2019-07-12, 2019-07, 2019-06-28/2019-06-29.', max_length=64)),
                ('place', models.CharField(blank=True, help_text='Where, as a reader would say it (Tokyo).', max_length=120)),
                ('history_change_reason', models.TextField(null=True)),
                ('part_of', models.ForeignKey(blank=True, db_constraint=False, help_text='The larger event that this one belongs to.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.event')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('date_earliest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="First day, from the date's text; none if open.", null=True)),
                ('date_latest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Last day, from the date's text; none if open.", null=True)),
                ('date_ends', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How its ends are given, from the date's text.", max_length=16)),
                ('date_precision', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How exact it is, from the date's text.", max_length=16)),
                ('date_sort', archive.models.fields.SortCompanion(default=99999999999999, editable=False, help_text='Where the date sorts; see the guide.')),
                ('date_display', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How it reads, from the date's text.", max_length=255)),
            ],
            options={
                'verbose_name': 'historical event',
                'verbose_name_plural': 'historical events',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalEvent_topics',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.event')),
                ('topic', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.topic')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='archive.historicalevent')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'HistoricalEvent_topics',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(auto_now=True, help_text='When the record was last saved (UTC).')),
                ('event', models.ForeignKey(help_text='The event taken part in.', on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='archive.event')),
                ('official', models.ForeignKey(blank=True, help_text='The official who took part, or', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='archive.official')),
                ('body', models.ForeignKey(blank=True, help_text='the body that took part.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='archive.body')),
                ('role', models.CharField(choices=[('actor', 'actor'), ('target', 'target'), ('host', 'host'), ('mediator', 'mediator'), ('signatory', 'signatory'), ('complainant', 'complainant'), ('respondent', 'respondent'), ('observer', 'observer')], help_text='In which role.', max_length=11)),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['body', 'role', 'event'], name='participation_body'), models.Index(fields=['official', 'role', 'event'], name='participation_official')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', True), ('official__isnull', False)), models.Q(('body__isnull', False), ('official__isnull', True)), _connector='OR'), name='participation_of_one_party', violation_error_message='Got none or both, expected either an official or a body.'), models.UniqueConstraint(condition=models.Q(('official__isnull', False)), fields=('event', 'official', 'role'), name='participation_once_per_official', violation_error_message='The official has this role in the event already: expected each role once.'), models.UniqueConstraint(condition=models.Q(('body__isnull', False)), fields=('event', 'body', 'role'), name='participation_once_per_body', violation_error_message='The body has this role in the event already: expected each role once.')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalParticipation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was last saved (UTC).')),
                ('role', models.CharField(choices=[('actor', 'actor'), ('target', 'target'), ('host', 'host'), ('mediator', 'mediator'), ('signatory', 'signatory'), ('complainant', 'complainant'), ('respondent', 'respondent'), ('observer', 'observer')], help_text='In which role.', max_length=11)),
                ('history_change_reason', models.TextField(null=True)),
                ('event', models.ForeignKey(blank=True, db_constraint=False, help_text='The event taken part in.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.event')),
                ('official', models.ForeignKey(blank=True, db_constraint=False, help_text='The official who took part, or', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.official')),
                ('body', models.ForeignKey(blank=True, db_constraint=False, help_text='the body that took part.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.body')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical participation',
                'verbose_name_plural': 'historical participations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(auto_now=True, help_text='When the record was last saved (UTC).')),
                ('from_event', models.ForeignKey(help_text='The event that responds, announces, ...', on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='archive.event')),
                ('kind', models.CharField(choices=[('responds_to', 'responds to'), ('retaliates_for', 'retaliates for'), ('announces', 'announces'), ('implements', 'implements'), ('reverses', 'reverses'), ('amends', 'amends'), ('follows', 'follows'), ('part_of', 'part of'), ('refers_to', 'refers to')], help_text='How the first relates to the second.', max_length=14)),
                ('to_event', models.ForeignKey(help_text='The event that it relates to.', on_delete=django.db.models.deletion.CASCADE, related_name='related_from', to='archive.event')),
                ('note', models.TextField(blank=True, help_text='Whose reading the link is, where it is not plain.')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['kind', 'from_event'], name='relation_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_event', models.F('to_event')), _negated=True), name='relation_not_to_the_same_event', violation_error_message='An event does not relate to itself: expected another event.'), models.UniqueConstraint(fields=('from_event', 'kind', 'to_event'), name='relation_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalRelation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was last saved (UTC).')),
                ('kind', models.CharField(choices=[('responds_to', 'responds to'), ('retaliates_for', 'retaliates for'), ('announces', 'announces'), ('implements', 'implements'), ('reverses', 'reverses'), ('amends', 'amends'), ('follows', 'follows'), ('part_of', 'part of'), ('refers_to', 'refers to')], help_text='How the first relates to the second.', max_length=14)),
                ('note', models.TextField(blank=True, help_text='Whose reading the link is, where it is not plain.')),
                ('history_change_reason', models.TextField(null=True)),
                ('from_event', models.ForeignKey(blank=True, db_constraint=False, help_text='The event that responds, announces, ...', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.event')),
                ('to_event', models.ForeignKey(blank=True, db_constraint=False, help_text='The event that it relates to.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.event')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical relation',
                'verbose_name_plural': 'historical relations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
