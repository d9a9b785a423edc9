"""Writes of rows from their states, each as one new version with a revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Model
from django.utils import timezone

from archive.models.fields import SequenceField
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

    def change(self, row: Model, values: Mapping[str, Any], links: Mapping[str, Iterable[int]]) -> Any:
        """``update`` for values that the caller has checked: only the database's constraints are."""
        self._assign_and_link(row, values, links)
        self.mark(row)
        row.save()
        return row

    def change_rows(
        self, rows: Sequence[Any], values: Mapping[str, Any], links: Mapping[str, tuple[Iterable[int], Iterable[int]]]
    ) -> None:
        """``change`` of several stored rows of a model to the same values, in a few statements.

        ``links`` has the ids removed and added. The values must be none from which others are derived.
        """
        model = type(rows[0])
        history, pks = BaselineHistoricalRecords.by_model[model], [row.pk for row in rows]
        history.ensure_baselines(rows)
        for name, (removed, added) in links.items():
            _replace_links(model._meta.get_field(name), pks, removed, added)
        now = timezone.now()
        model._base_manager.filter(pk__in=pks).update(**values, version=F("version") + 1, updated_at=now)
        for row in rows:
            self._assign(row, {**values, "version": row.version + 1, "updated_at": now})
            self.mark(row)
        history.create_revisions(rows, "~")

    def delete(self, row: Model) -> None:
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
    def _assign(row: object, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(row, name, value)

    @staticmethod
    def _link(row: object, links: Mapping[str, Iterable[int]]) -> None:
        for name, pks in links.items():
            getattr(row, name).set(pks)


def save_rows(rows: Sequence[Any]) -> None:
    """``save`` of several stored rows of one model, in a few statements; with their revisions, without signals."""
    model = type(rows[0])
    history = BaselineHistoricalRecords.by_model[model]
    history.ensure_baselines(rows)
    # A save leaves a sequence as it is stored.
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    saved = [field for field in fields if not isinstance(field, SequenceField)]
    for row in rows:
        row.version += 1
        row.set_derived_fields()
        for column in saved:
            column.pre_save(row, add=False)
    model._default_manager.bulk_update(rows, [column.name for column in saved])
    history.create_revisions(rows, "~")


def _replace_links(many: Any, pks: Sequence[int], removed: Iterable[int], added: Iterable[int]) -> None:
    """Replace many-to-many links of rows."""
    through = many.remote_field.through
    source = through._meta.get_field(many.m2m_field_name()).attname
    target = through._meta.get_field(many.m2m_reverse_field_name()).attname
    through._base_manager.filter(**{f"{source}__in": pks, f"{target}__in": list(removed)}).delete()
    new = [through(**{source: pk, target: other}) for pk in pks for other in added]
    through._base_manager.bulk_create(new, ignore_conflicts=True)
