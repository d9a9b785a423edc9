"""Seed the states of ISO 3166-1 and 3166-3, and the groups of contributors, editors and administrators."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from archive.countries import states

#: By group, the apps and the prefixes of the permissions that its members have.
GROUPS = {
    "contributor": (("archive", "add_"), ("archive", "change_"), ("archive", "view_")),
    "editor": (("archive", ""),),
    "administrator": (("archive", ""), ("auth", "")),
}
#: Models that no group may change: administrators grant imports, and only triggers write the public version.
EXCLUDED = ("datasetimport", "publicversion")


def create_states(apps, schema_editor):
    body = apps.get_model("archive", "Body")
    body.objects.using(schema_editor.connection.alias).bulk_create(
        body(kind="state", status="published", **state) for state in states()
    )


def create_groups(apps, schema_editor):
    alias = schema_editor.connection.alias
    for label in ("archive", "auth"):
        # Django creates permissions after all migrations, and only for an app with a models module.
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, using=alias, verbosity=0)
        config.models_module = None
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for name, rules in GROUPS.items():
        record = group.objects.using(alias).create(name=name)
        for label, prefix in rules:
            permissions = permission.objects.using(alias).filter(
                content_type__app_label=label, codename__startswith=prefix
            )
            record.permissions.add(*permissions.exclude(content_type__model__in=EXCLUDED))


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0002_search_and_timeline"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(create_states, migrations.RunPython.noop),
        migrations.RunPython(create_groups, migrations.RunPython.noop),
    ]
