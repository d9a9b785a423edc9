"""Query tree nodes of rows from which a path of several relations leads to the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.db.models import Model, Q

from archive.sql.compiler import Compiler
from archive.sql.query_tree import CompiledNode, Object
from archive.sql.row_sources import RowSource, Sql
from archive.visibility import visible_records


@dataclass(frozen=True, slots=True)
class RowsAlong(CompiledNode):
    """An array of the first visible rows of a model from which the path leads to the row, in the model's order."""

    model: type[Model]
    path: str
    node: Object
    limit: int

    def sql(self, compiler: object, source: object) -> Sql:
        builder, row = cast(Compiler, compiler), cast(RowSource, source)
        rows = visible_records(self.model, builder.user).filter(**{self.path: row.outer("pk")})
        return builder.lists([(rows, self.node)], self.limit)


@dataclass(frozen=True, slots=True)
class HasRows(CompiledNode):
    """Whether the path leads to the row from a visible row of a model under a condition."""

    model: type[Model]
    path: str
    condition: Q

    def sql(self, compiler: object, source: object) -> Sql:
        builder, row = cast(Compiler, compiler), cast(RowSource, source)
        rows = visible_records(self.model, builder.user).filter(self.condition, **{self.path: row.outer("pk")})
        exists = builder.exists([rows])
        return Sql(f"CASE WHEN {exists.text} THEN 'true' ELSE 'false' END", exists.params)
