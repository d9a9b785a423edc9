"""``load`` of Django fixtures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db import transaction

from archive.datasets.load import Options, load
from archive.datasets.schema import record_types, type_name
from archive.models import Body, Citation, Statement
from archive.models.base import Tracked
from tests.support.snapshot import put_dossier

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TRACKED = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def test_the_fixture_of_the_first_dossier_loads_without_changes(tmp_path: Path, dossier: None) -> None:
    keys = {"natural_foreign": True, "natural_primary": True}
    call_command("dumpdata", "archive", **keys, output=str(tmp_path / "all.json"), verbosity=0)
    result = load(tmp_path / "all.json", Options())
    assert result.is_valid, list(result.problems.lines())[:5]
    assert not result.has_changes, {name: str(counts) for name, counts in result.counts.items()}


def test_load_and_loaddata_store_the_same_records(db: None) -> None:
    with transaction.atomic():
        assert load(Path("fixtures/japan_south_korea.json").resolve(), Options()).written
        ours = {model: _column_values(model) for model in TRACKED}
        transaction.set_rollback(True)
    put_dossier()
    theirs = {model: _column_values(model) for model in TRACKED}
    assert ours == theirs


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
def test_primary_keys_of_a_fixture_are_resolved_within_the_file(form: str, tmp_path: Path, dossier: None) -> None:
    call_command("dumpdata", "archive", output=str(tmp_path / "all.json"), verbosity=0)
    objects = [
        _moved(record) for record in json.loads((tmp_path / "all.json").read_text()) if record["model"] in _KINDS
    ]
    path = tmp_path / f"moved.{form}"
    if form == "jsonl":
        path.write_text("".join(json.dumps(record) + "\n" for record in objects))
    else:
        path.write_text(yaml.safe_dump(objects) if form == "yaml" else json.dumps(objects))
    result = load(path, Options())
    assert result.is_valid, list(result.problems.lines())[:5]
    assert not result.has_changes, {name: str(counts) for name, counts in result.counts.items()}


_KINDS = {record_type.model._meta.label_lower: record_type for record_type in record_types().values()}


def _moved(item: dict[str, Any]) -> dict[str, Any]:
    """The fixture object with primary keys of another archive."""
    fields = item["fields"]
    for column in _KINDS[item["model"]].columns:
        value = fields[column.name]
        if column.target and value is not None:
            fields[column.name] = [key + 70_000 for key in value] if isinstance(value, list) else value + 70_000
    return {"model": item["model"], "pk": item["pk"] + 70_000, "fields": fields}


def _fixture(path: Path, *objects: tuple[str, int | None, dict[str, Any]]) -> Path:
    results = [{"model": f"archive.{model}", "pk": pk, "fields": fields} for model, pk, fields in objects]
    path.write_text("[" + ",\n".join(map(json.dumps, results)) + "]")
    return path


def test_primary_keys_may_refer_to_later_records(tmp_path: Path, db: None) -> None:
    named = {"classification": "note", "date": "2019", "attribution": "collective", "body": ["japan"]}
    path = _fixture(
        tmp_path / "a.json",
        ("statement", 5, {**named, "slug": "a", "name": "A", "in_reply_to": [6, ["c"]], "topics": [9]}),
        ("statement", 6, {**named, "slug": "b", "name": "B", "in_reply_to": [5]}),
        ("statement", 7, {**named, "slug": "c", "name": "C"}),
        ("citation", 1, {"source": 3, "speech_act": 2}),
        ("speechact", 2, {"statement": 6, "ordinal": 1, "kind": "demand", "text": "T"}),
        ("citation", 2, {"source": 3, "participation": 8}),
        ("participation", 8, {"event": 4, "official": None, "body": ["japan"], "role": "host"}),
        ("event", 4, {"slug": "e", "name": "E", "classification": "meeting", "date": "2019"}),
        ("source", 3, {"slug": "s", "title": "S"}),
        ("topic", 9, {"slug": "t", "name": "T", "parent": None}),
    )
    result = load(path, Options())
    assert result.written, list(result.problems.lines())
    values = Statement.objects.order_by("slug").values_list("slug", "in_reply_to__slug", "topics__slug")
    assert sorted(values, key=str) == [("a", "b", "t"), ("a", "c", "t"), ("b", "a", None), ("c", None, None)]
    first, second = Citation.objects.order_by("pk")
    assert (first.speech_act.slug, second.participation.event.slug) == ("b-1", "e")


def test_a_primary_key_missing_in_the_file_is_refused(tmp_path: Path, db: None) -> None:
    japan = Body.objects.get(slug="japan").pk
    path = _fixture(
        tmp_path / "a.json",
        ("office", 1, {"slug": "o", "name": "O", "body": japan}),
        ("topic", 1, {"slug": "t", "name": "T"}),
        ("topic", 1, {"slug": "u", "name": "U"}),
        ("event", 1, {"slug": "e", "name": "E", "classification": "meeting", "date": "2019", "topics": [1, 2]}),
    )
    lacking = "which no record in the file has, expected"
    assert list(load(path, Options()).problems.lines()) == [
        f"a.json:1, body: got the primary key {japan}, {lacking} the slug of a record.",
        "a.json:3, pk: got 1 for one more of topics, expected it once: a.json:2 has it already.",
        f'a.json:4, topics: got the primary key 2, {lacking} a list of slugs such as ["export-controls"].',
    ]


def _column_values(model: Any) -> list[Any]:
    """Records as rows of the schema's columns."""
    record_type = record_types()[type_name(model)]
    columns = [column for column in record_type.columns if column.data_type != "relations"]
    rows = []
    for record in model.objects.all():
        values = [getattr(record, column.name) for column in columns]
        links = [
            sorted(entry.slug for entry in getattr(record, column.name).all())
            for column in record_type.columns
            if column.data_type == "relations"
        ]
        rows.append([*(value.natural_key() if isinstance(value, Tracked) else str(value) for value in values), *links])
    return sorted(rows, key=str)
