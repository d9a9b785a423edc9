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
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    specified_rules,
)

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
    return [rule for rule in specified_rules if rule not in idle]
