"""Errors in the arguments of a document's lists, also of lists that execution does not reach."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, TypeInfo, TypeInfoVisitor, Visitor, get_operation_ast, parse, visit
from graphql.execution.values import get_argument_values, get_variable_values

from archive.exceptions import ArchiveError
from archive.graphql.planner import graphene_fields
from tests.reference.graphql_core import page_query
from tests.support.documents import SCHEMA
from tests.support.queries import Question


def mistakes(params: Question, user: Any) -> list[str]:
    """The messages of all errors in the arguments of lists, each list parsed by itself."""
    document = parse(params.document)
    operation = get_operation_ast(document, params.operation)
    assert operation is not None
    variables: Any = get_variable_values(SCHEMA, operation.variable_definitions, params.variables)
    info = TypeInfo(SCHEMA)
    messages: list[str] = []

    class ListVisitor(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent_type: Any = info.get_parent_type()
            if not hasattr(parent_type, "graphene_type") or not hasattr(parent_type, "fields"):
                return
            field: Any = graphene_fields(parent_type).get(node.name.value)
            if getattr(field, "kind", "") != "connection":
                return
            arguments = get_argument_values(info.get_field_def(), node, variables)  # type: ignore[arg-type]
            try:
                page_query(field.collection, user, arguments)
            except ArchiveError as error:
                messages.append(str(error))

    visit(document, TypeInfoVisitor(info, ListVisitor()))
    return messages
