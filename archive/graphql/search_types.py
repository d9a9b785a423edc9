"""GraphQL types of the search: a connection over records of all kinds, with tiers, fragments and counts by kind."""

from __future__ import annotations

from enum import Enum
from typing import Any

import graphene
from graphene.relay import PageInfo

from archive.graphql.arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, united_arguments
from archive.graphql.fields import PlannedField
from archive.graphql.types import SearchableRecord
from archive.registry import COLLECTIONS
from archive.search.ranking import TIERS, kind_names
from archive.search.search_filters import search_filters

_TIER_MEANINGS = {
    "EXACT": "A name of the record is the search.",
    "NAME": "The names of the record have all terms of the search.",
    "TEXT": "The terms are in the record's texts, or in both.",
}


def kind_value(name: str) -> str:
    """The value of the enum ``RecordKind`` for a collection."""
    return name.upper().replace("-", "_")


def _kind_meaning(member: Enum | None) -> str:
    if member is None:
        return "A collection that the search covers."
    return f"Records of {COLLECTIONS[member.value].model._meta.verbose_name_plural}."


def _tier_meaning(member: Enum | None) -> str:
    return "How well a record matches." if member is None else _TIER_MEANINGS[member.name]


RecordKind = graphene.Enum("RecordKind", [(kind_value(name), name) for name in kind_names()], description=_kind_meaning)
SearchTier = graphene.Enum("SearchTier", [(name.upper(), name) for name in TIERS], description=_tier_meaning)


class SearchMark(graphene.ObjectType):
    """A match in a fragment's text."""

    start = graphene.Int(required=True, description="The position of its first character, in Unicode code points.")
    end = graphene.Int(required=True, description="The position after its last character.")


class SearchFragment(graphene.ObjectType):
    """The passage of a record's texts that matches best, or the beginning of its first text."""

    html = graphene.String(required=True, description="Safe HTML: matches in `<mark>`, everything else escaped.")
    text = graphene.String(required=True, description="The passage as plain text.")
    marks = graphene.NonNull(
        graphene.List(graphene.NonNull(SearchMark)), description="The positions of the matches in the text."
    )


class KindCount(graphene.ObjectType):
    """The number of matches of one kind."""

    kind = graphene.Field(RecordKind, required=True, description="The kind.")
    count = graphene.Int(required=True, description="The number of matching records of that kind.")


class SearchEdge(graphene.ObjectType):
    """A result of a search."""

    node = graphene.Field(SearchableRecord, required=True, description="The record.")
    cursor = graphene.String(required=True, description="The record's position in the ranked list.")
    tier = graphene.Field(SearchTier, required=True, description="How well it matches.")
    fragment = graphene.Field(SearchFragment, required=True, description="The passage that matches, highlighted.")


class SearchConnection(graphene.ObjectType):
    """A page of the ranked list of a search."""

    edges = graphene.NonNull(graphene.List(graphene.NonNull(SearchEdge)), description="The results, the best first.")
    nodes = graphene.NonNull(graphene.List(graphene.NonNull(SearchableRecord)), description="The records themselves.")
    page_info = graphene.NonNull(PageInfo, description="Whether there are further pages, and their cursors.")
    total_count = graphene.Int(required=True, description="The number of matching records; counted only if selected.")
    kinds = graphene.NonNull(
        graphene.List(graphene.NonNull(KindCount)),
        description="The number of matches of each kind that has any; `kind` narrows it only with filters. "
        "Counted only if selected.",
    )
    suggestion = graphene.String(
        description="If nothing matches: the search with words that visible records have; else null."
    )


_q = graphene.Argument(
    graphene.String, required=True,
    description='Words that all occur, "a phrase", -without, OR, prefix*, name:word, summary:word, text:word.',
)  # fmt: skip
_kind = graphene.Argument(
    graphene.List(graphene.NonNull(RecordKind)),
    description="Only records of these kinds; with filters, kinds that all have them.",
)
_first = graphene.Argument(
    graphene.Int, description=f"The number of results, at most {MAX_PAGE_SIZE}. Default {DEFAULT_PAGE_SIZE}."
)
_after = graphene.Argument(graphene.String, description="A cursor: the page begins after its record.")


_FILTERS = united_arguments("Search", search_filters())
SEARCH_FIELDS: dict[str, Any] = {
    "search": PlannedField(
        graphene.List(graphene.NonNull(SearchableRecord)), "search",
        args={"q": _q, "kind": _kind, "first": _first, **_FILTERS},
        description="The records that match a search best, of all kinds in one ranked list.",
    ),
    "search_results": PlannedField(
        SearchConnection, "search_results",
        args={"q": _q, "kind": _kind, "first": _first, "after": _after, **_FILTERS},
        description="The ranked list of a search by pages, with tiers, fragments and counts by kind.",
    ),
}  # fmt: skip
