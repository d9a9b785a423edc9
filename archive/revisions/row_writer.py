"""Writes of rows from their states, each as one new version with a revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import F, ManyToManyField, Model
from django.utils import timezone

from archive.models.fields import SequenceField
from archive.models.history import BaselineHistoricalRecords
from archive.revisions.state import Node

#: Name of a many-to-many relation -> the keys that a row loses and gets.
LinkChanges: TypeAlias = Mapping[str, tuple[Iterable[int], Iterable[int]]]


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

    def change_rows(self, rows: Sequence[Any], values: Mapping[str, Any], links: LinkChanges) -> None:
        """``change`` of several stored rows of a model to the same values, in a few statements.

        ``links`` has the ids removed and added. The values must be none from which others are derived.
        """
        model = type(rows[0])
        history, pks = BaselineHistoricalRecords.by_model[model], [row.pk for row in rows]
        history.ensure_baselines(rows)
        for name, (removed, added) in links.items():
            _store_links(model._meta.get_field(name), [(pk, removed, added) for pk in pks])
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


def save_rows(rows: Sequence[Any], links: Sequence[LinkChanges]) -> None:
    """``save`` of rows of one model and of their links, in a few statements; without signals.

    The rows are all stored or all new. ``links`` has the changes of each; a row's one revision has them too.
    """
    model = type(rows[0])
    history, is_new = BaselineHistoricalRecords.by_model[model], rows[0]._state.adding
    if is_new:
        model._default_manager.bulk_create(rows)
    else:
        history.ensure_baselines(rows)
        _update(rows)
    save_links(rows, links)
    create_revisions(rows, links, is_new)


def create_revisions(rows: Sequence[Any], links: Sequence[LinkChanges], is_new: bool) -> None:
    """Revisions of rows of one model that are saved with their links: new ones have no links but these."""
    added = {name for changes in links for name, (_, keys) in changes.items() if keys}
    history = BaselineHistoricalRecords.by_model[type(rows[0])]
    history.create_revisions(rows, "+" if is_new else "~", added if is_new else None)


def _update(rows: Sequence[Any]) -> None:
    """Store all columns of stored rows of one model; a sequence stays as it is stored."""
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    saved = [field for field in fields if not isinstance(field, SequenceField)]
    for row in rows:
        row.version += 1
        row.set_derived_fields()
        for column in saved:
            column.pre_save(row, add=False)
    model._default_manager.bulk_update(rows, [column.name for column in saved])


def save_links(rows: Sequence[Any], links: Sequence[LinkChanges]) -> None:
    """Remove and add many-to-many links of rows of one model, without signals and revisions."""
    for name in {name for changes in links for name in changes}:
        changed = [(row, *changes[name]) for row, changes in zip(rows, links, strict=True) if name in changes]
        _store_links(rows[0]._meta.get_field(name), [(row.pk, removed, added) for row, removed, added in changed])
        for row, *_ in changed:
            row.__dict__.get("_prefetched_objects_cache", {}).pop(name, None)


def _store_links(many: ManyToManyField[Any, Any], changes: Iterable[tuple[int, Iterable[int], Iterable[int]]]) -> None:
    """Remove and add links of rows: the key of each with the keys that it loses and gets."""
    through: Any = many.remote_field.through
    source = through._meta.get_field(many.m2m_field_name()).attname
    target = through._meta.get_field(many.m2m_reverse_field_name()).attname
    losing: dict[frozenset[int], list[int]] = {}
    new = []
    for pk, removed, added in changes:
        losing.setdefault(frozenset(removed), []).append(pk)
        new += [through(**{source: pk, target: other}) for other in added]
    for removed, pks in losing.items():
        through._base_manager.filter(**{f"{source}__in": pks, f"{target}__in": removed}).delete()
    if new:
        through._base_manager.bulk_create(new, ignore_conflicts=True)
