"""Planning of an operation: a query tree (``archive.sql.query_tree``) of the selected fields, for the SQL compiler.

How a field is resolved comes from the graphene types (``PlannedField``) and the models' columns; fragments and
directives are resolved by graphql-core. Introspection is executed while planning, and its result is a constant.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from enum import Enum
from functools import cache, partial
from typing import Any

from django.db import models as db
from django.db.models import Model
from graphene.utils.str_converters import to_camel_case, to_snake_case
from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_object_type,
    located_error,
)
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.execute import CollectedErrors

from archive.counts import Counts
from archive.exceptions import ArchiveError
from archive.graphql.as_of import past_fields
from archive.graphql.binding import ArgumentBinder, InvalidArguments
from archive.graphql.chains import plan_chain
from archive.graphql.counts import KINDS, table_field
from archive.graphql.enums import VOCABULARIES
from archive.graphql.fields import PlannedField
from archive.graphql.relay import has_slug
from archive.graphql.search_planner import SearchPlanner
from archive.models.fields import PartialDateField
from archive.sql import query_tree
from archive.timeline.fields import Selection
from archive.visibility import Viewer

_INTROSPECTION_FIELDS = ("__schema", "__type")
_DATE_FIELDS = {"text": "text", "display": "display", "earliest": "earliest", "latest": "latest"}
_PAGE_INFO_FIELDS = {
    "hasNextPage": "has_next", "hasPreviousPage": "has_previous", "startCursor": "start", "endCursor": "end",
}  # fmt: skip


#: Rows for which one error is listed: it is the same in all, and a page may have hundreds.
_MAX_PLACES = 10


class FieldErrors:
    """Errors of planned fields, each with the field's nodes.

    A field with an error is a constant text in the compiled query. After execution ``locate`` finds where it stands in
    the data: in the first ``_MAX_PLACES`` rows that have the field. All of its values become null.
    """

    #: No text of the archive contains a null character.
    _PREFIX = "\x00"

    def __init__(self) -> None:
        self._errors: list[tuple[Exception, list[FieldNode]]] = []
        self._located: list[GraphQLError] = []
        #: Rows that have the field, by the error's number.
        self._places: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self._errors or self._located)

    def add(self, error: Exception, nodes: list[FieldNode]) -> query_tree.Constant:
        """The text that stands for the field."""
        self._errors.append((error, nodes))
        return query_tree.Constant(json.dumps(f"{self._PREFIX}{len(self._errors) - 1}"))

    def extend(self, errors: list[GraphQLError]) -> None:
        """Add errors with paths."""
        self._located += errors

    def locate(self, content: object) -> list[GraphQLError]:
        """The errors with their paths, in graphql-core's order; their fields in ``content`` become None."""
        self._replace(content, [])
        return sorted(self._located, key=lambda error: (error.locations or [], error.path or [], error.message))

    def _replace(self, content: Any, path: list[str | int]) -> None:
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            if isinstance(value, str) and value.startswith(self._PREFIX):
                number = int(value.removeprefix(self._PREFIX))
                content[key] = None
                self._places[number] += 1
                if self._places[number] <= _MAX_PLACES:
                    error, nodes = self._errors[number]
                    self._located.append(located_error(error, nodes, [*path, key]))
            elif isinstance(value, dict | list):
                self._replace(value, [*path, key])


