"""Fold names anew, and take ISO's withdrawal of a code for what it is: no date of the state's existence."""

from django.db import migrations

from archive.dates.value import SORT_BLANK
from archive.text import fold
from archive.countries import states, withdrawals

_AT_ONCE = 500
_SOURCES = {"Official": ("name", "sort_name"), "Body": ("name", "abbreviation"), "Name": ("text",)}
#: Names that were wrong (VDVN was the north), or the standard's formal ones, by code: as they were seeded.
_SEEDED = {
    "AIDJ": ("french-afars-and-issas", "French Afars and Issas"),
    "BYAA": ("byelorussian-ssr-soviet-socialist-republic", "Byelorussian SSR Soviet Socialist Republic"),
    "FXFR": ("france-metropolitan", "France, Metropolitan"),
    "HVBF": ("upper-volta-republic-of", "Upper Volta, Republic of"),
    "NTHH": ("neutral-zone", "Neutral Zone"),
    "PCHH": ("pacific-islands-trust-territory", "Pacific Islands (trust territory)"),
    "PUUM": ("us-miscellaneous-pacific-islands", "US Miscellaneous Pacific Islands"),
    "VDVN": ("south-vietnam-former-state", "South Vietnam (former state)"),
}


#: What the columns of a blank date hold.
_NO_DATE = {
    "existed": None, "existed_earliest": None, "existed_latest": None, "existed_ends": "", "existed_precision": "",
    "existed_display": "", "existed_sort": SORT_BLANK, "existed_certain_from": None, "existed_certain_until": None,
}  # fmt: skip


def correct_former_states(apps, schema_editor):
    """What a person corrected since stays; so does the slug of a state that other records name."""
    body = apps.get_model("archive", "Body")
    rows = body.objects.using(schema_editor.connection.alias)
    seeds = {state["iso3166"]: state for state in states()}
    for code, withdrawn in withdrawals().items():
        former = rows.filter(iso3166=code)
        former.filter(code_withdrawn="").update(code_withdrawn=withdrawn)
        former.filter(existed=f"/{withdrawn}").update(**_NO_DATE)
        slug, name = _SEEDED.get(code, (None, None))
        seeded = former.filter(slug=slug, name=name).first()
        if seeded is not None and not _is_named(seeded, schema_editor.connection.alias):
            former.update(slug=seeds[code]["slug"], name=seeds[code]["name"])
        elif seeded is not None and code != "VDVN":
            former.update(name=seeds[code]["name"])


def _is_named(record, using):
    """Whether other records refer to it; its own history does not count."""
    relations = (one for one in record._meta.related_objects if not one.related_model.__name__.startswith("Historical"))
    return any(
        one.related_model.objects.using(using).filter(**{one.field.name: record.pk}).exists() for one in relations
    )


def fold_anew(apps, schema_editor):
    using = schema_editor.connection.alias
    for name, sources in _SOURCES.items():
        manager = apps.get_model("archive", name).objects.using(using)
        changed = []
        for row in manager.only("pk", "folded", *sources).iterator(_AT_ONCE):
            forms = dict.fromkeys(fold(getattr(row, source) or "") for source in sources)
            folded = "\n".join(form for form in forms if form)
            if folded != row.folded:
                row.folded = folded
                changed.append(row)
        manager.bulk_update(changed, ["folded"], batch_size=_AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("archive", "0021_names_and_former_states")]
    operations = [
        migrations.RunPython(correct_former_states, migrations.RunPython.noop),
        migrations.RunPython(fold_anew, migrations.RunPython.noop),
    ]
