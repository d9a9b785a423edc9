"""Validation of simple queries in one traversal.

graphql-core's rules take a fifth of the time of a new document (ADR 40), because each rule visits each node.
``is_valid_simple_query`` replaces them for documents without fragments and directives, and returns False when unsure.
"""

from __future__ import annotations

from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_input_type,
    is_list_type,
    is_required_argument,
    type_from_ast,
    value_from_ast,
)
from graphql.utilities import is_type_sub_type_of


class _NotSimple(Exception):
    """The document is invalid, or only the specification's rules can decide."""


def is_valid_simple_query(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether the document is a simple query without errors; False if it is invalid or not simple.

    Recursive: call it only for documents whose nesting is within the limits.
    """
    operation, *others = document.definitions
    if others or not isinstance(operation, OperationDefinitionNode):
        return False
    if operation.operation is not OperationType.QUERY or operation.directives:
        return False
    try:
        validator = _SimpleQueryValidator(schema, operation)
        validator.check_fields(operation.selection_set, schema.query_type)
    except _NotSimple:
        return False
    return validator.used_variables == validator.variable_types.keys()


class _SimpleQueryValidator:
    """Checks fields, arguments and values of one operation. All methods raise _NotSimple."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.used_variables: set[str] = set()
        self.variable_types: dict[str, GraphQLInputType] = {}
        for definition in operation.variable_definitions:
            name, type_ = definition.variable.name.value, type_from_ast(schema, definition.type)
            if name in self.variable_types or definition.default_value or definition.directives:
                raise _NotSimple
            if not is_input_type(type_):
                raise _NotSimple
            self.variable_types[name] = type_  # type: ignore[assignment]

    def check_fields(self, selection_set: SelectionSetNode, parent_type: Any) -> None:
        response_keys = set()
        for node in selection_set.selections:
            if not isinstance(node, FieldNode) or node.directives:
                raise _NotSimple
            name = node.name.value
            response_keys.add(node.alias.value if node.alias else name)
            if name == "__typename":
                if node.selection_set or node.arguments:
                    raise _NotSimple
                continue
            field = parent_type.fields.get(name)
            if field is None:
                raise _NotSimple
            if node.arguments or field.args:
                self.check_arguments(node, field.args)
            field_type: Any = get_named_type(field.type)
            if node.selection_set and hasattr(field_type, "fields"):
                self.check_fields(node.selection_set, field_type)
            elif node.selection_set or hasattr(field_type, "fields") or hasattr(field_type, "types"):
                raise _NotSimple
        if len(response_keys) < len(selection_set.selections):
            raise _NotSimple  # two fields with one key may conflict

    def check_arguments(self, node: FieldNode, definitions: dict[str, GraphQLArgument]) -> None:
        values = {argument.name.value: argument.value for argument in node.arguments}
        if len(values) < len(node.arguments) or not values.keys() <= definitions.keys():
            raise _NotSimple
        if any(name not in values and is_required_argument(argument) for name, argument in definitions.items()):
            raise _NotSimple
        for name, value in values.items():
            self.check_value(value, definitions[name].type)

    def check_value(self, value: ValueNode, expected_type: GraphQLInputType) -> None:
        if isinstance(value, VariableNode):
            name = value.name.value
            type_ = self.variable_types.get(name)
            if type_ is None or not is_type_sub_type_of(self.schema, type_, expected_type):
                raise _NotSimple
            self.used_variables.add(name)
        elif isinstance(value, ListValueNode):
            list_type: Any = get_nullable_type(cast("Any", expected_type))
            if not is_list_type(list_type):
                raise _NotSimple
            for item in value.values:
                self.check_value(item, list_type.of_type)
        elif isinstance(value, ObjectValueNode) or value_from_ast(value, expected_type) is Undefined:
            raise _NotSimple
