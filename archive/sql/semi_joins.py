"""Rows between records and what a filter names: participations, addressees, citations, relations.

Where a slug leads to few rows, the records are found by them. Where it leads to many, records are taken in the list's
order and each is asked whether it has such a row, until the page is full. The database counts (up to ``FEW``) when it
runs, for a statement that is compiled once does not know the slug.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.lookups import IsNull

#: A record is asked for its row in some microseconds, and found by its row in about as many.
JOIN_THRESHOLD = 2_000


@dataclass(frozen=True, slots=True)
class SemiJoin:
    """Link rows of what a filter names.

    ``rows`` are those that the asker sees; their ``column`` leads to a record's ``to``. ``counted`` are the same for
    whoever asks (usual: ``rows``): without visibility they are counted faster.
    """

    rows: Any
    column: str
    to: str = "pk"
    counted: Any = None


def by_join(links: Sequence[SemiJoin]) -> Q:
    """Records to which any of the rows leads."""
    one, *others = [link.rows.order_by().values(record=F(link.column)).values("record") for link in links]
    # One list of keys: a disjunction of several would make the database look at every record there is.
    return Q(**{f"{links[0].to}__in": one.union(*others, all=True) if others else one})


def by_exists(links: Sequence[SemiJoin]) -> Q:
    """The same, asked of one record after the other."""
    rows = [link.rows.order_by().filter(**{link.column: OuterRef(link.to)}) for link in links]
    # Not EXISTS: PostgreSQL may answer that by gathering all linked records there are.
    return reduce(or_, (Q(IsNull(Subquery(one.values(found=Value(1))[:1]), False)) for one in rows))


def exceeds_threshold(links: Sequence[SemiJoin]) -> Q:
    """Whether there are more than a few such rows; asked once, whatever the record."""
    counted = [link.rows if link.counted is None else link.counted for link in links]
    return reduce(or_, (Q(Exists(rows.order_by()[JOIN_THRESHOLD : JOIN_THRESHOLD + 1])) for rows in counted))
