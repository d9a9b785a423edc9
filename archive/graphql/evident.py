"""Documents that are evidently valid: seen so in one walk, without the specification's rules.

Of the time that a document takes which was never seen, a quarter is the rules' (graphql-core asks each of them at each
node). Most documents are fields with arguments and nothing else, each asked for once in its place; for those all that
the rules want to know stands beside the field. What is not evident is left to the rules, which also say what is wrong:
this never refuses anything.
"""

from __future__ import annotations

from typing import Any

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


class _Unclear(Exception):
    """Only the rules can tell."""


def is_evidently_valid(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether ``validate`` would surely find nothing wrong; False says nothing.

    For documents whose nesting was checked before: it is walked by recursion.
    """
    operation, *others = document.definitions
    if others or not isinstance(operation, OperationDefinitionNode):
        return False
    if operation.operation is not OperationType.QUERY or operation.directives:
        return False
    try:
        walk = _Walk(schema, operation)
        walk.fields(operation.selection_set, schema.query_type)
    except _Unclear:
        return False
    return walk.used == walk.variables.keys()


class _Walk:
    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.used: set[str] = set()
        self.variables: dict[str, GraphQLInputType] = {}
        for one in operation.variable_definitions:
            name, of = one.variable.name.value, type_from_ast(schema, one.type)
            if name in self.variables or one.default_value or one.directives or not is_input_type(of):
                raise _Unclear
            self.variables[name] = of  # type: ignore[assignment]

    def fields(self, selected: SelectionSetNode, of: Any) -> None:
        """Raises _Unclear."""
        declared: dict[str, Any] = of.fields
        keys = set()
        for one in selected.selections:
            if not isinstance(one, FieldNode) or one.directives:
                raise _Unclear
            name = one.name.value
            keys.add(one.alias.value if one.alias else name)
            if name == "__typename":
                if one.selection_set or one.arguments:
                    raise _Unclear
                continue
            field = declared.get(name)
            if field is None:
                raise _Unclear
            if one.arguments or field.args:
                self.arguments(one, field.args)
            below: Any = get_named_type(field.type)
            if one.selection_set and hasattr(below, "fields"):
                self.fields(one.selection_set, below)
            elif one.selection_set or hasattr(below, "fields") or hasattr(below, "types"):
                raise _Unclear
        if len(keys) < len(selected.selections):
            raise _Unclear  # a key asked for twice: can both be one?

    def arguments(self, node: FieldNode, declared: dict[str, GraphQLArgument]) -> None:
        given = {one.name.value: one.value for one in node.arguments}
        if len(given) < len(node.arguments) or not given.keys() <= declared.keys():
            raise _Unclear
        if any(name not in given and is_required_argument(one) for name, one in declared.items()):
            raise _Unclear
        for name, value in given.items():
            self.value(value, declared[name].type)

    def value(self, value: ValueNode, of: GraphQLInputType) -> None:
        if isinstance(value, VariableNode):
            name = value.name.value
            if name not in self.variables or not is_type_sub_type_of(self.schema, self.variables[name], of):
                raise _Unclear
            self.used.add(name)
        elif isinstance(value, ListValueNode):
            listed: Any = get_nullable_type(of)
            if not is_list_type(listed):
                raise _Unclear
            for one in value.values:
                self.value(one, listed.of_type)
        elif isinstance(value, ObjectValueNode) or value_from_ast(value, of) is Undefined:
            raise _Unclear
