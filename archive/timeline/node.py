"""The node of a timeline in a query tree: its JSON, with the selected fields only, from the SQL of its records."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, QuerySet, TextChoices

from archive.choices import EventClassification, StatementClassification
from archive.filters.prepared_query import PreparedQuery
from archive.models import Event, Measure, Relation, Statement
from archive.sql.compiler import Compiler
from archive.sql.query_tree import CompiledNode, Constant
from archive.sql.relations import visible_related
from archive.sql.row_sources import Sql, json_object
from archive.sql.timeline_summary import KIND_NUMBERS, OPEN_END
from archive.timeline.cells import LANE_UNIT
from archive.timeline.fields import (
    CLUSTER,
    COUNT,
    LANE,
    LINKED,
    MEASURE,
    RECORD,
    RELATION,
    STEP,
    TIMELINE,
    ObjectType,
    Selection,
    TimelinePart,
)
from archive.timeline.lanes import MemberSql
from archive.timeline.params import TimelineLanes, TimelineParams
from archive.timeline.rows import RowsSql
from archive.timeline.summary import SummarySql
from archive.timeline.window import Ctes

MAX_MEASURES, MAX_STEPS, MAX_RELATIONS = 50, 20, 500
#: The lanes of bodies and officials.
_MEMBER_LANES = (TimelineLanes.COUNTRY, TimelineLanes.PARTICIPANT)
#: The column of a field as SQL, or the SQL of its JSON for a selection.
Source = str | Callable[[Selection], Sql]


@dataclass(frozen=True)
class TimelineNode(CompiledNode):
    """A timeline with the selected fields; ``prefix`` is that of its bind parameters.

    ``vocabulary``: whether words of vocabularies are written as their values (REST) or names (GraphQL).
    """

    params: TimelineParams
    queries: Mapping[str, PreparedQuery]
    prefix: str
    selection: Selection
    vocabulary: Literal["values", "names"] = "values"

    def sql(self, compiler: Any, source: object) -> Sql:
        return _Json(compiler, self).sql()


class _Json:
    """Builds the SQL of a timeline's JSON."""

    def __init__(self, compiler: Compiler, node: TimelineNode) -> None:
        self.compiler, self.dialect, self.node = compiler, compiler.dialect, node
        self.is_postgresql = connections[compiler.using].vendor == "postgresql"

    @property
    def has_members(self) -> bool:
        """Whether the lanes are of bodies and officials, that act in records or do not."""
        return self.node.params.lanes in _MEMBER_LANES

    def sql(self) -> Sql:
        node = self.node
        source = SummarySql if SummarySql.serves(self.compiler, node.params) else RowsSql
        records = source(self.compiler, node.params, node.queries, node.prefix)
        ctes = records.ctes()
        ctes += [
            ("record", self.details("shown")),
            ("leader", self.details("best")),
            *(MemberSql(self.compiler, node.params.lanes, ()).acting() if self.has_members else ()),
            *self.measures(),
            *self.relations(),
        ]
        body = self.object(
            TIMELINE,
            node.selection,
            {
                "from": self.day("lo"), "to": self.day("hi"), "width": "width", "column_days": "size",
                "count": records.total, "lanes": self.lanes,
                "measure_count": "(SELECT count(*) FROM measured)", "measures": self.measure_list,
                "relation_count": "(SELECT count(*) FROM related)", "relations": self.relation_list,
            },
        )  # fmt: skip
        named = ", ".join(_named(name, sql) for name, sql in ctes)
        params = [param for _, sql in ctes for param in sql.params]
        return Sql(f"(WITH RECURSIVE {named} SELECT {body.text} FROM win)", (*params, *body.params))

    # Parts of the JSON.

    def object(self, object_type: ObjectType, selection: Selection, sources: Mapping[str, Source]) -> Sql:
        """A JSON object of the selected fields."""
        fields = {field.name: field for field in object_type.fields}
        pieces: list[tuple[str, Constant | Sql]] = []
        for key, name, below in selection:
            if name == "__typename":
                pieces.append((key, Constant(json.dumps(object_type.name))))
                continue
            field, source = fields[name], sources[name]
            pieces.append(
                (key, self.column(source, field.type, field.null) if isinstance(source, str) else source(below))
            )
        return json_object(self.dialect, pieces)

    def column(self, sql: str, type_: Any, null: bool) -> Sql:
        if isinstance(type_, type) and issubclass(type_, TextChoices):
            is_value = self.node.vocabulary == "values"
            return self.compiler.enum(
                sql, tuple((str(item.value), item.value if is_value else item.name) for item in type_)
            )
        value = self.dialect.value(sql, type_)
        return Sql(f"coalesce({value}, 'null')" if null else value)

    def date(self, column: Callable[[str], str]) -> Callable[[Selection], Sql]:
        """A partial date; ``column`` returns the SQL of its text ("") or a companion column."""

        def build(selection: Selection) -> Sql:
            pieces: list[tuple[str, Constant | Sql]] = []
            for key, name, _ in selection:
                if name == "__typename":
                    pieces.append((key, Constant('"PartialDate"')))
                    continue
                is_day = name in ("earliest", "latest")
                pieces.append(
                    (key, self.column(column("" if name == "text" else name), "day" if is_day else "text", is_day))
                )
            return json_object(self.dialect, pieces)

        return build

    def day(self, ordinal: str) -> str:
        """The day with this ordinal."""
        if self.is_postgresql:
            return f"(DATE '0001-01-01' + CAST({ordinal} - 1 AS integer))"
        return f"date(1721424.5 + {ordinal})"

    def array(self, item: Sql, rows: str) -> Sql:
        return Sql(f"(SELECT {self.dialect.array(item.text)} FROM ({rows}) AS item)", item.params)

    # Lanes

    def lanes(self, selection: Selection) -> Sql:
        lanes = self.node.params.lanes
        if lanes is TimelineLanes.NONE:
            rows = "SELECT lane, n, NULL AS type, NULL AS slug, NULL AS name FROM counted"
        elif lanes is TimelineLanes.CLASSIFICATION:
            rows = (
                f"SELECT counted.lane, n, NULL AS type, frequent.lane AS slug, {self.labels('frequent.lane')} AS name "
                "FROM counted LEFT JOIN frequent ON number = counted.lane"
            )
        else:
            rows = (
                "SELECT counted.lane, n, type, slug, name FROM counted LEFT JOIN frequent ON number = counted.lane "
                "LEFT JOIN lane_name ON lane_name.lane = frequent.lane"
            )
        item = self.object(
            LANE,
            selection,
            {
                "type": "item.type", "key": "item.slug", "name": "item.name", "count": "item.n",
                "records": self.records, "clusters": self.clusters,
            },
        )  # fmt: skip
        return self.array(item, f"SELECT * FROM ({rows}) AS lanes ORDER BY CASE WHEN lane = 0 THEN 1 ELSE 0 END, lane")

    def labels(self, column: str) -> str:
        labels = {
            str(value): str(label) for value, label in [*StatementClassification.choices, *EventClassification.choices]
        }
        labels["other"] = "other"
        cases = " ".join(
            f"WHEN {self.dialect.literal(value)} THEN {self.dialect.literal(label)}" for value, label in labels.items()
        )
        return f"CASE {column} {cases} END"

    def records(self, selection: Selection) -> Sql:
        item = self.object(
            RECORD,
            selection,
            {
                "kind": self.kind("record.r %% 2"), "slug": "record.slug", "name": "record.name",
                "classification": "record.class", "precision": "record.date_precision",
                "date": self.date(lambda part: f"record.date_{part}" if part else "record.date_text"),
                "part": "record.part",
            },
        )  # fmt: skip
        order = "ORDER BY date_sort, sequence, slug, record.r %% 2"
        rows = f"SELECT record.*, {self.part()} FROM record WHERE c / {LANE_UNIT} = item.lane {order}"
        return Sql(f"(SELECT {self.dialect.array(item.text)} FROM ({rows}) AS record)", item.params)

    def part(self) -> str:
        """SQL for the part (``TimelinePart``) of the lane's body or official in the record."""
        if not self.has_members:
            return "NULL AS part"
        acts = "EXISTS (SELECT 1 FROM acting WHERE acting.r = record.r{lane})"
        return (
            f"CASE WHEN record.r %% 2 = 1 OR {acts.format(lane=' AND number = item.lane')} "
            f"THEN '{TimelinePart.ACTING}' "
            f"WHEN {acts.format(lane='')} THEN '{TimelinePart.AFFECTED}' END AS part"
        )

    def clusters(self, selection: Selection) -> Sql:
        item = self.object(
            CLUSTER,
            selection,
            {
                "count": "cluster.n",
                "earliest": f"CASE WHEN cluster.first > 0 THEN {self.day('cluster.first')} END",
                "latest": f"CASE WHEN cluster.last < {OPEN_END} THEN {self.day('cluster.last')} END",
                "counts": self.counts, "most_linked": self.most_linked,
            },
        )  # fmt: skip
        rows = (
            "SELECT cells.* FROM cells CROSS JOIN win WHERE lane = item.lane AND n > permitted ORDER BY first, last, c"
        )
        return Sql(f"(SELECT {self.dialect.array(item.text)} FROM ({rows}) AS cluster)", item.params)

    def counts(self, selection: Selection) -> Sql:
        item = self.object(
            COUNT,
            selection,
            {"kind": self.kind("piece.k"), "classification": "piece.class", "count": "piece.n"},
        )
        rows = "SELECT * FROM part WHERE part.c = cluster.c ORDER BY n DESC, k, class"
        return Sql(f"(SELECT {self.dialect.array(item.text)} FROM ({rows}) AS piece)", item.params)

    def most_linked(self, selection: Selection) -> Sql:
        item = self.object(
            LINKED,
            selection,
            {"kind": self.kind("leader.r %% 2"), "slug": "leader.slug", "name": "leader.name", "links": "leader.links"},
        )
        rows = (
            "SELECT leader.r, slug, name, links FROM leader JOIN best ON best.c = leader.c WHERE leader.c = cluster.c"
        )
        return Sql(f"(SELECT {item.text} FROM ({rows}) AS leader)", item.params)

    def kind(self, column: str) -> str:
        return f"CASE {column} WHEN 0 THEN 'event' ELSE 'statement' END"

    def details(self, rows: str) -> Sql:
        """The columns of the records in ``rows`` with their cells."""
        names = (
            "slug",
            "name",
            "date_display",
            "date_earliest",
            "date_latest",
            "date_precision",
            "date_sort",
            "sequence",
        )
        renamed = (("class", "classification"), ("date_text", "date"))
        columns = ", ".join(
            f"coalesce(event.{column}, statement.{column}) AS {name}"
            for name, column in (*((name, name) for name in names), *renamed)
        )
        joins = " ".join(
            f"LEFT JOIN {model._meta.db_table} AS {kind} ON {kind}.id = r / 2 AND r %% 2 = {KIND_NUMBERS[kind]}"
            for kind, model in (("event", Event), ("statement", Statement))
        )
        return Sql(f"SELECT r, c, {columns} FROM {rows} {joins}")

    # Measures and relations.

    def measures(self) -> Ctes:
        """``measured``: the measures. ``step``: their visible steps. ``barred``: the measures that are shown."""
        user = self.compiler.user
        query = self.node.queries.get("measure")
        rows = Measure.objects.none() if query is None else query.rows.filter(in_force__isnull=False)
        sql, params = self.rows_sql(rows.order_by(), m_id=F("pk"))
        steps = visible_related(Measure, "steps", user).order_by()
        step_sql, step_params = self.rows_sql(steps, s_id=F("measure"), s_event=F("event"), s_phase=F("phase"))
        barred = (
            "SELECT m_id, count(s_id) AS n FROM measured LEFT JOIN step ON s_id = m_id "
            f"JOIN {Measure._meta.db_table} AS own ON own.id = m_id GROUP BY m_id, in_force_sort, slug "
            f"ORDER BY count(s_id) DESC, in_force_sort, slug LIMIT {MAX_MEASURES}"
        )
        return [("measured", Sql(sql, params)), ("step", Sql(step_sql, step_params)), ("barred", Sql(barred))]

    def rows_sql(self, rows: QuerySet[Any], **columns: Any) -> tuple[str, tuple[Any, ...]]:
        try:
            sql, params = self.compiler.django_sql(rows.values(**columns).query)
        except EmptyResultSet:
            return f"SELECT {', '.join(f'0 AS {name}' for name in columns)} WHERE 1 = 0", ()
        return sql, tuple(params)

    def measure_list(self, selection: Selection) -> Sql:
        item = self.object(
            MEASURE,
            selection,
            {
                "slug": "item.slug", "name": "item.name", "instrument": "item.instrument",
                "in_force": self.date(lambda part: f"item.in_force_{part}" if part else "item.in_force"),
                "precision": "item.in_force_precision", "step_count": "item.n", "steps": self.steps,
            },
        )  # fmt: skip
        rows = (
            f"SELECT own.*, n FROM barred JOIN {Measure._meta.db_table} AS own ON own.id = m_id "
            "ORDER BY in_force_sort, slug"
        )
        return self.array(item, rows)

    def steps(self, selection: Selection) -> Sql:
        item = self.object(
            STEP,
            selection,
            {
                "phase": "piece.s_phase", "slug": "piece.slug", "name": "piece.name",
                "date": self.date(lambda part: f"piece.date_{part}" if part else "piece.date"),
            },
        )  # fmt: skip
        rows = (
            f"SELECT own.*, s_phase FROM step JOIN {Event._meta.db_table} AS own ON own.id = s_event "
            f"WHERE s_id = item.id ORDER BY date_sort, sequence, slug, s_phase LIMIT {MAX_STEPS}"
        )
        return Sql(f"(SELECT {self.dialect.array(item.text)} FROM ({rows}) AS piece)", item.params)

    def relations(self) -> Ctes:
        """``related``: the visible relations between the events that are shown by themselves."""
        rows = Relation.objects.visible_to(self.compiler.user).order_by()  # type: ignore[attr-defined]
        sql, params = self.rows_sql(rows, r_from=F("from_event"), r_to=F("to_event"), r_kind=F("kind"))
        events = "SELECT DISTINCT r / 2 AS id FROM shown WHERE r %% 2 = 0"
        # IS TRUE: PostgreSQL hashes the subquery, and would compare each pair of rows in a join.
        text = (
            f"SELECT links.* FROM ({events}) AS later JOIN ({sql}) AS links ON r_from = later.id "
            f"WHERE (r_to IN ({events})) IS TRUE"
        )
        return [("related", Sql(text, params))]

    def relation_list(self, selection: Selection) -> Sql:
        item = self.object(RELATION, selection, {"from": "item.from_slug", "to": "item.to_slug", "kind": "item.r_kind"})
        rows = (
            "SELECT r_kind, later.slug AS from_slug, earlier.slug AS to_slug FROM related "
            f"JOIN {Event._meta.db_table} AS later ON later.id = r_from "
            f"JOIN {Event._meta.db_table} AS earlier ON earlier.id = r_to "
            f"ORDER BY later.date_sort, later.sequence, later.slug, earlier.slug, r_kind LIMIT {MAX_RELATIONS}"
        )
        return self.array(item, rows)


def _named(name: str, sql: Sql) -> str:
    """A common table expression; its name may be followed by MATERIALIZED."""
    name, _, keyword = name.partition(" ")
    return f"{name} AS {keyword}({sql.text})"
