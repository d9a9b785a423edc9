"""Chains of events and statements: their types, the arguments of the field ``chain``, and how it is planned."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import TYPE_CHECKING, Any

import graphene
from django.db.models import Model, TextChoices
from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type
from graphql.execution.values import get_argument_values

from archive import chains
from archive.bind_parameters import number_param, text_param
from archive.choices import OutcomeKind
from archive.exceptions import ArchiveError, Problem, printable
from archive.graphql.enums import enum_type
from archive.graphql.fields import PartialDateType, PlannedField
from archive.sql import query_tree
from archive.sql.chains import MAX_DEPTH
from archive.sql.slugs import expected_slug, resolve_slug
from archive.text import is_storable
from archive.visibility import Viewer

if TYPE_CHECKING:
    from archive.graphql.planner import Planner

_MODELS = {str(model._meta.model_name): model for model in chains.MODELS}


def _enum(name: str, values: list[tuple[str, str]], texts: dict[str, str], about: str) -> Any:
    def describe(member: Enum | None) -> str:
        return about if member is None else texts[member.value]

    return graphene.Enum(name, values, description=describe)


_DIRECTIONS = {
    "before": "What led to the record.",
    "after": "What followed it.",
    "both": "What led to it, and what followed.",
}
_LINKS = {
    "responds_to": "An event is a response to another.",
    "retaliates_for": "An event is a retaliation for another.",
    "announces": "An event gives notice of a later one.",
    "implements": "An event carries out what another decided.",
    "reverses": "An event undoes another.",
    "amends": "An event changes what another decided.",
    "follows": "An event is the next step after another.",
    "in_reply_to": "A statement answers another.",
    "about": "A statement, or one of its speech acts, has an event as its subject.",
    "occasion": "A statement was made at an event.",
    "outcome": "An event or a statement settled a speech act of another statement.",
}


def _vocabulary_enum(name: str, vocabulary: type[TextChoices], texts: dict[str, str], about: str) -> Any:
    return _enum(name, [(member.name, str(member.value)) for member in vocabulary], texts, about)


Direction = _vocabulary_enum("ChainDirection", chains.Direction, _DIRECTIONS, "The parts of a chain.")
LinkKind = _vocabulary_enum("ChainLinkKind", chains.LinkKind, _LINKS, "The kinds of links in a chain.")
RecordType = _enum(
    "ChainRecordType",
    [(name.upper(), name) for name in _MODELS],
    {"event": "The chain of an event.", "statement": "The chain of a statement."},
    "The types of records that have a chain.",
)


def chain_field(record_union: object) -> graphene.Field:
    """The root field; ``record_union`` is the union of the records' types."""
    return PlannedField(
        _chain_type(record_union), "chain",
        type=graphene.Argument(RecordType, required=True, description="The type of the record."),
        slug=graphene.Argument(graphene.String, required=True, description="Its slug."),
        depth=graphene.Argument(
            graphene.Int,
            description=f"The most links between the record and any other, 1 to {MAX_DEPTH}. "
            f"Default {chains.DEFAULT_DEPTH}.",
        ),
        direction=graphene.Argument(Direction, description="What led to it, what followed, or both. Default both."),
        description="What led to an event or a statement, and what followed.",
    )  # fmt: skip


def _chain_type(record_union: object) -> Any:
    class ChainNode(graphene.ObjectType):
        """A record of a chain."""

        id = graphene.ID(required=True, description="The record's global id, as links name it.")
        slug = graphene.String(required=True, description="The record's slug.")
        name = graphene.String(required=True, description="The record's name.")
        date = graphene.Field(PartialDateType, required=True, description="The record's date.")
        distance = graphene.Int(required=True, description="The number of links to the record that the chain is of.")
        direction = graphene.Field(
            Direction, description="Whether it led to that record or followed it; null for that record itself."
        )
        record = graphene.Field(record_union, required=True, description="The record itself.")

    class ChainEdge(graphene.ObjectType):
        """A link of a chain: the first record responds to, announces, is about ... the second."""

        source = graphene.ID(required=True, name="from", description="The global id of the first record.")
        target = graphene.ID(required=True, name="to", description="The global id of the second record.")
        kind = graphene.Field(LinkKind, required=True, description="The kind of link.")
        outcome = graphene.Field(
            enum_type(OutcomeKind), description="What became of the speech act, of an outcome; else null."
        )

    class Chain(graphene.ObjectType):
        """What led to a record, and what followed."""

        is_truncated = graphene.Boolean(
            required=True, description="Whether there are more records or links: the farthest are left out."
        )
        nodes = graphene.NonNull(graphene.List(graphene.NonNull(ChainNode)), description="The records, nearest first.")
        edges = graphene.NonNull(graphene.List(graphene.NonNull(ChainEdge)), description="The links between them.")

    return Chain


