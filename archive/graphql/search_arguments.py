"""Arguments of the search, and what is added to its data afterwards: fragments, counts by kind and the suggestion."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField
from graphql.execution.values import get_argument_values

from archive import pagination
from archive.graphql.arguments import (
    PagePosition,
    filter_values,
    page_position,
    to_texts,
    without_unused_arguments,
)
from archive.search import ranking
from archive.search.ranking import ORDER, Search, parse_search
from archive.visibility import Viewer

#: Arguments that are no filters.
SEARCH_OPTIONS = ("q", "kind", "first", "after")
#: (Data of the search field, the search, the user): changes the data in place.
Completion = Callable[[dict[str, Any], Search, Any], None]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The prepared querysets of a search and its page."""

    search: Search
    prepared: ranking.PreparedSearch
    size: int
    after: tuple[Any, ...] | None


class SearchArguments:
    """The arguments of ``search`` or ``searchResults`` in a document.

    ``completions`` change the data under ``response_key`` after the query. Methods raise ArchiveError or GraphQLError.
    """

    def __init__(self, field: GraphQLField, node: FieldNode, key: str) -> None:
        self.field, self.node, self.key = without_unused_arguments(field, node), node, key
        self.response_key = (node.alias or node.name).value
        self.completions: list[Completion] = []

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        search, page = self._read(variables)
        values = ranking.bind(search, user, f"{self.key}.")
        if page.after is not None:
            position = ranking.decode_cursor(page.after, "after")
            values |= pagination.bind_position(ORDER, f"{self.key}.after", position)
        return (ranking.plan_key(search, user), page.size, page.after is not None), values

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        """Raises FilterError if a filter names a record that the user can't see."""
        search, _ = self._read(variables)
        ranking.check(search, user)

    def query(self, variables: dict[str, Any], user: Viewer) -> SearchQuery:
        search, page = self._read(variables)
        after = None if page.after is None else pagination.position_params(ORDER, f"{self.key}.after")
        return SearchQuery(search, ranking.prepare(search, user, f"{self.key}."), page.size, after)

    def complete(self, content: dict[str, Any], variables: dict[str, Any], user: Viewer) -> None:
        """Run the completions on the data of the operation."""
        data = content.get(self.response_key)
        if self.completions and data is not None:
            search, _ = self._read(variables)
            for completion in self.completions:
                completion(data, search, user)

    def _read(self, variables: dict[str, Any]) -> tuple[Search, PagePosition]:
        arguments = get_argument_values(self.field, self.node, variables)
        filters = filter_values({name: value for name, value in arguments.items() if name not in SEARCH_OPTIONS})
        kinds = arguments.get("kind")
        search = parse_search([arguments["q"]], None if kinds is None else to_texts(kinds), filters)
        return search, page_position(arguments)
