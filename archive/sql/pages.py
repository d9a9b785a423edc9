"""Compiles ``Page`` nodes: items with cursors, page info, links to neighbouring pages, and counts."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.sql import Query

from archive import pagination
from archive.lru import LRUCache
from archive.pagination import OPAQUE_COLUMNS
from archive.sql import query_tree
from archive.sql.opaque_ids import opaque_id_sql
from archive.sql.partitions import without_index
from archive.sql.relations import belongs_to
from archive.sql.row_sources import PARENT_KEY, RowSource, Sql, cached_sql, correlate, json_object

if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: SQL and parameters of pages' rows, bounded by the characters of the SQL.
_SQL_CACHE: LRUCache[tuple[str, list[Any]]] = LRUCache(2_000_000)


def compile_page(compiler: Compiler, page: query_tree.Page, parent: RowSource | None) -> Sql:
    """One scalar subquery that selects the page's rows and builds JSON from them."""
    return _PageCompiler(compiler, page, parent).sql()


class _PageCompiler:
    def __init__(self, compiler: Compiler, page: query_tree.Page, parent: RowSource | None) -> None:
        self.compiler, self.page, self.dialect = compiler, page, compiler.dialect
        self.source = compiler.source(page.rows.model)
        #: (Model, relation) of a page of related rows, the condition that rows belong to the parent row, and its key.
        self.relation = (parent.model, page.relation) if parent is not None and page.relation else None
        self.belonging = belongs_to(*self.relation, PARENT_KEY, compiler.user) if self.relation else None
        self.parent_key = parent.outer("pk") if parent is not None and page.relation else None
        nodes = [node for _, node in page.fields]
        info = {field for node in nodes if isinstance(node, query_tree.PageInfo) for _, field in node.fields}
        info |= {
            field for node in nodes if isinstance(node, query_tree.PageLink) for field in (node.condition, node.end)
        }
        has_ends = bool(info & {"has_previous" if page.backward else "has_next", "start", "end"})
        items = query_tree.Edge | query_tree.Object | query_tree.RecordOfKind
        self.has_items = any(isinstance(node, items) for node in nodes)
        #: Whether rows are read: a page of counts and constants alone reads none.
        self.reads_rows = has_ends or self.has_items
        #: Whether the page reads one row more than it lists.
        self.reads_extra_row = has_ends or (page.backward and self.reads_rows)
        #: Whether its rows are then materialised in a CTE and read again for the ends; else each row is numbered.
        self.materialised = (
            self.dialect.materialises_pages and self.reads_extra_row and not page.backward and not self.relation
        )
        self.numbered = self.reads_extra_row and not self.materialised

    def sql(self) -> Sql:
        content = self.field(self.page.fields[0][1]) if self.page.is_array else self.object()
        if not self.reads_rows:
            return Sql(f"({content.text})", content.params)
        rows, params = self.rows()
        if self.materialised:
            listed = f"(SELECT * FROM page LIMIT {self.page.size}) AS {self.source.alias}"  # noqa: S608
            text = f"{content.text} FROM {listed}" if self.has_items else content.text
            return Sql(f"(WITH page AS ({rows}) SELECT {text})", (*params, *content.params))
        text = f"(SELECT {content.text} FROM ({rows}) AS {self.source.alias})"  # noqa: S608
        return Sql(text, (*content.params, *params))

    def object(self) -> Sql:
        fields = self.page.fields
        return json_object(
            self.dialect,
            [(key, node if isinstance(node, query_tree.Constant) else self.field(node)) for key, node in fields],
        )

    @property
    def matching(self) -> Any:
        return self.page.rows.filter(self.belonging) if self.belonging is not None else self.page.rows

    def field(self, node: Any) -> Sql:
        match node:
            case query_tree.Count():
                return self.count()
            case query_tree.CountsBy(rows, column):
                return self.compiler.counts_by(rows, column)
            case query_tree.TableMap(items):
                return json_object(self.dialect, [(name, self.compiler.node(table, None)) for name, table in items])
            case query_tree.PageInfo(fields):
                return json_object(
                    self.dialect,
                    [
                        (key, field if isinstance(field, query_tree.Constant) else Sql(self.page_info(field)))
                        for key, field in fields
                    ],
                )
            case query_tree.PageLink(condition, end, url):
                prefix = self.compiler.expression(url)
                link = f"coalesce('\"' || {prefix.text} || {self.end_cursor(end)} || '\"', 'null')"
                return Sql(f"CASE WHEN {self.page_info(condition)} = 'true' THEN {link} ELSE 'null' END", prefix.params)
            case query_tree.Edge(fields):
                item = json_object(self.dialect, [(key, self.edge(field)) for key, field in fields])
            case _:
                item = self.compiler.node(node, self.source)
        listed = f"{self.source.alias}.n <= {self.page.size}" if self.numbered else ""
        return Sql(self.dialect.array(item.text, listed), item.params)

    def edge(self, node: query_tree.Node | query_tree.Cursor) -> query_tree.Constant | Sql:
        if isinstance(node, query_tree.Constant):
            return node
        if isinstance(node, query_tree.Cursor):
            return Sql(f"'\"' || {self.cursor()} || '\"'")
        return self.compiler.node(node, self.source)

    def cursor(self) -> str:
        """SQL of the row's cursor, equal to ``pagination.encode_cursor``."""
        fields, descending = self.page.order
        head = json.dumps([self.page.kind, [*fields], int(descending)], separators=(",", ":"))
        values = []
        for path in fields:
            json_type: query_tree.JsonType = (
                "number" if pagination.is_number(path) else "moment" if path == "updated_at" else "text"
            )
            column = self.source.column(path)
            values.append(self.dialect.value(opaque_id_sql(column) if path in OPAQUE_COLUMNS else column, json_type))
        parts = [self.dialect.literal(head[:-1] + ",["), " || ',' || ".join(values), "']]'"]
        return self.dialect.cursor(self.dialect.concat(parts))

    def count(self) -> Sql:
        try:
            sql, params = self.compiler.django_sql(self.matching.order_by().values("pk").query)
        except EmptyResultSet:
            return Sql("'0'")
        return Sql(f"(SELECT CAST(count(*) AS text) FROM ({self.correlated(sql)}) AS counted)", tuple(params))  # noqa: S608

    def page_info(self, field: query_tree.PageInfoField) -> str:
        page = self.page
        if field == ("has_previous" if page.backward else "has_next"):
            count = "(SELECT count(*) FROM page)" if self.materialised else "count(*)"
            return f"CASE WHEN {count} > {page.size} THEN 'true' ELSE 'false' END"
        if field in ("has_next", "has_previous"):
            position = page.before if field == "has_next" else page.after
            return "'true'" if position is not None else "'false'"
        return f"coalesce('\"' || {self.end_cursor(field)} || '\"', 'null')"

    def end_cursor(self, end: str) -> str:
        """The cursor of the page's first (``start``) or last row; null for an empty page."""
        alias, size = self.source.alias, self.page.size
        if not size:
            return "max(CAST(NULL AS text))"  # an aggregate like the others, so that the result has one row
        if self.materialised:
            offset = "0" if end == "start" else f"min((SELECT count(*) FROM page), {size}) - 1"  # noqa: S608
            return f"(SELECT {self.cursor()} FROM page AS {alias} LIMIT 1 OFFSET {offset})"  # noqa: S608
        if (end == "start") != self.page.backward:
            return self.dialect.first(self.cursor(), alias)
        return self.dialect.last(self.cursor(), alias, size)

    def rows(self) -> tuple[str, list[Any]]:
        """The page's rows in order, numbered as ``n`` if needed."""
        sql, params = self.cached_rows(self.page.size + int(self.reads_extra_row))
        if self.numbered:
            sql = f"SELECT r.*, row_number() OVER () AS n{self.dialect.row_count_column} FROM ({sql}) AS r"  # noqa: S608
        if self.page.backward:
            sql = f"SELECT b.* FROM ({sql}) AS b ORDER BY b.n DESC"  # noqa: S608
        return sql, params

    def correlated(self, sql: str) -> str:
        return correlate(self.parent_key, sql, self.compiler.using) if self.parent_key else sql

    def cached_rows(self, limit: int) -> tuple[str, list[Any]]:
        """The cached ``first_rows``. Equal requests have the same prepared querysets, which are part of the key."""
        page = self.page
        # The union of partitions has the row source's alias in its SQL.
        alias = self.source.alias if page.partitions else ""
        window = page.order, page.after, page.before, page.backward, limit
        key = (page.rows, self.relation, page.partitions, *window, self.compiler.using, alias)
        sql, params = cached_sql(_SQL_CACHE, self.source, key, partial(self.first_rows, limit))
        return self.correlated(sql), params

    def first_rows(self, limit: int) -> tuple[str, list[Any]]:
        """The first rows of the list: the first of the union of each partition's first rows."""
        page, source = self.page, self.source
        if page.relation or not page.partitions:
            rows = self.within_cursors(self.matching, page.order)
            return self.compiler.rows(rows.order_by(*pagination.ordering(page.order, page.backward)), source, limit)
        for path in page.order[0]:
            source.column(path)  # before the first partition is compiled: all have the same columns
        queries = []
        for partition in page.partitions:
            order = partition.order_paths or page.order[0], page.order[1]
            varying = tuple(path for path in order[0] if not _is_constant(partition.rows, path)), order[1]
            first, *others = pagination.ordering(varying, page.backward)
            with suppress(EmptyResultSet):
                rows = self.within_cursors(partition.rows, order)
                rows = rows.order_by(without_index(first) if partition.sorted else first, *others)
                queries.append(self.guarded(rows, partition.guard, limit))
        if not queries:
            return self.compiler.no_rows(source, page.partitions[0].rows.query.annotations)
        union = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _ in queries)  # noqa: S608
        direction = " DESC" if page.order[1] != page.backward else ""
        columns = ", ".join(source.column(path) + direction for path in page.order[0])
        sql = f"SELECT * FROM ({union}) AS {source.alias} ORDER BY {columns} LIMIT {limit}"  # noqa: S608
        return sql, [param for _, params in queries for param in params]

    def guarded(self, rows: QuerySet[Any], guard: Q | None, limit: int) -> tuple[str, list[Any]]:
        """The first rows, or none without the guard.

        SQLite checks a condition at each row even if it refers to none, but computes the limit before the first. For
        PostgreSQL, which would expect a tenth of the rows of a computed limit, it is a condition.
        """
        if guard is not None and self.dialect.evaluates_constants_once:
            rows, guard = rows.filter(guard), None
        if guard is None:
            return self.compiler.queryset_sql(rows, self.source, limit)
        sql, params = self.compiler.queryset_sql(rows, self.source, limit)
        number = Case(When(guard, then=Value(limit)), default=Value(0)).resolve_expression(Query(rows.model))
        limited = self.compiler.expression(number)
        return f"{sql.removesuffix(f' LIMIT {limit}')} LIMIT {limited.text}", [*params, *limited.params]

    def within_cursors(self, rows: QuerySet[Any], order: pagination.Order) -> Any:
        """The rows after, or before, the page's cursors."""
        if self.page.after is not None:
            rows = rows.filter(pagination.after_position(order, self.page.after))
        if self.page.before is not None:
            rows = rows.filter(pagination.after_position(order, self.page.before, backward=True))
        return rows


def _is_constant(rows: QuerySet[Any], path: str) -> bool:
    """Whether all rows have the same value there; SQLite reads no index in order behind such a column."""
    return isinstance(rows.query.annotations.get(path), Value)
