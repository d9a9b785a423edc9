"""Scalar types of the schema, with the URLs of their specifications: EDTF, Date and DateTime."""

from __future__ import annotations

from datetime import datetime

import graphene
from graphene.types.datetime import Date as GrapheneDate
from graphene.types.datetime import DateTime as GrapheneDateTime
from graphql import GraphQLError, GraphQLSchema, StringValueNode, ValueNode, print_ast

from archive.moments import utc_text

#: ``specifiedByURL`` by scalar name.
SPECIFICATION_URLS = {
    "EDTF": "https://www.loc.gov/standards/datetime/",
    "Date": "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    "DateTime": "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
}


def _parse_value(value: object) -> str:
    """The input unparsed: FilterSets parse it, so that an invalid date is an error of its field, not of the request."""
    if not isinstance(value, str):
        raise GraphQLError(f"got {value!r}, expected a date as a string.")
    return value


def _parse_literal(node: ValueNode, _variables: object = None) -> str:
    if not isinstance(node, StringValueNode):
        raise GraphQLError(f"got {print_ast(node)}, expected a date as a string.", node)
    return node.value


class EDTF(graphene.Scalar):
    """A date of the Extended Date/Time Format (ISO 8601-2), which may be vague: 2019-07-12, 2019-07, 1936~."""

    serialize = staticmethod(str)
    parse_value = staticmethod(_parse_value)
    parse_literal = staticmethod(_parse_literal)


class Date(GrapheneDate):
    """A day of the proleptic Gregorian calendar: 2019-07-12."""


class DateTime(GrapheneDateTime):
    """A moment in UTC: 2019-07-12T09:30:00Z. As an argument also with another offset, or a day for its start."""

    parse_value = staticmethod(_parse_value)
    parse_literal = staticmethod(_parse_literal)

    @staticmethod
    def serialize(value: datetime) -> str:
        return utc_text(value)


def add_specifications(schema: GraphQLSchema) -> None:
    """Set ``specifiedByURL`` of the scalars; graphene has no option for it."""
    for name, url in SPECIFICATION_URLS.items():
        schema.type_map[name].specified_by_url = url  # type: ignore[attr-defined]
