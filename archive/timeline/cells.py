"""SQL of the cells of a timeline's grid, which both ways of reading records share.

The columns are a power of two days wide and counted from day 0, so that they stay where they are when the period moves.
A record wider than a column belongs to a cell of 2, 4, 8, ... columns: the narrowest that is not narrower than itself.

A record's key ``r`` is made of its id and kind, a cell's key ``c`` of its lane, level and place: PostgreSQL takes joins
by several computed columns for joins of a few rows, and would choose nested loops.
"""

from __future__ import annotations

from archive.sql.row_sources import Sql

#: In the key of a cell: what the number of a lane and the level, the doublings of a column, are multiplied by.
LANE_UNIT, LEVEL_UNIT = 2**40, 2**32


def cell_key(width: str, first: str, doublings: str = "doublings") -> str:
    """SQL of the key in lane 0 of the cell of a record, by the bit length of its days and its first day."""
    return (
        f"CASE WHEN {width} > {doublings} THEN ({width} - {doublings}) * {LEVEL_UNIT} + ({first} >> {width}) "
        f"ELSE {first} >> {doublings} END"
    )


#: ``cells``: the sums of ``part``, cells by kind and classification. ``counted``: those of lanes.
CELLS = [
    ("cells", Sql(
        f"SELECT c, c / {LANE_UNIT} AS lane, CAST(sum(n) AS bigint) AS n, min(first) AS first, max(last) AS last "
        "FROM part GROUP BY c"
    )),
    ("counted", Sql("SELECT lane, CAST(sum(n) AS bigint) AS n FROM cells GROUP BY lane")),
]  # fmt: skip
