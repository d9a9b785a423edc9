"""The chain of a record as JSON, for its address in REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from archive.chains import Direction, parse_depth, parse_direction, read_chain
from archive.rest.query_params import reject_unknown, require_json, single_value
from archive.rest.reads import not_found
from archive.rest.serializers import SERIALIZERS
from archive.text import is_storable
from archive.visibility import Viewer

_PARAMS = ["depth", "direction", "format"]


@dataclass(frozen=True, slots=True)
class ChainQuery:
    """The record that a chain is of, and the links that are followed."""

    collection: str
    slug: str
    depth: int
    direction: Direction

    @classmethod
    def parse(cls, collection: str, slug: str, params: QueryDict) -> ChainQuery:
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
    content = read_chain(query.model, query.slug, user, query.direction, query.depth)
    if content is None:
        raise not_found(query.model, query.slug, user)
    return content
