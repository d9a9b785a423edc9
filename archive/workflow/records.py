"""References to records of any kind, as the workflow's tables hold them: the model's name and the id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Model, Value
from django.utils.translation import gettext

from archive.labels import label_relations, name_field
from archive.models.base import Record
from archive.revisions.state import record_models

#: The name of a model, and the id of a record.
Reference = tuple[str, int]
#: A function that loads the records with these references.
Loader = Callable[[Iterable[Reference]], dict[Reference, Any]]


def kind_of(record: Model | type[Model]) -> str:
    """The name of the record's model, or of the model itself."""
    return str(record._meta.model_name)


def reference(record: Model) -> dict[str, Any]:
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


def locked(record: Record) -> Any:
    """The record as it is stored now, its row locked for the transaction. Raises ValidationError if it was deleted.

    Whoever writes a record's review locks the record before: the lock is the review's too.
    """
    stored = type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
    if stored is None:
        raise ValidationError(_deleted(record))
    return stored


def _deleted(record: Record) -> str:
    return gettext("{slug}: somebody deleted it a moment ago.").format(slug=record.slug)


def lock_each(records: Sequence[Record]) -> None:
    """``lock_all`` of records that must exist. Raises ValidationError that names those that were deleted."""
    stored = lock_all(records)
    if deleted := [_deleted(record) for record in records if (kind_of(record), record.pk) not in stored]:
        raise ValidationError(deleted)


def lock_all(records: Iterable[Record]) -> dict[Reference, Any]:
    """The records as they are stored now, without those that were deleted, their rows locked for the transaction.

    One statement for each kind locks its rows in the order of their keys, the kinds in that of their names: two steps
    cannot deadlock.
    """
    stored: dict[Reference, Any] = {}
    keys: dict[Any, set[int]] = {}
    for record in records:
        keys.setdefault(type(record), set()).add(record.pk)
    for model in sorted(keys, key=kind_of):
        rows = model._default_manager.select_for_update().filter(pk__in=keys[model]).order_by("pk")
        for row in rows:
            # As the row is stored: checks compare with it, and need not read it again.
            row.stored_row = copy(row)
            stored[kind_of(model), row.pk] = row
    return stored


def locked_row(stored: Mapping[Reference, Any], record: Record) -> Any:
    """The row of a record among those that ``lock_all`` returned. Raises ValidationError if it was deleted."""
    row = stored.get((kind_of(record), record.pk))
    if row is None:
        raise ValidationError(_deleted(record))
    return row


@dataclass(slots=True)
class NamedRecord:
    """A record of which only the name is loaded; empty before, and for a record that the user may not view."""

    kind: str
    pk: int
    name: str = ""


class NamedRecords:
    """Records of several queues, whose names are read by one query for all."""

    def __init__(self) -> None:
        self._records: dict[Reference, NamedRecord] = {}

    def register(self, references: Iterable[Reference]) -> dict[Reference, NamedRecord]:
        """A ``Loader`` that postpones the query to ``fetch``."""
        return {key: self._records.setdefault(key, NamedRecord(*key)) for key in references}

    def fetch(self, user: User | AnonymousUser) -> None:
        """Set the names of the registered records that the user may view in the admin."""
        parts = []
        for kind, model in reviewed_models().items():
            keys = [pk for name, pk in self._records if name == kind]
            if keys and user.has_perm(f"archive.view_{kind}"):
                rows = model._default_manager.visible_to(user).filter(pk__in=keys).order_by()
                parts.append(rows.annotate(model_name=Value(kind, CharField()), label=F(name_field(model))))
        if not parts:
            return
        columns = ("model_name", "pk", "label")
        first, *others = [rows.values_list(*columns) for rows in parts]
        for kind, pk, name in first.union(*others, all=True) if others else first:
            self._records[kind, pk].name = name
