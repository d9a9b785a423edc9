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
from archive.revisions.rows import RowWriter


def change_rows(changes: Iterable[RowChange], writer: RowWriter) -> None:
    """Store the changes, which come by model. Raises ValidationError, as ``change_row`` does."""
    for group in _by_values(changes):
        if len(group) == 1 or Statement.capacities.field.name in group[0].links:
            # Of each capacity the model checks whose it is.
            for change in group:
                change_row(change, writer)
            continue
        for chunk in in_chunks(group, CHUNK_SIZE):
            _change_rows(chunk, writer)


def _by_values(changes: Iterable[RowChange]) -> Iterator[list[RowChange]]:
    """The changes in groups of one model, the same values and the same links."""
    groups: dict[Any, list[RowChange]] = {}
    for change in changes:
        links = {name: (tuple(removed), tuple(added)) for name, (removed, added) in change.links.items()}
        key = change.model, tuple(sorted(change.values.items())), tuple(sorted(links.items()))
        groups.setdefault(key, []).append(change)
    yield from groups.values()


def _change_rows(changes: list[RowChange], writer: RowWriter) -> None:
    model, values = changes[0].model, changes[0].values
    rows = list(model._base_manager.select_for_update(of=("self",)).filter(pk__in=[change.pk for change in changes]))
    if len(rows) < len(changes):
        gone = {change.pk for change in changes} - {row.pk for row in rows}
        raise changed_meanwhile(f"{model._meta.verbose_name} {min(gone)}")
    for row in rows:
        _check(row, changes[0])
    writer.change_rows(rows, {name: after for name, (_, after) in values.items()}, changes[0].links)


def change_row(change: RowChange, writer: RowWriter) -> Any:
    """Store the change of a row. Raises ValidationError if the row is not as it was when the change was planned."""
    row = change.model._base_manager.select_for_update(of=("self",)).filter(pk=change.pk).first()
    if row is None:
        raise changed_meanwhile(f"{change.model._meta.verbose_name} {change.pk}")
    _check(row, change)
    links = {}
    for name, (removed, added) in change.links.items():
        links[name] = {*getattr(row, name).values_list("pk", flat=True)} - {*removed} | {*added}
    return writer.change(row, {name: after for name, (_, after) in change.values.items()}, links)


def _check(row: Model, change: RowChange) -> None:
    if any(getattr(row, name) not in values for name, values in change.values.items()):
        raise changed_meanwhile(str(row))


def changed_meanwhile(name: str) -> ValidationError:
    text = gettext("Nothing was changed: somebody saved or deleted '{name}' at this moment. Try again.")
    return ValidationError(text.format(name=name), code="stale")
