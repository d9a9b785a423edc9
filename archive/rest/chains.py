"""The chain of a record as JSON, by one SQL query that is compiled once for each type and direction."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import CharField, F, Model, TextChoices, Value
from django.db.models.functions import Concat

from archive.bind_parameters import number_param, text_param
from archive.chains import MODELS, Direction, LinkKind, chain_node, parse_depth, parse_direction
from archive.choices import OutcomeKind
from archive.rest.query_params import reject_unknown, require_json, single_value
from archive.rest.reads import COMPILED, not_found
from archive.rest.serializers import SERIALIZERS
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.field_nodes import DATE_PARTS
from archive.sql.query import CompiledQuery, sql_length
from archive.text import is_storable
from archive.visibility import Viewer, sees_drafts

_PARAMS = ["depth", "direction", "format"]


@dataclass(frozen=True, slots=True)
class ChainQuery:
    """The record that a chain is of, and the links that are followed."""

    collection: str
    slug: str
    depth: int
    direction: Direction

    @classmethod
    def parse(cls, collection: str, slug: str, params: Any) -> ChainQuery:
        """Raises ArchiveError for an unknown or invalid parameter."""
        reject_unknown([name for name in params if name not in _PARAMS], _PARAMS)
        require_json(params)
        depth = parse_depth(single_value(params, "depth"))
        return cls(collection, slug, depth, parse_direction(single_value(params, "direction")))

    @property
    def model(self) -> Any:
        return SERIALIZERS[self.collection].Meta.model  # type: ignore[attr-defined]


def chain_json(query: ChainQuery, user: Viewer) -> bytes:
    """The chain's JSON. Raises ProblemError if the user can see no such record; django.db.Error."""
    if not is_storable(query.slug):
        raise not_found(query.model, query.slug, user)
    key: Hashable = ("chain", query.collection, query.direction, connection.vendor, sees_drafts(user))
    compiled = COMPILED.get_or_set(key, lambda: _compile(query, user), sql_length)
    content = compiled.run({"slug": query.slug, "depth": query.depth})
    if content is None:
        raise not_found(query.model, query.slug, user)
    return content


def _compile(query: ChainQuery, user: Viewer) -> CompiledQuery:
    fields = (
        ("truncated", query_tree.ChainTruncated()),
        ("nodes", query_tree.ChainNodes(tuple((model, _record(model)) for model in MODELS))),
        (
            "edges",
            query_tree.ChainEdges(
                (
                    ("from", _end("source")),
                    ("to", _end("target")),
                    ("kind", _word("kind", LinkKind)),
                    ("outcome", _word("outcome", OutcomeKind)),
                )
            ),
        ),
    )
    rows = query.model._default_manager.visible_to(user).filter(slug=text_param("slug"))
    return Compiler(user).compile(chain_node(rows, query.direction, number_param("depth"), fields))


def _record(model: type[Model]) -> query_tree.Object:
    name = model._meta.model_name
    identifier = Concat(Value(f"{name}/"), F("slug"), output_field=CharField())
    return query_tree.Object(
        (
            ("id", query_tree.Column(identifier)),
            ("type", query_tree.Constant(f'"{name}"')),
            ("slug", query_tree.Column("slug")),
            ("name", query_tree.Column("name")),
            ("date", query_tree.Date("date", DATE_PARTS)),
            ("distance", query_tree.ChainDistance()),
            ("direction", query_tree.ChainDirection(Direction.BEFORE.value, Direction.AFTER.value)),
        )
    )


def _end(end: Any) -> query_tree.ChainEnd:
    return query_tree.ChainEnd(end, tuple(f"{model._meta.model_name}/" for model in MODELS))


def _word(column: Any, vocabulary: type[TextChoices]) -> query_tree.ChainWord:
    return query_tree.ChainWord(column, tuple((str(value), str(value)) for value in vocabulary.values))
