"""Effects of pruning: timestamps, the public version, derived tables, and revisions to restore from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from archive.datasets.load import Options, load
from archive.datasets.schema import record_types
from archive.models import AddresseeIndex, Event, PublicVersion
from archive.models.base import Addressed
from archive.revisions.planning import make_plan
from archive.revisions.restore import restore
from archive.revisions.state import record_models
from archive.revisions.version import version_of
from tests.support.admin_forms import filled_in
from tests.support.corrections import PARTS, TITLE
from tests.support.datasets import load_files
from tests.support.references import DatasetRows, add_reference, all_references, base_rows

pytestmark = pytest.mark.django_db


def _write(rows: DatasetRows, directory: Path, title: str, **options: Any) -> None:
    result = load(rows.write(directory, title, **options), Options(prune=True))
    assert result.written, list(result.problems.lines())


def _stamps() -> dict[tuple[Any, int], tuple[Any, ...]]:
    models = [record_type.model for record_type in record_types().values() if issubclass(record_type.model, Addressed)]
    return {
        (model, pk): stamps for model in models
        for pk, *stamps in model.objects.values_list("pk", "public_version", "updated_at")
    }  # fmt: skip


def _moved(before: dict[Any, Any]) -> set[Any]:
    after = _stamps()
    moved = {key for key, stamps in after.items() if stamps != before[key]}
    assert all(after[key][0] > before[key][0] and after[key][1] > before[key][1] for key in moved)
    return moved


def _version() -> tuple[str, int]:
    return PublicVersion.objects.values_list("stamp", "number").get()


@pytest.mark.parametrize("both", [False, True], ids=["the referring go", "both go"])
def test_timestamps_change_as_by_single_deletions(tmp_path: Path, both: bool) -> None:
    _write(base_rows("published"), tmp_path / "base", "Base")
    targets, own = DatasetRows("published"), DatasetRows("published")
    for number, pair in enumerate(all_references()):
        add_reference(pair, number, targets, own)
    if both:
        _write(targets + own, tmp_path / "1", "T")
    else:
        _write(targets, tmp_path / "targets", "Targets")
        _write(own, tmp_path / "1", "T")
    loads = 'Loaded from "T"'
    before, version = _stamps(), _version()
    with transaction.atomic():
        for record_type in reversed(record_types().values()):
            model: Any = record_type.model
            brought = set(model.history.filter(history_change_reason=loads).values_list("id", flat=True))
            for record in model.objects.filter(pk__in=brought):
                record.delete()
        expected, is_raised = _moved(before), _version() != version
        transaction.set_rollback(True)
    assert (_stamps(), _version()) == (before, version)
    assert expected
    assert is_raised
    _write(targets + own, tmp_path / "2", "T", empty=True)
    assert _moved(before) == expected
    assert _version() != version
    assert {act.act_id for act in AddresseeIndex.objects.all()} == set(
        AddresseeIndex.act.field.related_model.objects.exclude(addressee_bodies=None, addressee_officials=None)
        .values_list("pk", flat=True)
    )  # fmt: skip


def test_removed_drafts_change_no_public_timestamps(tmp_path: Path) -> None:
    own = DatasetRows()
    _write(base_rows(), tmp_path / "base", "Base")
    for number, pair in enumerate(all_references()):
        add_reference(pair, number, own, own)
    _write(own, tmp_path / "1", "T")
    before, version = _stamps(), _version()
    _write(own, tmp_path / "2", "T", empty=True)
    assert (_moved(before), _version()) == (set(), version)


def test_records_are_restored_with_their_parts_and_links(tmp_path: Path, editor: User) -> None:
    own, records = DatasetRows(), set(record_models())
    _write(base_rows(), tmp_path / "base", "Base")
    for number, pair in enumerate(all_references()):
        if pair.target.model in records and (pair.is_part or pair.record_type.model in records):
            add_reference(pair, number, own, own)
    _write(own, tmp_path / "1", "T")
    before, links = _rows(), _links()
    _write(own, tmp_path / "2", "T", empty=True)
    assert _rows() != before
    for record_type in record_types().values():
        model: Any = record_type.model
        for deletion in model.history.filter(history_type="-").order_by("id") if model in records else ():
            version = version_of(model, deletion.id, deletion.history_id)
            assert version is not None
            restore(make_plan(version), editor, "It was right")
    after = _rows()
    assert [name for name in before if after[name] != before[name]] == []
    assert _links() == links


def _rows() -> dict[str, list[tuple[Any, ...]]]:
    records = {"version", "public_version", "updated_at"}
    return {
        record_type.name: list(record_type.model.objects.order_by("pk").values_list(
            *(field.attname for field in record_type.model._meta.concrete_fields if field.name not in records)
        )) for record_type in record_types().values()
    }  # fmt: skip


def _links() -> dict[str, list[tuple[int, int]]]:
    return {
        str(pair): sorted(
            pair.record_type.model.objects.exclude(**{pair.column.name: None}).values_list("pk", pair.column.name)
        )
        for pair in all_references()
        if pair.column.data_type == "relations"
    }  # fmt: skip


def test_a_pruned_record_is_restored_from_the_list_of_deleted(tmp_path: Path, editor: User, client: Client) -> None:
    load_files(tmp_path, PARTS)
    event = Event.objects.get()
    parts = (event.participations.count(), event.citations.count())
    assert all(parts)
    empty = {name: text.splitlines()[0] + "\n" for name, text in PARTS.items() if name.endswith(".csv")}
    assert load_files(tmp_path, {**TITLE, **empty}, prune=True).written
    client.force_login(editor)
    revision = Event.history.get(history_type="-")
    page = reverse("admin:archive_event_simple_history", args=[event.pk, revision.pk])
    assert page in client.get(reverse("deleted_records")).content.decode()
    content = client.get(page).content.decode()
    assert event.name in content
    # The officials are records of their own, and come first.
    for model in (record_types()[name].model for name in ("officials", "sources", "topics")):
        for gone in model.history.filter(history_type="-"):  # type: ignore[attr-defined]
            version = version_of(model, gone.id, gone.history_id)
            assert version is not None
            restore(make_plan(version), editor, "First")
    response = client.post(page, {**filled_in(client.get(page)), "change_reason": "It was right"}, follow=True)
    assert response.status_code == 200
    event.refresh_from_db()
    assert (event.participations.count(), event.citations.count()) == parts
    assert page not in client.get(reverse("deleted_records")).content.decode()
