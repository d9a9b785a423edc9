"""Reads that become one SQL query: a node with bind parameters, alone or together with those of other reads.

A compiled query is cached by the plan keys of its reads, and executed with their values; that of a single record
(``read_record``) by its model and node.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import msgspec
from django.db.models import Model

from archive.bind_parameters import text_param
from archive.sql import query_tree
from archive.sql.compiler import Compiler, Root
from archive.sql.query import CompiledCache, CompiledQuery
from archive.visibility import Viewer, visible_records

_COMPILED = CompiledCache(16_000_000)


class Read(ABC):
    """A node of the query tree for one request. Methods raise ArchiveError for invalid parameters."""

    @abstractmethod
    def plan_key(self) -> Hashable:
        """The part of the request that decides the SQL."""

    @abstractmethod
    def bind(self) -> dict[str, Any]:
        """The values of the bind parameters; reads that run together have different keys."""

    @abstractmethod
    def node(self) -> Root:
        """The node, and groups of querysets of which each must have a row."""

    @abstractmethod
    def check(self) -> None:
        """Raises FilterError if a filter names no visible record."""


class _Joint(Read):
    """An object of the nodes of several reads, by their position."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self.reads = reads

    def plan_key(self) -> Hashable:
        return tuple((type(read), read.plan_key()) for read in self.reads)

    def bind(self) -> dict[str, Any]:
        return {key: value for read in self.reads for key, value in read.bind().items()}

    def node(self) -> Root:
        nodes = [read.node() for read in self.reads]
        content = query_tree.Object(tuple((str(number), node) for number, (node, _) in enumerate(nodes)))
        return content, [group for _, groups in nodes for group in groups]

    def check(self) -> None:
        for read in self.reads:
            read.check()


def run(read: Read, user: Viewer) -> bytes:
    """The JSON of a read.

    Raises ArchiveError, of which ReadConflictError if the archive changed meanwhile; django.db.Error.
    """
    key = type(read), read.plan_key()
    return _COMPILED.read(key, read.bind, user, lambda: Compiler(user).compile(*read.node()), read.check)


def run_together(reads: Sequence[Read], user: Viewer) -> list[Any]:
    """The content of each of the reads, by one SQL query. Raises as ``run``."""
    return [*msgspec.json.decode(run(_Joint(reads), user)).values()]


_COMPILED_RECORDS = CompiledCache(4_000_000)


def read_record(
    model: type[Model], node: Callable[[Any], query_tree.Object], slug: str, user: Viewer = None,
    values: Mapping[str, int] | None = None,
) -> dict[str, Any] | None:  # fmt: skip
    """The JSON of ``node(model)`` for the record with this slug; None if the user can see none.

    ``values`` are those of the node's bind parameters.
    """
    content = _COMPILED_RECORDS.run(
        (model, node), {"slug": slug, **(values or {})}, user, lambda: _compile(model, node, user)
    )
    return None if content is None else msgspec.json.decode(content)


def _compile(model: type[Model], node: Callable[[Any], query_tree.Object], user: Viewer) -> CompiledQuery:
    rows = visible_records(model, user).filter(slug=text_param("slug"))
    return Compiler(user).compile(query_tree.Detail(rows, node(model)))
