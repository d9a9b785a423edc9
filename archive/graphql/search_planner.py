"""Planning of the search fields: pages of the index's entries with their records, and completions of their data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, get_named_type

from archive.graphql.search_arguments import SearchArguments, SearchQuery
from archive.graphql.search_types import kind_value
from archive.registry import COLLECTIONS
from archive.search.fragments import Fragment
from archive.search.ranking import LIST_NAME, ORDER, TIERS, Search
from archive.search.results import record_fragment, texts_node
from archive.search.suggestions import suggestion
from archive.sql import query_tree
from archive.visibility import Viewer

if TYPE_CHECKING:
    from archive.graphql.planner import Planner

_PAGE_INFO_FIELDS: dict[str, query_tree.PageInfoField] = {
    "hasNextPage": "has_next", "hasPreviousPage": "has_previous", "startCursor": "start", "endCursor": "end",
}  # fmt: skip
#: A selection below a completed field: (response key, field name, selections below).
_Selection = tuple[tuple[str, str, Any], ...]


class SearchPlanner:
    """Plans the search fields of an operation."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    def records(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Page:
        """The array of the first records."""
        _, query = self.planner.binder.search(parent_type.fields[name], nodes[0])
        return self._page(query, (("", self._record(query, nodes)),), is_array=True)

    def connection(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Page:
        arguments, query = self.planner.binder.search(parent_type.fields[name], nodes[0])
        arguments.completions.clear()
        connection_type: Any = get_named_type(parent_type.fields[name].type)
        fields: list[tuple[str, Any]] = []
        for key, field_name, below in self._selected(connection_type, nodes):
            fields.append((key, self._connection_field(connection_type, key, field_name, below, query, arguments)))
        return self._page(query, tuple(fields))

    def _page(self, query: SearchQuery, fields: tuple[tuple[str, Any], ...], is_array: bool = False) -> query_tree.Page:
        prepared = query.prepared
        return query_tree.Page(
            LIST_NAME, prepared.rows, ORDER, query.size, fields, after=query.after, partitions=prepared.partitions,
            is_array=is_array,
        )  # fmt: skip

    def _connection_field(
        self, connection_type: GraphQLObjectType, key: str, name: str, nodes: list[FieldNode], query: SearchQuery,
        arguments: SearchArguments,
    ) -> Any:  # fmt: skip
        if name == "__typename":
            return query_tree.Constant(json.dumps(connection_type.name))
        if name == "nodes":
            return self._record(query, nodes)
        if name == "totalCount":
            return query_tree.Count()
        if name == "suggestion":
            arguments.completions.append(lambda data, search, user: _set_suggestion(data, key, search, user))
            # Whether there are results: the suggestion replaces it.
            return query_tree.Count()
        field_type: Any = get_named_type(connection_type.fields[name].type)
        if name == "kinds":
            selection = self._selection(field_type, nodes)
            arguments.completions.append(lambda data, search, user: _list_counts(data, key, selection))
            return query_tree.CountsBy(query.prepared.all_kinds, "kind")
        if name == "pageInfo":
            subfields = self.planner.subfields(field_type, nodes, lambda name, _: _PAGE_INFO_FIELDS[name])
            return query_tree.PageInfo(subfields)
        return self._edge(field_type, key, nodes, query, arguments)

    def _edge(
        self,
        edge_type: GraphQLObjectType,
        edges_key: str,
        nodes: list[FieldNode],
        query: SearchQuery,
        arguments: SearchArguments,
    ) -> query_tree.Edge:
        fields: list[tuple[str, Any]] = []
        for key, name, below in self._selected(edge_type, nodes):
            if name == "__typename":
                fields.append((key, query_tree.Constant(json.dumps(edge_type.name))))
            elif name == "cursor":
                fields.append((key, query_tree.Cursor()))
            elif name == "tier":
                tiers = tuple((name, name.upper()) for name in TIERS)
                fields.append((key, query_tree.Enum("tier_name", tiers)))
            elif name == "node":
                fields.append((key, self._record(query, below)))
            else:
                selection = self._selection(get_named_type(edge_type.fields[name].type), below)
                completion = _fragment_completion(edges_key, key, selection)
                arguments.completions.append(completion)
                fields.append((key, self._texts(query)))
        return query_tree.Edge(tuple(fields))

    def _record(self, query: SearchQuery, nodes: list[FieldNode]) -> query_tree.RecordOfKind:
        models = {kind: COLLECTIONS[kind].model for kind in query.search.kinds}
        options = tuple(
            (kind, model, self.planner.object(self.planner.type_of(model), nodes)) for kind, model in models.items()
        )
        return query_tree.RecordOfKind("kind", "record_id", options)

    def _texts(self, query: SearchQuery) -> query_tree.RecordOfKind:
        options = tuple((kind, COLLECTIONS[kind].model, texts_node(COLLECTIONS[kind])) for kind in query.search.kinds)
        return query_tree.RecordOfKind("kind", "record_id", options)

    def _selected(
        self, parent_type: GraphQLObjectType, nodes: list[FieldNode]
    ) -> list[tuple[str, str, list[FieldNode]]]:
        return self.planner.selected(parent_type, nodes)

    def _selection(self, object_type: GraphQLObjectType, nodes: list[FieldNode]) -> _Selection:
        """The selected fields of an object that is built after the query."""
        selection: list[tuple[str, str, Any]] = []
        for key, name, below in self._selected(object_type, nodes):
            if name == "__typename":
                selection.append((key, name, object_type.name))
            else:
                field_type: Any = get_named_type(object_type.fields[name].type)
                is_object = isinstance(field_type, GraphQLObjectType)
                selection.append((key, name, self._selection(field_type, below) if is_object else None))
        return tuple(selection)


def _fragment_completion(edges_key: str, key: str, selection: _Selection) -> Any:
    def complete(data: dict[str, Any], search: Search, user: Viewer) -> None:
        for edge in data[edges_key]:
            edge[key] = _fragment_object(record_fragment(edge[key], search.query), selection)

    return complete


def _fragment_object(fragment: Fragment, selection: _Selection) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, name, below in selection:
        if name == "marks":
            marks = [{"start": start, "end": end} for start, end in fragment.marks]
            values[key] = [_select(mark, below) for mark in marks]
        else:
            values[key] = below if name == "__typename" else getattr(fragment, name)
    return values


def _list_counts(data: dict[str, Any], key: str, selection: _Selection) -> None:
    counts = [{"kind": kind_value(kind), "count": count} for kind, count in data[key].items()]
    data[key] = [_select(count, selection) for count in counts]


def _select(values: dict[str, Any], selection: _Selection) -> dict[str, Any]:
    return {key: below if name == "__typename" else values[name] for key, name, below in selection}


def _set_suggestion(data: dict[str, Any], key: str, search: Search, user: Viewer) -> None:
    data[key] = suggestion(search, user) if not data[key] else None
