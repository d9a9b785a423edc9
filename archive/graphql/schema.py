"""The schema: for each REST collection a list and a record by slug, and search, node and nodes."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node

from archive.graphql import types
from archive.graphql.chains import chain_field
from archive.graphql.connections import connection_field
from archive.graphql.counts import count_fields
from archive.graphql.fields import ArchiveType, PlannedField
from archive.graphql.scalars import DateTime, add_specifications
from archive.graphql.search_types import SEARCH_FIELDS
from archive.graphql.timeline import timeline_field
from archive.registry import COLLECTIONS

#: Type name, list field and record field of each collection.
ROOTS = {
    collection.name: (collection.type_name, collection.list_field, collection.record_field)
    for collection in COLLECTIONS.values()
}


def _record_field(record_type: type[ArchiveType]) -> graphene.Field:
    model = record_type._meta.model
    slug = graphene.Argument(graphene.String, required=True, description="Its slug.")
    as_of = graphene.Argument(
        DateTime, description="A past moment: the record as the archive showed it then, without what is hidden now."
    )
    description = f"One {model._meta.verbose_name}."
    return PlannedField(record_type, "record", slug=slug, as_of=as_of, description=description)


_fields: dict[str, Any] = {}
for _collection, (_name, _list_name, _record_name) in ROOTS.items():
    _record_type = types.COLLECTION_TYPES[_collection]
    _fields[_list_name] = connection_field(_collection, _name, lambda record_type=_record_type: record_type)  # type: ignore[misc]
    _fields[_record_name] = _record_field(_record_type)
_fields |= count_fields()
_id = graphene.Argument(graphene.ID, required=True, description="A global id.")
_ids = graphene.Argument(graphene.NonNull(graphene.List(graphene.NonNull(graphene.ID))), description="Global ids.")
_fields |= SEARCH_FIELDS
_fields["timeline"] = timeline_field()
_fields["chain"] = chain_field(types.ChainRecord)
_fields["node"] = PlannedField(Node, "node", id=_id, description="A record by its global id.")
_fields["nodes"] = PlannedField(
    graphene.List(Node), "nodes", ids=_ids,
    description="Records by global ids; null where there is none.",
)  # fmt: skip

Query = type(
    "Query",
    (graphene.ObjectType,),
    {"__doc__": "The lists, single records, counts and search of the archive.", **_fields},
)
_record_types = [
    value for value in (*vars(types).values(), *types.COLLECTION_TYPES.values())
    if isinstance(value, type) and issubclass(value, types.ArchiveType) and value is not types.ArchiveType  # type: ignore[attr-defined]
]  # fmt: skip
schema = graphene.Schema(query=Query, types=list(dict.fromkeys(_record_types)))
add_specifications(schema.graphql_schema)
schema.graphql_schema.description = "A diplomatic archive: dated events, statements and officials. Read only."
