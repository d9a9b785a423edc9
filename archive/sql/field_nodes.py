"""Query tree nodes of a model's columns, dates and relations, as REST and the bibliographic formats show them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Case, CharField, F, ManyToManyField, Model, Value, When
from django.db.models import fields as columns
from django.db.models.functions import Concat, Left

from archive.choices import SpeechActKind
from archive.models import Appointment, SpeechAct
from archive.models.fields import PartialDateField
from archive.sql import query_tree
from archive.visibility import related_model

DATE_PARTS = tuple((part, part) for part in ("text", "display", "earliest", "latest"))


def field_node(model: type[Model], name: str) -> query_tree.Node:
    """The node of a column, a partial date, or a relation as one link or several."""
    field = model._meta.get_field(name)
    if isinstance(field, ManyToManyField):
        return query_tree.ToMany((link(model, name),))
    if field.is_relation:
        return query_tree.ToOne((link(model, name),))
    if isinstance(field, PartialDateField):
        return query_tree.Date(name, DATE_PARTS)
    return query_tree.Column(field.name, _json_type(field), null=bool(field.null))


def link(
    model: type[Model], relation: str, typed: bool = False, more: tuple[tuple[str, query_tree.Node], ...] = ()
) -> query_tree.Relation:
    """A relation whose rows are links: slug and name, with ``typed`` also the type, and the fields in ``more``."""
    related = related_model(model, relation)
    kind = (("type", query_tree.Constant(json.dumps(related._meta.model_name))),) if typed else ()
    name = ("name", query_tree.Column(name_expression(related)))
    return query_tree.Relation(
        relation, related, query_tree.Object((*kind, ("slug", query_tree.Column("slug")), name, *more))
    )


def name_expression(model: type[Model]) -> Any:
    """The column or expression of a record's name in links, equal to ``archive.labels.record_name``."""
    if model is Appointment:
        return "office__name"
    if model is SpeechAct:
        kinds = [When(kind=kind.value, then=Value(str(kind.label))) for kind in SpeechActKind]
        kind = Case(*kinds, default=F("kind"), output_field=CharField())
        return Concat(kind, Value(": "), Left("text", 80), output_field=CharField())
    return "name" if any(field.name == "name" for field in model._meta.concrete_fields) else "title"


def _json_type(field: object) -> query_tree.JsonType:
    if isinstance(field, columns.DateTimeField):
        return "moment"
    return "number" if isinstance(field, columns.IntegerField) else "text"
