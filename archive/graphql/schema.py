"""The schema: for each REST collection a list and a record by slug, and search, node and nodes."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node

from archive.dates.errors import shown
from archive.exceptions import ArchiveError, NotFoundError, Problem
from archive.graphql import loaders, types
from archive.graphql.connections import connection_field
from archive.graphql.fields import PlannedField
from archive.graphql.relay import MAX_IDS, NodeKey, resolve_global_id
from archive.graphql.scalars import add_specifications
from archive.search import search
from archive.sql.suggestions import suggest_slugs
from archive.text import storable

#: Type name, list field and record field of each collection of the REST API.
ROOTS = {
    "events": ("Event", "events", "event"),
    "measures": ("Measure", "measures", "measure"),
    "statements": ("Statement", "statements", "statement"),
    "speech-acts": ("SpeechAct", "speech_acts", "speech_act"),
    "officials": ("Official", "officials", "official"),
    "bodies": ("Body", "bodies", "body"),
    "offices": ("Office", "offices", "office"),
    "appointments": ("Appointment", "appointments", "appointment"),
    "topics": ("Topic", "topics", "topic"),
    "sources": ("Source", "sources", "source"),
    "dossiers": ("Dossier", "dossiers", "dossier"),
}


def _record_field(record_type: Any) -> graphene.Field:
    model = record_type._meta.model

    def resolve(root: Any, info: Any, slug: str) -> Any:
        expected = f"the slug of a known {model._meta.verbose_name}"
        if not storable(slug):
            raise ArchiveError([Problem("slug", shown(slug), expected)])
        visible = model._default_manager.visible_to(info.context.user)
        record = visible.filter(slug=slug).first()
        if record is None:
            near = ", ".join(suggest_slugs(visible, slug))
            raise NotFoundError([Problem("slug", shown(slug), expected, near)])
        return record

    slug = graphene.Argument(graphene.String, required=True, description="Its slug.")
    return PlannedField(
        record_type, "record", resolver=resolve, slug=slug, description=f"One {model._meta.verbose_name}."
    )


def _resolve_search(root: Any, info: Any, q: str) -> list[Any]:
    if not q.strip():
        raise ArchiveError([Problem("q", q, "one or more words")])
    rows = search(q, info.context.user)
    for model in {type(row) for row in rows}:
        loaders.set_siblings([row for row in rows if type(row) is model])
    return rows


def _resolve_nodes(root: Any, info: Any, ids: list[str]) -> list[Any]:
    if len(ids) > MAX_IDS:
        raise ArchiveError([Problem("ids", f"{len(ids)} ids", f"at most {MAX_IDS}")])
    keys = [resolve_global_id(info.schema, text) for text in ids]
    values: dict[tuple[Any, str], set[Any]] = {}
    for key in keys:
        if key is not None:
            values.setdefault((key.model, key.column), set()).add(key.value)
    rows: dict[NodeKey, Any] = {}
    for (model, column), ids_of_model in values.items():
        visible = model._default_manager.visible_to(info.context.user).filter(**{f"{column}__in": ids_of_model})
        rows |= {NodeKey(model, column, getattr(row, column)): row for row in loaders.set_siblings(list(visible))}
    return [None if key is None else rows.get(key) for key in keys]


def _resolve_node(root: Any, info: Any, id: str) -> Any:
    return _resolve_nodes(root, info, [id])[0]


_fields: dict[str, Any] = {}
for _collection, (_name, _list_name, _record_name) in ROOTS.items():
    _record_type = getattr(types, f"{_name}Type")
    _fields[_list_name] = connection_field(_collection, _name, lambda record_type=_record_type: record_type)
    _fields[_record_name] = _record_field(_record_type)
_id = graphene.Argument(graphene.ID, required=True, description="A global id.")
_ids = graphene.Argument(graphene.NonNull(graphene.List(graphene.NonNull(graphene.ID))), description="Global ids.")
_q = graphene.Argument(graphene.String, required=True, description="Words, all of which must occur.")
_fields["search"] = PlannedField(
    graphene.List(graphene.NonNull(types.Found)), "search", resolver=_resolve_search, q=_q,
    description="Records of several types that contain all the words.",
)  # fmt: skip
_fields["node"] = PlannedField(Node, "node", resolver=_resolve_node, id=_id, description="A record by its global id.")
_fields["nodes"] = PlannedField(
    graphene.List(Node), "nodes", resolver=_resolve_nodes, ids=_ids,
    description="Records by global ids; null where there is none.",
)  # fmt: skip

Query = type(
    "Query", (graphene.ObjectType,), {"__doc__": "The lists, single records and search of the archive.", **_fields}
)
_record_types = [
    value for value in vars(types).values()
    if isinstance(value, type) and issubclass(value, types.ArchiveType) and value is not types.ArchiveType
]  # fmt: skip
schema = graphene.Schema(query=Query, types=_record_types)
add_specifications(schema.graphql_schema)
schema.graphql_schema.description = "A diplomatic archive: dated events, statements and officials. Read only."
