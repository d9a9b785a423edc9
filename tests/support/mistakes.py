"""What is wrong with the arguments of a question's lists, whether or not an answer comes to them."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, TypeInfo, TypeInfoVisitor, Visitor, get_operation_ast, parse, visit
from graphql.execution.values import get_argument_values, get_variable_values

from archive.exceptions import ArchiveError
from archive.graphql.connections import page_query
from archive.graphql.planner import graphene_fields
from tests.support.documents import SCHEMA
from tests.support.queries import Question


def mistakes(asked: Question, user: Any) -> list[str]:
    """The sentences of all errors that the lists would give if each were asked by itself."""
    document = parse(asked.document)
    operation = get_operation_ast(document, asked.operation)
    assert operation is not None
    variables: Any = get_variable_values(SCHEMA, operation.variable_definitions, asked.variables)
    info = TypeInfo(SCHEMA)
    found: list[str] = []

    class Lists(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            of: Any = info.get_parent_type()
            way = (
                graphene_fields(of).get(node.name.value)
                if hasattr(of, "graphene_type") and hasattr(of, "fields")
                else None
            )
            if getattr(way, "to", "") != "page":
                return
            try:
                page_query(way.names[0], user, get_argument_values(info.get_field_def(), node, variables))  # type: ignore[union-attr,arg-type]
            except ArchiveError as error:
                found.append(str(error))

    visit(document, TypeInfoVisitor(info, Lists()))
    return found
