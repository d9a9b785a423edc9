"""Binding of variables and arguments: their values become the parameters of the compiled SQL.

A field node with arguments is bound once per document, however often its fragment is spread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from django.db import connection
from django.db.models import Model
from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    print_ast,
    type_from_ast,
)
from graphql.execution.values import get_argument_values, get_variable_values

from archive.bind_parameters import BindParam, number_param, text_param
from archive.counts import Counts
from archive.exceptions import ArchiveError, Problem, printable
from archive.filters.fields import parse_past_moment
from archive.graphql.arguments import ListArguments, ListQuery
from archive.graphql.chains import ChainArguments
from archive.graphql.counts import CountArguments
from archive.graphql.errors import RejectedOperation, format_error
from archive.graphql.relay import MAX_IDS, NodeKey, resolve_global_id
from archive.graphql.search_arguments import SearchArguments, SearchQuery
from archive.graphql.timeline import TimelineArguments
from archive.lru import LRUCache
from archive.models.base import Record
from archive.sql.slugs import current_slug, expected_slug, resolve_slug
from archive.text import is_storable
from archive.timeline import TimelineNode
from archive.timeline.fields import Selection
from archive.visibility import Viewer, sees_drafts, visible_records

#: Python types by scalar whose values need no coercion.
_UNCOERCED_TYPES = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
#: Querysets of single rows, by model, column, parameter, visibility of drafts and database.
_QUERYSETS: LRUCache[Any] = LRUCache(500)


class VariableReader:
    """Coerces the values of an operation's variables; strings and booleans without graphql-core."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode | None) -> None:
        self.schema = schema
        self.definitions = list(operation.variable_definitions or ()) if operation else []
        self.python_types: list[tuple[str, type | None]] = []
        for definition in self.definitions:
            declared: Any = type_from_ast(schema, definition.type)
            type_: Any = get_nullable_type(declared)
            self.python_types.append((definition.variable.name.value, _UNCOERCED_TYPES.get(type_)))

    def read(self, raw_variables: dict[str, Any]) -> dict[str, Any]:
        """The values by name, defaults included. Raises RejectedOperation for invalid ones."""
        values: dict[str, Any] = {}
        for name, python_type in self.python_types:
            value = raw_variables.get(name)
            if type(value) is not python_type:
                coerced = get_variable_values(self.schema, self.definitions, raw_variables)
                if isinstance(coerced, list):
                    raise RejectedOperation([self._entry(error, raw_variables) for error in coerced])
                return coerced
            values[name] = value
        return values

    def _entry(self, error: GraphQLError, raw_variables: dict[str, Any]) -> dict[str, Any]:
        """The entry of the error of a variable, with what it got and expected."""
        definition = error.nodes[0] if error.nodes else None
        if not isinstance(definition, VariableDefinitionNode):
            return format_error(error, "BAD_INPUT")
        name = definition.variable.name.value
        got = printable(json.dumps(raw_variables[name], ensure_ascii=False)) if name in raw_variables else "none"
        expected = f"a value of the type {print_ast(definition.type)}"
        named: Any = get_named_type(type_from_ast(self.schema, definition.type))
        if is_enum_type(named):
            expected += f": {', '.join(named.values)}"
        suggestion = _ENUM_SUGGESTION.search(error.message)
        problem = Problem(f"${name}", got, expected, suggestion[1] if suggestion else "")
        error.extensions = {"errors": [problem.as_dict()]}
        return format_error(error, "BAD_INPUT")


#: What graphql-core's message of an unknown value of an enum suggests first.
_ENUM_SUGGESTION = re.compile(r"Did you mean the enum value '(\w+)'")


class InvalidArguments(Exception):
    """A field's arguments are invalid; ``error`` is the ArchiveError or GraphQLError."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class FieldArguments(Protocol):
    """The arguments of one field in a document. Methods raise ArchiveError or GraphQLError for invalid values."""

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        """The shape that the arguments give to the SQL, and the values of its parameters."""

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        """Raises ArchiveError if the arguments name a record that the user can't see."""


