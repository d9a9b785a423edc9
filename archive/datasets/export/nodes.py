"""How a record becomes a JSON object: a key for each column of its kind, relations by natural key."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Q, When

from archive.datasets import schema
from archive.datasets.export import scope
from archive.sql import query_tree


def made(kind: schema.Kind, asker: Any) -> query_tree.Object:
    """The object of one record of the kind."""
    return query_tree.Object(tuple((column.name, _node(kind, column, asker)) for column in kind.columns))


def _node(kind: schema.Kind, column: schema.Column, asker: Any) -> query_tree.Node:
    if column.form == "relations":
        return query_tree.ArrayOf(column.name, scope.rows(column.field.related_model, asker), "slug")
    if column.form == "relation":
        return _relation(kind, column, asker)
    if column.form == "number":
        return query_tree.Column(column.name, "number", null=True)
    return query_tree.Column(column.name, null=True)


def _relation(kind: schema.Kind, column: schema.Column, asker: Any) -> query_tree.Node:
    """A record by its slug, null where it is not in the export; a part by the pieces of its key."""
    target = schema.kinds()[column.target]
    if not target.has_slug:
        # A part is visible with all that its key leads to, and so is whatever refers to it.
        pieces = tuple(query_tree.Column(f"{column.name}__{path}", null=True) for path in paths(target))
        return query_tree.Array(pieces, f"{column.name}_id")
    slug = f"{column.name}__slug"
    seen = scope.exported(target.model, asker, f"{column.name}__")
    if not seen or column.name in kind.model.visibility_parents:
        return query_tree.Column(slug, null=True)
    return query_tree.Column(Case(When(Q(seen), then=F(slug))), null=True)


def paths(kind: schema.Kind) -> list[str]:
    """The lookups that give the pieces of a part's key, relations by their slug."""
    return [f"{name}__slug" if kind.column(name).form == "relation" else name for name in kind.key]
