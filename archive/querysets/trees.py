"""Walks down trees of topics and bodies, through visible records only: a hidden branch leaves no trace."""

from __future__ import annotations

from collections.abc import Iterable

from archive.querysets.visibility import ArchiveQuerySet


def with_descendants(visible: ArchiveQuerySet, roots: Iterable[int]) -> set[int]:
    """The ids of the roots and of all visible records below them."""
    found = set(roots)
    level = set(found)
    while level:
        level = set(visible.filter(parent__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found
