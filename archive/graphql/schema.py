"""The schema: a pair of roots per REST collection, search, node and nodes."""

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

#: Collection (as in REST) -> the type's name, the list's and the single record's root field.
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


def _record_field(node: Any) -> graphene.Field:
    model = node._meta.model

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
    return PlannedField(node, "single", resolver=resolve, slug=slug, description=f"One {model._meta.verbose_name}.")


def _resolve_search(root: Any, info: Any, q: str) -> list[Any]:
    if not q.strip():
        raise ArchiveError([Problem("q", q, "one or more words")])
    found = search(q, info.context.user)
    for kind in {type(row) for row in found}:
        loaders.set_siblings([row for row in found if type(row) is kind])
    return found


def _resolve_nodes(root: Any, info: Any, ids: list[str]) -> list[Any]:
    if len(ids) > MAX_IDS:
        raise ArchiveError([Problem("ids", f"{len(ids)} ids", f"at most {MAX_IDS}")])
    keys = [resolve_global_id(info.schema, text) for text in ids]
    values: dict[tuple[Any, str], set[Any]] = {}
    for key in keys:
        if key is not None:
            values.setdefault((key.model, key.column), set()).add(key.value)
    rows: dict[NodeKey, Any] = {}
    for (model, column), wanted in values.items():
        visible = model._default_manager.visible_to(info.context.user).filter(**{f"{column}__in": wanted})
        rows |= {NodeKey(model, column, getattr(row, column)): row for row in loaders.set_siblings(list(visible))}
    return [None if key is None else rows.get(key) for key in keys]


def _resolve_node(root: Any, info: Any, id: str) -> Any:
    return _resolve_nodes(root, info, [id])[0]


_fields: dict[str, Any] = {}
for _kind, (_name, _many, _one) in ROOTS.items():
    _node = getattr(types, f"{_name}Type")
    _fields[_many] = connection_field(_kind, _name, lambda node=_node: node)
    _fields[_one] = _record_field(_node)
_id = graphene.Argument(graphene.ID, required=True, description="A global id.")
_ids = graphene.Argument(graphene.NonNull(graphene.List(graphene.NonNull(graphene.ID))), description="Global ids.")
_q = graphene.Argument(graphene.String, required=True, description="Words that all occur.")
_fields["search"] = PlannedField(
    graphene.List(graphene.NonNull(types.Found)), "search", resolver=_resolve_search, q=_q,
    description="Records of all kinds that hold the words.",
)  # fmt: skip
_fields["node"] = PlannedField(Node, "node", resolver=_resolve_node, id=_id, description="A record by its global id.")
_fields["nodes"] = PlannedField(
    graphene.List(Node), "nodes", resolver=_resolve_nodes, ids=_ids,
    description="Records by global ids; null where there is none.",
)  # fmt: skip

Query = type(
    "Query", (graphene.ObjectType,), {"__doc__": "The lists, single records and search of the archive.", **_fields}
)
_all = [node for node in vars(types).values() if isinstance(node, type) and issubclass(node, types.ArchiveType)]
schema = graphene.Schema(query=Query, types=[node for node in _all if node is not types.ArchiveType])
add_specifications(schema.graphql_schema)
schema.graphql_schema.description = "A diplomatic archive: dated events, statements and officials. Read only."
