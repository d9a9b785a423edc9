"""The state of a record at a past moment, as far as a user may see it: what was public then and is visible now.

What is hidden now is not shown, whatever it was then: the record must be visible to the user, and so must the records
that its links and parts lead to. Users who do not see drafts also need each of them to have been public at the moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Field, Model

from archive.models.base import Record
from archive.models.merged_record import merge_targets
from archive.revisions.past_publication import PastPublication
from archive.revisions.state import (
    Key,
    Node,
    Tree,
    foreign_keys,
    live_node,
    own_parts,
    revision_at,
    revision_node,
    tree,
)
from archive.visibility import Viewer, sees_drafts


@dataclass(slots=True)
class PastRecord:
    """A record at a moment: its row and visible parts as a tree, and the visible records that they link to."""

    tree: Tree
    #: By model and id; a record that was merged since is the one that it was merged into.
    links: dict[Any, dict[int, Any]] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        return next(iter(self.tree.values()))

    def parts(self, node: Node, relation: Field[Any, Any]) -> list[Node]:
        """The parts of a row by the foreign key ``relation`` of their model."""
        return [part for part in self.tree.values() if part.via == relation and part.parent == node.key]

    def linked(self, model: type[Model], pks: Iterable[int]) -> list[Any]:
        """The visible records among these, in the default order of their model."""
        wanted = set(pks)
        # Of two records that were merged since, both lead to the same.
        return list({row.pk: row for pk, row in self.links.get(model, {}).items() if pk in wanted}.values())


def record_as_of(record: Record, moment: datetime, user: Viewer) -> PastRecord | None:
    """The record, which the user can see now, as it was at the moment; None if the user could not have seen it then."""
    end = moment + timedelta(microseconds=1)  # revisions are read up to a moment, without it
    rows = list(type(record).history.filter(id=record.pk).order_by("history_id"))
    row, links_from = revision_at(rows, end)
    if row is None and (rows or record.created_at > moment):
        return None
    if not sees_drafts(user):
        publication = PastPublication()
        publication.load_parents(type(record), [row or record])
        if not publication.is_row_public(type(record), row or record, moment):
            return None
    root = revision_node(row, links_from) if row is not None else live_node(record)
    past = PastRecord(tree(root, end, own_parts))
    for model, pks in _linked_keys(past.tree).items():
        past.links[model] = _visible(model, pks, moment, user)
    _remove_hidden_parts(past)
    return past


def _linked_keys(nodes: Tree) -> dict[Any, set[int]]:
    """The records that the rows of a tree link to."""
    keys: set[Key] = set()
    for node in nodes.values():
        for key in foreign_keys(node.model):
            if (pk := node.values.get(key.attname)) is not None:
                keys.add((key.related_model, pk))
        for many in node.model._meta.many_to_many:
            keys |= {(many.related_model, pk) for pk in node.links.get(many.name, ())}
    by_model: dict[Any, set[int]] = {}
    for model, pk in keys:
        by_model.setdefault(model, set()).add(pk)
    return by_model


def _visible(model: type[Record], pks: set[int], moment: datetime, user: Viewer) -> dict[int, Any]:
    rows = {row.pk: row for row in model._default_manager.visible_to(user).filter(pk__in=pks)}
    rows |= _merged_since(model, pks - rows.keys(), user)
    if sees_drafts(user):
        return rows
    publication = PastPublication()
    publication.load(model, rows)
    return {pk: row for pk, row in rows.items() if publication.is_public(model, pk, moment)}


def _merged_since(model: type[Record], pks: set[int], user: Viewer) -> dict[int, Any]:
    """By the ids of records that were merged since, the visible records that they were merged into."""
    if not (targets := merge_targets((model, pk) for pk in pks)):
        return {}
    rows = model._default_manager.visible_to(user).in_bulk(set(targets.values()))
    return {pk: rows[target] for (_, pk), target in targets.items() if target in rows}


def _remove_hidden_parts(past: PastRecord) -> None:
    """Remove the parts that need a hidden record to be visible, with their own parts."""
    for key, node in list(past.tree.items()):
        if node.via is not None and (node.parent not in past.tree or not _is_visible_part(past, node)):
            del past.tree[key]


def _is_visible_part(past: PastRecord, node: Node) -> bool:
    for path in getattr(node.model, "visibility_parents", ()):
        key = node.model._meta.get_field(path.partition("__")[0])
        pk = node.values.get(key.attname)
        related = key.related_model
        if pk is not None and (related, pk) not in past.tree and pk not in past.links.get(related, {}):
            return False
    return True
