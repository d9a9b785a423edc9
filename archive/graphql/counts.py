"""Counts and facets in GraphQL: a pair of fields for each collection that has dimensions, and their types."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import FieldNode, GraphQLField
from graphql.execution.values import get_argument_values

from archive.counts import (
    DEFAULT_LIMIT,
    MAX_FACETS,
    MAX_LIMIT,
    Counts,
    counted,
    facets,
    parse_facets,
    parse_options,
)
from archive.filters import FILTERSETS
from archive.graphql.arguments import filter_arguments, filter_values
from archive.graphql.fields import PlannedField
from archive.graphql.scalars import Date
from archive.registry import COLLECTIONS, Collection
from archive.sql import query_tree
from archive.sql.groupings import MODES
from archive.visibility import Viewer

#: How a key says that it is a value, the rest, or none; in the order of ``query_tree.CountKeys.kinds``.
KINDS = ("VALUE", "REST", "NONE")
_OPTIONS = ("by", "spans", "limit")
_MODE_TEXTS = {
    "spread": "In each period with the share of its days there, so that the counts add up. The default.",
    "possible": "In each period in which it may lie.",
    "certain": "In no period; only dates that lie in one period are counted.",
}
_KIND_TEXTS = {
    "VALUE": "Records with this value.",
    "REST": "All values beyond the limit together; a record counts once for each of them.",
    "NONE": "Records without a value.",
}

CountMode = graphene.Enum(
    "CountMode", [(mode.upper(), mode) for mode in MODES],
    description=lambda mode: _MODE_TEXTS[mode.value] if mode else "How a date is counted that spans several periods.",
)  # fmt: skip
CountKeyKind = graphene.Enum(
    "CountKeyKind", [(kind, kind) for kind in KINDS],
    description=lambda kind: _KIND_TEXTS[kind.value] if kind else "What a key of a count stands for.",
)  # fmt: skip


class CountKey(graphene.ObjectType):
    """What the records of a count have in common, by one dimension."""

    kind = graphene.Field(CountKeyKind, required=True, description="Whether it is a value, the rest, or none.")
    value = graphene.String(
        description="The value as the filter of the same name takes it: an enum value, a slug, or a period as EDTF."
    )
    label = graphene.String(description="The value in words: a name, or a period in English.")
    earliest = graphene.Field(Date, description="The first day of a period.")
    latest = graphene.Field(Date, description="The last day of a period.")


class Count(graphene.ObjectType):
    """A number of records, and the keys that they share."""

    keys = graphene.NonNull(
        graphene.List(graphene.NonNull(CountKey)), description="A key for each dimension, in the order of `by`."
    )
    count = graphene.Float(required=True, description="The number of records; a sum of shares if dates are spread.")


class CountTable(graphene.ObjectType):
    """Numbers of records by one or two dimensions."""

    by = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="The filters' names of the dimensions."
    )
    total = graphene.Int(required=True, description="The number of all matching records.")
    vague = graphene.Int(description="Records whose date spans several periods; null if no dimension is a period.")
    open = graphene.Int(description="Records whose date has an open or unknown bound; null without a period.")
    undated = graphene.Int(description="Records without a date; null without a period.")
    outside = graphene.Float(
        description="The sum of the shares outside the date filters' range; null without a period."
    )
    counts = graphene.NonNull(graphene.List(graphene.NonNull(Count)), description="The counts, by their keys' order.")


def count_fields() -> dict[str, graphene.Field]:
    """The root fields by name, in snake case."""
    fields: dict[str, graphene.Field] = {}
    for name in counted():
        collection = COLLECTIONS[name]
        words = name.replace("-", " ")
        arguments = _arguments(collection)
        fields[f"{collection.record_field}_counts"] = PlannedField(
            CountTable, "counts", collection=name, args=arguments,
            description=f"Numbers of {words} by one or two dimensions.",
        )  # fmt: skip
        fields[f"{collection.record_field}_facets"] = PlannedField(
            graphene.List(graphene.NonNull(CountTable)), "facets", collection=name, args=arguments,
            description=f"Numbers of {words} by each of up to {MAX_FACETS} dimensions, each without its own filter.",
        )  # fmt: skip
    return fields


def _arguments(collection: Collection) -> dict[str, graphene.Argument]:
    filterset = FILTERSETS[collection.name]
    arguments = filter_arguments(filterset)
    del arguments["order_by"]
    dimension = _dimension_type(collection)
    by = graphene.Argument(
        graphene.NonNull(graphene.List(graphene.NonNull(dimension))), description="The dimensions to count by."
    )
    limit = (
        f"The number of groups of each dimension but periods, the largest first; at most {MAX_LIMIT}. "
        f"Default {DEFAULT_LIMIT}."
    )
    mode = graphene.Argument(CountMode, description="How a date is counted that spans several periods. Default SPREAD.")
    return {"by": by, "spans": mode, "limit": graphene.Argument(graphene.Int, description=limit), **arguments}


def _dimension_type(collection: Collection) -> Any:
    dimensions = FILTERSETS[collection.name].dimensions()

    def describe(member: Enum | None) -> str:
        if member is None:
            return f"What {collection.name.replace('-', ' ')} can be counted by."
        return dimensions[member.value].help_text

    name = f"{collection.type_name}Dimension"
    return graphene.Enum(name, [(item.upper(), item) for item in dimensions], description=describe)


class CountArguments:
    """The arguments of one field of counts or facets (see ``binding.FieldArguments``)."""

    def __init__(self, field: GraphQLField, node: FieldNode, collection: str, key: str, are_facets: bool) -> None:
        self.field, self.node, self.collection, self.key, self.are_facets = field, node, collection, key, are_facets

    def tables(self, variables: dict[str, Any], user: Viewer) -> list[Counts]:
        """The counts of the field: one table, or one for each facet."""
        arguments = get_argument_values(self.field, self.node, variables)
        filters = filter_values({name: value for name, value in arguments.items() if name not in _OPTIONS})
        by = [getattr(item, "value", item) for item in arguments["by"]]
        mode = getattr(arguments.get("spans"), "value", arguments.get("spans"))
        limit = arguments.get("limit")
        if self.are_facets:
            options = parse_facets(self.collection, by, mode, limit, "by")
            return facets(self.collection, options, filters, user, f"{self.key}.")
        options = parse_options(self.collection, by, mode, limit)
        return [Counts(self.collection, options, filters, user, f"{self.key}.")]

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        keys: list[Hashable] = []
        values: dict[str, Any] = {}
        for table in self.tables(variables, user):
            keys.append(table.plan_key())
            values |= table.bind()
        return tuple(keys), values

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        for table in self.tables(variables, user):
            table.check()


def table_field(name: str, table: Counts) -> Any:
    """The node of a field of CountTable without subfields."""
    if name != "by":
        return name
    names = ",".join(f'"{to_camel_case(item)}"' for item in table.options.by)
    return query_tree.Constant(f"[{names}]")
