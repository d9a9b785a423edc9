"""Versions of a record: their revisions and the period in which they were current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.models.base import Record
from archive.revisions.state import Key, Node, Tree, deleted_with, live_node, own_parts, revision_node, tree


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record. Links are stored as revisions of their own: ``last`` is the last row of the version."""

    model: Any
    pk: int
    first: Any
    last: Any
    #: The revision that has the links: a deletion's own has none.
    links_from: Any
    #: When the next version or the deletion began; None for the newest.
    end: datetime | None
    #: The revision of the deletion, if the record is deleted now.
    deletion: Any
    #: The record as it is stored now, or None.
    stored: Any

    @property
    def number(self) -> int:
        return int(self.last.version)

    @property
    def is_current(self) -> bool:
        return self.stored is not None and self.end is None

    @property
    def is_deletion(self) -> bool:
        return bool(self.last.history_type == "-")

    def root(self) -> Node:
        return revision_node(self.last, self.links_from)

    def tree(self) -> Tree:
        """The record and its parts at the end of this version."""
        return tree(self.root(), self.end, own_parts)

    def deleted_tree(self) -> Tree:
        """``tree`` with the parts of other records that were deleted together with the record."""
        nodes = self.tree()
        if self.deletion is None:
            return nodes
        at_deletion = tree(revision_node(self.deletion), self.deletion.history_date, deleted_with)
        added: set[Key] = set()
        for key, node in at_deletion.items():
            if node.via is None or node.parent not in nodes:
                continue
            if node.parent in added or node.via not in own_parts(node.via.related_model):
                nodes.setdefault(key, node)
                added.add(key)
        return nodes

    def stored_tree(self) -> Tree:
        return tree(live_node(self.stored), None, own_parts) if self.stored is not None else {}


def version_of(model: type[Record], pk: int, history_id: int) -> Version | None:
    """The version that a revision belongs to; None if the record has no such revision."""
    rows = list(model.history.filter(id=pk).select_related("history_user").order_by("history_id"))
    index = next((number for number, row in enumerate(rows) if row.history_id == history_id), None)
    if index is None:
        return None
    stored = model._base_manager.filter(pk=pk).first()
    first = last = index
    links_from = rows[index]
    if rows[index].history_type == "-":
        end = rows[index].history_date
        if index and rows[index - 1].history_type != "-":
            links_from = rows[index - 1]
    else:
        while last + 1 < len(rows) and _is_same_version(rows[last + 1], rows[index]):
            last += 1
        while first and _is_same_version(rows[first - 1], rows[index]):
            first -= 1
        end = rows[last + 1].history_date if last + 1 < len(rows) else None
        links_from = rows[last]
    deletion = None
    if stored is None:
        deletion = next((row for row in reversed(rows[index:]) if row.history_type == "-"), None)
    return Version(model, pk, rows[first], rows[last], links_from, end, deletion, stored)


def _is_same_version(row: Any, other: Any) -> bool:
    return bool(row.version == other.version and row.history_type != "-")
