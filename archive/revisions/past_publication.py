"""Whether records were public at past moments: they, and the records that they depended on then.

What a record depends on are its ``visibility_parents``. A path of several foreign keys needs no walk of its own: the
record that its first key leads to depends on the rest of the path itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import ForeignKey, Model

from archive.choices import Status
from archive.revisions.state import revision_at


class PastPublication:
    """Revisions of records and of all records that they ever depended on, read once for any number of moments.

    A record that was loaded without a history has always had its present state: loads store a record before or after
    those that it belongs to.
    """

    def __init__(self) -> None:
        self._revisions: dict[Any, dict[int, list[Any]]] = {}
        self._without_history: dict[Any, dict[int, Any]] = {}

    def load(self, model: type[Model], pks: Iterable[int]) -> None:
        """Read the revisions of these records and of the records that they ever depended on."""
        revisions = self._revisions.setdefault(model, {})
        new: dict[int, list[Any]] = {pk: [] for pk in pks if pk not in revisions}
        if not new or not _is_limited(model):
            return
        tracked: Any = model
        for row in tracked.history.filter(id__in=new).order_by("history_id"):
            new[row.id].append(row)
        without = model._base_manager.in_bulk([pk for pk, rows in new.items() if not rows])
        revisions |= new
        self._without_history.setdefault(model, {}).update(without)
        self.load_parents(model, [*(row for rows in new.values() for row in rows), *without.values()])

    def load_parents(self, model: type[Model], rows: Iterable[Model]) -> None:
        """Load the publication of the records that these rows or revisions of a model depend on."""
        pks: dict[Any, set[int]] = {}
        for row in rows:
            for parent_model, pk in _parents(model, row):
                pks.setdefault(parent_model, set()).add(pk)
        for parent_model, parent_pks in pks.items():
            self.load(parent_model, parent_pks)

    def is_public(self, model: type[Model], pk: int, moment: datetime) -> bool:
        """Whether a record that was read was public at the moment."""
        if not _is_limited(model):
            return True
        if revisions := self._revisions[model][pk]:
            row, _ = revision_at(revisions, moment + timedelta(microseconds=1))
        else:
            row = self._without_history[model].get(pk)
        return row is not None and self.is_row_public(model, row, moment)

    def is_row_public(self, model: type[Model], row: Model, moment: datetime) -> bool:
        """Whether a record was public at the moment, at which it was as in the row or revision."""
        is_published = getattr(row, "status", Status.PUBLISHED) == Status.PUBLISHED
        return is_published and all(self.is_public(*parent, moment) for parent in _parents(model, row))

    def parent_revisions(self, model: type[Model], row: Model) -> Iterator[Any]:
        """The revisions of all records that the records which the row depends on ever depended on, and of these."""
        for parent_model, pk in _parents(model, row):
            for revision in self._revisions[parent_model].get(pk, ()):
                yield revision
                yield from self.parent_revisions(parent_model, revision)
            if (record := self._without_history.get(parent_model, {}).get(pk)) is not None:
                yield from self.parent_revisions(parent_model, record)


def _parents(model: type[Model], row: Model) -> Iterator[tuple[Any, int]]:
    for key in _parent_keys(model):
        if (pk := getattr(row, key.attname)) is not None:
            yield key.related_model, pk


@cache
def _parent_keys(model: type[Model]) -> tuple[ForeignKey[Any, Any], ...]:
    """The first foreign keys of the ``visibility_parents``."""
    names = dict.fromkeys(path.partition("__")[0] for path in getattr(model, "visibility_parents", ()))
    return tuple(model._meta.get_field(name) for name in names)  # type: ignore[misc]


@cache
def _is_limited(model: type[Model]) -> bool:
    """Whether not all records of the model are public at all times."""
    return bool(_parent_keys(model)) or any(column.name == "status" for column in model._meta.concrete_fields)
