"""Compiles a query tree into one SQL query.

Every set of rows is a queryset, with visibility and filters in it, that Django compiles. A SELECT around it builds
JSON text from its columns: ``SELECT json FROM (rows) AS j3``. So the rows of a page are selected first, and JSON is
built for those only. A subquery refers to its parent row by alias (``bind_parameters.OuterColumn``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Model, Value
from django.db.models.lookups import Exact
from django.db.models.sql import Query

from archive.models.constraints import is_plain
from archive.sql import query_tree
from archive.sql.dialects import DIALECTS
from archive.sql.opaque_ids import opaque_id_sql
from archive.sql.pages import compile_page
from archive.sql.query import CompiledQuery
from archive.sql.relations import is_implied_visible, reverse_lookup
from archive.sql.row_sources import NotJoined, RelatedRows, RowSource, SingleRow, Sql, json_object
from archive.visibility import sees_drafts


class Compiler:
    """Compiles query trees for one user's visibility and one database."""

    def __init__(self, user: Any, using: str = "default") -> None:
        self.user, self.using = user, using
        self.dialect = DIALECTS[connections[using].vendor]
        self.aliases = 0

    def statement(self, root: query_tree.Node, known: Sequence[Sequence[Any]] = ()) -> CompiledQuery:
        """The query of a root node. Its result is NULL unless each group of querysets in ``known`` has a row."""
        made = self.node(root, None)
        params = list(made.params)
        text = made.text
        if known:
            holds = [self.exists(group) for group in known]
            text = f"CASE WHEN {' AND '.join(sql.text for sql in holds)} THEN {text} END"
            params = [param for sql in holds for param in sql.params] + params
        return self.finished(f"SELECT {self.dialect.result(text)}", params)

    def finished(self, sql: str, params: list[Any]) -> CompiledQuery:
        text, left = self.dialect.inline(sql, params)
        return CompiledQuery(text, tuple(left))

    def exists(self, group: Sequence[Any]) -> Sql:
        found = [self.compiled(rows.order_by().values("pk").query) for rows in group]
        text = " OR ".join(f"EXISTS({sql})" for sql, _ in found)
        return Sql(f"({text})", tuple(param for _, params in found for param in params))

    def object(self, made: query_tree.Object, level: RowSource | None) -> Sql:
        """A JSON object of a row's columns and relations."""
        return json_object(
            self.dialect,
            [(key, one if isinstance(one, query_tree.Constant) else self.node(one, level)) for key, one in made.fields],
        )

    def node(self, node: query_tree.Node, level: Any) -> Sql:
        match node:
            case query_tree.Column(source, form, null):
                return self.column(level, source, form, null)
            case query_tree.Enum(source, shown):
                return self.word(level.column(source), shown)
            case query_tree.GlobalId(kind, has_slug):
                key = level.column("slug") if has_slug else opaque_id_sql(level.column("pk"))
                return Sql(self.dialect.global_id(kind, key))
            case query_tree.Date():
                return self.date(node, level)
            case query_tree.Object():
                return self.object(node, level)
            case query_tree.ToOne(options):
                found = [self.one(kin, level) for kin in options]
                params = tuple(param for sql in found for param in sql.params)
                return Sql(f"coalesce({', '.join(sql.text for sql in found)}, 'null')", params)
            case query_tree.ToMany(options):
                return self.many(options, level)
            case query_tree.Array(items, given):
                listed = " || ',' || ".join(self.node(one, level).text for one in items)
                return Sql(f"CASE WHEN {level.column(given)} IS NULL THEN 'null' ELSE '[' || {listed} || ']' END")
            case query_tree.ArrayOf():
                return self.listed(node, level)
            case query_tree.FirstRows(found, most):
                return self.lists(found, most)
            case query_tree.Detail(rows, made, required, stamp):
                sql = self.select(SingleRow(rows), made, stamp)
                return sql if required else Sql(f"coalesce({sql.text}, 'null')", sql.params)
            case query_tree.NodeList(items):
                return self.items(items)
            case query_tree.Page():
                return compile_page(self, node, level)
            case _:
                raise TypeError(f"shape: got {type(node).__name__}, expected a node of archive.sql.query_tree")

    def column(self, level: RowSource, source: str | Expression, form: query_tree.JsonType, null: bool) -> Sql:
        column = level.column(source)
        plain = form == "text" and isinstance(source, str) and is_plain(level.model, source)
        value = self.dialect.plain(column) if plain else self.dialect.value(column, form)
        if null:
            return Sql(f"coalesce({value}, 'null')")
        return Sql(value, bare=column if plain else "")

    def items(self, items: tuple[query_tree.Detail | query_tree.Constant, ...]) -> Sql:
        literal = self.dialect.literal
        made = [
            Sql(literal(one.json)) if isinstance(one, query_tree.Constant) else self.node(one, None) for one in items
        ]
        listed = " || ',' || ".join(sql.text for sql in made) or "''"
        return Sql(f"'[' || {listed} || ']'", tuple(param for sql in made for param in sql.params))

    def word(self, column: str, shown: tuple[tuple[str, str], ...]) -> Sql:
        literal = self.dialect.literal
        cases = " ".join(f"WHEN {literal(stored)} THEN {literal(json.dumps(word))}" for stored, word in shown)
        return Sql(f"CASE {column} {cases} ELSE 'null' END")

    def date(self, node: query_tree.Date, level: RowSource) -> Sql:
        parts: list[tuple[str, query_tree.Node]] = []
        for key, part in node.parts:
            if isinstance(part, query_tree.Constant):
                parts.append((key, part))
            elif part in ("earliest", "latest"):
                parts.append((key, query_tree.Column(f"{node.path}_{part}", "day", null=True)))
            else:
                parts.append((key, query_tree.Column(node.path if part == "text" else f"{node.path}_{part}")))
        made = self.object(query_tree.Object(tuple(parts)), level)
        return Sql(f"CASE WHEN {level.column(node.path)} IS NULL THEN 'null' ELSE {made.text} END", made.params)

    def one(self, kin: query_tree.Relation, level: RowSource) -> Sql:
        below = level.along(kin.relation)
        # For users who see drafts the visibility condition contains no join to reuse.
        if not sees_drafts(self.user) and is_implied_visible(below.rows.model, below.path):
            try:
                made = self.object(kin.made, below)
            except NotJoined:
                pass
            else:
                if not level.model._meta.get_field(kin.relation).null:
                    return made
                key = level.column(f"{kin.relation}_id")
                return Sql(f"CASE WHEN {key} IS NOT NULL THEN {made.text} END", made.params)
        return self.select(RelatedRows(level, kin.relation), kin.made)

    def many(self, options: tuple[query_tree.Relation, ...], level: RowSource) -> Sql:
        return self.lists([(RelatedRows(level, kin.relation), kin.made) for kin in options])

    def lists(self, found: Sequence[tuple[Any, query_tree.Object]], most: int | None = None) -> Sql:
        """One array of the rows of several ordered querysets, at most ``most`` of each."""
        lists: list[str] = []
        params: list[Any] = []
        for rows, made_of in found:
            below = self.level(rows.model)
            made = self.object(made_of, below)
            source, given = self.rows(rows, below, most)
            lists.append(f"(SELECT {self.dialect.joined(made.text)} FROM ({source}) AS {below.alias})")  # noqa: S608
            params += [*made.params, *given]
        if len(lists) == 1:
            return Sql(f"'[' || coalesce({lists[0]}, '') || ']'", tuple(params))
        # Objects end in a brace, so rtrim removes only the comma after the last list.
        together = " || ".join(f"coalesce({one} || ',', '')" for one in lists)
        return Sql(f"'[' || rtrim({together}, ',') || ']'", tuple(params))

    def listed(self, node: query_tree.ArrayOf, level: RowSource) -> Sql:
        back = reverse_lookup(level.model, node.relation)
        below = self.level(node.rows.model)
        text = self.dialect.value(below.column(node.text), "text")
        rows = node.rows.filter(**{back: level.outer("pk")}).order_by(node.text)
        source, given = self.rows(rows, below)
        return Sql(f"(SELECT {self.dialect.array(text)} FROM ({source}) AS {below.alias})", tuple(given))  # noqa: S608

    def lines(self, rows: Any, made: query_tree.Object, key: str, size: int) -> CompiledQuery:
        """The query of a queryset's first rows by ``key``: the last row's key, then a line of JSON per row.

        Its result is NULL when there is no row.
        """
        level = self.level(rows.model)
        sql = self.object(made, level)
        newline = self.dialect.newline
        last = f"max({level.column(key)})"
        source, given = self.rows(rows, level, size)
        head = self.dialect.concat([f"CAST({last} AS text)", newline, self.dialect.joined(sql.text, between=newline)])
        found = f"SELECT {self.dialect.result(head)} FROM ({source}) AS {level.alias}"  # noqa: S608
        return self.finished(found, [*sql.params, *given])

    def select(self, rows: Any, made: query_tree.Object, stamp: str | Expression = "") -> Sql:
        """The object of the only row, as a scalar subquery."""
        level = self.level(rows.model)
        sql = self.object(made, level)
        if stamp:
            sql = Sql(f"CAST({level.column(stamp)} AS text) || ' ' || {sql.text}", sql.params)
        source, given = self.rows(rows, level)
        return Sql(f"(SELECT {sql.text} FROM ({source}) AS {level.alias})", (*sql.params, *given))  # noqa: S608

    def level(self, model: type[Model]) -> RowSource:
        self.aliases += 1
        return RowSource(f"j{self.aliases}", model)

    def rows(self, rows: Any, level: RowSource, limit: int | None = None) -> tuple[str, list[Any]]:
        """SQL and parameters of a queryset or of related rows, with the selected columns."""
        if isinstance(rows, RelatedRows | SingleRow):
            return rows.sql(self, level, limit)
        try:
            return self.chosen(rows, level, limit)
        except EmptyResultSet:
            return self.nothing(level)

    def chosen(self, rows: Any, level: RowSource, limit: int | None = None) -> tuple[str, list[Any]]:
        """The same for a queryset. Raises EmptyResultSet when Django knows that no row matches."""
        level.column("pk")
        chosen = rows.values(**level.selected)
        return self.compiled((chosen if limit is None else chosen[:limit]).query)

    def nothing(self, level: RowSource) -> tuple[str, list[Any]]:
        """A query without rows that has the selected columns with their types."""
        rows = level.model._base_manager.filter(Exact(Value(1), Value(0)))
        return self.chosen(rows, level)

    def expression(self, expression: Any) -> Sql:
        """An expression that refers to no row."""
        sql, params = Query(None).get_compiler(using=self.using).compile(expression)
        return Sql(sql, tuple(params))

    def compiled(self, query: Any) -> tuple[str, list[Any]]:
        sql, params = query.get_compiler(using=self.using).as_sql(with_col_aliases=True)
        return sql, list(params)
