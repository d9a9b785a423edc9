"""Builds the query tree of a record from its serializer's fields and the request's ``fields`` and ``include``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, ManyToManyField, Value, When
from django.db.models import fields as columns
from django.db.models.functions import Concat, Left

from archive.choices import SpeechActKind
from archive.models import Appointment, SpeechAct
from archive.models.fields import PartialDateField
from archive.rest.fields import TypedLinkField, TypedLinksField
from archive.sql import query_tree

if TYPE_CHECKING:
    from archive.rest.query_params import Selection

_DATE_PARTS = tuple((part, part) for part in ("text", "display", "earliest", "latest"))


def selected_node(serializer: Any, selection: Selection) -> query_tree.Object:
    """The object of a record with the selected paths only."""
    node = record_node(serializer, selection.include, selection.top)
    return node if selection.fields is None else _prune(node, selection.paths)


def record_node(serializer: Any, include: tuple[str, ...] = (), only: set[str] | None = None) -> query_tree.Object:
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


def _field_node(model: Any, serializer: Any, name: str) -> query_tree.Node:
    declared = serializer._declared_fields.get(name)
    if isinstance(declared, TypedLinksField):
        links = tuple(_link_option(model, source, typed=True) for source in declared.sources)
        return query_tree.ToOne(links) if isinstance(declared, TypedLinkField) else query_tree.ToMany(links)
    field = model._meta.get_field(declared.source if declared is not None and declared.source else name)
    if isinstance(field, ManyToManyField):
        return query_tree.ToMany((_link_option(model, name),))
    if field.is_relation:
        return query_tree.ToOne((_link_option(model, name),))
    if isinstance(field, PartialDateField):
        return query_tree.Date(name, _DATE_PARTS)
    return query_tree.Column(field.name, _json_type(field), null=bool(field.null))


def _link_option(model: Any, relation: str, typed: bool = False) -> query_tree.Relation:
    related = model._meta.get_field(relation).related_model
    kind = (("type", query_tree.Constant(json.dumps(related._meta.model_name))),) if typed else ()
    link = query_tree.Object(
        (*kind, ("slug", query_tree.Column("slug")), ("name", query_tree.Column(_name_expression(related))))
    )
    return query_tree.Relation(relation, related, link)


def _name_expression(model: Any) -> Any:
    """The column or expression of a record's name in links, equal to ``archive.labels.record_name``."""
    if model is Appointment:
        return "office__name"
    if model is SpeechAct:
        kinds = [When(kind=kind.value, then=Value(str(kind.label))) for kind in SpeechActKind]
        kind = Case(*kinds, default=F("kind"), output_field=CharField())
        return Concat(kind, Value(": "), Left("text", 80), output_field=CharField())
    return "name" if any(field.name == "name" for field in model._meta.concrete_fields) else "title"


def _json_type(field: Any) -> query_tree.JsonType:
    if isinstance(field, columns.DateTimeField):
        return "instant"
    return "number" if isinstance(field, columns.IntegerField) else "text"


def _prune(node: Any, paths: list[list[str]]) -> Any:
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
