"""How many days a date spans, as the database reads it from the column that dates sort by.

The column is enough: ``PartialDate.sort`` holds the first day and, below it, how narrow the date is.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, Value
from django.db.models.lookups import LessThan

from archive.dates.value import WIDTH


def narrowness(path: str) -> Any:
    """The less, the more days the date spans; 0 for an open one. ``path`` leads to the column dates sort by."""
    return F(path) % Value(WIDTH)


def vague(path: str, days: int = 0) -> Q:
    """Dates that span more than a day and so many days after it, or are open."""
    return Q(LessThan(narrowness(path), Value(WIDTH - 1 - days)))
