"""Visible rows with their visible relations, read by Django: the reference for what is read by one SQL query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from archive.visibility import Viewer, is_implied_visible, join_path, sees_drafts


def with_visible(rows: models.QuerySet[Any], user: Viewer, *paths: str) -> models.QuerySet[Any]:
    """The visible rows of a queryset, with the visible records at each step of these paths.

    Of what the user may not see, a foreign key is None and a list lacks it. A foreign key whose record every visible
    row shows is joined; each other step is a query, independent of the number of rows.
    """
    joins: dict[str, list[str]] = {"": []}
    starts: dict[str, type[models.Model]] = {"": rows.model}
    for path in paths:
        start, step, joined = "", rows.model, ""
        for name in path.split("__"):
            field: Any = step._meta.get_field(name)
            step, joined = field.related_model, join_path(joined, name) if joined else name
            if field.many_to_one and (sees_drafts(user) or is_implied_visible(starts[start], joined)):
                joins[start].append(joined)
                continue
            start, joined = join_path(start, joined) if start else joined, ""
            starts.setdefault(start, step)
            joins.setdefault(start, [])
    prefetches = [
        models.Prefetch(start, _with_joins(model._default_manager.visible_to(user), joins[start]))  # type: ignore[attr-defined]
        for start, model in starts.items()
        if start
    ]
    return _with_joins(rows, joins[""]).prefetch_related(*prefetches)


def _with_joins(rows: models.QuerySet[Any], paths: Sequence[str]) -> models.QuerySet[Any]:
    return rows.select_related(*paths) if paths else rows
