"""The timeline in the schema: its types from ``archive.timeline.fields``, its arguments, and their values."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from keyword import iskeyword
from typing import Any

import graphene
from django.db.models import TextChoices
from graphene.utils.str_converters import to_camel_case
from graphql import FieldNode, GraphQLField
from graphql.execution.values import get_argument_values

from archive.filters.prepared_query import PreparedQuery
from archive.graphql.arguments import filter_values, united_arguments, without_unused_arguments
from archive.graphql.enums import VOCABULARIES, enum_type
from archive.graphql.fields import PartialDateType, PlannedField
from archive.graphql.scalars import EDTF, Date
from archive.timeline import TIMELINE, TimelineParams
from archive.timeline.fields import Field, ObjectType
from archive.timeline.params import (
    DEFAULT_WIDTH,
    MAX_WIDTH,
    MIN_WIDTH,
    TimelineKind,
    TimelineLanes,
    timeline_filters,
)
from archive.visibility import Viewer

_SCALARS: dict[str, Any] = {
    "text": graphene.String, "number": graphene.Int, "day": Date, "date": PartialDateType,
}  # fmt: skip


@cache
def _object_type(object_type: ObjectType) -> Any:
    # graphene makes a dataclass of the type, whose fields cannot be Python's keywords.
    fields = {f"{field.name}_" if iskeyword(field.name) else field.name: _field(field) for field in object_type.fields}
    return type(object_type.name, (graphene.ObjectType,), {"__doc__": object_type.description, **fields})


def _field(field: Field) -> graphene.Field:
    type_: Any = field.type
    if isinstance(type_, ObjectType):
        type_ = _object_type(type_)
    elif isinstance(type_, str):
        type_ = _SCALARS[type_]
    else:
        type_ = _enum(type_)
    if field.many:
        type_ = graphene.List(graphene.NonNull(type_))
    return graphene.Field(type_, name=to_camel_case(field.name), required=not field.null, description=field.description)


@cache
def _enum(vocabulary: type[TextChoices]) -> Any:
    """The enum of an archive's vocabulary, or of a vocabulary of timelines, whose labels describe it."""
    if vocabulary in VOCABULARIES.values():
        return enum_type(vocabulary)

    def describe(member: TextChoices | None) -> str:
        return str((vocabulary.__doc__ or "").strip() if member is None else f"{member.label.capitalize()}.")

    return graphene.Enum.from_enum(vocabulary, description=describe)


def timeline_field() -> graphene.Field:
    """The field ``timeline``."""
    default = f"Default {DEFAULT_WIDTH}."
    own = {
        "from": (EDTF, "The period begins on the first day of this date. Default: that of the records."),
        "to": (EDTF, "The period ends on the last day of this date. Default: that of the records."),
        "width": (graphene.Int, f"The width of the period in pixels, from {MIN_WIDTH} to {MAX_WIDTH}. {default}"),
        "lanes": (_enum(TimelineLanes), "By what records are divided into lanes. Default NONE."),
        "kind": (
            graphene.List(graphene.NonNull(_enum(TimelineKind))),
            "The kinds of records, of which each must have all filters. Default all.",
        ),
    }
    arguments = {name: graphene.Argument(type_, description=text) for name, (type_, text) in own.items()}
    arguments |= united_arguments("Timeline", timeline_filters())
    return PlannedField(_object_type(TIMELINE), "timeline", description=TIMELINE.description, args=arguments)


class TimelineArguments:
    """The arguments of a timeline in a document. Methods raise ArchiveError for invalid values."""

    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = without_unused_arguments(field, node), node, key

    @property
    def prefix(self) -> str:
        """The prefix of the bind parameters."""
        return f"{self.key}."

    def read(self, variables: dict[str, Any]) -> TimelineParams:
        return TimelineParams.parse(filter_values(get_argument_values(self.field, self.node, variables)))

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        """The shape that the arguments give to the SQL, and the values of its parameters."""
        params = self.read(variables)
        return params.plan_key(user), params.bind(user, self.prefix)

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        """Raises FilterError if a filter names a record that the user can't see."""
        self.read(variables).check(user)

    def prepare(self, variables: dict[str, Any], user: Viewer) -> tuple[TimelineParams, Mapping[str, PreparedQuery]]:
        """The parameters, and the query of each kind of record with bind parameters."""
        params = self.read(variables)
        return params, params.prepare(user, self.prefix)
