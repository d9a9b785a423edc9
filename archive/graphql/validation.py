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
    FragmentsOnCompositeTypesRule,
    GraphQLArgument,
    GraphQLInputType,
    GraphQLSchema,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    ListValueNode,
    LoneAnonymousOperationRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    PossibleFragmentSpreadsRule,
    SelectionSetNode,
    Undefined,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueOperationNamesRule,
    UniqueVariableNamesRule,
    ValidationContext,
    ValidationRule,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    VisitorAction,
    get_named_type,
    get_nullable_type,
    is_input_type,
    is_list_type,
    is_required_argument,
    specified_rules,
    type_from_ast,
    value_from_ast,
)
from graphql.utilities import is_type_sub_type_of
from graphql.validation.validation_context import VariableUsageVisitor


class _NotSimple(Exception):
    """Only the rules can tell."""


def is_valid_simple_query(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether ``validate`` would surely find nothing wrong; False says nothing.

    For documents whose nesting was checked before: it is walked by recursion.
    """
    operation, *others = document.definitions
    if others or not isinstance(operation, OperationDefinitionNode):
        return False
    if operation.operation is not OperationType.QUERY or operation.directives:
        return False
    try:
        walk = _SimpleQueryValidator(schema, operation)
        walk.fields(operation.selection_set, schema.query_type)
    except _NotSimple:
        return False
    return walk.used == walk.variables.keys()


class _SimpleQueryValidator:
    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.used: set[str] = set()
        self.variables: dict[str, GraphQLInputType] = {}
        for one in operation.variable_definitions:
            name, of = one.variable.name.value, type_from_ast(schema, one.type)
            if name in self.variables or one.default_value or one.directives or not is_input_type(of):
                raise _NotSimple
            self.variables[name] = of  # type: ignore[assignment]

    def fields(self, selected: SelectionSetNode, of: Any) -> None:
        """Raises _Unclear."""
        declared: dict[str, Any] = of.fields
        keys = set()
        for one in selected.selections:
            if not isinstance(one, FieldNode) or one.directives:
                raise _NotSimple
            name = one.name.value
            keys.add(one.alias.value if one.alias else name)
            if name == "__typename":
                if one.selection_set or one.arguments:
                    raise _NotSimple
                continue
            field = declared.get(name)
            if field is None:
                raise _NotSimple
            if one.arguments or field.args:
                self.arguments(one, field.args)
            below: Any = get_named_type(field.type)
            if one.selection_set and hasattr(below, "fields"):
                self.fields(one.selection_set, below)
            elif one.selection_set or hasattr(below, "fields") or hasattr(below, "types"):
                raise _NotSimple
        if len(keys) < len(selected.selections):
            raise _NotSimple  # a key asked for twice: can both be one?

    def arguments(self, node: FieldNode, declared: dict[str, GraphQLArgument]) -> None:
        given = {one.name.value: one.value for one in node.arguments}
        if len(given) < len(node.arguments) or not given.keys() <= declared.keys():
            raise _NotSimple
        if any(name not in given and is_required_argument(one) for name, one in declared.items()):
            raise _NotSimple
        for name, value in given.items():
            self.value(value, declared[name].type)

    def value(self, value: ValueNode, of: GraphQLInputType) -> None:
        if isinstance(value, VariableNode):
            name = value.name.value
            if name not in self.variables or not is_type_sub_type_of(self.schema, self.variables[name], of):
                raise _NotSimple
            self.used.add(name)
        elif isinstance(value, ListValueNode):
            listed: Any = get_nullable_type(of)
            if not is_list_type(listed):
                raise _NotSimple
            for one in value.values:
                self.value(one, listed.of_type)
        elif isinstance(value, ObjectValueNode) or value_from_ast(value, of) is Undefined:
            raise _NotSimple


_FRAGMENT_RULES = {
    FragmentsOnCompositeTypesRule, KnownFragmentNamesRule, NoFragmentCyclesRule, NoUnusedFragmentsRule,
    PossibleFragmentSpreadsRule, UniqueFragmentNamesRule,
}  # fmt: skip
_MULTIPLE_DEFINITION_RULES = {
    LoneAnonymousOperationRule,
    UniqueOperationNamesRule,
    UniqueFragmentNamesRule,
    NoUnusedFragmentsRule,
}
_DIRECTIVE_RULES = {KnownDirectivesRule, UniqueDirectivesPerLocationRule}
_VARIABLE_RULES = {
    NoUndefinedVariablesRule, NoUnusedVariablesRule, UniqueVariableNamesRule, VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
}  # fmt: skip


class VariableUsagesRule(ValidationRule):
    """Finds nothing wrong: notes where variables are used, for the rules about them.

    They would go through the whole operation for it a second time. Where there are fragments they still do: what
    those use is known only when the document has been seen to its end.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.noted = VariableUsageVisitor(context._type_info)

    def enter_variable_definition(self, _node: VariableDefinitionNode, *_: Any) -> VisitorAction:
        return self.SKIP

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.noted.enter_variable(node)

    def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        self.context._variable_usages[node] = self.noted.usages


def applicable_rules(text: str, document: DocumentNode) -> list[Any]:
    """The rules in their order, without those about what the text has no sign of."""
    idle: set[Any] = set()
    if len(document.definitions) == 1 and isinstance(document.definitions[0], OperationDefinitionNode):
        idle |= _MULTIPLE_DEFINITION_RULES
        if "..." not in text:
            idle |= _FRAGMENT_RULES
    if "@" not in text:
        idle |= _DIRECTIVE_RULES
    if "$" not in text:
        idle |= _VARIABLE_RULES
    rules: list[Any] = [rule for rule in specified_rules if rule not in idle]
    return [VariableUsagesRule, *rules] if idle >= _FRAGMENT_RULES and "$" in text else rules