class ArgumentBinder:
    """The arguments of an operation, collected while it is planned, and the querysets that they lead to.

    ``required_rows`` are groups of querysets: in each group one must have a row, else the query has no result. Methods
    raise InvalidArguments; with ``checks_rows`` also for records that do not exist.
    """

    def __init__(self, schema: GraphQLSchema, variables: dict[str, Any], user: Viewer, checks_rows: bool) -> None:
        self.schema, self.variables, self.user, self.checks_rows = schema, variables, user, checks_rows
        self.required_rows: list[list[Any]] = []
        self._arguments: dict[int, Any] = {}

    @property
    def fields(self) -> list[FieldArguments]:
        return list(self._arguments.values())

    def connection(self, field: GraphQLField, node: FieldNode, collection: str) -> ListQuery:
        arguments, is_new = self._get_or_add(node, lambda key: ListArguments(field, node, collection, key))
        query, required_rows = arguments.query(self.variables, self.user)
        if is_new:
            self.required_rows += required_rows
        return query  # type: ignore[no-any-return]

    def record(self, field: GraphQLField, node: FieldNode, model: type[Record]) -> tuple[Any, str, datetime | None]:
        """The queryset of the row with the slug, the slug, and the past moment of which it is read."""
        argument, _ = self._get_or_add(node, lambda key: _RecordArguments(field, node, model, key))
        return self._queryset(model, "slug", text_param(argument.key)), *argument.read(self.variables)

    def nodes(self, field: GraphQLField, node: FieldNode) -> list[tuple[Any, Any] | None]:
        """The model and queryset of each global id; None for an id of no row."""
        arguments, _ = self._get_or_add(node, lambda key: _IdArguments(self.schema, field, node, key))
        querysets: list[tuple[Any, Any] | None] = []
        for number, row_key in enumerate(arguments.read(self.variables)):
            if row_key is None:
                querysets.append(None)
                continue
            parameter = (text_param if row_key.column == "slug" else number_param)(f"{arguments.key}.{number}")
            querysets.append((row_key.model, self._queryset(row_key.model, row_key.column, parameter, redirects=True)))
        return querysets

    def search(self, field: GraphQLField, node: FieldNode) -> tuple[SearchArguments, SearchQuery]:
        arguments, is_new = self._get_or_add(node, lambda key: SearchArguments(field, node, key))
        query = arguments.query(self.variables, self.user)
        if is_new:
            self.required_rows += query.prepared.must_exist
        return arguments, query

    def counts(self, field: GraphQLField, node: FieldNode, collection: str, are_facets: bool) -> list[Counts]:
        """The count tables of a field; their records that must exist are added when they are planned."""
        arguments, _ = self._get_or_add(
            node, lambda key: CountArguments(field, node, collection, key, are_facets=are_facets)
        )
        return arguments.tables(self.variables, self.user)  # type: ignore[no-any-return]

    def timeline(self, field: GraphQLField, node: FieldNode, selection: Selection) -> TimelineNode:
        arguments, is_new = self._get_or_add(node, lambda key: TimelineArguments(field, node, key))
        params, queries = arguments.prepare(self.variables, self.user)
        if is_new:
            self.required_rows += [group for query in queries.values() for group in query.must_exist]
        return TimelineNode(params, queries, arguments.prefix, selection, "names")

    def chain(self, field: GraphQLField, node: FieldNode) -> ChainArguments:
        arguments, _ = self._get_or_add(node, lambda key: ChainArguments(field, node, key))
        return arguments  # type: ignore[no-any-return]

    def add_introspection(self) -> None:
        """Make all variables part of the shape: the SQL contains the result of introspection, which may use any."""
        self._arguments[-1] = _AllVariables()

    def _queryset(self, model: type[Model], column: str, parameter: BindParam, *, redirects: bool = False) -> Any:
        """The visible row with this value: one queryset object per parameter, so that its SQL can be cached.

        With ``redirects`` the slug of a merged record leads to the record that it was merged into.
        """
        with_drafts = sees_drafts(self.user)
        key = model, column, parameter, with_drafts, connection.vendor, redirects

        def create() -> Any:
            visible = visible_records(model, self.user)
            if redirects and column == "slug" and issubclass(model, Record):
                return visible.filter(slug=current_slug(visible, parameter, with_drafts=with_drafts))
            return visible.filter(**{column: parameter})

        return _QUERYSETS.get_or_set(key, create)

    def _get_or_add(self, node: FieldNode, create: Callable[[str], FieldArguments]) -> tuple[Any, bool]:
        if id(node) in self._arguments:
            return self._arguments[id(node)], False
        arguments = create(f"a{len(self._arguments)}")
        try:
            arguments.bind(self.variables, self.user)
            if self.checks_rows:
                arguments.check_rows(self.variables, self.user)
        except (ArchiveError, GraphQLError) as error:
            raise InvalidArguments(error) from error
        self._arguments[id(node)] = arguments
        return arguments, True


class _Arguments:
    """Base of arguments that name no record that must exist."""

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None: ...


class _RecordArguments:
    """The slug of a record, and the past moment of which it is read (None: now)."""

    def __init__(self, field: GraphQLField, node: FieldNode, model: type[Record], key: str) -> None:
        self.field, self.node, self.model, self.key = field, node, model, key
        #: The slug of the record that the argument leads to; empty until ``check_rows`` looks it up.
        self.resolved_slug = ""

    def read(self, variables: dict[str, Any]) -> tuple[str, datetime | None]:
        values = get_argument_values(self.field, self.node, variables)
        as_of = values.get("as_of")
        return self.resolved_slug or values["slug"], None if as_of is None else parse_past_moment("as_of", as_of)

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        """A moment is a shape of its own, which is never cached: the past state is read while planning."""
        slug, moment = self.read(variables)
        if not is_storable(slug):
            raise ArchiveError([Problem("slug", printable(slug), expected_slug(self.model))])
        return moment, {self.key: slug}

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        slug, _ = self.read(variables)
        self.resolved_slug = resolve_slug(self.model, slug, user)


class _IdArguments(_Arguments):
    """Global ids; their types determine the shape."""

    def __init__(self, schema: GraphQLSchema, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.schema, self.field, self.node, self.key = schema, field, node, key

    def read(self, variables: dict[str, Any]) -> list[NodeKey | None]:
        arguments = get_argument_values(self.field, self.node, variables)
        ids = arguments["ids"] if "ids" in arguments else [arguments["id"]]
        if len(ids) > MAX_IDS:
            raise ArchiveError([Problem("ids", f"{len(ids)} ids", f"at most {MAX_IDS}")])
        return [resolve_global_id(self.schema, text) for text in ids]

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        row_keys = self.read(variables)
        shape = tuple(None if row_key is None else (row_key.model, row_key.column) for row_key in row_keys)
        numbered = enumerate(row_keys)
        return shape, {f"{self.key}.{number}": row_key.value for number, row_key in numbered if row_key is not None}


class _AllVariables(_Arguments):
    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        return sha256(json.dumps(variables, sort_keys=True, default=str).encode()).digest(), {}
