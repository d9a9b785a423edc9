"""The variables of an operation: what a request gives for them, as the schema's types read it."""

from __future__ import annotations

import json
from collections.abc import Hashable
from hashlib import sha256
from typing import Any, Protocol

from django.db import connection
from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    get_nullable_type,
    type_from_ast,
)
from graphql.execution.values import get_argument_values, get_variable_values

from archive.bind_parameters import number_param, text_param
from archive.filters.prepared_query import InvalidQuery
from archive.graphql.arguments import ListArguments, ListQuery
from archive.graphql.relay import MAX_IDS, NodeKey, resolve_global_id
from archive.lru import LRUCache
from archive.search import search_shape, search_templates, search_values
from archive.text import storable
from archive.visibility import sees_drafts

#: Types whose values are taken as they are where JSON has them so already.
_UNCOERCED_TYPES = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class VariableReader:
    """Reads them at once where each is given as plain text or truth; else graphql-core does, with all its rules."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode | None) -> None:
        self.schema = schema
        self.declared = list(operation.variable_definitions or ()) if operation else []
        types: Any = [(one.variable.name.value, type_from_ast(schema, one.type)) for one in self.declared]
        self.plain = [(name, _UNCOERCED_TYPES.get(get_nullable_type(found))) for name, found in types]

    def read(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """Name -> value of those given or with a default; None where one can't be what is given."""
        found: dict[str, Any] = {}
        for name, kind in self.plain:
            value = given.get(name)
            if type(value) is not kind:
                coerced = get_variable_values(self.schema, self.declared, given)
                return None if isinstance(coerced, list) else coerced
            found[name] = value
        return found


#: Querysets of single rows, by what decides how they are built.
_QUERYSETS: LRUCache[Any] = LRUCache(500)


class FieldArguments(Protocol):
    """One field's arguments."""

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        """What decides how the statement is built, and the values for its open slots. Raises Unfit at a mistake."""


class ArgumentBinder:
    """Gathers what is asked while an operation is planned."""

    def __init__(self, schema: GraphQLSchema, variables: dict[str, Any], user: Any) -> None:
        self.schema, self.variables, self.user = schema, variables, user
        self.asked: dict[int, Any] = {}
        self.known: list[list[Any]] = []

    @property
    def asking(self) -> list[FieldArguments]:
        return list(self.asked.values())

    def page(self, field: GraphQLField, node: FieldNode, kind: str) -> ListQuery:
        asking, first = self._asking(node, lambda key: ListArguments(field, node, kind, key))
        found, known = asking.question(self.variables, self.user)
        if first:
            self.known += known
        return found  # type: ignore[no-any-return]

    def single(self, field: GraphQLField, node: FieldNode, model: Any) -> Any:
        asking, _ = self._asking(node, lambda key: _SlugArgument(field, node, key))
        return self._one(model, "slug", text_param(asking.key))

    def ids(self, field: GraphQLField, node: FieldNode) -> list[tuple[Any, Any] | None]:
        asking, _ = self._asking(node, lambda key: _IdArguments(self.schema, field, node, key))
        found: list[tuple[Any, Any] | None] = []
        for number, kind in enumerate(asking.signature(self.variables)):
            if kind is None:
                found.append(None)
                continue
            model, column = kind
            slot = (text_param if column == "slug" else number_param)(f"{asking.key}.{number}")
            found.append((model, self._one(model, column, slot)))
        return found

    def _one(self, model: Any, by: str, slot: Any) -> Any:
        """The visible row that is named so: the same queryset for all who ask for it in that place."""
        key = model, by, slot, sees_drafts(self.user), connection.vendor
        return _QUERYSETS.get_or_set(key, lambda: model._default_manager.visible_to(self.user).filter(**{by: slot}))

    def search(self, field: GraphQLField, node: FieldNode) -> list[Any]:
        asking, _ = self._asking(node, lambda key: _SearchArgument(field, node, key))
        return search_templates(asking.text(self.variables), self.user, f"{asking.key}.")

    def asks_of_itself(self) -> None:
        """Introspection beside data: its answer is part of the statement, and any variable may stand in it."""
        self.asked[-1] = _IntrospectionArguments()

    def _asking(self, node: FieldNode, make: Any) -> tuple[Any, bool]:
        first = id(node) not in self.asked
        if first:
            self.asked[id(node)] = make(f"a{len(self.asked)}")
        return self.asked[id(node)], first


class _SlugArgument:
    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = field, node, key

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        slug = get_argument_values(self.field, self.node, variables)["slug"]
        if not storable(slug):
            raise InvalidQuery("slug")
        return None, {self.key: slug}


class _SearchArgument:
    """Words of a search: their number and alphabet decide how the statement is built."""

    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = field, node, key

    def text(self, variables: dict[str, Any]) -> str:
        text: str = get_argument_values(self.field, self.node, variables)["q"]
        if not text.strip():
            raise InvalidQuery("q")
        return text

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        text = self.text(variables)
        return search_shape(text), search_values(text, f"{self.key}.")


class _IntrospectionArguments:
    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        return sha256(json.dumps(variables, sort_keys=True, default=str).encode()).digest(), {}


class _IdArguments:
    """Global ids: their types decide the shape."""

    def __init__(self, schema: GraphQLSchema, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.schema, self.field, self.node, self.key = schema, field, node, key

    def read(self, variables: dict[str, Any]) -> list[NodeKey | None]:
        given = get_argument_values(self.field, self.node, variables)
        ids = given["ids"] if "ids" in given else [given["id"]]
        if len(ids) > MAX_IDS:
            raise InvalidQuery("ids")
        return [resolve_global_id(self.schema, text) for text in ids]

    def signature(self, variables: dict[str, Any]) -> Any:
        return _id_types(self.read(variables))

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        keys = self.read(variables)
        values = {f"{self.key}.{number}": key.value for number, key in enumerate(keys) if key is not None}
        return _id_types(keys), values


def _id_types(keys: list[NodeKey | None]) -> tuple[tuple[Any, str] | None, ...]:
    return tuple(None if key is None else (key.model, key.column) for key in keys)
