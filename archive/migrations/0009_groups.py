"""Make the groups: contributors enter drafts, editors publish, administrators also keep the users."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "contributor": (("archive", "add_"), ("archive", "change_"), ("archive", "view_")),
    "editor": (("archive", ""),),
    "administrator": (("archive", ""), ("auth", "")),
}


def make(apps, schema_editor):
    alias = schema_editor.connection.alias
    for label in ("archive", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, using=alias, verbosity=0)
        config.models_module = None
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for name, rules in GROUPS.items():
        made, _ = group.objects.using(alias).get_or_create(name=name)
        for label, prefix in rules:
            found = permission.objects.using(alias).filter(content_type__app_label=label, codename__startswith=prefix)
            made.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0008_states"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
