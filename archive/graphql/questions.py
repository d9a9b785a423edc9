"""The arguments of a document's fields: what they decide of the statement's shape, and the values that they leave open.

Each field with arguments is asked once per document, whatever the number of places that a fragment puts it in.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from hashlib import sha256
from typing import Any, Protocol

from django.db import connection
from graphql import FieldNode, GraphQLField, GraphQLSchema
from graphql.execution.values import get_argument_values

from archive.filters.template import Unfit
from archive.graphql.list_arguments import ListArguments, Question
from archive.graphql.nodes import NodeKey, node_key
from archive.lru import LRUCache
from archive.querysets.slots import open_number, open_text
from archive.querysets.texts import storable
from archive.querysets.visibility import sees_drafts
from archive.search import search_shape, search_templates, search_values

_MOST_IDS = 100
#: Querysets of single rows, by what decides how they are built.
_ROWS: LRUCache[Any] = LRUCache(500)


class Asking(Protocol):
    """One field's arguments."""

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        """What decides how the statement is built, and the values for its open slots. Raises Unfit at a mistake."""


class Questions:
    """Gathers what is asked while an operation is planned."""

    def __init__(self, schema: GraphQLSchema, variables: dict[str, Any], user: Any) -> None:
        self.variables, self.user = variables, user
        self.asked: dict[int, Any] = {}
        self.known: list[list[Any]] = []

    @property
    def asking(self) -> list[Asking]:
        return list(self.asked.values())

    def page(self, field: GraphQLField, node: FieldNode, kind: str) -> Question:
        asking, first = self._asking(node, lambda key: ListArguments(field, node, kind, key))
        found, known = asking.question(self.variables, self.user)
        if first:
            self.known += known
        return found  # type: ignore[no-any-return]

    def single(self, field: GraphQLField, node: FieldNode, model: Any) -> Any:
        asking, _ = self._asking(node, lambda key: _Single(field, node, key))
        return self._one(model, "slug", open_text(asking.key))

    def ids(self, field: GraphQLField, node: FieldNode) -> list[tuple[Any, Any] | None]:
        asking, _ = self._asking(node, lambda key: _Ids(field, node, key))
        found: list[tuple[Any, Any] | None] = []
        for number, kind in enumerate(asking.signature(self.variables)):
            if kind is None:
                found.append(None)
                continue
            model, column = kind
            slot = (open_text if column == "slug" else open_number)(f"{asking.key}.{number}")
            found.append((model, self._one(model, column, slot)))
        return found

    def _one(self, model: Any, by: str, slot: Any) -> Any:
        """The visible row that is named so: the same queryset for all who ask for it in that place."""
        key = model, by, slot, sees_drafts(self.user), connection.vendor
        return _ROWS.get_or_set(key, lambda: model._default_manager.visible_to(self.user).filter(**{by: slot}))

    def search(self, field: GraphQLField, node: FieldNode) -> list[Any]:
        asking, _ = self._asking(node, lambda key: _Search(field, node, key))
        return search_templates(asking.text(self.variables), self.user, f"{asking.key}.")

    def asks_of_itself(self) -> None:
        """Introspection beside data: its answer is part of the statement, and any variable may stand in it."""
        self.asked[-1] = _Introspection()

    def _asking(self, node: FieldNode, make: Any) -> tuple[Any, bool]:
        first = id(node) not in self.asked
        if first:
            self.asked[id(node)] = make(f"a{len(self.asked)}")
        return self.asked[id(node)], first


class _Single:
    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = field, node, key

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        slug = get_argument_values(self.field, self.node, variables)["slug"]
        if not storable(slug):
            raise Unfit("slug")
        return None, {self.key: slug}


class _Search:
    """Words of a search: their number and alphabet decide how the statement is built."""

    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = field, node, key

    def text(self, variables: dict[str, Any]) -> str:
        text: str = get_argument_values(self.field, self.node, variables)["q"]
        if not text.strip():
            raise Unfit("q")
        return text

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        text = self.text(variables)
        return search_shape(text), search_values(text, f"{self.key}.")


class _Introspection:
    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        return sha256(json.dumps(variables, sort_keys=True, default=str).encode()).digest(), {}


class _Ids:
    """Global ids: their types decide the shape."""

    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = field, node, key

    def read(self, variables: dict[str, Any]) -> list[NodeKey | None]:
        given = get_argument_values(self.field, self.node, variables)
        ids = given["ids"] if "ids" in given else [given["id"]]
        if len(ids) > _MOST_IDS:
            raise Unfit("ids")
        return [node_key(text) for text in ids]

    def signature(self, variables: dict[str, Any]) -> Any:
        return _kinds(self.read(variables))

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        keys = self.read(variables)
        values = {f"{self.key}.{number}": key.value for number, key in enumerate(keys) if key is not None}
        return _kinds(keys), values


def _kinds(keys: list[NodeKey | None]) -> tuple[tuple[Any, str] | None, ...]:
    return tuple(None if key is None else (key.model, key.column) for key in keys)
