"""Restores of chosen differences only: the plan of a restore in which everything else stays as it is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from archive.revisions.comparison import field_key, row_key
from archive.revisions.plan import Plan
from archive.revisions.state import Node, Tree, position_field


def keep_only(plan: Plan, keys: Collection[str]) -> Plan:
    """The plan restricted to the chosen differences, by the keys of ``compare``; the status is that of the version.

    Raises ValidationError if nothing is chosen, or a part without the part that it belongs to.
    """
    if not keys:
        raise ValidationError(gettext("Choose at least one of the differences."))
    root = next(iter(plan.target.values()))
    chosen = {*keys, field_key(root, "status")}
    rows: Tree = {}
    for key, node in plan.target.items():
        stored = plan.stored.get(key)
        if stored is not None:
            rows[key] = _mixed(node, stored, chosen)
        elif row_key(node) in chosen:
            rows[key] = replace(node, values={**node.values})
    for key, node in plan.stored.items():
        if key not in plan.target and row_key(node) not in chosen:
            rows[key] = node
    target = _parents_first(rows, root)
    if lost := [node for key, node in rows.items() if key not in target]:
        text = gettext("{part}: the part that it belongs to is not there. Choose both or neither.")
        raise ValidationError([text.format(part=plan.part_name(node)) for node in lost])
    _resolve_conflicts(plan, target)
    return replace(plan, target=target)


def _mixed(node: Node, stored: Node, chosen: Collection[str]) -> Node:
    """The stored row with the chosen columns and links of the version."""
    values = {
        name: value if field_key(node, name) in chosen else stored.values[name] for name, value in node.values.items()
    }
    links = {name: pks if field_key(node, name) in chosen else stored.links[name] for name, pks in node.links.items()}
    if node.via is None:
        return replace(node, values=values, links=links)
    via = next((key for key in (node.via, stored.via) if values[key.attname] is not None), node.via)
    return replace(node, values=values, links=links, via=via, parent=(via.related_model, values[via.attname]))


def _parents_first(rows: Tree, root: Node) -> Tree:
    """The rows that are reached from the root, parents before their parts."""
    target: Tree = {root.key: rows[root.key]}
    size = 0
    while size < len(target):
        size = len(target)
        target |= {key: node for key, node in rows.items() if key not in target and node.parent in target}
    return target


def _resolve_conflicts(plan: Plan, target: Tree) -> None:
    """Give a restored part the last number, or another slug, if a part that stays has its own."""
    for node in target.values():
        if node.via is None or node.key in plan.stored:
            continue
        others = [row for row in target.values() if row.model is node.model and row is not node]
        if "slug" in node.values and node.values["slug"] in {row.values.get("slug") for row in others}:
            node.values["slug"] = ""
        position = position_field(node.model)
        if position is not None:
            taken = {row.values[position] for row in others if row.parent == node.parent}
            if node.values[position] in taken:
                node.values[position] = max(taken) + 1
