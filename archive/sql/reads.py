"""Reads that become one SQL query: a node with bind parameters, alone or together with those of other reads.

A compiled query is cached by the plan keys of its reads, and executed with their values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any

import msgspec

from archive.sql import query_tree
from archive.sql.compiler import Compiler, Root
from archive.sql.query import CompiledCache
from archive.visibility import Viewer

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
