"""Compiles ``Page`` nodes: items with cursors, page info, links to neighbouring pages, and counts."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet

from archive import pagination
from archive.lru import LRUCache
from archive.sql import query_tree
from archive.sql.partitions import without_index
from archive.sql.relations import belongs_to
from archive.sql.row_sources import PARENT_KEY, RowSource, Sql, cached_sql, correlate, json_object

if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: SQL and parameters of pages' rows, bounded by the characters of the SQL.
_SQL_CACHE: LRUCache[tuple[str, list[Any]]] = LRUCache(2_000_000)


def compile_page(compiler: Compiler, page: query_tree.Page, around: RowSource | None) -> Sql:
    """One scalar subquery that selects the page's rows and builds JSON from them."""
    return _PageCompiler(compiler, page, around).sql()


class _PageCompiler:
    def __init__(self, compiler: Compiler, page: query_tree.Page, around: RowSource | None) -> None:
        self.compiler, self.page, self.dialect = compiler, page, compiler.dialect
        self.level = compiler.level(page.rows.model)
        #: (Model, relation) of a page of related rows, the condition that rows belong to the parent row, and its key.
        self.back = (around.model, page.relation) if around is not None and page.relation else None
        self.belonging = belongs_to(*self.back, PARENT_KEY, compiler.user) if self.back else None
        self.around = around.outer("pk") if around is not None and page.relation else None
        facts = {fact for _, one in page.fields if isinstance(one, query_tree.PageInfo) for _, fact in one.fields}
        facts |= {
            fact for _, one in page.fields if isinstance(one, query_tree.PageLink) for fact in (one.fact, one.end)
        }
        ends = bool(facts & {"has_previous" if page.backward else "has_next", "start", "end"})
        self.lists = any(isinstance(one, query_tree.Edge | query_tree.Object) for _, one in page.fields)
        #: Whether rows are read: a page of counts and constants alone reads none.
        self.reads = ends or self.lists
        #: Whether the page reads one row more than it lists.
        self.looks_beyond = ends or (page.backward and self.reads)
        #: Whether its rows are then materialised in a CTE and read again for the ends; else each row is numbered.
        self.copied = self.dialect.copies and self.looks_beyond and not page.backward and not self.back
        self.numbered = self.looks_beyond and not self.copied

    def sql(self) -> Sql:
        made = json_object(
            self.dialect,
            [(key, one if isinstance(one, query_tree.Constant) else self.field(one)) for key, one in self.page.fields],
        )
        if not self.reads:
            return Sql(f"({made.text})", made.params)
        source, given = self.source()
        if self.copied:
            shown = f"(SELECT * FROM page LIMIT {self.page.size}) AS {self.level.alias}"  # noqa: S608
            text = f"{made.text} FROM {shown}" if self.lists else made.text
            return Sql(f"(WITH page AS ({source}) SELECT {text})", (*given, *made.params))
        return Sql(f"(SELECT {made.text} FROM ({source}) AS {self.level.alias})", (*made.params, *given))  # noqa: S608

    @property
    def matching(self) -> Any:
        return self.page.rows.filter(self.belonging) if self.belonging is not None else self.page.rows

    def field(self, field: Any) -> Sql:
        match field:
            case query_tree.Count():
                return self.total()
            case query_tree.PageInfo(facts):
                return json_object(
                    self.dialect,
                    [(key, one if isinstance(one, query_tree.Constant) else Sql(self.fact(one))) for key, one in facts],
                )
            case query_tree.PageLink(fact, end, address):
                to = self.compiler.expression(address)
                link = f"coalesce('\"' || {to.text} || {self.place(end)} || '\"', 'null')"
                return Sql(f"CASE WHEN {self.fact(fact)} = 'true' THEN {link} ELSE 'null' END", to.params)
            case query_tree.Edge(fields):
                made = json_object(self.dialect, [(key, self.edge(one)) for key, one in fields])
            case _:
                made = self.compiler.object(field, self.level)
        shown = f"{self.level.alias}.n <= {self.page.size}" if self.numbered else ""
        return Sql(self.dialect.array(made.text, shown), made.params)

    def edge(self, field: query_tree.Object | query_tree.Cursor | query_tree.Constant) -> query_tree.Constant | Sql:
        if isinstance(field, query_tree.Constant):
            return field
        if isinstance(field, query_tree.Cursor):
            return Sql(f"'\"' || {self.cursor()} || '\"'")
        return self.compiler.object(field, self.level)

    def cursor(self) -> str:
        """SQL of the row's cursor, equal to ``pagination.encode_cursor``."""
        fields, descending = self.page.order
        head = json.dumps([self.page.kind, [*fields], int(descending)], separators=(",", ":"))
        values = []
        for path in fields:
            form: query_tree.JsonType = (
                "number" if pagination.is_number(path) else "moment" if path == "updated_at" else "text"
            )
            values.append(self.dialect.value(self.level.column(path), form))
        listed = [self.dialect.literal(head[:-1] + ",["), " || ',' || ".join(values), "']]'"]
        return self.dialect.cursor(self.dialect.concat(listed))

    def total(self) -> Sql:
        try:
            sql, params = self.compiler.compiled(self.matching.order_by().values("pk").query)
        except EmptyResultSet:
            return Sql("'0'")
        return Sql(f"(SELECT CAST(count(*) AS text) FROM ({self.placed(sql)}) AS counted)", tuple(params))  # noqa: S608

    def fact(self, fact: query_tree.PageInfoField) -> str:
        size, page = self.page.size, self.page
        if fact == ("has_previous" if page.backward else "has_next"):
            rows = "(SELECT count(*) FROM page)" if self.copied else "count(*)"
            return f"CASE WHEN {rows} > {size} THEN 'true' ELSE 'false' END"
        if fact in ("has_next", "has_previous"):
            given = page.before if fact == "has_next" else page.after
            return "'true'" if given is not None else "'false'"
        return f"coalesce('\"' || {self.place(fact)} || '\"', 'null')"

    def place(self, end: str) -> str:
        """The cursor of the page's first (``start``) or last row; null for an empty page."""
        alias, size = self.level.alias, self.page.size
        if not size:
            return "max(CAST(NULL AS text))"  # an aggregate like the others, so that the result has one row
        if self.copied:
            before = "0" if end == "start" else f"min((SELECT count(*) FROM page), {size}) - 1"  # noqa: S608
            return f"(SELECT {self.cursor()} FROM page AS {alias} LIMIT 1 OFFSET {before})"  # noqa: S608
        if (end == "start") != self.page.backward:
            return self.dialect.first(self.cursor(), alias)
        return self.dialect.last(self.cursor(), alias, size)

    def source(self) -> tuple[str, list[Any]]:
        """The page's rows in order, numbered as ``n`` if needed."""
        sql, params = self.kept(self.page.size + int(self.looks_beyond))
        if self.numbered:
            sql = f"SELECT r.*, row_number() OVER () AS n{self.dialect.counted} FROM ({sql}) AS r"  # noqa: S608
        if self.page.backward:
            sql = f"SELECT b.* FROM ({sql}) AS b ORDER BY b.n DESC"  # noqa: S608
        return sql, params

    def placed(self, sql: str) -> str:
        return correlate(self.around, sql, self.compiler.using) if self.around else sql

    def kept(self, size: int) -> tuple[str, list[Any]]:
        """The cached ``first``. Prepared querysets are the same object for equal requests, and so part of the key."""
        page = self.page
        # The union of partitions has the row source's alias in its SQL.
        alias = self.level.alias if page.partitions else ""
        asked = page.rows, self.back, page.partitions, page.order, page.after, page.before, page.backward, size
        key = (*asked, self.compiler.using, alias)
        sql, params = cached_sql(_SQL_CACHE, self.level, key, partial(self.first, size))
        return self.placed(sql), params

    def first(self, size: int) -> tuple[str, list[Any]]:
        """The first rows of the list: the first of the union of each partition's first rows."""
        page = self.page
        if page.relation or not page.partitions:
            rows = self.beyond(self.matching, page.order).order_by(*pagination.ordering(page.order, page.backward))
            return self.compiler.rows(rows, self.level, size)
        for path in page.order[0]:
            self.level.column(path)  # before the first partition is compiled: all have the same columns
        found = []
        for partition in page.partitions:
            order = partition.order_paths or page.order[0], page.order[1]
            first, *others = pagination.ordering(order, page.backward)
            with suppress(EmptyResultSet):
                rows = self.beyond(partition.rows, order).order_by(
                    without_index(first) if partition.sorted else first, *others
                )
                found.append(self.compiler.chosen(rows, self.level, size))
        if not found:
            return self.compiler.nothing(self.level)
        together = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _ in found)  # noqa: S608
        way = " DESC" if page.order[1] != page.backward else ""
        places = ", ".join(self.level.column(path) + way for path in page.order[0])
        sql = f"SELECT * FROM ({together}) AS {self.level.alias} ORDER BY {places} LIMIT {size}"  # noqa: S608
        return sql, [param for _, params in found for param in params]

    def beyond(self, rows: Any, order: pagination.Order) -> Any:
        """Those after, or before, the places in the order that the page was asked with."""
        if self.page.after is not None:
            rows = rows.filter(pagination.after_position(order, self.page.after))
        if self.page.before is not None:
            rows = rows.filter(pagination.after_position(order, self.page.before, backward=True))
        return rows
