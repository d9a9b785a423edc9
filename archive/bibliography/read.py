"""Reads one record by a query tree, compiled once per record type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.db.models import Model

from archive.bind_parameters import text_param
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledCache, CompiledQuery
from archive.visibility import Viewer, visible_records

_COMPILED = CompiledCache(4_000_000)


def read_record(
    model: type[Model], node: Callable[[Any], query_tree.Object], slug: str, user: Viewer = None,
    values: Mapping[str, int] | None = None,
) -> dict[str, Any] | None:  # fmt: skip
    """The JSON of ``node(model)`` for the record with this slug; None if the user can see none.

    ``values`` are those of the node's bind parameters.
    """
    content = _COMPILED.run((model, node), {"slug": slug, **(values or {})}, user, lambda: _compile(model, node, user))
    return None if content is None else msgspec.json.decode(content)


def _compile(model: type[Model], node: Callable[[Any], query_tree.Object], user: Viewer) -> CompiledQuery:
    rows = visible_records(model, user).filter(slug=text_param("slug"))
    return Compiler(user).compile(query_tree.Detail(rows, node(model)))
