"""Global ids (Relay): the model of the row that an id names, and the column and value by which it is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql_relay import from_global_id

from archive.graphql import types
from archive.graphql.node_ids import read_local_id

#: Name of a type with a global id -> its model.
NODES: dict[str, Any] = {
    node._meta.name: node._meta.model
    for node in vars(types).values()
    if isinstance(node, type) and issubclass(node, types.ArchiveType) and node is not types.ArchiveType
}


@dataclass(frozen=True, slots=True)
class NodeKey:
    """A row's model, and the unique column (slug or pk) with the value that finds it."""

    model: Any
    column: str
    value: str | int


def node_key(text: str) -> NodeKey | None:
    """The row that a global id names; None where the text is no global id of the archive."""
    try:
        name, local = from_global_id(text)
    except (ValueError, UnicodeDecodeError):
        return None
    key = read_local_id(NODES[name], local) if name in NODES else None
    return None if key is None else NodeKey(NODES[name], *key)
