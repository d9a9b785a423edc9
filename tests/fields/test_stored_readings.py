"""An archive from before dates that differ read differently has its readings rewritten when it is migrated."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from archive.models import Body, Event, Measure, PublicVersion


def _migrate() -> None:
    migration = import_module("archive.migrations.0020_distinct_date_readings")
    with connection.schema_editor(atomic=False) as editor:
        migration.refresh_readings(apps, editor)


def _event(slug: str, date: str, reading: str) -> Any:
    made = Event.objects.create(slug=slug, name="E", classification="meeting", date=date)
    Event.objects.filter(pk=made.pk).update(date_display=reading)
    return made


@pytest.mark.django_db(transaction=True)
def test_a_migration_rewrites_what_reads_otherwise_and_raises_the_version() -> None:
    _event("decade", "190X", "the 1900s")
    _event("century", "19XX", "the 1900s")
    _event("right", "2019-07", "July 2019")
    body = Body.objects.create(slug="b", name="B", kind="company", existed="0042/")
    Body.objects.filter(pk=body.pk).update(existed_display="from 42, end not known")
    Measure.objects.create(slug="m", name="M", instrument="export_control")
    updated = dict(Event.objects.values_list("slug", "updated_at"))
    before = PublicVersion.objects.get().stamp
    _migrate()
    assert dict(Event.objects.values_list("slug", "date_display")) == {
        "decade": "the 1900s (decade)", "century": "the 1900s (century)", "right": "July 2019",
    }  # fmt: skip
    assert Body.objects.get(pk=body.pk).existed_display == "from the year 42, end not known"
    # A reading is what the public sees, so only the records whose reading changed have a new stamp.
    stamps = dict(Event.objects.values_list("slug", "updated_at"))
    assert {slug for slug in stamps if stamps[slug] > updated[slug]} == {"decade", "century"}
    assert PublicVersion.objects.get().stamp != before


@pytest.mark.django_db(transaction=True)
def test_an_archive_with_nothing_to_rewrite_keeps_its_version() -> None:
    _event("right", "2019-07", "July 2019")
    before = PublicVersion.objects.get().stamp
    _migrate()
    assert PublicVersion.objects.get().stamp == before
