"""Writes of rows from their states, each as one new version with a revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from archive.models.history import BaselineHistoricalRecords
from archive.revisions.state import Node


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Stores rows; all of their revisions have this reason and moment.

    ``user`` is that of the revisions; None: the user of the request, if there is one.
    """

    reason: str
    user: Any = None
    moment: datetime = field(default_factory=timezone.now)

    def insert(self, node: Node, values: Mapping[str, Any]) -> Any:
        """A row with the id of the node. Raises ValidationError."""
        row = node.model(pk=node.pk, created_at=node.created_at)
        last = node.model.history.filter(id=node.pk).order_by("-version").values_list("version", flat=True).first()
        row.version = (last or node.version) + 1
        self._assign(row, values)
        row.set_derived_fields()
        row.full_clean()
        history = BaselineHistoricalRecords.by_model[node.model]
        row.skip_history_when_saving = True
        row.save(force_insert=True)
        self._link(row, node.links)
        del row.skip_history_when_saving
        node.model._base_manager.filter(pk=row.pk).update(created_at=node.created_at)
        row.created_at = node.created_at
        self.mark(row)
        history.create_historical_record(row, "+")
        return row

    def update(self, row: Any, values: Mapping[str, Any], links: Mapping[str, Iterable[int]]) -> Any:
        """The stored row with these columns and links. Raises ValidationError."""
        self._assign_and_link(row, values, links)
        row.full_clean()
        self.mark(row)
        row.save()
        return row

    def change(self, row: Any, values: Mapping[str, Any], links: Mapping[str, Iterable[int]]) -> Any:
        """``update`` for values that the caller has checked: only the database's constraints are."""
        self._assign_and_link(row, values, links)
        self.mark(row)
        row.save()
        return row

    def delete(self, row: Any) -> None:
        self.mark(row)
        row.delete()

    def mark(self, row: Any) -> None:
        """Give the row's next revision the reason, the moment and the user."""
        row._history_date, row._change_reason = self.moment, self.reason
        if self.user is not None:
            row._history_user = self.user

    def _assign_and_link(self, row: Any, values: Mapping[str, Any], links: Mapping[str, Iterable[int]]) -> None:
        BaselineHistoricalRecords.by_model[type(row)].ensure_baseline(type(row), row)
        self._assign(row, values)
        row.skip_history_when_saving = True
        self._link(row, links)
        del row.skip_history_when_saving
        row.set_derived_fields()

    @staticmethod
    def _assign(row: Any, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(row, name, value)

    @staticmethod
    def _link(row: Any, links: Mapping[str, Iterable[int]]) -> None:
        for name, pks in links.items():
            getattr(row, name).set(pks)
