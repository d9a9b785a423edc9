"""Reading a whole timeline: its compiled query, cached, and its JSON."""

from __future__ import annotations

from collections.abc import Hashable

from django.db import connection

from archive.lru import LRUCache
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, sql_length
from archive.timeline.fields import complete_selection
from archive.timeline.node import TimelineNode
from archive.timeline.params import TimelineParams
from archive.visibility import Viewer, sees_drafts

#: Bounded by the total length of the SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(2_000_000)
_PREFIX = "t."


def read_timeline(params: TimelineParams, user: Viewer) -> bytes | None:
    """The JSON with all fields; None if the archive changed meanwhile. Raises ArchiveError; django.db.Error."""
    key: Hashable = (connection.vendor, sees_drafts(user), params.plan_key(user))
    values = params.bind(user, _PREFIX)
    compiled = _COMPILED.get_or_set(key, lambda: _compile(params, user), sql_length)
    content = compiled.run(values)
    if content is None:
        params.check(user)
    return content


def _compile(params: TimelineParams, user: Viewer) -> CompiledQuery:
    queries = params.prepare(user, _PREFIX)
    node = TimelineNode(params, queries, _PREFIX, complete_selection())
    return Compiler(user).compile(node, [group for query in queries.values() for group in query.must_exist])
