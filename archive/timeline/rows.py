"""SQL of a timeline's records: the period, the columns of its grid, and the cells in which the records are.

Each function returns common table expressions. A record's days are ordinals (``date.toordinal``); an open start is 0
and an open end is ``OPEN_END``. The columns are a power of two days wide and counted from day 0, so that they stay
where they are when the period moves. A record wider than a column belongs to the cell, of two, four, eight, ...
columns, in which its part of the period begins.

A record's key ``r`` is made of its id and kind, a cell's key ``c`` of its lane, level and place: PostgreSQL takes joins
by several computed columns for joins of a few rows, and would choose nested loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import F, Q

from archive.bind_parameters import number_param
from archive.dates import SORT_BLANK
from archive.dates.value import WIDTH
from archive.filters.prepared_query import PreparedQuery
from archive.models import Event, Statement
from archive.sql.compiler import Compiler
from archive.sql.relations import visible_related
from archive.sql.row_sources import Sql
from archive.timeline.lanes import MemberSql, laned
from archive.timeline.params import TimelineParams
from archive.visibility import Viewer

#: Records of a lane in a column that are shown by themselves; columns of one day show as many per ``COLUMN_PIXELS``.
MAX_PER_COLUMN = 3
OPEN_END = 4_000_000
#: Kind of record -> its number in the SQL.
KIND_NUMBERS = {"event": 0, "statement": 1}
MODELS: dict[int, Any] = {0: Event, 1: Statement}
#: The rank of a record in its cell is the number of its links times this, less the sort key of its date.
_SORT_RANGE = 2**46
_MAX_LINKS = 60_000
_MAX_DOUBLINGS = 22
#: In the key of a cell: what the number of a lane and the level, the doublings of a column, are multiplied by.
LANE_UNIT, LEVEL_UNIT = 2**40, 2**32
Ctes = list[tuple[str, Sql]]


@dataclass(frozen=True, slots=True)
class RowsSql:
    """Builds the common table expressions of a request; ``prefix`` is that of its bind parameters."""

    compiler: Compiler
    params: TimelineParams
    queries: Mapping[str, PreparedQuery]
    prefix: str

    def ctes(self) -> Ctes:
        """``matched`` to ``best``, in the order in which they refer to each other."""
        members = MemberSql(self.compiler, self.params.lanes, self.kinds)
        return [
            ("matched", self.matched()), *self.window(), *members.ctes(),
            ("placed", Sql(_PLACED.format(laned=laned(self.params.lanes)))), *_CELLS,
            ("link", self.links()), *_BEST,
        ]  # fmt: skip

    @property
    def kinds(self) -> list[str]:
        """The kinds of records that are placed in lanes."""
        return [kind for kind in self.queries if kind in KIND_NUMBERS]

    def matched(self) -> Sql:
        """The events and statements with their first and last day."""
        texts, params = [_NO_RECORDS], []
        for kind in self.kinds:
            for rows in self._parts(kind):
                columns = {"r_id": F("pk"), "r_sort": F("date_sort"), "r_class": F("classification")}
                spans = rows.order_by().values(**columns, r_from=F("date_earliest"), r_to=F("date_latest"))
                sql, row_params = self.compiler.django_sql(spans.query)
                texts.append(_SPANS.format(kind=KIND_NUMBERS[kind], sql=sql))
                params += row_params
        return Sql(" UNION ALL ".join(texts), tuple(params))

    def _parts(self, kind: str) -> list[Any]:
        """The rows in disjoint parts that indexes serve: those that begin before the period, and the others."""
        rows, conditions = self.queries[kind].rows, self.params.parts_by_start(f"{self.prefix}{kind}.")
        return [rows.filter(condition) for condition in conditions or (Q(),)]

    def window(self) -> Ctes:
        """``win`` has one row: the first and last day of the period, the days of a column, the records that it shows.

        MATERIALIZED, for PostgreSQL would repeat the expressions of one step wherever the next names them.
        """
        start, end, columns, width = (self._number(name) for name in ("from", "to", "columns", "width"))
        known: Ctes = []
        lo, hi = "lo", "hi"
        if self.params.start is None or self.params.end is None:
            known = [("known MATERIALIZED", self.known_days())]
        if self.params.start is None:
            start, lo = Sql("(SELECT lo FROM known)"), "CASE WHEN lo > hi OR lo IS NULL THEN hi ELSE lo END"
        if self.params.end is None:
            end, hi = Sql("(SELECT hi FROM known)"), "CASE WHEN hi < lo OR hi IS NULL THEN lo ELSE hi END"
        period = (
            f"SELECT {lo} AS lo, {hi} AS hi, {columns.text} AS columns, {width.text} AS width "
            f"FROM (SELECT {start.text} AS lo, {end.text} AS hi) AS ends"
        )
        return [
            *known,
            ("period MATERIALIZED", Sql(period, (*columns.params, *width.params, *start.params, *end.params))),
            ("grid MATERIALIZED", Sql(_GRID)),
            ("win MATERIALIZED", Sql(_WINDOW)),
        ]

    def known_days(self) -> Sql:
        """The first and last known day of the records; NULL without any."""
        texts = [f"SELECT min(sort) / {WIDTH} AS lo, max({_LAST_KNOWN}) AS hi FROM matched"]
        params: list[Any] = []
        if "measure" in self.queries:
            rows = self.queries["measure"].rows.filter(in_force__isnull=False).order_by()
            days = rows.values(r_sort=F("in_force_sort"), r_day=F("in_force_latest"))
            sql, params = self.compiler.django_sql(days.query)
            last = f"coalesce({self._ordinal('r_day')}, r_sort / {WIDTH})"
            texts.append(f"SELECT min(r_sort) / {WIDTH}, max({last}) FROM ({sql}) AS spans")
        text = f"SELECT min(lo) AS lo, max(hi) AS hi FROM ({' UNION ALL '.join(texts)}) AS days"
        return Sql(text, tuple(params))

    def _ordinal(self, day: str) -> str:
        if connections[self.compiler.using].vendor == "postgresql":
            return f"({day} - DATE '0001-01-01' + 1)"
        return f"CAST(julianday({day}) - 1721424.5 AS integer)"

    def _number(self, name: str) -> Sql:
        return self.compiler.expression(number_param(f"{self.prefix}{name}"))

    def links(self) -> Sql:
        """The number of links of each record in a dense cell to visible records."""
        texts, params = ["SELECT 0 AS r WHERE 1 = 0"], []
        for kind in self.kinds:
            for rows in _linked(kind, self.compiler.user):
                sql, link_params = self.compiler.django_sql(rows.query)
                texts.append(_LINKED.format(kind=KIND_NUMBERS[kind], sql=sql))
                params += link_params
        return Sql(f"SELECT r, count(*) AS links FROM ({' UNION ALL '.join(texts)}) AS ends GROUP BY r", tuple(params))


def _linked(kind: str, user: Viewer) -> list[Any]:
    """Querysets of a row for each link of a record, which ``l_id`` names: relations, or answers to and by it."""
    if kind == "event":
        return [
            visible_related(Event, relation, user).order_by().values(l_id=F(column))
            for relation, column in (("relations", "from_event"), ("related_from", "to_event"))
        ]
    answers, visible = Statement.in_reply_to.through.objects, Statement.objects.visible_to(user).order_by().values("pk")  # type: ignore[attr-defined]
    return [
        answers.filter(**{f"{other}__in": visible}).order_by().values(l_id=F(column))
        for column, other in (("from_statement", "to_statement"), ("to_statement", "from_statement"))
    ]


# The SQL below consists of constants of this module.

_POWERS = ", ".join(f"({2**number})" for number in range(_MAX_DOUBLINGS))
_GRID = (
    f"SELECT period.*, (SELECT min(column1) FROM (VALUES {_POWERS}) AS powers "
    "WHERE column1 * columns >= hi - lo + 1) AS size FROM period"
)
_WINDOW = (
    f"SELECT lo, hi, width, size, CASE WHEN size = 1 AND columns > hi - lo + 1 "
    f"THEN {MAX_PER_COLUMN} * columns / (hi - lo + 1) ELSE {MAX_PER_COLUMN} END AS permitted FROM grid"
)
_LAST_KNOWN = f"CASE WHEN last < {OPEN_END} THEN last ELSE sort / {WIDTH} END"
_SPANS = (
    f"SELECT r_id * 2 + {{kind}} AS r, r_sort AS sort, r_class AS class, "
    f"CASE WHEN r_from IS NULL THEN 0 ELSE r_sort / {WIDTH} END AS first, "
    f"CASE WHEN r_to IS NULL THEN {OPEN_END} WHEN r_sort %% {WIDTH} = 0 THEN r_sort / {WIDTH} "
    f"ELSE r_sort / {WIDTH} + {WIDTH - 1} - r_sort %% {WIDTH} END AS last "
    f"FROM ({{sql}}) AS spans WHERE r_sort < {SORT_BLANK}"
)
_NO_RECORDS = "SELECT 0 AS r, 0 AS sort, '' AS class, 0 AS first, 0 AS last WHERE 1 = 0"
_LEVELS = " ".join(
    f"WHEN q < {2**level} THEN clipped / (size * {2**level}) + {level * LEVEL_UNIT}" for level in range(_MAX_DOUBLINGS)
)
#: The matched records with the numbers of their lanes (``laned``), and the cell of each.
_PLACED = (
    f"SELECT r, sort, class, first, last, lane * {LANE_UNIT} + CASE {_LEVELS} END AS c FROM ("
    "SELECT r, sort, class, first, last, lane, size, CASE WHEN first < lo THEN lo ELSE first END AS clipped, "
    "((CASE WHEN last > hi THEN hi ELSE last END) - (CASE WHEN first < lo THEN lo ELSE first END)) / size AS q "
    "FROM ({laned}) AS laned CROSS JOIN win) AS clipped"
)
_LINKED = "SELECT r FROM (SELECT DISTINCT r FROM dense) AS clustered JOIN ({sql}) AS links ON r = l_id * 2 + {kind}"
_PLACED_CELLS = "SELECT placed.r, placed.sort, placed.c FROM placed JOIN cells ON cells.c = placed.c CROSS JOIN win"
#: ``part``: cells by kind and classification. ``shown``: the records of cells that are not too dense.
_CELLS: Ctes = [
    ("part", Sql(
        "SELECT c, r %% 2 AS k, class, count(*) AS n, min(first) AS first, max(last) AS last FROM placed "
        "GROUP BY c, r %% 2, class"
    )),
    ("cells", Sql(
        f"SELECT c, c / {LANE_UNIT} AS lane, CAST(sum(n) AS bigint) AS n, min(first) AS first, max(last) AS last "
        "FROM part GROUP BY c"
    )),
    ("counted", Sql("SELECT lane, CAST(sum(n) AS bigint) AS n FROM cells GROUP BY lane")),
    ("shown", Sql(f"{_PLACED_CELLS} WHERE n <= permitted")),
    ("dense", Sql(f"{_PLACED_CELLS} WHERE n > permitted")),
]  # fmt: skip
#: ``best``: the records with the most links in each dense cell, of these the first by date, and of these all.
_BEST: Ctes = [
    ("ranked", Sql(
        f"SELECT dense.r, c, coalesce(links, 0) AS links, {_SORT_RANGE - 1} - sort + {_SORT_RANGE} * "
        f"CASE WHEN links > {_MAX_LINKS} THEN {_MAX_LINKS} ELSE coalesce(links, 0) END AS rank "
        "FROM dense LEFT JOIN link ON link.r = dense.r"
    )),
    ("top", Sql("SELECT c, max(rank) AS rank FROM ranked GROUP BY c")),
    ("best", Sql("SELECT r, links, top.c FROM ranked JOIN top ON top.c = ranked.c AND top.rank = ranked.rank")),
]  # fmt: skip
