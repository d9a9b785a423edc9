"""The fields of a count table in JSON."""

from __future__ import annotations

import json
from typing import Any

from archive.counts import CountOptions
from archive.sql import query_tree

_KINDS = ("value", "rest", "none")
_KEY_FIELDS: tuple[Any, ...] = ("kind", "value", "label", "earliest", "latest")
_TOTALS: tuple[Any, ...] = ("total", "vague", "open", "undated", "outside")


def table_fields(options: CountOptions) -> tuple[tuple[str, Any], ...]:
    """The fields of a count table."""
    keys = query_tree.CountKeys(tuple((name, name) for name in _KEY_FIELDS), _KINDS)
    rows = query_tree.CountRows((("keys", keys), ("count", "count")))
    by = query_tree.Constant(json.dumps(options.by, separators=(",", ":")))
    return (("by", by), *((name, name) for name in _TOTALS), ("counts", rows))
