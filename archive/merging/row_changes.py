"""Stores the changed rows of a merge or of its undoing. Rows with the same change are stored in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext

from archive.database import CHUNK_SIZE, in_chunks
from archive.merging.changes import RowChange
from archive.models import Statement
from archive.revisions.row_writer import RowWriter
from archive.revisions.state import Key


def change_rows(changes: Iterable[RowChange], writer: RowWriter) -> None:
    """Store the changes, which come by model. Raises ValidationError, as ``change_row`` does.

    The rows are locked first, all of a kind at once in the order of their keys, the kinds in that of their names.
    """
    changes = list(changes)
    locked = lock_rows(change.key for change in changes)
    for group in _by_values(changes):
        if len(group) == 1 or Statement.capacities.field.name in group[0].links:
            # Of each capacity the model checks whose it is.
            for change in group:
                _change_row(locked.get(change.key), change, writer)
            continue
        for chunk in in_chunks(group, CHUNK_SIZE):
            _change_rows([locked.get(change.key) for change in chunk], chunk, writer)


def lock_rows(keys: Iterable[Key]) -> dict[Key, Any]:
    """The stored rows, locked for the transaction, by a statement for each kind and chunk of keys.

    The kinds come in the order of their names, the rows of a kind in that of their keys: transactions that lock all
    their rows by one call cannot deadlock. On SQLite the transaction, which begins as a writing one, is the lock.
    """
    ids: dict[Any, set[int]] = {}
    for model, pk in keys:
        ids.setdefault(model, set()).add(pk)
    locked: dict[Key, Any] = {}
    for model in sorted(ids, key=lambda model: model._meta.model_name):
        for chunk in in_chunks(sorted(ids[model])):
            rows = model._base_manager.select_for_update(of=("self",)).filter(pk__in=chunk).order_by("pk")
            locked |= {(model, row.pk): row for row in rows}
    return locked


def _by_values(changes: Iterable[RowChange]) -> Iterator[list[RowChange]]:
    """The changes in groups of one model, the same values and the same links."""
    groups: dict[Any, list[RowChange]] = {}
    for change in changes:
        links = {name: (tuple(removed), tuple(added)) for name, (removed, added) in change.links.items()}
        key = change.model, tuple(sorted(change.values.items())), tuple(sorted(links.items()))
        groups.setdefault(key, []).append(change)
    yield from groups.values()


def _change_rows(rows: list[Any], changes: list[RowChange], writer: RowWriter) -> None:
    values = changes[0].values
    for row, change in zip(rows, changes, strict=True):
        _check(row, change)
    writer.change_rows(rows, {name: after for name, (_, after) in values.items()}, changes[0].links)


def change_row(change: RowChange, writer: RowWriter) -> Any:
    """Store the change of a row. Raises ValidationError if the row is not as it was when the change was planned."""
    return _change_row(lock_rows([change.key]).get(change.key), change, writer)


def _change_row(row: Any, change: RowChange, writer: RowWriter) -> Any:
    _check(row, change)
    links = {}
    for name, (removed, added) in change.links.items():
        links[name] = {*getattr(row, name).values_list("pk", flat=True)} - {*removed} | {*added}
    return writer.change(row, {name: after for name, (_, after) in change.values.items()}, links)


def _check(row: Model | None, change: RowChange) -> None:
    if row is None:
        raise changed_meanwhile(f"{change.model._meta.verbose_name} {change.pk}")
    if any(getattr(row, name) not in values for name, values in change.values.items()):
        raise changed_meanwhile(str(row))


def changed_meanwhile(name: str) -> ValidationError:
    text = gettext("Nothing was changed: somebody saved or deleted '{name}' at this moment. Try again.")
    return ValidationError(text.format(name=name), code="stale")
