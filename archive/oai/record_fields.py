"""The content of a record in the archive's own format, derived from its model: columns, links, and parts with theirs.

One description serves the query, the XML and its XML Schema, so the three agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.db.models import Field, IntegerField, ManyToManyField, Model
from django.db.models.fields.reverse_related import ForeignObjectRel

from archive.bibliography.nodes import dossiers_node
from archive.models.base import Addressed, Tracked
from archive.models.fields import PartialDateField
from archive.permissions import PARENT_PATHS
from archive.registry import collection_of
from archive.sql import query_tree
from archive.sql.field_nodes import field_node

FieldKind = Literal["text", "number", "date", "link", "links", "parts"]


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field: its element's name and what it holds. ``part`` names the elements of parts, ``fields`` their content."""

    name: str
    kind: FieldKind
    help_text: str
    #: The collection that links lead to.
    collection: str = ""
    model: Any = None
    part: str = ""
    fields: tuple[RecordField, ...] = ()


def element_name(model: type[Model]) -> str:
    """The name of a record's or part's element: ``speech_act``."""
    return str(model._meta.verbose_name).replace(" ", "_")


@cache
def record_fields(model: type[Model]) -> tuple[RecordField, ...]:
    """The fields of a record; the slug and the collection are attributes of its element."""
    return tuple(field for field in _fields(model, "") if field.name != "slug")


def record_node(model: type[Model]) -> query_tree.Object:
    """The query tree of a record: the keys are the names of its fields, and those that a header needs."""
    needed = (("slug", query_tree.Column("slug")), ("updated_at", query_tree.Column("updated_at", "moment")))
    return query_tree.Object((*needed, *dossiers_node(model), *_nodes(model, record_fields(model))))


def _nodes(model: type[Model], fields: tuple[RecordField, ...]) -> list[tuple[str, query_tree.Node]]:
    nodes: list[tuple[str, query_tree.Node]] = []
    for field in fields:
        if field.kind == "parts":
            part = query_tree.Object(tuple(_nodes(field.model, field.fields)))
            nodes.append((field.name, query_tree.ToMany((query_tree.Relation(field.name, field.model, part),))))
        else:
            nodes.append((field.name, field_node(model, field.name)))
    return nodes


def _fields(model: type[Model], parent: str) -> list[RecordField]:
    """The fields of a record or part without the key to its parent, and without the other keys of which one is set."""
    subjects = getattr(model, "subjects", ())
    excluded = {parent, "id", "status", *(subjects if parent in subjects else ())}
    fields = []
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        if field.editable and field.name not in excluded:
            kind = _kind(field)
            related = field.related_model if kind in ("link", "links") else None
            if related is None or issubclass(related, Addressed):
                collection = collection_of(related) if related else None
                name = collection.name if collection else ""
                fields.append(RecordField(field.name, kind, str(field.help_text), name))
    return fields + [_part_field(relation) for relation in model._meta.related_objects if _is_part(relation)]


def _part_field(relation: Any) -> RecordField:
    model = relation.related_model
    text = " ".join(str(model.__doc__).split("\n\n")[0].split())
    return RecordField(
        relation.get_accessor_name(), "parts", text, model=model, part=element_name(model),
        fields=tuple(_fields(model, relation.field.name)),
    )  # fmt: skip


def _is_part(relation: ForeignObjectRel) -> bool:
    """Whether the rows of a relation belong to the record (``PARENT_PATHS``) and do not only link to it."""
    paths = PARENT_PATHS.get(relation.related_model, ())
    return (
        relation.one_to_many
        and issubclass(relation.related_model, Tracked)
        and any(path.partition("__")[0] == relation.field.name for path in paths)
    )


def _kind(field: Field[Any, Any]) -> FieldKind:
    if isinstance(field, ManyToManyField):
        return "links"
    if field.is_relation:
        return "link"
    if isinstance(field, PartialDateField):
        return "date"
    return "number" if isinstance(field, IntegerField) else "text"
