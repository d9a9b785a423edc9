"""The search folds all scripts by functions of its own: PostgreSQL's ``unaccent`` serves other languages' stemmers alone.

Triggers, which are installed after the migration, index all records again.
"""

from django.db import migrations

from archive.search_index.languages import ENGLISH, SIMPLE, configuration

_DICTIONARIES = {configuration(ENGLISH): f"{configuration(ENGLISH)}_stem", configuration(SIMPLE): "simple"}
_NUMBERS = """
INSERT INTO archive_searchnumber WITH RECURSIVE numbers(number) AS
(SELECT 0 UNION ALL SELECT number + 1 FROM numbers WHERE number < 4095) SELECT number FROM numbers
"""


def _map_words(cursor, prefix):
    for name, dictionary in _DICTIONARIES.items():
        cursor.execute(
            f"ALTER TEXT SEARCH CONFIGURATION {name} ALTER MAPPING FOR word, numword WITH {prefix}{dictionary}"
        )


def upgrade(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            _map_words(cursor, "")
            cursor.execute("DROP FUNCTION IF EXISTS archive_search_term(text, text)")
        else:
            cursor.execute("DROP TABLE archive_searchnumber")


def downgrade(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            _map_words(cursor, "unaccent, ")
        else:
            cursor.execute("CREATE TABLE archive_searchnumber (number integer PRIMARY KEY)")
            cursor.execute(_NUMBERS)


class Migration(migrations.Migration):
    dependencies = [("archive", "0018_finding_slugs")]
    operations = [migrations.RunPython(upgrade, downgrade)]
