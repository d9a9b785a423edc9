"""What happened to the parts of a record: its history page lists it with the record's own revisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from simple_history.template_utils import HistoricalRecordContextHelper

from archive.revisions.names import Names
from archive.revisions.relations import own_parts

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
    #: The page of the part as this revision has it.
    address: str
    #: Whether the part was deleted by it and is still gone.
    is_gone: bool
    changes: list[dict[str, Any]] = field(default_factory=list)


def change_teller(model: type[models.Model], revision: Any) -> HistoricalRecordContextHelper:
    return HistoricalRecordContextHelper(model, revision, max_displayed_delta_change_chars=_LONGEST_SHOWN)


def part_revisions(
    parts: Iterable[tuple[type[Any], str | None]], parent: type[models.Model], key: int
) -> list[PartRevision]:
    """The newest revisions of the parts and of theirs, the newest first, also of a record that is deleted.

    ``parts`` are those on the record's page: model, and its foreign key where it has several.
    """
    keys = {
        model._meta.get_field(
            name or next(f.name for f in model._meta.fields if f.many_to_one and f.related_model is parent)
        )
        for model, name in parts
    }
    found = _below([*keys, *(one for one in own_parts(parent) if one not in keys)], [key], Names())
    return sorted(found, key=lambda one: one.when, reverse=True)[:_MOST]


def _below(keys: Iterable[Any], parents: list[int], names: Names) -> list[PartRevision]:
    found: list[PartRevision] = []
    for key in keys:
        model = key.model
        ids = set(model.history.filter(**{f"{key.attname}__in": parents}).values_list("id", flat=True))
        rows = model.history.filter(**{f"{key.attname}__in": parents}).select_related("history_user")
        found += _described(model, list(rows.order_by("-history_id")[:_MOST]), names)
        # A part that never changed may have parts that did.
        ids |= set(model._base_manager.filter(**{f"{key.attname}__in": parents}).values_list("pk", flat=True))
        if ids and not hasattr(model, "status"):
            found += _below(own_parts(model), list(ids), names)
    return found


def _described(model: type[Any], rows: list[Any], names: Names) -> list[PartRevision]:
    described = []
    stored = set(model._base_manager.filter(pk__in={row.id for row in rows}).values_list("pk", flat=True))
    latest: dict[int, Any] = {}
    for row in rows:
        latest.setdefault(row.id, row)
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
        address = reverse(f"admin:archive_{model._meta.model_name}_simple_history", args=[row.id, row.history_id])
        described.append(PartRevision(
            row.history_date, row.history_user, row.history_change_reason,
            f"{model._meta.verbose_name}: {names.text(row.instance)}", _DONE[row.history_type], address,
            row.history_type == "-" and latest[row.id] is row and row.id not in stored, changes,
        ))  # fmt: skip
    return described
