"""References to records of any kind, as the workflow's tables hold them: the model's name and the id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.labels import label_relations
from archive.revisions.state import record_models

#: The name of a model, and the id of a record.
Reference = tuple[str, int]


def kind_of(record: Any) -> str:
    """The name of the record's model, or of the model itself."""
    return str(record._meta.model_name)


def reference(record: Any) -> dict[str, Any]:
    """The columns that refer to a record."""
    return {"kind": kind_of(record), "record_id": record.pk}


def reviewed_models() -> dict[str, Any]:
    """The models of records that have a status, by name."""
    return {kind_of(model): model for model in record_models()}


def load_records(references: Iterable[Reference]) -> dict[Reference, Any]:
    """The records that still exist, by one query for each kind; with the relations that their labels read."""
    keys: dict[str, set[int]] = {}
    for kind, pk in references:
        keys.setdefault(kind, set()).add(pk)
    models = reviewed_models()
    records: dict[Reference, Any] = {}
    for kind, pks in keys.items():
        if kind in models:
            rows = models[kind]._default_manager.select_related(*label_relations(models[kind]))
            records |= {(kind, pk): row for pk, row in rows.in_bulk(pks).items()}
    return records


def locked(record: Any) -> Any:
    """The record as it is stored now, its row locked for the transaction. Raises the model's DoesNotExist."""
    return type(record)._default_manager.select_for_update().get(pk=record.pk)
