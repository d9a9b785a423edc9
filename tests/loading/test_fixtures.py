"""Django fixtures: the same files that loaddata takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction

from archive.loading import layout
from archive.loading.dataset import Options, load
from archive.models.base import Tracked
from tests.snapshot import put_dossier

pytestmark = pytest.mark.django_db
TRACKED = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def test_the_first_dossier_comes_back_from_its_fixture(tmp_path: Path, dossier: None) -> None:
    keys = {"natural_foreign": True, "natural_primary": True}
    call_command("dumpdata", "archive", **keys, output=str(tmp_path / "all.json"), verbosity=0)
    result = load(tmp_path / "all.json", Options())
    assert result.is_sound, list(result.problems.lines())[:5]
    assert result.changes_nothing, {name: counts.sentence() for name, counts in result.counts.items()}


def test_a_fixture_loads_as_loaddata_loads_it(db: None) -> None:
    with transaction.atomic():
        assert load(Path("fixtures/japan_south_korea.json").resolve(), Options()).written
        ours = {model: _told(model) for model in TRACKED}
        transaction.set_rollback(True)
    put_dossier()
    theirs = {model: _told(model) for model in TRACKED}
    assert ours == theirs


def _told(model: Any) -> list[Any]:
    """Records as the layout has them."""
    kind = layout.kinds()[layout.name(model)]
    columns = [column for column in kind.columns if column.form != "relations"]
    rows = []
    for record in model.objects.all():
        values = [getattr(record, column.name) for column in columns]
        links = [
            sorted(one.slug for one in getattr(record, column.name).all())
            for column in kind.columns
            if column.form == "relations"
        ]
        rows.append([*(value.natural_key() if isinstance(value, Tracked) else str(value) for value in values), *links])
    return sorted(rows, key=str)
