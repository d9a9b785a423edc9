"""Partitions of a FilterSet's list: by date, by the number of link rows, or along the index of a related table."""

from __future__ import annotations

from copy import copy
from functools import reduce
from operator import and_

from django.db.models import F, Q

from archive.filters.base import ArchiveFilterSet
from archive.sql.partitions import IndexPath, Partition, partition_by_start
from archive.sql.semi_joins import exceeds_threshold


def partitions(filterset: ArchiveFilterSet) -> tuple[Partition, ...]:
    """Disjoint partitions of the list; empty where its condition and order suffice for a fast query."""
    if filterset.matches_nothing:
        return ()
    dated = _by_date(filterset)
    if not dated and (along := _by_index_path(filterset)):
        return along
    frequent = [
        exceeds_threshold(filterset.semi_joins(name, value))
        for name, value in filterset.values.items()
        if value is not None and filterset.has_semi_joins(name)
    ]
    if not frequent and not dated:
        return ()
    rows = filterset.queryset.visible_to(filterset.user)
    if not frequent:
        rows = rows.filter(filterset.condition())
        return tuple(Partition(rows.filter(condition), by_sorting) for condition, by_sorting in dated)
    all_frequent = reduce(and_, frequent)
    selective = Partition(rows.filter(~all_frequent, filterset.condition()), sorted=True)
    rows = rows.filter(filterset.condition(correlated=True))
    return selective, *(
        Partition(rows.filter(condition), by_sorting, guard=all_frequent)
        for condition, by_sorting in dated or ((Q(), False),)
    )


def _is_sorted_by_date(filterset: ArchiveFilterSet) -> bool:
    return filterset.order[0][0] == f"{filterset.date_field}_sort"


def _by_date(filterset: ArchiveFilterSet) -> tuple[tuple[Q, bool], ...]:
    day = filterset.value("date") or filterset.value("date_after")
    if not _is_sorted_by_date(filterset) or day is None or filterset.value("certain"):
        return ()
    return partition_by_start(f"{filterset.date_field}_sort", day)


def _by_index_path(filterset: ArchiveFilterSet) -> tuple[Partition, ...]:
    """A partition for each index path of the first filter that has some."""
    if not _is_sorted_by_date(filterset):
        return ()
    for name, value in filterset.values.items():
        index_paths = getattr(filterset, f"index_paths_{name}", None)
        if value is not None and index_paths and (paths := index_paths(value)):
            return tuple(_along(filterset, path, name, paths[:number]) for number, path in enumerate(paths))
    return ()


def _along(filterset: ArchiveFilterSet, path: IndexPath, name: str, earlier: list[IndexPath]) -> Partition:
    """The partition of an index path, without the rows of earlier paths."""
    filterset = copy(filterset)
    filterset.sort_path = "related_sort"
    # An alias: a later filter by the path itself would join another row.
    rows = filterset.queryset.visible_to(filterset.user).filter(path.condition)
    rows = rows.alias(related_sort=F(path.sort_path))
    rows = rows.filter(filterset.condition(correlated=True, exclude=name), *(~other.has_row for other in earlier))
    return Partition(rows, order_paths=("related_sort", *filterset.order[0][1:]))
