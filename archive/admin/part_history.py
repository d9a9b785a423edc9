"""The changes of a record's parts, and of their parts, for its history page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from simple_history.template_utils import HistoricalRecordContextHelper

from archive.revisions.names import Names
from archive.revisions.state import own_parts
from archive.terms import record_type
from archive.visibility import PermissionHolder

_MAX_SHOWN_CHARS = 600
MAX_PART_REVISIONS = 200
_ACTIONS = {"+": "Added", "~": "Changed", "-": "Deleted"}


@dataclass(frozen=True, slots=True)
class PartRevision:
    """One change of one part; ``changes`` are dicts of field, old and new, ready for display."""

    date: datetime
    user: PermissionHolder
    reason: str | None
    part: str
    action: str
    #: The page of the part's version.
    url: str
    #: Whether this revision deleted the part and it is still deleted.
    is_restorable: bool
    changes: list[dict[str, Any]] = field(default_factory=list)


def part_revisions(
    inlines: Iterable[tuple[type[Any], str | None]], parent: type[models.Model], key: int
) -> list[PartRevision]:
    """The newest revisions of a record's parts and of their parts, newest first; the record may be deleted.

    ``inlines`` are the models on the record's page, each with its foreign key if it has several to the parent.
    """
    keys = {
        model._meta.get_field(
            name or next(f.name for f in model._meta.fields if f.many_to_one and f.related_model is parent)
        )
        for model, name in inlines
    }
    revisions = _revisions_below([*keys, *(key for key in own_parts(parent) if key not in keys)], [key], Names())
    return sorted(revisions, key=lambda revision: revision.date, reverse=True)[:MAX_PART_REVISIONS]


def _revisions_below(foreign_keys: Iterable[Any], parents: list[int], names: Names) -> list[PartRevision]:
    revisions: list[PartRevision] = []
    for key in foreign_keys:
        model, of_parents = key.model, {f"{key.attname}__in": parents}
        history = model.history.filter(**of_parents)
        rows = list(history.select_related("history_user").order_by("-history_id")[:MAX_PART_REVISIONS])
        revisions += _part_revisions(model, rows, names)
        if hasattr(model, "status"):
            continue
        # Stored parts without revisions may have parts with revisions.
        stored = model._base_manager.filter(**of_parents).values_list("pk", flat=True)
        if ids := {*history.values_list("id", flat=True), *stored}:
            revisions += _revisions_below(own_parts(model), list(ids), names)
    return revisions


def _part_revisions(model: type[Any], rows: list[Any], names: Names) -> list[PartRevision]:
    revisions = []
    stored = set(model._base_manager.filter(pk__in={row.id for row in rows}).values_list("pk", flat=True))
    latest: dict[int, Any] = {}
    for row in rows:
        latest.setdefault(row.id, row)
    for index, row in enumerate(rows):
        previous = next((older for older in rows[index + 1 :] if older.id == row.id), None)
        changes = []
        if row.history_type == "~":
            if previous is None:
                continue
            delta = row.diff_against(previous, foreign_keys_are_objs=True)
            changes = delta_helper(model, row).context_for_delta_changes(delta)
            if not changes:
                continue
        url = reverse(f"admin:archive_{model._meta.model_name}_simple_history", args=[row.id, row.history_id])
        revisions.append(PartRevision(
            row.history_date, row.history_user, row.history_change_reason,
            f"{record_type(model._meta.verbose_name)}: {names.text(row.instance)}", _ACTIONS[row.history_type], url,
            row.history_type == "-" and latest[row.id] is row and row.id not in stored, changes,
        ))  # fmt: skip
    return revisions


def delta_helper(model: type[models.Model], revision: object) -> HistoricalRecordContextHelper:
    return HistoricalRecordContextHelper(model, revision, max_displayed_delta_change_chars=_MAX_SHOWN_CHARS)
