"""Deleted records: the revisions of their deletions, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q

from archive.models.base import Record


def deletions(model: type[Record]) -> Any:
    """The deletion revisions of a model's records that are deleted now."""
    history = model.history.model
    later = history.objects.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    stored = model._base_manager.filter(pk=OuterRef("id"))
    rows = history.objects.filter(Q(history_type="-") & ~Exists(later) & ~Exists(stored))
    return rows.select_related("history_user").order_by("-history_date", "-history_id")


class Deletions:
    """The deletions of several models as one sequence, for a paginator."""

    #: Django's Paginator warns about sequences that are not ordered.
    ordered = True

    def __init__(self, models: Iterable[Any], words: str = "") -> None:
        self.querysets = [deletions(model) for model in models]
        for word in words.split():
            self.querysets = [rows.filter(slug__icontains=word) for rows in self.querysets]

    def count(self) -> int:
        return sum(rows.count() for rows in self.querysets)

    def __getitem__(self, window: slice) -> list[Any]:
        start, stop = window.start or 0, window.stop or 0
        newest = merge(*(rows[:stop] for rows in self.querysets), key=lambda row: row.history_date, reverse=True)
        return list(islice(newest, start, stop))
