"""SQLite: an index of the trigrams of folded names, as PostgreSQL has one; triggers fill it after the migration."""

from django.db import migrations


def create_tables(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in ("archive_official", "archive_body", "archive_name"):
            cursor.execute(
                f"CREATE VIRTUAL TABLE {table}_trigrams "
                f"USING fts5(folded, content='{table}', content_rowid='id', tokenize='trigram')"
            )


class Migration(migrations.Migration):
    dependencies = [("archive", "0003_search_index")]
    operations = [migrations.RunPython(create_tables, migrations.RunPython.noop)]
