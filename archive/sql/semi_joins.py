"""Semi-joins of records with link rows: participations, addressees, citations, relations.

For a selective slug, records are found by a join from the link table. For a frequent slug, records are read in list
order, each with a correlated subquery, until the page is full. A subquery counts up to ``JOIN_THRESHOLD`` link rows
to choose at execution, because a prepared query does not know the slug.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import IsNull

#: Both plans take some microseconds per row.
JOIN_THRESHOLD = 2_000


@dataclass(frozen=True, slots=True)
class SemiJoin:
    """Link rows of the records that a filter names.

    ``rows`` are the visible ones; their ``column`` refers to the records' ``to``. ``counted`` are the same regardless
    of visibility, which are counted faster (default ``rows``).
    """

    rows: QuerySet[Any]
    column: str
    to: str = "pk"
    counted: Any = None


def by_join(joins: Sequence[SemiJoin]) -> Q:
    """Records with any of the link rows, by a join from the link table."""
    keys, *others = [join.rows.order_by().values(record=F(join.column)).values("record") for join in joins]
    # One list of keys: an OR of several lists would make the database scan all records.
    return Q(**{f"{joins[0].to}__in": keys.union(*others, all=True) if others else keys})


def by_exists(joins: Sequence[SemiJoin]) -> Q:
    """Records with any of the link rows, by a correlated subquery for each record."""
    links = [join.rows.order_by().filter(**{join.column: OuterRef(join.to)}) for join in joins]
    # Not EXISTS, which PostgreSQL may plan as a hash of all linked records.
    return reduce(or_, (Q(IsNull(Subquery(rows.values(exists=Value(1))[:1]), False)) for rows in links))


def exceeds_threshold(joins: Sequence[SemiJoin]) -> Q:
    """Whether there are more link rows than ``JOIN_THRESHOLD``; evaluated once per query."""
    counted = [join.rows if join.counted is None else join.counted for join in joins]
    return reduce(or_, (Q(Exists(rows.order_by()[JOIN_THRESHOLD : JOIN_THRESHOLD + 1])) for rows in counted))