class Planner:
    """Plans one operation for a user; ``binder`` collects arguments of fields, ``errors`` those that are invalid.

    With ``checks_rows`` an argument that names no visible record is an error. Methods raise GraphQLError for invalid
    arguments of directives.
    """

    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, Any], variables: dict[str, Any], user: Viewer,
        checks_rows: bool = False,
    ) -> None:  # fmt: skip
        self.schema, self.fragments, self.variables, self.user = schema, fragments, variables, user
        self.binder = ArgumentBinder(schema, variables, user, checks_rows)
        self.errors = FieldErrors()
        #: Response key of a root field with ``asOf`` -> its data, which is not part of the compiled query.
        self.past_records: dict[str, Any] = {}

    def root(self, operation: Any) -> query_tree.Object:
        query = self.schema.query_type
        assert query is not None  # noqa: S101
        fields = collect_fields(self.schema, self.fragments, self.variables, query, operation.selection_set)
        planned: list[tuple[str, query_tree.Node]] = []
        for key, nodes in fields.items():
            if nodes[0].name.value in _INTROSPECTION_FIELDS:
                planned.append((key, self.introspection(operation, key, nodes)))
            else:
                planned.append((key, self.field(query, nodes)))
        return query_tree.Object(tuple(planned))

    def introspection(
        self, operation: OperationDefinitionNode, key: str, nodes: list[FieldNode]
    ) -> query_tree.Constant:
        self.binder.add_introspection()
        errors = CollectedErrors()
        context = ExecutionContext(
            self.schema, self.fragments, None, None, operation, self.variables, default_field_resolver,
            default_type_resolver, default_field_resolver, errors, None, None,
        )  # fmt: skip
        result: Any = context.execute_fields(self.schema.query_type, None, None, {key: nodes})  # type: ignore[arg-type]
        self.errors.extend(errors.errors)
        return query_tree.Constant(json.dumps(result[key], ensure_ascii=False, separators=(",", ":")))

    def object(self, parent_type: GraphQLObjectType, nodes: list[FieldNode]) -> query_tree.Object:
        return query_tree.Object(self.subfields(parent_type, nodes, lambda _, below: self.field(parent_type, below)))

    def subfields(
        self, parent_type: GraphQLObjectType, nodes: list[FieldNode], plan: Callable[[str, list[FieldNode]], Any]
    ) -> Any:
        """The subfields of the nodes as (response key, plan); ``plan`` takes a field's name and its nodes."""
        return tuple(
            (key, _typename(parent_type) if name == "__typename" else plan(name, below))
            for key, name, below in self.selected(parent_type, nodes)
        )

    def selected(
        self, parent_type: GraphQLObjectType, nodes: list[FieldNode]
    ) -> list[tuple[str, str, list[FieldNode]]]:
        """The subfields of the nodes as (response key, field name, nodes)."""
        fields = collect_sub_fields(self.schema, self.fragments, self.variables, parent_type, nodes)
        return [(key, below[0].name.value, below) for key, below in fields.items()]

    def field(self, parent_type: GraphQLObjectType, nodes: list[FieldNode]) -> query_tree.Node:
        name = nodes[0].name.value
        if name == "__typename":
            return _typename(parent_type)
        field: Any = graphene_fields(parent_type).get(name)
        kind = getattr(field, "kind", "")
        if kind in ("related", "list"):
            return self.relation(parent_type, field, nodes)
        if kind == "enum":
            return _enum(field.expression(self.user), VOCABULARIES[model_of(parent_type).__name__, name])
        if not kind:
            return self.column(parent_type, name, nodes)
        try:
            if kind == "connection":
                return self.connection(parent_type, name, field, nodes)
            if kind == "record":
                return self.record(parent_type, name, nodes)
            if kind == "chain":
                return plan_chain(self, parent_type.fields[name], nodes)
            if kind in ("counts", "facets"):
                return self.counts(parent_type, name, field, nodes)
            if kind == "timeline":
                return self.timeline(parent_type, name, nodes)
            if kind == "search":
                return SearchPlanner(self).records(parent_type, name, nodes)
            if kind == "search_results":
                return SearchPlanner(self).connection(parent_type, name, nodes)
            return self.nodes(parent_type, name, nodes)
        except InvalidArguments as invalid:
            return self.errors.add(invalid.error, nodes)

    def relation(self, parent_type: GraphQLObjectType, field: PlannedField, nodes: list[FieldNode]) -> query_tree.Node:
        options = []
        for relation in field.relations:
            model = model_of(parent_type)._meta.get_field(relation).related_model
            options.append(query_tree.Relation(relation, model, self.object(self.type_of(model), nodes)))
        return query_tree.ToOne(tuple(options)) if field.kind == "related" else query_tree.ToMany(tuple(options))

    def record(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        record_type = get_named_type(parent_type.fields[name].type)
        assert is_object_type(record_type)  # noqa: S101
        rows, slug, moment = self.binder.record(parent_type.fields[name], nodes[0], model_of(record_type))
        if moment is None:
            return query_tree.Detail(rows, self.object(record_type, nodes))
        try:
            fields = past_fields(self, record_type, nodes, slug, moment)
        except (ArchiveError, GraphQLError) as error:
            raise InvalidArguments(error) from error
        self.past_records[(nodes[0].alias or nodes[0].name).value] = fields
        return query_tree.Constant("null")

    def nodes(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        items: list[query_tree.Detail | query_tree.Constant] = []
        for option in self.binder.nodes(parent_type.fields[name], nodes[0]):
            if option is None:
                items.append(query_tree.Constant("null"))
                continue
            model, rows = option
            items.append(query_tree.Detail(rows, self.object(self.type_of(model), nodes), required=False))
        return items[0] if name == "node" else query_tree.NodeList(tuple(items))

    def timeline(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        timeline_type: Any = get_named_type(parent_type.fields[name].type)
        return self.binder.timeline(parent_type.fields[name], nodes[0], self.selection(timeline_type, nodes))

    def selection(self, parent_type: GraphQLObjectType, nodes: list[FieldNode]) -> Selection:
        """The selected fields of a type that is made of ``archive.timeline.fields``, fragments resolved."""
        selected = []
        fields = collect_sub_fields(self.schema, self.fragments, self.variables, parent_type, nodes)
        for key, below in fields.items():
            name = below[0].name.value
            type_: Any = get_named_type(parent_type.fields[name].type) if name in parent_type.fields else None
            children = self.selection(type_, below) if is_object_type(type_) else ()
            selected.append((key, name if type_ is None else to_snake_case(name), children))
        return tuple(selected)

    def connection(
        self, parent_type: GraphQLObjectType, name: str, field: PlannedField, nodes: list[FieldNode]
    ) -> query_tree.Page:
        query = self.binder.connection(parent_type.fields[name], nodes[0], field.collection)
        connection_type: Any = get_named_type(parent_type.fields[name].type)
        node_type: Any = get_named_type(connection_type.fields["nodes"].type)

        def plan(name: str, below: list[FieldNode]) -> Any:
            if name == "nodes":
                return self.object(node_type, below)
            if name == "totalCount":
                return query_tree.Count()
            subtype: Any = get_named_type(connection_type.fields[name].type)
            if name == "pageInfo":
                return query_tree.PageInfo(self.subfields(subtype, below, lambda name, _: _PAGE_INFO_FIELDS[name]))
            return query_tree.Edge(self.subfields(subtype, below, plan_edge))

        def plan_edge(name: str, below: list[FieldNode]) -> Any:
            return query_tree.Cursor() if name == "cursor" else self.object(node_type, below)

        relation = field.relations[0] if field.relations else ""
        return query_tree.Page(
            field.collection, query.rows, query.order, query.size, self.subfields(connection_type, nodes, plan),
            relation, query.after, query.before, query.is_backward, query.partitions,
        )  # fmt: skip

    def counts(
        self, parent_type: GraphQLObjectType, name: str, field: PlannedField, nodes: list[FieldNode]
    ) -> query_tree.Node:
        are_facets = field.kind == "facets"
        items = []
        for counts in self.binder.counts(parent_type.fields[name], nodes[0], field.collection, are_facets):
            table, required_rows = counts.table(partial(self.count_fields, nodes, counts), uses_enums=True)
            self.binder.required_rows += required_rows
            items.append(table)
        return query_tree.TableList(tuple(items)) if are_facets else items[0]

    def count_fields(self, nodes: list[FieldNode], counts: Counts) -> Any:
        table_type, row_type, key_type = (self.object_type(name) for name in ("CountTable", "Count", "CountKey"))

        def plan_table(name: str, below: list[FieldNode]) -> Any:
            return (
                query_tree.CountRows(self.subfields(row_type, below, plan_row))
                if name == "counts"
                else table_field(name, counts)
            )

        def plan_row(name: str, below: list[FieldNode]) -> Any:
            if name == "count":
                return name
            return query_tree.CountKeys(self.subfields(key_type, below, lambda name, _: name), KINDS)

        return self.subfields(table_type, nodes, plan_table)

    def column(self, parent_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        if name == "id":
            return query_tree.GlobalId(parent_type.name, has_slug(model_of(parent_type)))
        column = model_columns(parent_type)[name]
        if isinstance(column, PartialDateField):
            date_type: Any = get_named_type(parent_type.fields[name].type)
            return query_tree.Date(column.name, self.subfields(date_type, nodes, lambda name, _: _DATE_FIELDS[name]))
        if column.choices:
            return _enum(column.name, VOCABULARIES[model_of(parent_type).__name__, column.name])
        return query_tree.Column(column.name, _json_type(column), null=bool(column.null))

    @staticmethod
    def graphene_field(parent_type: GraphQLObjectType, name: str) -> Any:
        """The graphene field; None for a column and for ``__typename``."""
        return graphene_fields(parent_type).get(name)

    @staticmethod
    def model_column(parent_type: GraphQLObjectType, name: str) -> Any:
        return model_columns(parent_type)[name]

    def type_of(self, model: type[Model]) -> GraphQLObjectType:
        return self.object_type(model.__name__)

    def object_type(self, name: str) -> GraphQLObjectType:
        object_type: Any = self.schema.type_map[name]
        return object_type  # type: ignore[no-any-return]


def _typename(object_type: GraphQLObjectType) -> query_tree.Constant:
    return query_tree.Constant(json.dumps(object_type.name))


def _enum(source: str | db.Expression, vocabulary: type[Enum]) -> query_tree.Enum:
    return query_tree.Enum(source, _enum_names(vocabulary))


@cache
def _enum_names(vocabulary: type[Enum]) -> tuple[tuple[str, str], ...]:
    return tuple((str(member.value), str(member.name)) for member in vocabulary)


def _json_type(column: db.Field[Any, Any]) -> query_tree.JsonType:
    if isinstance(column, db.DateTimeField):
        return "moment"
    if isinstance(column, db.DateField):
        return "day"
    if isinstance(column, db.BooleanField):
        return "flag"
    return "number" if isinstance(column, db.IntegerField | db.AutoField) else "text"


def model_of(object_type: GraphQLObjectType) -> Any:
    return object_type.graphene_type._meta.model  # type: ignore[attr-defined]


@cache
def graphene_fields(object_type: GraphQLObjectType) -> dict[str, Any]:
    """The graphene field of each field of the type, by its name in the schema."""
    return _by_schema_name(object_type.graphene_type._meta.fields)  # type: ignore[attr-defined]


@cache
def model_columns(object_type: GraphQLObjectType) -> dict[str, Any]:
    """The model's columns that are fields of the type, by their name in the schema."""
    meta = object_type.graphene_type._meta  # type: ignore[attr-defined]
    if not hasattr(meta, "model"):
        return {}
    columns = {field.name: field for field in meta.model._meta.concrete_fields if not field.is_relation}
    if "public_version" in columns:
        columns["version"] = columns["public_version"]
    return _by_schema_name({name: columns[name] for name in meta.fields if name in columns})


def _by_schema_name(fields: dict[str, Any]) -> dict[str, Any]:
    return {to_camel_case(name): field for name, field in fields.items()}
