"""Compiles a query tree into one SQL query.

Every set of rows is a queryset, with visibility and filters in it, that Django compiles. A SELECT around it builds
JSON text from its columns: ``SELECT json FROM (rows) AS j3``. So the rows of a page are selected first, and JSON is
built for those only. A subquery refers to its parent row by alias (``bind_parameters.OuterColumn``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Count, Expression, F, Model, QuerySet, Value
from django.db.models.lookups import Exact
from django.db.models.sql import Query

from archive.models.constraints import is_json_safe
from archive.sql import query_tree
from archive.sql.chains import compile_chain_node
from archive.sql.count_tables import compile_count_table
from archive.sql.dialects import DIALECTS
from archive.sql.opaque_ids import opaque_id_sql
from archive.sql.pages import compile_page
from archive.sql.query import CompiledQuery
from archive.sql.relations import reverse_lookup
from archive.sql.row_sources import NotJoined, RecordRow, RelatedRows, RowSource, SingleRow, Sql, json_object
from archive.visibility import Viewer, is_implied_visible, sees_drafts

#: The root node of a query, and groups of querysets of which each must have a row (``Compiler.compile``).
Root: TypeAlias = tuple[query_tree.Node, Sequence[Sequence[Any]]]


class Compiler:
    """Compiles query trees for one user's visibility and one database."""

    def __init__(self, user: Viewer, using: str = "default") -> None:
        self.user, self.using = user, using
        self.dialect = DIALECTS[connections[using].vendor]
        self.alias_count = 0

    def compile(self, root: query_tree.Node, must_exist: Sequence[Sequence[Any]] = ()) -> CompiledQuery:
        """The query of a root node. Its result is NULL unless each group of querysets in ``must_exist`` has a row."""
        sql = self.node(root, None)
        if must_exist:
            groups = [self.exists(group) for group in must_exist]
            params = tuple(param for group in groups for param in group.params)
            condition = " AND ".join(group.text for group in groups)
            sql = Sql(f"CASE WHEN {condition} THEN {sql.text} END", (*params, *sql.params))
        return self.query(f"SELECT {self.dialect.result(sql.text)}", sql.params)

    def query(self, text: str, params: Sequence[Any]) -> CompiledQuery:
        text, remaining = self.dialect.inline(text, params)
        return CompiledQuery(text, tuple(remaining))

    def exists(self, group: Sequence[Any]) -> Sql:
        """The condition that one of several querysets has a row."""
        queries = []
        for rows in group:
            with suppress(EmptyResultSet):  # Django knows that no row matches
                queries.append(self.django_sql(rows.order_by().values("pk").query))
        text = " OR ".join(f"EXISTS({sql})" for sql, _ in queries) or "1 = 0"
        return Sql(f"({text})", tuple(param for _, params in queries for param in params))

    def object(self, node: query_tree.Object, source: RowSource | None) -> Sql:
        """A JSON object of a row's columns and relations."""
        return json_object(
            self.dialect,
            [
                (key, field if isinstance(field, query_tree.Constant) else self.node(field, source))
                for key, field in node.fields
            ],
        )

    def node(self, node: query_tree.Node, source: Any) -> Sql:
        match node:
            case query_tree.Column(path, json_type, null):
                return self.column(source, path, json_type, null)
            case query_tree.Enum(path, values):
                return self.enum(source.column(path), values)
            case query_tree.GlobalId(kind, has_slug):
                key = source.column("slug") if has_slug else opaque_id_sql(source.column("pk"))
                return Sql(self.dialect.global_id(kind, key))
            case query_tree.Date():
                return self.date(node, source)
            case query_tree.Object():
                return self.object(node, source)
            case query_tree.ToOne(options):
                related = [self.to_one(option, source) for option in options]
                params = tuple(param for sql in related for param in sql.params)
                return Sql(f"coalesce({', '.join(sql.text for sql in related)}, 'null')", params)
            case query_tree.ToMany(options, limit):
                return self.lists([(RelatedRows(source, option.relation), option.node) for option in options], limit)
            case query_tree.Array(items, null_column):
                column = source.column(null_column)
                text = " || ',' || ".join(self.node(item, source).text for item in items)
                return Sql(f"CASE WHEN {column} IS NULL THEN 'null' ELSE '[' || {text} || ']' END")
            case query_tree.ArrayOf():
                return self.array_of(node, source)
            case query_tree.Detail(rows, record, required, stamp):
                sql = self.single(SingleRow(rows), record, stamp)
                return sql if required else Sql(f"coalesce({sql.text}, 'null')", sql.params)
            case query_tree.RecordOfKind():
                return self.record_of_kind(node, source)
            case query_tree.NodeList(items):
                return self.node_list(items)
            case query_tree.Page() | query_tree.CountTable() | query_tree.TableList():
                return self.table(node, source)
            case _:
                return self.other_node(node, source)

    def other_node(self, node: query_tree.Node, source: RowSource | None) -> Sql:
        """A node of a chain, or of a module above this one."""
        if not isinstance(node, query_tree.CompiledNode):
            return compile_chain_node(self, node)
        sql: Sql = node.sql(self, source)
        return sql

    def table(self, node: query_tree.Page | query_tree.CountTable | query_tree.TableList, source: RowSource) -> Sql:
        if isinstance(node, query_tree.Page):
            return compile_page(self, node, source)
        if isinstance(node, query_tree.TableList):
            return self.array([compile_count_table(self, item) for item in node.items])
        return compile_count_table(self, node)

    def column(self, source: RowSource, path: str | Expression, json_type: query_tree.JsonType, null: bool) -> Sql:
        column = source.column(path)
        is_safe = json_type == "text" and isinstance(path, str) and is_json_safe(source.model, path)
        value = self.dialect.json_safe_string(column) if is_safe else self.dialect.value(column, json_type)
        if null:
            return Sql(f"coalesce({value}, 'null')")
        return Sql(value, bare=column if is_safe else "")

    def record_of_kind(self, node: query_tree.RecordOfKind, source: RowSource) -> Sql:
        cases: list[str] = []
        params: list[Any] = []
        for kind, model, record in node.options:
            sql = self.single(RecordRow(source, node.key, model), record)
            cases.append(f"WHEN {self.dialect.literal(kind)} THEN {sql.text}")
            params += sql.params
        if not cases:
            return Sql("'null'")
        return Sql(f"coalesce(CASE {source.column(node.kind)} {' '.join(cases)} END, 'null')", tuple(params))

    def counts_by(self, rows: QuerySet[Model], column: str) -> Sql:
        counts = rows.order_by(column).values(c1=F(column)).annotate(c2=Count("pk"))
        try:
            sql, params = self.django_sql(counts.query)
        except EmptyResultSet:
            return Sql("'{}'")
        item = f"{self.dialect.value('counted.c1', 'text')} || ':' || {self.dialect.value('counted.c2', 'number')}"
        joined = self.dialect.joined(item)
        return Sql(f"(SELECT '{{' || coalesce({joined}, '') || '}}' FROM ({sql}) AS counted)", tuple(params))  # noqa: S608

    def node_list(self, items: tuple[query_tree.Node, ...]) -> Sql:
        return self.array([self.rowless_node(item) for item in items])

    def rowless_node(self, node: query_tree.Node) -> Sql:
        """A node that belongs to no row, or a constant."""
        if isinstance(node, query_tree.Constant):
            return Sql(self.dialect.literal(node.json))
        return self.node(node, None)

    @staticmethod
    def array(values: list[Sql]) -> Sql:
        joined = " || ',' || ".join(sql.text for sql in values) or "''"
        return Sql(f"'[' || {joined} || ']'", tuple(param for sql in values for param in sql.params))

    def enum(self, column: str, values: tuple[tuple[str, str], ...]) -> Sql:
        literal = self.dialect.literal
        cases = " ".join(f"WHEN {literal(stored)} THEN {literal(json.dumps(value))}" for stored, value in values)
        return Sql(f"CASE {column} {cases} ELSE 'null' END")

    def date(self, node: query_tree.Date, source: RowSource) -> Sql:
        fields: list[tuple[str, query_tree.Node]] = []
        for key, part in node.parts:
            if isinstance(part, query_tree.Constant):
                fields.append((key, part))
            elif part in ("earliest", "latest"):
                fields.append((key, query_tree.Column(f"{node.path}_{part}", "day", null=True)))
            else:
                fields.append((key, query_tree.Column(node.path if part == "text" else f"{node.path}_{part}")))
        sql = self.object(query_tree.Object(tuple(fields)), source)
        return Sql(f"CASE WHEN {source.column(node.path)} IS NULL THEN 'null' ELSE {sql.text} END", sql.params)

    def to_one(self, option: query_tree.Relation, source: RowSource) -> Sql:
        joined = source.joined(option.relation)
        # For users who see drafts the visibility condition contains no join to reuse.
        if not sees_drafts(self.user) and is_implied_visible(joined.rows.model, joined.path):
            try:
                sql = self.object(option.node, joined)
            except NotJoined:
                pass
            else:
                if not source.model._meta.get_field(option.relation).null:
                    return sql
                key = source.column(f"{option.relation}_id")
                return Sql(f"CASE WHEN {key} IS NOT NULL THEN {sql.text} END", sql.params)
        return self.single(RelatedRows(source, option.relation), option.node)

    def lists(self, lists: Sequence[tuple[Any, query_tree.Object]], limit: int | None = None) -> Sql:
        """One array of the rows of several ordered querysets or relations, with ``limit`` of the first of each."""
        texts: list[str] = []
        params: list[Any] = []
        for rows, node in lists:
            source = self.source(rows.model)
            item = self.object(node, source)
            query, row_params = self.rows(rows, source, limit)
            texts.append(f"(SELECT {self.dialect.joined(item.text)} FROM ({query}) AS {source.alias})")  # noqa: S608
            params += [*item.params, *row_params]
        if len(texts) == 1:
            return Sql(f"'[' || coalesce({texts[0]}, '') || ']'", tuple(params))
        # Objects end in a brace, so rtrim removes only the comma after the last list.
        joined = " || ".join(f"coalesce({text} || ',', '')" for text in texts) or "''"
        return Sql(f"'[' || rtrim({joined}, ',') || ']'", tuple(params))

    def array_of(self, node: query_tree.ArrayOf, parent: RowSource) -> Sql:
        source = self.source(node.rows.model)
        value = self.dialect.value(source.column(node.column), "text")
        parent_lookup = {reverse_lookup(parent.model, node.relation): parent.outer("pk")}
        query, params = self.rows(node.rows.filter(**parent_lookup).order_by(node.column), source)
        return Sql(f"(SELECT {self.dialect.array(value)} FROM ({query}) AS {source.alias})", tuple(params))  # noqa: S608

    def lines(self, rows: QuerySet[Model], node: query_tree.Object, key: str, size: int) -> CompiledQuery:
        """The query of a queryset's first rows by ``key``: the last row's key, then a line of JSON per row.

        Its result is NULL when there is no row.
        """
        source = self.source(rows.model)
        item = self.object(node, source)
        newline = self.dialect.newline
        last_key = f"CAST(max({source.column(key)}) AS text)"
        query, params = self.rows(rows, source, size)
        text = self.dialect.concat([last_key, newline, self.dialect.joined(item.text, between=newline)])
        select = f"SELECT {self.dialect.result(text)} FROM ({query}) AS {source.alias}"  # noqa: S608
        return self.query(select, [*item.params, *params])

    def single(
        self,
        rows: QuerySet[Model] | RelatedRows | RecordRow | SingleRow,
        node: query_tree.Object,
        stamp: str | Expression = "",
    ) -> Sql:
        """The object of the only row, as a scalar subquery."""
        source = self.source(rows.model)
        sql = self.object(node, source)
        if stamp:
            sql = Sql(f"CAST({source.column(stamp)} AS text) || ' ' || {sql.text}", sql.params)
        query, params = self.rows(rows, source)
        return Sql(f"(SELECT {sql.text} FROM ({query}) AS {source.alias})", (*sql.params, *params))  # noqa: S608

    def source(self, model: type[Model]) -> RowSource:
        """A row source with a new alias."""
        self.alias_count += 1
        return RowSource(f"j{self.alias_count}", model)

    def rows(
        self, rows: QuerySet[Model] | RelatedRows | RecordRow | SingleRow, source: RowSource, limit: int | None = None
    ) -> tuple[str, list[Any]]:
        """SQL and parameters of a queryset or of related rows, with the selected columns."""
        if isinstance(rows, RelatedRows | RecordRow | SingleRow):
            return rows.sql(self, source, limit)
        try:
            return self.queryset_sql(rows, source, limit)
        except EmptyResultSet:
            return self.no_rows(source)

    def queryset_sql(self, rows: QuerySet[Any], source: RowSource, limit: int | None = None) -> tuple[str, list[Any]]:
        """SQL and parameters of a queryset. Raises EmptyResultSet when Django knows that no row matches."""
        source.column("pk")
        rows = rows.values(**source.selected)
        return self.django_sql((rows if limit is None else rows[:limit]).query)

    def no_rows(self, source: RowSource, annotations: Mapping[str, Any] | None = None) -> tuple[str, list[Any]]:
        """A query without rows that has the selected columns with their types; some may be ``annotations``."""
        rows = source.model._base_manager.annotate(**annotations or {})
        return self.queryset_sql(rows.filter(Exact(Value(1), Value(0))), source)

    def expression(self, expression: Expression) -> Sql:
        """An expression that refers to no row."""
        sql, params = Query(None).get_compiler(using=self.using).compile(expression)
        return Sql(sql, tuple(params))

    def django_sql(self, query: Query) -> tuple[str, list[Any]]:
        sql, params = query.get_compiler(using=self.using).as_sql(with_col_aliases=True)
        return sql, list(params)