class ChainArguments:
    """The arguments of one chain in a document. Methods raise ArchiveError or GraphQLError for invalid values."""

    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = field, node, key
        #: The slug of the record that the argument leads to; empty until ``check_rows`` looks it up.
        self.resolved_slug = ""

    def read(self, variables: dict[str, Any]) -> tuple[Any, str, int, chains.Direction]:
        """The model, slug, depth and direction."""
        values = get_argument_values(self.field, self.node, variables)
        texts = {name: getattr(value, "value", value) for name, value in values.items() if value is not None}
        model = _MODELS[texts["type"]]
        if not is_storable(texts["slug"]):
            raise ArchiveError([Problem("slug", printable(texts["slug"]), expected_slug(model))])
        depth = chains.check_depth(texts.get("depth", chains.DEFAULT_DEPTH))
        direction = chains.Direction(texts.get("direction", chains.Direction.BOTH))
        return model, self.resolved_slug or texts["slug"], depth, direction

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        """The shape that the arguments give to the SQL, and the values of its parameters."""
        model, slug, depth, direction = self.read(variables)
        return (model, direction), {self.key: slug, f"{self.key}.depth": depth}

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        """Raises NotFoundError if the user can't see the record."""
        model, slug, _, _ = self.read(variables)
        self.resolved_slug = resolve_slug(model, slug, user)


def plan_chain(planner: Planner, field: GraphQLField, nodes: list[FieldNode]) -> query_tree.Chain:
    """The query tree of a chain. Raises InvalidArguments."""
    arguments = planner.binder.chain(field, nodes[0])
    model, _, _, direction = arguments.read(planner.variables)
    rows = model._default_manager.visible_to(planner.user).filter(slug=text_param(arguments.key))
    chain_type: Any = get_named_type(field.type)

    def plan(name: str, below: list[FieldNode]) -> Any:
        if name == "isTruncated":
            return query_tree.ChainTruncated()
        item_type: Any = get_named_type(chain_type.fields[name].type)
        if name == "edges":
            return query_tree.ChainEdges(planner.subfields(item_type, below, lambda name, _: _EDGE_FIELDS[name]))
        return query_tree.ChainNodes(
            tuple((option, _plan_node(planner, item_type, option, below)) for option in chains.MODELS)
        )

    fields = planner.subfields(chain_type, nodes, plan)
    return chains.chain_node(rows, direction, number_param(f"{arguments.key}.depth"), fields)


def _plan_node(
    planner: Planner, node_type: GraphQLObjectType, model: type[Model], nodes: list[FieldNode]
) -> query_tree.Object:
    record_type = planner.type_of(model)

    def plan(name: str, below: list[FieldNode]) -> Any:
        match name:
            case "distance":
                return query_tree.ChainDistance()
            case "direction":
                return query_tree.ChainDirection(chains.Direction.BEFORE.name, chains.Direction.AFTER.name)
            case "record":
                return planner.object(record_type, below)
            case _:
                return planner.column(record_type, name, below)

    return query_tree.Object(planner.subfields(node_type, nodes, plan))


def _names(vocabulary: type[TextChoices]) -> tuple[tuple[str, str], ...]:
    return tuple((str(member.value), member.name) for member in vocabulary)


_TYPE_NAMES = tuple(model.__name__ for model in chains.MODELS)
_EDGE_FIELDS: dict[str, Any] = {
    "from": query_tree.ChainEnd("source", _TYPE_NAMES, is_global=True),
    "to": query_tree.ChainEnd("target", _TYPE_NAMES, is_global=True),
    "kind": query_tree.ChainWord("kind", _names(chains.LinkKind)),
    "outcome": query_tree.ChainWord("outcome", _names(OutcomeKind)),
}
