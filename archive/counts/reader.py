"""Reading a count table: its compiled query, cached, and its JSON."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from django.db import connection

from archive.counts import Counts
from archive.counts.fields import table_fields
from archive.lru import LRUCache
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, sql_length
from archive.visibility import Viewer, sees_drafts

#: Bounded by the total length of the SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(4_000_000)


def read_counts(collection: str, counts: Counts, user: Viewer) -> bytes | None:
    """The JSON with the fields of REST; None if the archive changed meanwhile. Raises ArchiveError; django.db.Error."""
    key: Hashable = (collection, connection.vendor, sees_drafts(user), counts.plan_key())
    values = counts.bind()
    compiled = _COMPILED.get_or_set(key, lambda: _compile(counts, user), sql_length)
    content = compiled.run(values)
    if content is None:
        counts.check()
    return content


def _compile(counts: Counts, user: Viewer) -> CompiledQuery:
    table, must_exist = counts.table(partial(table_fields, counts.options))
    return Compiler(user).compile(table, must_exist)
