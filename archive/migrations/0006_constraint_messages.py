"""What a form says when a constraint refuses what was entered; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0005_orders_of_any_status")]
    operations = [
        migrations.AlterConstraint(
            model_name='body',
            name='body_only_a_state_has_a_code',
            constraint=models.CheckConstraint(condition=models.Q(('iso3166__isnull', True), ('kind', 'state'), _connector='OR'), name='body_only_a_state_has_a_code', violation_error_message='Only a state has an ISO 3166 code: choose that kind, or empty the code.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_of_exactly_one_record',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', False), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', False), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', False), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', False)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', False), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', False), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', False), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', False), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', False), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', False), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', False), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', True), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('measure_good__isnull', True), ('office__isnull', False), ('official__isnull', True), ('outcome__isnull', True), ('participation__isnull', True), ('relation__isnull', True), ('speech_act__isnull', True), ('statement__isnull', True)), _connector='OR'), name='citation_of_exactly_one_record', violation_error_message='Got none or several records, expected exactly one that it is cited for.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_variant_names_its_field',
            constraint=models.CheckConstraint(condition=models.Q(('variant_value', ''), models.Q(('field', ''), _negated=True), _connector='OR'), name='citation_variant_names_its_field', violation_error_message='A variant value names its field: got a value alone, expected both.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_event',
            constraint=models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('source', 'event', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_event', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_measure',
            constraint=models.UniqueConstraint(condition=models.Q(('measure__isnull', False)), fields=('source', 'measure', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_measure', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_measure_good',
            constraint=models.UniqueConstraint(condition=models.Q(('measure_good__isnull', False)), fields=('source', 'measure_good', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_measure_good', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_statement',
            constraint=models.UniqueConstraint(condition=models.Q(('statement__isnull', False)), fields=('source', 'statement', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_statement', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_speech_act',
            constraint=models.UniqueConstraint(condition=models.Q(('speech_act__isnull', False)), fields=('source', 'speech_act', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_speech_act', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_outcome',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome__isnull', False)), fields=('source', 'outcome', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_outcome', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_relation',
            constraint=models.UniqueConstraint(condition=models.Q(('relation__isnull', False)), fields=('source', 'relation', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_relation', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_participation',
            constraint=models.UniqueConstraint(condition=models.Q(('participation__isnull', False)), fields=('source', 'participation', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_participation', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_official',
            constraint=models.UniqueConstraint(condition=models.Q(('official__isnull', False)), fields=('source', 'official', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_official', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('appointment__isnull', False)), fields=('source', 'appointment', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_appointment', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_body',
            constraint=models.UniqueConstraint(condition=models.Q(('body__isnull', False)), fields=('source', 'body', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_body', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='citation',
            name='citation_once_per_office',
            constraint=models.UniqueConstraint(condition=models.Q(('office__isnull', False)), fields=('source', 'office', 'stance', 'field', 'variant_value', 'locator'), name='citation_once_per_office', violation_error_message='The source is cited for this already, alike in all: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='dossierentry',
            name='dossier_entry_of_one_record',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', False), ('measure__isnull', True), ('statement__isnull', True)), models.Q(('event__isnull', True), ('measure__isnull', True), ('statement__isnull', False)), models.Q(('event__isnull', True), ('measure__isnull', False), ('statement__isnull', True)), _connector='OR'), name='dossier_entry_of_one_record', violation_error_message='Got none or several, expected one event, statement or measure.'),
        ),
        migrations.AlterConstraint(
            model_name='dossierentry',
            name='dossier_entry_once_per_event',
            constraint=models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('dossier', 'event'), name='dossier_entry_once_per_event', violation_error_message='The event is in this dossier already: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='dossierentry',
            name='dossier_entry_once_per_statement',
            constraint=models.UniqueConstraint(condition=models.Q(('statement__isnull', False)), fields=('dossier', 'statement'), name='dossier_entry_once_per_statement', violation_error_message='The statement is in this dossier already: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='dossierentry',
            name='dossier_entry_once_per_measure',
            constraint=models.UniqueConstraint(condition=models.Q(('measure__isnull', False)), fields=('dossier', 'measure'), name='dossier_entry_once_per_measure', violation_error_message='The measure is in this dossier already: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='identifier',
            name='identifier_of_exactly_one_record',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', False), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', False), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', False), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', True)), models.Q(('appointment__isnull', False), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', False), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', False), ('office__isnull', True), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', False), ('topic__isnull', True)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', True), ('source__isnull', True), ('statement__isnull', True), ('topic__isnull', False)), models.Q(('appointment__isnull', True), ('body__isnull', True), ('event__isnull', True), ('measure__isnull', True), ('office__isnull', True), ('official__isnull', True), ('source__isnull', False), ('statement__isnull', True), ('topic__isnull', True)), _connector='OR'), name='identifier_of_exactly_one_record', violation_error_message='Got none or several records, expected exactly one that it identifies.'),
        ),
        migrations.AlterConstraint(
            model_name='measuregood',
            name='measure_good_code_has_scheme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), ('scheme', 'none')), models.Q(models.Q(('scheme', 'none'), _negated=True), models.Q(('code', ''), _negated=True)), _connector='OR'), name='measure_good_code_has_scheme', violation_error_message="A code and its list go together: expected both, or neither ('no code known')."),
        ),
        migrations.AlterConstraint(
            model_name='name',
            name='name_has_one_bearer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', True), ('official__isnull', False)), models.Q(('body__isnull', False), ('official__isnull', True)), _connector='OR'), name='name_has_one_bearer', violation_error_message='Got none or both, expected either an official or a body.'),
        ),
        migrations.AlterConstraint(
            model_name='name',
            name='name_once_per_official',
            constraint=models.UniqueConstraint(condition=models.Q(('official__isnull', False)), fields=('official', 'text', 'scheme'), name='name_once_per_official', violation_error_message='The official has this name by this scheme already: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='name',
            name='name_once_per_body',
            constraint=models.UniqueConstraint(condition=models.Q(('body__isnull', False)), fields=('body', 'text', 'scheme'), name='name_once_per_body', violation_error_message='The body has this name by this scheme already: expected it once.'),
        ),
        migrations.AlterConstraint(
            model_name='outcome',
            name='outcome_by_one_thing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', True), ('event__isnull', False)), models.Q(('answer__isnull', False), ('event__isnull', True)), models.Q(('answer__isnull', True), ('event__isnull', True)), _connector='OR'), name='outcome_by_one_thing', violation_error_message='Got an event and a speech act, expected at most one by which it came about.'),
        ),
        migrations.AlterConstraint(
            model_name='outcome',
            name='outcome_not_by_itself',
            constraint=models.CheckConstraint(condition=models.Q(('answer__isnull', True), models.Q(('answer', models.F('speech_act')), _negated=True), _connector='OR'), name='outcome_not_by_itself', violation_error_message='A speech act is not answered by itself: expected another one.'),
        ),
        migrations.AlterConstraint(
            model_name='participation',
            name='participation_of_one_party',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', True), ('official__isnull', False)), models.Q(('body__isnull', False), ('official__isnull', True)), _connector='OR'), name='participation_of_one_party', violation_error_message='Got none or both, expected either an official or a body.'),
        ),
        migrations.AlterConstraint(
            model_name='participation',
            name='participation_once_per_official',
            constraint=models.UniqueConstraint(condition=models.Q(('official__isnull', False)), fields=('event', 'official', 'role'), name='participation_once_per_official', violation_error_message='The official has this role in the event already: expected each role once.'),
        ),
        migrations.AlterConstraint(
            model_name='participation',
            name='participation_once_per_body',
            constraint=models.UniqueConstraint(condition=models.Q(('body__isnull', False)), fields=('event', 'body', 'role'), name='participation_once_per_body', violation_error_message='The body has this role in the event already: expected each role once.'),
        ),
        migrations.AlterConstraint(
            model_name='relation',
            name='relation_not_to_the_same_event',
            constraint=models.CheckConstraint(condition=models.Q(('from_event', models.F('to_event')), _negated=True), name='relation_not_to_the_same_event', violation_error_message='An event does not relate to itself: expected another event.'),
        ),
        migrations.AlterConstraint(
            model_name='speechact',
            name='speech_act_about_one_thing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_event__isnull', False), ('about_measure__isnull', True)), models.Q(('about_event__isnull', True), ('about_measure__isnull', False)), models.Q(('about_event__isnull', True), ('about_measure__isnull', True)), _connector='OR'), name='speech_act_about_one_thing', violation_error_message='Got an event and a measure, expected at most one that it is about.'),
        ),
    ]
