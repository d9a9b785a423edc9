"""The query tree of a record's bibliographic description, derived from the model's fields.

The keys of the JSON are the same for every record type; ``archive.bibliography.items`` reads them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, ManyToManyField, Model, Value
from django.db.models.functions import Concat

from archive import models
from archive.models.base import Addressed, Part, Record
from archive.models.fields import PartialDateField
from archive.sql import query_tree
from archive.sql.field_nodes import DATE_PARTS, link, name_expression
from archive.visibility import related_model

_TITLES: dict[Any, Any] = {
    models.Appointment: Concat("official__name", Value(": "), "office__name", output_field=CharField()),
}
#: Key -> the text columns of which the first that a model has is shown.
_TEXTS: dict[str, tuple[str, ...]] = {
    "description": ("summary", "introduction", "description"),
    "kind": ("classification", "kind", "instrument", "tier", "mode"),
    "place": ("place",),
    "language": ("language",),
    "author": ("author", "attributed_as"),
    "agency": ("agency",),
    "url": ("url",),
    "archived_url": ("archived_url",),
    "licence": ("licence",),
    "abbreviation": ("abbreviation",),
    "sort_name": ("sort_name",),
}
#: The date fields of which the first that a model has is its date; a person's life and an office's term are none.
_DATES = ("date", "in_force", "published", "start", "existed")
_WITHOUT_DATE = (models.Official,)
#: Foreign keys to the authors of a text, in their order.
_AUTHORS: dict[Any, tuple[str, ...]] = {models.Statement: ("speaker", "body")}
#: Relations with a key of their own.
_NAMED_RELATIONS = ("topics", "publisher")
#: Relation to the places in dossiers.
DOSSIERS = "dossier_entries"
_SLUG = query_tree.Column("slug")


@cache
def item_node(model: type[Record]) -> query_tree.Object:
    """The object of a record's description."""
    fields: list[tuple[str, query_tree.Node]] = [
        ("slug", _SLUG),
        ("title", query_tree.Column(_TITLES.get(model, name_expression(model)))),
        ("updated_at", query_tree.Column("updated_at", "moment")),
        ("created_at", query_tree.Column("created_at", "moment")),
        ("date", query_tree.Date(name, DATE_PARTS) if (name := date_field(model)) else query_tree.Constant("null")),
    ]
    for key, names in _TEXTS.items():
        if column := next((name for name in names if _has(model, name)), ""):
            fields.append((key, query_tree.Column(column)))
    fields += [(f"author_{name}", _author(model, name)) for name in _AUTHORS.get(model, ())]
    if _has(model, "topics"):
        fields.append(("topics", query_tree.ToMany((link(model, "topics"),))))
    if _has(model, "publisher"):
        kind = (("kind", query_tree.Column("kind")),)
        fields.append(("publisher", query_tree.ToOne((link(model, "publisher", more=kind),))))
    fields += [(f"related_{name}", node) for name, node in _related(model)]
    fields += _parts(model)
    return query_tree.Object(tuple(fields))


def dossiers_node(model: type[Model]) -> tuple[tuple[str, query_tree.Node], ...]:
    """The key ``dossier_entries`` of a record that dossiers can list; else nothing."""
    return tuple((name, node) for name, node in item_node(model).fields if name == DOSSIERS)


def date_field(model: type[Model]) -> str:
    """The name of the date field that dates a record; empty for none."""
    if model in _WITHOUT_DATE:
        return ""
    dates = [field.name for field in model._meta.concrete_fields if isinstance(field, PartialDateField)]
    return next((name for name in (*_DATES, *dates) if name in dates), "")


def author_fields(model: type[Model]) -> tuple[str, ...]:
    """The foreign keys to the authors of a record's text."""
    return _AUTHORS.get(model, ())


def _author(model: type[Model], relation: str) -> query_tree.Node:
    related = related_model(model, relation)
    more = (("sort_name", query_tree.Column("sort_name")),) if _has(related, "sort_name") else ()
    return query_tree.ToOne((link(model, relation, typed=True, more=more),))


def _related(model: type[Model]) -> list[tuple[str, query_tree.Node]]:
    """Links to other records by foreign keys and many-to-many relations without a key of their own."""
    related: list[tuple[str, query_tree.Node]] = []
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        if not field.is_relation or field.name in (*_NAMED_RELATIONS, *author_fields(model)):
            continue
        if issubclass(related_model(model, field.name), Addressed):
            option = (link(model, field.name, typed=True),)
            is_many = isinstance(field, ManyToManyField)
            related.append((field.name, query_tree.ToMany(option) if is_many else query_tree.ToOne(option)))
    return related


def _parts(model: type[Model]) -> list[tuple[str, query_tree.Node]]:
    """The parts that a description shows: names, identifiers, participants, cited sources, dossiers."""
    text, scheme, value = (query_tree.Column(name) for name in ("text", "scheme", "value"))
    party = (link(models.Participation, "body", typed=True), link(models.Participation, "official", typed=True))
    columns_by_key: dict[str, tuple[tuple[str, query_tree.Node], ...]] = {
        "names": (("text", text),),
        "identifiers": (("scheme", scheme), ("value", value)),
        "participations": (("party", query_tree.ToOne(party)),),
        "citations": (("source", query_tree.ToOne((link(models.Citation, "source"),))),),
        DOSSIERS: (("dossier", query_tree.ToOne((link(models.DossierEntry, "dossier"),))),),
    }
    # Of a party's participations and of a source's citations there may be thousands.
    omitted = {(models.Official, "participations"), (models.Body, "participations"), (models.Source, "citations")}
    return [
        (name, query_tree.ToMany((query_tree.Relation(name, related, query_tree.Object(fields)),)))
        for name, fields in columns_by_key.items()
        if _has(model, name)
        and (model, name) not in omitted
        and issubclass(related := related_model(model, name), Part)
    ]


def _has(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
