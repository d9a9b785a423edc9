"""The database's own rules, asked of rows before they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models as db

from archive.datasets import schema
from archive.datasets.problems import Place, Problem, quoted
from archive.datasets.resolve import Rows
from archive.datasets.validators.base import Check
from archive.exceptions import expected_in


class Constraints(Check):
    """All conditions of one kind in one pass over its rows."""

    def check(self, rows: Rows) -> None:
        checks = [one for one in rows.kind.model._meta.constraints if isinstance(one, db.CheckConstraint)]
        if not checks:
            return
        told = {one.name: f"NOT ({self._sql(rows.kind.model, one)})" for one in checks}
        chosen = ", ".join(f"CASE WHEN {sql} THEN 1 ELSE 0 END" for sql in told.values())
        where = f"{self.sound(rows)} AND ({' OR '.join(told.values())})"
        names = {one.name: _fields(one) for one in checks}
        fields = list(dict.fromkeys(field for one in names.values() for field in one))
        columns = [self._shown(rows.kind, field) for field in fields]
        query = f"SELECT file, line, {chosen}, {', '.join(columns)} FROM {rows.table} WHERE {where} ORDER BY file, line"
        for file, line, *values in self.database.rows(query):
            given = dict(zip(fields, values[len(checks) :], strict=True))
            for check, broken in zip(checks, values, strict=False):
                if broken:
                    self._broken(self.place(file, line), check, {name: given[name] for name in names[check.name]})

    def _broken(self, place: Place, check: Any, values: dict[str, Any]) -> None:
        got = ", ".join(f"{name} {quoted(str(value) if value is not None else None)}" for name, value in values.items())
        expected = expected_in(str(check.violation_error_message))
        self.problems.add(Problem(place, ", ".join(values), got, expected, sort=check.name))

    def _shown(self, kind: schema.Kind, name: str) -> str:
        field = kind.column(name).field
        return self.q(field.name if field.is_relation else field.column)

    def _sql(self, model: Any, check: Any) -> str:
        # Never entered: it only has to know how the database writes a value.
        editor = self.database.connection.SchemaEditorClass(self.database.connection, collect_sql=True, atomic=False)
        return str(check._get_check_sql(model, editor)).replace("%%", "%")


def _fields(check: Any) -> list[str]:
    """The fields that a condition speaks of, dates by their own name and not that of a column beside them."""
    return [name for name in dict.fromkeys(_walk(check.condition)) if name != "id"]


def _walk(node: Any) -> Iterator[str]:
    if isinstance(node, db.Q):
        for child in node.children:
            yield from _walk(child)
    elif isinstance(node, tuple):
        yield _plain(node[0])
        yield from _walk(node[1]) if isinstance(node[1], (db.Q, db.F)) else ()
    elif isinstance(node, db.F):
        yield _plain(node.name)


def _plain(lookup: str) -> str:
    name = lookup.partition("__")[0]
    for beside in ("_earliest", "_latest"):
        name = name.removesuffix(beside)
    return name
