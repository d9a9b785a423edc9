"""Which paths ``fields`` may name: those of the JSON that the projection makes."""

from __future__ import annotations

from functools import cache
from typing import Any

from archive.rest.plan import whole
from archive.sql import query_tree

#: Name -> what is below it.
Tree = dict[str, Any]


@cache
def tree(serializer: Any, include: tuple[str, ...]) -> Tree:
    """The names in a record's JSON with these parts included."""
    return _below(whole(serializer, include))


def unknown_step(known: Tree, path: str) -> tuple[str, list[str]] | None:
    """The path up to the step that is not known, and what may stand there; None where all is known."""
    walked: list[str] = []
    for step in path.split("."):
        if step not in known:
            return ".".join([*walked, step]), sorted(".".join([*walked, name]) for name in known)
        walked.append(step)
        known = known[step]
    return None


def _below(node: Any) -> Tree:
    match node:
        case query_tree.Object(fields):
            return {key: _below(one) for key, one in fields}
        case query_tree.Date(_, parts):
            return {key: {} for key, _ in parts}
        case query_tree.ToOne(options) | query_tree.ToMany(options):
            found: Tree = {}
            for kin in options:
                found |= _below(kin.made)
            return found
        case _:
            return {}
