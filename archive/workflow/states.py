"""States of records as JSON: the trees of ``archive.revisions.state``, and the three-way merge of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from archive.revisions.json_values import dump_node, load_node, model_of
from archive.revisions.plan import differing
from archive.revisions.state import Node, Tree, with_ids

#: From this id on, the rows of a proposal that are not stored yet. Below the greatest integer of JavaScript.
PROVISIONAL = 10**15


def dump_tree(tree: Tree) -> list[dict[str, Any]]:
    """The rows of a tree, parents first, as data for JSON."""
    return [
        {
            **dump_node(node),
            "via": [node.via.model._meta.model_name, node.via.name] if node.via is not None else None,
            "parent": [node.parent[0]._meta.model_name, node.parent[1]] if node.parent is not None else None,
        }
        for node in tree.values()
    ]


def load_tree(rows: list[dict[str, Any]]) -> Tree:
    """The tree of ``dump_tree``. Columns that the models do not have any more are left out, new ones have defaults."""
    tree: Tree = {}
    for row in rows:
        node = load_node(row, 0, timezone.now())
        if row["via"] is not None:
            node.via = model_of(row["via"][0])._meta.get_field(row["via"][1])
            node.parent = (model_of(row["parent"][0]), row["parent"][1])
        tree[node.key] = node
    return tree


def with_provisional_ids(tree: Tree, stored: Tree) -> Tree:
    """The tree with provisional ids for the rows that are not stored, and for the links to them.

    They are in the order in which they were added: those that were proposed before have provisional ids already. (On
    PostgreSQL a row that is added after them has a smaller id, of the table's sequence.)
    """
    stored_nodes = [node for node in tree.values() if node.key in stored]
    added = sorted((node for node in tree.values() if node.key not in stored), key=lambda node: node.pk < PROVISIONAL)
    new = {node.key: PROVISIONAL + number for number, node in enumerate(added)}
    numbered: Tree = {}
    for node in [*stored_nodes, *added]:
        parent = node.parent
        if parent is not None:
            parent = (parent[0], new.get(parent, parent[1]))
        moved = replace(with_ids(node, new), pk=new.get(node.key, node.pk), parent=parent)
        numbered[moved.key] = moved
    return numbered


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field, or a whole part, that the proposal changes and that somebody changed meanwhile."""

    node: Node
    #: The attname or link; empty for the whole part.
    name: str
    before: Node | None
    now: Node | None


def merged(base: Tree, proposed: Tree, stored: Tree) -> tuple[Tree, list[Conflict]]:
    """The stored tree with the changes from ``base`` to ``proposed``, and what others changed at the same places."""
    target: Tree = {}
    conflicts: list[Conflict] = []
    for key, node in stored.items():
        if node.via is not None and node.parent not in target:
            continue
        before, after = base.get(key), proposed.get(key)
        if before is None:
            target[key] = node
        elif after is None:
            if differing(before, node):
                conflicts.append(Conflict(before, "", before, node))
        else:
            target[key], changed = _merged_node(before, after, node)
            conflicts += [Conflict(after, name, before, node) for name in changed]
    for key, node in proposed.items():
        if key in stored:
            continue
        if key not in base:
            if node.parent in target:
                target[key] = node
            else:
                conflicts.append(Conflict(node, "", None, None))
        elif differing(base[key], node):
            conflicts.append(Conflict(node, "", base[key], None))
    return target, conflicts


def _merged_node(before: Node, after: Node, stored: Node) -> tuple[Node, list[str]]:
    """The stored row with the changes between two states, and the columns that were changed in it meanwhile too."""
    values, links, conflicts = dict(stored.values), dict(stored.links), []
    for name in differing(after, before):
        if name in links:
            added, removed = {*after.links[name]} - {*before.links[name]}, {*before.links[name]} - {*after.links[name]}
            links[name] = sorted(({*links[name]} | added) - removed)
            continue
        if stored.values[name] not in (before.values[name], after.values[name]):
            conflicts.append(name)
        values[name] = after.values[name]
    return replace(stored, values=values, links=links), conflicts
