"""Reads one record by a query tree, compiled once per record type."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

from archive.bind_parameters import text_param
from archive.lru import LRUCache
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, sql_length
from archive.visibility import Viewer, sees_drafts, visible_records

#: Bounded by the total length of the SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(4_000_000)


def read_record(
    model: type[Model], node: Callable[[Any], query_tree.Object], slug: str, user: Viewer = None
) -> dict[str, Any] | None:
    """The JSON of ``node(model)`` for the record with this slug; None if the user can see none."""
    key: Hashable = (model, node, connection.vendor, sees_drafts(user))
    compiled = _COMPILED.get_or_set(key, lambda: _compile(model, node, user), sql_length)
    content = compiled.run({"slug": slug})
    return None if content is None else msgspec.json.decode(content)


def _compile(model: type[Model], node: Callable[[Any], query_tree.Object], user: Viewer) -> CompiledQuery:
    rows = visible_records(model, user).filter(slug=text_param("slug"))
    return Compiler(user).compile(query_tree.Detail(rows, node(model)))
