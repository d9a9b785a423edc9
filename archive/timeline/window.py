"""SQL of a timeline's window: the period, and the columns of its grid."""

from __future__ import annotations

from archive.bind_parameters import number_param
from archive.sql.compiler import Compiler
from archive.sql.row_sources import Sql
from archive.timeline.params import TimelineParams

#: Records of a lane in a column that are shown by themselves; columns of one day show as many per ``COLUMN_PIXELS``.
MAX_PER_COLUMN = 3
#: The most doublings of a day to a column.
_MAX_DOUBLINGS = 22
Ctes = list[tuple[str, Sql]]


def window(compiler: Compiler, params: TimelineParams, prefix: str, known_days: Sql) -> Ctes:
    """``win`` has one row: the period's first and last day, the days of a column as a power of two, and what it shows.

    ``known_days`` selects the first and last known day of the records, for a period without a start or end.
    MATERIALIZED, for PostgreSQL would repeat the expressions of one step wherever the next names them.
    """
    start, end, columns, width = (
        compiler.expression(number_param(f"{prefix}{name}")) for name in ("from", "to", "columns", "width")
    )
    extent: Ctes = []
    lo, hi = "lo", "hi"
    if params.start is None or params.end is None:
        extent = [("known MATERIALIZED", known_days)]
    if params.start is None:
        start, lo = Sql("(SELECT lo FROM known)"), "CASE WHEN lo > hi OR lo IS NULL THEN hi ELSE lo END"
    if params.end is None:
        end, hi = Sql("(SELECT hi FROM known)"), "CASE WHEN hi < lo OR hi IS NULL THEN lo ELSE hi END"
    period = (
        f"SELECT {lo} AS lo, {hi} AS hi, {columns.text} AS columns, {width.text} AS width "
        f"FROM (SELECT {start.text} AS lo, {end.text} AS hi) AS ends"
    )
    return [
        *extent,
        ("period MATERIALIZED", Sql(period, (*columns.params, *width.params, *start.params, *end.params))),
        ("grid MATERIALIZED", Sql(_GRID)),
        ("win MATERIALIZED", Sql(_WINDOW)),
    ]


# The SQL below consists of constants of this module.

_POWERS = ", ".join(f"({doublings})" for doublings in range(_MAX_DOUBLINGS))
_GRID = (
    f"SELECT period.*, (SELECT min(column1) FROM (VALUES {_POWERS}) AS powers "
    "WHERE (1 << column1) * columns >= hi - lo + 1) AS doublings FROM period"
)
_WINDOW = (
    "SELECT lo, hi, width, doublings, 1 << doublings AS size, "
    f"CASE WHEN doublings = 0 AND columns > hi - lo + 1 THEN {MAX_PER_COLUMN} * columns / (hi - lo + 1) "
    f"ELSE {MAX_PER_COLUMN} END AS permitted FROM grid"
)
