"""Seed the states: ISO 3166-1, and the former ones of ISO 3166-3."""

from django.db import migrations

from archive.countries import states


def seed(apps, schema_editor):
    body = apps.get_model("archive", "Body")
    known = set(body.objects.using(schema_editor.connection.alias).values_list("iso3166", flat=True))
    body.objects.using(schema_editor.connection.alias).bulk_create(
        body(kind="state", status="published", **state) for state in states() if state["iso3166"] not in known
    )


class Migration(migrations.Migration):
    dependencies = [("archive", "0007_dossiers_and_names")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
