"""What happened to the parts of a record: its history page tells it with the record's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from simple_history.template_utils import HistoricalRecordContextHelper

_LONGEST_SHOWN = 600
_MOST = 200
_DONE = {"+": "Added", "~": "Changed", "-": "Deleted"}


@dataclass(frozen=True, slots=True)
class PartRevision:
    """One change of one part; ``changes`` are dicts of field, old and new, ready to show."""

    when: datetime
    who: Any
    why: str | None
    part: str
    done: str
    changes: list[dict[str, Any]] = field(default_factory=list)


def change_teller(model: type[models.Model], revision: Any) -> HistoricalRecordContextHelper:
    return HistoricalRecordContextHelper(model, revision, max_displayed_delta_change_chars=_LONGEST_SHOWN)


def part_revisions(
    parts: Iterable[tuple[type[Any], str | None]], parent: type[models.Model], key: int
) -> list[PartRevision]:
    """The newest revisions of the parts (model, and its foreign key where it has several), the newest first."""
    found: list[PartRevision] = []
    for model, fk_name in parts:
        name = fk_name or next(f.name for f in model._meta.fields if f.many_to_one and f.related_model is parent)
        rows = model.history.filter(**{f"{name}_id": key})._select_related_history_tracked_objs()
        found += _told(model, list(rows.select_related("history_user").order_by("-history_id")[:_MOST]))
    return sorted(found, key=lambda one: one.when, reverse=True)[:_MOST]


def _told(model: type[Any], rows: list[Any]) -> list[PartRevision]:
    told = []
    for position, row in enumerate(rows):
        before = next((older for older in rows[position + 1 :] if older.id == row.id), None)
        changes = []
        if row.history_type == "~":
            if before is None:
                continue
            changes = change_teller(model, row).context_for_delta_changes(
                row.diff_against(before, foreign_keys_are_objs=True)
            )
            if not changes:
                continue
        part = f"{model._meta.verbose_name}: {row.history_object}"
        who, why = row.history_user, row.history_change_reason
        told.append(PartRevision(row.history_date, who, why, part, _DONE[row.history_type], changes))
    return told
