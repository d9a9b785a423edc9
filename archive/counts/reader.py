"""Reading a count table as JSON with the fields of REST."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from archive.counts import Counts
from archive.counts.fields import table_fields
from archive.sql.compiler import Root
from archive.sql.reads import Read


class CountsRead(Read):
    """A count table with the fields of REST."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def plan_key(self) -> Hashable:
        return self.counts.filterset, self.counts.plan_key()

    def bind(self) -> dict[str, Any]:
        return self.counts.bind()

    def node(self) -> Root:
        return self.counts.table(partial(table_fields, self.counts.options))

    def check(self) -> None:
        self.counts.check()
