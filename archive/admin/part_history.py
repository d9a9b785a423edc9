"""The changes of a record's parts, and of their parts, for its history page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from simple_history.template_utils import HistoricalRecordContextHelper, ObjDiffDisplay

from archive.revisions.names import Names
from archive.revisions.plan import differing, label_of, text_of
from archive.revisions.planning import referenced_keys
from archive.revisions.state import Node, own_parts, revision_nodes
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
    if not rows:
        return []
    revisions = []
    stored = set(model._base_manager.filter(pk__in={row.id for row in rows}).values_list("pk", flat=True))
    nodes = revision_nodes(rows)
    _fetch_names(nodes, names)
    latest: dict[int, Any] = {}
    for row in rows:
        latest.setdefault(row.id, row)
    for index, (row, node) in enumerate(zip(rows, nodes, strict=True)):
        changes = []
        if row.history_type == "~":
            previous = next((older for older in nodes[index + 1 :] if older.pk == node.pk), None)
            if previous is None:
                continue
            changes = [_change(previous, node, name, names) for name in differing(node, previous)]
            if not changes:
                continue
        url = reverse(f"admin:archive_{model._meta.model_name}_simple_history", args=[row.id, row.history_id])
        revisions.append(PartRevision(
            row.history_date, row.history_user, row.history_change_reason,
            f"{record_type(model._meta.verbose_name)}: {names.text(row.instance)}", _ACTIONS[row.history_type], url,
            row.history_type == "-" and latest[row.id] is row and row.id not in stored, changes,
        ))  # fmt: skip
    return revisions


def _fetch_names(nodes: list[Node], names: Names) -> None:
    """Read the rows that the texts of these states name, and those that their own texts name, by model."""
    keys = {key for node in nodes for key in referenced_keys({node.key: node})}
    names.fetch(keys)
    names.fetch_related([row for row in map(names.row, keys) if row is not None])


def _change(before: Node, after: Node, name: str, names: Names) -> dict[str, str]:
    """A column or link that a revision changed, with both texts, of which what is long is shortened."""
    texts = (text_of(names, before, name), text_of(names, after, name))
    old, new = ObjDiffDisplay(max_length=_MAX_SHOWN_CHARS).common_shorten_repr(*texts)
    return {"field": label_of(after, name), "old": old, "new": new}


def delta_helper(model: type[models.Model], revision: object) -> HistoricalRecordContextHelper:
    return HistoricalRecordContextHelper(model, revision, max_displayed_delta_change_chars=_MAX_SHOWN_CHARS)
