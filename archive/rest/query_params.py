"""Query parameters other than filters: paging (``limit``, ``cursor``, ``count``), ``fields`` and ``include``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from archive.exceptions import MAX_PROBLEMS, ArchiveError, Problem
from archive.filters.base import ArchiveFilterSet
from archive.lru import LRUCache
from archive.parameter_names import closest_parameter
from archive.rest.nodes import record_node
from archive.rest.serializers import ArchiveSerializer
from archive.sql import query_tree
from archive.text import boolean, closest_match, whole_number

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
#: Parameters of every list that are not filters.
RESERVED_PARAMS = ("limit", "cursor", "count", "facets", "fields", "include", "format", "bom", "slug", "as_of")
#: Field name -> the fields below it.
FieldTree = dict[str, Any]
#: Query strings of page links. Bounded by their total length.
_LINK_QUERIES: LRUCache[str] = LRUCache(250_000)


def single_value(params: QueryDict, name: str) -> str | None:
    """The value of a parameter that may not be repeated; None if it is absent. Raises ArchiveError."""
    return single(params.getlist(name), name)


def single(values: list[str], name: str) -> str | None:
    """The only value of the list; None if it is empty. Raises ArchiveError for several."""
    if len(values) > 1:
        raise ArchiveError([Problem(name, ", ".join(values)[:64], "one value, given once")])
    return values[0] if values else None


def split_names(texts: list[str]) -> list[str]:
    """The names of a parameter that may be repeated, or have commas between its names."""
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def require_json(params: QueryDict) -> None:
    """Raises ArchiveError when ``format`` is not JSON."""
    if (name := single_value(params, "format")) not in (None, "", "json"):
        raise ArchiveError([Problem("format", str(name)[:64], "json")])


def allowed_params(filterset: type[ArchiveFilterSet]) -> list[str]:
    """The names of all parameters of a list."""
    return [*filterset.base_filters, *RESERVED_PARAMS]


def reject_unknown_filters(filterset: type[ArchiveFilterSet], filters: Iterable[str]) -> None:
    """Raises ArchiveError for parameters that a list does not have."""
    unknown = [name for name in filters if name not in filterset.base_filters]
    if unknown:
        reject_unknown(unknown, allowed_params(filterset))


def reject_unknown(names: list[str], allowed: list[str]) -> None:
    """Raises ArchiveError, with the closest allowed name, if there are ``names``: parameters that are not allowed."""
    listed = ", ".join(sorted(allowed)) or "none"
    problems = [
        Problem(name[:64], name[:64], f"a known parameter: {listed}", closest_parameter(name, allowed))
        for name in names[:MAX_PROBLEMS]
    ]
    if problems:
        raise ArchiveError(problems)


def parse_limit(text: str | None) -> int:
    if text is None or not text.strip():
        return DEFAULT_LIMIT
    if (limit := whole_number(text, 1, MAX_LIMIT)) is None:
        raise ArchiveError([Problem("limit", text[:64], f"a number from 1 to {MAX_LIMIT}")])
    return limit


def parse_count(text: str | None) -> bool:
    if text is None or not text.strip():
        return False
    if (value := boolean(text)) is None:
        raise ArchiveError([Problem("count", text[:64], "true or false")])
    return value


def link_query(params: Mapping[str, list[str]]) -> str:
    """The query string of a page link up to the cursor's value, with the request's parameters in their order."""
    others = tuple((name, tuple(values)) for name, values in params.items() if name != "cursor")
    return _LINK_QUERIES.get_or_set(others, lambda: urlencode([*others, ("cursor", "")], doseq=True), len)


@dataclass(frozen=True, slots=True)
class Selection:
    """The parsed ``fields`` (None: all), as dotted paths, and ``include``; or a fixed ``node`` instead of both."""

    fields: tuple[str, ...] | None
    include: tuple[str, ...]
    node: query_tree.Object | None = None

    @property
    def top(self) -> set[str] | None:
        """Names of the record's own fields and parts that are selected; None for all."""
        return None if self.fields is None else {path.partition(".")[0] for path in self.fields} | set(self.include)

    @property
    def paths(self) -> list[list[str]]:
        """All selected paths, each split at its dots. An included part without a path has all its fields."""
        with_paths = {path.partition(".")[0] for path in self.fields or ()}
        complete_parts = [name for name in self.include if name not in with_paths]
        return [path.split(".") for path in (*(self.fields or ()), *complete_parts)]


@lru_cache(maxsize=256)
def parse_selection(serializer: type[ArchiveSerializer], fields: str, include: str) -> Selection:
    """Raises ArchiveError for unknown names, with the closest known one."""
    parts, paths = _split_names("include", include), _split_names("fields", fields)
    unknown_parts = [name for name in parts if name not in serializer.parts]
    problems = [_unknown_name("include", name, sorted(serializer.parts)) for name in unknown_parts[:MAX_PROBLEMS]]
    tree = field_tree(serializer, tuple(name for name in parts if name in serializer.parts))
    unknown = [step for path in paths if (step := unknown_step(tree, path))]
    problems += [
        Problem("fields", got[:64], f"a field; add this part by include={got}")
        if got in serializer.parts
        else _unknown_name("fields", got, allowed)
        for got, allowed in unknown[:MAX_PROBLEMS]
    ]
    if problems:
        raise ArchiveError(problems)
    return Selection(tuple(paths) or None, tuple(parts))


@cache
def field_tree(serializer: type[ArchiveSerializer], include: tuple[str, ...]) -> FieldTree:
    """The fields of a record's JSON with these parts included."""
    return _subtree(record_node(serializer, include))


def unknown_step(tree: FieldTree, path: str) -> tuple[str, list[str]] | None:
    """The path up to its first unknown field, and the paths allowed there; None if every field is known."""
    walked: list[str] = []
    for step in path.split("."):
        if step not in tree:
            return ".".join([*walked, step]), sorted(".".join([*walked, name]) for name in tree)
        walked.append(step)
        tree = tree[step]
    return None


def _split_names(param: str, text: str) -> list[str]:
    """The distinct names of a comma-separated list. Raises ArchiveError for text without any name."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if text.strip() and not names:
        raise ArchiveError([Problem(param, text[:64], "names with commas between")])
    return names


def _unknown_name(param: str, got: str, allowed: list[str]) -> Problem:
    expected = f"one of {', '.join(allowed)}" if allowed else "nothing there"
    return Problem(param, got[:64], expected, closest_match(got, allowed))


def _subtree(node: object) -> FieldTree:
    match node:
        case query_tree.Object(fields):
            return {key: _subtree(child) for key, child in fields}
        case query_tree.Date(_, parts):
            return {key: {} for key, _ in parts}
        case query_tree.ToOne(options) | query_tree.ToMany(options):
            merged: FieldTree = {}
            for relation in options:
                merged |= _subtree(relation.node)
            return merged
        case _:
            return {}
