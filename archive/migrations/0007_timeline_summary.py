"""The tables that summarize public events and statements for timelines (``archive.sql.timeline_summary``).

Triggers, which fill them, are installed after each migration (``archive.cache.triggers.install``).
"""

from django.db import migrations

_KEY = "level integer NOT NULL, place integer NOT NULL, k smallint NOT NULL, class varchar(24) NOT NULL, " \
    "countries text NOT NULL"  # fmt: skip
_TABLES = (
    "CREATE TABLE archive_timelineentry (r bigint PRIMARY KEY, k smallint NOT NULL, width smallint NOT NULL, "
    "first integer NOT NULL, last integer NOT NULL, class varchar(24) NOT NULL, links integer NOT NULL, "
    "best bigint NOT NULL, countries text NOT NULL)",
    # Covers the reading of entries by width and day.
    "CREATE INDEX archive_timeline_days ON archive_timelineentry (width, first, last, k, class, best, countries)",
    f"CREATE TABLE archive_timelinecell ({_KEY}, n integer NOT NULL, first integer NOT NULL, last integer NOT NULL, "
    "best bigint NOT NULL, PRIMARY KEY (level, place, k, class, countries))",
    "CREATE TABLE archive_timelinequeue (r bigint PRIMARY KEY)",
)
#: SQLite's triggers have no variables: the keys of the cells to compute again.
_KEYS = f"CREATE TABLE archive_timelinekey ({_KEY}, PRIMARY KEY (level, place, k, class, countries))"


def create_tables(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for sql in _TABLES:
            cursor.execute(sql)
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(_KEYS)


class Migration(migrations.Migration):
    dependencies = [("archive", "0006_workflow")]
    operations = [migrations.RunPython(create_tables, migrations.RunPython.noop)]
