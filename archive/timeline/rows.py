"""SQL of a timeline's records, read one by one: for filters, drafts and lanes that the summary does not count.

A record's days are ordinals (``date.toordinal``); an open start is 0 and an open end is ``OPEN_END``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Q

from archive.dates.value import WIDTH
from archive.filters.prepared_query import PreparedQuery
from archive.models import Event, Statement
from archive.sql.compiler import Compiler
from archive.sql.relations import visible_related
from archive.sql.row_sources import Sql
from archive.sql.timeline_summary import FIRST, HAS_DATE, KIND_NUMBERS, LAST, OPEN_END, bit_length, rank
from archive.timeline.cells import CELLS, LANE_UNIT, cell_key
from archive.timeline.lanes import MemberSql, laned
from archive.timeline.params import TimelineParams
from archive.timeline.window import Ctes, window
from archive.visibility import Viewer


@dataclass(frozen=True, slots=True)
class RowsSql:
    """Builds the common table expressions of a request; ``prefix`` is that of its bind parameters."""

    compiler: Compiler
    params: TimelineParams
    queries: Mapping[str, PreparedQuery]
    prefix: str

    #: The number of records, as SQL.
    total = "(SELECT count(*) FROM matched)"

    def ctes(self) -> Ctes:
        """``matched`` to ``best``, in the order in which they refer to each other."""
        members = MemberSql(self.compiler, self.params.lanes, self.kinds)
        return [
            ("matched", self.matched()), *window(self.compiler, self.params, self.prefix, self.known_days()),
            *members.ctes(), ("placed", Sql(_PLACED.format(laned=laned(self.params.lanes)))), _PART, *CELLS, *_DRAWN,
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
                try:
                    sql, row_params = self.compiler.django_sql(spans.query)
                except EmptyResultSet:  # as by a search without letters
                    continue
                texts.append(_SPANS.format(kind=KIND_NUMBERS[kind], sql=sql))
                params += row_params
        return Sql(" UNION ALL ".join(texts), tuple(params))

    def _parts(self, kind: str) -> list[Any]:
        """The rows in disjoint parts that indexes serve: those that begin before the period, and the others."""
        rows, conditions = self.queries[kind].rows, self.params.parts_by_start(f"{self.prefix}{kind}.")
        return [rows.filter(condition) for condition in conditions or (Q(),)]

    def known_days(self) -> Sql:
        """The first and last known day of the records; NULL without any."""
        days = f"SELECT min(sort) / {WIDTH} AS lo, max({_LAST_KNOWN}) AS hi FROM matched"
        return with_measures(self.compiler, self.queries, days)

    def links(self) -> Sql:
        """The number of links of each record in a dense cell to visible records."""
        texts, params = ["SELECT 0 AS linked WHERE 1 = 0"], []
        for kind in self.kinds:
            for rows in _linked(kind, self.compiler.user):
                sql, link_params = self.compiler.django_sql(rows.query)
                texts.append(f"SELECT l_id * 2 + {KIND_NUMBERS[kind]} FROM ({sql}) AS links")
                params += link_params
        return Sql(_LINKS.format(ends=" UNION ALL ".join(texts)), tuple(params))


def with_measures(compiler: Compiler, queries: Mapping[str, PreparedQuery], days: str) -> Sql:
    """The first and last known day of the records, by a query ``days``, and of the measures."""
    texts: list[str] = [days]
    params: Sequence[Any] = ()
    sql = ""
    if "measure" in queries:
        rows = queries["measure"].rows.filter(in_force__isnull=False).order_by()
        spans = rows.values(r_sort=F("in_force_sort"), r_day=F("in_force_latest"))
        with suppress(EmptyResultSet):
            sql, params = compiler.django_sql(spans.query)
    if sql:
        ordinal = (
            "(r_day - DATE '0001-01-01' + 1)"
            if connections[compiler.using].vendor == "postgresql"
            else "CAST(julianday(r_day) - 1721424.5 AS integer)"
        )
        last = f"coalesce({ordinal}, r_sort / {WIDTH})"
        texts.append(f"SELECT min(r_sort) / {WIDTH}, max({last}) FROM ({sql}) AS spans")
    return Sql(f"SELECT min(lo) AS lo, max(hi) AS hi FROM ({' UNION ALL '.join(texts)}) AS days", tuple(params))


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

_LAST_KNOWN = f"CASE WHEN last < {OPEN_END} THEN last ELSE sort / {WIDTH} END"
_SPANS = (
    f"SELECT r_id * 2 + {{kind}} AS r, r_sort AS sort, r_class AS class, {FIRST} AS first, {LAST} AS last "
    f"FROM ({{sql}}) AS spans WHERE {HAS_DATE}"
)
_NO_RECORDS = "SELECT 0 AS r, 0 AS sort, '' AS class, 0 AS first, 0 AS last WHERE 1 = 0"
#: The matched records with the numbers of their lanes (``laned``), and the cell of each.
_PLACED = (
    f"SELECT r, sort, class, first, last, lane * {LANE_UNIT} + {cell_key('days', 'first')} AS c FROM ("
    f"SELECT laned.*, {bit_length('(last - first)')} AS days, doublings FROM ({{laned}}) AS laned CROSS JOIN win"
    ") AS spans"
)
_LINKS = (
    "SELECT r, count(*) AS links FROM (SELECT DISTINCT r FROM dense) AS clustered JOIN ({ends}) AS ends ON linked = r "
    "GROUP BY r"
)
_PLACED_CELLS = "SELECT placed.r, placed.sort, placed.c FROM placed JOIN cells ON cells.c = placed.c CROSS JOIN win"
#: Cells by kind and classification.
_PART = (
    "part",
    Sql(
        "SELECT c, r %% 2 AS k, class, count(*) AS n, min(first) AS first, max(last) AS last FROM placed "
        "GROUP BY c, r %% 2, class"
    ),
)
#: ``shown``: the records of cells that are not too dense.
_DRAWN: Ctes = [
    ("shown", Sql(f"{_PLACED_CELLS} WHERE n <= permitted")),
    ("dense", Sql(f"{_PLACED_CELLS} WHERE n > permitted")),
]
#: ``best``: the record with the most links in each dense cell, of these the first by date. Each step names the one
#: before as seldom as possible: SQLite's parser copies a common table expression, and all that it names, wherever it is
#: named, so that references multiply.
_BEST: Ctes = [
    ("ranked", Sql(
        f"SELECT dense.r, c, coalesce(links, 0) AS links, {rank('coalesce(links, 0)', 'sort', 'dense.r')} AS rank "
        "FROM dense LEFT JOIN link ON link.r = dense.r"
    )),
    ("best", Sql(
        "SELECT r, links, c FROM ("
        "SELECT r, links, c, row_number() OVER (PARTITION BY c ORDER BY rank DESC) AS place FROM ranked"
        ") AS numbered WHERE place = 1"
    )),
]  # fmt: skip
