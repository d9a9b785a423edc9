"""Reading a whole timeline as JSON."""

from __future__ import annotations

from archive.sql.compiler import Compiler
from archive.sql.query import CompiledCache, CompiledQuery
from archive.timeline.fields import complete_selection
from archive.timeline.node import TimelineNode
from archive.timeline.params import TimelineParams
from archive.visibility import Viewer

_COMPILED = CompiledCache(2_000_000)
_PREFIX = "t."


def read_timeline(params: TimelineParams, user: Viewer) -> bytes:
    """The JSON with all fields. Raises ArchiveError; django.db.Error."""

    def build() -> CompiledQuery:
        queries = params.prepare(user, _PREFIX)
        node = TimelineNode(params, queries, _PREFIX, complete_selection())
        must_exist = [group for query in queries.values() for group in query.must_exist]
        return Compiler(user).compile(node, must_exist)

    return _COMPILED.read(
        params.plan_key(user), lambda: params.bind(user, _PREFIX), user, build, lambda: params.check(user)
    )
