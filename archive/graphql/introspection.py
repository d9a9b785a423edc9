"""What the schema says of itself, answered by graphql-core; beside data it goes into the statement as it is."""

from __future__ import annotations

import json
from typing import Any

from graphql import ExecutionContext, GraphQLSchema
from graphql.execution import default_field_resolver, default_type_resolver

INTROSPECTION = ("__schema", "__type")


def introspected(
    schema: GraphQLSchema, fragments: dict[str, Any], variables: dict[str, Any], operation: Any, fields: dict[str, Any]
) -> dict[str, str]:
    """Key -> JSON of these fields of the root; their variables are coerced already."""
    context = ExecutionContext(
        schema, fragments, None, None, operation, variables, default_field_resolver, default_type_resolver,
        default_field_resolver, [], None, None,
    )  # fmt: skip
    found: Any = context.execute_fields(schema.query_type, None, None, fields)  # type: ignore[arg-type]
    return {key: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for key, value in found.items()}
