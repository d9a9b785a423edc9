"""What the schema says of itself, answered by graphql-core; beside data it goes into the statement as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import models as db
from graphene.utils.str_converters import to_camel_case
from graphql import ExecutionContext, FieldNode, GraphQLObjectType, GraphQLSchema, get_named_type, is_object_type
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.collect_fields import collect_fields, collect_sub_fields

from archive.graphql.arguments import ListQuery
from archive.graphql.binding import ArgumentBinder
from archive.graphql.enums import VOCABULARIES
from archive.graphql.relay import has_slug
from archive.models.fields import PartialDateField
from archive.search import MOST
from archive.sql import query_tree

INTROSPECTION_FIELDS = ("__schema", "__type")


def execute_introspection(
    schema: GraphQLSchema, fragments: dict[str, Any], variables: dict[str, Any], operation: Any, fields: dict[str, Any]
) -> dict[str, str]:
    """Key -> JSON of these fields of the root; their variables are coerced already."""
    context = ExecutionContext(
        schema, fragments, None, None, operation, variables, default_field_resolver, default_type_resolver,
        default_field_resolver, [], None, None,
    )  # fmt: skip
    found: Any = context.execute_fields(schema.query_type, None, None, fields)  # type: ignore[arg-type]
    return {key: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for key, value in found.items()}


_DATE_FIELDS = {"text": "text", "display": "display", "earliest": "earliest", "latest": "latest"}
_PAGE_INFO_FIELDS = {
    "hasNextPage": "has_next",
    "hasPreviousPage": "has_previous",
    "startCursor": "start",
    "endCursor": "end",
}


class NotPlannable(Exception):
    """The selection holds a field that one statement does not answer."""


class Planner:
    """Plans one operation for one asker; ``questions`` gathers the arguments that its statement leaves open."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, Any], variables: dict[str, Any], user: Any) -> None:
        self.schema, self.fragments, self.variables, self.user = schema, fragments, variables, user
        self.questions = ArgumentBinder(schema, variables, user)

    def root(self, operation: Any) -> query_tree.Object:
        query = self.schema.query_type
        assert query is not None  # noqa: S101
        found = collect_fields(self.schema, self.fragments, self.variables, query, operation.selection_set)
        if all(nodes[0].name.value in INTROSPECTION_FIELDS for nodes in found.values()):
            raise NotPlannable("introspection alone")
        made: list[tuple[str, query_tree.Node]] = []
        for key, nodes in found.items():
            if nodes[0].name.value in INTROSPECTION_FIELDS:
                self.questions.asks_of_itself()
                told = execute_introspection(self.schema, self.fragments, self.variables, operation, {key: nodes})
                made.append((key, query_tree.Constant(told[key])))
            else:
                made.append((key, self.field(query, nodes)))
        return query_tree.Object(tuple(made))

    def object(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> query_tree.Object:
        return query_tree.Object(self.each(of, nodes, lambda _, found: self.field(of, found)))

    def each(self, of: GraphQLObjectType, nodes: list[FieldNode], plan: Callable[[str, Any], Any]) -> Any:
        """Key -> what ``plan`` makes of the field's name and nodes; ``__typename`` is known beforehand."""
        found = collect_sub_fields(self.schema, self.fragments, self.variables, of, nodes)
        made = []
        for key, below in found.items():
            name = below[0].name.value
            made.append((key, _typename(of) if name == "__typename" else plan(name, below)))
        return tuple(made)

    def field(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> query_tree.Node:
        name = nodes[0].name.value
        if name == "__typename":
            return _typename(of)
        if name not in of.fields:
            raise NotPlannable(name)
        way = graphene_fields(of).get(name)
        to = getattr(way, "to", "")
        if to in ("one", "many"):
            return self.kin(of, way, nodes)
        if to == "page":
            return self.page(of, name, way, nodes)
        if to == "single":
            return self.single(of, name, nodes)
        if to in ("node", "nodes"):
            return self.by_id(of, name, nodes)
        if to == "search":
            return self.search(of, name, nodes)
        if to == "word":
            return _enum(way.expression(self.user), VOCABULARIES[model_of(of).__name__, name])
        return self.column(of, name, nodes)

    def kin(self, of: GraphQLObjectType, way: Any, nodes: list[FieldNode]) -> query_tree.Node:
        options = []
        for relation in way.names:
            model = model_of(of)._meta.get_field(relation).related_model
            options.append(query_tree.Relation(relation, model, self.object(self.type_of(model), nodes)))
        return query_tree.ToOne(tuple(options)) if way.to == "one" else query_tree.ToMany(tuple(options))

    def single(self, of: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        made = get_named_type(of.fields[name].type)
        assert is_object_type(made)  # noqa: S101
        rows = self.questions.single(of.fields[name], nodes[0], model_of(made))
        return query_tree.Detail(rows, self.object(made, nodes))

    def by_id(self, of: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        items: list[query_tree.Detail | query_tree.Constant] = []
        for found in self.questions.ids(of.fields[name], nodes[0]):
            if found is None:
                items.append(query_tree.Constant("null"))
                continue
            model, rows = found
            items.append(query_tree.Detail(rows, self.object(self.type_of(model), nodes), required=False))
        return items[0] if name == "node" else query_tree.NodeList(tuple(items))

    def search(self, of: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        querysets = self.questions.search(of.fields[name], nodes[0])
        return query_tree.FirstRows(
            tuple((rows, self.object(self.type_of(rows.model), nodes)) for rows in querysets), MOST
        )

    def page(self, of: GraphQLObjectType, name: str, way: Any, nodes: list[FieldNode]) -> query_tree.Page:
        kind, relation = way.names
        asked: ListQuery = self.questions.page(of.fields[name], nodes[0], kind)
        connection: Any = get_named_type(of.fields[name].type)
        node: Any = get_named_type(connection.fields["nodes"].type)

        def plan(field: str, below: list[FieldNode]) -> Any:
            if field == "nodes":
                return self.object(node, below)
            if field == "totalCount":
                return query_tree.Count()
            inner: Any = get_named_type(connection.fields[field].type)
            if field == "pageInfo":
                return query_tree.PageInfo(self.each(inner, below, lambda fact, _: _PAGE_INFO_FIELDS[fact]))
            return query_tree.Edge(
                self.each(
                    inner, below, lambda part, on: query_tree.Cursor() if part == "cursor" else self.object(node, on)
                )
            )

        return query_tree.Page(
            kind, asked.rows, asked.order, asked.size, self.each(connection, nodes, plan), relation,
            asked.after, asked.before, asked.backward, asked.segments,
        )  # fmt: skip

    def column(self, of: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> query_tree.Node:
        if name == "id":
            return query_tree.GlobalId(of.name, has_slug(model_of(of)))
        field = model_columns(of).get(name)
        if field is None:
            raise NotPlannable(f"{of.name}.{name}")
        if isinstance(field, PartialDateField):
            inner: Any = get_named_type(of.fields[name].type)
            return query_tree.Date(field.name, self.each(inner, nodes, lambda part, _: _DATE_FIELDS[part]))
        if field.choices:
            return _enum(field.name, VOCABULARIES[model_of(of).__name__, field.name])
        return query_tree.Column(field.name, _form(field), null=bool(field.null))

    def type_of(self, model: Any) -> GraphQLObjectType:
        found = self.schema.type_map[model.__name__]
        assert is_object_type(found)  # noqa: S101
        return found


def _typename(of: GraphQLObjectType) -> query_tree.Constant:
    return query_tree.Constant(json.dumps(of.name))


def _enum(source: Any, vocabulary: Any) -> query_tree.Enum:
    return query_tree.Enum(source, _enum_names(vocabulary))


@cache
def _enum_names(vocabulary: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(member.value), str(member.name)) for member in vocabulary)


def _form(field: Any) -> query_tree.JsonType:
    if isinstance(field, db.DateTimeField):
        return "moment"
    if isinstance(field, db.DateField):
        return "day"
    if isinstance(field, db.BooleanField):
        return "flag"
    return "number" if isinstance(field, db.IntegerField | db.AutoField) else "text"


def model_of(of: GraphQLObjectType) -> Any:
    return of.graphene_type._meta.model  # type: ignore[attr-defined]


@cache
def graphene_fields(of: GraphQLObjectType) -> dict[str, Any]:
    """Name in the schema -> the graphene field behind it."""
    return _by_schema_name(of, of.graphene_type._meta.fields)  # type: ignore[attr-defined]


@cache
def model_columns(of: GraphQLObjectType) -> dict[str, Any]:
    """Name in the schema -> the model's column that it shows."""
    meta = of.graphene_type._meta  # type: ignore[attr-defined]
    if not hasattr(meta, "model"):
        return {}
    concrete = {field.name: field for field in meta.model._meta.concrete_fields if not field.is_relation}
    if "public_version" in concrete:
        concrete["version"] = concrete["public_version"]
    return _by_schema_name(of, {name: concrete[name] for name in meta.fields if name in concrete})


def _by_schema_name(of: GraphQLObjectType, fields: dict[str, Any]) -> dict[str, Any]:
    return {to_camel_case(name): one for name, one in fields.items()}
