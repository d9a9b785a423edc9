"""Pruning with every reference from one record type to another, as the models have them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from archive.datasets.load import Options, Result, load
from archive.datasets.schema import record_types
from tests.support.datasets import RecordingListener
from tests.support.references import DatasetRows, Reference, add_reference, all_references, base_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(tmp_path: Path) -> None:
    """The base rows, loaded by another dataset."""
    result = load(base_rows().write(tmp_path / "base", "Base"), Options())
    assert result.written, list(result.problems.lines())


def _counts() -> dict[str, int]:
    return {name: record_type.model.objects.count() for name, record_type in record_types().items()}


def _refusals(path: Path, **options: Any) -> tuple[list[str], Result]:
    """The errors of a pruning dry run, which must be those of the load; neither writes anything."""
    before, reports = _counts(), []
    for is_plan in (True, False):
        errors = StringIO()
        result = load(path, Options(dry_run=is_plan, prune=True, **options), RecordingListener(), errors)
        assert not result.written
        reports.append([row for row in csv.DictReader(StringIO(errors.getvalue())) if row["level"] == "error"])
    assert reports[0] == reports[1]
    assert _counts() == before
    return sorted(
        f"{row['file']}, {row['field']}: got {row['got']}, expected {row['expected']}" for row in reports[0]
    ), result


def _refused(pair: Reference, key: str) -> str:
    expected = f"no reference to {pair.target.name} that would be removed"
    return f"archive, {pair.record_type.name}: got '{key}', expected {expected}"


def test_all_foreign_keys_and_links_are_tested() -> None:
    models = {record_type.model for record_type in record_types().values()}
    fields = {
        (model, field.name) for model in models
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many) if field.related_model in models
    }  # fmt: skip
    assert {(pair.record_type.model, pair.column.name) for pair in all_references()} == fields
    # What is not among them is written by a trigger, or tells of a revision.
    others = {
        relation.related_model.__name__ for model in models for relation in model._meta.related_objects
        if relation.related_model not in models
    }  # fmt: skip
    assert {name for name in others if not name.startswith("Historical")} == {"AddresseeIndex"}


def test_records_are_removed_together_with_their_referrers(stored: None, tmp_path: Path) -> None:
    before, own = _counts(), DatasetRows()
    for number, pair in enumerate(all_references()):
        add_reference(pair, number, own, own)
    assert load(own.write(tmp_path / "1", "T"), Options()).written
    path = own.write(tmp_path / "2", "T", empty=True)
    planned = load(path, Options(dry_run=True, prune=True), plan := RecordingListener())
    expected = Counter({name: len(rows) for name, rows in own.rows.items()})
    for result in (planned, load(path, Options(prune=True))):
        assert list(result.problems.lines()) == []
        assert Counter({name: counts.removed for name, counts in result.counts.items()}) == expected
    assert {f"{name}: {number} removed" for name, number in expected.items()} <= set(plan.lines)
    assert _counts() == before
    revisions = [record_type.model.history.filter(history_type="-") for record_type in record_types().values()]  # type: ignore[attr-defined]
    assert sum(rows.count() for rows in revisions) == expected.total()
    assert len({date for rows in revisions for date in rows.values_list("history_date", flat=True)}) == 1
    assert not load(path, Options(prune=True)).written


def _by_another_dataset(rows: DatasetRows, directory: Path) -> None:
    result = load(rows.write(directory, "Other"), Options())
    assert result.written, list(result.problems.lines())


def _by_hand(rows: DatasetRows, directory: Path) -> None:
    _by_another_dataset(rows, directory)
    for name in rows.rows:
        history: Any = record_types()[name].model.history  # type: ignore[attr-defined]
        history.filter(history_change_reason='Loaded from "Other"').update(history_change_reason=None)


@pytest.mark.parametrize("bring", [_by_another_dataset, _by_hand])
def test_records_that_others_refer_to_are_not_removed(
    stored: None, tmp_path: Path, bring: Callable[[DatasetRows, Path], None]
) -> None:
    own, others = DatasetRows(), DatasetRows()
    keys = [(pair, *add_reference(pair, number, own, others)) for number, pair in enumerate(all_references())]
    assert load(own.write(tmp_path / "1", "T"), Options()).written
    bring(others, tmp_path / "others")
    path = own.write(tmp_path / "2", "T", empty=True)
    all_of_them, _ = _refusals(path, overwrite_corrections=True)
    assert all_of_them == sorted(_refused(pair, key) for pair, _, key in keys)
    # A record with parts from elsewhere stays.
    but_for_parts, result = _refusals(path)
    assert but_for_parts == sorted(_refused(pair, key) for pair, _, key in keys if not pair.is_part)
    assert sum(counts.corrected for counts in result.counts.values()) == sum(pair.is_part for pair, *_ in keys)


@pytest.mark.parametrize("left_out", [False, True], ids=["given", "left out"])
def test_records_that_the_dataset_still_refers_to_are_not_removed(stored: None, tmp_path: Path, left_out: bool) -> None:
    targets, own = DatasetRows(), DatasetRows()
    chosen = [pair for pair in all_references() if not left_out or pair.column.name not in pair.record_type.key]
    keys = [(pair, *add_reference(pair, number, targets, own)) for number, pair in enumerate(chosen)]
    assert load((targets + own).write(tmp_path / "1", "T"), Options()).written
    if left_out:
        for pair in chosen:
            for row in own.rows[pair.record_type.name]:
                row.pop(pair.column.name, None)
    refusals, _ = _refusals(own.write(tmp_path / "2", "T"))
    assert refusals == sorted(_refused(pair, key) for pair, _, key in keys)


def test_records_without_references_in_the_new_dataset_are_removed(stored: None, tmp_path: Path) -> None:
    before, targets, own = _counts(), DatasetRows(), DatasetRows()
    chosen = [pair for pair in all_references() if pair.column.name not in pair.record_type.key]
    for number, pair in enumerate(chosen):
        add_reference(pair, number, targets, own)
    assert load((targets + own).write(tmp_path / "1", "T"), Options()).written
    for pair, row in zip(chosen, own.in_order, strict=True):
        row[pair.column.name] = pair.other
    planned = load(path := own.write(tmp_path / "2", "T"), Options(dry_run=True, prune=True), RecordingListener())
    result = load(path, Options(prune=True))
    assert (list(planned.problems.lines()), list(result.problems.lines())) == ([], [])
    assert sum(counts.removed for counts in result.counts.values()) == len(chosen)
    assert _counts() == {name: number + len(own.rows[name]) for name, number in before.items()}
