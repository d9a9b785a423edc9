"""Cache of compiled queries, for reads that differ only in the values of their bind parameters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection

from archive.exceptions import ReadConflictError
from archive.lru import LRUCache
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, sql_length
from archive.sql.slugs import merged_slugs_replaced
from archive.visibility import Viewer, sees_drafts

#: The root node of a query, and groups of querysets of which each must have a row (``Compiler.compile``).
Root: TypeAlias = tuple[query_tree.Node, Sequence[Sequence[Any]]]


class CompiledCache:
    """LRU cache of compiled queries, bounded by the total length of their SQL.

    A key is all of a request that decides its SQL and the keys of its bind parameters; the database and whether the
    user sees drafts are added here. ``build`` makes the root node for a key that is not cached.
    """

    def __init__(self, max_length: int) -> None:
        self._queries: LRUCache[CompiledQuery] = LRUCache(max_length)

    def run(self, key: Hashable, values: Mapping[str, Any], user: Viewer, build: Callable[[], Root]) -> bytes | None:
        """The JSON; None for no row, or if one of the groups has none. Raises ArchiveError of ``build``; db.Error."""
        full_key = connection.vendor, sees_drafts(user), key
        compiled = self._queries.get_or_set(full_key, lambda: Compiler(user).compile(*build()), sql_length)
        return compiled.run(values)

    def read(
        self,
        key: Hashable,
        bind: Callable[[], Mapping[str, Any]],
        user: Viewer,
        build: Callable[[], Root],
        check: Callable[[], None],
    ) -> bytes:
        """The JSON of a query under filters; ``check`` raises the FilterError of one that names no visible record.

        ``bind`` returns the values of its parameters.

        Raises ReadConflictError if the archive changed between the query and the check; ArchiveError; django.db.Error.
        """
        content = self.run_filters(key, bind, user, build)
        if content is None:
            check()
            raise ReadConflictError()
        return content

    def run_filters(
        self, key: Hashable, bind: Callable[[], Mapping[str, Any]], user: Viewer, build: Callable[[], Root]
    ) -> bytes | None:
        """As ``run``; where filters name no record, again with the slugs of merged records replaced."""
        values = bind()
        content = self.run(key, values, user, build)
        if content is None:
            with merged_slugs_replaced():
                replaced = bind()
            if replaced != values:
                content = self.run(key, replaced, user, build)
        return content
