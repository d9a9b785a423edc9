"""The parameters of every list and detail beside the filters, read and refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from archive.exceptions import ArchiveError, Problem
from archive.lru import LRUCache
from archive.rest.nodes import record_node
from archive.rest.serializers import ArchiveSerializer
from archive.sql import query_tree
from archive.sql.suggestions import suggest_word

DEFAULT_LIMIT, MAX_LIMIT = 50, 500


def single_value(query: Any, name: str) -> str | None:
    """The one value of a parameter that may not be repeated. Raises ArchiveError."""
    return single(query.getlist(name), name)


def single(values: list[str], name: str) -> str | None:
    """The only one, if there is any. Raises ArchiveError."""
    if len(values) > 1:
        raise ArchiveError([Problem(name, ", ".join(values)[:64], "one value, given once")])
    return values[0] if values else None


def require_json(query: Any) -> None:
    """Refuse any other format. Raises ArchiveError."""
    if (form := single_value(query, "format")) not in (None, "", "json"):
        raise ArchiveError([Problem("format", str(form)[:64], "json")])


def reject_unknown_filters(filterset: Any) -> None:
    reject_unknown([name for name in filterset.data if name not in filterset.base_filters], allowed_params(filterset))


def allowed_params(filterset: Any) -> list[str]:
    """All parameters of a list."""
    return [*filterset.base_filters, *RESERVED_PARAMS]


def reject_unknown(names: list[str], known: list[str]) -> None:
    listed = ", ".join(sorted(known)) or "none"
    problems = [
        Problem(name[:64], name[:64], f"a known parameter: {listed}", suggest_word(name, known)) for name in names
    ]
    if problems:
        raise ArchiveError(problems)


def parse_limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= MAX_LIMIT:
        raise ArchiveError([Problem("limit", text[:64], f"a number from 1 to {MAX_LIMIT}")])
    return int(text)


def parse_count(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise ArchiveError([Problem("count", text[:64], "true or false")])
    return text == "true"


RESERVED_PARAMS = ("limit", "cursor", "count", "fields", "include", "format", "bom")


@dataclass(frozen=True, slots=True)
class Selection:
    """Fields to show (None: all), with paths below them, and parts to include."""

    fields: tuple[str, ...] | None
    include: tuple[str, ...]

    @property
    def top(self) -> set[str] | None:
        return None if self.fields is None else {path.partition(".")[0] for path in self.fields} | set(self.include)

    @property
    def paths(self) -> list[list[str]]:
        """All that is to be shown, as paths; parts that are included without a path are shown whole."""
        named = {path.partition(".")[0] for path in self.fields or ()}
        whole = [name for name in self.include if name not in named]
        return [path.split(".") for path in (*(self.fields or ()), *whole)]

    def prune(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with only the paths asked for."""
        if self.fields is None:
            return row
        return _prune(row, self.paths)


@lru_cache(maxsize=256)
def parse_selection(serializer: type[ArchiveSerializer], fields: str, include: str) -> Selection:
    """Raises ArchiveError, suggesting the nearest name."""
    parts, paths = _split_names("include", include), _split_names("fields", fields)
    problems = [
        _unknown_name("include", name, sorted(serializer.parts)) for name in parts if name not in serializer.parts
    ]
    known = field_tree(serializer, tuple(name for name in parts if name in serializer.parts))
    missed = [found for path in paths if (found := unknown_step(known, path))]
    problems += [_unknown_name("fields", got, expected) for got, expected in missed]
    if problems:
        raise ArchiveError(problems)
    return Selection(tuple(paths) or None, tuple(parts))


def _split_names(name: str, text: str) -> list[str]:
    """The names in a list with commas between, each once. Raises ArchiveError for one without any name."""
    words = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if text.strip() and not words:
        raise ArchiveError([Problem(name, text[:64], "names with commas between")])
    return words


def _unknown_name(field: str, got: str, known: list[str]) -> Problem:
    expected = f"one of {', '.join(known)}" if known else "nothing there"
    return Problem(field, got[:64], expected, suggest_word(got, known))


def _prune(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_prune(one, paths) for one in value]
    if not isinstance(value, dict) or any(not path for path in paths):
        return value
    heads: dict[str, list[list[str]]] = {}
    for path in paths:
        heads.setdefault(path[0], []).append(path[1:])
    return {key: _prune(one, heads[key]) for key, one in value.items() if key in heads}


#: Name -> what is below it.
FieldTree = dict[str, Any]


@cache
def field_tree(serializer: Any, include: tuple[str, ...]) -> FieldTree:
    """The names in a record's JSON with these parts included."""
    return _subtree(record_node(serializer, include))


def unknown_step(known: FieldTree, path: str) -> tuple[str, list[str]] | None:
    """The path up to the step that is not known, and what may stand there; None where all is known."""
    walked: list[str] = []
    for step in path.split("."):
        if step not in known:
            return ".".join([*walked, step]), sorted(".".join([*walked, name]) for name in known)
        walked.append(step)
        known = known[step]
    return None


def _subtree(node: Any) -> FieldTree:
    match node:
        case query_tree.Object(fields):
            return {key: _subtree(one) for key, one in fields}
        case query_tree.Date(_, parts):
            return {key: {} for key, _ in parts}
        case query_tree.ToOne(options) | query_tree.ToMany(options):
            found: FieldTree = {}
            for kin in options:
                found |= _subtree(kin.made)
            return found
        case _:
            return {}


#: Pages of one list have it alike. Bounded by the characters of all.
_LINK_QUERIES: LRUCache[str] = LRUCache(250_000)


def link_query(asked: Mapping[str, list[str]]) -> str:
    """Of the list's address, lacking the cursor's text alone; ``asked`` are its parameters in their order."""
    others = tuple((name, tuple(texts)) for name, texts in asked.items() if name != "cursor")
    return _LINK_QUERIES.get_or_set(others, lambda: urlencode([*others, ("cursor", "")], doseq=True), len)
