"""Undoes a merge: the record comes back with all that it had, if nobody changed meanwhile what the merge touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext

from archive.merging.changes import Changes, RowAddition, RowChange, RowDeletion
from archive.merging.planning import unique_columns
from archive.merging.row_changes import change_row, change_rows, lock_rows
from archive.models import Attachment, MergedRecord, Note
from archive.models.merged_record import merges_of
from archive.models.public_version import raise_public_version
from archive.moments import moment_text
from archive.permissions import may_write
from archive.revisions.json_values import model_of
from archive.revisions.names import Names
from archive.revisions.plan import column_label, label_of, text_of
from archive.revisions.reason_texts import Reason
from archive.revisions.row_writer import RowWriter
from archive.revisions.state import Node, foreign_keys
from archive.terms import field_label, record_type
from archive.visibility import PermissionHolder


@dataclass(slots=True)
class UndoPlan:
    """The plan of undoing a merge: the changes that it brings back, and the refusals."""

    merged: MergedRecord
    changes: Changes
    names: Names
    #: The record that was merged into, as it is stored now; None if it is gone.
    target: Any
    #: The id of the record that was merged into.
    target_id: int
    #: What was changed since the merge, of what it touched; and other reasons not to undo it.
    refusals: list[str] = field(default_factory=list)

    @property
    def source(self) -> Node:
        """The merged record as it was."""
        return self.changes.deletions[-1].node


def undo_plan(merged: MergedRecord, user: PermissionHolder) -> UndoPlan:
    changes = Changes.load(merged.changes)
    node = changes.deletions[-1].node
    into = changes.deletions[-1].into
    assert into is not None  # noqa: S101 (the source has a target)
    names = Names()
    names.fetch({*changes.rows, *(deletion.node.key for deletion in changes.deletions)})
    plan = UndoPlan(merged, changes, names, node.model._base_manager.filter(pk=into[1]).first(), into[1])
    plan.refusals = _refusals(plan, user)
    if not plan.refusals:
        plan.refusals = [
            *_changed_rows(plan), *_taken_places(plan), *_changed_additions(plan), *_absorbed_later(plan),
        ]  # fmt: skip
    return plan


def _refusals(plan: UndoPlan, user: PermissionHolder) -> list[str]:
    merged, node = plan.merged, plan.source
    if merged.undone_at is not None:
        text = gettext("The merge was undone already, at {moment} by {user}.")
        return [text.format(moment=moment_text(merged.undone_at), user=merged.undone_by)]
    if plan.target is None:
        later = merges_of(node.model).filter(record_id=plan.target_id)
        if (other := later.first()) is not None:
            text = gettext("'{name}', which it was merged into, was merged into another itself: undo that merge first.")
            return [text.format(name=other.name)]
        return [gettext("The record that it was merged into was deleted since: restore that first.")]
    source = node.model(pk=node.pk, **node.values)
    rows = [plan.names.row(key) for key in plan.changes.rows if plan.names.is_stored(key)]
    if not all(may_write(user, row) for row in (source, plan.target, *rows)):
        return [gettext("Got a contributor, expected an editor: the merge changed what is published.")]
    return []


def _changed_rows(plan: UndoPlan) -> list[str]:
    texts = []
    for row in plan.changes.rows.values():
        name = _named(row.model, plan.names[row.key])
        if not plan.names.is_stored(row.key):
            texts.append(gettext("{record} was deleted since.").format(record=name))
            continue
        stored = plan.names.row(row.key)
        texts += [f"{name}: {text}" for text in _differences(plan, row, stored)]
    return texts


def _differences(plan: UndoPlan, row: RowChange, stored: Model) -> list[str]:
    """Values that are not those that the merge set, and links that it added and that are gone."""
    texts = []
    for attname, (_, after) in row.values.items():
        now = getattr(stored, attname)
        if now != after:
            node = Node(row.model, row.pk, {attname: now}, 0, timezone.now())
            then = Node(row.model, row.pk, {attname: after}, 0, timezone.now())
            text = gettext("{field} is '{now}' now, and was '{after}' after the merge.")
            texts.append(
                text.format(
                    field=field_label(label_of(node, attname)),
                    now=text_of(plan.names, node, attname),
                    after=text_of(plan.names, then, attname),
                )
            )
    for name, (_, added) in row.links.items():
        present = set(getattr(stored, name).values_list("pk", flat=True))
        related = row.model._meta.get_field(name).related_model
        texts += [
            gettext("{field} '{record}' was taken out since.").format(
                field=field_label(column_label(row.model, name)), record=plan.names[related, pk]
            )
            for pk in added
            if pk not in present
        ]
    return texts


def _taken_places(plan: UndoPlan) -> list[str]:
    """The slug or the id of a deleted row that another row has now."""
    texts = []
    for deletion in plan.changes.deletions:
        node = deletion.node
        rows = node.model._base_manager.filter(pk=node.pk)
        if "slug" in node.values:
            rows |= node.model._base_manager.filter(slug=node.values["slug"])
        if (other := rows.first()) is not None:
            text = gettext("{record} was entered since, in the place of the merged one.")
            texts.append(text.format(record=_named(node.model, other)))
    return texts


def _changed_additions(plan: UndoPlan) -> list[str]:
    texts = []
    for addition in plan.changes.additions:
        row = addition.model._base_manager.filter(pk=addition.pk).first()
        changed = row is not None and [name for name, value in addition.values.items() if getattr(row, name) != value]
        text = gettext("{record} was changed since.").format(record=_named(addition.model, row))
        texts += [text] if changed else []
    return texts


def _named(model: type[Model], name: object) -> str:
    return gettext("{kind} '{name}'").format(kind=record_type(model._meta.verbose_name), name=name)


def _absorbed_later(plan: UndoPlan) -> list[str]:
    """The later merges by which a row that would move back stands for a deleted one, which would lose its place."""
    target = (plan.source.model._meta.model_name, plan.target_id)
    rows = {(row.model._meta.model_name, row.pk): row.key for row in plan.changes.rows.values()}
    texts = []
    for name, deletions in _later_deletions(plan.merged, {key[0] for key in rows.values()}):
        ends = [deletion["into"] for deletion in deletions or () if deletion["into"]]
        keys = {(end["kind"], end["id"]) for end in ends} & rows.keys() - {target}
        text = gettext("{kind} '{row}' stands for one of '{name}' since that was merged: undo that merge first.")
        texts += [
            text.format(kind=record_type(rows[key][0]._meta.verbose_name), row=plan.names[rows[key]], name=name)
            for key in sorted(keys)
        ]
    return texts


def _later_deletions(merged: MergedRecord, models: set[Any]) -> Iterator[tuple[str, Any]]:
    """The name and the stored deletions of each later merge that may have deleted rows of these models."""
    kinds = {kind for model in models for kind in _kinds_deleting(model)}
    later = MergedRecord.objects.filter(pk__gt=merged.pk, undone_at=None, kind__in=kinds).order_by("-pk")
    yield from later.values_list("name", "changes__deletions").iterator()


@cache
def _kinds_deleting(model: type[Model]) -> frozenset[str]:
    """The kinds of records whose merges delete rows of the model: its own, or those that its rows belong to."""
    owners, kinds = [model], set()
    while owners:
        owner = owners.pop()
        if owner._meta.model_name not in kinds:
            kinds.add(str(owner._meta.model_name))
            owners += [key.related_model for key in foreign_keys(owner) if any(unique_columns(key))]
    return frozenset(kinds)


@transaction.atomic
def undo(merged: MergedRecord, user: User | AnonymousUser, reason: str = "") -> Any:
    """Undo the merge and return the record that is back. Raises ValidationError, and then nothing is changed."""
    # All rows are locked in one order, and before the row of the merge, as by a merge.
    target = model_of(merged.kind), merged.target_id
    lock_rows({target} if merged.is_from_dataset else {target, *Changes.load(merged.changes).rows})
    merged = MergedRecord.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    if merged.is_from_dataset:
        return _undo_redirect(merged, user)
    plan = undo_plan(merged, user)
    if plan.refusals:
        raise ValidationError(plan.refusals)
    return _Undo(plan, user, reason).run()


def _undo_redirect(merged: MergedRecord, user: User | AnonymousUser) -> Any:
    """Undo the redirect that a dataset brought: no record comes back. Returns the record that it led to."""
    target = model_of(merged.kind)._base_manager.filter(pk=merged.target_id).first()
    if merged.undone_at is not None:
        text = gettext("The merge was undone already, at {moment}.")
        raise ValidationError([text.format(moment=moment_text(merged.undone_at))])
    if target is not None and not may_write(user, target):
        raise ValidationError([gettext("Got a contributor, expected an editor: what it leads to is published.")])
    merged.undone_at, merged.undone_by = timezone.now(), user if isinstance(user, User) else None
    merged.save(update_fields=["undone_at", "undone_by"])
    # An API may have stored what the slug led to.
    raise_public_version(merged._state.db or DEFAULT_DB_ALIAS)
    return target


class _Undo:
    def __init__(self, plan: UndoPlan, user: User | AnonymousUser, reason: str) -> None:
        self.plan, self.changes, self.user = plan, plan.changes, user if getattr(user, "pk", None) else None
        kind = plan.source.model._meta.verbose_name
        text = Reason.UNMERGED.format(kind=kind, source=plan.merged.slug, target=plan.target.slug)
        self.writer = RowWriter(f"{text} {reason}".strip(), self.user)

    def run(self) -> Any:
        merged, target = self.plan.merged, self.plan.target
        merged.undone_at, merged.undone_by = timezone.now(), self.user
        merged.save(update_fields=["undone_at", "undone_by"])
        for addition in self.changes.additions:
            self._remove(addition)
        target_key = type(target), target.pk
        change_row(self.changes.row(target_key).reversed(), self.writer)
        source = None
        for deletion in reversed(self.changes.deletions):
            row = self._insert(deletion)
            source = source or row
        others = (change.reversed() for change in self.changes.ordered_rows() if change.key != target_key)
        change_rows(others, self.writer)
        Note.objects.filter(pk__in=self.changes.notes).update(record_id=merged.record_id)
        MergedRecord.objects.filter(pk__in=self.changes.redirects).update(target_id=merged.record_id)
        Attachment.objects.filter(pk__in=self.changes.attachments).update(source_id=merged.record_id)
        return source

    def _remove(self, addition: RowAddition) -> None:
        row = addition.model._base_manager.filter(pk=addition.pk).first()
        if row is not None:
            self.writer.delete(row)

    def _insert(self, deletion: RowDeletion) -> Any:
        node = deletion.node
        try:
            return self.writer.insert(node, node.values)
        except ValidationError as error:
            name = _named(node.model, self.plan.names.of_node(node))
            text = gettext("{record} cannot come back: {reason}")
            raise ValidationError([text.format(record=name, reason=reason) for reason in error.messages]) from error
