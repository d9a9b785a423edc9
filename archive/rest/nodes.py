"""Builds the query tree of a record from its serializer's fields and the request's ``fields`` and ``include``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Model

from archive.rest.fields import TypedLinkField, TypedLinksField
from archive.sql import query_tree
from archive.sql.field_nodes import field_node, link

if TYPE_CHECKING:
    from archive.rest.query_params import Selection
    from archive.rest.serializers import ArchiveSerializer


def selected_node(serializer: type[ArchiveSerializer], selection: Selection) -> query_tree.Object:
    """The object of a record with the selected paths only, or the fixed one."""
    if selection.node is not None:
        return selection.node
    node = record_node(serializer, selection.include, selection.top)
    return node if selection.fields is None else _prune(node, selection.paths)


def record_node(
    serializer: type[ArchiveSerializer], include: tuple[str, ...] = (), only: set[str] | None = None
) -> query_tree.Object:
    """The object of a record with all its fields and the included parts, or with those named in ``only``."""
    fields: list[tuple[str, query_tree.Node]] = []
    model = serializer.Meta.model
    for name in serializer.Meta.fields:
        if only is None or name in only:
            fields.append((name, _field_node(model, serializer, name)))
    for name in dict.fromkeys((*include, *serializer.nested)):
        if only is None or name in only:
            part = serializer.parts.get(name) or serializer.nested[name]
            fields.append((name, query_tree.ToMany((query_tree.Relation(name, part.Meta.model, record_node(part)),))))
    return query_tree.Object(tuple(fields))


def _field_node(model: type[Model], serializer: type[ArchiveSerializer], name: str) -> query_tree.Node:
    declared = serializer._declared_fields.get(name)
    if isinstance(declared, TypedLinksField):
        links = tuple(link(model, source, typed=True) for source in declared.sources)
        return query_tree.ToOne(links) if isinstance(declared, TypedLinkField) else query_tree.ToMany(links)
    return field_node(model, declared.source if declared is not None and declared.source else name)


def _prune(node: object, paths: list[list[str]]) -> Any:
    """The node with only these paths below it."""
    if any(not path for path in paths):
        return node
    heads: dict[str, list[list[str]]] = {}
    for path in paths:
        heads.setdefault(path[0], []).append(path[1:])
    match node:
        case query_tree.Object(fields):
            return query_tree.Object(tuple((key, _prune(child, heads[key])) for key, child in fields if key in heads))
        case query_tree.Date(column, parts):
            return query_tree.Date(column, tuple((key, part) for key, part in parts if key in heads))
        case query_tree.ToOne(options) | query_tree.ToMany(options):
            return type(node)(
                tuple(
                    query_tree.Relation(option.relation, option.model, _prune(option.node, paths)) for option in options
                )
            )
        case _:
            return node
