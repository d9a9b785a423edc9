"""The changes of a record's parts, and of their parts, for its history page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from simple_history.template_utils import ObjDiffDisplay

from archive.revisions.names import Names, named_keys
from archive.revisions.plan import differing, label_of, text_of
from archive.revisions.planning import keys_in
from archive.revisions.state import Key, Node, own_parts, revision_nodes
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
    names = Names()
    histories = list(_histories_below([*keys, *(key for key in own_parts(parent) if key not in keys)], [key]))
    _fetch_names(histories, names)
    revisions = [revision for history in histories for revision in _part_revisions(history, names)]
    return sorted(revisions, key=lambda revision: revision.date, reverse=True)[:MAX_PART_REVISIONS]


@dataclass(frozen=True, slots=True)
class _History:
    """Revisions of rows of one model, newest first, the state of each, and the state before it if that was read."""

    rows: list[Any]
    nodes: list[Node]
    previous: list[Node | None]

    @classmethod
    def of(cls, rows: list[Any]) -> _History:
        nodes = revision_nodes(rows)
        older: dict[Key, Node] = {}
        previous: list[Node | None] = []
        for node in reversed(nodes):
            previous.append(older.get(node.key))
            older[node.key] = node
        return cls(rows, nodes, previous[::-1])

    def changed(self) -> Iterator[tuple[Any, Node, Node | None, list[str]]]:
        """Each revision with its state, the one before, and the columns and links in which they differ."""
        for row, node, before in zip(self.rows, self.nodes, self.previous, strict=True):
            yield row, node, before, differing(node, before) if before is not None and row.history_type == "~" else []


def _histories_below(foreign_keys: Iterable[Any], parents: list[int]) -> Iterator[_History]:
    for key in foreign_keys:
        model, of_parents = key.model, {f"{key.attname}__in": parents}
        history = model.history.filter(**of_parents)
        if rows := list(history.select_related("history_user").order_by("-history_id")[:MAX_PART_REVISIONS]):
            yield _History.of(rows)
        if hasattr(model, "status") or not own_parts(model):
            continue
        # Stored parts without revisions may have parts with revisions.
        stored = model._base_manager.filter(**of_parents).order_by().values_list("pk")
        if ids := [pk for (pk,) in stored.union(history.order_by().values_list("id"))]:
            yield from _histories_below(own_parts(model), ids)


def _part_revisions(history: _History, names: Names) -> Iterator[PartRevision]:
    latest: dict[int, Any] = {}
    for row in history.rows:
        latest.setdefault(row.id, row)
    for row, node, before, columns in history.changed():
        if row.history_type == "~" and not columns:
            continue
        url = reverse(f"admin:archive_{node.model._meta.model_name}_simple_history", args=[row.id, row.history_id])
        yield PartRevision(
            row.history_date, row.history_user, row.history_change_reason,
            f"{record_type(node.model._meta.verbose_name)}: {names.text(row.instance)}", _ACTIONS[row.history_type],
            url, row.history_type == "-" and latest[row.id] is row and not names.is_stored(node.key),
            _changes(before, node, columns, names),
        )  # fmt: skip


def version_changes(rows: list[Any]) -> list[list[dict[str, str]]]:
    """What each revision of a record, newest first, changed of the one after it in the list, ready for display."""
    history, names = _History.of(rows), Names()
    versions = zip(history.nodes, history.nodes[1:], strict=False)
    changed = [(before, node, differing(node, before)) for node, before in versions]
    names.fetch(
        {key for before, node, columns in changed for state in (before, node) for key in keys_in(state, columns)}
    )
    return [_changes(before, node, columns, names) for before, node, columns in changed]


def _fetch_names(histories: list[_History], names: Names) -> None:
    """Read the rows that the texts of these revisions name, and those that their own texts name, by model."""
    keys: set[Key] = set()
    for history in histories:
        for row, node, before, columns in history.changed():
            keys |= keys_in(node, [key.attname for key in named_keys(node.model)])
            if row.history_type == "-":
                keys.add(node.key)  # whether it is still deleted
            keys.update(key for state in (node, before) if state is not None for key in keys_in(state, columns))
    names.fetch(keys)
    names.fetch_related([row for row in map(names.row, keys) if row is not None])


def _changes(before: Node | None, after: Node, columns: Iterable[str], names: Names) -> list[dict[str, str]]:
    return [_change(before, after, name, names) for name in columns] if before is not None else []


def _change(before: Node, after: Node, name: str, names: Names) -> dict[str, str]:
    """A column or link that a revision changed, with both texts, of which what is long is shortened."""
    texts = (text_of(names, before, name), text_of(names, after, name))
    old, new = ObjDiffDisplay(max_length=_MAX_SHOWN_CHARS).common_shorten_repr(*texts)
    return {"field": label_of(after, name), "old": old, "new": new}
