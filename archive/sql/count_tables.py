"""Compiles ``CountTable`` nodes: numbers of rows by one or two groupings, as one scalar subquery of CTEs.

The rows are aggregated once by their keys (``cells``). A period's key of a date that lies in no single period is its
sort key, so dates with the same bounds are one row of ``cells``; their shares of the periods are computed from there
(``archive.sql.date_histogram``). The most frequent keys have the places 1, 2, ... of the result; all others share
one place.
"""

# ruff: noqa: S608 (the SQL is made of aliases and column names, and of SQL that Django compiled)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive.sql import query_tree
from archive.sql.date_histogram import DateCounts
from archive.sql.groupings import Grouping, PeriodGrouping, RecordGrouping, WordGrouping
from archive.sql.periods import FIRST_SORT, PeriodSql, period_sql
from archive.sql.row_sources import RowSource, Sql, json_object

if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: Places of the keys beyond the limit, and of rows without a key.
REST, NONE = 1_000_000_000, 1_000_000_001


def compile_count_table(compiler: Compiler, table: query_tree.CountTable) -> Sql:
    return _TableCompiler(compiler, table).sql()


class _TableCompiler:
    def __init__(self, compiler: Compiler, table: query_tree.CountTable) -> None:
        self.compiler, self.table, self.dialect = compiler, table, compiler.dialect
        self.ctes: list[tuple[str, Sql]] = []
        self.period: PeriodSql | None = None
        for grouping in table.groupings:
            if isinstance(grouping, PeriodGrouping):
                self.period = period_sql(grouping.unit, compiler.dialect.vendor)
        self.is_multiple = any(grouping.is_multiple for grouping in table.groupings)

    def sql(self) -> Sql:
        self.add_cells()
        self.add_records()
        for number, grouping in enumerate(self.table.groupings):
            if not isinstance(grouping, PeriodGrouping):
                self.add_keys(number, grouping)
        self.add_counted()
        content = json_object(self.dialect, [(key, self.field(node)) for key, node in self.table.fields])
        ctes = ", ".join(f"{name} AS ({sql.text})" for name, sql in self.ctes)
        params = tuple(param for _, sql in self.ctes for param in sql.params)
        return Sql(f"(WITH RECURSIVE {ctes} SELECT {content.text})", (*params, *content.params))

    def add(self, name: str, text: str, params: tuple[Any, ...] = ()) -> None:
        self.ctes.append((name, Sql(text, params)))

    def add_cells(self) -> None:
        """``cells``: the keys k0 and k1 of rows, and the number n of rows that have them."""
        source = self.compiler.source(self.table.rows.model)
        keys, joins = [], Sql("")
        for number, grouping in enumerate(self.table.groupings):
            key, join = self.key(number, grouping, source)
            keys.append(f"{key} AS k{number}")
            joins = Sql(joins.text + join.text, joins.params + join.params)
        query, params = self.compiler.rows(self.table.rows.order_by(), source)
        select = ", ".join(keys)
        rows = f"FROM ({query}) AS {source.alias}{joins.text}"
        places = ", ".join(str(number + 1) for number in range(len(keys)))
        if self.is_multiple:  # a row may lead to a key by several link rows
            select = ", ".join(f"k{number}" for number in range(len(keys)))
            rows = f"FROM (SELECT DISTINCT {source.column('pk')}, {', '.join(keys)} {rows}) AS pairs"
        self.add("cells", f"SELECT {select}, count(*) AS n {rows} GROUP BY {places}", (*params, *joins.params))

    def key(self, number: int, grouping: Grouping, source: RowSource) -> tuple[str, Sql]:
        """The key of the rows as SQL, and the join that gives it."""
        if isinstance(grouping, PeriodGrouping):
            return self.period_key(grouping, source), Sql("")
        if isinstance(grouping, RecordGrouping):
            self.add_names(number, grouping)
        if grouping.links:
            links = self.links(number, grouping)
            alias = f"links{number}"
            join = f" LEFT JOIN ({links.text}) AS {alias} ON {alias}.record = {source.column(grouping.to)}"
            return f"{alias}.key", Sql(join, links.params)
        if isinstance(grouping, RecordGrouping):
            return source.column(grouping.path), Sql("")
        return f"nullif({source.column(grouping.source)}, '')", Sql("")

    def period_key(self, grouping: PeriodGrouping, source: RowSource) -> str:
        assert self.period is not None  # noqa: S101
        columns = (source.column(f"{grouping.field}_{suffix}") for suffix in ("sort", "earliest", "latest"))
        return self.period.group_key(*columns)

    def add_names(self, number: int, grouping: RecordGrouping) -> None:
        """``names``: key, value and label of the visible records. ``tree``: each node with all nodes above it."""
        names = self.union(grouping.names, "key, value, label")
        self.add(f"names{number}", names.text, names.params)
        if grouping.tree is None:
            return
        query, params = self.compiler.django_sql(grouping.tree.query)
        self.add(f"nodes{number}", query, tuple(params))
        name, nodes = f"tree{number}", f"nodes{number}"
        joins = f"JOIN {nodes} AS own ON own.node = {name}.top JOIN {nodes} AS up ON up.node = own.above"
        step = f"SELECT {name}.node, up.node FROM {name} {joins}"
        self.add(f"{name}(node, top)", f"SELECT node, node FROM {nodes} UNION {step}")

    def links(self, number: int, grouping: WordGrouping | RecordGrouping) -> Sql:
        """Pairs of ``record`` and ``key``."""
        union = self.union(grouping.links, "record, key")
        if isinstance(grouping, WordGrouping) or grouping.tree is None:
            return union
        tree, names = f"tree{number}", f"names{number}"
        joins = f"JOIN {tree} ON {tree}.node = pairs.key JOIN {names} ON {names}.key = {tree}.top"
        return Sql(f"SELECT pairs.record, {tree}.top AS key FROM ({union.text}) AS pairs {joins}", union.params)

    def union(self, querysets: tuple[Any, ...], columns: str) -> Sql:
        queries = [self.compiler.django_sql(rows.order_by().query) for rows in querysets]
        text = " UNION ALL ".join(f"SELECT {columns} FROM ({query}) AS part" for query, _ in queries)
        return Sql(text, tuple(param for _, params in queries for param in params))

    def add_records(self) -> None:
        """``records``: the number n of rows, by the period's key k if there is a period."""
        key = next(
            (number for number, item in enumerate(self.table.groupings) if isinstance(item, PeriodGrouping)), None
        )
        if not self.is_multiple:
            column = "NULL" if key is None else f"k{key}"
            by = "" if key is None else " GROUP BY 1"
            self.add("records", f"SELECT {column} AS k, {_total('n')} AS n FROM cells{by}")
            return
        source = self.compiler.source(self.table.rows.model)
        column = "NULL"
        if key is not None:
            column = self.period_key(self.table.groupings[key], source)  # type: ignore[arg-type]
        query, params = self.compiler.rows(self.table.rows.order_by(), source)
        by = "" if key is None else " GROUP BY 1"
        text = f"SELECT {column} AS k, count(*) AS n FROM ({query}) AS {source.alias}{by}"
        self.add("records", text, tuple(params))

    def add_keys(self, number: int, grouping: WordGrouping | RecordGrouping) -> None:
        """``keys``: the visible keys by frequency, each with its place, value and label."""
        totals = f"SELECT k{number} AS key, {_total('n')} AS n FROM cells WHERE k{number} IS NOT NULL GROUP BY 1"
        place = "row_number() OVER (ORDER BY n DESC, {} {}) AS place"
        if isinstance(grouping, WordGrouping):
            place = place.format("key", self.dialect.bytewise)
            self.add(f"keys{number}", f"SELECT key, key AS value, key AS label, {place} FROM ({totals}) AS totals")
            return
        names = f"names{number}"
        place = place.format("value", self.dialect.bytewise)
        join = f"JOIN {names} ON {names}.key = totals.key"
        self.add(f"keys{number}", f"SELECT totals.key, value, label, {place} FROM ({totals}) AS totals {join}")

    def add_counted(self) -> None:
        """``counted``: the count of each pair of places p0 and p1; a period's place is its number."""
        columns, joins = [], ""
        for number, grouping in enumerate(self.table.groupings):
            column = f"k{number}"
            if not isinstance(grouping, PeriodGrouping):
                joins += f" LEFT JOIN keys{number} ON keys{number}.key = k{number}"
                place = f"keys{number}.place"
                listed = f"WHEN {place} > {self.table.limit} THEN {REST} ELSE {place} END"
                column = f"CASE WHEN {place} IS NULL THEN {NONE} {listed}"
            columns.append(f"{column} AS p{number}")
        by = ", ".join(str(number + 1) for number in range(len(columns)))
        grouped = f"SELECT {', '.join(columns)}, {_total('n')} AS n FROM cells{joins} GROUP BY {by}"
        if self.period is None:
            self.add("counted", grouped)
            return
        self.add("grouped", grouped)
        dates = self.dates()
        for name, sql in dates.ctes():
            self.ctes.append((name, sql))

    def dates(self) -> DateCounts:
        assert self.period is not None  # noqa: S101
        assert self.table.range is not None  # noqa: S101
        places = [f"p{number}" for number, item in enumerate(self.table.groupings)]
        at = next(number for number, item in enumerate(self.table.groupings) if isinstance(item, PeriodGrouping))
        bounds = tuple(self.compiler.expression(bound) for bound in self.table.range)
        return DateCounts(self.dialect, self.period, self.table.mode, places, places[at], bounds)

    def field(self, node: Any) -> query_tree.Constant | Sql:
        match node:
            case query_tree.Constant():
                return node
            case query_tree.CountRows(fields):
                return self.rows(fields)
            case "total":
                return Sql(f"(SELECT CAST(coalesce({_total('n')}, 0) AS text) FROM records)")
            case _ if self.period is None:
                return query_tree.Constant("null")
            case "outside":
                return self.dates().outside()
            case _:
                condition = {
                    "vague": f"k >= {FIRST_SORT} AND k %% {FIRST_SORT} > 0",
                    "open": f"k < 0 OR (k >= {FIRST_SORT} AND k %% {FIRST_SORT} = 0)",
                    "undated": "k IS NULL",
                }[node]
                return Sql(f"(SELECT CAST(coalesce({_total('n')}, 0) AS text) FROM records WHERE {condition})")

    def rows(self, fields: tuple[tuple[str, Any], ...]) -> Sql:
        """The array of the table's rows."""
        item = json_object(self.dialect, [(key, self.row_field(node)) for key, node in fields])
        order = ", ".join(f"p{number}" for number, _ in enumerate(self.table.groupings))
        joins = "".join(
            f" LEFT JOIN keys{number} ON keys{number}.place = p{number}"
            for number, grouping in enumerate(self.table.groupings) if not isinstance(grouping, PeriodGrouping)
        )  # fmt: skip
        ordered = f"SELECT counted.*{self.selected_keys()} FROM counted{joins} ORDER BY {order}"
        return Sql(f"(SELECT {self.dialect.array(item.text)} FROM ({ordered}) AS item)", item.params)

    def selected_keys(self) -> str:
        numbers = (number for number, item in enumerate(self.table.groupings) if not isinstance(item, PeriodGrouping))
        return "".join(f", keys{number}.value AS v{number}, keys{number}.label AS l{number}" for number in numbers)

    def row_field(self, node: object) -> query_tree.Constant | Sql:
        match node:
            case query_tree.Constant():
                return node
            case "count":
                is_share = self.period is not None and self.table.mode == "spread"
                return Sql(self.dialect.share("n") if is_share else "CAST(n AS text)")
            case query_tree.CountKeys():
                keys = [self.row_key(number, node).text for number, _ in enumerate(self.table.groupings)]
                return Sql("'[' || " + " || ',' || ".join(keys) + " || ']'")
            case _:
                raise TypeError(f"field of a count: got {node}, expected 'count' or keys")

    def row_key(self, number: int, node: query_tree.CountKeys) -> Sql:
        grouping = self.table.groupings[number]
        if isinstance(grouping, PeriodGrouping):
            return json_object(
                self.dialect, [(key, self.period_field(f"p{number}", part, node)) for key, part in node.fields]
            )
        return json_object(
            self.dialect, [(key, self.key_field(number, grouping, part, node)) for key, part in node.fields]
        )

    def period_field(self, place: str, part: object, node: query_tree.CountKeys) -> query_tree.Constant | Sql:
        assert self.period is not None  # noqa: S101
        match part:
            case query_tree.Constant():
                return part
            case "kind":
                return query_tree.Constant(f'"{node.kinds[0]}"')
            case "value":
                text = self.period.value(place)
            case "label":
                text = self.period.label(place)
            case "earliest":
                text = self.period.day_text(self.period.start(place))
            case _:
                text = self.period.day_text(self.period.end(place))
        return Sql(f"'\"' || {text} || '\"'")

    def key_field(
        self, number: int, grouping: WordGrouping | RecordGrouping, part: object, node: query_tree.CountKeys
    ) -> query_tree.Constant | Sql:
        place = f"p{number}"
        match part:
            case query_tree.Constant():
                return part
            case "kind":
                value, rest, none = (self.dialect.literal(f'"{kind}"') for kind in node.kinds)
                return Sql(f"CASE {place} WHEN {REST} THEN {rest} WHEN {NONE} THEN {none} ELSE {value} END")
            case "value" | "label":
                return Sql(f"coalesce({self.key_text(number, grouping, part)}, 'null')")
            case _:
                return query_tree.Constant("null")

    def key_text(self, number: int, grouping: WordGrouping | RecordGrouping, part: str) -> str:
        column = f"{'v' if part == 'value' else 'l'}{number}"
        text = self.dialect.value(column, "text")
        # A place without a key has NULL, which json_quote would turn into the text null.
        if isinstance(grouping, WordGrouping) and grouping.words:
            texts = {stored: value if part == "value" else label for stored, value, label in grouping.words}
            literal = self.dialect.literal
            cases = " ".join(
                f"WHEN {literal(stored)} THEN {literal(json.dumps(word))}" for stored, word in texts.items()
            )
            text = f"CASE {column} {cases} ELSE {text} END"
        return f"CASE WHEN {column} IS NOT NULL THEN {text} END"


def _total(column: str) -> str:
    """A sum of whole numbers; PostgreSQL's sum of bigint is numeric."""
    return f"CAST(sum({column}) AS bigint)"
