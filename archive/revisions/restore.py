"""Restores an earlier version of a record: columns, links and parts, as one new version of each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.db.models import F, Model
from django.utils.translation import gettext

from archive.models.history import BaselineHistoricalRecords
from archive.permissions import may_delete, may_write
from archive.revisions.plan import Plan, differing, restored_values
from archive.revisions.row_writer import RowWriter
from archive.revisions.state import Key, Node, live_node, position_field, with_ids
from archive.terms import record_type
from archive.visibility import PermissionHolder

#: Added to the numbers of parts before they get their new ones, so that none is taken.
_NUMBER_OFFSET = 10_000


def relink_refusals(plan: Plan, user: PermissionHolder) -> list[str]:
    """The reasons for which the user may not set the links again that the deletion took from other records."""
    text = gettext(
        "The deletion took a link from '{record}', which is published, and restoring sets it again: got a "
        "contributor, expected an editor to restore it."
    )
    rows = {(type(relink.row), relink.row.pk): relink.row for relink in plan.relinks}
    return [
        text.format(record=f"{record_type(row._meta.verbose_name)} {plan.names.text(row)}")
        for row in rows.values()
        if not may_write(user, row)
    ]


@transaction.atomic
def restore(plan: Plan, user: PermissionHolder, reason: str, with_status: bool = False) -> Any:
    """Store the plan and return the record. Raises ValidationError, and then nothing is changed.

    An existing record keeps its status unless ``with_status``; a deleted one is restored as a draft.
    """
    if refusals := [*plan.refusals, *relink_refusals(plan, user)]:
        raise ValidationError(refusals)
    return _Restore(plan, user, reason).run(with_status)


class _Restore:
    def __init__(self, plan: Plan, user: PermissionHolder, reason: str) -> None:
        self.plan, self.user = plan, user
        self.writer = RowWriter(reason)
        #: The ids of parts that the database numbered, by the keys that they have in the plan.
        self.new_ids: dict[Key, int] = {}

    def run(self, with_status: bool) -> Any:
        [(root_key, root), *parts] = self.plan.target.items()
        self._remove()
        record = self._store_root(root, with_status)
        depths = {root_key: 0}
        levels: dict[tuple[int, Any], dict[Key, Node]] = {}
        for key, node in parts:
            depths[key] = depths[node.parent] + 1  # type: ignore[index]
            levels.setdefault((depths[key], node.model), {})[key] = node
        # A part is stored after its parent.
        for depth, model in sorted(levels, key=lambda level: level[0]):
            self._store_parts(model, levels[depth, model])
        self._relink()
        return record

    def _remove(self) -> None:
        for node in self.plan.removed:
            row = node.model._base_manager.filter(pk=node.pk).first()
            # A part of a part is deleted with it.
            if row is None:
                continue
            if not may_delete(self.user, row):
                text = gettext(
                    "The version does not have '{record}', and what is published refers to it: got a contributor, "
                    "expected an editor to delete it."
                )
                raise ValidationError(text.format(record=row))
            self.writer.delete(row)

    def _store_root(self, node: Node, with_status: bool) -> Any:
        stored = self.plan.version.stored
        if stored is None:
            return self.writer.insert(node, restored_values(node))
        values = node.values
        if not with_status and "status" in values:
            values = {**values, "status": stored.status}
        return self.writer.update(stored, values, node.links)

    def _store_parts(self, model: type[Model], nodes: dict[Key, Node]) -> None:
        """Store parts, first those whose unique values are free; their numbers are moved away before."""
        stored = model._base_manager.in_bulk([node.pk for node in nodes.values()])
        changed = {
            key: node
            for key, node in nodes.items()
            if node.pk not in stored or differing(node, live_node(stored[node.pk]))
        }
        for node in changed.values():
            if node.pk in stored:
                BaselineHistoricalRecords.by_model[model].ensure_baseline(model, stored[node.pk])
        self._move_numbers(model, [node for node in changed.values() if node.pk in stored])
        while changed:
            waiting: dict[Key, Node] = {}
            errors = []
            for key, node in changed.items():
                try:
                    with transaction.atomic():
                        self._store_part(key, node, stored.get(node.pk))
                except ValidationError as error:
                    waiting[key] = node
                    errors += [f"{self.plan.part_name(node)}: {message}" for message in error.messages]
            if len(waiting) == len(changed) and not self._delete_rows(model, list(waiting.values()), stored):
                raise ValidationError(errors)
            changed = waiting

    def _store_part(self, key: Key, node: Node, stored: object) -> None:
        node = with_ids(node, self.new_ids)
        if stored is None:
            self.new_ids[key] = self.writer.insert(node, node.values).pk
        else:
            self.writer.update(stored, node.values, node.links)

    @staticmethod
    def _move_numbers(model: type[Model], nodes: list[Node]) -> None:
        position = position_field(model)
        if position is not None and nodes:
            rows = model._base_manager.filter(pk__in=[node.pk for node in nodes])
            rows.update(**{position: F(position) + _NUMBER_OFFSET})

    @staticmethod
    def _delete_rows(model: type[Model], nodes: list[Node], stored: dict[int, Any]) -> bool:
        """Delete the rows of parts that exchange unique values, to insert them again; False if there are none.

        Foreign keys are checked when the transaction ends, so what refers to the rows stays.
        """
        rows = [node.pk for node in nodes if node.pk in stored]
        if len(rows) < 2 or model._meta.many_to_many:
            return False
        model._base_manager.filter(pk__in=rows)._raw_delete(using=router.db_for_write(model))
        for pk in rows:
            del stored[pk]
        return True

    def _relink(self) -> None:
        rows: dict[tuple[Any, int], Any] = {}
        for relink in self.plan.relinks:
            row = rows.setdefault((type(relink.row), relink.row.pk), relink.row)
            if relink.field.many_to_many:
                row.skip_history_when_saving = True
                getattr(row, relink.field.name).add(relink.target[1])
                del row.skip_history_when_saving
            else:
                setattr(row, relink.field.attname, relink.target[1])
        for row in rows.values():
            try:
                row.full_clean()
            except ValidationError as error:
                name = f"{row._meta.verbose_name} {self.plan.names.text(row)}"
                raise ValidationError([f"{name}: {message}" for message in error.messages]) from error
            self.writer.mark(row)
            row.save()
