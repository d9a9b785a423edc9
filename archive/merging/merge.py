"""Merges a record into another: all rows in one transaction, each with a revision."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext

from archive.labels import record_name
from archive.merging.plan import MergePlan, is_public
from archive.merging.planning import make_plan
from archive.merging.row_changes import change_row, change_rows, changed_meanwhile, lock_rows
from archive.models import Attachment, MergedRecord, Note
from archive.models.history import BaselineHistoricalRecords
from archive.models.merged_record import merged_with_slug
from archive.moments import moment_text
from archive.permissions import may_delete
from archive.revisions.reason_texts import Reason
from archive.revisions.row_writer import RowWriter
from archive.revisions.state import foreign_keys


@transaction.atomic
def merge(
    source: Model,
    target: Model,
    user: User | AnonymousUser,
    reason: str = "",
    from_source: Collection[str] | None = None,
    token: str = "",
) -> MergedRecord:
    """Merge the source into the target. Raises ValidationError, and then nothing is changed.

    ``from_source`` names the columns that get the source's value; None: those that are blank in the target. With the
    ``token`` of a plan, a merge that would differ from that plan is refused.
    """
    plan = _locked_plan(source, target, user, from_source)
    if plan.refusals:
        raise ValidationError(plan.refusals)
    if token and token != plan.token:
        text = gettext(
            "Nothing was changed: somebody saved one of the records, or what links to them, since you opened the page. "
            "It shows what is stored now. Look at it, and confirm again."
        )
        raise ValidationError(text, code="stale")
    return _Merge(plan, user, reason).run()


def _locked_plan(
    source: Model, target: Model, user: User | AnonymousUser, from_source: Collection[str] | None
) -> MergePlan:
    """The plan of the merge of both records as they are stored now, its rows locked. Raises ValidationError.

    It is made twice: first to see which rows to lock, for all are locked in one order, then of what is stored in them.
    """
    keys = {(type(source), source.pk), (type(target), target.pk)}
    if len({model for model, _ in keys}) > 1:
        return make_plan(source, target, user, from_source)
    planned = make_plan(*_as_stored(source, target), user, from_source)
    lock_rows({*keys, *planned.changes.keys()})
    plan = make_plan(*_as_stored(source, target), user, from_source)
    if new := plan.changes.keys() - planned.changes.keys():
        raise changed_meanwhile(plan.names[min(new, key=lambda key: (key[0]._meta.label, key[1]))])
    return plan


def _as_stored(source: Model, target: Model) -> tuple[Any, Any]:
    """Both records as they are stored now. Raises ValidationError if one is gone."""
    model: Any = type(source)
    stored = model._base_manager.in_bulk([source.pk, target.pk])
    for record in (source, target):
        if record.pk not in stored:
            raise ValidationError(gone(str(record), model, record.slug))  # type: ignore[attr-defined]
    return stored[source.pk], stored[target.pk]


def gone(name: str, model: type[Model], slug: str) -> str:
    """The sentence about a record that was deleted or merged meanwhile."""
    merged = merged_with_slug(model, slug).first()
    if merged is None:
        return gettext("'{name}' was deleted meanwhile: expected two records. Restore it first.").format(name=name)
    target = model._base_manager.filter(pk=merged.target_id).first()
    text = gettext("'{name}' was merged into '{target}' at {moment} by {user}.")
    return text.format(name=name, target=target, moment=moment_text(merged.created_at), user=merged.author)


class _Merge:
    def __init__(self, plan: MergePlan, user: User | AnonymousUser, reason: str) -> None:
        self.plan, self.user = plan, user
        self.changes = plan.changes
        text = Reason.MERGED.format(
            kind=plan.source._meta.verbose_name, source=plan.source.slug, target=plan.target.slug
        )
        self.writer = RowWriter(f"{text} {reason}".strip(), user if getattr(user, "pk", None) else None)

    def run(self) -> MergedRecord:
        source, target = self.plan.source, self.plan.target
        was_public, pk = is_public(source), source.pk
        target_key = type(target), target.pk
        change_rows((row for row in self.changes.ordered_rows() if row.key != target_key), self.writer)
        self._lift_target()
        self._delete()
        # Last, because its new values may be unique ones that the source had.
        self._change_target()
        for addition in self.changes.additions:
            row = addition.model(**addition.values)
            self.writer.mark(row)
            row.full_clean()
            row.save()
            addition.pk = row.pk
        Note.objects.filter(pk__in=self.changes.notes).update(record_id=target.pk)
        MergedRecord.objects.filter(pk__in=self.changes.redirects).update(target_id=target.pk)
        Attachment.objects.filter(pk__in=self.changes.attachments).update(source_id=target.pk)
        return MergedRecord.objects.create(
            kind=source._meta.model_name, record_id=pk, slug=source.slug, name=record_name(source)[:300],
            was_public=was_public, target_id=target.pk, changes=self.changes.dump(), author=self.writer.user,
        )  # fmt: skip

    def _lift_target(self) -> None:
        """Free a target that stands below the source, which else could not be deleted; its revision follows."""
        source, target = self.plan.source, self.plan.target
        model: Any = type(target)
        change = self.changes.row((model, target.pk))
        names = [key.attname for key in foreign_keys(model) if key.related_model is model]
        lifted = {name: change.values[name][1] for name in names if change.values.get(name, (None,))[0] == source.pk}
        if lifted:
            BaselineHistoricalRecords.by_model[model].ensure_baseline(model, target)
            model._base_manager.filter(pk=target.pk).update(**lifted)

    def _delete(self) -> None:
        for deletion in self.changes.deletions:
            row = deletion.node.model._base_manager.filter(pk=deletion.node.pk).first()
            if row is None:
                raise changed_meanwhile(self.plan.names.of_node(deletion.node))
            if not may_delete(self.user, row):
                text = gettext("'{record}': got a contributor, expected an editor to delete what is published.")
                raise ValidationError(text.format(record=row))
            self.writer.delete(row)

    def _change_target(self) -> None:
        """Store a new version of the target, also if none of its own columns changes: its parts and links do."""
        target = self.plan.target
        change = self.changes.row((type(target), target.pk))
        stored = change_row(change, self.writer)
        # Also refuses a cycle: records below the source stand below the target now, which may be below one of them.
        stored.full_clean()
