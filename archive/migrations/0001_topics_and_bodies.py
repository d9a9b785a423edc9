"""Topics and bodies, and the permissions that belong to no one record."""

import archive.models.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DraftAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'permissions': [('view_drafts', 'Can see records that are not published'), ('publish_records', 'Can publish, change and withdraw published records')],
                'managed': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(auto_now=True, help_text='When the record was last saved (UTC).')),
                ('slug', archive.models.fields.KeyField(help_text='Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.', max_length=120, unique=True)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', help_text='Only published records exist for the public.', max_length=9)),
                ('name', models.CharField(help_text='The subject in English, as a heading.', max_length=200)),
                ('description', models.TextField(blank=True, help_text='What belongs here and what does not.')),
                ('parent', models.ForeignKey(blank=True, help_text='The wider topic, if any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='archive.topic')),
            ],
            options={
                'ordering': ('slug',),
                'indexes': [models.Index(fields=['status', 'name', 'slug'], name='topic_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='topic_not_its_own_parent')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalTopic',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was last saved (UTC).')),
                ('slug', archive.models.fields.KeyField(help_text='Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.', max_length=120)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', help_text='Only published records exist for the public.', max_length=9)),
                ('name', models.CharField(help_text='The subject in English, as a heading.', max_length=200)),
                ('description', models.TextField(blank=True, help_text='What belongs here and what does not.')),
                ('history_change_reason', models.TextField(null=True)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, help_text='The wider topic, if any.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.topic')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical topic',
                'verbose_name_plural': 'historical topics',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Body',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(auto_now=True, help_text='When the record was last saved (UTC).')),
                ('slug', archive.models.fields.KeyField(help_text='Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.', max_length=120, unique=True)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', help_text='Only published records exist for the public.', max_length=9)),
                ('name', models.CharField(help_text='The usual English name.', max_length=200)),
                ('abbreviation', models.CharField(blank=True, help_text='Such as WTO, or empty.', max_length=40)),
                ('kind', models.CharField(choices=[('state', 'state'), ('government_organ', 'government organ'), ('intergovernmental_organization', 'intergovernmental organization'), ('export_control_regime', 'export-control regime'), ('court', 'court'), ('party', 'political party'), ('company', 'company'), ('medium', 'medium'), ('other', 'other body')], help_text='What kind of body it is.', max_length=40)),
                ('parent', models.ForeignKey(blank=True, help_text='The body that it is part of: the state of an organ, the council of a panel.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='archive.body')),
                ('iso3166', models.CharField(blank=True, help_text='States only: ISO 3166-1 alpha-2 (KR), or the four letters of ISO 3166-3 for a former state (DDDE).', max_length=4, null=True, unique=True, verbose_name='ISO 3166 code')),
                ('existed', archive.models.fields.PartialDateField(blank=True, help_text='When it existed, as an EDTF interval (1949/1990, 1948-08-15/..).', max_length=64, null=True, period=True)),
                ('folded', archive.models.fields.FoldedField(source=('name', 'abbreviation'))),
                ('existed_earliest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="First day, from the existed's text; none if open.", null=True)),
                ('existed_latest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Last day, from the existed's text; none if open.", null=True)),
                ('existed_ends', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How its ends are given, from the existed's text.", max_length=16)),
                ('existed_precision', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How exact it is, from the existed's text.", max_length=16)),
                ('existed_sort', archive.models.fields.SortCompanion(default=99999999999999, editable=False, help_text='Where the existed sorts; see the guide.')),
                ('existed_display', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How it reads, from the existed's text.", max_length=255)),
                ('existed_certain_from', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Surely from, from the existed's text; none if open.", null=True)),
                ('existed_certain_until', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Surely until, from the existed's text; none if open.", null=True)),
            ],
            options={
                'verbose_name_plural': 'bodies',
                'ordering': ('slug',),
                'indexes': [models.Index(fields=['status', 'name', 'slug'], name='body_name'), models.Index(fields=['kind', 'slug'], name='body_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('existed_earliest__isnull', True), ('existed_latest__isnull', True), ('existed_earliest__lte', models.F('existed_latest')), _connector='OR'), name='body_existed_earliest_not_after_latest'), models.CheckConstraint(condition=models.Q(('iso3166__isnull', True), ('kind', 'state'), _connector='OR'), name='body_only_a_state_has_a_code', violation_error_message='Only a state has an ISO 3166 code: choose that kind, or empty the code.'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='body_not_its_own_parent')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBody',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='How many times the record was saved; guards against lost updates.')),
                ('created_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was first saved (UTC).')),
                ('updated_at', models.DateTimeField(blank=True, editable=False, help_text='When the record was last saved (UTC).')),
                ('slug', archive.models.fields.KeyField(help_text='Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.', max_length=120)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', help_text='Only published records exist for the public.', max_length=9)),
                ('name', models.CharField(help_text='The usual English name.', max_length=200)),
                ('abbreviation', models.CharField(blank=True, help_text='Such as WTO, or empty.', max_length=40)),
                ('kind', models.CharField(choices=[('state', 'state'), ('government_organ', 'government organ'), ('intergovernmental_organization', 'intergovernmental organization'), ('export_control_regime', 'export-control regime'), ('court', 'court'), ('party', 'political party'), ('company', 'company'), ('medium', 'medium'), ('other', 'other body')], help_text='What kind of body it is.', max_length=40)),
                ('iso3166', models.CharField(blank=True, db_index=True, help_text='States only: ISO 3166-1 alpha-2 (KR), or the four letters of ISO 3166-3 for a former state (DDDE).', max_length=4, null=True, verbose_name='ISO 3166 code')),
                ('existed', archive.models.fields.PartialDateField(blank=True, help_text='When it existed, as an EDTF interval (1949/1990, 1948-08-15/..).', max_length=64, null=True, period=True)),
                ('folded', archive.models.fields.FoldedField(source=('name', 'abbreviation'))),
                ('history_change_reason', models.TextField(null=True)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, help_text='The body that it is part of: the state of an organ, the council of a panel.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.body')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('existed_earliest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="First day, from the existed's text; none if open.", null=True)),
                ('existed_latest', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Last day, from the existed's text; none if open.", null=True)),
                ('existed_ends', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How its ends are given, from the existed's text.", max_length=16)),
                ('existed_precision', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How exact it is, from the existed's text.", max_length=16)),
                ('existed_sort', archive.models.fields.SortCompanion(default=99999999999999, editable=False, help_text='Where the existed sorts; see the guide.')),
                ('existed_display', archive.models.fields.TextCompanion(blank=True, default='', editable=False, help_text="How it reads, from the existed's text.", max_length=255)),
                ('existed_certain_from', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Surely from, from the existed's text; none if open.", null=True)),
                ('existed_certain_until', archive.models.fields.DateCompanion(blank=True, editable=False, help_text="Surely until, from the existed's text; none if open.", null=True)),
            ],
            options={
                'verbose_name': 'historical body',
                'verbose_name_plural': 'historical bodies',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
