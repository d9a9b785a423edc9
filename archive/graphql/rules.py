"""Which of the specification's rules a document can break at all.

Each rule looks at every node, and of the time that a document takes which was never seen a third is theirs. A document
without fragments, directives or variables can't break the rules about those.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FragmentsOnCompositeTypesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    LoneAnonymousOperationRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    OperationDefinitionNode,
    PossibleFragmentSpreadsRule,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueOperationNamesRule,
    UniqueVariableNamesRule,
    ValidationContext,
    ValidationRule,
    VariableDefinitionNode,
    VariableNode,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    VisitorAction,
    specified_rules,
)
from graphql.validation.validation_context import VariableUsageVisitor

_FRAGMENTS = {
    FragmentsOnCompositeTypesRule, KnownFragmentNamesRule, NoFragmentCyclesRule, NoUnusedFragmentsRule,
    PossibleFragmentSpreadsRule, UniqueFragmentNamesRule,
}  # fmt: skip
_SEVERAL = {LoneAnonymousOperationRule, UniqueOperationNamesRule, UniqueFragmentNamesRule, NoUnusedFragmentsRule}
_DIRECTIVES = {KnownDirectivesRule, UniqueDirectivesPerLocationRule}
_VARIABLES = {
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


def rules_for(text: str, document: DocumentNode) -> list[Any]:
    """The rules in their order, without those about what the text has no sign of."""
    idle: set[Any] = set()
    if len(document.definitions) == 1 and isinstance(document.definitions[0], OperationDefinitionNode):
        idle |= _SEVERAL
        if "..." not in text:
            idle |= _FRAGMENTS
    if "@" not in text:
        idle |= _DIRECTIVES
    if "$" not in text:
        idle |= _VARIABLES
    rules: list[Any] = [rule for rule in specified_rules if rule not in idle]
    return [VariableUsagesRule, *rules] if idle >= _FRAGMENTS and "$" in text else rules
