"""PostgreSQL: ``vector`` no longer repeats the names, which the index of texts adds.

Triggers, which are installed after the migration, write the entries again.
"""

from django.db import migrations


def _create_indexes(schema_editor, texts, options=""):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP INDEX archive_search_names, archive_search_texts")
        cursor.execute("TRUNCATE archive_searchentry")
        for name, vector in (("names", "name_vector"), ("texts", texts)):
            cursor.execute(f"CREATE INDEX archive_search_{name} ON archive_searchentry USING gin ({vector}){options}")


def upgrade(apps, schema_editor):
    # Functions that write entries set the limit of the list of pending ones.
    _create_indexes(schema_editor, "(ts_filter(name_vector, '{a}') || vector)")


def downgrade(apps, schema_editor):
    _create_indexes(schema_editor, "vector", " WITH (gin_pending_list_limit = 256)")


class Migration(migrations.Migration):
    dependencies = [("archive", "0013_attachments")]
    operations = [migrations.RunPython(upgrade, downgrade)]
