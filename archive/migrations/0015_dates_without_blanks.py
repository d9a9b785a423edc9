from django.db import migrations

#: Each table with its dates. Between the members of a one-of set there may have been blanks.
DATES = {
    "archive_appointment": ("appointed", "start", "end"),
    "archive_body": ("existed",),
    "archive_event": ("date",),
    "archive_measure": ("in_force",),
    "archive_measuregood": ("in_force",),
    "archive_official": ("born", "died"),
    "archive_outcome": ("date",),
    "archive_source": ("published", "retrieved"),
    "archive_statement": ("date",),
}


def close_up(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, columns in DATES.items():
            for column in columns:
                cursor.execute(f"SELECT id, \"{column}\" FROM {table} WHERE \"{column}\" LIKE %s", ["[%"])
                spaced = [(key, text) for key, text in cursor.fetchall() if "".join(text.split()) != text]
                for key, text in spaced:
                    cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', ["".join(text.split()), key])


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0014_addressed_acts"),
    ]

    operations = [
        migrations.RunPython(close_up, migrations.RunPython.noop),
    ]
