"""The variables of an operation: what a request gives for them, as the schema's types read it."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    get_nullable_type,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

#: Types whose values are taken as they are where JSON has them so already.
_PLAIN = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Variables:
    """Reads them at once where each is given as plain text or truth; else graphql-core does, with all its rules."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode | None) -> None:
        self.schema = schema
        self.declared = list(operation.variable_definitions or ()) if operation else []
        types: Any = [(one.variable.name.value, type_from_ast(schema, one.type)) for one in self.declared]
        self.plain = [(name, _PLAIN.get(get_nullable_type(found))) for name, found in types]

    def read(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """Name -> value of those given or with a default; None where one can't be what is given."""
        found: dict[str, Any] = {}
        for name, kind in self.plain:
            value = given.get(name)
            if type(value) is not kind:
                coerced = get_variable_values(self.schema, self.declared, given)
                return None if isinstance(coerced, list) else coerced
            found[name] = value
        return found
