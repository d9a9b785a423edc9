"""Global ids (Relay): which record a text names."""

from __future__ import annotations

from typing import Any

from graphql_relay import from_global_id

from archive.graphql import types

#: Name of a type with a global id -> its model.
NODES: dict[str, Any] = {
    node._meta.name: node._meta.model
    for node in vars(types).values()
    if isinstance(node, type) and issubclass(node, types.ArchiveType) and node is not types.ArchiveType
}


def named(text: str) -> tuple[Any, int]:
    """The model and the key that a global id names, or (None, 0)."""
    try:
        name, key = from_global_id(text)
    except (ValueError, UnicodeDecodeError):
        return None, 0
    if name not in NODES or not key.isascii() or not key.isdigit() or len(key) > 18:
        return None, 0
    return NODES[name], int(key)
