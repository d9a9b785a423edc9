"""Rewrites the stored readings of dates ("the 1900s (century)", "the year 42"), which used to be alike for unlike dates."""

import uuid

from django.db import migrations
from django.db.models import F

from archive.models.fields import PartialDateField


def refresh_readings(apps, schema_editor):
    alias = schema_editor.connection.alias
    changed = False
    for model in apps.get_app_config("archive").get_models():
        for field in model._meta.local_fields:
            if isinstance(field, PartialDateField):
                changed |= _refresh(model, field.name, schema_editor.connection)
    if changed:
        # The triggers that do this on every write are away while migrations run.
        version = apps.get_model("archive", "PublicVersion").objects.using(alias)
        version.update(stamp=str(uuid.uuid4()), number=F("number") + 1)


def _refresh(model, name, connection):
    column = f"{name}_display"
    rows = model._base_manager.using(connection.alias).exclude(**{f"{name}__isnull": True})
    stale = [
        (date.display, key)
        for key, date, display in rows.values_list("pk", name, column).iterator()
        if date.display != display
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{model._meta.db_table}" SET "{column}" = %s WHERE id = %s', stale)
    return bool(stale)


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0019_index_of_deletions"),
    ]

    operations = [
        migrations.RunPython(refresh_readings, migrations.RunPython.noop),
    ]
