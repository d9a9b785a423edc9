"""Reading a count table as JSON."""

from __future__ import annotations

from functools import partial

from archive.counts import Counts
from archive.counts.fields import table_fields
from archive.sql.compiled import CompiledCache
from archive.visibility import Viewer

_COMPILED = CompiledCache(4_000_000)


def read_counts(collection: str, counts: Counts, user: Viewer) -> bytes:
    """The JSON with the fields of REST. Raises ArchiveError; django.db.Error."""
    return _COMPILED.read(
        (collection, counts.plan_key()),
        counts.bind(),
        user,
        lambda: counts.table(partial(table_fields, counts.options)),
        counts.check,
    )
