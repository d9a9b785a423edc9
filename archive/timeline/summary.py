"""SQL of a timeline's cells from the summary of public records (``archive.sql.timeline_summary``).

The period is divided into ranges of days: the summary's cells of a level not above the columns' cover its middle, those
of lower levels the rest, and the single days at both ends have none. Entries that are wider than a range's level, and
those that begin before the period, are read one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connections

from archive.filters.prepared_query import PreparedQuery
from archive.sql.compiler import Compiler
from archive.sql.row_sources import Sql
from archive.sql.timeline_summary import (
    CELLS,
    COUNTRY_LEVELS,
    ENTRIES,
    KIND_NUMBERS,
    LEVEL_STEP,
    LEVELS,
    MAX_WIDTH,
    OPEN_END,
    ranked_key,
)
from archive.timeline import cells
from archive.timeline.cells import LANE_UNIT, LEVEL_UNIT, cell_key
from archive.timeline.lanes import MemberSql
from archive.timeline.params import MAX_LANES, TimelineLanes, TimelineParams
from archive.timeline.rows import with_measures
from archive.timeline.window import Ctes, window
from archive.visibility import sees_drafts

_COUNTED_LANES = (TimelineLanes.NONE, TimelineLanes.CLASSIFICATION, TimelineLanes.COUNTRY)


@dataclass(frozen=True, slots=True)
class SummarySql:
    """Builds the common table expressions of a request without filters; ``prefix`` is that of its bind parameters."""

    compiler: Compiler
    params: TimelineParams
    queries: Mapping[str, PreparedQuery]
    prefix: str

    #: The number of records, as SQL.
    total = "(SELECT coalesce(CAST(sum(n) AS bigint), 0) FROM tally)"

    @staticmethod
    def serves(compiler: Compiler, params: TimelineParams) -> bool:
        """Whether the summary counts what the request is for."""
        return not params.is_filtered and params.lanes in _COUNTED_LANES and not sees_drafts(compiler.user)

    def ctes(self) -> Ctes:
        """``win`` to ``best``, in the order in which they refer to each other."""
        lanes = self.params.lanes
        has_countries = lanes is TimelineLanes.COUNTRY
        countries = "countries" if has_countries else "''"
        names = {
            "kinds": ", ".join(str(KIND_NUMBERS[kind]) for kind in self.queries if kind in KIND_NUMBERS) or "-1",
            "extra": COUNTRY_LEVELS if has_countries else 0, "countries": countries,
        }  # fmt: skip
        return [
            *window(self.compiler, self.params, self.prefix, self.known_days()),
            *((name, Sql(sql.format(**names))) for name, sql in _TALLY),
            *self.lanes(), *cells.CELLS,
            *((name, Sql(sql.format(**names, lane=_LANE_CONDITIONS[lanes]))) for name, sql in _DRAWN),
        ]  # fmt: skip

    def known_days(self) -> Sql:
        kinds = ", ".join(str(KIND_NUMBERS[kind]) for kind in self.queries if kind in KIND_NUMBERS) or "-1"
        return with_measures(self.compiler, self.queries, _KNOWN_DAYS.format(kinds=kinds))

    def lanes(self) -> Ctes:
        """``frequent``: the numbered lanes. ``part``: cells by lane, kind and classification."""
        match self.params.lanes:
            case TimelineLanes.CLASSIFICATION:
                return [
                    ("frequent", Sql(_FREQUENT.format(lane="class", rows="tally"))),
                    ("part", Sql(_PART_BY_CLASS)),
                ]
            case TimelineLanes.COUNTRY:
                elements = (
                    "json_array_elements_text(countries::json) AS element(value)"
                    if connections[self.compiler.using].vendor == "postgresql"
                    else "json_each(countries) AS element"
                )
                return [
                    MemberSql(self.compiler, self.params.lanes, ()).countries()[0],
                    ("sets", Sql("SELECT DISTINCT countries FROM tally")),
                    ("member", Sql(_MEMBER.format(elements=elements))),
                    ("frequent", Sql(_FREQUENT.format(
                        lane="lane", rows="tally JOIN member ON member.countries = tally.countries"
                    ))),
                    ("laned", Sql(_LANED)),
                    ("part", Sql(_PART_BY_COUNTRY)),
                ]  # fmt: skip
            case _:
                return [("part", Sql("SELECT * FROM tally"))]


# The SQL below consists of constants of this module.

_TOP = LEVELS[-1]
#: The entries are those that are too wide for a cell, and, since a cell whose first day is open does not say the first
#: known one, those that begin in the cells of place 0: until the year 12.
_KNOWN_DAYS = (
    "SELECT min(lo) AS lo, max(hi) AS hi FROM ("
    f"SELECT min(CASE WHEN first > 0 THEN first END) AS lo, max(last) AS hi FROM {CELLS} "
    f"WHERE level = {_TOP} AND k IN ({{kinds}}) UNION ALL "
    f"SELECT min(CASE WHEN first > 0 THEN first ELSE last END), "
    f"max(CASE WHEN last < {OPEN_END} THEN last ELSE first END) "
    f"FROM {ENTRIES} WHERE (width > {_TOP} OR width <= {_TOP} AND first < {2**_TOP}) AND k IN ({{kinds}})"
    ") AS summarized"
)
_LEVELS = ", ".join(f"({level})" for level in (0, *LEVELS))
_WIDTHS = ", ".join(f"({width})" for width in range(MAX_WIDTH + 1))
_FIRST_UPPER = "CASE WHEN up.low < own.high THEN up.low ELSE own.high END"
#: ``ranges``: days from ``low`` to before ``high``, and the level of the cells that cover them; level 0 has none.
#: ``probes``: widths and first days of the entries that are read one by one. ``tally``: the cells of lane 0.
_TALLY = (
    ("widths MATERIALIZED", (
        f"SELECT column1 AS days FROM (VALUES {_WIDTHS}) AS numbers "
        f"WHERE EXISTS (SELECT 1 FROM {ENTRIES} WHERE width = column1)"
    )),
    ("edges MATERIALIZED", (
        "SELECT level, ((lo + (1 << level) - 1) >> level) << level AS low, ((hi + 1) >> level) << level AS high "
        f"FROM win CROSS JOIN (SELECT column1 AS level FROM (VALUES {_LEVELS}) AS numbers) AS levels "
        "WHERE level <= doublings"
    )),
    ("ranges MATERIALIZED", (
        "SELECT level, low, high FROM ("
        f"SELECT own.level, own.low, CASE WHEN up.low IS NULL THEN own.high ELSE {_FIRST_UPPER} END AS high "
        f"FROM edges AS own LEFT JOIN edges AS up ON up.level = own.level + {LEVEL_STEP} UNION ALL "
        f"SELECT own.level, CASE WHEN up.high > {_FIRST_UPPER} THEN up.high ELSE {_FIRST_UPPER} END, own.high "
        f"FROM edges AS own JOIN edges AS up ON up.level = own.level + {LEVEL_STEP}) AS sides WHERE low < high"
    )),
    ("probes MATERIALIZED", (
        "SELECT days, low, high FROM ranges JOIN widths ON days > CASE WHEN level = 0 THEN -1 ELSE level END "
        "UNION ALL SELECT days, lo - (1 << days) + 1, lo FROM win CROSS JOIN widths WHERE days > 0"
    )),
    ("tally MATERIALIZED", (
        "SELECT c, k, class, countries, CAST(sum(n) AS bigint) AS n, min(first) AS first, max(last) AS last, "
        "max(best) AS best FROM ("
        "SELECT cell.place >> (doublings - ranges.level) AS c, k, class, countries, n, first, last, best "
        f"FROM win CROSS JOIN ranges CROSS JOIN {CELLS} AS cell WHERE ranges.level > 0 "
        "AND cell.level = ranges.level + {extra} AND cell.place >= low >> ranges.level "
        "AND cell.place < high >> ranges.level AND k IN ({kinds}) "
        f"UNION ALL SELECT {cell_key('e.width', 'e.first')}, k, class, {{countries}}, 1, first, last, best "
        f"FROM win CROSS JOIN probes CROSS JOIN {ENTRIES} AS e "
        "WHERE e.width = days AND e.first >= low AND e.first < high AND e.last >= lo AND k IN ({kinds})"
        ") AS pieces GROUP BY c, k, class, countries"
    )),
)  # fmt: skip
_FREQUENT = (
    "SELECT row_number() OVER (ORDER BY sum(n) DESC, {lane}) AS number, {lane} AS lane FROM {rows} "
    f"GROUP BY {{lane}} ORDER BY 1 LIMIT {MAX_LANES}"
)
_PART_BY_CLASS = (
    f"SELECT coalesce(number, 0) * {LANE_UNIT} + c AS c, k, class, n, first, last, best "
    "FROM tally LEFT JOIN frequent ON frequent.lane = class"
)
_MEMBER = (
    "SELECT countries, lane FROM sets CROSS JOIN {elements} "
    "JOIN lane_name ON lane_name.party_id = CAST(element.value AS bigint)"
)
_LANED = (
    "SELECT DISTINCT sets.countries, coalesce(number, 0) AS lane FROM sets "
    "LEFT JOIN member ON member.countries = sets.countries LEFT JOIN frequent ON frequent.lane = member.lane"
)
_PART_BY_COUNTRY = (
    f"SELECT lane * {LANE_UNIT} + c AS c, k, class, CAST(sum(n) AS bigint) AS n, min(first) AS first, "
    "max(last) AS last, max(best) AS best FROM tally JOIN laned ON laned.countries = tally.countries "
    f"GROUP BY lane * {LANE_UNIT} + c, k, class"
)
#: The condition that an entry is in the lane of a sparse cell.
_LANE_CONDITIONS = {
    TimelineLanes.NONE: "1 = 1",
    TimelineLanes.CLASSIFICATION: "sparse.lane = "
    "coalesce((SELECT number FROM frequent WHERE frequent.lane = e.class), 0)",
    TimelineLanes.COUNTRY: "EXISTS (SELECT 1 FROM laned "
    "WHERE laned.countries = e.countries AND laned.lane = sparse.lane)",
}
#: ``shown``: the records of cells that are not too dense. ``best``: the record with the most links of each other cell.
_DRAWN = (
    ("sparse MATERIALIZED", (
        "SELECT c, lane, days, first, length, place, CASE WHEN last < (place + 1) << length THEN last "
        "ELSE ((place + 1) << length) - 1 END AS last FROM ("
        f"SELECT c, lane, first, last, c %% {LEVEL_UNIT} AS place, c %% {LANE_UNIT} / {LEVEL_UNIT} AS above, "
        f"doublings + CAST(c %% {LANE_UNIT} / {LEVEL_UNIT} AS integer) AS length, doublings "
        "FROM cells CROSS JOIN win WHERE n <= permitted) AS own "
        "JOIN widths ON days = length OR (above = 0 AND days < length)"
    )),
    ("shown", (
        f"SELECT {ranked_key('e.best')} AS r, c FROM win CROSS JOIN sparse CROSS JOIN {ENTRIES} AS e "
        "WHERE e.width = days AND e.first >= sparse.first AND e.first <= sparse.last AND e.first >> length = place "
        "AND e.last >= lo AND e.first <= hi AND k IN ({kinds}) AND {lane}"
    )),
    ("best", (
        f"SELECT e.r, e.links, top.c FROM (SELECT part.c, max(best) AS best FROM part JOIN cells ON cells.c = part.c "
        "CROSS JOIN win WHERE cells.n > permitted GROUP BY part.c) AS top "
        f"JOIN {ENTRIES} AS e ON e.r = {ranked_key('top.best')}"
    )),
)  # fmt: skip
