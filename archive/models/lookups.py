"""Expressions on a date's sort column that compare how many days dates span.

``PartialDate.sort`` holds the first day and, in its lower digits, the precision rank.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, Value
from django.db.models.lookups import LessThan

from archive.dates.value import WIDTH


def precision_rank(path: str) -> Any:
    """A number that is smaller the more days a date spans, 0 if it is open. ``path`` is that of the sort column."""
    return F(path) % Value(WIDTH)


def is_imprecise(path: str, days: int = 0) -> Q:
    """The condition that a date spans more than ``days + 1`` days, or is open."""
    return Q(LessThan(precision_rank(path), Value(WIDTH - 1 - days)))
